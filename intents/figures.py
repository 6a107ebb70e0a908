"""Numbers in talk: accounts, phones, case numbers, identity cards; two readings are none."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from intents.dictation import ACCOUNT_CUE, ACCOUNT_LENGTHS, PHONE_CUE

__all__ = [
    "ACCOUNT_LENGTHS",
    "account_no",
    "accounts",
    "case_no",
    "has_id_number",
    "mask",
    "numeral",
    "phone",
    "phones",
    "without_ids",
]

_RUN = re.compile(r"(?<![\dA-Za-z.])\+?\d(?:[ \-]?\d)*(?![A-Za-z])")
_ID = re.compile(r"(?<!\d)\d{6}[ \-]?(?:\d{4}[ \-]?\d{4}|\d{8})[ \-]?\d{3}[\dXx](?!\d)")
_MASKED = re.compile(
    r"(?<![0-9０-９])(?:[0-9０-９][\s\-\u200b-\u200f\u2060\ufeff]{0,2}){17}[0-9０-９XxＸｘ](?![0-9０-９])"
)
_CASE = re.compile(r"(?<![A-Za-z\d])DL[ \-]?(\d{8})[ \-]?(\d{4})(?!\d)", re.IGNORECASE)
_CASE_BARE = re.compile(r"(?<![\d\-])(20\d{6})-(\d{4})(?![\d\-])")
_DATE = re.compile(r"(?<!\d)20\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)日?")
_MOBILE = re.compile(r"(?<!\d)(?:\+?0{0,2}86[ \-]?)?(1[3-9]\d[ \-.]?\d{4}[ \-.]?\d{4})(?!\d)(?! ?-?\d{1,9}(?!\d))")
_EXTENSION = r"(?:\s?(?:转|分机号?|-|#)\s?(\d{1,5}))?(?!\d)"
_LANDLINE = re.compile(
    rf"(?<!\d)\(?(0(?:10|2\d)|0[3-9]\d{{2}})\)?[ \-]?(\d{{7,8}}|\d{{3,4}}[ \-]\d{{4}}){_EXTENSION}"
    r"|(?<!\d)(0\d{2,3})-(\d{7,8})(?!\d)"
)
_HOTLINE = re.compile(r"(?<!\d)[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")
_HOTLINE_CUE = re.compile(r"(?:联系(?:电话|方式)|我们?的?电话|(?:公司|单位|店里?|厂里?)的?电话)(?:是|为|:|：|\s)*$")
_HOTLINE_LENGTH = 10
_NOT_ACCOUNT = re.compile(
    r"(?:卡|(?<!电费)(?<!用电)(?:帐户|账户|账号|帐号)|表|资产|条码|条形码|订单|交易|支付|流水|发票|税|单|身份证|证件|证|QQ|qq|Qq|微信|快递|运单|尾|编码|工|设备|编|代码|电话|手机|座机|合同|批次|铭牌|箱|杆)"
    r"(?:上|里|的|号码?|编号|后面|背面|写的?|数字)*(?:是|为|:|：|,|，|\s)*$"
)
_ACCOUNT_NAMED = re.compile(r"(?:帐户|账户|账号|帐号)(?:号码?)?(?:是|为|:|：|\s)*$")
_DENIED = re.compile(r"(?:不是|不要|别打|别查|换掉)[^\d，。；,;]{0,4}$")
_GONE = re.compile(
    r"\s?(?:这个|那个)?(?:是|我|已经|早就?|现在)?(?:停机?了|不用了|没用了|作废|注销|换了|打不通|空号|写错|发错|打错|错的|不对|有误)"
)
_JOINT = re.compile(r"[\s，,、/]*(?:(?:或者?|还)是?|和|跟|及|还有|以及|也行|都行)?[\s，,、/]*(?:打)?")
_UNION = "62"
_BANK = re.compile("62|4|5[1-5]|35|9558")
_WHOLE_CARD = 16
_TEN = 10


@dataclass(frozen=True, slots=True)
class Figure:
    """A number found in a text, its bare digits and how it was told."""

    digits: str
    start: int
    end: int
    named: bool
    """Whether a word right before it says what it is."""
    denied: bool = False


def mask(text: str) -> str:
    """Hide identity-card numbers but for the last four signs."""
    return _MASKED.sub(lambda found: "*" * 14 + re.sub(r"[^0-9０-９XxＸｘ]", "", found[0])[-4:], text)


def has_id_number(text: str) -> bool:
    """Whether an identity-card number stands in the text."""
    return bool(_MASKED.search(text))


def blank(text: str, *spans: tuple[int, int]) -> str:
    """Put spaces where something was read, so that it is not read twice."""
    for start, end in spans:
        text = f"{text[:start]}{'　' * (end - start)}{text[end:]}"
    return text


def _chosen(figures: Iterable[Figure]) -> str:
    """The one meant: the named one before others; two different ones are none."""
    kept = [figure for figure in figures if not figure.denied]
    named = {figure.digits for figure in kept if figure.named}
    every = {figure.digits for figure in kept}
    for readings in (named, every):
        if len(readings) == 1:
            return readings.pop()
        if readings:
            return ""
    return ""


def case_no(plain: str) -> tuple[str, str]:
    """The case number, and the text without any."""
    found = list(_CASE.finditer(plain)) or list(_CASE_BARE.finditer(plain))
    numbers = {f"DL{one[1]}-{one[2]}" for one in found}
    rest = blank(plain, *(one.span() for one in found))
    return (numbers.pop() if len(numbers) == 1 else ""), rest


def without_ids(plain: str) -> str:
    """Take identity-card numbers and whole dates out: neither is an account."""
    plain = blank(plain, *(one.span() for one in _ID.finditer(plain)))
    return blank(plain, *(one.span() for one in _DATE.finditer(plain)))


def phones(plain: str) -> tuple[Figure, ...]:
    """Every telephone number of a text, hotlines only where they are said to be one's own."""
    found = []
    for one in _MOBILE.finditer(plain):
        long = len(re.sub(r"\D", "", one[0])) in ACCOUNT_LENGTHS
        if not (long and not _strange(re.sub(r"\D", "", one[0])) and ACCOUNT_CUE.search(plain[: one.start()])):
            found.append(_figure(plain, one.span(), re.sub(r"\D", "", one[1]), PHONE_CUE))
    rest = blank(plain, *((one.start, one.end) for one in found))
    for one in _LANDLINE.finditer(rest):
        area, number, more = (one[1], one[2], one[3] or "") if one[1] else (one[4], one[5], "")
        digits = area + re.sub(r"\D", "", number)
        bare = not (set("- ()转") & set(one[0]))
        if (len(digits) in ACCOUNT_LENGTHS and bare) or ACCOUNT_CUE.search(rest[: one.start()]):
            continue
        found.append(_figure(rest, one.span(), f"{digits}-{more}" if more else digits, PHONE_CUE))
    own = (one for one in _HOTLINE.finditer(rest) if _HOTLINE_CUE.search(rest[: one.start()]))
    found += (_figure(rest, one.span(), re.sub(r"\D", "", one[0]), PHONE_CUE) for one in own)
    return _linked(plain, sorted(found, key=lambda one: one.start))


