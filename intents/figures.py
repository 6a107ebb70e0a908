"""Numbers in talk: accounts, phones, case numbers, identity cards, amounts; two readings are none."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

ACCOUNT_LENGTHS = frozenset({10, 13, 16})

_RUN = re.compile(r"(?<![\dA-Za-z.])\+?\d(?:[ \-]?\d)*(?![A-Za-z])")
_ID = re.compile(r"(?<!\d)\d{6}[ \-]?(?:\d{4}[ \-]?\d{4}|\d{8})[ \-]?\d{3}[\dXx](?!\d)")
_MASKED = re.compile(
    r"(?<![0-9０-９])(?:[0-9０-９][\s\-\u200b-\u200f\u2060\ufeff]{0,2}){17}[0-9０-９XxＸｘ](?![0-9０-９])"
)
_CASE = re.compile(r"(?<![A-Za-z\d])DL[ \-]?(\d{8})[ \-]?(\d{4})(?!\d)", re.IGNORECASE)
_CASE_BARE = re.compile(r"(?<![\d\-])(20\d{6})-(\d{4})(?![\d\-])")
_DATE = re.compile(r"(?<!\d)20\d{2}\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}(?!\d)日?")
_MOBILE = re.compile(r"(?<!\d)(?:\+?0{0,2}86[ \-]?)?(1[3-9]\d[ \-]?\d{4}[ \-]?\d{4})(?!\d)(?! ?-?\d)")
_LANDLINE = re.compile(
    r"(?<!\d)\(?(0(?:10|2\d)|0[3-9]\d{2})\)?[ \-]?(\d{7,8}|\d{4}[ \-]\d{4})(?!\d)|(?<!\d)(0\d{2,3})-(\d{7,8})(?!\d)"
)
_HOTLINE = re.compile(r"(?<!\d)[48]00[ \-]?\d{3,4}[ \-]?\d{3,4}(?!\d)")
_NOT_ACCOUNT = re.compile(
    r"(?:卡|帐户|账户|账号|帐号|表|资产|条码|订单|流水|发票|单|身份证|证件|证|QQ|qq|Qq|微信|快递|运单|尾|编码|工|设备|编)(?:号码?)?"
    r"(?:是|为|:|：|,|，|\s)*$"
)
_ACCOUNT_CUE = re.compile(r"(?:户\s?号|客户编号|用户编号|用电户|户头|戶號)[^\d，。；]{0,6}$")
_PHONE_CUE = re.compile(r"(?:电话|手机|联系|打我|号码|電話|手機|呼我|回电)[^\d，。；]{0,6}$")
_DENIED = re.compile(r"(?:不是|不要|别打|别查|错了|写错|有误|换掉)[^\d，。；]{0,4}$")
_AMOUNT = re.compile(
    r"(?<![\d.])(?:[¥￥]\s?)?(\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)\s?(万|千)?\s?"
    r"(?:元|块钱?|圆|塊錢?|rmb|RMB|人民币)(?:\s?(\d)(?:毛|角)?(?!\d))?|[¥￥]\s?(\d+(?:\.\d{1,2})?)"
)
_SPOKEN = re.compile(r"(?<![一二两三四五六七八九十百千万几多])([一二两三四五六七八九十百千万零]+)(?:块钱?|元)(?!几|多)")


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


def _chosen(figures: list[Figure]) -> str:
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


def phone(plain: str, *, asked: bool = False) -> tuple[str, str]:
    """The telephone number, and the text without any."""
    figures = []
    spans = []
    for found in _MOBILE.finditer(plain):
        if _ACCOUNT_CUE.search(plain[: found.start()]) and len(re.sub(r"\D", "", found[0])) in ACCOUNT_LENGTHS:
            continue
        figures.append(_figure(plain, found.span(), re.sub(r"\D", "", found[1]), _PHONE_CUE))
        spans.append(found.span())
    rest = blank(plain, *spans)
    for found in _LANDLINE.finditer(rest):
        area, number = (found[1], found[2]) if found[1] else (found[3], found[4])
        digits = re.sub(r"\D", "", number)
        if len(area) + len(digits) in ACCOUNT_LENGTHS and not (set("- ()") & set(found[0])):
            continue
        if _ACCOUNT_CUE.search(rest[: found.start()]):
            continue
        figures.append(_figure(rest, found.span(), area + digits, _PHONE_CUE))
        spans.append(found.span())
    rest = blank(rest, *spans)
    rest = blank(rest, *(one.span() for one in _HOTLINE.finditer(rest) if not _ACCOUNT_CUE.search(rest[: one.start()])
                         and len(one[0]) > len(re.sub(r"\D", "", one[0]))))  # fmt: skip
    number = _chosen(figures)
    bare = re.sub(r"[ \-]", "", plain.strip(" 。.，"))
    if not number and asked and re.fullmatch(r"[2-8]\d{6,7}", bare):
        number = bare
    return number, rest


def account_no(plain: str) -> str:
    """The account number: ten, thirteen or sixteen digits that are nothing else."""
    return _chosen(list(_accounts(plain)))


def _accounts(plain: str) -> Iterator[Figure]:
    for run in _RUN.finditer(plain):
        before = plain[: run.start()]
        for start, end, digits in _readings(run):
            if len(digits) in ACCOUNT_LENGTHS and not _strange(digits):
                named = bool(_ACCOUNT_CUE.search(before))
                if named or not _NOT_ACCOUNT.search(before):
                    yield Figure(digits, start, end, named, bool(_DENIED.search(before)))


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
    return Figure(digits, *span, bool(cue.search(before)), bool(_DENIED.search(before)))


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


def amount(plain: str, *, asked: bool = False) -> str:
    """A sum of money in yuan, as bare figures."""
    sums = {_yuan(found) for found in _AMOUNT.finditer(plain)}
    sums |= {str(value) for found in _SPOKEN.finditer(plain) if (value := numeral(found[1]))}
    if len(sums) == 1:
        return sums.pop()
    bare = plain.strip(" 。.，")
    return bare if asked and not sums and re.fullmatch(r"\d{1,7}(?:\.\d{1,2})?", bare) else ""


def _yuan(found: re.Match[str]) -> str:
    if found[4]:
        return found[4]
    figure = found[1].replace(",", "")
    if found[2]:
        value = float(figure) * _UNITS[found[2]]
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return f"{figure}.{found[3]}" if found[3] and "." not in figure else figure
