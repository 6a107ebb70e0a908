"""Cases as a door shows them to somebody of the hall: one that is hidden from him answers as one that is not there."""

from bot.desk.case import Case, Event
from bot.desk.errors import NoSuchCase
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.hall import brief, reception, sight, veil, views
from bot.hall.holding import HoldsCases
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Posted
from bot.web.answers import Json
from bot.web.ways import Asker

UNNAMED = "customer:"


async def case_for(hall: Hall, asker: Asker, no: str, operation: str) -> Case:
    """The case; NoSuchCase also where it is hidden from the asker, which is kept as a denial."""
    found = await hall.ledger.read(lambda lists: lists.case(no))
    if not sees(found, asker.staff):
        await reception.deny(hall, asker.staff.no, operation, no)
        raise NoSuchCase(no)
    return found


def hidden(hall: Hall, lists: Lists, customer: str, by: Staff) -> frozenset[str]:
    """Cases of the customer that this person must not meet under the customer's name."""
    return sight.veiled(lists, hall.edition().data.books, customer, by, hall.clock.now())


def knows(hall: Hall, case: Case, by: Staff) -> bool:
    """Whether this person may know whose case it is."""
    return veil.knows(hall.edition().data.books, case, by, hall.clock.now())


def case_json(hall: Hall, lists: Lists, case: Case, by: Staff, others: frozenset[str] | None = None) -> Json:
    """The whole Case JSON as far as it exists for somebody of the hall."""
    veiled = hidden(hall, lists, case.customer, by) if others is None else others
    return views.case_json(hall.edition(), case, lists.events(case.no), by, hall.clock.now(), veiled)


def with_brief(hall: Hall, lists: Lists, case: Case, by: Staff) -> Json:
    """The same with the thirty seconds at take-over."""
    books, now = hall.edition().data.books, hall.clock.now()
    veiled = hidden(hall, lists, case.customer, by)
    shown = case_json(hall, lists, case, by, veiled)
    thread = sight.thread(lists.thread(case.customer), veiled)
    lines = sight.talk_about(lists, books, case, by, now)
    return shown | {"brief": brief.brief(hall, shown, views.thread_json(hall.edition(), thread), lines, case.begun_at)}


def letter_json(hall: Hall, lists: Lists, letter: Posted, by: Staff) -> Json | None:
    """A letter; without the customer's name where he wants to stay unknown; None where the case is not there."""
    shown = views.letter_json(letter)
    shown["text"] = veil.covered(letter.text)
    if not letter.case:
        return shown
    case = sight.case(lists, letter.case, by)
    if case is None:
        return None
    if knows(hall, case, by):
        return shown
    to = f"{UNNAMED}{veil.WHOLLY}" if letter.to.startswith(UNNAMED) else letter.to
    return shown | {"to": to, "text": veil.worded(case, letter.text)}


def event_json(hall: Hall, lists: Lists, event: Event, by: Staff, customer: str = "") -> Json | None:
    """An entry of the ledger with its case; None where that is not there, or not under this `customer`."""
    shown: Json = {"case": event.case or None, **views.event_json(event)}
    if not event.case:
        return shown
    case = sight.case(lists, event.case, by)
    known = case is not None and knows(hall, case, by)
    if case is None or (customer and not known):
        return None
    return shown | {"text": veil.words_of(case, str(event.text), known=known)}


async def held_by(hall: Hall, held: HoldsCases, by: Staff) -> HoldsCases:
    """The same refusal, naming only cases that exist for whoever asked."""
    return await hall.ledger.read(
        lambda lists: HoldsCases(held.no, tuple(no for no in held.cases if sight.case(lists, no, by)))
    )
