from dataclasses import replace
from datetime import date, time

import pytest

from bot.desk.case import Post
from bot.desk.errors import NobodyToName
from bot.desk.roster import Leave, Roster, Shift, Staff, alerted, duty_leaders, first_handler, next_shift, on_shift
from bot.desk.roster import stand_in as who_stands_in
from tests.kit_desk import (
    CLERK,
    CREW,
    CUSTOMER,
    DAILY,
    GONE,
    LEADER,
    NIGHT,
    NOW,
    OTHER_LEADER,
    ROSTER,
    SECOND,
    SHIFTS,
    WEEK,
    at,
    person,
    staffed,
)

SATURDAY = at("2026-11-28T10:00")


def present(roster: Roster, text: str) -> set[str]:
    return {one.no for one in on_shift(roster, at(text))}


def named(topic: str, when: str = "2026-11-23T10:00", roster: Roster = ROSTER, **more: object) -> str:
    given: dict[str, object] = {"load": {}} | more
    return first_handler(roster, topic, CUSTOMER, at=at(when), **given).no  # type: ignore[arg-type]


def test_who_is_on_shift_by_day_and_hour() -> None:
    assert {CLERK, CREW, LEADER} < present(ROSTER, "2026-11-23T10:00")
    assert GONE not in present(ROSTER, "2026-11-23T10:00")
    assert CLERK in present(ROSTER, "2026-11-23T08:30")
    assert CLERK not in present(ROSTER, "2026-11-23T17:30")
    assert CLERK not in present(ROSTER, "2026-11-28T10:00")


def test_a_night_shift_runs_over_midnight_and_belongs_to_the_day_it_began() -> None:
    assert NIGHT in present(ROSTER, "2026-11-23T23:59")
    assert NIGHT in present(ROSTER, "2026-11-24T00:00")
    assert NIGHT in present(ROSTER, "2026-11-24T07:59")
    assert NIGHT not in present(ROSTER, "2026-11-24T08:00")
    one_night = staffed(
        person(NIGHT), shifts=(Shift((NIGHT,), time(20), time(8), dates=frozenset({date(2026, 11, 23)})),)
    )
    assert present(one_night, "2026-11-24T03:00") == {NIGHT}
    assert present(one_night, "2026-11-23T03:00") == set()
    away = replace(ROSTER, leaves=(Leave(NIGHT, date(2026, 11, 24), date(2026, 11, 24), "轮休"),))
    assert NIGHT in present(away, "2026-11-24T03:00")
    assert NIGHT not in present(away, "2026-11-24T21:00")
    assert NIGHT not in present(away, "2026-11-25T03:00")


def test_the_same_hour_twice_is_a_whole_day() -> None:
    roster = staffed(person(CREW), shifts=(Shift((CREW,), time(8), time(8), WEEK),))
    assert present(roster, "2026-11-28T07:59") == {CREW}
    assert present(roster, "2026-11-28T08:00") == set()


def test_a_row_of_the_roster_holds_from_and_to_its_days() -> None:
    row = Shift((CREW,), time(8), None, DAILY, first=date(2026, 11, 23), last=date(2026, 11, 24))
    roster = staffed(person(CREW), shifts=(row,))
    assert [bool(present(roster, f"2026-11-{day}T23:00")) for day in (22, 23, 24, 25)] == [False, True, True, False]


def test_people_are_called_in_the_order_of_the_roster_each_once_and_unknown_ones_never() -> None:
    rows = (Shift((SECOND, "B000", CLERK), time(8), time(18), WEEK), Shift((CLERK, SECOND), time(9), time(17), WEEK))
    roster = staffed(person(CLERK), person(SECOND), shifts=rows)
    assert [one.no for one in on_shift(roster, NOW)] == [SECOND, CLERK]


def test_when_somebody_is_next_on_duty() -> None:
    assert next_shift(ROSTER, CLERK, NOW) == NOW
    assert next_shift(ROSTER, CLERK, at("2026-11-23T07:00")) == at("2026-11-23T08:30")
    assert next_shift(ROSTER, CLERK, at("2026-11-27T18:00")) == at("2026-11-30T08:30")
    assert next_shift(ROSTER, NIGHT, at("2026-11-24T02:00")) == at("2026-11-24T02:00")
    assert next_shift(ROSTER, OTHER_LEADER, NOW) is None
    week_off = replace(ROSTER, leaves=(Leave(CLERK, date(2026, 11, 23), date(2026, 11, 27), "休假"),))
    assert next_shift(week_off, CLERK, NOW) == at("2026-11-30T08:30")
    long_away = replace(ROSTER, leaves=(Leave(CLERK, date(2026, 11, 1), date(2026, 12, 31), "休假"),))
    assert next_shift(long_away, CLERK, NOW) is None


def test_who_stands_in_is_said_for_the_days_away() -> None:
    leaves = (
        Leave(CLERK, date(2026, 11, 23), date(2026, 11, 24), "轮休"),
        Leave(CLERK, date(2026, 11, 24), date(2026, 11, 25), "休假", SECOND),
        Leave(CREW, date(2026, 11, 24), date(2026, 11, 25), "休假", NIGHT),
    )
    roster = replace(ROSTER, leaves=leaves)
    days = [date(2026, 11, day) for day in (22, 23, 24, 25, 26)]
    assert [who_stands_in(roster, CLERK, day) for day in days] == ["", "", SECOND, SECOND, ""]
    assert who_stands_in(ROSTER, CLERK, days[0]) == ""


