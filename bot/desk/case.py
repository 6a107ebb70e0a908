"""Case 工单 and what happens to it: frozen values without behaviour."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.desk.pending import Callback, Cover, Pause, Raised, Task, Transfer
from bot.desk.words import Words


class Post(StrEnum):
    """The four posts 四岗; back-office crews are posts of kind work; NONE is staff at none of the four."""

    GUIDE = "guide"
    WORK = "work"
    SERVICE = "service"
    DUTY = "duty"
    NONE = ""


class Lane(StrEnum):
    """The lanes of the service blueprint 服务蓝图."""

    CUSTOMER = "customer"
    FRONTSTAGE = "frontstage"
    BACKSTAGE = "backstage"
    SUPPORT = "support"


class Priority(StrEnum):
    """How urgent a case is; danger is an emergency."""

    NORMAL = "normal"
    URGENT = "urgent"
    EMERGENCY = "emergency"


class State(StrEnum):
    """Where a case stands; a pause is not a state."""

    DRAFT = "draft"
    OPEN = "open"
    ACCEPTED = "accepted"
    IN_PROGRESS = "in_progress"
    WAITING_CUSTOMER = "waiting_customer"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class Kind(StrEnum):
    """What a letter is to the one who gets it."""

    ANSWER = "answer"
    WORDS = "words"
    RECEIPT = "receipt"
    STATUS = "status"
    QUESTION = "question"
    NOTICE = "notice"
    NUDGE = "nudge"
    ALERT = "alert"
    DIGEST = "digest"


CUSTOMER = "customer"
GUIDE = "guide"
CLOCK = "clock"


class Kept(StrEnum):
    """What became of a promise."""

    RUNNING = "running"
    KEPT = "kept"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise 时限 on one case; its three lines as moments, None where the line does not exist."""

    id: str
    to: str
    """A stage's code, or contact, reply, resolve: what keeps it."""
    started_at: datetime
    promise_at: datetime | None
    internal_at: datetime | None
    red_line_at: datetime | None
    area: str = ""
    said: str = ""
    """As the customer was told: 「45 分钟」."""
    kept: Kept = Kept.RUNNING
    ended_at: datetime | None = None
    tentative: bool = False
    """Past the published calendar: reckoned anew when the notice comes."""
    spans: tuple[str, str, str] = ("", "", "")
    """The three lines as spans: promise, internal, red line."""
    half_at: datetime | None = None
    most_at: datetime | None = None
    """When half and four fifths of the budget are used up."""
    by: str = ""
    """Who made it in talk; empty: the hall's own."""


@dataclass(frozen=True, slots=True)
class Rating:
    """The customer's verdict, 1 to 5, in his own words; score None while the question stands open."""

    score: int | None
    words: str = ""
    at: datetime | None = None
    handler: str = ""
    """Whom it is about: frozen when the question was sent."""


class Secrecy(StrEnum):
    """How much of the customer whoever works on the case may know."""

    OPEN = ""
    CONFIDENTIAL = "confidential"
    ANONYMOUS = "anonymous"


@dataclass(frozen=True, slots=True)
class Case:
    """One matter of one customer, answered for by one first handler 首办人."""

    no: str
    topic: str
    state: State
    priority: Priority
    customer: str
    first_handler: str
    opened_at: datetime
    begun_at: datetime
    """The customer's first message about the matter: promises run from here."""
    stage: str = ""
    stages_done: tuple[str, ...] = ()
    slots: Mapping[str, str] = field(default_factory=dict)
    papers: Mapping[str, str] = field(default_factory=dict)
    closing: Mapping[str, str] = field(default_factory=dict)
    promises: tuple[Promise, ...] = ()
    rungs: tuple[str, ...] = ()
    """Reminders and escalations already fired, each once."""
    accept_from: datetime | None = None
    """When the first handler is next on duty: waiting for acceptance counts from here."""
    helpers: tuple[str, ...] = ()
    """Who has an open task, in the order the tasks were asked for."""
    tasks: tuple[Task, ...] = ()
    transfer: Transfer | None = None
    transfers: int = 0
    """How often the first handler has changed."""
    cover: Cover | None = None
    named: tuple[str, ...] = ()
    """Staff whom the case is about: it is hidden from them for good."""
    hidden_from: tuple[str, ...] = ()
    """Staff for whom the case does not exist; those not named only until the duty leader has decided."""
    secrecy: Secrecy = Secrecy.OPEN
    links: tuple[str, ...] = ()
    """Numbers of the customer's cases this one belongs to."""
    card: str = ""
    """The unguessable key of the customer's open card."""
    callback: Callback | None = None
    asked_again: int = 0
    """How often staff asked for what was already known."""
    rating: Rating | None = None
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    urges: int = 0
    nudged_at: datetime | None = None
    """When the first handler was last told that the customer hurries."""
    pauses: tuple[Pause, ...] = ()
    raised: tuple[Raised, ...] = ()
    """Its alerts, each rung once, as they went up."""
    acted_at: datetime | None = None
    """When a person of the hall last did something on it."""
    beat_at: datetime | None = None
    """When the customer hears how it stands, if he has heard nothing till then."""
    receipt: str = ""
    """Key of the letter that is the customer's live card."""
    shown: str = ""
    """What the card shows, in short: edited when this changes."""
    incident: str = ""
    """The mother case it belongs to."""
    told: int = 0
    """The last news of the incident its customer was told."""
    seq: int = 0
    """Number of events recorded so far."""
    version: int = 0
    due_at: datetime | None = None
    """The earliest wake-up of any of its clocks."""


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of the ledger 流转记录; text is a person's own words or a phrase still to be written out."""

    case: str
    """Case number; empty for what belongs to the hall."""
    seq: int
    at: datetime
    lane: Lane
    by: str
    """Work number, customer, guide or clock."""
    move: str
    public: bool
    text: Words | str = ""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What a reader of the ledger needs beside the words: stage, state, slots."""


@dataclass(frozen=True, slots=True)
class Button:
    """One choice offered under a letter; its label sent as text does the same."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Letter:
    """One message owed to somebody 通知; `key` makes it one, however often its cause is repeated."""

    to: str
    """customer:KEY, staff:NO."""
    kind: Kind
    key: str
    text: Words | str
    case: str = ""
    buttons: tuple[Button, ...] = ()
    urgent: bool = False
    """Danger: never waits for quiet hours, goes before all others."""
    speaker: str = ""
    """Work number of the person whose words these are; empty: the guide or the hall."""
    replaces: int | None = None
    edits: str = ""
    """Key of the letter whose place it takes where the door can."""
    held_until: datetime | None = None
    """Quiet hours: it stays in the hall till then."""
    incident: str = ""
    figures: Mapping[str, int] = field(default_factory=dict)
    """A digest's figures."""


@dataclass(frozen=True, slots=True)
class Alert:
    """An escalation 升级 that waits for a person's acknowledgement; one a case and rung."""

    case: str
    rung: str
    why: str
    text: Words | str
    to: tuple[str, ...]
    at: datetime
    incident: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a rule decided 裁定: the case as it is now, its events, letters and alerts."""

    case: Case
    events: tuple[Event, ...]
    letters: tuple[Letter, ...] = ()
    alerts: tuple[Alert, ...] = ()
