"""Values ↔ rows: what has a column of its own stands there, the rest as one JSON text that grows with the value."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, TypeAlias, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Row

from bot.desk.case import Button, Case, Event, Lane, Priority
from bot.desk.incident import Incident
from bot.guide.thread import Thread
from bot.hall.records import (
    Attachment,
    Care,
    Heard,
    Line,
    OpenAlert,
    Person,
    Posted,
    RawUpdate,
    Reach,
    Session,
    TableVersion,
)
from storage.chain import HALL
from storage.columns import NEVER
from storage.tables import LIVE_STATES

T = TypeVar("T")
AnyRow: TypeAlias = Row[*tuple[Any, ...]]

CASE_COLUMNS = frozenset(
    {
        "no", "topic", "state", "priority", "customer", "first_handler", "stage", "opened_at", "begun_at",
        "accepted_at", "resolved_at", "closed_at", "urges", "seq", "version", "due_at", "incident", "told",
    }
)  # fmt: skip
"""Fields of a case with a column of the same name; helpers have one too, as a list."""
_CASE_REST = CASE_COLUMNS | {"helpers"}
_DERIVED = ("hidden", "live", "rank", "wake_at")
"""Columns of a case for lists to look at and to walk along; the values themselves stand elsewhere."""
_RANKS = {Priority.EMERGENCY: 0, Priority.URGENT: 1, Priority.NORMAL: 2}
_HEARD_COLUMNS = {"id", "customer", "channel", "at", "row"}
_THREAD_COLUMNS = {"customer", "version", "wake_at"}
INCIDENT_COLUMNS = ("no", "state", "place", "opened_at", "version")
CARE_COLUMNS = tuple(Care.__dataclass_fields__)


class Unreadable(Exception):
    """A row does not hold what its table says: the database was changed by another hand."""


@cache
def _case() -> TypeAdapter[Case]:
    return TypeAdapter(Case)


@cache
def _heard() -> TypeAdapter[Heard]:
    return TypeAdapter(Heard)


@cache
def _thread() -> TypeAdapter[Thread]:
    return TypeAdapter(Thread)


@cache
def _incident() -> TypeAdapter[Incident]:
    return TypeAdapter(Incident)


def packed(value: object) -> str:
    """JSON text for a column."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str, empty: object) -> Any:  # noqa: ANN401 - JSON
    """The value of a JSON column; `empty` where it was blanked."""
    return json.loads(text) if text else empty


def _rest(shape: TypeAdapter[T], value: T, without: Iterable[str]) -> str:
    return packed(shape.dump_python(value, mode="json", exclude=set(without)))


def _whole(shape: TypeAdapter[T], rest: str, columns: Mapping[str, object]) -> T:
    try:
        return shape.validate_python(dict(unpacked(rest, {}), **columns))
    except (ValueError, TypeError):
        pass  # its text holds what people said: nothing of it goes on
    raise Unreadable


def case_row(case: Case) -> dict[str, object]:
    """A case as its row."""
    row: dict[str, object] = {name: getattr(case, name) for name in CASE_COLUMNS}
    row["helpers"] = packed(case.helpers)
    row["hidden"] = f" {' '.join(case.hidden_from)} " if case.hidden_from else ""
    row["live"] = case.state in LIVE_STATES
    row["rank"] = _RANKS[case.priority]
    row["wake_at"] = case.due_at or NEVER
    row["body"] = _rest(_case(), case, _CASE_REST)
    return row


def case_of(row: AnyRow) -> Case:
    """A row as its case."""
    fields = {name: value for name, value in row._mapping.items() if name not in _DERIVED}  # noqa: SLF001 - SQLAlchemy's public name
    fields["helpers"] = json.loads(fields["helpers"])
    return _whole(_case(), fields.pop("body"), fields)


def heard_body(heard: Heard) -> str:
    """The raw message, without what has a column."""
    return _rest(_heard(), heard, _HEARD_COLUMNS)


def heard_of(row: AnyRow) -> Heard:
    """A row of the inbox as the message it keeps."""
    columns = {"id": row.ext_id, "customer": row.customer, "channel": row.channel, "at": row.heard_at, "row": row.id}
    return _whole(_heard(), row.body, columns)


def thread_body(thread: Thread) -> str:
    """The thread, without what has a column."""
    return _rest(_thread(), thread, _THREAD_COLUMNS)


def thread_of(customer: str, row: AnyRow | None) -> Thread:
    """A row as its thread; a new one where there is none."""
    if row is None:
        return Thread(customer)
    return _whole(_thread(), row.body, {"customer": customer, "version": row.version, "wake_at": row.wake_at})


