"""A hall as data: what its folder says, read, checked and frozen; a new version replaces it whole."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from bot.desk.books import Books
from bot.guide.supply import Account, Bill, Outage, Tariff
from intents.match import Matcher
from intents.topic import Handbook


@dataclass(frozen=True, slots=True)
class HallInfo:
    """The hall itself, as it introduces itself."""

    name: str
    address: str
    phone: str
    bot: str = "小首"
    region: str = ""
    zone: str = "Asia/Shanghai"
    hotline: str = "95598"
    note: str = ""


@dataclass(frozen=True, slots=True)
class Team:
    """A team or station 班组、站所."""

    key: str
    name: str
    leader: str = ""
    evaluated: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """A place name of the hall's area, its other names, and which zone its promises follow."""

    name: str
    town: str
    aliases: tuple[str, ...] = ()
    zone: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A customer the folder knows by key; accounts maps number → proof level."""

    key: str
    name: str = ""
    phone: str = ""
    telegram_id: int | None = None
    accounts: Mapping[str, str] = field(default_factory=dict)
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """A team's month: its quota or its income and expense."""

    month: str
    team: str
    amount: Decimal | None = None
    income: Decimal | None = None
    expense: Decimal | None = None


@dataclass(frozen=True, slots=True)
class BroughtCase:
    """A case brought along 结转工单 from an older system."""

    key: str
    customer: str
    topic: str
    state: str
    first_handler: str
    opened_at: datetime
    priority: str = ""
    stage: str = ""
    slots: Mapping[str, str] = field(default_factory=dict)
    accepted_at: datetime | None = None
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    rating: str = ""
    """"1" to "5", or "asked"."""
    incident: str = ""
    text: str = ""
    history: tuple[Mapping[str, object], ...] = ()


@dataclass(frozen=True, slots=True)
class HallData:
    """One version of everything the folder and the handbook say."""

    info: HallInfo
    books: Books
    handbook: Handbook
    teams: Mapping[str, Team] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    bills: tuple[Bill, ...] = ()
    customers: Mapping[str, KnownCustomer] = field(default_factory=dict)
    outages: tuple[Outage, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    quotas: tuple[Money, ...] = ()
    finance: tuple[Money, ...] = ()
    cases: tuple[BroughtCase, ...] = ()
    drill_now: datetime | None = None
    drill_speed: float = 1.0
    version: str = ""
    """Hash of all texts of folder and handbook."""


@dataclass(frozen=True, slots=True)
class Edition:
    """A hall's data with the matcher trained on its handbook: what a running hall works from."""

    data: HallData
    matcher: Matcher
    tables: Mapping[str, tuple[Mapping[str, object], ...]] = field(default_factory=dict)
    """Every table in force as one JSON object would hold it."""
    marks: Mapping[str, str] = field(default_factory=dict)
    """Hash of each table as the folder itself has it, whatever was laid over it."""
