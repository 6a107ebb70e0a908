"""What one turn of talk takes in and gives back: frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Button, Case, Kind, Secrecy
from bot.desk.opening import Opening
from bot.desk.words import Words
from bot.guide.supply import Tariff
from bot.guide.thread import Thread
from bot.guide.wants import Finding, Want
from intents.understanding import Understanding


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the customer, understood."""

    text: str
    """Normalised enough to keep, IDs masked."""
    understood: Understanding
    at: datetime
    """When it was heard: promises run from here."""
    button: str = ""
    files: int = 0
    corrects: bool = False
    """It takes the place of an earlier message: facts are read anew, no second case begins."""
    sort: str = ""
    """location or contact where it was sent as such and not written."""
    masked: bool = False
    """An identity-card number stood in it: hidden at once, and said so."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All a turn may look at: the books, the talk so far, the customer's cases and what is known of him."""

    books: Books
    thread: Thread
    said: Said
    cases: tuple[Case, ...]
    now: datetime
    known: Mapping[str, str] = field(default_factory=dict)
    """Facts the hall already has of this customer: never asked again."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Place name or alias → zone."""
    region: str = ""
    tariffs: tuple[Tariff, ...] = ()
    looks: bool = True
    """Whether the hall can look accounts up at all."""
    proven: tuple[str, ...] = ()
    """Accounts this customer has proven to be his."""
    wrong: Mapping[str, int] = field(default_factory=dict)
    """Account → failed proofs of today, by this customer or about that account, whichever are more."""
    found: Mapping[Want, Finding] = field(default_factory=dict)
    """What the hall's systems answered to this message's earlier rounds."""
    asked: tuple[str, ...] = ()
    """Buttons under the talk's last line: what was asked there, with nothing said since."""
    since: Mapping[str, datetime] = field(default_factory=dict)
    """Case → since when its first handler has it, where the hands have changed."""
    cards: Mapping[str, str] = field(default_factory=dict)
    """Case → link of its open card."""


@dataclass(frozen=True, slots=True)
class Say:
    """One letter of the guide."""

    text: Words
    buttons: tuple[Button, ...] = ()
    kind: Kind = Kind.ANSWER
    urgent: bool = False
    case: str = ""
    """The case it tells of, where it is not the one the message is about."""
    loose: bool = False
    """It is about no case, whatever the message is about: safety words, a warning."""


@dataclass(frozen=True, slots=True)
class Act:
    """What the customer does to a case of his own, or hands to the person who has the floor."""

    what: str
    """confirm, refuse, reopen, rate, urge, add, withdraw, consent, decline, brought, grave or pass_on; prove,
    disprove: of the account in slots; deny: of what is not his."""
    case: str = ""
    score: int = 0
    slots: Mapping[str, str] = field(default_factory=dict)
    words: Words | str = ""
    """The customer's words where they are not this message's: said before a choice, or beside a score."""
    named: tuple[str, ...] = ()
    """Staff whom these words complain of."""
    secrecy: Secrecy | None = None
    """How he wants to be known from now on."""
    whys: tuple[str, ...] = ()
    """Why a duty leader must hear of it at once."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What the guide decided: how the thread stands, what is said before and after, what begins."""

    thread: Thread
    says: tuple[Say, ...] = ()
    opening: Opening | None = None
    acts: tuple[Act, ...] = ()
    then: tuple[Say, ...] = ()
    """Said after the receipt of what was opened."""
    aside: bool = False
    """What opens does so beside the talk: the thread stays with its own case."""
    case: str = ""
    """The case the message is about; empty: the one it opens or acts on, else none."""
    private: bool = False
    """It may become a matter kept from some of the hall: a number is kept ready that its words carry already."""
    beside: Opening | None = None
    """A private matter that opens with it, the first one being danger; the message belongs to it."""
    wants: Want | None = None
    """Nothing is decided yet: this is to be looked up first, then the turn is taken again."""
