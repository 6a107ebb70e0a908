"""One open ledger: what happens to a case is told in its forum topic too, where the hall has such topics."""

from dataclasses import replace

from bot.desk.case import CLOCK, CUSTOMER, GUIDE, Button, Case, Event, Kind, Letter, Outcome, Priority
from bot.desk.moves import Move
from bot.desk.promises import next_promise
from bot.desk.words import Words, words
from bot.hall.data import HallData
from bot.hall.house import MESSENGER, TOPIC, Hall
from bot.hall.pages import Page
from bot.hall.records import LASTING, LetterQuery
from bot.hall.views import masked

BUTTONS = ("accept", "reply", "stage", "help", "transfer", "pause", "resolve", "reopen", "release")
"""The moves of a topic, as buttons and as first words; the names people say are phrases `topic.word.<move>`."""
SILENT = (Move.KEPT, Move.UNDELIVERED)
"""Told on the desk; in a topic they would be noise."""
_BY = (CUSTOMER, GUIDE, CLOCK)


def to(no: str) -> str:
    """The address of a case's topic."""
    return f"{TOPIC}:{no}"


def said_in(data: HallData, move: str) -> str:
    """How people in a topic say a move."""
    return data.handbook.phrases[f"topic.word.{move}"]


def buttons(data: HallData) -> tuple[Button, ...]:
    """The moves as buttons under the topic's card."""
    return tuple(Button(said_in(data, move), f"move.{move}") for move in BUTTONS)


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


def letter(data: HallData, case: Case, event: Event) -> Letter:
    """One event as the topic hears it; the first one brings the card with its buttons."""
    opens = event.move == Move.OPEN and event.by == CUSTOMER
    line = words("joined", first=card(data, case), second=_line(data, event)) if opens else _line(data, event)
    kind = Kind.WORDS if event.by == CUSTOMER else Kind.STATUS
    key = f"{TOPIC}:{event.case}:{event.seq}:{event.move}"
    urgent = opens and case.priority is Priority.EMERGENCY
    return Letter(to(event.case), kind, key, line, event.case, buttons(data) if opens else (), urgent=urgent)


def _card(page: Page, outcome: Outcome) -> tuple[Letter, ...]:
    """The receipt a messenger shows, edited in place, when the customer is told something new about the case."""
    case, customer = outcome.case, f"customer:{outcome.case.customer}"
    if case.version == 0 or not any(one.to == customer and one.kind is not Kind.WORDS for one in outcome.letters):
        return ()
    reach = page.lists().reach(customer)
    if reach is None or not set(reach.channels) - set(LASTING):
        return ()
    query = LetterQuery(to=customer, case=case.no, kind=Kind.RECEIPT, limit=1)
    first = next(iter(page.lists().letters_for(query).items), None)
    if first is None:
        return ()
    told = words("joined", first=first.text, second=words("card.now", state=case.state, promise=next_promise(case)))
    key = f"card:{case.no}:{case.seq}"
    return (Letter(customer, Kind.RECEIPT, key, told, case.no, first.buttons, replaces=first.seq),)


def mirrored(hall: Hall, page: Page, outcome: Outcome, *, known: str = "") -> Outcome:
    """The outcome with what messengers show of it: letters to the case's topic, the customer's card edited in place.

    `known` is a move the topic itself has said: it needs no echo there.
    """
    more: list[Letter] = []
    if MESSENGER in hall.channels:
        more.extend(_card(page, outcome))
    if hall.mirrors:
        data = hall.edition().data
        told = (event for event in outcome.events if event.move not in SILENT and event.move != known)
        told = (event for event in told if (event.move, event.by) != (Move.OPEN, GUIDE))  # the card says it
        more.extend(letter(data, outcome.case, event) for event in told)
    return replace(outcome, letters=(*outcome.letters, *more)) if more else outcome
