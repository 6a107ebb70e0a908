"""People come and go: leave, a hole in the roster, somebody leaves for good; no case is ever nobody's."""

import asyncio
from pathlib import Path

import pytest

from tests.faults.served import (
    AGAINST,
    DENIED,
    GONE,
    OK,
    UNFILLED,
    Outside,
    brought,
    command,
    hall_of,
    outside,
    serving_in,
)

DAY = 86400
SHIFT = [{"staff": ["C102", "C001"], "days": "daily", "hours": "00:00-24:00"}]
CASES = [brought(1), brought(2, customer="mo", state="resolved"), brought(3, by="C102", state="closed")]
LEAVE = [{"staff": "C101", "from": "2026-12-02", "to": "2026-12-03", "kind": "轮休", "stand_in": "C103"}]
SHUT_OUT = 401


@pytest.mark.slow
@pytest.mark.parametrize("step", [DAY / 24, 4 * DAY])
async def test_a_leave_is_told_once_and_its_end_once(hall: Outside, step: float) -> None:
    await hall.load(leave=LEAVE, case=[brought(1)])
    (no,) = await hall.held()
    while (await hall.ask("GET", "/drill/clock"))["now"] < "2026-12-02T12:00":
        await hall.forward(min(step, DAY))
    case = await hall.case(no)
    assert case["first_handler"]["no"] == "C101"
    assert (case["cover"]["no"], case["cover"]["till"]) == ("C103", "2026-12-03")
    (told,) = await hall.told("customer:gu", "方一舟", "status")
    assert all(part in told for part in ("方一舟", "C103", "服务岗", "陆文清", "C101", "12月3日"))
    assert len(await hall.told("staff:C103", no)) == 1
    await hall.done("C103", no, "reply", text="您好，我代陆文清办理")
    await hall.until("2026-12-04T09:00:00+08:00")
    await hall.until("2026-12-06T09:00:00+08:00")
    assert (await hall.case(no))["cover"] is None
    told = [one for one in await hall.letters("customer:gu", kind="status") if "跟您说一声" not in one["text"]]
    back = [one for one in told if one["at"] > "2026-12-03T12:00"]
    assert [no in one["text"] and "陆文清" in one["text"] for one in back] == [True], back
    (news,) = await hall.told("staff:C101", "我代陆文清办理")
    assert no in news


@pytest.mark.slow
async def test_a_leave_written_while_it_runs_and_taken_back(hall: Outside) -> None:
    await hall.load(case=[brought(1)])
    (no,) = await hall.held()
    row = {"staff": "C101", "from": "2026-12-01", "to": "2026-12-01", "kind": "病假", "stand_in": "C103"}
    found = await hall.staff("C001", "POST", "hall/leave", {"rows": [row], "reason": "突发病假"})
    assert found.status == OK, found
    assert (await hall.case(no))["cover"]["no"] == "C103"
    assert len(await hall.told("customer:gu", "方一舟")) == 1
    found = await hall.staff("C001", "PUT", "hall/leave", {"rows": [], "reason": "人来了"})
    assert found.status == OK, found
    assert (await hall.case(no))["cover"] is None


@pytest.mark.slow
async def test_stand_ins_in_a_circle_end_with_the_leader(hall: Outside) -> None:
    pairs = (("C101", "C102"), ("C102", "C103"), ("C103", "C101"))
    rows = [{"staff": a, "from": "2026-12-01", "to": "2026-12-02", "kind": "年假", "stand_in": b} for a, b in pairs]
    await hall.load(leave=rows, case=[brought(1)])
    (no,) = await hall.held()
    await hall.forward(60)
    assert (await hall.case(no))["cover"]["no"] == "C001"
    assert len(await hall.told("customer:gu", "贺兰亭")) == 1


async def _reported(hall: Outside, customer: str, *texts: str) -> str:
    for text in texts:
        await hall.say(customer, text)
    return (await hall.held(customer=customer))[-1]


OUTAGE = ("我家停电了", "柳堤路9号3幢502", "只有我家停", "13800000001")
OWNER = ("我想办过户", "1", "13800000001", "不知道", "姓陈")


@pytest.mark.slow
async def test_nobody_on_duty_still_a_name_and_the_next_opening(hall: Outside) -> None:
    shift = [{"staff": ["C101", "C201", "C001"], "days": "mon-fri", "hours": "08:30-17:30"}]
    hours = [{"days": "mon-fri", "open": ["08:30-17:30"]}]
    await hall.load(shift=shift, hours=hours, drill={"now": "2026-12-05T12:00:00+08:00", "speed": 0})
    no = await _reported(hall, "gu", *OWNER)
    case = await hall.case(no)
    assert case["first_handler"]["no"] == "C101"
    said = "\n".join(one["text"] for one in await hall.talk("gu"))
    assert "陆文清" in said
    assert "12月7日" in said, said
    assert "8:30" in said
    no = await _reported(hall, "mo", *OUTAGE)  # what cannot wait waits for no shift
    case = await hall.case(no)
    assert case["first_handler"]["no"] in ("C201", "C001")
    await hall.forward(1900)
    assert await hall.told("staff:C001", no)


