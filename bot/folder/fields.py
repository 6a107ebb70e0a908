"""The kinds of cell a hall's tables have: each reads TOML, JSON and CSV alike and refuses in Chinese."""

import json
import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, PlainValidator, StringConstraints, ValidationInfo

from bot.folder import parse
from bot.folder.parse import BadForm, ClockSpan, Days


def parts(value: object) -> object:
    """A list as a CSV cell has it: parted by semicolons, or JSON; any other value as it is."""
    if isinstance(value, str) and not value.lstrip().startswith("["):
        return [part.strip() for part in re.split("[;；]", value) if part.strip()]
    return inner(value)


def _whole(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"[+-]?[0-9]{1,15}", value.strip()):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise BadForm("要写一个整数")


def _yes(value: object) -> object:
    words = {"true": True, "false": False, "是": True, "否": False}
    if isinstance(value, str) and value.strip().lower() in words:
        return words[value.strip().lower()]
    if isinstance(value, bool):
        return value
    raise BadForm("只能写 true 或 false")


def _written(value: object) -> object:
    if isinstance(value, (int, float, Decimal)):
        raise BadForm("要写成文字，两头加英文引号")
    if isinstance(value, str) and re.search("[\x00-\x08\x0b-\x1f\x7f]", value.replace("\r\n", "\n")):
        raise BadForm("有看不见的字符，请删掉重打")
    return value


def _moment(value: object, info: ValidationInfo) -> datetime:
    zone = (info.context or {}).get("zone") or ZoneInfo("Asia/Shanghai")
    return parse.moment(value, zone)


def _paid(value: object, info: ValidationInfo) -> datetime:
    try:
        at = datetime.combine(parse.day(value), time())
    except BadForm:
        return _moment(value, info)
    return _moment(at, info)


def _hours_text(value: object) -> str:
    parse.clock_span(value)
    return str(value).strip()


def _slots(value: object) -> dict[str, str]:
    """Facts brought along: bare values as text, a larger one as JSON."""
    if isinstance(value, str) and value.lstrip().startswith("{"):
        value = inner(value)
    if not isinstance(value, dict):
        raise BadForm('要写成 { 名 = "值" }')
    return {
        str(name): item if isinstance(item, str) else json.dumps(item, ensure_ascii=False, default=str)
        for name, item in value.items()
        if item is not None
    }


def inner(value: object) -> object:
    """A small table as a CSV cell has it: JSON."""
    if not isinstance(value, str) or not value.lstrip().startswith(("{", "[")):
        return value
    try:
        return json.loads(value, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        raise BadForm('小表要写成 {"名": 值}') from None


def _rating(value: object) -> str:
    if value == "asked" or (str(value) in set("12345") and not isinstance(value, bool)):
        return str(value)
    raise BadForm('评价写 1 到 5，还没回的写 "asked"')


def _promised(value: object) -> str:
    text = parse.length(value) if value != "" else ""
    if text and not int(text.rstrip("mhdw")):
        raise BadForm("时限要大于零")
    return text


def zone_of(value: object) -> str:
    """The zone's name where there is such a zone; else nothing."""
    try:
        return ZoneInfo(value).key if isinstance(value, str) and value else ""
    except (KeyError, OSError, ValueError):
        return ""


def _known_zone(value: object) -> str:
    if not (key := zone_of(value)):
        raise BadForm('时区要写成 "Asia/Shanghai"')
    return key


def in_order(*given: date | None) -> None:
    """Refuse days or moments that run backwards; those left out say nothing."""
    known = [one for one in given if one is not None]
    if any(early > late for early, late in pairwise(known)):
        raise BadForm("先后倒了：后一个时间比前一个早")


def _shaped(pattern: str, words: str) -> AfterValidator:
    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise BadForm(words)
        return value

    return AfterValidator(check)


def _plain(read: Callable[[Any], Any]) -> PlainValidator:
    return PlainValidator(read)


Text = Annotated[str, BeforeValidator(_written), StringConstraints(strip_whitespace=True, max_length=4000)]
Name = Annotated[Text, _shaped(r"[^\n\t]{1,200}", "不能空着，也不能分行，最多二百字")]
No = Annotated[Text, _shaped(r"[^\s:/;,，；]{1,64}", "编号里不能有空格、逗号、分号、冒号和斜线")]
StaffNo = Annotated[
    No, _shaped(r"(?!(?:customer|guide|clock)$).*", "工号不能是 customer、guide、clock，流转记录里它们另有所指")
]
Key = Annotated[Text, _shaped(r"[^\s/;,，；]{1,64}", "编号里不能有空格、逗号、分号和斜线")]
Code = Annotated[Text, _shaped(r"[a-z][a-z0-9_.]{0,63}", "代码只用小写英文字母、数字和下划线")]
AccountNo = Annotated[
    Text, _shaped(r"[0-9A-Za-z-]{4,32}", "户号只用数字和字母，四位以上；表格软件把它改成科学计数的，请改回文本格式")
]
Phone = Annotated[Text, _shaped(r"(?:[0-9+*][0-9*+ -]{2,23})?", "电话只用数字、空格和短横")]
Whole = Annotated[int, BeforeValidator(_whole)]
TelegramId = Annotated[int, BeforeValidator(_whole), Field(gt=0)]
Count = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=1000)]
Yes = Annotated[bool, BeforeValidator(_yes)]
Number = Annotated[Decimal, _plain(parse.number)]
Day = Annotated[date, _plain(parse.day)]
Month = Annotated[str, _plain(parse.month)]
Moment = Annotated[datetime, PlainValidator(_moment)]
Paid = Annotated[datetime, PlainValidator(_paid)]
Length = Annotated[str, _plain(_promised)]
Lasting = Annotated[timedelta, _plain(parse.lasting)]
Moments = Annotated[timedelta, _plain(parse.moments)]
Clock = Annotated[time, _plain(parse.clock)]
Hours = Annotated[ClockSpan, _plain(parse.clock_span)]
HoursText = Annotated[str, _plain(_hours_text)]
OnDays = Annotated[Days, _plain(parse.days)]
Size = Annotated[int, _plain(parse.size)]
Slots = Annotated[dict[str, str], _plain(_slots)]
Rating = Annotated[str, _plain(_rating)]
ZoneName = Annotated[str, _plain(_known_zone)]
Many = BeforeValidator(parts)
Inner = BeforeValidator(inner)
Names = Annotated[tuple[Name, ...], Many]
Nos = Annotated[tuple[No, ...], Many]
Codes = Annotated[tuple[Code, ...], Many]
AccountNos = Annotated[tuple[AccountNo, ...], Many]
