"""The promise from outside: three lines, pauses, the ladder, the live card, promises in talk, dates past a calendar."""

import asyncio

import pytest

from tests.faults.served import AGAINST, DENIED, OK, UNFILLED, Outside, brought, outside

pytestmark = pytest.mark.slow
DAY = 86400
UNTIL = "2026-12-03T09:00:00+08:00"
LINES = ("promise_at", "internal_at", "red_line_at")


def test_a_form_that_took_forty_minutes_and_a_change_of_hands_cost_the_hall_not_the_customer(address: str) -> None:
    async def outage() -> None:
        async with outside(address) as us:
            await us.load()
            await us.say("shao", "家里没电了")
            await us.forward(40 * 60)
            await us.say("shao", "青浦镇芦苇新村7幢102")
            (no,) = await us.held()
            (arrive,) = (await us.case(no))["promises"]
            assert [arrive[line] for line in LINES] == ["2026-12-01T01:45:00+00:00", None, "2026-12-01T02:00:00+00:00"]
            await us.done("C001", no, "reassign", to="C202", reason="石向东在另一处抢修，就近安排")
            await us.done("C202", no, "accept")
            (same,) = (await us.case(no))["promises"]
            assert same == arrive
            there = await us.done("C202", no, "stage", stage="arrive", text="到现场了")
            assert [(one["id"], one["state"]) for one in there["promises"]] == [
                ("outage.arrive.urban", "kept"),
                ("outage.restore.urban", "running"),
            ]
            cards = [one for one in await us.talk("shao") if one["text"].startswith(("已为您登记", "「停电报修」"))]
            first = next(one["seq"] for one in cards if "replaces" not in one)
            assert {one["replaces"] for one in cards if "replaces" in one} == {first}
            assert (await us.move("C202", no, "pause", reason="等材料到货", until=UNTIL)).status == OK
            assert (await us.case(no))["promises"][1]["paused"]["until"] == UNTIL

    asyncio.run(outage())


def test_a_pause_is_the_handlers_names_its_day_and_loses_nothing(address: str) -> None:
    async def paused() -> None:
        async with outside(address) as us:
            await us.load(case=[brought(1, opened_at="2026-12-01T08:30:00+08:00")])
            (no,) = await us.held()
            before = (await us.case(no))["promise"]["promise_at"]
            for body in ({}, {"reason": "等材料"}, {"reason": "。。", "until": UNTIL}):
                assert set((await us.move("C101", no, "pause", **body))["fields"]) <= {"reason", "until"}
            for until in ("2026-11-01T09:00:00+08:00", "2028-01-01T09:00:00+08:00", "改天", 7):
                found = await us.move("C101", no, "pause", reason="等客户补材料", until=until)
                assert (found.status, set(found["fields"])) == (UNFILLED, {"until"})
            for who in ("C102", "C103", "C201", "C001", "C900"):
                found = await us.move(who, no, "pause", reason="等客户补材料", until=UNTIL)
                assert found.status == DENIED
            found = await us.move("C101", no, "resume")
            assert found.status == AGAINST
            held = await us.done("C101", no, "pause", reason="等客户补材料", until=UNTIL, wants=["房产证"])
            assert (held["state"], held["promise"]["paused"]["wants"]) == ("waiting_customer", ["房产证"])
            assert (await us.move("C101", no, "pause", reason="再等等客户", until=UNTIL)).status == AGAINST
            await us.until("2026-12-03T09:00:00+08:00")
            after = await us.case(no)
            assert (before, after["promise"]["promise_at"]) == (
                "2026-12-08T23:59:59+08:00",
                "2026-12-10T23:59:59+08:00",
            )
            assert (after["state"], after["pauses"][0]["ended_by"]) == ("in_progress", "clock")
            (told,) = await us.told("customer:gu", "免得耽误")
            assert "陆文清（工号 C101，工作岗）" in told

    asyncio.run(paused())


def test_what_waits_for_its_customer_when_it_is_brought_along_is_left_in_peace(address: str) -> None:
    """No alert about time that stands still; one word a while to whoever is being worked for."""

    async def week() -> None:
        async with outside(address) as us:
            history = [
                {"at": "2026-12-01T08:40:00+08:00", "by": "C101", "move": "pause", "text": "等房产证", "public": True}
            ]
            waits = brought(1, state="waiting_customer", opened_at="2026-12-01T08:30:00+08:00", history=history)
            late = brought(2, customer="mo", opened_at="2026-11-10T10:20:00+08:00")
            await us.load(case=[waits, late])
            old, no = await us.held()
            held = (await us.case(no))["promise"]
            assert (held["paused"]["reason"], held["paused"]["waits_for"]) == ("等房产证", "customer")
            await us.until("2026-12-08T09:00:00+08:00")
            assert await us.letters(kind="alert") == []
            assert await us.letters("customer:gu") == []
            assert [one["case"] for one in await us.letters("customer:mo", kind="status")] == [old, old, old]
            back = await us.done("C101", no, "resume")
            assert (back["state"], back["promise"]["promise_at"]) == ("in_progress", "2026-12-15T23:59:59+08:00")

    asyncio.run(week())


