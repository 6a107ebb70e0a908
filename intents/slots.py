"""Facts in a message: typed, checked, bare; where two readings are possible, none is taken."""

import re
from collections.abc import Iterable
from datetime import date

from intents import figures
from intents.days import day
from intents.figures import has_id_number, mask
from intents.text import normalise, plain

__all__ = ["has_id_number", "mask", "read"]

_NUM = r"(?:\d{1,5}|[一二三四五六七八九十百零〇]{1,5}|[A-Za-z]\d{0,3})"
_ROAD = r"(?:路|街道?|大道|巷|弄|胡同|村|庄|屯|寨|社区|小区|花园|家园|苑|新村|公寓|大厦|广场|商城|市场|城|里|湾|府|庭|坊|园|组|生产队|镇|乡|区|县|市|集|学校|医院)"
_UNIT = rf"(?:[东西南北]?{_NUM}(?:[-－~]{_NUM})*(?:号楼|号院|号|幢|栋|座|单元|室|楼|层|组|队|户|弄|巷|门|期|区|排|村)[东西南北]?)"
_TAIL = rf"(?:[，, ]?(?:{_UNIT}|{_NUM}-{_NUM}(?:-{_NUM})*(?!\d)|(?<=[幢栋座元楼]){_NUM}(?![年月日点分块元度天个])|[东西南北](?:边|头|侧|门|区|苑)))"
_NAMED = rf"[一-鿿A-Za-z0-9]{{1,10}}?{_ROAD}"
_ADDRESS = re.compile(rf"(?:{_NAMED}){{1,4}}{_TAIL}{{0,6}}|{_UNIT}{_TAIL}{{1,5}}")
_LEAD = re.compile(
    r"^(?:.*?(?:住在|住|家在|地址(?:是|为|在|:|：)?|位置(?:是|在)?|地点(?:是|在)?|位于|坐落在?|我在|人在|就在|是在|在|我是|我们是|这里是|这边是|这是"
    r"|来自|搬到|搬去|送到|到|去|我们|我家(?:是|在)?|俺家|咱家|家里是|我们家|帮我查|查一?下|报修|请问|你好|您好|我))+"
)
_FOLLOW = re.compile(
    r"(?:停电|没电|没有电|断电|黑了|全黑|都黑|就我|只有我|整[栋幢个片]都|都没|跳闸|着火|冒烟|电话|手机|已经|麻烦|谢谢|快来|快点|什么时候|几时|怎么|我要|想要|想办|需要"
    r"|报修|来人|来修|派人).*$|[吧哈啊呢哦的了]+$"
)
_QUESTION = re.compile(
    r"[?？]|吗$|么$|呢$|嘛$|怎么|为什么|为啥|什么|多少|几点|多久|能不能|可不可以|可以吗|是不是|有没有|谁|哪里(?!人)|哪儿|咋|如何|凭什么|干嘛|投诉|转人工|人工"
)
_EMPTY = re.compile(
    r"^(?:好的?|嗯+|哦+|是的?|对的?|不是|不对|行|可以|没有|没了|无|不知道|不清楚|不晓得|不记得|忘了|忘记了|不想说|不告诉你?|不方便|跳过|算了|随便|取消|不用了?|不办了"
    r"|谢谢.*|你好|您好|在吗|在|等等|稍等|等一下|知道了?|收到|明白|人呢|有|啥|额|呃|ok|yes|no|\d|[一二三四五])[吧啊呀哦的了。！!~～ ]*$"
)
_ALONE = re.compile(
    r"就我(?:们)?(?:这)?一?家|只有我(?:们)?(?:这)?一?[家户]|就(?:这|咱|俺)(?:一)?家|就一户|单户|单独一户|一家停|我一家|我家一户|别(?:人|家)家?(?:都)?(?:有电|亮|正常|没停)"
    r"|(?:邻居|隔壁|对门|楼上|楼下|左右|周围|旁边|人家|对面)(?:家|邻居|几家)?(?:都|也都|是|全)?(?:有电|亮着|正常|好好的|没停|不停|好的)|^(?:单户|我家|我们家|自家|一家|一户|single)$"
)
_WIDE = re.compile(
    r"整[栋幢个片条层座排]|一整?片|全(?:村|小区|楼|栋|幢|镇|组|队|街|单元|巷|乡|屯|湾)|(?:左邻右舍|周围|附近|四周|邻居|隔壁|楼上楼下|对门)(?:们|家|几家|也|全|都|好几家)*(?:没电|停|黑|没有电|断电|不亮)"
    r"|好[几多][家户栋幢]|几[家户栋幢]都|(?:我们)?(?:这|那)(?:一?片|几栋|几幢|边|里|条街|一带)(?:都|全)|都没电|大家都|家家|户户|不[止光只](?:是)?(?:我|咱|俺)|(?:小区|村|楼|栋|幢|街|单元)(?:里)?(?:都|全|整个)(?:没|停|黑|断)"
    r"|^(?:一片|全部|全都|都是|整栋|整幢|好多家|大片|area)$"
)
_NAME = re.compile(
    r"(?:我(?:叫|的名字(?:是|叫)?|姓名(?:是)?)|(?:户|戶)名(?:是|叫|为|:|：)?|(?:户|戶)主(?:是|叫|为|名字是|:|：)|姓名(?:是|:|：)?|名字(?:是|叫|:|：)|联系人(?:是|:|：)?)\s*"
    r"([㐀-鿿]{2,4}(?:·[㐀-鿿]{1,8})?)(?=[，,。.;；\s]|$|(?:先生|女士))"
)
_COMPANY = re.compile(
    r"(?:户名|单位|公司名?称?|名称)(?:是|叫|为|:|：)?\s*([㐀-鿿A-Za-z0-9（）()]{3,38}(?:公司|厂|合作社|店|局|学校|村委会|经营部|中心))"
)
_WHOLE_NAME = re.compile(
    r"^(?:我?叫|我是|姓名|名字|户名|是)?[是叫:：\s]*([㐀-鿿]{2,4}(?:·[㐀-鿿]{1,8})?|[A-Za-z][A-Za-z .]{1,30}|[㐀-鿿A-Za-z0-9（）()]{3,38}(?:公司|厂|合作社|店|局|学校|村委会|经营部|中心))[吧。！\s]*$"
)
_NO_NAME = re.compile(
    r"怎么|停电|没电|来电|人工|电费|电表|过户|更名|不|什么|谢谢|好的|户号|查询|办理|缴费|报修|维修|投诉|客服|在吗|你好|您好|多少|哪|吗$|没有|忘了|一下"
)
_LONGEST = 60
_FAR = 600
"""How far into a message an address is looked for."""


