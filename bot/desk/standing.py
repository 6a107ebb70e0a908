"""Where a case stands, in the customer's words: steps done, now and next, who holds it since when, and by when."""

from datetime import datetime

from bot.desk import promises, roster, waiting
from bot.desk.books import Books
from bot.desk.case import Case, State
from bot.desk.promises import HELD, LIVE
from bot.desk.roster import Staff
from bot.desk.words import Words, words

DONE, NOW, NEXT = "●", "◐", "○"


def steps(books: Books, case: Case) -> str:
    """The steps a customer hears of, each with its mark: done, now, next."""
    over = case.state in (State.RESOLVED, State.CLOSED)

    def mark(code: str) -> str:
        if over or code in case.stages_done:
            return DONE
        return NOW if code == case.stage else NEXT

    told = (step for step in books.steps(case.topic) if step.tells_customer or step.code == case.stage)
    return "　".join(f"{mark(step.code)}{step.name}" for step in told) if case.state is not State.CANCELLED else ""


def back(books: Books, case: Case, now: datetime) -> datetime | None:
    """When the first handler is on duty again; None while he is, while somebody stands in, or if nobody knows."""
    if case.cover or case.state not in LIVE:
        return None
    at = roster.next_shift(books.roster, case.first_handler, now)
    return at if at and at > now else None


def standby(books: Books, case: Case, now: datetime) -> Staff | None:
    """Which duty leader acts until the first handler's next shift; None while he is here, or if no leader is."""
    if back(books, case, now) is None:
        return None
    here = {one.no for one in roster.on_shift(books.roster, now)}
    never = (case.first_handler, *case.hidden_from)
    leaders = roster.duty_leaders(books.roster, now)
    return next((one for one in leaders if one.no in here and one.no not in never), None)


def turn(case: Case) -> str:
    """Whose turn it is next: the customer's, a helper's, the duty leader's or the first handler's."""
    pause = promises.paused(case)
    if case.state in (State.RESOLVED, State.WAITING_CUSTOMER) or (pause and pause.customer):
        return "customer"
    if case.transfer and not case.transfer.asks:
        return "duty"
    return "helper" if case.helpers else "handler"


def shows(case: Case) -> str:
    """What the live card of a case shows, in short: two that read alike show the same."""
    promise, pause = promises.next_promise(case), promises.paused(case)
    clock = f"{promise.id}@{promise.promise_at}:{promise.kept}" if promise else ""
    held = f"{pause.reason}@{pause.until}" if pause else ""
    said = " ".join(f"{one.id}:{one.kept}" for one in waiting.given(case))
    acting = f"{case.cover.staff}@{case.cover.till}" if case.cover else ""
    hands = f"{case.first_handler}/{acting}"
    whose = turn(case) if case.state in HELD else ""
    return f"{case.state}|{case.stage}|{hands}|{clock}|{held}|{case.incident}|{whose}|{said}"


def status(
    books: Books,
    case: Case,
    now: datetime,
    code: str = "case.status",
    *,
    since: datetime | None = None,
    card: str = "",
) -> Words:
    """How the case stands; `since` is when its first handler got it, where the hands have changed."""
    known = books.steps(case.topic)
    at = next((step.name for step in known if step.code == case.stage), "")
    upcoming = ""
    codes = [step.code for step in known]
    if case.stage in codes and case.state in LIVE:
        upcoming = next((step.name for step in known[codes.index(case.stage) + 1 :] if step.tells_customer), "")
    held = since or (case.opened_at if not case.transfers else None)
    return words(
        code,
        no=case.no,
        topic=case.topic,
        state=case.state,
        stage=at,
        next=upcoming,
        steps=steps(books, case),
        handler=books.person(case.first_handler),
        since=held if case.state in HELD else None,
        cover=books.person(case.cover.staff) if case.cover else None,
        till=case.cover.till if case.cover else None,
        back=back(books, case, now),
        standby=standby(books, case, now),
        promise=waiting.own(case),
        **waiting.held(case),
        waits=waiting.hands(books, case),
        given=waiting.given(case),
        turn=words(f"turn.{turn(case)}") if case.state in HELD else None,
        card=card,
    )
