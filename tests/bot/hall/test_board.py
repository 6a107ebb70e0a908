from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.desk import promises
from bot.desk.case import Case, Kept, Outcome, Post, Promise, State
from bot.desk.pausing import Wish
from bot.desk.pending import Pause
from bot.desk.roster import Leave, Shift, Staff
from bot.hall import board, counter, digests
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import OpenAlert
from tests.kit import CREW, LEADER, WORKER
from tests.kit_desk import BOOKS, NOW, at, case_in, staffed
from tests.kit_hall import forward, outage, staff

DAILY = frozenset(range(7))


def promised(until: datetime, **more: object) -> Promise:
    given: dict[str, object] = {"most_at": until - timedelta(hours=1)} | more
    return Promise("one", "resolve", NOW - timedelta(days=1), until, None, None, **given)  # type: ignore[arg-type]


def holding(*rows: Promise, state: State = State.IN_PROGRESS, pauses: tuple[Pause, ...] = ()) -> Case:
    return case_in(state, promises=rows, pauses=pauses)


class TestWhatPresses:
    def test_late_is_what_is_broken_or_past_and_still_runs(self) -> None:
        soon, past = NOW + timedelta(minutes=30), NOW - timedelta(minutes=1)
        found = board.late(holding(promised(past)), NOW)
        assert found
        assert found.at == past
        assert board.late(holding(promised(soon, kept=Kept.BROKEN)), NOW)
        assert board.late(holding(promised(soon)), NOW) is None
        assert board.late(holding(promised(past, ended_at=NOW)), NOW) is None
        assert board.late(holding(promised(past), state=State.RESOLVED), NOW) is None

    def test_the_inner_line_counts_where_nothing_was_promised(self) -> None:
        inner = replace(promised(NOW), promise_at=None, internal_at=NOW - timedelta(minutes=5))
        assert board.late(holding(inner), NOW)

    def test_at_risk_is_what_has_used_up_four_fifths(self) -> None:
        soon = NOW + timedelta(minutes=30)
        assert board.at_risk(holding(promised(soon)), NOW)
        assert board.at_risk(holding(promised(soon, most_at=NOW + timedelta(seconds=1))), NOW) is None
        assert board.at_risk(holding(promised(soon, kept=Kept.BROKEN)), NOW) is None
        assert board.at_risk(holding(promised(NOW)), NOW) is None
        assert board.at_risk(holding(promised(soon), state=State.CLOSED), NOW) is None

    def test_what_is_paused_does_not_press(self) -> None:
        pause = Pause("等配件", WORKER, NOW - timedelta(hours=1), NOW + timedelta(days=1))
        for row in (promised(NOW - timedelta(minutes=1)), promised(NOW + timedelta(minutes=1))):
            case = holding(row, pauses=(pause,))
            assert board.late(case, NOW) is None
            assert board.at_risk(case, NOW) is None
        steady = replace(promised(NOW - timedelta(minutes=1)), to="arrive")
        assert board.late(holding(steady, pauses=(pause,)), NOW)


class TestPosts:
    PEOPLE = (
        Staff("1", "甲", Post.DUTY),
        Staff("2", "乙", Post.DUTY),
        Staff("3", "丙", Post.WORK),
        Staff("4", "丁", Post.WORK),
        Staff("5", "戊", Post.WORK),
    )

    def at(
        self, now: str, *shifts: Shift, leaves: tuple[Leave, ...] = (), **more: dict[str, object]
    ) -> dict[Post, board.AtPost]:
        books = replace(BOOKS, roster=staffed(*self.PEOPLE, shifts=shifts, leaves=leaves))
        found = board.posts(books, more.get("load", {}), more.get("waits", {}), at(now))  # type: ignore[arg-type]
        assert [one.post for one in found] == [Post.GUIDE, Post.WORK, Post.SERVICE, Post.DUTY]
        return {one.post: one for one in found}

    def test_who_is_there_and_who_comes_next(self) -> None:
        day, night = Shift(("3", "1"), time(8), time(20), DAILY), Shift(("4", "5"), time(20), time(8), DAILY)
        found = self.at("2026-11-23T10:00", day, night)
        work, duty, guide = found[Post.WORK], found[Post.DUTY], found[Post.GUIDE]
        assert [one.no for one in work.here] == ["3"]
        assert ([one.no for one in work.then], work.then_at) == (["4", "5"], at("2026-11-23T20:00"))
        assert ([one.no for one in duty.here], duty.then, duty.then_at) == (["1"], (), None)
        assert (guide.here, guide.then) == ((), ())

    def test_who_is_lent_stands_where_he_is_lent_to(self) -> None:
        lent = Shift(("3",), time(8), time(20), DAILY, post=Post.DUTY)
        found = self.at("2026-11-23T10:00", lent)
        assert [one.no for one in found[Post.DUTY].here] == ["3"]
        assert found[Post.WORK].here == ()

    def test_who_is_away_neither_is_there_nor_comes(self) -> None:
        away = Leave("4", date(2026, 11, 23), date(2026, 11, 25), "轮休")
        night = Shift(("4", "5"), time(20), time(8), DAILY)
        work = self.at("2026-11-23T10:00", night, leaves=(away,))[Post.WORK]
        assert [one.no for one in work.then] == ["5"]

    def test_load_and_longest_wait_of_its_people(self) -> None:
        load: dict[str, object] = {"3": 2, "4": 5, "1": 1, "gone": 9}
        waits: dict[str, object] = {"3": NOW, "4": NOW - timedelta(hours=2)}
        found = self.at("2026-11-23T10:00", load=load, waits=waits)
        assert (found[Post.WORK].load, found[Post.WORK].waiting_since) == (7, NOW - timedelta(hours=2))
        assert (found[Post.DUTY].load, found[Post.DUTY].waiting_since) == (1, None)