def read(text: str, *, today: date, places: Iterable[str] = (), asked: str = "") -> dict[str, str]:
    """Find the facts a message holds; what was just asked for may be told in free words."""
    written = plain(text[:4096])
    clean = normalise(written)
    no, rest = figures.case_no(written)
    rest = figures.without_ids(rest)
    number, rest = figures.phone(rest, asked=asked == "phone")
    found = {
        "account_no": figures.account_no(rest),
        "phone": number,
        "address": _address(clean, tuple(places), asked=asked == "address"),
        "date": day(clean, today),
        "amount": figures.amount(rest, asked=asked == "amount"),
        "case_no": no,
        "name": _name(written, asked=asked == "name"),
        "scope": _scope(clean),
    }
    if asked and asked not in found and plausible(clean):
        found[asked] = clean.replace("\n", "，")
    return {slot: value for slot, value in found.items() if value}


def plausible(clean: str) -> bool:
    """Whether a normalised text can be an answer to what was asked: no question, no yes, no thanks."""
    return 0 < len(clean) <= _LONGEST * 4 and not _QUESTION.search(clean) and not _EMPTY.match(clean)


def _scope(clean: str) -> str:
    alone, wide = bool(_ALONE.search(clean)), bool(_WIDE.search(clean))
    if alone == wide:
        return ""
    return "single" if alone else "area"


def _name(written: str, *, asked: bool) -> str:
    names = {found[1] for pattern in (_COMPANY, _NAME) for found in pattern.finditer(written)}
    names = {name for name in names if not _NO_NAME.search(name) or len(name) > 4}  # noqa: PLR2004 - longer ones are companies
    if len(names) == 1:
        return names.pop()
    whole = _WHOLE_NAME.match(written.strip())
    if not asked or names or not whole or _EMPTY.match(written.strip()):
        return ""
    name = whole[1].strip()
    return "" if _NO_NAME.search(name) and not name.endswith(("公司", "厂", "店", "社")) else name


def _address(clean: str, places: tuple[str, ...], *, asked: bool) -> str:
    """The longest stretch that reads as a place; places of the hall anchor it."""
    line = re.sub(r"\s+", "", clean[:_FAR].replace("\n", "，"))
    line = re.sub(r"1[3-9]\d{9}", "，", line)
    found = {spot for spot in _spots(line, places) if spot}
    longest = sorted(found, key=len, reverse=True)
    if longest and (len(longest) == 1 or all(spot in longest[0] for spot in longest)) and not asked:
        return longest[0]
    if asked:
        return _told_address(line, longest[0] if longest else "")
    return ""


def _spots(line: str, places: tuple[str, ...]) -> Iterable[str]:
    taken = line
    for place in sorted(places, key=len, reverse=True):
        at = taken.find(place.lower())
        if at < 0 or not place:
            continue
        tail = re.match(rf"{_TAIL}{{0,6}}", line[at + len(place) :])
        end = at + len(place) + (tail.end() if tail else 0)
        start = at - len(_leading(line[:at], places))
        yield _tidy(line[start:end])
        taken = taken[:start] + "\0" * (end - start) + taken[end:]
    for clause in re.split(r"[，。！？；\0]", taken):
        for match in _ADDRESS.finditer(_LEAD.sub("", clause) or clause):
            spot = _tidy(match[0])
            if re.search(rf"{_UNIT}|{_NUM}-{_NUM}", spot) and len(spot) >= 4:  # noqa: PLR2004 - shorter ones are no place
                yield spot


def _leading(before: str, places: tuple[str, ...]) -> str:
    """The town or road that is told right before a place."""
    town = next((place for place in places if place and before.endswith(place.lower())), "")
    clause = re.split(r"[，。！？；\0]", before)[-1]
    named = re.search(rf"(?:{_NAMED})+{_UNIT}?$", _LEAD.sub("", clause))
    return max(town, named[0] if named else "", key=len)


def _told_address(line: str, spot: str) -> str:
    """An answer to 「where?」 is an address in any words, unless it asks back or says nothing."""
    if not plausible(line) or len(line) > _LONGEST or not re.search(r"[一-鿿]", line):
        return spot
    clauses = [_tidy(_FOLLOW.sub("", _LEAD.sub("", clause) or clause)) for clause in re.split(r"[，。！；]", line)]
    if spot:
        near = [clause for clause in clauses if spot in clause]
        return near[0] if near else spot
    told = [clause for clause in clauses if len(clause) >= 2 and not _EMPTY.match(clause)]  # noqa: PLR2004 - one sign is no place
    return "".join(told)


def _tidy(spot: str) -> str:
    return spot.strip("，,。.；; 的")
