"""Where something is: 芦苇新村3幢2单元502, 丹枫路88弄12号, 3-2-502; anchored by the places of the hall."""

import re
from collections.abc import Iterator

from intents.answers import EMPTY, SAME, plausible
from intents.landmarks import TALK, landmark, placed, talks

_NUM = r"(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,5}|[A-Za-z]\d{0,3}|\d{1,4}[A-Za-z])"
_ROAD = (
    r"(?:村队|路|街道?|大道|巷|弄|胡同|村|庄|屯|寨|社区|小区|花园|家园|苑|新村|公寓|大厦|广场|商城|市场|城|里|湾|府|庭|坊|园|组"
    r"|生产队|镇|乡|区|县|市|集|学校|医院|卫生院|工业区|开发区|园区|厂(?!房)|大队|小队|合作社|大桥(?:下|头|边)?|桥[下头边]|车站|菜场"
    r"|码头|水库|山庄|别墅|雅苑|郡|墅|名都|新城|电站"
    r"|明珠|华府|首府|学府|名邸|半岛|公馆|国际|雅居|水岸|宿舍楼?|家属[楼院])"
)
_KIND = (
    r"(?:号宿舍楼?|号公寓楼|号楼|号院|支弄|号(?!线|台区|变|杆|开关)|幢|栋|座|单元|室|楼|层|(?:村民)?小组|组|生产队|队"
    r"|社|户|弄|巷|门|期|区|排|村)"
)
_UNIT = rf"(?:[东西南北]?第?{_NUM}(?:[-－~]{_NUM})*{_KIND}[东西南北]?(?!单元|排)|[东西南北中](?:单元|排|区))"
_SHOP = (
    r"(?:沿街|临街|一楼|底层|对面|隔壁|旁边)?(?:店面房?|门面房?|店铺|商铺|铺面|铺位|摊位|仓库|厂房|车库|车棚"
    r"|地下室|储藏室|架空层|阁楼)"
)
_TAIL = (
    rf"(?:[，, ]?(?:{_UNIT}|{_SHOP}|{_NUM}-{_NUM}(?:-{_NUM})*(?!\d)"
    rf"|(?<=[幢栋座元楼]){_NUM}(?![年月日点分块元度天个])|[东西南北](?:边|头|侧|门|区|苑)))"
)
_NAMED = rf"[一-鿿A-Za-z0-9]{{1,10}}?{_ROAD}(?:城|村|里|苑)?"
_CALLED = rf"(?:(?!{TALK.pattern}|和|跟|与|及|或|到|是|对面|旁边)[一-鿿A-Za-z0-9]){{1,8}}?{_ROAD}(?:城|村|里|苑)?"
_AFTER = re.compile(rf"(?:{_CALLED}){{1,4}}{_TAIL}{{1,6}}|{_TAIL}{{0,6}}")
"""What goes on behind a known place: its village, its road, the door."""
_UNCALLED = re.compile(
    rf"^(?!小区|村|楼|城(?![东西南北关])|里|单元)(?:(?!{TALK.pattern}|和|跟|与|及|或|到|是|第)[一-鿿]){{2,12}}?{_UNIT}{_TAIL}{{1,6}}"
)
"""A building of an estate whose name has no sign: 绿谷春晓5幢803."""
_ADDRESS = re.compile(rf"(?:{_NAMED}){{1,5}}{_TAIL}{{0,6}}|{_UNIT}{_TAIL}{{1,5}}")
_LEAD = re.compile(
    r"^(?:.*?(?:住在|住(?!院|宅)|家在|地址(?:是|为|在|:|：)?|位置(?:是|在)?|地点(?:是|在)?|位于|坐落在?|我在|人在|就在|是在|在|我是|我们是|这里是|这边是|这是|麻烦(?:你们?|您)?(?:来|到)一?下|(?<=是)那个|^(?:那个|这个|喂)"
    r"|来自|搬到|搬去|送到|到(?!底)|(?<![进上下过])去|我们|我家(?:是|在)?|俺家|咱家|家里是|我们家|帮我(?:查查|查一?下|查|看看|看一?下|看)?|查一?下|看看|看一?下|就是|还是|报修|请问|你好|您好|我))+"
)
_FOLLOW = re.compile(
    r"(?:停电|没电|没有电|断电|黑了|全黑|都黑|就我|只有我|整[栋幢个片]都|都没|跳闸|着火|冒烟|电话|手机|已经|(?<!^)麻烦|谢谢|快来|快点|什么时候|几时|怎么|我要|想要|想办|需要"
    r"|报修|来人|来修|派人|快(?!递|餐|捷)|赶紧|赶快|抓紧|尽快|在?等(?:着|你|了|人)|急|都停|停了|(?:这边|这里|这儿|这块)$).*$|[吧哈啊呢哦的了]+$"
)
_FLAT = re.compile(rf"{_NUM}(?:-{_NUM}){{1,3}}(?:室|号)?|(?:{_UNIT}){{1,6}}\d{{0,4}}")
_SIGNED = re.compile(r"(?<![a-z])[a-z](?=\d{0,3}(?:座|幢|栋|区|单元|楼|号楼))")
"""The letter of a building, which is written large."""
_NAMELESS = re.compile(
    r"(?:这个?|那个?|本|整个|我们?)?(?:小区|村里?|镇|社区|楼里?|单元|城|里)(?=[\d一二三四五六七八九十])"
)
"""A building of a place that is not named."""
_FLOORS = re.compile(rf"(?:{_NUM}[楼层])+")
"""一楼二楼: how much is dark, not where."""
_NUMBERS = re.compile(r"\d{8,}|(?<!\d)(?=(?:\d-?){10,})\d+(?:-\d+)+")
"""Numbers that are no door: accounts, cards."""
LONGEST = 60
_TURNS = 4
"""How often words are taken off both ends before what is left is the place."""
_FAR = 600
"""How far into a message an address is looked for."""