def incident_row(incident: Incident) -> dict[str, object]:
    """An incident as its row."""
    row: dict[str, object] = {name: getattr(incident, name) for name in INCIDENT_COLUMNS}
    return row | {"body": _rest(_incident(), incident, INCIDENT_COLUMNS)}


def incident_of(row: AnyRow) -> Incident:
    """A row as its incident."""
    return _whole(_incident(), row.body, {name: getattr(row, name) for name in INCIDENT_COLUMNS})


def care_row(care: Care) -> dict[str, object]:
    """An entry of the life-support register as its row."""
    return {name: getattr(care, name) for name in CARE_COLUMNS}


def care_of(row: AnyRow) -> Care:
    """A row of the life-support register."""
    return Care(**{name: getattr(row, name) for name in CARE_COLUMNS})


def buttons_text(buttons: Iterable[Button]) -> str:
    """Buttons as a column; no button is an empty text."""
    listed = [[button.label, button.value] for button in buttons]
    return packed(listed) if listed else ""


def _buttons(text: str) -> tuple[Button, ...]:
    return tuple(Button(label, value) for label, value in unpacked(text, []))


def files_text(files: Iterable[Attachment]) -> str:
    """Attachments as a column; none is an empty text."""
    listed = [[file.name, file.type, file.size, file.key] for file in files]
    return packed(listed) if listed else ""


def _files(text: str) -> tuple[Attachment, ...]:
    return tuple(Attachment(*file) for file in unpacked(text, []))


def line_of(row: AnyRow) -> Line:
    """A row of the talk."""
    return Line(
        seq=row.seq,
        at=row.at,
        sender=row.sender,
        text=row.text,
        name=row.name,
        buttons=_buttons(row.buttons),
        case=row.case_no,
        files=_files(row.files),
        id=row.ext_id,
        heard=unpacked(row.heard, None),
        replaces=row.replaces,
    )


def posted_of(row: AnyRow) -> Posted:
    """A row of the outbox."""
    return Posted(
        seq=row.seq,
        at=row.at,
        to=row.to_,
        kind=row.kind,
        text=row.text,
        key=row.key,
        case=row.case_no,
        buttons=_buttons(row.buttons),
        urgent=row.urgent,
        speaker=row.speaker,
        channels=tuple(row.channels.split()),
        state=row.state,
        tries=row.tries,
        next_try_at=row.next_try_at,
        sent_at=row.sent_at,
        replaces=row.replaces,
        why=row.why,
        rank=row.rank,
        to_show=row.to_show,
        to_send=row.to_send,
        held_until=row.held_until,
        incident=row.incident,
        figures=unpacked(row.figures, {}),
    )


def event_of(row: AnyRow) -> Event:
    """A row of the ledger of events; what is chained to the hall has no case."""
    return Event(
        case="" if row.chain == HALL else row.chain,
        seq=row.seq,
        at=row.at,
        lane=Lane(row.lane),
        by=row.by,
        move=row.move,
        public=row.public,
        text=row.text,
        facts=unpacked(row.facts, {}),
    )


def alert_of(row: AnyRow) -> OpenAlert:
    """A row of the alerts."""
    return OpenAlert(
        id=row.id,
        at=row.at,
        why=row.why,
        rung=row.rung,
        case=row.case_no,
        text=row.text,
        to=tuple(json.loads(row.to_)),
        acked_by=row.acked_by,
        acked_at=row.acked_at,
        incident=row.incident,
    )


def person_of(row: AnyRow) -> Person:
    """A row of the customers."""
    return Person(row.key, row.name, row.phone, unpacked(row.accounts, {}), row.channel)


def session_of(row: AnyRow) -> Session:
    """A row of the ways in."""
    return Session(row.kind, row.subject, row.csrf, row.made_at, row.seen_at, row.expires_at)


def reach_of(row: AnyRow) -> Reach:
    """A row of how addresses are reached."""
    return Reach(row.to_, tuple(row.channels.split()), row.chat, row.blocked_at)


def update_of(row: AnyRow) -> RawUpdate:
    """A row of the raw updates."""
    return RawUpdate(row.bot, row.id, row.body, row.chat, row.at, row.album, row.try_at, row.tries)


def version_of(row: AnyRow) -> TableVersion:
    """A row of the versions of the hall's tables."""
    return TableVersion(row.table_, row.rows, row.before, row.by, row.at, row.reason, row.version)
