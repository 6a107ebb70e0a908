"""The room as a whole: whatever happens to a case, by whom, in whatever order, these things hold."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import correcting, handing, helping, leading, roster, rules, verdict
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Case, Event, Kept, Outcome, State
from bot.desk.errors import DeskError, IllegalMove, NotYours, Taken
from bot.desk.moves import TABLE, Move
from bot.desk.overdue import overdue
from bot.desk.promises import HELD
from bot.desk.rights import Relation, moves_of, relation
from bot.desk.roster import Leave, Staff
from tests.kit_desk import BOOKS, CLERK, NOW, SECOND, STAFF, TOPICS, opened, sound
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


_PLAIN = (Move.ACCEPT, Move.RELEASE, Move.REPLY, Move.REOPEN, Move.CANCEL, Move.CLOSE)
WORK: Mapping[Move, tuple[By, ...]] = {
    **{move: (STAFF_MOVES[move],) for move in _PLAIN},
    Move.NOTE: (lambda books, case, by, now: rules.note(books, case, by, INNER, now),),
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


def _replayed(state: State, events: tuple[Event, ...]) -> State:
    """Where the events alone lead: each a cell of the table, but a helper who takes a task."""
    for event in events:
        if not (event.move == Move.ACCEPT and "task" in event.facts):
            state = TABLE[Move(event.move)][state]
    return state


def _lines(case: Case) -> list[tuple[object, ...]]:
    return [(one.id, one.started_at, one.promise_at, one.internal_at, one.red_line_at) for one in case.promises]


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
        self.fired += (fresh := [alert.rung for alert in outcome.alerts])
        assert len(set(self.fired)) == len(self.fired), fresh
        again = before.state is State.CLOSED and after.state is State.IN_PROGRESS
        if not again:  # only a case taken up again is promised anew: nothing moves, is forgotten or unbroken
            assert _lines(after)[: len(before.promises)] == _lines(before)
            for old, new in zip(before.promises, after.promises, strict=False):
                refused = before.state is State.RESOLVED and old.ended_at == before.resolved_at
                assert old.kept is not Kept.BROKEN or new.kept is Kept.BROKEN
                assert old.ended_at is None or new == old or refused
        self._hands(before, outcome)
        self._outside(outcome)
        self.case = after

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
            assert set(before.rungs) < set(self.case.rungs)
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
            except (NotYours, IllegalMove, Taken) as error:
                refused = error
            except DeskError:
                refused = None  # his to do, but for the words
            assert (move in offered) is (refused is None), (staff.no, move, case.state, refused)


@settings(max_examples=300, deadline=None)
@given(HOUSE, TOPIC, RUNS)
def test_any_run_of_moves_by_anybody_leaves_a_sound_case(
    books: Books, topic: str, acts: list[tuple[str, str, int]]
) -> None:
    run = begun(books, topic)
    for act in acts:
        run.act(*act)
    agrees(run.books, run.case, run.now)


@settings(max_examples=100, deadline=None)
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
    assert slow == ([alert.rung for alert in leap.alerts] if leap else [])
    assert walked.promises == (leap.case.promises if leap else case.promises)
