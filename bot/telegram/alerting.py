"""What people of the hall do about an alert in their private chat: say that they have it, decide, name whom."""

from datetime import datetime, timedelta

from bot.desk.case import Case, Kind
from bot.desk.deciding import MOVES, Decision
from bot.desk.errors import DeskError
from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.hall import deciding, duty, mirror, reception, summons
from bot.hall.counter import Asked, Preview
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import LetterQuery, OpenAlert, Posted
from bot.hall.refusals import sentence
from bot.telegram import asking, saying
from bot.telegram.buttons import ACK, ASK
from bot.telegram.reading import Incoming
from bot.telegram.telling import tell
from bot.telegram.under import label

AGAIN = timedelta(minutes=10)
"""A button that is tapped twice within this was meant once."""
_DECIDE = "decide"
_ASKS = (Decision.REASSIGN,)
"""Decisions that nobody takes blindly: who answers for the case is named by whoever decides."""
_LATEST = 10
"""Letters looked through for what the customer was told."""


def decided(data: HallData, text: str) -> tuple[Decision, str] | None:
    """The decision that words begin with, and what follows it."""
    word, rest = saying.first_word(text)
    found = next((one for one in Decision if label(data, one) == word.strip(saying.ENDS)), None)
    return (found, rest) if found else None


async def pressed(hall: Hall, by: Staff, letter: Posted, value: str, incoming: Incoming) -> None:
    """A button under an alert; under another's it does nothing and is kept."""
    to = f"staff:{by.no}"
    if letter.to != to:
        await reception.deny(hall, by.no, "alerts.ack" if value == ACK else deciding.OPERATION, letter.case)
        return
    alert = await hall.ledger.read(lambda lists: summons.alert_of(lists, letter))
    if value == ACK:
        await acknowledge(hall, by, alert, incoming, to)
    elif alert and value in tuple(Decision):
        now, update = hall.clock.now(), str(incoming.update)
        first = await hall.ledger.write(lambda page: _tap(page, f"ack:tg:{letter.seq}.{value}", update, now))
        await _decide(hall, by, alert, Decision(value), incoming, first)
    else:
        await tell(hall, to, "", words("private.ack.none"), incoming)


def _tap(page: Page, key: str, update: str, now: datetime) -> str:
    """The tap that counts: a second one on the same button soon after the first is the same wish."""
    first, _, at = page.remembered(key).partition("|")
    if first and (first == update or now - datetime.fromisoformat(at) < AGAIN):
        return first
    page.remember(key, f"{update}|{now.isoformat()}")
    return update


async def replied(hall: Hall, by: Staff, letter: Posted, incoming: Incoming) -> bool:
    """Words in answer to a question about an alert, or to the alert itself; whether they decide anything."""
    begun, _, rest = letter.key.partition(":")
    if letter.kind == Kind.ALERT and incoming.text.strip(saying.ENDS) == label(hall.edition().data, ACK):
        alert = await hall.ledger.read(lambda lists: summons.alert_of(lists, letter))
        await acknowledge(hall, by, alert, incoming, letter.to)
        return True
    if begun == ASK and rest.startswith(f"{_DECIDE}."):
        name, _, number = rest.partition(":")[0].removeprefix(f"{_DECIDE}.").partition(".")
        alert = await hall.ledger.read(lambda lists: lists.alert(int(number)))
        chosen: tuple[Decision, str] | None = (Decision(name), incoming.text)
    else:
        chosen = decided(hall.edition().data, incoming.text) if letter.kind == Kind.ALERT else None
        alert = await hall.ledger.read(lambda lists: summons.alert_of(lists, letter)) if chosen else None
    if chosen is None or alert is None:
        return False
    await _decide(hall, by, alert, chosen[0], incoming, str(incoming.update), chosen[1])
    return True


async def _decide(
    hall: Hall, by: Staff, alert: OpenAlert, decision: Decision, incoming: Incoming, key: str, said: str = ""
) -> None:
    """Done at once; whom it needs to know first is asked in one line."""
    to, data, now = f"staff:{by.no}", hall.edition().data, hall.clock.now()
    if not may(by, deciding.OPERATION):
        await reception.deny(hall, by.no, deciding.OPERATION, alert.case)
        await tell(hall, to, "", words("error.not_your_post"), incoming)
        return
    wish = saying.wish_of(data, decision, said, now)
    try:
        if decision in _ASKS and not wish.to:
            told = await hall.ledger.read(lambda lists: _whom(hall, lists, by, alert, decision))
            await tell(hall, to, alert.case, told, incoming, f"{ASK}:{_DECIDE}.{decision.value}.{alert.id}")
            return
        case = await deciding.decide(hall, by, alert.id, decision, wish, Asked(id=f"tg:{key}"))
    except DeskError as refused:
        await tell(hall, to, alert.case, words("topic.refused", reason=sentence(data, refused)), incoming)
        return
    heard = await hall.ledger.read(lambda lists: _heard(lists, case))
    done = words("private.decided", no=alert.case, move=label(data, decision), text=heard)
    await tell(hall, to, alert.case, done, incoming)


def _whom(hall: Hall, lists: Lists, by: Staff, alert: OpenAlert, decision: Decision) -> Words:
    """The question a decision needs an answer to. NoSuchCase."""
    data, case = hall.edition().data, lists.case(alert.case)
    people = asking.people(data, case, MOVES[decision], by, hall.clock.now())
    return words("private.ask.reassign", no=case.no, move=label(data, decision), people=people)


def _heard(lists: Lists, case: Case | Preview) -> str:
    """What its customer was told last of the case."""
    if isinstance(case, Preview):
        return case.text
    query = LetterQuery(to=f"customer:{case.customer}", case=case.no, limit=_LATEST, newest=True)
    told = (one for one in lists.letters_for(query).items if one.kind in (Kind.STATUS, Kind.NOTICE, Kind.QUESTION))
    return next((one.text for one in told), "")


async def acknowledge(hall: Hall, by: Staff, alert: OpenAlert | None, incoming: Incoming, to: str) -> None:
    """Somebody says that he has it; told where he said it. Whom it does not concern is refused, and that is kept."""
    told, no = words("private.ack.none"), alert.case if alert else ""
    if alert and not summons.concerns(alert, by):
        await reception.deny(hall, by.no, "alerts.ack", no)
        told = words("error.not_your_alert")
    elif alert and (done := await duty.acknowledge(hall, by, alert.id)):
        roster = hall.edition().data.books.roster
        told = words("private.ack.done", text=done.text)
        if done.acked_by != by.no:
            told = words("private.ack.other", by=roster.staff.get(done.acked_by, done.acked_by), text=done.text)
    await tell(hall, to, no, told, incoming)


async def said(hall: Hall, by: Staff, incoming: Incoming, no: str = "") -> None:
    """收到: the newest alert that waits for this person, in a topic one of its case; told again, the same one."""
    to = mirror.to(no) if no else f"staff:{by.no}"
    alert = await hall.ledger.write(lambda page: _chosen(page, f"ack:tg:{incoming.update}", by, no))
    await acknowledge(hall, by, alert, incoming, to)


def _chosen(page: Page, key: str, by: Staff, no: str) -> OpenAlert | None:
    """The alert that is meant; the same one however often it is asked."""
    lists, kept = page.lists(), page.remembered(key)
    if kept:
        return lists.alert(int(kept))
    waiting = [one for one in lists.alerts(only_open=True) if no in ("", one.case)]
    mine = [one for one in waiting if by.no in one.to]
    found = next(iter(mine or (waiting if no else [])), None)
    page.remember(key, str(found.id if found else 0))
    return found
