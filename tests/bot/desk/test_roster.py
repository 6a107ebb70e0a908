from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.case import Post
from bot.desk.errors import NobodyToName
from bot.desk.roster import (
    Leave,
    Roster,
    Shift,
    Staff,
    alerted,
    away_till,
    called,
    covering,
    duty_leaders,
    ended,
    first_handler,
    next_end,
    next_shift,
    on_shift,
    posts_at,
)
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
    assert alerted(ROSTER, LEADER, NOW) == (OTHER_LEADER,)  # off shift, but not the judge of his own case
    single = staffed(person(CLERK), person(LEADER))
    assert alerted(single, LEADER, NOW) == (LEADER,)
    assert alerted(single, CLERK, NOW, (LEADER,)) == ()
    assert alerted(ROSTER, CLERK, NOW, (LEADER,)) == (OTHER_LEADER,)
    assert alerted(ROSTER, OTHER_LEADER, NOW, (LEADER,)) == (OTHER_LEADER,)
    assert alerted(ROSTER, CLERK, NOW, (LEADER, OTHER_LEADER)) == ()
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


@pytest.mark.parametrize("text", [CLERK, "b101", " B101\u3000", "Ｂ１０１", "ｂ１０１ "])
def test_a_work_number_is_found_as_people_write_it(text: str) -> None:
    assert called(ROSTER, text) == person(CLERK)


def test_a_number_that_could_be_two_people_is_nobodys() -> None:
    twins = staffed(Staff("B1", "丁一", Post.WORK), Staff("b1", "丁二", Post.WORK))
    assert called(twins, "b1") == Staff("b1", "丁二", Post.WORK)
    fold = staffed(Staff("Ab", "丁一", Post.WORK), Staff("aB", "丁二", Post.WORK))
    assert called(fold, "AB") is None
    assert called(ROSTER, "") is None
    assert called(ROSTER, "B101 B102") is None


def test_which_posts_somebody_stands_at_now() -> None:
    lent = Shift((SECOND,), time(9), time(11), DAILY, post=Post.GUIDE)
    roster = replace(ROSTER, shifts=(*SHIFTS, lent))
    assert posts_at(roster, SECOND, NOW) == {Post.WORK, Post.GUIDE}
    assert posts_at(roster, SECOND, at("2026-11-23T11:00")) == {Post.WORK}
    assert posts_at(roster, SECOND, at("2026-11-23T20:00")) == set()


def test_leaders_on_leave_are_called_only_where_there_is_nobody_else() -> None:
    off_shift = replace(ROSTER, shifts=())
    away = replace(off_shift, leaves=(Leave(LEADER, NOW.date(), NOW.date(), "年休"),))
    assert [one.no for one in duty_leaders(away, NOW)] == [OTHER_LEADER]
    both = replace(away, leaves=(*away.leaves, Leave(OTHER_LEADER, NOW.date(), NOW.date(), "年休")))
    assert [one.no for one in duty_leaders(both, NOW)] == [LEADER, OTHER_LEADER]
    assert alerted(both, LEADER, NOW) == (OTHER_LEADER,)


def test_how_long_somebody_is_away_counts_leaves_that_follow_each_other() -> None:
    def leave(first: int, last: int) -> Leave:
        return Leave(CLERK, date(2026, 11, first), date(2026, 11, last), "年休")

    roster = replace(ROSTER, leaves=(leave(26, 27), leave(23, 25), leave(24, 24), leave(29, 30)))
    assert away_till(roster, CLERK, date(2026, 11, 22)) is None
    assert away_till(roster, CLERK, date(2026, 11, 23)) == date(2026, 11, 27)
    assert away_till(roster, CLERK, date(2026, 11, 28)) is None
    for_good = replace(ROSTER, leaves=(Leave(CLERK, date(2026, 11, 23), date.max, "离岗"),))
    assert away_till(for_good, CLERK, date(2026, 11, 23)) == date.max


DAY = NOW.date()


def chained(*pairs: tuple[str, str], gone: str = "") -> Roster:
    leaves = tuple(Leave(no, DAY, DAY, "年休", by) for no, by in pairs)
    staff = {**ROSTER.staff, **({gone: replace(person(gone), on=False)} if gone else {})}
    return replace(ROSTER, leaves=leaves, staff=staff)


def test_a_stand_in_who_is_away_too_hands_on_and_a_circle_ends_with_the_duty_leader() -> None:
    chain = chained((CLERK, SECOND), (SECOND, CREW))
    assert who_stands_in(chain, CLERK, DAY) == CREW
    assert who_stands_in(chained((CLERK, SECOND), (SECOND, "")), CLERK, DAY) == ""
    circle = chained((CLERK, SECOND), (SECOND, CLERK))
    assert (who_stands_in(circle, CLERK, DAY), covering(circle, CLERK, NOW)) == ("", LEADER)
    lost = chained((CLERK, SECOND), gone=SECOND)
    assert (who_stands_in(lost, CLERK, DAY), covering(lost, CLERK, NOW)) == ("", LEADER)
    assert who_stands_in(chained((CLERK, "B777")), CLERK, DAY) == ""