def phone(plain: str, *, asked: bool = False) -> tuple[str, str]:
    """The telephone number, and the text without any."""
    found = phones(plain)
    rest = blank(plain, *((one.start, one.end) for one in found))
    strange = (one for one in _HOTLINE.finditer(rest) if not ACCOUNT_CUE.search(rest[: one.start()]))
    rest = blank(rest, *(one.span() for one in strange if len(re.sub(r"\D", "", one[0])) == _HOTLINE_LENGTH))
    number = _chosen(found)
    bare = re.sub(r"[ \-]", "", plain.strip(" 。.，"))
    if not number and asked and re.fullmatch(r"[2-8]\d{6,7}|[48]00\d{7}", bare):
        number = bare
    return number, rest


def account_no(plain: str, *, asked: bool = False) -> str:
    """The account number: ten, thirteen or sixteen digits that are nothing else."""
    return _chosen(accounts(plain, asked=asked))


def accounts(plain: str, *, asked: bool = False) -> tuple[Figure, ...]:
    """Every number of a text that may be an account."""
    return _linked(plain, list(_accounts(plain, asked=asked)))


def _accounts(plain: str, *, asked: bool) -> Iterator[Figure]:
    for run in _RUN.finditer(plain):
        before = plain[: run.start()]
        named = bool(ACCOUNT_CUE.search(before))
        for start, end, digits in _readings(run):
            if len(digits) not in ACCOUNT_LENGTHS or _strange(digits):
                continue
            other = _NOT_ACCOUNT.search(before) and not (asked and _ACCOUNT_NAMED.search(before))
            if is_card(digits) or (not named and (other or _like_card(digits))):
                continue
            yield replace(_figure(plain, (start, end), digits, ACCOUNT_CUE), named=named)


def is_card(digits: str) -> bool:
    """Whether sixteen digits are a bank card by their first figures and the check figure, whatever they are called."""
    return len(digits) == _WHOLE_CARD and bool(_BANK.match(digits)) and _checked(digits)


def _like_card(digits: str) -> bool:
    return len(digits) == _WHOLE_CARD and digits.startswith(_UNION)


def _checked(digits: str) -> bool:
    """Luhn's sum, which every bank card fulfils."""
    doubled = (sum(divmod(int(sign) * 2, _TEN)) for sign in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % _TEN == 0


def _linked(plain: str, figures: list[Figure]) -> tuple[Figure, ...]:
    """「电话甲或者乙」: what is named stands for both."""
    for at in range(1, len(figures)):
        one, other = figures[at - 1], figures[at]
        if one.named and not other.named and _JOINT.fullmatch(plain[one.end : other.start]):
            figures[at] = replace(other, named=True)
    return tuple(figures)


def _readings(run: re.Match[str]) -> Iterator[tuple[int, int, str]]:
    """A run is one number; where it is too long to be one, each of its groups is."""
    whole = re.sub(r"\D", "", run[0])
    if len(whole) <= max(ACCOUNT_LENGTHS):
        yield run.start(), run.end(), whole
        return
    for group in re.finditer(r"\d+", run[0]):
        yield run.start() + group.start(), run.start() + group.end(), group[0]


def _strange(digits: str) -> bool:
    """Whether it only looks like an account: a mobile with its country code."""
    return len(digits) == 13 and digits.startswith("86") and digits[2] == "1" and digits[3] in "3456789"  # noqa: PLR2004 - 86 and eleven


def _figure(plain: str, span: tuple[int, int], digits: str, cue: re.Pattern[str]) -> Figure:
    before = plain[: span[0]]
    denied = bool(_DENIED.search(before) or _GONE.match(plain, span[1]))
    return Figure(digits, *span, bool(cue.search(before)), denied)


_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10_000}
_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2}


def numeral(text: str) -> int | None:
    """Read a Chinese or Arabic whole number below a hundred million."""
    if text.isascii() and text.isdigit():
        return int(text)
    total = part = digit = 0
    for char in text:
        if char in _DIGITS:
            digit = _DIGITS[char]
        elif char == "万":
            total, part, digit = (part + digit) * 10_000, 0, 0
        elif char in _UNITS:
            part, digit = part + (digit or 1) * _UNITS[char], 0
        else:
            return None
    return total + part + digit if text else None
