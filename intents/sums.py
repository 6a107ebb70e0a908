"""Sums of money in talk: 三百二, 1.2万, 两百块五; what is only about so much, a price of a unit or a range is none."""

import re
from collections.abc import Iterator

from intents.figures import numeral

_HAN = "[零一二两三四五六七八九十百千万]+"
_FIGURE = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d+(?:\.\d{1,2})?)"
_TAIL = (
    r"(?:\s?(?P<tenth>[1-9零一二两三四五六七八九])\s?(?:(?:毛|角)(?:(?P<cent>[1-9一二两三四五六七八九])\s?分?(?!度|个))?)?"
    r"(?![0-9零十百千万度个]|[一二三四五六七八九](?!度)))?"
)
_FORMAL = str.maketrans("壹贰貳叁參肆伍陆陸柒捌玖拾佰仟萬圆圓", "一二二三三四五六六七八九十百千万元元")
_SMALL = re.compile(
    r"(?<![\d.零一二两三四五六七八九十百千万几元块])(?P<tenth>[1-9一二两三四五六七八九])\s?(?:毛|角)(?:钱|(?P<cent>[1-9一二两三四五六七八九])分?)?(?![多几来\d])"
)
"""五毛: less than a yuan."""
_MONEY = re.compile(
    rf"(?<![\d.零一二两三四五六七八九十百千万几上近小])(?:[¥￥]\s?)?(?P<sum>{_FIGURE}|{_HAN})\s?(?P<scale>万|千|百)?\s?"
    rf"(?:元|块钱?|圆|塊錢?|rmb|RMB|人民币)(?!几|多|左右|上下){_TAIL}|[¥￥]\s?(?P<sign>{_FIGURE})"
)
_PAID = re.compile(
    r"(?:交|缴|付|扣|充|花|收|退|欠|补|罚|赔|一共|总共|合计|金额(?:是|为)?|电费(?:是|有|要|到了)?)(?:了|过|掉|去|走|的|我|我家|你们?|我们)*(?:电费|钱|款)?"
    rf"(?P<sum>\d{{2,7}}(?:\.\d{{1,2}})?|\d{{1,4}}(?:\.\d{{1,2}})?(?=万)|(?={_HAN}[，。！？ 了呢吧啊电]|{_HAN}$)"
    rf"[一二两三四五六七八九]?[十百千万]{_HAN}|[一二两三四五六七八九][十百千万])(?P<scale>万)?"
    r"(?=$|[，。！？；、 \n]|了|呢|吧|啊|电费|钱|进去|到账)"
)
_BILL = re.compile(
    rf"(?<![零一二两三四五六七八九十百千万几\d])(?P<sum>{_HAN}|\d{{2,7}})(?P<scale>万)?的?(?=电费(?!单|卡|户)|押金|违约金|滞纳金)"
)
_BARE = re.compile(
    rf"(?:大概|大约|差不多|应该是?|就?是|一共|总共|约|人民币)*\s?(?P<sum>{_FIGURE}|{_HAN})\s?(?P<scale>万|千|百)?(?:块钱?|元|吧|的|整|左右)*"
)
_UNIT_PRICE = re.compile(r"\s?[一每/]?\s?(?:度|千瓦时|个字|kwh)", re.IGNORECASE)
_PRICED = re.compile(r"(?:每度|一度|单价|电价)[^，。\d]{0,4}$")
_RANGE = re.compile(rf"(?:从|{_FIGURE}|{_HAN})(?:元|块)?(?:到|至|-|~|涨到|变成)(?:了)?$")
_VAGUE = re.compile(r"[一二两三四五六七八九]{2,}[十百千万]|几|多")
_AROUND = re.compile(r"\s?(?:多|几|来块?|左右|上下|以上|以下|出头)")
_NEAR = 12
_NO_SUM = frozenset({"95598", "12398", "12345"})
_ABOUT = re.compile(
    r"[几好]几?[十百千万]|十几|[十百千万\d]多(?:块|元|$)|[十百千万\d]来块|[十百千万\d]来(?:元|$)|[百千万]把块?|[上小近成][一两]?[百千万]"
    r"|[一二两三四五六七八九]{2}[十百千万]|(?:块钱?|元|[百千万\d])出头"
)
_TRAILING = re.compile("[百千万][一二两三四五六七八九]$")
_SCALES = {"百": 100, "千": 1000, "万": 10_000}


def amount(plain: str, *, asked: bool = False) -> str:
    """A sum of money in yuan, as bare figures; two different ones are none."""
    plain = plain.translate(_FORMAL).replace("廿", "二十")
    found = list(_found(plain))
    sums = {sum_ for one in found if (sum_ := _yuan(one))}
    if any(_RANGE.search(plain[max(0, one.start() - _NEAR) : one.start()]) for one in found):
        return ""
    if len(sums) == 1:
        return sums.pop()
    bare = _BARE.fullmatch(plain.strip(" 。.，"))
    return _yuan(bare) if asked and not sums and bare else ""


def vague(plain: str) -> bool:
    """Whether money is told only as about so much: 几百, 一千多块."""
    return bool(_ABOUT.search(plain.translate(_FORMAL)))


def _found(plain: str) -> Iterator[re.Match[str]]:
    for pattern in (_MONEY, _PAID, _BILL, _SMALL):
        for found in pattern.finditer(plain):
            before = plain[max(0, found.start() - _NEAR) : found.start()]
            priced = _UNIT_PRICE.match(plain, found.end()) or _PRICED.search(before)
            if not priced and not _AROUND.match(plain, found.end()):
                yield found


def _yuan(found: re.Match[str]) -> str:
    """The bare figures of one sum; empty where its words are none."""
    groups = found.groupdict()
    if groups.get("sign"):
        return groups["sign"].replace(",", "")
    small = (numeral(groups.get("tenth") or "") or 0) / 10 + (numeral(groups.get("cent") or "") or 0) / 100
    if "sum" not in groups:
        return f"{small:.2f}".rstrip("0")
    told, scale = groups["sum"].replace(",", ""), groups.get("scale") or ""
    if told in _NO_SUM or _VAGUE.search(told):
        return ""
    value = float(told) if told[0].isdigit() else float(_counted(told))
    value *= _SCALES.get(scale, 1)
    if not value:
        return ""
    if small:
        value += small
    elif told[0].isdigit() and not scale:
        return told
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _counted(told: str) -> int:
    """三百二 is three hundred and twenty; 三百零二 is not."""
    value = numeral(told) or 0
    if _TRAILING.search(told):
        last = numeral(told[-1]) or 0
        value += last * (_SCALES[told[-2]] // 10 - 1)
    return value
