"""What storage's tests start from: moments, cases, letters, and any value of a dataclass for properties."""

import dataclasses
import enum
import traceback
import types
import typing
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from bot.desk.case import Alert, Case, Event, Kind, Lane, Letter, Outcome, Priority, State
from bot.desk.incident import Incident, Phase
from bot.hall.records import Heard

ROOT = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=timezone(timedelta(hours=8)))
SECRET = "张三丰 13800138000"
"""Words that must never show up in an error."""


def later(minutes: float) -> datetime:
    return NOW + timedelta(minutes=minutes)


def a_case(no: str = "DL20261123-0001", **fields: Any) -> Case:
    known: dict[str, Any] = {
        "no": no,
        "topic": "outage_repair",
        "state": State.OPEN,
        "priority": Priority.NORMAL,
        "customer": "w1",
        "first_handler": "W001",
        "opened_at": NOW,
        "begun_at": NOW,
    }
    return Case(**(known | fields))


def an_event(case: str, seq: int, text: str = "说了一句", **facts: str) -> Event:
    return Event(case, seq, NOW, Lane.FRONTSTAGE, "W001", "note", public=True, text=text, facts=facts)


def a_letter(key: str, to: str = "customer:w1", kind: Kind = Kind.ANSWER, **fields: Any) -> Letter:
    return Letter(to, kind, key, fields.pop("text", f"信 {key}"), **fields)


def an_alert(case: str, rung: str = "accept_escalate") -> Alert:
    return Alert(case, rung, "accept", "没人接单", ("D001", "D002"), NOW)


def an_incident(no: str = "TD20261123-0001", **fields: Any) -> Incident:
    known: dict[str, Any] = {
        "no": no,
        "state": Phase.SUSPECTED,
        "area": "芦苇新村（白鹭镇）",
        "place": "芦苇新村 白鹭镇",
        "opened_at": NOW,
        "handler": "D001",
    }
    return Incident(**(known | fields))


def opened(no: str = "DL20261123-0001", words: tuple[str, ...] = ("我家停电了", "已派单"), **fields: Any) -> Outcome:
    """A case that begins, with its events and one letter to the customer."""
    case = a_case(no, seq=len(words), **fields)
    events = tuple(an_event(no, n, text) for n, text in enumerate(words, 1))
    return Outcome(case, events, (a_letter(f"case:{no}:0", f"customer:{case.customer}", Kind.RECEIPT, case=no),))


def a_message(number: str, customer: str = "w1", text: str = "我家停电了", **fields: Any) -> Heard:
    return Heard(number, customer, "web", text, **fields)


def bare(error: BaseException) -> bool:
    """Neither text nor cause nor context of an error holds what was written."""
    told = "".join(traceback.format_exception(error)) + repr(vars(error)) + repr(error.args)
    return SECRET not in told and error.__context__ is None and error.__cause__ is None


moments = st.datetimes(
    datetime(2000, 1, 1),  # noqa: DTZ001 - the zone is drawn
    datetime(2100, 1, 1),  # noqa: DTZ001 - as above
    timezones=st.sampled_from([UTC, NOW.tzinfo, timezone(timedelta(hours=-3, minutes=-30))]),
)
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def anything(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type as our dataclasses use them: a new field is drawn too, and a test sees it lost."""
    plain = {
        str: texts,
        int: st.integers(0, 2**31 - 1),
        bool: st.booleans(),
        float: st.floats(-180, 180),
        datetime: moments,
        date: st.dates(date(2000, 1, 1)),
        type(None): st.none(),
    }
    origin, given = typing.get_origin(hint), typing.get_args(hint)
    if hint in plain:
        return plain[hint]
    if origin in (typing.Union, types.UnionType):
        return st.one_of([anything(one) for one in given])
    if origin is tuple and given[-1] is Ellipsis:
        return st.lists(anything(given[0]), max_size=3).map(tuple)
    if origin is tuple:
        return st.tuples(*map(anything, given))
    if origin is Mapping:
        return st.dictionaries(*map(anything, given), max_size=3)
    if isinstance(hint, type) and issubclass(hint, enum.Enum):
        return st.sampled_from(list(hint))
    assert dataclasses.is_dataclass(hint), hint
    hints = typing.get_type_hints(hint)
    return st.builds(hint, **{field.name: anything(hints[field.name]) for field in dataclasses.fields(hint)})  # type: ignore[arg-type]
