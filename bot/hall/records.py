"""What passes between the hall and its doors: messages, lines, letters, alerts, ways in; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.case import Button, Case


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file kept for the hall: name, type, size in bytes, and its key in the file store."""

    name: str
    type: str
    size: int
    key: str


@dataclass(frozen=True, slots=True)
class Heard:
    """One raw message as a door received it; `id` is the channel's own, unique per channel and customer."""

    id: str
    customer: str
    channel: str = "web"
    text: str = ""
    button: str = ""
    location: tuple[float, float] | None = None
    contact: Mapping[str, str] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()
    replaces: str = ""
    at: datetime | None = None
    row: int = 0
    """Number in the inbox, given by the ledger."""


@dataclass(frozen=True, slots=True)
class Person:
    """A customer as the ledger knows him: key, name, phone, proven accounts (number → proof), where he is reached."""

    key: str
    name: str = ""
    phone: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    channel: str = "web"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the talk as both sides read it."""

    seq: int
    at: datetime
    sender: str
    """customer, guide, staff or system."""
    text: str
    name: str = ""
    buttons: tuple[Button, ...] = ()
    case: str = ""
    files: tuple[Attachment, ...] = ()
    id: str = ""
    """The customer's own message id, on his own words."""
    heard: Mapping[str, object] | None = None
    replaces: int | None = None


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter as it lies in the outbox, text written out."""

    seq: int
    at: datetime
    to: str
    kind: str
    text: str
    key: str
    case: str = ""
    buttons: tuple[Button, ...] = ()
    urgent: bool = False
    speaker: str = ""
    channels: tuple[str, ...] = ()
    state: str = "waiting"
    """waiting, sending, sent or dead."""
    tries: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    replaces: int | None = None
    why: str = ""
    """Why it is dead, as a code."""


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert as the board shows it."""

    id: int
    at: datetime
    why: str
    rung: str
    case: str
    text: str
    to: tuple[str, ...]
    acked_by: str = ""
    acked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody's way in: a customer's token, a staff cookie, a personal token, a one-time link."""

    kind: str
    """customer, cookie, token or link."""
    subject: str
    """Customer key or work number."""
    csrf: str = ""
    made_at: datetime | None = None
    seen_at: datetime | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CaseQuery:
    """What a list of cases is asked for; empty fields do not narrow it."""

    mine: str = ""
    state: str = ""
    topic: str = ""
    customer: str = ""
    handler: str = ""
    q: str = ""
    order: str = "urgency"
    """urgency (emergency first, then next wake-up) or opened (newest first)."""
    after: str = ""
    limit: int = 50


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a list: items, cursor of the next one or empty, how many in all."""

    items: tuple[Case, ...]
    next: str
    total: int
