import asyncio
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.desk.books import Books
from bot.desk.case import Post
from bot.desk.roster import Leave, Shift, Staff
from bot.hall import counter, digests, drill, reception, views
from bot.hall.house import Hall
from bot.hall.records import Posted
from tests.kit import LEADER, MONDAY, hall_at
from tests.kit_desk import BOOKS, at, staffed
from tests.kit_hall import ADDRESS, CLOSING, OUTAGE, Failing, hear, letters, newest, outage, sit_down, staff, still_at

OTHER = "A002"
FIGURES = {"opened", "resolved", "late", "low_ratings", "unaccepted", "open"}


def turn(hall: Hall, text: str) -> None:
    drill.practice(hall).clock.turn_to(datetime.fromisoformat(f"{text}+08:00"))


async def sent(hall: Hall) -> list[Posted]:
    return [one for one in await letters(hall) if one.kind == "digest"]


async def begun(hall: Hall) -> None:
    """The hall has opened: nothing is behind it."""
    assert await digests.walk(hall) == 0


async def at_evening(hall: Hall) -> None:
    """It has opened and the evening has come."""
    await begun(hall)
    turn(hall, "2026-11-23T17:30:00")


def books(**rules: object) -> Books:
    return replace(BOOKS, rules=replace(BOOKS.rules, **rules))  # type: ignore[arg-type]


class TestWhen:
    def test_the_last_and_the_next_moment(self) -> None:
        for now, before, after in (
            ("2026-11-23T07:59", "2026-11-22T17:30", "2026-11-23T08:00"),
            ("2026-11-23T08:00", "2026-11-23T08:00", "2026-11-23T17:30"),
            ("2026-11-23T23:59", "2026-11-23T17:30", "2026-11-24T08:00"),
        ):
            assert (digests.last(BOOKS, at(now)), digests.following(BOOKS, at(now))) == (at(before), at(after))

    def test_a_hall_may_want_none_or_only_one(self) -> None:
        none, one = books(digest=()), books(digest=(time(6),))
        assert (digests.last(none, MONDAY), digests.following(none, MONDAY)) == (None, None)
        assert digests.last(one, at("2026-11-23T05:00")) == at("2026-11-22T06:00")

    def test_the_last_full_day(self) -> None:
        assert digests.span(BOOKS, at("2026-12-01T00:00")) == (at("2026-11-30T00:00"), at("2026-12-01T00:00"))


class TestWhom:
    PEOPLE = (Staff("1", "甲", Post.DUTY), Staff("2", "乙", Post.DUTY), Staff("3", "丙", Post.WORK))
    DAY, NIGHT = (
        Shift(("1",), time(8), time(18), frozenset(range(7))),
        Shift(("2",), time(18), time(8), frozenset(range(7))),
    )

    def reads(self, now: str, *shifts: Shift, leaves: tuple[Leave, ...] = ()) -> list[str]:
        rostered = replace(BOOKS, roster=staffed(*self.PEOPLE, shifts=shifts, leaves=leaves))
        return [one.no for one in digests.readers(rostered, at(now))]

    def test_every_leader_on_shift(self) -> None:
        both = Shift(("2", "1"), time(0), None, frozenset(range(7)))
        assert self.reads("2026-11-23T08:00", both) == ["2", "1"]
        assert self.reads("2026-11-23T08:00", self.DAY, self.NIGHT) == ["1"]

    def test_who_is_lent_to_the_post_too(self) -> None:
        lent = Shift(("3",), time(7), time(12), frozenset(range(7)), post=Post.DUTY)
        assert self.reads("2026-11-23T08:00", self.DAY, lent) == ["1", "3"]

    def test_where_none_is_here_who_comes_next(self) -> None:
        late = Shift(("2",), time(12), time(20), frozenset(range(7)))
        evening = Shift(("1",), time(14), time(20), frozenset(range(7)))
        assert self.reads("2026-11-23T08:00", evening, late) == ["2"]
        away = Leave("2", date(2026, 11, 23), date(2026, 11, 23), "轮休")
        assert self.reads("2026-11-23T08:00", evening, late, leaves=(away,)) == ["1"]

    def test_without_any_shift_the_first_of_the_post_and_without_any_leader_nobody(self) -> None:
        assert self.reads("2026-11-23T08:00") == ["1"]
        alone = replace(BOOKS, roster=staffed(self.PEOPLE[2]))
        assert digests.readers(alone, at("2026-11-23T08:00")) == ()