@pytest.mark.slow
async def test_who_holds_cases_stays_until_they_are_handed_over(hall: Outside) -> None:
    await hall.load(shift=SHIFT, case=CASES)
    numbers = (await hall.held())[:2]
    cookie = await hall.ask("POST", "/drill/enter", {"staff": "C101"})
    link = (await hall.ask("POST", "/drill/enter", {"staff": "C101"}))["link"]
    async with hall.web.post("/api/staff/login", json={"link": cookie["link"]}) as answer:
        assert answer.status == OK
        session = {"Cookie": f"hall_staff={answer.cookies['hall_staff'].value}"}
    hall.web.cookie_jar.clear()
    assert (await hall.ask("GET", "/api/staff/me", headers=session)).status == OK
    found = await hall.staff("C001", "POST", "people/C101/off", {"reason": "本月离职"})
    assert (found.status, found["error"], sorted(found["cases"])) == (AGAINST, "holds_cases", sorted(numbers))
    assert "2" in found["message"]
    assert (await hall.staff("C001", "POST", "people/C101/off", {})).status == UNFILLED
    rows = [row for row in hall_of()["staff"] if row["no"] != "C101"]
    found = await hall.staff("C900", "PUT", "hall/staff", {"rows": rows, "reason": "本月离职"})
    assert (found.status, found["error"]) == (UNFILLED, "table_faults")  # rows of other tables name him too
    off = [row | {"state": "off"} if row["no"] == "C101" else row for row in hall_of()["staff"]]
    for method, body in (
        ("PUT", off),
        ("POST", [{"no": "C101", "state": "off"}]),
        ("POST", [{"no": "C101", "post": ""}]),
    ):
        for dry in (True, False):
            found = await hall.staff("C900", method, "hall/staff", {"rows": body, "reason": "本月离职", "dry": dry})
            assert (found.status, found["error"], sorted(found["cases"])) == (AGAINST, "holds_cases", sorted(numbers))
    assert (await hall.staff("C101", "GET", "me")).status == OK
    for body, field in (
        ({"to": "C109", "reason": "离职交接"}, "to"),
        ({"to": "C101", "reason": "离职交接"}, "to"),
        ({"to": "C102"}, "reason"),
        ({"reason": "离职交接"}, "to"),
    ):
        found = await hall.staff("C001", "POST", "people/C101/handover", body)
        assert (found.status, list(found["fields"])) == (UNFILLED, [field]), found
    tried = await hall.staff("C001", "POST", "people/C101/handover", {"to": "C102", "reason": "离职交接", "dry": True})
    assert (tried["customers"], sorted(tried["cases"])) == (2, sorted(numbers))
    assert not await hall.letters()
    found = await hall.staff("C001", "POST", "people/C101/handover", {"to": "C102", "reason": "离职交接", "id": "h"})
    assert found.status == OK, found
    again = await hall.staff("C001", "POST", "people/C101/handover", {"to": "C102", "reason": "离职交接", "id": "h"})
    assert again.body == found.body
    for customer in ("gu", "mo"):
        (told,) = await hall.told(f"customer:{customer}", "离职交接")
        assert all(part in told for part in ("沈若水", "C102", "工作岗", "离职交接"))
    found = await hall.staff("C001", "POST", "people/C101/off", {"reason": "本月离职"})
    assert found.status == OK, found
    assert (await hall.ask("GET", "/api/staff/me", token=hall.tokens["C101"])).status == SHUT_OUT
    assert (await hall.ask("GET", "/api/staff/me", headers=session)).status == SHUT_OUT
    async with hall.web.post("/api/staff/login", json={"link": link}) as answer:
        assert answer.status == SHUT_OUT
    (gone,) = [one for one in (await hall.staff("C001", "GET", "people"))["items"] if one["no"] == "C101"]
    assert gone["on"] is False
    assert (await hall.staff("C001", "POST", "people/X1/off", {"reason": "离职"})).status == GONE
    assert (await hall.staff("C102", "POST", "people/C202/off", {"reason": "离职"})).status == DENIED
    offs = await hall.staff("C001", "GET", "audit", params={"move": "off"})
    assert [(one["by"], one["facts"]["staff"]) for one in offs["items"]] == [("C001", "C101")]