async def _day(us: Outside, steps: list[int]) -> list[tuple[str, ...]]:
    """A day in which nobody does anything, in these steps: every letter of it."""
    await us.load(
        rules={}, team=[{"key": "counter", "name": "柜台"}, {"key": "crew", "name": "抢修班", "leader": "C202"}]
    )
    await us.say("gu", "小区外面电线断了掉在地上冒火花，柳堤路12号")
    await us.say("mo", "我要投诉，停电三天没人管，我要打12398，还要找记者曝光")
    for step in steps:
        await us.forward(step)
    found = await us.letters()
    return [(one["at"], one["to"], one["kind"], one["state"], one["text"].split("http")[0]) for one in found]


def test_one_step_is_many_steps_and_nobody_is_rung_twice_at_once_for_one_case(address: str) -> None:
    async def ladder() -> None:
        async with outside(address) as us:
            once = await _day(us, [DAY])
            assert once == await _day(us, [3600] * 24)
            follows = [(at, to, text.split("「")[0]) for at, to, kind, _, text in once if "还没有人动手" in text]
            assert len(follows) == len(set(follows)) > 0
            grave = [one[1] for one in once if one[2] == "alert" and one[0] < "2026-12-01T01:03"]
            assert {"staff:C001", "staff:C002"} == set(grave)
            first = [at for at, to, kind, _, text in once if to == "staff:C202" and kind == "alert"]
            assert first == ["2026-12-01T01:36:00+00:00"]

    asyncio.run(ladder())


def test_a_word_given_in_talk_is_kept_replaced_or_owned_up_to(address: str) -> None:
    async def said() -> None:
        async with outside(address) as us:
            await us.load(case=[brought(1)])
            (no,) = await us.held()
            await us.done("C101", no, "reply", text="下午五点前给您回电")
            for wrong in ("瞎写", 12345, "2026-12-01T08:00:00+08:00"):
                found = await us.move("C101", no, "reply", text="好的，我记下了", promise_at=wrong)
                assert (found.status, set(found["fields"])) == (UNFILLED, {"promise_at"})
            await us.done("C101", no, "reply", text="提早一点，我记下了", promise_at="2026-12-01T15:00:00+08:00")
            states = {one["promise_at"]: one["state"] for one in (await us.case(no))["promises"] if one["by"]}
            assert states == {"2026-12-01T17:00:00+08:00": "dropped", "2026-12-01T15:00:00+08:00": "running"}
            await us.until("2026-12-01T14:45:00+08:00")
            assert len(await us.told("staff:C101", "快到了", "nudge")) == 1
            await us.until("2026-12-01T15:01:00+08:00")
            (sorry,) = await us.told("customer:gu", "没能按说好的时间做到")
            assert "说好的是：" in sorry
            assert "陆文清（工号 C101，工作岗）" in sorry
            assert "15:00" in sorry
            assert "贺兰亭（工号 C001，值班领导岗）" in sorry
            now = await us.done("C101", no, "reply", text="让您久等了，刚才查过，材料齐全")
            assert [one["state"] for one in now["promises"] if one["by"]] == ["dropped", "broken"]

    asyncio.run(said())


def test_a_date_past_the_calendar_is_reckoned_anew_with_one_word_that_does_not_contradict_itself(address: str) -> None:
    async def notice() -> None:
        async with outside(address) as us:
            long = {"id": "long", "topics": ["owner_transfer"], "to": "resolve", "promise": "32wd", "source": "示例"}
            given = brought(1, opened_at="2026-11-23T09:30:00+08:00")
            await us.load(drill={"now": "2026-11-23T10:00:00+08:00", "speed": 0}, promise=[long], case=[given])
            (no,) = await us.held()
            first = (await us.case(no))["promise"]
            assert (first["promise_at"], first["tentative"]) == ("2027-01-06T23:59:59+08:00", True)

            async def dated(*days: str) -> tuple[str, bool]:
                rows = [{"days": [day], "open": [], "working": False} for day in days]
                found = await us.staff("C900", "PUT", "hall/hours", {"rows": rows, "reason": "放假通知"})
                assert found.status == OK, found
                promise = (await us.case(no))["promise"]
                return promise["promise_at"], promise["tentative"]

            await us.forward(0)
            assert await dated("2027-01-01") == ("2027-01-07T23:59:59+08:00", True)
            (told,) = await us.told("customer:gu", "重新算过")
            assert "已经公布" not in told
            assert await dated("2027-01-01", "2027-10-01") == ("2027-01-07T23:59:59+08:00", False)
            assert await dated("2027-01-01", "2027-10-01") == ("2027-01-07T23:59:59+08:00", False)
            await us.forward(60)
            assert len(await us.told("customer:gu", "日子")) == 2

    asyncio.run(notice())
