"""Topic 业务: one matter of the hall as its handbook file tells it, frozen."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class TopicKind(StrEnum):
    """How the guide post treats a matter: answer, case, account, danger or talk."""

    ANSWER = "answer"
    CASE = "case"
    ACCOUNT = "account"
    DANGER = "danger"
    TALK = "talk"


@dataclass(frozen=True, slots=True)
class Fact:
    """A named figure with its source, so that no answer carries a bare digit."""

    name: str
    value: str
    source: str
    as_of: date | None = None
    region: str = ""
    confidence: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the service blueprint: who does what, with which papers, by when, seen or unseen."""

    code: str
    name: str
    lane: str
    """customer, frontstage, backstage or support."""
    post: str = ""
    """guide, work, service or duty; empty where the customer acts."""
    papers: tuple[str, ...] = ()
    promise: str = ""
    """Id of the promise this step ends."""
    tells_customer: bool = False
    told: str = ""
    """What the customer is told when this step begins; a template of named facts."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A fact the topic asks for: a slot, its question, whether the case can open without it."""

    slot: str
    needed: bool = False
    """True: asked before the case opens. False: asked afterwards, once."""
    question: str = ""
    """Empty: the phrase `ask.<slot>`."""


@dataclass(frozen=True, slots=True)
class Closing:
    """One field of the closing checklist: what must be filled before a case is resolved."""

    field: str
    label: str
    needed: bool = True


@dataclass(frozen=True, slots=True)
class Situation:
    """One kind of danger and what to do first; `words` only choose between safety words, never whether to say them."""

    code: str
    words: tuple[str, ...]
    say: str


@dataclass(frozen=True, slots=True)
class Topic:
    """One matter 业务: how it is recognised, answered, opened, worked and closed."""

    code: str
    name: str
    kind: TopicKind
    post: str
    answer: str
    """A template: {fact} and {promise.<id>} are filled at the time of answering."""
    source: str
    as_of: date
    region: str = ""
    opens_case: bool = False
    offer: bool = False
    """True: the case is offered after the answer, not opened at once."""
    priority: str = "normal"
    safety: str = ""
    """Safety words, said before anything else (danger topics)."""
    promises: tuple[str, ...] = ()
    asks: tuple[Ask, ...] = ()
    steps: tuple[Step, ...] = ()
    closing: tuple[Closing, ...] = ()
    examples: tuple[str, ...] = ()
    checks: tuple[str, ...] = ()
    facts: dict[str, Fact] = field(default_factory=dict)
    """Danger topics only: the first that fits is said in place of `safety`."""
    situations: tuple[Situation, ...] = ()


@dataclass(frozen=True, slots=True)
class PromiseRow:
    """One promise 时限 of promises.toml: three lines, where it holds and where it comes from."""

    id: str
    topics: tuple[str, ...]
    to: str
    """A stage's code, or contact, reply, resolve: what keeps it."""
    source: str
    promise: str = ""
    """Spans: 45m 24h 7d run day and night, 4wh opening hours, 5wd working days; empty: no public promise."""
    internal: str = ""
    red_line: str = ""
    zone: str = ""
    """urban, rural or remote; empty: everywhere."""
    since: str = ""
    """A stage's code from which it runs; empty: from the customer's first message about the matter."""
    valid_from: date | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """A canned reply 常用回复: {name} and its like are filled from the case, {几点} by whoever sends it."""

    code: str
    name: str
    text: str
    topics: tuple[str, ...] = ()
    """Matters it is meant for; empty: all."""


@dataclass(frozen=True, slots=True)
class Handbook:
    """The handbook 业务手册: topics by code, promises, shared facts and phrases; one version of all of it."""

    topics: dict[str, Topic]
    promises: tuple[PromiseRow, ...]
    facts: dict[str, Fact]
    phrases: dict[str, str]
    negatives: tuple[str, ...]
    words: tuple[str, ...]
    version: str
    """Hash of all texts: the model's cache key, and what an answer names as its edition."""
    uncovered: tuple[tuple[str, str], ...] = ()
    """(sentence, code) for those negatives that belong to a matter without a file."""
    dangers: tuple[tuple[str, bool], ...] = ()
    """(sentence, whether somebody could be hurt): what is taken for danger, and what only sounds like it."""
    replies: tuple[Reply, ...] = ()
    forbidden: tuple[str, ...] = ()
    """Words no customer is to hear 服务忌语, without blanks and punctuation."""