def test_the_duty_leader_on_shift_is_called_else_every_one_there_is() -> None:
    assert [one.no for one in duty_leaders(ROSTER, NOW)] == [LEADER]
    nobody = replace(ROSTER, shifts=())
    assert [one.no for one in duty_leaders(nobody, NOW)] == [LEADER, OTHER_LEADER]
    off = replace(nobody, staff={**ROSTER.staff, LEADER: replace(person(LEADER), on=False)})
    assert [one.no for one in duty_leaders(off, NOW)] == [OTHER_LEADER]


def test_a_shift_may_put_somebody_at_another_post() -> None:
    acting = Shift((SECOND,), time(0), None, DAILY, post=Post.DUTY)
    below = Shift((LEADER,), time(0), None, DAILY, post=Post.WORK)
    roster = replace(ROSTER, shifts=(acting, below))
    assert duty_leaders(roster, NOW) == (person(SECOND),)
    assert first_handler(roster, "unknown", CUSTOMER, {}, NOW) == person(SECOND)


def test_an_alert_goes_past_the_one_it_is_about_where_there_is_another() -> None:
    both = replace(ROSTER, shifts=(Shift((OTHER_LEADER, LEADER), time(0), None, DAILY),))
    assert alerted(both, CLERK, NOW) == (OTHER_LEADER, LEADER)
    assert alerted(both, LEADER, NOW) == (OTHER_LEADER,)
    assert alerted(ROSTER, LEADER, NOW) == (LEADER,)
    assert alerted(staffed(person(CLERK)), CLERK, NOW) == ()


def test_the_skilled_one_on_shift_with_the_least_load_is_named() -> None:
    assert named("owner_transfer") == CLERK
    assert named("owner_transfer", load={CLERK: 2, SECOND: 1}) == SECOND
    assert named("owner_transfer", load={CLERK: 1, SECOND: 1}) == CLERK


def test_caps_and_those_to_be_kept_apart_are_respected() -> None:
    capped = replace(ROSTER, staff={**ROSTER.staff, CLERK: replace(person(CLERK), cap=3)})
    assert named("owner_transfer", roster=capped, load={CLERK: 2, SECOND: 5}) == CLERK
    assert named("owner_transfer", roster=capped, load={CLERK: 3, SECOND: 5}) == SECOND
    apart = replace(ROSTER, staff={**ROSTER.staff, CLERK: replace(person(CLERK), avoid=frozenset({CUSTOMER}))})
    assert named("owner_transfer", roster=apart, load={SECOND: 9}) == SECOND
    none_left = replace(capped, staff={**capped.staff, SECOND: replace(person(SECOND), cap=0)})
    assert named("owner_transfer", roster=none_left, load={CLERK: 3}) == LEADER


def test_off_hours_the_one_back_first_is_named_the_less_loaded_of_two() -> None:
    assert named("owner_transfer", "2026-11-28T10:00") == CLERK
    assert named("owner_transfer", "2026-11-28T10:00", load={CLERK: 1}) == SECOND
    early = Shift((SECOND,), time(8), time(12), dates=frozenset({date(2026, 11, 29)}))
    assert named("owner_transfer", "2026-11-28T10:00", replace(ROSTER, shifts=(*SHIFTS, early))) == SECOND
    monday_off = replace(ROSTER, leaves=(Leave(CLERK, date(2026, 11, 30), date(2026, 11, 30), "轮休"),))
    assert named("owner_transfer", "2026-11-28T10:00", monday_off, load={SECOND: 9}) == SECOND


def test_what_cannot_wait_goes_to_the_duty_leader_at_once() -> None:
    day_only = replace(ROSTER, shifts=(SHIFTS[1], SHIFTS[3]))
    assert named("hazard", "2026-11-23T22:00", day_only, urgent=True) == LEADER
    assert named("hazard", "2026-11-23T22:00", day_only) == CREW
    assert named("hazard", "2026-11-23T22:00", urgent=True) == NIGHT


def test_a_topic_nobody_is_skilled_in_goes_to_the_duty_leader_the_one_to_be_avoided_last() -> None:
    assert named("unheard_of") == LEADER
    apart = replace(ROSTER, staff={**ROSTER.staff, LEADER: replace(person(LEADER), avoid=frozenset({CUSTOMER}))})
    assert named("unheard_of", roster=apart) == LEADER
    both = replace(apart, shifts=(Shift((LEADER, OTHER_LEADER), time(0), None, DAILY),))
    assert named("unheard_of", roster=both, load={OTHER_LEADER: 9}) == OTHER_LEADER
    assert named("unheard_of", roster=replace(ROSTER, shifts=()), load={LEADER: 1}) == OTHER_LEADER


def test_a_hall_without_anybody_to_answer_says_so() -> None:
    alone = staffed(Staff("B1", "丁一", Post.WORK))
    with pytest.raises(NobodyToName) as refused:
        first_handler(alone, "owner_transfer", CUSTOMER, {}, SATURDAY)
    assert refused.value.topic == "owner_transfer"
