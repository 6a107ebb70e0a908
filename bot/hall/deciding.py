"""值班领导岗 decides from an alert in one tap: one page, everybody told, the alert answered by name."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot.desk import deciding
from bot.desk.books import Books
from bot.desk.case import Case, Outcome
from bot.desk.deciding import Decision, Wish
from bot.desk.dues import next_due
from bot.desk.errors import DeskError, NotYours
from bot.desk.rights import Relation, relation, sees
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall import alerts, counter, floor, reception
from bot.hall.counter import Asked, Preview
from bot.hall.floor import Passing
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.records import OpenAlert
from bot.hall.wording import render
from intents.slots import mask

OPERATION = "alerts.decide"
REASONS: Mapping[Decision, str] = MappingProxyType(
    {
        Decision.PAUSE: "decide.pause",
        Decision.HELP: "decide.help",
        Decision.REASSIGN: "decide.reassign",
        Decision.CALL: "decide.call",
    }
)
"""What stands where a leader gives no reason."""


@dataclass(eq=False)
class NoSuchAlert(DeskError):
    """No alert of this number, or not for this asker: the two answer alike."""

    alert: int
    code = "no_such_alert"


@dataclass(eq=False)
class NotYourAlert(DeskError):
    """The alert was not raised to this person, and he is no leader."""

    alert: int
    code = "not_your_alert"


@dataclass(eq=False)
class AlertTaken(DeskError):
    """Another leader answers for the alert already, and who asks has not seen what came of it."""

    alert: int
    by: str
    code = "alert_taken"


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


@dataclass(frozen=True, slots=True)
class Offer:
    """One decision a leader may take now: what is filled in, and what the customer would read."""

    decision: Decision
    wish: Wish
    text: str


async def reach(hall: Hall, by: Staff, alert: int, operation: str, *, leads: bool) -> OpenAlert:
    """The alert, if this person may answer for it; what is refused is kept. NoSuchAlert, NotYourAlert."""

    def looking(lists: Lists) -> tuple[OpenAlert | None, bool]:
        found = lists.alert(alert)
        return found, found is not None and (not found.case or sees(lists.case(found.case), by))

    found, there = await hall.ledger.read(looking)
    if found is None:
        raise NoSuchAlert(alert)
    mine = leads or by.no in found.to
    if not there or not mine:
        await reception.deny(hall, by.no, operation, found.case)
        raise NotYourAlert(alert) if there else NoSuchAlert(alert)
    return found


def filled(hall: Hall, lists: Lists, case: Case, why: str, decision: Decision, wish: Wish) -> Wish:
    """What a leader left out, as the hall would do it."""
    data, now = hall.edition().data, hall.clock.now()
    handler = data.books.person(case.first_handler)
    reason = wish.reason.strip() or render(data, words(REASONS[decision], why=words(f"why.{why}"), handler=handler))
    until, to = wish.until, wish.to.strip()
    if until is None and decision in (Decision.PAUSE, Decision.CALL):
        until = deciding.till(data.books, case, why, now, decision)
    if not to and decision in (Decision.HELP, Decision.REASSIGN):
        to = deciding.fitting(data.books, case, lists.load(), now, decision)
    return replace(wish, reason=reason, to=to, until=until)


def _written(hall: Hall, text: object) -> str:
    return mask(render(hall.edition().data, text))


async def decide(hall: Hall, by: Staff, alert: int, decision: str, wish: Wish, asked: Asked) -> Case | Preview:
    """One decision on one alert, done once however often it is asked.

    NoSuchAlert, AlertTaken unless the version says that he has seen what came of it, and why the desk refuses.
    """
    chosen = deciding.decision_of(decision)
    found = await reach(hall, by, alert, OPERATION, leads=True)
    try:
        case = await hall.ledger.write(lambda page: _decided(hall, page, by, found, (chosen, wish), asked))
    except _Tried as tried:
        return tried.preview
    except NotYours:
        await reception.deny(hall, by.no, OPERATION, found.case)
        raise
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return case


def _decided(hall: Hall, page: Page, by: Staff, alert: OpenAlert, chosen: tuple[Decision, Wish], asked: Asked) -> Case:
    books, now, (decision, wish) = hall.edition().data.books, hall.clock.now(), chosen
    done = f"request:{by.no}:{alert.case}:{asked.id}" if asked.id else ""
    case = page.case(alert.case)
    if done and page.remembered(done):
        return case
    counter.still(page, case, asked)
    newest = page.lists().alert(alert.id) or alert
    if newest.acked_by not in ("", by.no) and asked.version is None:
        raise AlertTaken(alert.id, newest.acked_by)

    def write(text: object) -> str:
        return _written(hall, text)

    if not asked.dry:
        counter.caught_up(hall, page, case, now, write)
        alerts.answered(hall, page, alert.id, by)
        case = page.case(alert.case)
    whole = filled(hall, page.lists(), case, alert.why, decision, wish)
    outcome = deciding.decide(books, case, by, decision, whole, now)
    if asked.dry:
        raise _Tried(counter.preview(_told(outcome), by, write))
    move = deciding.MOVES[decision]
    floor.pass_to(page, books, Passing(case, outcome.case, by, move, now), write)
    outcome = _answering(books, page, outcome, by, now)
    changed = page.record(mirrored(hall, page, outcome, known=asked.known), write)
    if done:
        page.remember(done, now.isoformat())
    return changed


def _answering(books: Books, page: Page, outcome: Outcome, by: Staff, now: datetime) -> Outcome:
    """The decision, with the other open alerts of the same trouble answered on case and board."""
    case, rungs = deciding.answered(outcome.case, by, now)
    for rung in rungs:
        page.acknowledge_rung(case.no, rung, by.no, now)
    return replace(outcome, case=replace(case, due_at=next_due(case, books.rules))) if rungs else outcome


def _told(outcome: Outcome) -> Outcome:
    """The decision without the live card, which only follows it."""
    return replace(outcome, letters=tuple(one for one in outcome.letters if not one.edits))


def offers(hall: Hall, lists: Lists, by: Staff, alert: OpenAlert) -> Iterator[Offer]:
    """The decisions this leader may take on an alert now, each with what its customer would read."""
    books, now = hall.edition().data.books, hall.clock.now()
    if not alert.case:
        return
    case = lists.case(alert.case)
    if Relation.LEADER not in relation(case, by, books.roster, now):
        return
    for decision in Decision:
        whole = filled(hall, lists, case, alert.why, decision, Wish())
        try:
            outcome = deciding.decide(books, case, by, decision, whole, now)
        except DeskError:
            continue
        told = counter.preview(_told(outcome), by, lambda text: _written(hall, text)).text
        yield Offer(decision, whole, told)
