"""When somebody may come 下周三上午, 明天九点到十一点: the day, the hours, and the customer's own words."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from intents import spans
from intents.answers import SAME, plausible
from intents.moments import Moment, moments

_CUE = re.compile(
    "(?:来|上门|过来|到)(?:看|装|修|查|勘|验|拆|一?趟|吧|行|可以|也行|好|方便|人)?|有空|有时间|在家|方便|没空|安排|约|勘查|勘察|休息|家里有人"
)
_NO_VISIT = re.compile(
    "来电|停|没电|断电|跳|烧|缴费|交费|抄表|账单|电费|出账|什么时候|几点|几号|哪天|多久|为什么|怎么|吗|[？?]|去你们|营业厅|上班|办公|了$|开门|关门|不在家|没人|没空|到期|投诉|不来|没来|没到|说好|说是|说的|答应|结果|一直"
)
_FIRST = re.compile(r"^(\d{4}-\d{2}-\d{2})(?:/(\d{4}-\d{2}-\d{2}))? ?")
_ENDS = re.compile(r"\s?(?:到|至|-|~|—|–)\s?")
_NOON, _MIDNIGHT = 12, 24
_WORKING = 7
_HOURS = {
    "凌晨": (0, 6), "早": (7, 9), "上午": (8, 12), "中午": (12, 13), "下午": (13, 18), "傍晚": (17, 19), "晚": (18, 21),
}  # fmt: skip
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Visit:
    """When to come; what was not said is empty."""

    date: str
    start: str
    end: str
    words: str


def read(clean: str, today: date, *, asked: bool = False) -> str:
    """One line that holds the day and the words; empty where no visit is spoken of."""
    text = clean.replace("\n", "，")
    if not asked and (not _CUE.search(text) or _NO_VISIT.search(text)):
        return ""
    found = _ahead(text, today)
    if not asked:
        if not found or found.last < today:
            return ""
        named = [text[one.start : one.end] for one in _moments(text, today)]
        return _line(found, "，".join(named) or text)[:_LONGEST] if len(text) <= _LONGEST * 2 else ""
    if not plausible(clean) or SAME.search(clean) or _FIRST.fullmatch(text):
        return _line(found, "") if _FIRST.fullmatch(text) else ""
    return _line(found, _FIRST.sub("", text))


def _ahead(text: str, today: date) -> spans.Span | None:
    """The days of it; a line that holds them already is taken as it is."""
    told = _FIRST.match(text)
    if told:
        return spans.span(told[0].replace("/", "到"), today)
    return spans.span(text, today)


def _line(found: spans.Span | None, words: str) -> str:
    if not found:
        return words
    until = f"/{found.last.isoformat()}" if found.last != found.first else ""
    return f"{found.first.isoformat()}{until} {words}".strip()


def told(line: str) -> Visit:
    """What a line says: the day, from when to when, the words."""
    first = _FIRST.match(line)
    words = line[first.end() :] if first else line
    start, end = _window(words)
    return Visit(first[1] if first else "", start, end, words)


def _moments(text: str, today: date) -> list[Moment]:
    now = datetime.combine(today, time(_NOON), UTC)
    return list(moments(text, now))


def _window(words: str) -> tuple[str, str]:
    """The hours of the day, as far as they are told."""
    timed = [one for one in _moments(words, date(2026, 1, 1)) if one.clock or one.part]
    if len(timed) != 1:
        return "", ""
    moment = timed[0]
    pieces = _ENDS.split(words[moment.start : moment.end])
    ends = [one for piece in pieces for one in _moments(piece, date(2026, 1, 1))[:1] if one.clock or one.part]
    if len(ends) == 2 and ends[1].clock and (ends[0].clock or _hour(pieces[0])):  # noqa: PLR2004 - from, to
        part = ends[0].part
        first = ends[0].clock or (_hour(pieces[0]), 0)
        last = _clock(ends[1].clock, ends[1].part or part)
        start = _clock(first, part)
        return start, last if last > start else _clock(ends[1].clock, "下午")
    if moment.clock:
        at = _clock(moment.clock, moment.part)
        return ("", at) if moment.before else (at, "")
    begins, ends_at = _HOURS[moment.part]
    if moment.before:
        return "", f"{begins:02d}:00"
    return (f"{ends_at:02d}:00", "") if moment.after else (f"{begins:02d}:00", f"{ends_at:02d}:00")


def _hour(piece: str) -> int:
    """The hour of 「9」 in 9-11点."""
    found = re.search(r"(\d{1,2})$", piece)
    return int(found[1]) if found and int(found[1]) < _MIDNIGHT else 0


def _clock(clock: tuple[int, int], part: str) -> str:
    """On a clock of twenty-four hours; without a word for it people mean working hours."""
    hour, minute = clock
    late = part in ("下午", "傍晚", "晚") or (part == "中午" and hour < _NOON - 2) or (not part and hour < _WORKING)
    return f"{(hour + _NOON if late and hour < _NOON else hour) % _MIDNIGHT:02d}:{minute:02d}"
