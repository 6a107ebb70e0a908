from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.desk.case import Post
from bot.desk.hours import Calendar, Hours, Opening
from bot.desk.roster import Leave, Roster, Shift, Staff
from bot.folder.coverage import LOOK, gaps

ZONE = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 9, 7)
DAILY = frozenset(range(7))
CALENDAR = Calendar(ZONE, (Hours((Opening(time(8), time(12)), Opening(time(13), time(17))), DAILY),))
STAFF = {
    "G": Staff("G", "甲", Post.GUIDE),
    "D": Staff("D", "乙", Post.DUTY),
    "E": Staff("E", "丙", Post.DUTY, on=False),
}


def roster(*shifts: Shift, leaves: tuple[Leave, ...] = ()) -> Roster:
    return Roster(ZONE, STAFF, shifts, leaves)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 9, day, hour, minute, tzinfo=ZONE)


def test_a_post_held_in_all_opening_hours_has_no_gap() -> None:
    assert gaps(CALENDAR, roster(Shift(("G",), time(8), time(17), DAILY)), Post.GUIDE, MONDAY) == []


def test_nobody_at_all_is_a_gap_in_every_opening() -> None:
    found = gaps(CALENDAR, roster(), Post.GUIDE, MONDAY)
    assert len(found) == 2 * LOOK
    assert (found[0].since, found[0].till) == (at(7, 8), at(7, 12))


def test_early_and_late_ends_and_the_hole_between_two_shifts() -> None:
    held = roster(Shift(("G",), time(8, 30), time(11), DAILY), Shift(("G",), time(11, 30), time(16), DAILY))
    found = gaps(CALENDAR, held, Post.GUIDE, MONDAY)[:3]
    assert [(gap.since, gap.till) for gap in found] == [
        (at(7, 8), at(7, 8, 30)),
        (at(7, 11), at(7, 11, 30)),
        (at(7, 16), at(7, 17)),
    ]


def test_duty_leaders_are_wanted_day_and_night() -> None:
    night = Shift(("D",), time(20), time(8), DAILY)
    day = Shift(("D",), time(8), time(20), DAILY)
    assert gaps(CALENDAR, roster(night, day), Post.DUTY, MONDAY) == []
    assert gaps(CALENDAR, roster(Shift(("D",), time(), None, DAILY)), Post.DUTY, MONDAY) == []
    assert (gaps(CALENDAR, roster(night), Post.DUTY, MONDAY)[0].since) == at(7, 8)


def test_a_night_of_opening_is_held_to_its_end() -> None:
    night = Calendar(ZONE, (Hours((Opening(time(20), time(2)),), DAILY),))
    assert gaps(night, roster(Shift(("G",), time(20), time(2), DAILY)), Post.GUIDE, MONDAY) == []
    found = gaps(night, roster(Shift(("G",), time(20), None, DAILY)), Post.GUIDE, MONDAY)
    assert [(gap.since, gap.till) for gap in found[:2]] == [(at(7, 0), at(7, 2)), (at(8, 0), at(8, 2))]


def test_leave_being_off_and_the_ends_of_a_shift_leave_gaps() -> None:
    whole = Shift(("G",), time(8), time(17), DAILY)
    away = roster(whole, leaves=(Leave("G", date(2026, 9, 9), date(2026, 9, 9), "病假"),))
    assert [gap.since for gap in gaps(CALENDAR, away, Post.GUIDE, MONDAY)] == [at(9, 8), at(9, 13)]
    assert gaps(CALENDAR, roster(Shift(("E",), time(), None, DAILY)), Post.DUTY, MONDAY)
    ends = Shift(("G",), time(8), time(17), DAILY, first=MONDAY + timedelta(days=1), last=MONDAY + timedelta(days=30))
    assert [gap.since for gap in gaps(CALENDAR, roster(ends), Post.GUIDE, MONDAY)] == [at(7, 8), at(7, 13)]
    gone = Shift(("G",), time(8), time(17), DAILY, last=MONDAY)
    assert gaps(CALENDAR, roster(gone), Post.GUIDE, MONDAY)[0].since == at(8, 8)


def test_a_shift_may_give_somebody_another_post() -> None:
    lent = Shift(("G",), time(), None, DAILY, post=Post.DUTY)
    assert gaps(CALENDAR, roster(lent), Post.DUTY, MONDAY) == []
    assert len(gaps(CALENDAR, roster(lent), Post.GUIDE, MONDAY)) == 2 * LOOK