def test_a_pause_ends_today_or_later() -> None:
    for until, today in (("2026-11-23T17:30", True), ("2026-11-24T00:00", True), ("2026-11-24T00:01", False)):
        assert board.ends_today(BOOKS, Pause("等", WORKER, NOW, at(until)), NOW) is today


class TestInTheHall:
    async def looks(self, hall: Hall, no: str = LEADER) -> tuple[board.Window, board.Window]:
        now, who = hall.clock.now(), staff(hall, no)

        def looking(lists: Lists) -> tuple[board.Window, board.Window]:
            alerts: tuple[OpenAlert, ...] = lists.alerts(only_open=False, asker=no)
            return board.pressing(lists, who, alerts, now)

        return await hall.ledger.read(looking)

    async def test_a_case_goes_from_at_risk_to_late_to_gone(self, hall: Hall) -> None:
        _, case = await outage(hall)
        await counter.accept(hall, staff(hall, CREW), case.no)
        seen = []
        for minutes in (30, 10, 10):
            await forward(hall, minutes=minutes)
            late, risk = await self.looks(hall)
            seen.append((late.total, risk.total))
        assert seen == [(0, 0), (0, 1), (1, 0)]
        late, _ = await self.looks(hall)
        assert (late.rows[0].case.no, late.rows[0].promise.to) == (case.no, "arrive")
        await counter.cancel(hall, staff(hall, LEADER), case.no, "客户说不用了")
        assert [window.total for window in await self.looks(hall)] == [0, 0]

    async def test_what_is_hidden_from_a_reader_does_not_press_him(self, hall: Hall) -> None:
        _, case = await outage(hall)
        await forward(hall, minutes=50)
        found = await hall.ledger.read(lambda lists: lists.case(case.no))
        await hall.ledger.write(lambda page: page.record(Outcome(replace(found, hidden_from=("A002",)), ()), str))
        assert [window.total for window in await self.looks(hall, "A002")] == [0, 0]
        assert (await self.looks(hall))[0].total == 1

    async def test_only_so_many_stand_there_and_the_others_are_counted(self, hall: Hall) -> None:
        for n in range(board.ROWS + 2):
            await outage(hall, f"c{n}")
        await forward(hall, minutes=50)
        late, _ = await self.looks(hall)
        assert (len(late.rows), late.total, late.more) == (board.ROWS, board.ROWS + 2, False)

    async def test_pauses_stand_with_the_first_to_end_on_top(self, hall: Hall) -> None:
        now = hall.clock.now()
        untils = (now + timedelta(days=3), now + timedelta(hours=2), now + timedelta(days=1))
        for until, reason in zip(untils, ("等客户补证明", "等配件", "客户出差"), strict=True):
            _, case = await outage(hall)
            by = staff(hall, case.first_handler)
            await counter.accept(hall, by, case.no)
            await counter.stage(hall, by, case.no, "arrive")
            await counter.pause(hall, by, case.no, Wish(reason, until))
        books = hall.edition().data.books
        found, waits = await hall.ledger.read(lambda lists: board.paused(lists, books, staff(hall, LEADER), now))
        assert [one.pause.reason for one in found] == ["等配件", "客户出差", "等客户补证明"]
        assert waits == 2
        assert all(promises.paused(one.case) for one in found)

    async def test_the_last_digest_is_one_s_own_else_somebody_s(self, hall: Hall) -> None:
        async def last(no: str) -> tuple[str, str]:
            found = await hall.ledger.read(lambda lists: board.last_digest(lists, staff(hall, no)))
            return (found.to, found.kind) if found else ("", "")

        assert await last(LEADER) == ("", "")
        await digests.walk(hall)
        assert await last(LEADER) == ("", "")
        await forward(hall, hours=8)
        await digests.walk(hall)
        assert await last(LEADER) == (f"staff:{LEADER}", "digest")
        assert await last("A002") == ("staff:A002", "digest")
        assert await last("A902") == (f"staff:{LEADER}", "digest")
