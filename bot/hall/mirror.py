"""One open ledger: what happens to a case is told in its forum topic too, where the hall has such topics."""

from collections.abc import Iterator
from dataclasses import replace

from bot.desk.case import CLOCK, CUSTOMER, GUIDE, Button, Case, Event, Kind, Letter, Outcome, Priority
from bot.desk.errors import NoSuchCase
from bot.desk.moves import Move
from bot.desk.promises import next_promise
from bot.desk.words import Words, words
from bot.guide import secrecy
from bot.hall import cards, sight, summons, takeover
from bot.hall.data import HallData
from bot.hall.house import MESSENGER, TOPIC, Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.views import masked
from bot.hall.wording import render

BUTTONS = ("accept", "reply", "stage", "help", "transfer", "pause", "resolve", "reopen", "release")
"""The moves of a topic, as buttons and as first words; the names people say are phrases `topic.word.<move>`."""
WORDS = (*BUTTONS, "help_done", "reassign", "resume")
"""The moves that people may name; those without a button under the card are for a helper and for duty leaders."""
HELPS = ("accept", "help_done")
"""What whoever is called in does next: buttons under that line."""
DECIDES = ("reassign",)
"""What the duty leader does about a transfer that waits for his word too."""
PAUSED = ("resume",)
"""What ends a pause: a button under the line that began it."""
CARDED = ("case.card", "case.beat")
"""What a customer is told of the clock's or somebody's doing that leads to the open card."""
SILENT = (Move.KEPT, Move.UNDELIVERED)
"""Told on the desk; in a topic they would be noise."""
_BY = (CUSTOMER, GUIDE, CLOCK)


def to(no: str) -> str:
    """The address of a case's topic."""
    return f"{TOPIC}:{no}"


def shared(case: Case) -> bool:
    """Whether everybody in the staff group may hear of it: nothing about one of them, nothing told in confidence."""
    return not secrecy.private(case)


def told(lists: Lists, no: str) -> bool:
    """Whether the group may hear of the case of this number as it is now."""
    try:
        return shared(lists.case(no))
    except NoSuchCase:
        return True  # an old topic of a case that went with an old database: whoever writes there is told so


def said_in(data: HallData, move: str) -> str:
    """How people in a topic say a move."""
    return data.handbook.phrases[f"topic.word.{move}"]


def buttons(data: HallData, moves: tuple[str, ...] = BUTTONS) -> tuple[Button, ...]:
    """The moves as buttons: all of them under the topic's card."""
    return tuple(Button(said_in(data, move), f"move.{move}") for move in moves)


def card(data: HallData, case: Case) -> Words:
    """What a case is, at the head of its topic; personal facts masked as on the desk."""
    slots = {name: masked(name, value) for name, value in case.slots.items()}
    handler = data.books.person(case.first_handler)
    return words(
        "topic.card",
        no=case.no,
        topic=case.topic,
        handler=handler,
        priority=data.handbook.phrases[f"priority.{case.priority.value}"],
        state=case.state,
        slots=slots,
        promise=next_promise(case),
    )


def _line(data: HallData, event: Event) -> Words:
    by = data.handbook.phrases[f"by.{event.by}"] if event.by in _BY else data.books.roster.staff.get(event.by, event.by)
    move = data.handbook.phrases.get(f"move.{event.move}", event.move)
    return words("topic.line", by=by, move=move, text=event.text)


def _offered(data: HallData, case: Case, event: Event) -> tuple[Button, ...]:
    """What is next, as buttons under the line of an event."""
    if event.move == Move.HELP:
        return buttons(data, HELPS)
    if event.move == Move.PAUSE:
        return buttons(data, PAUSED)
    waits = case.transfer is not None and case.transfer.leader
    return buttons(data, DECIDES) if waits and event.move in (Move.TRANSFER, Move.CONSENT) else ()


def letter(data: HallData, case: Case, event: Event) -> Letter:
    """One event as the topic hears it; the first one brings the card with its buttons."""
    opens = event.move == Move.OPEN and event.by == CUSTOMER
    line = words("joined", first=card(data, case), second=_line(data, event)) if opens else _line(data, event)
    kind = Kind.WORDS if event.by == CUSTOMER else Kind.STATUS
    key = f"{TOPIC}:{event.case}:{event.seq}:{event.move}"
    urgent = opens and case.priority is Priority.EMERGENCY
    offered = buttons(data) if opens else _offered(data, case, event)
    return Letter(to(event.case), kind, key, line, event.case, offered, urgent=urgent)


def brings_card(key: str) -> bool:
    """Whether the letter of this key stands at the head of its topic."""
    return key.startswith(f"{TOPIC}:") and key.endswith(f":{Move.OPEN}")


def _written(data: HallData, events: tuple[Event, ...]) -> tuple[Event, ...]:
    return tuple(replace(event, text=render(data, event.text)) for event in events)


def _told(hall: Hall, page: Page, outcome: Outcome, known: str) -> Iterator[Letter]:
    """What the case's topic hears: its events, none that names a case the group must not know of; then the brief."""
    data = hall.edition().data
    private = [one.no for one in page.cases_of(outcome.case.customer) if not shared(one)]
    open_ = {event.seq for event in sight.events(_written(data, outcome.events), private)}
    for event in outcome.events:
        echo = event.move in SILENT or event.move == known
        on_card = (event.move, event.by) == (Move.OPEN, GUIDE)
        if event.seq in open_ and not (echo or on_card):
            yield letter(data, outcome.case, event)
    brief = takeover.brief_of(hall, page, outcome, private)
    if brief:
        no, key = outcome.case.no, f"brief:{outcome.case.no}:{outcome.case.seq}"
        yield Letter(to(no), Kind.STATUS, key, brief, no)


def _linked(hall: Hall, outcome: Outcome) -> Outcome:
    """The outcome whose live card leads to the open card, whoever moved the case."""
    link = cards.link(hall, outcome.case)

    def carded(one: Letter) -> Letter:
        if not link or not isinstance(one.text, Words) or one.text.code not in CARDED or one.text.facts.get("card"):
            return one
        return replace(one, text=Words(one.text.code, {**one.text.facts, "card": link}))

    return replace(outcome, letters=tuple(map(carded, outcome.letters)))


def mirrored(hall: Hall, page: Page, outcome: Outcome, *, known: str = "") -> Outcome:
    """The outcome with what messengers show of it: letters to the case's topic, alerts that somebody has answered.

    `known` is a move the topic itself has said: it needs no echo there.
    """
    outcome = summons.named(_linked(hall, outcome))
    more: list[Letter] = []
    if MESSENGER in hall.channels:
        more.extend(summons.answered(hall, page, outcome))
    if hall.mirrors and shared(outcome.case):
        more.extend(_told(hall, page, outcome, known))
    return replace(outcome, letters=(*outcome.letters, *more)) if more else outcome
