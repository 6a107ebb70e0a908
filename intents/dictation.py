"""Numbers as people dictate them, 三三零一, 幺三八, in groups, over two lines: made plain figures to be read."""

import re
import unicodedata

ACCOUNT_LENGTHS = frozenset({10, 13, 16})
ACCOUNT_CUE = re.compile(
    r"(?:户\s?[号好]码?|客户(?:编号|号)|用户(?:编号|号)|用电户|户头|戶號|(?:电费|用电)账[户号])[^\d，。；,;\n]{0,6}$"
)
PHONE_CUE = re.compile(r"(?:电话|手机|联系|打我|号码|電話|手機|呼我|回电|座机)[^\d，。；,;\n]{0,6}$")

_ORNAMENT = re.compile("[²³¹⁰-⁹₀-₉①-⓿❶-➓㈠-㉃㉈-㉟㊀-㊉㊱-㊿¼-¾⅐-⅞]")
"""Signs that hold a figure and are none: exponents, list marks."""
_JOINED = re.compile(r"(?<!\d)\d{1,12}(?:\s?[—–‐‑‒―−﹣－_＿·•・]{1,2}\s?\d{1,12})+(?!\d)")
_OTHER_SCRIPT = re.compile(r"(?![0-9])\d")
_SIGNS = {sign: str(value) for value, sign in enumerate("零一二三四五六七八九")} | {
    "〇": "0", "○": "0", "幺": "1", "两": "2", "兩": "2",
} | {sign: str(value) for value, sign in enumerate("壹贰叁肆伍陆柒捌玖", 1)}  # fmt: skip
_SIGN = "".join(_SIGNS)
_HAN = re.compile(f"[{_SIGN}]")
_SPELLED = re.compile(rf"(?<![十百千万第])[{_SIGN}\d](?:[ \-，、,.。…]{{0,2}}[{_SIGN}\d]){{6,}}+(?![十百千万])")
_ALONE = re.compile(rf"(?:[{_SIGN}\d][ \-，、,.。]*){{4,}}")
"""Nothing but figures: the answer to a question for a number, or a piece of it."""
_FEWEST = 4
"""So many Chinese figures in a row are dictated; fewer are a floor, a group or a clock."""
_GROUPS = re.compile(r"(?<![\d.])\d{2,9}(?:(?: ?[，、,.\n\-] ?| )\d{1,9})+(?![\d元块度号幢栋])")
_HALVES = re.compile(
    r"(?:前面|前[一二三四五六七八九十\d]*位)(?:是|:)?\s?(\d{2,9})\D{0,4}(?:后面|后[一二三四五六七八九十\d]*位)(?:是|:)?\s?(\d{2,9})(?!\d)"
)
_MOBILE = re.compile(r"1[3-9]\d{9}")


def unmarked(text: str) -> str:
    """A text in which only figures look like figures; for use before widths are made one."""
    text = _JOINED.sub(_dashed, _ORNAMENT.sub("；", text))
    return _OTHER_SCRIPT.sub(_decimal, text)


def _dashed(found: re.Match[str]) -> str:
    """A number told in groups with another dash; a span of two days or doors stays as it is."""
    long = len(re.findall(r"\d", found[0])) >= min(ACCOUNT_LENGTHS)
    return re.sub(r"\D+", "-", found[0]) if long else found[0]


def _decimal(found: re.Match[str]) -> str:
    return str(unicodedata.decimal(found[0]))


def figured(plain: str, asked: str = "") -> str:
    """A plain text with numbers that were spelled out or told in groups as runs of figures."""
    if asked in ("account_no", "phone") and _ALONE.fullmatch(plain.strip()):
        plain = "".join(_SIGNS.get(sign, sign) for sign in plain)
    plain = _SPELLED.sub(_spelled, plain)
    plain = _HALVES.sub(lambda found: _whole(found, found[1] + found[2]), plain)
    return _GROUPS.sub(lambda found: _grouped(found, plain, asked), plain)


def _spelled(found: re.Match[str]) -> str:
    if len(_HAN.findall(found[0])) < _FEWEST:
        return found[0]
    return "".join(_SIGNS.get(sign, sign) for sign in found[0])


def _meant(digits: str) -> bool:
    return len(digits) in ACCOUNT_LENGTHS or bool(_MOBILE.fullmatch(digits))


def _whole(found: re.Match[str], digits: str) -> str:
    return digits if _meant(digits) else found[0]


def _grouped(found: re.Match[str], plain: str, asked: str) -> str:
    before = plain[max(0, found.start() - 12) : found.start()]
    if asked not in ("account_no", "phone") and not ACCOUNT_CUE.search(before) and not PHONE_CUE.search(before):
        return found[0]
    return _whole(found, re.sub(r"\D", "", found[0]))