class TestSending:
    async def test_each_leader_on_shift_hears_once_a_time(self, still: Hall) -> None:
        await at_evening(still)
        assert await digests.walk(still) == 2
        assert [one.to for one in await sent(still)] == [f"staff:{LEADER}", f"staff:{OTHER}"]
        for _ in range(3):
            assert await digests.walk(still) == 0
        turn(still, "2026-11-24T07:59:59")
        assert await digests.walk(still) == 0
        turn(still, "2026-11-24T08:00:00")
        assert await digests.walk(still) == 2

    async def test_a_hall_that_has_just_opened_has_nothing_behind_it(self, still: Hall) -> None:
        turn(still, "2026-11-23T18:00:00")
        assert await digests.walk(still) == 0
        assert await sent(still) == []

    async def test_three_days_asleep_are_made_up_by_the_newest_alone(self, still: Hall) -> None:
        await begun(still)
        turn(still, "2026-11-26T12:00:00")
        assert await digests.walk(still) == 2
        found = await sent(still)
        assert len(found) == 2
        assert all("11月26日（周四）08:00" in one.text for one in found)
        assert await digests.walk(still) == 0

    async def test_a_clock_set_back_tells_nothing_twice(self, still: Hall) -> None:
        await at_evening(still)
        assert await digests.walk(still) == 2
        turn(still, "2026-11-23T09:00:00")
        assert await digests.walk(still) == 0
        turn(still, "2026-11-23T17:30:01")
        assert await digests.walk(still) == 0

    async def test_many_who_look_at_once_send_once(self, still: Hall) -> None:
        await at_evening(still)
        assert sum(await asyncio.gather(*(digests.walk(still) for _ in range(8)))) == 2
        assert len(await sent(still)) == 2

    async def test_two_processes_on_one_database_send_once(self, postgres_url: str, tmp_path: Path) -> None:
        async with hall_at(tmp_path / "a", url=postgres_url) as one, hall_at(tmp_path / "b", url=postgres_url) as other:
            await digests.walk(one)
            for hall in (one, other):
                turn(hall, "2026-11-23T17:30:00")
            sums = await asyncio.gather(*(digests.walk(hall) for hall in (one, other, one, other)))
            assert sum(sums) <= 2
            assert [one.to for one in await sent(one)] == [f"staff:{LEADER}", f"staff:{OTHER}"]

    async def test_it_outlives_a_restart(self, tmp_path: Path) -> None:
        async with still_at(tmp_path) as hall:
            await at_evening(hall)
            assert await digests.walk(hall) == 2
        async with still_at(tmp_path) as hall:
            turn(hall, "2026-11-23T17:45:00")
            assert await digests.walk(hall) == 0
            assert len(await sent(hall)) == 2

    async def test_a_hall_that_wants_none_gets_none(self, still: Hall) -> None:
        await begun(still)
        edition = still.edition()
        rules = replace(edition.data.books.rules, digest=())
        changed = replace(edition, data=replace(edition.data, books=replace(edition.data.books, rules=rules)))
        quiet = replace(still, edition=lambda: changed)
        turn(still, "2026-11-24T12:00:00")
        assert await digests.walk(quiet) == 0
        assert await digests.next_wake_up(quiet) is None

    async def test_one_that_fails_is_tried_again(self, still: Hall, caplog: pytest.LogCaptureFixture) -> None:
        await at_evening(still)
        failing = replace(still, ledger=Failing(still.ledger, RuntimeError("张三")))
        assert await digests.walk(failing) == 0
        assert "digest failed" in caplog.text
        assert await digests.walk(still) == 2

    async def test_the_next_wake_up_is_the_next_digest(self, still: Hall) -> None:
        assert await digests.next_wake_up(still) == datetime.fromisoformat("2026-11-23T17:30:00+08:00")


class TestWhatItSays:
    async def test_figures_of_the_last_full_day_and_of_now(self, still: Hall) -> None:
        await begun(still)
        for _ in range(2):
            customer = await sit_down(still)
            await hear(still, customer, OUTAGE, ADDRESS)
            await reception.drain(still, customer)
        case = await newest(still, customer)
        by = staff(still, case.first_handler)
        await counter.accept(still, by, case.no)
        await counter.resolve(still, by, case.no, "好了", CLOSING)
        turn(still, "2026-11-24T08:00:00")
        await digests.walk(still)
        (first, second) = await sent(still)
        assert set(first.figures) == FIGURES
        assert (first.figures["opened"], first.figures["resolved"]) == (2, 1)
        assert (first.figures["unaccepted"], first.figures["open"]) == (1, 1)
        assert second.figures == first.figures
        shown = views.letter_json(first)
        assert shown["figures"] == dict(first.figures)
        assert "figures" not in views.letter_json(replace(first, kind="notice"))
        assert "11月23日" in first.text
        assert "新开 2 张，办结 1 张" in first.text
        assert first.text.index("先请过问：1 张单没有人接") < first.text.index("新开 2 张")

    async def test_alerts_that_wait_stand_first_by_case_number_and_name_nobody(self, tmp_path: Path) -> None:
        async with hall_at(tmp_path, memory=True) as hall:
            customer = await sit_down(hall, name="欧阳小满")
            _, case = await outage(hall, customer)
            await digests.walk(hall)
            drill.practice(hall).clock.turn_to(hall.clock.now() + timedelta(hours=22))
            await drill.settle(hall)
            await digests.walk(hall)
            text = (await sent(hall))[-1].text
            assert case.no in text
            assert "没有人确认" in text
            assert "欧阳小满" not in text
            assert ADDRESS not in text

    async def test_where_all_is_well_it_says_so(self, still: Hall) -> None:
        await at_evening(still)
        await digests.walk(still)
        assert "先请过问：没有，都有人在管" in (await sent(still))[0].text
        assert "在办 0 张，没有人接单的 0 张，没有人确认的告警 0 条" in (await sent(still))[0].text
