"""Facts in a message: typed, checked, bare; where two readings are possible, none is taken."""

import re
from collections.abc import Iterable
from datetime import date

from intents import figures, spans, sums, visits
from intents.addresses import address
from intents.answers import EMPTY, SAME, plausible
from intents.dictation import figured, unmarked
from intents.figures import has_id_number, mask
from intents.text import normalise, plain

__all__ = ["has_id_number", "mask", "numbered", "plausible", "read"]

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


def read(text: str, *, today: date, places: Iterable[str] = (), asked: str = "") -> dict[str, str]:
    """Find the facts a message holds; what was just asked for may be told in free words."""
    written = plain(unmarked(text[:4096]))
    clean = normalise(written)
    no, rest = figures.case_no(figured(written, asked))
    rest = figures.without_ids(rest)
    number, rest = figures.phone(rest, asked=asked == "phone")
    found = {
        "account_no": figures.account_no(rest, asked=asked == "account_no"),
        "phone": number,
        "address": address(clean, tuple(places), asked=asked == "address"),
        "visit": visits.read(clean, today, asked=asked == "visit"),
        **_days(clean, today, asked=asked == "date"),
        "amount": sums.amount(rest, asked=asked == "amount"),
        "case_no": no,
        "name": _name(written, asked=asked == "name"),
        "scope": _scope(clean),
    }
    if asked and asked not in found and plausible(clean) and not SAME.search(clean):
        found[asked] = clean.replace("\n", "，")
    return {slot: value for slot, value in found.items() if value}


def numbered(text: str) -> bool:
    """Whether the whole text is 「5号」: a day or a door, as was asked."""
    return bool(
        re.fullmatch(r"(?:是|在|就|那)*[\d一二三四五六七八九十]{1,4}号[吧的啊呀。！]*", normalise(text).strip())
    )


def _days(clean: str, today: date, *, asked: bool) -> dict[str, str]:
    """The day; of a run of days its first and its last. A number alone, asked for, is no day before it is sure."""
    found = None if asked and spans.unclear(clean, today) else spans.span(clean, today)
    if not found:
        return {"date": "", "until": ""}
    until = found.last.isoformat() if found.last != found.first else ""
    return {"date": found.first.isoformat(), "until": until}


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
    if not asked or names or not whole or EMPTY.match(written.strip()):
        return ""
    name = whole[1].strip()
    return "" if _NO_NAME.search(name) and not name.endswith(("公司", "厂", "店", "社")) else name