def address(clean: str, places: tuple[str, ...], *, asked: bool) -> str:
    """The longest stretch that reads as a place; asked for, whatever words tell where, free of the words around."""
    line = re.sub(r"\s+", "", clean[:_FAR].replace("\n", "，"))
    line = _NUMBERS.sub("，", re.sub(r"1[3-9]\d{9}", "，", line))
    if not asked:
        longest = _longest(line, places)
        alone = all(spot in longest[0] for spot in longest) if longest else False
        return _lettered(longest[0]) if alone else ""
    for _ in range(_TURNS):
        found = _told_address(line, next(iter(_longest(line, places)), ""), places)
        if found == line:
            break
        line = found
    return _lettered(line)


def _longest(line: str, places: tuple[str, ...]) -> list[str]:
    return sorted({spot for spot in _spots(line, places) if spot}, key=len, reverse=True)


def _lettered(spot: str) -> str:
    return _SIGNED.sub(lambda found: found[0].upper(), spot)


def _spots(line: str, places: tuple[str, ...]) -> Iterator[str]:
    taken = line
    for place in sorted(places, key=len, reverse=True):
        at = taken.find(place.lower())
        if at < 0 or not place:
            continue
        tail = _AFTER.match(line[at + len(place) :])
        end = at + len(place) + (tail.end() if tail else 0)
        start = at - len(_leading(line[:at], places))
        yield _tidy(line[start:end])
        taken = taken[:start] + "\0" * (end - start) + taken[end:]
    for clause in re.split(r"[，。！？；\0]", taken):
        told = _LEAD.sub("", clause) or clause
        found = _UNCALLED.match(told)
        if found and not _NAMELESS.match(found[0]) and "\0" not in taken:
            yield _tidy(found[0])
            continue
        for match in _ADDRESS.finditer(told):
            spot = _tidy(match[0])
            if _NAMELESS.match(spot) or _FLOORS.fullmatch(spot):
                continue
            if re.search(rf"{_UNIT}|{_NUM}-{_NUM}", spot) and len(spot) >= 4:  # noqa: PLR2004 - shorter ones are no place
                yield spot


def _leading(before: str, places: tuple[str, ...]) -> str:
    """The town or road that is told right before a place."""
    town = next((place for place in places if place and before.endswith(place.lower())), "")
    clause = re.split(r"[，。！？；\0]", before)[-1]
    named = re.search(rf"(?:{_NAMED})+{_UNIT}?$", _LEAD.sub("", clause))
    return max(town, named[0] if named else "", key=len)


def _told_address(line: str, spot: str, places: tuple[str, ...]) -> str:
    """An answer to 「where?」 is an address where it names a place, in any words."""
    if not plausible(line) or len(line) > LONGEST or SAME.search(line):
        return spot
    if not re.search(r"[一-鿿]", line):
        return line if _FLAT.fullmatch(line) else spot
    clauses = [_tidy(_FOLLOW.sub("", _LEAD.sub("", clause) or clause)) for clause in re.split(r"[，。！；]", line)]
    if spot:
        near = [clause for clause in clauses if spot in clause and not talks(clause.replace(spot, ""))]
        return near[0] if near else spot
    told = [clause for clause in clauses if len(clause) >= 2 and not EMPTY.match(clause)]  # noqa: PLR2004 - one sign is no place
    named = [where for clause in told if (where := _where(clause, places))]
    return "".join(named)


def _where(clause: str, places: tuple[str, ...]) -> str:
    """The whole clause where it only tells a place, of a longer one the landmark in it; talk is no place."""
    if not talks(clause):
        return clause if placed(clause, places) else ""
    return landmark(clause)


def _tidy(spot: str) -> str:
    return spot.strip("，,。.；; 的")
