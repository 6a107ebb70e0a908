"""Pasted tickets of other systems 外部工单: bracketed key-value text → what each says, typed and masked."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Any

from bot.desk.books import Books
from bot.desk.case import Case, Lane, Outcome, Secrecy
from bot.desk.errors import Missing
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.roster import Staff
from bot.desk.words import words
from intents import figures
from intents.slots import mask
from intents.text import HAN, plain
from intents.topic import Topic

LONGEST = 60_000
"""Signs of one paste."""
MOST = 50
"""Tickets of one paste."""
BESIDE = 6
"""Signs beside a number that say nothing more: a country code, dashes."""
WORDS = 4000
"""Signs of one field that are kept."""
_FIELDS: Mapping[str, str] = MappingProxyType(
    {
        "no": "工单号 工单编号 工单流水号 单号 受理编号 受理单号 流水号 业务编号 编号",
        "name": "客户姓名 客户名称 用户姓名 用户名称 姓名 户名 联系人 来电人 诉求人 投诉人 举报人 报修人",
        "phone": "联系电话 联系方式 联系号码 客户电话 来电号码 主叫号码 回复电话 手机号码 手机号 手机 电话",
        "account_no": "户号 用电户号 客户编号 用户编号 用户号",
        "address": "用电地址 地址 客户地址 联系地址 事发地址 故障地址 停电地址 报修地址 被举报地址",
        "business": "业务类型 业务类别 业务分类 工单类型 诉求类型 受理类型 诉求分类 类型",
        "content": "受理内容 工单内容 诉求内容 客户诉求 反映内容 问题描述 故障描述 故障现象 内容 诉求 描述",
        "at": "受理时间 来电时间 登记时间 创建时间 派单时间 报修时间 时间",
        "secrecy": "保密要求 是否保密 是否匿名 保密 匿名",
    }
)
KEYS: Mapping[str, str] = MappingProxyType({key: name for name, keys in _FIELDS.items() for key in keys.split()})
"""How other systems call each field → the field."""
LABELS: Mapping[str, str] = MappingProxyType({name: keys.split()[0] for name, keys in _FIELDS.items()})
"""How a field is called when it is missing."""
_BRACKETED = re.compile(r"[【\[〔]\s*([^【】\[\]〔〕\n]{1,16}?)\s*[】\]〕]\s*:?")
_BARE = re.compile(rf"(?:^|(?<=[\n,，;；|]))[ \t]*({'|'.join(sorted(KEYS, key=len, reverse=True))})[ \t]*:")
_BESIDE = re.compile(r"[\s*:]|\([^()]*\)?")
"""What stands beside a key's name: blanks, stars, a remark in brackets."""
_EDGES = " \t\n,，;；|:：-—=_*"
_MOMENT = re.compile(
    r"(20\d{2})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})\s?日?(?:[ T,，]{0,2}(\d{1,2})\s?[:时点]\s?(\d{1,2})?)?"
)
_RUN = re.compile(r"(?<!\d)(?<!DL)\+?\d(?:[ \-]?\d){6,}(?!\d)")
_DAY = re.compile(r"(?:20\d{2}[01]\d[0-3]\d|20\d{2}-[01]?\d-[0-3]?\d)(?: [012]?\d)?")
_HALF = re.compile(rf"(?<=[{HAN}])[,?!;:]|[,?!;:](?=[{HAN}])")
_MARKS = str.maketrans(",?!;:", "，？！；：")
_OUTER = re.compile(r"[A-Za-z0-9][A-Za-z0-9\-_]{2,39}")
_NO = ("否", "不", "无", "没")
_COMPLAINT = "投诉"
_ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "outage_repair": "故障报修 停电报修 低压停电 一户停电 一带停电 低压故障 线路故障 报修 抢修",
        "frequent_outage": "频繁停电",
        "voltage": "电压质量 供电质量",
        "hazard": "安全隐患 安全险情 险情 触电",
        "complaint": "投诉 行风",
        "theft_report": "窃电 违约用电 举报",
        "praise": "表扬",
        "opinion": "意见 建议",
        "bill_dispute": "电费异常 电费电量异常 抄表数据异常",
        "meter_check": "电能表校验 校表 申校",
        "owner_transfer": "过户",
        "rename": "更名",
        "new_resident": "居民新装 居民报装 一户一表",
        "new_lv_business": "低压非居民新装 非居民新装",
        "new_hv": "高压新装",
        "ev_charger": "充电桩",
        "reconnect": "复电",
        "human_agent": "转人工",
    }
)
_BY_ALIAS = MappingProxyType({alias: code for code, aliases in _ALIASES.items() for alias in aliases.split()})
_LONGEST_FIRST = tuple(sorted(_BY_ALIAS, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Ticket:
    """One ticket as it was pasted; words are masked, what it did not say is empty."""

    no: str = ""
    """The other system's number."""
    name: str = ""
    phone: str = ""
    account_no: str = ""
    address: str = ""
    business: str = ""
    content: str = ""
    at: str = ""
    """When it was taken there: local ISO text."""
    secrecy: Secrecy = Secrecy.OPEN
    notes: tuple[tuple[str, str], ...] = ()
    """What else it said, by the key it was said under."""


def _written(text: str) -> str:
    """Words with the marks people write behind Chinese."""
    return _HALF.sub(lambda found: found[0].translate(_MARKS), text)


def veiled(text: str) -> str:
    """Words without numbers that lead to somebody: of identity cards, telephones and accounts the last four stay."""

    def hide(found: re.Match[str]) -> str:
        if _DAY.fullmatch(found[0]):
            return found[0]
        digits = re.sub(r"\D", "", found[0])
        return "*" * (len(digits) - 4) + digits[-4:]

    return _RUN.sub(hide, mask(_written(text)))


def read(text: str) -> tuple[Ticket, ...]:
    """Every ticket of a paste, in its order; Missing says what is wrong with one that holds none."""
    if len(text) > LONGEST:
        raise Missing({"text": "missing.tickets.long"})
    clean = plain(text)
    rows = list(_rows(clean))
    if not any(key in KEYS for key, _ in rows):
        raise Missing({"text": "missing.tickets"})
    tickets = tuple(_ticket(part) for part in _parts(rows))
    if len(tickets) > MOST:
        raise Missing({"text": "missing.tickets.many"})
    return tickets


def lacking(ticket: Ticket) -> str:
    """The field without which no case can begin; empty where nothing is lacking."""
    return "" if ticket.content or ticket.business else "content"


def _rows(clean: str) -> Iterator[tuple[str, str]]:
    """(key, what stands behind it); what stands before the first key has none."""
    found = list(_BRACKETED.finditer(clean))
    if not any(_key(one[1]) in KEYS for one in found):
        found = list(_BARE.finditer(clean))
    first = clean[: found[0].start()] if found else clean
    yield "", first.strip(_EDGES)
    ends = (*(one.start() for one in found[1:]), len(clean))
    for one, end in zip(found, ends, strict=False):
        yield _key(one[1]), clean[one.end() : end].strip().strip(_EDGES)


def _key(written: str) -> str:
    return _BESIDE.sub("", written)


def _parts(rows: list[tuple[str, str]]) -> Iterator[list[tuple[str, str]]]:
    """Cut where a known key comes again: there the next ticket begins."""
    part: list[tuple[str, str]] = []
    for key, value in rows:
        fields = {KEYS[one] for one, _ in part if one in KEYS}
        again = key in KEYS and (key in {one for one, _ in part} or (KEYS[key] == "no" and "no" in fields))
        if again:
            yield part
            part = []
        part.append((key, value))
    yield part


def _ticket(rows: list[tuple[str, str]]) -> Ticket:
    """One ticket: the first of two ways to say a field counts, the other is kept as a note."""
    found = Ticket()
    notes: list[tuple[str, str]] = []
    for key, value in rows:
        if not value:
            continue
        name = KEYS.get(key, "")
        taken = _typed(name, key, value[:WORDS]) if name and not getattr(found, name) else None
        if taken is not None:
            found = replace(found, **{name: taken})
        if taken is None or (name in ("no", "phone") and len(value) > len(taken) + BESIDE):
            notes.append((key, veiled(value[:WORDS])))
    told = next((value for key, value in rows if KEYS.get(key) == "content"), "")
    return replace(
        found,
        phone=found.phone or figures.phone(figures.without_ids(told))[0],
        account_no=found.account_no or figures.account_no(figures.phone(figures.without_ids(told))[1]),
        notes=tuple(notes),
    )


def _typed(name: str, key: str, value: str) -> Any:  # noqa: ANN401 - a field each
    """A field's value as its kind asks for; None where it is no such thing."""
    match name:
        case "no":
            first = value.partition(" ")[0].strip()
            return first if _OUTER.fullmatch(first) and mask(first) == first else _numbered(first)
        case "phone":
            return _phone(figures.without_ids(value))
        case "account_no":
            return figures.account_no(f"户号{figures.without_ids(value)}") or None
        case "at":
            return _moment(value)
        case "secrecy":
            return _secrecy(key, value)
        case "name":
            return veiled(value.replace("\n", " "))[:40]
        case "address" | "business":
            return veiled(value.replace("\n", " "))[:200]
        case _:
            return veiled(value)


def _phone(value: str) -> str | None:
    """The telephone; of several the first."""
    told = (value, *re.split(r"[/、,，;；\s]+", value))
    return next((number for one in told if (number := figures.phone(one, asked=True)[0])), None)


def _numbered(value: str) -> str | None:
    """A number of eighteen figures that is no identity card: its birthday would be none."""
    bare = value if _OUTER.fullmatch(value) else ""
    born = bare[6:14]
    if not bare or not born.isdigit():
        return None
    try:
        date(int(born[:4]), int(born[4:6]), int(born[6:]))
    except ValueError:
        return bare
    return bare if not born.startswith(("19", "20")) else None


def _moment(value: str) -> str | None:
    found = _MOMENT.search(value)
    if not found:
        return None
    year, month, day, hour, minute = (int(part or 0) for part in found.groups())
    try:
        return f"{date(year, month, day).isoformat()}T{time(hour, minute).isoformat('minutes')}"
    except ValueError:
        return None


def _secrecy(key: str, value: str) -> Secrecy | None:
    if "公开" in value:
        return Secrecy.CONFIDENTIAL if value.startswith("不") else None
    if value.startswith(_NO):
        return None
    return Secrecy.ANONYMOUS if "匿名" in key or "匿名" in value else Secrecy.CONFIDENTIAL


def matter(business: str, topics: Mapping[str, Topic]) -> str:
    """The matter a kind of business names, the most special part of it first; empty where none of ours opens by it."""
    opens = {topic.name: code for code, topic in topics.items() if topic.opens_case}
    codes = set(opens.values())
    if _COMPLAINT in business and "complaint" in codes:
        return "complaint"  # whatever stands behind it: a complaint is not played down
    for part in reversed(re.split(r"[→>/\-—、,，;；\s]+", business)):
        named = opens.get(part) or next((_BY_ALIAS[alias] for alias in _LONGEST_FIRST if alias in part), "")
        if named in codes:
            return named
    return ""


def noted(books: Books, case: Case, by: Staff, ticket: Ticket, now: datetime, *, reached: bool) -> Outcome:
    """Who brought the ticket, what else it said, whether its customer has a chat: for the hall alone."""
    rest = "\n".join(f"{key}：{value}" if key else value for key, value in ticket.notes)
    call = "" if reached else words("ticket.call")
    text = words("event.ticket", by=by, outer=ticket.no, business=ticket.business, rest=rest, call=call)
    return record(books, case, now, [Entry(Move.NOTE, by.no, text, Lane.SUPPORT, public=False)])
