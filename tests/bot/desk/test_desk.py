"""The room as a whole: whatever happens to a case, by whom, in whatever order, these things hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from string import Formatter

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import (
    answering,
    correcting,
    handing,
    helping,
    leading,
    pausing,
    promises,
    roster,
    rules,
    standing,
    talking,
    verdict,
)
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Case, Event, Kept, Outcome, Promise, State
from bot.desk.errors import DeskError, IllegalMove, NotPaused, NotYours, Paused, Taken
from bot.desk.moves import TABLE, Move
from bot.desk.overdue import overdue
from bot.desk.pausing import Wish
from bot.desk.promises import HELD, LIVE, STEADY
from bot.desk.rights import Relation, moves_of, relation
from bot.desk.roster import Leave, Staff
from bot.desk.words import Words
from tests.kit_desk import BOOKS, CLERK, NOW, PHRASES, SECOND, STAFF, TOPICS, opened, sound
from tests.kit_moves import CUSTOMER_MOVES, STAFF_MOVES, By, Of

INNER = "只许厅里人看见"
"""Stands in every word that is nobody's outside the hall."""
NUMBERS = [person.no for person in STAFF]


def _stage(n: int) -> By:
    def doing(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
        steps = books.steps(case.topic) or TOPICS[0].steps
        step = steps[n % len(steps)]
        return rules.stage(books, case, by, step.code, "" if step.tells_customer else INNER, now)

    return doing


def _to(rule: Callable[..., Outcome], to: str, text: str) -> By:
    return lambda books, case, by, now: rule(books, case, by, to, text, now)


def _correct(slots: Mapping[str, str]) -> By:
    return lambda books, case, by, now: correcting.correct(books, case, by, slots, INNER, now)


def _resolve(facts: Mapping[str, str]) -> By:
    return lambda books, case, by, now: rules.resolve(books, case, by, "好", facts, now)


def _acknowledge(books: Books, case: Case, by: Staff, now: datetime) -> Outcome:
    rung = next((one.rung for one in case.raised if not one.acked_by), "")
    outcome = answering.acknowledge(books, case, rung, by, now) if by.on else None
    if outcome is None:
        raise IllegalMove(case.no, case.state, Move.ACKNOWLEDGE)
    return outcome


def _pause(reason: str, days: int, *wants: str) -> By:
    return lambda books, case, by, now: pausing.pause(
        books, case, by, Wish(reason, now + timedelta(days=days), wants), now
    )


def _says(hours: int) -> By:
    return lambda books, case, by, now: talking.reply(
        books, case, by, "好的", now, promise_at=now + timedelta(hours=hours)
    )


def _brought(books: Books, case: Case, now: datetime) -> Outcome:
    outcome = pausing.brought(books, case, now)
    if outcome is None:
        raise IllegalMove(case.no, case.state, Move.RESUME)
    return outcome


_PLAIN = (Move.ACCEPT, Move.RELEASE, Move.RESUME, Move.REOPEN, Move.CANCEL, Move.CLOSE)
WORK: Mapping[Move, tuple[By, ...]] = {
    **{move: (STAFF_MOVES[move],) for move in _PLAIN},
    Move.REPLY: (STAFF_MOVES[Move.REPLY], STAFF_MOVES[Move.REPLY], _says(2), _says(30)),
    Move.NOTE: (
        lambda books, case, by, now: talking.note(books, case, by, INNER, now),
        lambda books, case, by, now: talking.note(books, case, by, f"已回电，{INNER}", now),
    ),
    Move.PAUSE: (_pause("等配件到货", 3), _pause("等客户补材料", 9, "身份证"), _pause("等配件到货", 1, "发票")),
    Move.ACKNOWLEDGE: (_acknowledge,),
    Move.STAGE: tuple(_stage(n) for n in range(6)),
    Move.RESOLVE: (_resolve({"cause": INNER}), _resolve({"cause": INNER}), _resolve({})),
    Move.HELP: tuple(_to(helping.ask, to, INNER) for to in (CLERK, SECOND, "B201", "B001", "work", "guide", "duty")),
    Move.HELP_DONE: (lambda books, case, by, now: helping.done(books, case, by, INNER, now),),
    Move.TRANSFER: tuple(_to(handing.transfer, to, "要去学习") for to in NUMBERS),
    Move.REASSIGN: tuple(_to(handing.reassign, to, "换人更快") for to in NUMBERS),
    Move.PRIORITY: tuple(_to(leading.priority, level, INNER) for level in ("emergency", "normal")),
    Move.CALLBACK: (lambda books, case, by, now: leading.callback(books, case, by, INNER, now),),
    Move.CORRECT: (_correct({"phone": "3"}), _correct({"level": "major", "class": "service"})),
    Move.REVEAL: (lambda books, case, by, now: correcting.reveal(books, case, by, ("phone",), INNER, now),),
}


def _names(no: str) -> Of:
    return lambda books, case, now: verdict.add_facts(books, case, {}, "是他", now, named=(no,))


WISHES: Mapping[str, tuple[Of, ...]] = {
    **{move.value: (doing,) for move, doing in CUSTOMER_MOVES.items()},
    "consent": (lambda books, case, now: handing.consent(books, case, "同意", now),),
    "decline": (lambda books, case, now: handing.decline(books, case, "不同意", now),),
    "brought": (_brought,),
    "rate.low": (lambda books, case, now: verdict.rate(books, case, 1, "", now),),
    "names": tuple(_names(no) for no in (CLERK, SECOND, "B001")),
}
FIT, HANDLER = "whoever may", "the first handler"
TICKS = [0, 1, 19, 30, 60, 1440, 2880, 4320, 20000]


def _often(names: Iterable[str]) -> list[str]:
    """What ends a case for good is rarer than what keeps it going."""
    return [name for name in names for _ in range(1 if name in (Move.CANCEL, "names") else 8)]


N = st.integers(0, 9)
WORKED = st.tuples(st.sampled_from([*[FIT] * 9, HANDLER, HANDLER, *NUMBERS]), st.sampled_from(_often(WORK)), N)
WISHED = st.tuples(st.just(CUSTOMER), st.sampled_from(_often(WISHES)), N)
PASSED = st.tuples(st.just(CLOCK), st.just(""), st.sampled_from(TICKS))
CHANGED = st.tuples(st.sampled_from(["off", "on"]), st.sampled_from([*NUMBERS[:8], HANDLER]), st.just(0))
AWAY = st.sampled_from([f"{no} {by}" for no in (*NUMBERS[:8], HANDLER) for by in NUMBERS[:4]])
LEFT = st.tuples(st.just("leave"), AWAY, st.sampled_from([0, 2]))
TAKEN = (FIT, Move.ACCEPT, 0)
PREFACES = st.sampled_from(
    [
        (),
        (TAKEN, (HANDLER, Move.TRANSFER, 1)),
        (TAKEN, (HANDLER, Move.PAUSE, 1)),
        (TAKEN, (FIT, Move.HELP, 4), TAKEN, ("B201", Move.PAUSE, 0), (HANDLER, Move.PAUSE, 0)),
        (TAKEN, (FIT, Move.HELP, 4), TAKEN),
        (TAKEN, (FIT, Move.RESOLVE, 0), (CUSTOMER, Move.CONFIRM, 0), (CUSTOMER, "rate.low", 0)),
    ]
)
"""How far a case has come before chance takes over, so that the later moves are met too."""
CHANCE = st.lists(st.one_of(WORKED, WORKED, WORKED, WISHED, WISHED, PASSED, CHANGED, LEFT), min_size=1, max_size=40)
RUNS = st.builds(lambda preface, acts: [*preface, *acts], PREFACES, CHANCE)
TOPIC = st.sampled_from([topic.code for topic in TOPICS])
HOUSE = st.builds(
    lambda handover, most: replace(BOOKS, rules=replace(BOOKS.rules, handover=handover, transfers_max=most)),
    st.sampled_from(["leader", "consent"]),
    st.sampled_from([1, 3]),
)


def _plain(fact: object) -> object:
    """A fact as a reader sees it."""
    match fact:
        case Staff():
            return fact.no
        case Promise():
            return fact.id, fact.promise_at, fact.kept
        case Words():
            return fact.code, [_plain(one) for one in fact.facts.values()]
        case list() | tuple():
            return [_plain(one) for one in fact]
    return fact


def card_of(books: Books, case: Case, now: datetime) -> list[object]:
    """Everything the live card is filled with."""
    filled = standing.status(books, case, now, "case.card").facts
    names = dict.fromkeys(name for _, name, _, _ in Formatter().parse(PHRASES["case.card"]) if name)
    return [(name, _plain(filled.get(name))) for name in names]


def _replayed(state: State, events: tuple[Event, ...]) -> State:
    """Where the events alone lead: each a cell of the table, but what is a helper's task alone."""
    for event in events:
        if not (event.move in (Move.ACCEPT, Move.PAUSE, Move.RESUME) and "task" in event.facts):
            state = TABLE[Move(event.move)][state]
        if event.move == Move.PAUSE and "state" in event.facts:  # the one pause that is a state
            assert event.facts["state"] == State.WAITING_CUSTOMER
            state = State.WAITING_CUSTOMER
    return state


def _lines(promise: Promise) -> list[datetime]:
    return [line for line in (promise.promise_at, promise.internal_at, promise.red_line_at) if line]


def _pauses(case: Case) -> int:
    """How many pauses of the whole case have ended."""
    return sum(one.ended_at is not None and not one.task for one in case.pauses)


@dataclass
class Run:
    """One hall and one case in it, and what was seen so far."""

    books: Books
    case: Case
    now: datetime
    fired: list[str]

    def took(self, outcome: Outcome) -> None:
        """A decision is in force: all that must hold, does."""
        before, after = self.case, sound(self.case, outcome, self.books)
        assert _replayed(before.state, outcome.events) is after.state
        assert after.helpers == helping.helpers_of(after.tasks)
        fresh = [alert for alert in outcome.alerts if alert.rung not in {one.rung for one in before.raised}]
        called = [(alert.rung, alert.to) for alert in outcome.alerts]  # whoever is called for it is called once
        assert not {alert.rung for alert in fresh} & set(self.fired)
        assert len(set(called)) == len(called)
        self.fired += [alert.rung for alert in fresh]
        again = before.state is State.CLOSED and after.state is State.IN_PROGRESS
        if not again:  # only a case taken up again is promised anew: nothing moves, is forgotten or unbroken
            still = _pauses(before) == _pauses(after)
            for old, new in zip(before.promises, after.promises, strict=False):
                steady = still or old.to in STEADY or old.ended_at is not None
                assert (old.id, old.started_at) == (new.id, new.started_at)
                assert _lines(old) == _lines(new) if steady else _lines(old) <= _lines(new)
                refused = before.state is State.RESOLVED and old.ended_at == before.resolved_at
                assert old.kept is not Kept.BROKEN or new.kept is Kept.BROKEN
                assert old.ended_at is None or new == old or refused
        self._hands(before, outcome)
        self._outside(outcome)
        self._asleep(before, after)
        self._card(before, outcome)
        self.case = after

    def _card(self, before: Case, outcome: Outcome) -> None:
        """The live card is edited when what it shows has changed, and only then."""
        edits = [letter for letter in outcome.letters if letter.edits]
        assert {letter.edits for letter in edits} <= {before.receipt}
        shows = [card_of(self.books, case, self.now) for case in (before, outcome.case)]
        if shows[0] != shows[1]:
            assert edits
        else:
            assert len(edits) != 1  # two decisions in one may change it back

    def _asleep(self, before: Case, after: Case) -> None:
        """Nothing is put aside that is over; an alert is answered for once and calls nobody twice."""
        pause = promises.paused(after)
        assert pause is None or after.state in LIVE
        assert (after.state is State.WAITING_CUSTOMER) is (pause is not None and pause.customer)
        assert after.beat_at is None or after.state in LIVE
        over = after.state in (State.CLOSED, State.CANCELLED)
        for one in after.pauses:
            done = over or any(task.n == one.task and task.done_at for task in after.tasks)
            assert one.ended_at or not done
            assert one.ended_at is None or one.at <= one.ended_at <= one.until
        assert len({one.rung for one in after.raised}) == len(after.raised)
        for old, new in zip(before.raised, after.raised, strict=False):
            assert (old.rung, old.at) == (new.rung, new.at)
            assert new.to[: len(old.to)] == old.to
            assert len(set(new.to)) == len(new.to)
            assert not old.acked_by or (new.acked_by, new.to) == (old.acked_by, old.to)

    def _hands(self, before: Case, outcome: Outcome) -> None:
        """Responsibility moved only by consent, by the duty leader, or because the first handler had left."""
        agreed = any(event.move == Move.CONSENT for event in outcome.events)
        if outcome.case.transfers != before.transfers:
            assert outcome.case.transfer is None
        for event in outcome.events:
            if "before" not in event.facts:
                continue
            if event.move == Move.TRANSFER:
                assert agreed
                assert before.transfer
                assert event.facts["first_handler"] == before.transfer.to
            elif event.by == CLOCK:
                assert not self.books.person(event.facts["before"]).on
            else:
                by = self.books.person(event.by)
                assert Relation.LEADER in relation(before, by, self.books.roster, self.now)
            assert self.books.person(event.facts["first_handler"]).on

    def _outside(self, outcome: Outcome) -> None:
        """No internal word reaches the customer."""
        for letter in outcome.letters:
            assert not letter.to.startswith("customer:") or INNER not in repr(letter.text)
        for event in outcome.events:
            assert not event.public or INNER not in repr(event.text)

    def who(self, name: str, move: str = "") -> Staff:
        """Somebody by number, or by what he is to the case."""
        if name == HANDLER:
            return self.books.person(self.case.first_handler)
        roster = self.books.roster
        fit = (one for one in roster.staff.values() if move in moves_of(self.case, one, roster, self.now))
        return next(fit, self.books.person(CLERK)) if name == FIT else self.books.person(name)

    def change(self, what: str, named: str, days: int) -> None:
        """The tables of the hall change."""
        if what == "leave":
            no, _, by = named.rpartition(" ")
            away, first = self.who(no).no, self.now.date()
            row = Leave(away, first, first + timedelta(days=days), "休假", "" if by == away else by)
            self.books = replace(self.books, roster=replace(self.books.roster, leaves=(*self.books.roster.leaves, row)))
            return
        person = replace(self.who(named), on=what == "on")
        staff = {**self.books.roster.staff, person.no: person}
        self.books = replace(self.books, roster=replace(self.books.roster, staff=staff))

    def sweep(self) -> None:
        """As the hall does when its tables change and once a day: nobody's case is nobody's."""
        for look in (handing.adopt, handing.cover):
            outcome = look(self.books, self.case, self.now)
            if outcome:
                self.took(outcome)
            assert look(self.books, self.case, self.now) is None
        case, books = self.case, self.books
        if case.state in HELD:
            assert books.person(case.first_handler).on or not any(
                one.on and one.post for one in books.roster.staff.values()
            )
        if case.cover:
            acts, day = books.person(case.cover.staff), self.now.date()
            assert acts.on
            assert acts.no not in (case.first_handler, *case.hidden_from)
            assert roster.away_till(books.roster, acts.no, day) is None
            assert Relation.STAND_IN in relation(case, acts, books.roster, self.now)

    def act(self, who: str, what: str, n: int) -> str:
        """One thing happens, or is refused and leaves everything as it was: the name of what happened."""
        if who in ("off", "on", "leave"):
            self.change(who, what, n)
            self.sweep()
            return who
        if who == CLOCK:
            self.tick(timedelta(minutes=n))
            return who
        try:
            if who == CUSTOMER:
                outcome = WISHES[what][n % len(WISHES[what])](self.books, self.case, self.now)
            else:
                person, doings = self.who(who, what), WORK[Move(what)]
                outcome = doings[n % len(doings)](self.books, self.case, person, self.now)
                assert person.on
        except DeskError:
            return ""
        self.took(outcome)
        return f"{CUSTOMER}.{what}" if who == CUSTOMER else what

    def tick(self, span: timedelta) -> None:
        """Time passes: what is due happens once."""
        self.now += span
        before, outcome = self.case, overdue(self.books, self.case, self.now)
        if outcome is None:
            assert before.due_at is None or before.due_at > self.now
        else:
            self.took(outcome)
            assert self.case.first_handler == before.first_handler
            fired = set(self.case.rungs) - set(before.rungs)
            assert fired or self.case.raised != before.raised or self.case.beat_at != before.beat_at
            assert overdue(self.books, self.case, self.now) is None
        self.sweep()


def begun(books: Books, topic: str) -> Run:
    """A new case in a hall."""
    outcome = opened(topic, now=NOW, books=books, slots={"phone": "1"})
    sound(None, outcome, books)
    return Run(books, outcome.case, NOW, [alert.rung for alert in outcome.alerts])


def agrees(books: Books, case: Case, now: datetime) -> None:
    """What somebody is offered is what he may do, and the other way round."""
    for staff in books.roster.staff.values():
        offered = moves_of(case, staff, books.roster, now)
        assert set(offered) <= set(STAFF_MOVES)
        for move, doing in STAFF_MOVES.items():
            try:
                doing(books, case, staff, now)
                refused: DeskError | None = None
            except (NotYours, IllegalMove, Taken, Paused, NotPaused) as error:
                refused = error
            except DeskError:
                refused = None  # his to do, but for the words
            assert (move in offered) is (refused is None), (staff.no, move, case.state, refused)


@settings(max_examples=300)
@given(HOUSE, TOPIC, RUNS)
def test_any_run_of_moves_by_anybody_leaves_a_sound_case(
    books: Books, topic: str, acts: list[tuple[str, str, int]]
) -> None:
    run = begun(books, topic)
    for act in acts:
        run.act(*act)
    agrees(run.books, run.case, run.now)


@settings(max_examples=100)
@given(TOPIC, st.lists(st.integers(0, 6 * 24 * 60), max_size=12))
def test_many_small_steps_of_the_clock_fire_what_one_great_one_fires(topic: str, steps: list[int]) -> None:
    case = opened(topic, books=BOOKS).case
    now = NOW
    slow: list[str] = []
    walked = case
    for minutes in steps:
        now += timedelta(minutes=minutes)
        if outcome := overdue(BOOKS, walked, now):
            walked = outcome.case
            slow += [alert.rung for alert in outcome.alerts]
    leap = overdue(BOOKS, case, now)
    assert walked.rungs == (leap.case.rungs if leap else case.rungs)
    first = list(dict.fromkeys(slow))  # who does not answer is called past, so that a rung comes again for the next one
    assert first == (list(dict.fromkeys(alert.rung for alert in leap.alerts)) if leap else [])
    assert walked.promises == (leap.case.promises if leap else case.promises)
