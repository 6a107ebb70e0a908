"""What staff may do to a case: accept, answer, note, move on, resolve, reopen, close; each rule one decision."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk import helping, pausing, promises
from bot.desk.again import reopened
from bot.desk.books import Books
from bot.desk.case import CLOCK, Button, Case, Kind, Lane, Outcome, Promise, Rating, State
from bot.desk.errors import Missing
from bot.desk.handing import answered_for, heir
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.rights import MOVES, permit, relation
from bot.desk.roster import Staff
from bot.desk.settling import settled
from bot.desk.speech import SENSELESS, fault, fit
from bot.desk.words import words
from intents.topic import Step


def accept(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
    """Work begins: by the first handler, the stand-in or the duty leader; the customer hears who.

    Who is asked to help accepts his task instead. NotYours, Taken.
    """
    leads = relation(case, by, books.roster, now) & MOVES[Move.ACCEPT]
    if not leads or (case.state is not State.OPEN and helping.waits_for(case, by)):
        return helping.take(books, case, by, now)
    permit(case, Move.ACCEPT, by, books.roster, now)
    moved = replace(case, state=after(case.no, case.state, Move.ACCEPT), accepted_at=now)
    handler = books.person(case.first_handler)
    acting = None if by.no == handler.no else by
    return record(
        books,
        moved,
        now,
        [Entry(Move.ACCEPT, by.no, words("event.accepted", by=by))],
        [
            to_customer(
                case,
                Kind.STATUS,
                words("case.accepted", no=case.no, topic=case.topic, handler=handler, acting=acting),
            )
        ],
    )


def release(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
    """The person gives the talk back to the guide; the first handler stays, the customer is told."""
    permit(case, Move.RELEASE, by, books.roster, now)
    after(case.no, case.state, Move.RELEASE)
    handler = books.person(case.first_handler)
    return record(
        books,
        case,
        now,
        [Entry(Move.RELEASE, by.no, words("event.released", by=by))],
        [to_customer(case, Kind.STATUS, words("case.released", no=case.no, handler=handler, by=by))],
    )


def left(books: Books, case: Case, speaker: Staff, now: datetime) -> Outcome:
    """Who spoke with the customer is not here any more: the guide speaks, the first handler stays, both are said."""
    after(case.no, case.state, Move.RELEASE)
    told = words("floor.left", no=case.no, handler=books.person(case.first_handler), by=speaker)
    entry = Entry(Move.RELEASE, CLOCK, words("event.floor.left", by=speaker), Lane.SUPPORT)
    return record(books, case, now, [entry], [to_customer(case, Kind.STATUS, told)])


def _begun_by(books: Books, case: Case, stage: str, now: datetime) -> tuple[Promise, ...]:
    """Promises that wait for this stage to start running."""
    topic = books.topics.get(case.topic)
    if topic is None:
        return ()
    known = {promise.id for promise in case.promises}
    zone = next((promise.area for promise in case.promises if promise.area), "")
    day = now.astimezone(books.calendar.zone).date()
    rows = promises.chosen(books.promises, topic.promises, zone, day)
    return tuple(promises.start(row, books.calendar, now) for row in rows if row.since == stage and row.id not in known)


def _up_to(books: Books, case: Case, step: Step) -> tuple[Step, ...]:
    """The step and those before it: who stands at the third has passed the second, even if nobody said so."""
    steps = books.steps(case.topic)
    return steps[: steps.index(step) + 1]


def stage(books: Books, case: Case, by: Staff, name: str, text: str, now: datetime) -> Outcome:
    """The case reaches a step of its blueprint, by code or name; the customer is told where the step says so."""
    permit(case, Move.STAGE, by, books.roster, now)
    state = after(case.no, case.state, Move.STAGE)
    case = pausing.lifted(books, case, by.no, now)
    step = next((step for step in books.steps(case.topic) if name.strip() in (step.code, step.name)), None)
    if step is None:
        raise Missing({"stage": "missing.stage"})
    reached = _up_to(books, case, step)
    passed = (*case.stages_done, case.stage, *(one.code for one in reached))
    done = tuple(dict.fromkeys(code for code in passed if code and code != step.code))
    moved = replace(case, state=state, stage=step.code, stages_done=done)
    moved, kept = settled(
        moved,
        lambda promise: any(promise.to == one.code or promises.named(promise, one.promise) for one in reached),
        now,
    )
    moved = replace(moved, promises=(*moved.promises, *_begun_by(books, moved, step.code, now)))
    handler = books.person(case.first_handler)
    said = fit(books, text, "text") if text.strip() and step.tells_customer else text.strip()
    entry = Entry(
        Move.STAGE,
        by.no,
        words("event.stage", stage=step.name, text=said),
        Lane(step.lane),
        public=step.tells_customer,
        facts={"stage": step.code},
    )
    letters: list[Draft] = []
    if step.tells_customer:
        told = words(f"step:{case.topic}.{step.code}")
        text_ = words(
            "case.stage",
            no=case.no,
            topic=case.topic,
            stage=step.name,
            told=told,
            text=said,
            handler=handler,
            promise=promises.next_promise(moved),
        )
        letters.append(to_customer(case, Kind.STATUS, text_))
    return record(books, moved, now, [entry, *kept], letters)


def unfilled(books: Books, case: Case, facts: Mapping[str, str]) -> dict[str, str]:
    """The fields of the closing checklist still empty of sense: field → label."""
    topic = books.topics.get(case.topic)
    filled = {**case.closing, **facts}
    return {
        item.field: item.label
        for item in (topic.closing if topic else ())
        if item.needed and not filled.get(item.field, "").strip(SENSELESS)
    }


def resolve(books: Books, case: Case, by: Staff, text: str, facts: Mapping[str, str], now: datetime) -> Outcome:
    """Done, by the closing checklist; the customer is asked whether it is so."""
    permit(case, Move.RESOLVE, by, books.roster, now)
    state = after(case.no, case.state, Move.RESOLVE)
    empty = {field: f"missing.closing:{label}" for field, label in unfilled(books, case, facts).items()}
    if not text.strip(SENSELESS):
        empty["text"] = "missing.text"
    elif wrong := fault(books, text):
        empty["text"] = wrong
    if empty:
        raise Missing(empty)
    case = pausing.lifted(books, case, by.no, now)
    moved = replace(case, state=state, resolved_at=now, closing={**case.closing, **facts}, transfer=None)
    moved, kept = settled(moved, lambda _: True, now)
    steps = tuple(step.code for step in books.steps(case.topic))
    moved = replace(moved, stages_done=steps, stage="")
    handler = books.person(case.first_handler)
    question = words("case.resolved", no=case.no, topic=case.topic, text=text.strip(), handler=handler)
    return record(
        books,
        moved,
        now,
        [Entry(Move.RESOLVE, by.no, text.strip(), facts=dict(facts)), *kept],
        [
            to_customer(
                case,
                Kind.QUESTION,
                question,
                Button("已解决", f"confirm.{case.no}"),
                Button("没解决", f"refuse.{case.no}"),
            )
        ],
    )


def reopen(books: Books, case: Case, by: Staff, reason: str, now: datetime) -> Outcome:
    """Staff take a finished case up again, with a reason the customer reads."""
    permit(case, Move.REOPEN, by, books.roster, now)
    after(case.no, case.state, Move.REOPEN)
    why = fit(books, reason, "reason")
    moved = reopened(books, case, now)
    handler = heir(books, moved, now) or books.person(case.first_handler)
    letters = [
        to_customer(
            case,
            Kind.STATUS,
            words("case.reopened", no=case.no, topic=case.topic, reason=why, handler=handler),
        )
    ]
    if by.no != handler.no:
        letters.append(
            to_staff(handler.no, Kind.NOTICE, words("staff.reopened", no=case.no, topic=case.topic, reason=why))
        )
    return answered_for(books, record(books, moved, now, [Entry(Move.REOPEN, by.no, why)], letters), now)


def cancel(books: Books, case: Case, by: Staff, reason: str, now: datetime) -> Outcome:
    """The case is withdrawn before it was resolved, with a reason."""
    permit(case, Move.CANCEL, by, books.roster, now)
    why = fit(books, reason, "reason")
    state = after(case.no, case.state, Move.CANCEL)
    case = pausing.lifted(books, case, by.no, now)
    moved = replace(case, state=state, closed_at=now, promises=promises.drop(case.promises, now))
    handler = books.person(case.first_handler)
    text = words("case.cancelled", no=case.no, topic=case.topic, reason=why, handler=handler)
    return record(books, moved, now, [Entry(Move.CANCEL, by.no, why)], [to_customer(case, Kind.STATUS, text)])


def asking(case: Case, now: datetime) -> Rating:
    """The rating question as it goes out: whom it is about is frozen here."""
    return Rating(None, at=now, handler=case.first_handler)


def stars(case: Case) -> tuple[Button, ...]:
    """The five answers to the rating question."""
    return tuple(Button(str(score), f"rate.{score}.{case.no}") for score in range(1, 6))


def close(books: Books, case: Case, by: Staff, reason: str, now: datetime) -> Outcome:
    """The duty leader closes a resolved case the customer has not answered, with a reason."""
    permit(case, Move.CLOSE, by, books.roster, now)
    state = after(case.no, case.state, Move.CLOSE)
    why = fit(books, reason, "reason")
    moved = replace(case, state=state, closed_at=now, rating=asking(case, now))
    text = words(
        "case.closed.leader",
        no=case.no,
        topic=case.topic,
        reason=why,
        handler=books.person(case.first_handler),
        by=by,
    )
    return record(
        books,
        moved,
        now,
        [Entry(Move.CLOSE, by.no, why)],
        [to_customer(case, Kind.QUESTION, text, *stars(case))],
    )
