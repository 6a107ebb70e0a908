"""Outages, notices, forms and the register from outside: who may, what is refused, who hears what, each once."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.faults.served import AGAINST, DENIED, GONE, OK, UNFILLED, Answer, Json, Outside, outside

UNKNOWN = 401
HOUSES = {
    "a": "3幢101",
    "b": "五幢2单元",
    "c": "9号楼1",
    "d": "九栋",
    "in": "7座",
    "x": "10幢",
    "y": "十栋1",
    "z": "2号楼",
}
PLAN = {
    "no": "P-1",
    "kind": "planned",
    "area": ["芦苇新村3-9幢"],
    "begin_at": "2026-12-04T08:00:00+08:00",
    "end_at": "2026-12-04T16:00:00+08:00",
    "cause": "换变压器",
    "handler": "C201",
}
TABLES: Json = {
    "rules": {"quiet": "21:30-07:30"},
    "place": [{"name": "芦苇新村", "town": "白鹭镇", "zone": "urban"}],
    "account": [
        {"no": f"99{n:08}", "holder": key, "address": f"芦苇新村{where}", "kind": "resident"}
        for n, (key, where) in enumerate({**HOUSES, "off": "4幢"}.items())
    ],
    "customer": [
        {"key": key, "name": key, "accounts": [{"no": f"99{n:08}", "proof": "P2"}], "notify": key != "off"}
        for n, key in enumerate({**HOUSES, "off": ""})
    ]
    + [{"key": key, "name": key} for key in ("gu", "one", "two", "three", "four")],
}


@pytest.fixture
async def hall(address: str) -> AsyncIterator[Outside]:
    async with outside(address) as out:
        await out.load(**TABLES)
        yield out


async def dark(hall: Outside) -> tuple[str, str, str]:
    """Two houses in the dark: their outage, their cases."""
    await hall.say("one", "停电了，芦苇新村3幢")
    await hall.say("two", "停电了，芦苇新村5幢，整栋楼都没电")
    (found,) = (await hall.staff("C001", "GET", "incidents"))["items"]
    first, second = [(await hall.held(customer=who))[0] for who in ("one", "two")]
    return found["no"], first, second


async def step(hall: Outside, by: str, no: str, what: str, **body: Any) -> Answer:
    return await hall.staff(by, "POST", f"incidents/{no}/{what}", body)


async def notices(hall: Outside, to: str = "") -> list[tuple[str, str]]:
    """Announcements to customers: to whom, and how they begin."""
    found = await hall.letters(kind="notice", **({"to": to} if to else {}))
    return [
        (one["to"].partition(":")[2], one["text"].partition("（")[0])
        for one in found
        if one["to"].startswith("customer:")
    ]


async def test_only_its_handler_and_leaders_move_it_and_every_try_is_kept(hall: Outside) -> None:
    no, first, _ = await dark(hall)
    tries = 0
    for by in ("C101", "C103", "C301", "C202", "C900", "C901"):
        for what, body in (
            ("confirm", {"cause": "电缆烧坏"}),
            ("unlink", {"case": first, "reason": "弄错了"}),
            ("close", {"reason": "不是一处"}),
        ):
            assert (await step(hall, by, no, what, **body)).status == DENIED
            tries += 1
    denied = (await hall.staff("C001", "GET", "audit", params={"move": "deny", "limit": "100"}))["items"]
    assert len([one for one in denied if one["by"] != "C001"]) == tries
    customer = await hall.token("one")
    assert (await hall.ask("GET", "/api/staff/incidents", token=customer)).status == UNKNOWN
    assert (await hall.staff("C001", "GET", f"incidents/{no}"))["state"] == "suspected"


async def test_what_is_refused_and_what_is_done_once(hall: Outside) -> None:
    no, first, second = await dark(hall)
    cause = {"cause": "电缆烧坏"}
    for body, field in (
        ({}, "text"),
        ({"cause": 5}, "cause"),
        ({"cause": "……"}, "cause"),
        ({**cause, "text": "啊"}, "text"),
        ({**cause, "eta_at": "明天"}, "eta_at"),
        ({**cause, "eta_at": 5}, "eta_at"),
        ({**cause, "eta_at": "2026-12-01T08:00:00+08:00"}, "eta_at"),
    ):
        found = await step(hall, "C201", no, "confirm", **body)
        assert (found.status, set(found["fields"])) == (UNFILLED, {field})
    assert (await step(hall, "C201", no, "confirm", **cause, version=99)).status == AGAINST
    assert (await step(hall, "C201", no, "restore", **cause)).status == AGAINST
    tried = await step(hall, "C201", no, "confirm", **cause, dry=True)
    assert (tried["customers"], tried["cases"]) == (2, [first, second])
    for _ in range(2):
        assert (await step(hall, "C201", no, "confirm", **cause, id="once"))["state"] == "confirmed"
    assert len(await hall.told("customer:one", "电缆烧坏")) == 1
    assert (await step(hall, "C001", no, "link", case="DL20990101-0001", reason="同一条线")).status == GONE
    assert (await step(hall, "C201", no, "close", reason="完了")).status == AGAINST
    assert (await step(hall, "C201", no, "restore", text="已经接好"))["state"] == "restored"
    assert (await step(hall, "C201", no, "update", text="还有一句")).status == AGAINST
    await hall.forward()
    assert (await step(hall, "C201", no, "close", id="end"))["state"] == "closed"
    assert (await step(hall, "C201", no, "close", id="end"))["state"] == "closed"
    assert (await step(hall, "C201", no, "close")).status == AGAINST


async def test_a_house_put_in_and_taken_out_hears_why_and_nothing_internal(hall: Outside) -> None:
    no, *_ = await dark(hall)
    await step(hall, "C201", no, "confirm", cause="电缆烧坏")
    await hall.say("three", "停电了，丹枫路2号")
    (case,) = await hall.held(customer="three")
    assert set((await step(hall, "C201", no, "link", case=case))["fields"]) == {"reason"}
    assert (await step(hall, "C201", no, "link", case=case, reason="内部看是同一条线"))["size"] == 3
    own = await hall.ask("GET", f"/api/chat/cases/{case}", token=await hall.token("three"))
    assert own["incident"] == no
    assert "内部" not in str(own.body)
    assert (await step(hall, "C201", no, "unlink", case=case, reason="查下来是自家的开关"))["size"] == 2
    told = [one for one in await hall.letters("customer:three") if one["kind"] == "status"]
    assert told[0]["incident"] == no
    assert "查下来是自家的开关" in told[-1]["text"]
    assert all("石向东（工号 C201，工作岗）" in one["text"] for one in told)
    assert (await hall.case(case)).get("incident") is None


@pytest.mark.parametrize("answer", ["还是黑的，没来电", "邻居都有，就我家没来电", "2"])
async def test_the_dark_house_stays_open_and_its_leader_knows(hall: Outside, answer: str) -> None:
    no, first, second = await dark(hall)
    await step(hall, "C001", no, "confirm", cause="电缆烧坏")
    await step(hall, "C001", no, "restore", text="已经接好")
    await hall.say("one", "有电了")  # electric words, and no danger at all
    await hall.say("two", answer)
    assert [(await hall.case(case))["state"] for case in (first, second)] == ["closed", "in_progress"]
    assert len(await hall.held(topic="hazard")) == 0
    assert await hall.told("staff:C001", f"{second}「停电报修」客户说没解决")
    await hall.forward(5 * 86_400)  # nobody's silence ends it
    assert (await hall.case(second))["state"] == "in_progress"


async def test_a_planned_outage_reaches_the_buildings_in_between_and_each_change_once(hall: Outside) -> None:
    async def put(**changed: str) -> list[tuple[str, str]]:
        before = len(await notices(hall))
        done = await hall.staff("C001", "POST", "hall/outage", {"rows": [{**PLAN, **changed}], "reason": "计划有变"})
        assert done.status == OK, done
        await hall.forward(200)
        return (await notices(hall))[before:]

    def all_hear(words: str) -> list[tuple[str, str]]:
        return [(who, words) for who in ("a", "b", "c", "d", "in")]

    later = {"begin_at": "2026-12-04T09:00:00+08:00"}
    assert sorted(await put()) == all_hear("停电通知")  # nearer than a week: at once
    assert await put() == []
    assert await put(cause="换电杆", handler="C202") == []
    assert sorted(await put(**later)) == all_hear("停电有变")
    assert (await hall.staff("C101", "POST", "hall/outage", {"rows": [PLAN], "reason": "试试"})).status == DENIED
    assert sorted(await put(**later, state="cancelled")) == all_hear("不停了")
    assert await put(**later, state="cancelled", cause="不换了") == []
    far = {"no": "P-2", "begin_at": "2026-12-20T08:00:00+08:00", "end_at": "2026-12-20T16:00:00+08:00"}
    assert await put(**far) == []
    assert await put(**far, state="cancelled") == []  # nobody had heard of it
    before = len(await notices(hall))
    await hall.until("2026-12-16T12:00:00+08:00")
    assert len(await notices(hall)) == before


async def test_a_form_is_reminded_of_once_never_by_night_and_let_go(hall: Outside) -> None:
    async def nudges(who: str) -> list[Json]:
        return await hall.letters(f"customer:{who}", kind="nudge", state="sent")

    await hall.say("three", "我要报修，家里没电了")
    await hall.forward(1_199)
    assert await nudges("three") == []
    await hall.forward(1)
    assert len(await nudges("three")) == 1
    await hall.until("2026-12-01T21:20:00+08:00")
    await hall.say("four", "我要报修，家里没电了")
    await hall.until("2026-12-02T07:29:00+08:00")
    assert await nudges("four") == []
    await hall.until("2026-12-04T09:01:00+08:00")
    assert len(await nudges("four")) == 1
    assert ["收起来了" in one["text"] for one in await nudges("three")] == [False, True]
    assert await hall.held() == []


async def test_the_register_is_kept_by_a_yes_read_by_rights_and_gone_by_a_word(hall: Outside) -> None:
    async def register(by: str = "C001", **query: str) -> Answer:
        return await hall.staff(by, "GET", "care", params=query)

    for words in ("登记呼吸机", "先不登记"):
        await hall.say("gu", words)
    assert (await register())["items"] == []
    for words in ("登记呼吸机", "同意登记", "大概两小时", "芦苇新村7幢102", "19900001234"):
        await hall.say("gu", words)
    (masked,) = (await register())["items"]
    assert not {"呼吸机", "大概两小时", "19900001234", "芦苇新村7幢102"} & set(map(str, masked.values()))
    assert (await register(reason="。。"))["fields"]
    (bare,) = (await register(reason="核对停电名单"))["items"]
    assert (bare["device"], bare["battery"], bare["phone"]) == ("呼吸机", "大概两小时", "19900001234")
    assert {(await register(by)).status for by in ("C101", "C103", "C201", "C301", "C901")} == {DENIED}
    looks = (await hall.staff("C900", "GET", "audit", params={"move": "reveal"}))["items"]
    assert [one["by"] for one in looks].count("C001") >= 1
    await hall.say("gu", "把呼吸机登记删了")
    assert (await register(reason="核对停电名单"))["items"] == []
