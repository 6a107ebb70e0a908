"""What passes between the hall and its doors: messages, lines, letters, alerts, ways in; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.case import Button, Case, Event

LASTING = ("web", "desk", "terminal")
"""Channels for which to be in the ledger is to have arrived; every other one has to be sent through."""


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
    rank: int = 1
    """0 danger and alerts, 1 words and answers, 2 status, 3 broadcast."""
    to_show: bool = True
    """A lasting channel has still to show it."""
    to_send: bool = False
    """Another channel has still to carry it."""
    held_until: datetime | None = None
    """Quiet hours: no channel has it yet."""
    incident: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    """A digest's figures."""


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
    incident: str = ""


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
    asker: str = ""
    """Whose list it is: cases hidden from this person do not exist in it."""
    incident: str = ""
    """Members of this incident."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice of a list: items, cursor of the next one or empty, how many in all."""

    items: tuple[Case, ...]
    next: str
    total: int


@dataclass(frozen=True, slots=True)
class LetterQuery:
    """What a list of letters is asked for; empty fields do not narrow it."""

    to: str = ""
    case: str = ""
    state: str = ""
    """waiting (also while it is being sent), sent or dead."""
    kind: str = ""
    after: int = 0
    limit: int = 50
    newest: bool = False
    """The newest first, on to older ones."""
    asker: str = ""
    """Whose list it is: letters of cases hidden from this person do not exist in it."""
    incident: str = ""


@dataclass(frozen=True, slots=True)
class LetterSlice:
    """One slice of the outbox: letters, seq to go on after (0: no more), how many in all."""

    items: tuple[Posted, ...]
    next: int
    total: int


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """What the ledger of events is asked for; empty fields do not narrow it."""

    case: str = ""
    by: str = ""
    move: str = ""
    customer: str = ""
    """Events of this customer's cases."""
    from_at: datetime | None = None
    to_at: datetime | None = None
    """The first moment that no longer counts."""
    after: int = 0
    limit: int = 50
    asker: str = ""
    """Whose list it is: what was done on cases hidden from this person does not exist in it."""


@dataclass(frozen=True, slots=True)
class AuditSlice:
    """One slice of the ledger: (row number, event) pairs, row number to go on after (0: no more), how many in all."""

    items: tuple[tuple[int, Event], ...]
    next: int
    total: int


@dataclass(frozen=True, slots=True)
class TableVersion:
    """One version of a hall table changed over the interface; rows as JSON text, before and after."""

    table: str
    rows: str
    before: str
    by: str
    at: datetime
    reason: str
    version: int = 0
    """Given by the ledger."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How an address (customer:KEY, staff:NO) is reached: its channels, its messenger chat, since when it is shut."""

    to: str
    channels: tuple[str, ...]
    chat: int = 0
    blocked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """Where a letter lies on the other side: chat and message number; what it showed last, as a hash."""

    chat: int
    message: int
    shows: str = ""


@dataclass(frozen=True, slots=True)
class RawUpdate:
    """One update of a messenger exactly as it came; `chat` is whose order it keeps."""

    bot: str
    """Which bot it came to: the part of the token before the colon, no secret."""
    id: int
    body: str
    chat: str
    at: datetime
    album: str = ""
    try_at: datetime | None = None
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Care:
    """One entry of the life-support register 生命支持登记: whose device, how long it lasts, who is called."""

    account: str
    customer: str
    device: str
    battery: str
    """As told: 「约两小时」."""
    contact: str
    phone: str
    consented_at: datetime
    ended_at: datetime | None = None
    """When the consent was taken back."""
