"""The nightly count: every case has a first handler of the hall, and the duty leaders hear that it is so."""

from dataclasses import replace
from datetime import time

from bot.desk.case import Outcome
from bot.desk.roster import Shift
from bot.hall import drill, duty, rounds, sweep
from bot.hall.house import Hall
from tests.bot.hall.test_duty import reported
from tests.bot.hall.test_rounds import DAY, TODAY, about, at, gone, later, roster_is
from tests.kit import LEADER
from tests.kit_hall import Failing, forward, newest, outage

SECOND_LEADER = "A002"


async def counts(hall: Hall, no: str = LEADER) -> list[str]:
    return [one.text for one in await about(hall, f"staff:{no}", "夜间清点")]


OPEN = (3, 3, 4)
"""On the third day the demonstration's planned outage opens a case for whoever lives by a machine."""


async def test_each_morning_it_says_that_no_case_is_without_and_the_first_day_of_a_hall_says_nothing(
    hall: Hall,
) -> None:
    for _ in range(3):
        await outage(hall)
    assert await counts(hall) == []
    await forward(hall, days=3)
    for no in (LEADER, SECOND_LEADER):
        told = await counts(hall, no)
        assert told == [f"夜间清点：在办 {many} 张，每张都有一位在册首办人。" for many in OPEN]
    moments = [one.at for one in await about(hall, f"staff:{LEADER}", "夜间清点")]
    assert moments == [at(1), at(2), at(3)]
    events = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if "sweep" in one.facts]
    assert [one.facts for one in events] == [
        {"sweep": (TODAY + days * DAY).isoformat(), "count": str(many), "left": "0", "taken": "0"}
        for days, many in enumerate(OPEN, 1)
    ]
    assert {(one.by, one.move, one.public) for one in events} == {("clock", "change", False)}
    assert "在办 3 张" in str(events[0].text)
    assert await hall.ledger.read(lambda lists: lists.broken_chain()) is None


async def test_after_days_of_sleep_it_counts_once(hall: Hall) -> None:
    await outage(hall)
    later(hall, at(5, time(12)))
    await drill.settle(hall)
    assert len(await counts(hall)) == 1


async def test_what_was_taken_over_since_is_named(hall: Hall) -> None:
    customer, case = await outage(hall)
    _, other = await outage(hall)
    gone(hall, case.first_handler)
    await drill.settle(hall)
    assert (await newest(hall, customer)).first_handler != case.first_handler
    await forward(hall, days=2)
    first, second = await counts(hall)
    assert "改由别人接手的" in first
    assert case.no in first
    assert other.no not in first
    assert "接手" not in second


async def test_what_could_not_be_given_to_anybody_is_said_and_asked_for(still: Hall) -> None:
    await duty.watch(still)
    customer = await reported(still)
    case = await newest(still, customer)
    gone(still, case.first_handler)
    later(still, at(1))
    failing = replace(still, ledger=Failing(still.ledger, RuntimeError("voll")))
    await rounds.walk(failing)
    (told,) = await counts(still)
    assert f"请马上指定：{case.no}。" in told
    assert "每张都有" not in told


async def test_a_case_hidden_from_a_leader_is_not_counted_to_him(hall: Hall) -> None:
    await outage(hall)
    customer, case = await outage(hall)
    hidden = replace(await newest(hall, customer), hidden_from=(SECOND_LEADER,))
    await hall.ledger.write(lambda page: page.record(Outcome(hidden, ()), str))
    gone(hall, case.first_handler)
    await forward(hall, days=1)
    (first,), (second,) = await counts(hall), await counts(hall, SECOND_LEADER)
    assert "在办 2 张" in first
    assert case.no in first
    assert "在办 1 张" in second
    assert case.no not in second


async def test_where_no_leader_is_on_shift_the_one_who_comes_first_hears_it(hall: Hall) -> None:
    early = Shift((SECOND_LEADER,), time(8), time(9), weekdays=frozenset(range(7)))
    late = Shift((LEADER,), time(20), None, weekdays=frozenset(range(7)))
    roster_is(hall, lambda one: replace(one, shifts=(late, early)))
    books = hall.edition().data.books
    assert sweep.leaders(books, at(1)) == (SECOND_LEADER,)
    assert sweep.leaders(books, at(1, time(21))) == (LEADER,)
    roster_is(hall, lambda one: replace(one, shifts=()))
    assert sweep.leaders(hall.edition().data.books, at(1)) == (LEADER, SECOND_LEADER)


def test_a_long_list_says_how_many_there_are() -> None:
    numbers = [f"DL{n:04d}" for n in range(sweep.MOST + 5)]
    told = sweep._listed(numbers)
    assert told.endswith(f"等 {sweep.MOST + 5} 张")
    assert numbers[sweep.MOST - 1] in told
    assert numbers[sweep.MOST] not in told
    assert sweep._listed(numbers[:2]) == "DL0000、DL0001"