@pytest.mark.slow
async def test_a_helper_who_leaves_leaves_neither_floor_nor_task(hall: Outside) -> None:
    await hall.load(case=[brought(1)])
    (no,) = await hall.held()
    await hall.done("C101", no, "help", to="C202", text="请现场看看表位")
    await hall.done("C202", no, "accept")
    await hall.done("C202", no, "reply", text="您好，我在现场")
    found = await hall.staff("C001", "POST", "people/C202/off", {"reason": "调离本厅"})
    assert found.status == OK, found
    case = await hall.case(no)
    assert case["helpers"] == []
    assert case["tasks"][0]["done_at"]
    thread = (await hall.staff("C001", "GET", "customers/gu"))["thread"]
    assert thread["floor"] == "guide", thread
    assert await hall.told("staff:C101", "高远")
    assert [one for one in await hall.talk("gu") if one["from"] == "system" and "高远" in one["text"]]
    await hall.say("gu", "你好")
    assert (await hall.talk("gu"))[-1]["from"] == "guide"
    await hall.done("C101", no, "help", to="C201", text="请接着看表位")


@pytest.mark.slow
@pytest.mark.parametrize("how", ["shift", "leave"])
async def test_who_is_not_here_any_more_does_not_keep_the_floor(hall: Outside, how: str) -> None:
    shift = [
        {"staff": ["C101"], "days": "daily", "hours": "08:30-12:00"},
        {"staff": ["C101"], "days": "daily", "hours": "14:00-17:30"},
        {"staff": ["C001"], "days": "daily", "hours": "00:00-24:00"},
    ]
    await hall.load(shift=shift, case=[brought(1)])
    (no,) = await hall.held()
    await hall.done("C101", no, "reply", text="您好，我在看您的材料")
    await hall.say("gu", "好的")
    assert (await hall.talk("gu"))[-1]["from"] == "customer"
    if how == "shift":
        await hall.until("2026-12-01T11:59:00+08:00")
        assert (await hall.staff("C001", "GET", "customers/gu"))["thread"]["speaker"] == "C101"
        await hall.until("2026-12-01T12:01:00+08:00")
    else:
        row = {"staff": "C101", "from": "2026-12-01", "to": "2026-12-01", "kind": "病假"}
        found = await hall.staff("C001", "POST", "hall/leave", {"rows": [row], "reason": "突发病假"})
        assert found.status == OK, found
    thread = (await hall.staff("C001", "GET", "customers/gu"))["thread"]
    assert (thread["floor"], thread["speaker"]) == ("guide", None)
    said = [one["text"] for one in await hall.talk("gu") if one["from"] == "system" and no in one["text"]]
    assert len([text for text in said if "机器人" in text or "我陪您" in text]) == 1, said
    assert (await hall.case(no))["events"][-1]["by"] == "clock"
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
    await hall.say("gu", "你们几点开门")
    assert (await hall.talk("gu"))[-1]["from"] == "guide"
    await hall.forward(3 * DAY)
    assert len([one for one in (await hall.case(no))["events"] if one["move"] == "release"]) == 1
    await hall.done("C101", no, "reply", text="我回来了，接着为您办")
    assert (await hall.staff("C001", "GET", "customers/gu"))["thread"]["speaker"] == "C101"


async def is_on(hall: Outside, who: str) -> bool:
    """Whether the hall that serves knows somebody as its own."""
    people = (await hall.staff("C001", "GET", "people"))["items"]
    return bool(next(one["on"] for one in people if one["no"] == who))


@pytest.mark.slow
async def test_the_command_line_switches_somebody_off_beside_a_serving_hall(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with serving_in(folder) as address:
        async with outside(address) as hall:
            await hall.load(case=[brought(1)])
            (no,) = await hall.held()
            await hall.done("C101", no, "help", to="C202", text="请现场看看表位")
            await hall.token("C202")
            held = await asyncio.to_thread(command, folder, "staff", "off", "C101", "离职", "--by", "C001")
            assert (held.returncode, no in held.stderr) == (1, True), held
            done = await asyncio.to_thread(command, folder, "staff", "off", "C202", "离职", "--by", "C001")
            assert done.returncode == 0, done
            assert (await hall.ask("GET", "/api/staff/me", token=hall.tokens["C202"])).status == SHUT_OUT
            deadline = asyncio.get_running_loop().time() + 20
            while await is_on(hall, "C202") and asyncio.get_running_loop().time() < deadline:
                await hall.forward(0)
            assert not await is_on(hall, "C202")
            assert (await hall.case(no))["helpers"] == []
            assert len(await hall.told("staff:C101", "高远")) == 1
            found = await hall.move("C101", no, "help", to="C202", text="请再看看")
            assert (found.status, list(found["fields"])) == (UNFILLED, ["to"])
            assert (await hall.ask("POST", "/drill/enter", {"staff": "C202"})).status != 500