def test_who_acts_is_never_whom_it_is_hidden_from_nor_the_one_away() -> None:
    chain = chained((CLERK, SECOND))
    assert covering(chain, CLERK, NOW) == SECOND
    assert covering(chain, CLERK, NOW, (SECOND,)) == LEADER
    assert covering(chain, CLERK, NOW, (SECOND, LEADER)) == OTHER_LEADER
    assert covering(chain, CLERK, NOW, (SECOND, LEADER, OTHER_LEADER)) == ""
    assert covering(chain, SECOND, NOW) == ""
    resting = chained((CLERK, ""), (LEADER, ""), (OTHER_LEADER, ""))
    assert covering(resting, CLERK, NOW) == ""  # a leader on leave acts for nobody
    single = staffed(person(LEADER), leaves=(Leave(LEADER, DAY, DAY, "年休"),))
    assert covering(single, LEADER, NOW) == ""


NUMBERS = [person.no for person in ROSTER.staff.values()]
ROSTERS = st.builds(
    lambda rows, off: replace(
        ROSTER,
        leaves=tuple(
            Leave(no, DAY + timedelta(days=start), DAY + timedelta(days=start + days), "年休", by)
            for no, by, start, days in rows
        ),
        staff={no: replace(one, on=one.on and no not in off) for no, one in ROSTER.staff.items()},
    ),
    st.lists(
        st.tuples(
            st.sampled_from(NUMBERS), st.sampled_from([*NUMBERS, "", "B777"]), st.integers(-2, 2), st.integers(0, 3)
        ),
        max_size=14,
    ),
    st.sets(st.sampled_from(NUMBERS), max_size=5),
)


@given(ROSTERS, st.sampled_from(NUMBERS), st.integers(-1, 3), st.sets(st.sampled_from(NUMBERS), max_size=3))
def test_whatever_the_leaves_a_stand_in_is_somebody_who_is_there(
    roster: Roster, no: str, days: int, hidden: set[str]
) -> None:
    moment = NOW + timedelta(days=days)
    day = moment.date()
    named = who_stands_in(roster, no, day)
    acting = covering(roster, no, moment, hidden)
    away = away_till(roster, no, day)
    assert (away is None) <= (named == "" and acting == "")
    for one in (named, acting):
        if one:
            assert one != no
            assert roster.staff[one].on
            assert away_till(roster, one, day) is None
    assert acting not in hidden
    if away is not None:
        assert away >= day
        assert away_till(roster, no, away + timedelta(days=1)) is None
        if named and named not in hidden:
            assert acting == named
        leaders = [p.no for p in roster.staff.values() if p.post is Post.DUTY and p.on and p.no not in {no, *hidden}]
        assert acting or all(away_till(roster, one, day) for one in leaders)
    assert not set(alerted(roster, no, moment, hidden)) & hidden


class TestEnds:
    ROWS = (
        Shift(("a",), time(8), time(12), weekdays=frozenset(range(7))),
        Shift(("a", "b"), time(14), time(17), weekdays=frozenset(range(7))),
        Shift(("n",), time(20), time(6), weekdays=frozenset(range(7))),
        Shift(("d",), time(0), None, weekdays=frozenset(range(7))),
    )
    HALL = Roster(ROSTER.zone, {no: Staff(no, no, Post.WORK) for no in "abnd"}, ROWS)

    @pytest.mark.parametrize(
        ("since", "till", "gone"),
        [
            (time(9), time(11, 59), ""),
            (time(9), time(12), "a"),
            (time(12), time(13), ""),
            (time(11), time(15), ""),
            (time(11), time(17), "ab"),
            (time(5), time(6), "n"),
        ],
    )
    def test_whose_shift_is_over_and_who_is_not_on_another(self, since: time, till: time, gone: str) -> None:
        moments = [NOW.astimezone(ROSTER.zone).replace(hour=one.hour, minute=one.minute) for one in (since, till)]
        assert ended(self.HALL, *moments) == frozenset(gone)

    def test_midnight_ends_no_shift_that_goes_on(self) -> None:
        start = NOW.astimezone(ROSTER.zone).replace(hour=23, minute=0, second=0, microsecond=0)
        assert ended(self.HALL, start, start + timedelta(hours=2)) == frozenset()
        assert next_end(self.HALL, start) == start + timedelta(hours=1)
        assert ended(self.HALL, start, start + timedelta(days=30, hours=10)) == frozenset("bn")

    def test_without_shifts_nothing_ends(self) -> None:
        assert next_end(Roster(ROSTER.zone), NOW) is None
        assert ended(Roster(ROSTER.zone), NOW, NOW + timedelta(days=2)) == frozenset()
