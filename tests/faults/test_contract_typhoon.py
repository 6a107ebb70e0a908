"""A whole typhoon day from outside: announced, changed, many reports, danger, one house still dark, digest."""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from itertools import cycle

import pytest

from tests.faults.served import ACCEPTED, OK, Json, Outside, outside

CROWD = 300
TOLD = (
    "停电了，白鹭镇芦苇新村{}幢",
    "家里没电了，白鹭镇芦苇新村{}栋，整栋楼都没电",
    "断电了 白鹭镇芦苇小区{}号楼",
    "白鹭镇芦苇新村{}幢101 一点电都没有，台风刮断了吧",
    "我们白鹭镇芦苇新村{}座全黑了",
    "台风天家里突然没电，住白鹭镇芦苇新村{}幢",
    "白鹭镇芦葦新村{}幢沒電了",
    "报修：白鹭镇芦苇新村{}幢停电，邻居也没电",
)
LIT = ("来电了", "1", "有电了", "来了来了谢谢", "亮了", "嗯，来电了，辛苦你们", "好了", "恢复正常了，感谢")
DARK = "w3"
PLAN = {
    "no": "P-12",
    "kind": "planned",
    "area": ["白鹭镇芦苇新村5-9幢"],
    "begin_at": "2026-12-10T08:00:00+08:00",
    "end_at": "2026-12-10T16:00:00+08:00",
    "cause": "换变压器",
    "handler": "C201",
}
TABLES: Json = {
    "rules": {"quiet": "21:30-07:30", "digest": ["08:00", "17:30"]},
    "drill": {"now": "2026-12-02T15:00:00+08:00", "speed": 0},
    "place": [
        {"name": "芦苇新村", "town": "白鹭镇", "aliases": ["芦苇小区"], "zone": "urban"},
        {"name": "芦苇新村", "town": "青河镇", "zone": "rural"},
    ],
    "account": [
        {"no": f"99000000{n}", "holder": name, "address": f"白鹭镇芦苇新村{n % 10}幢102", "kind": "resident", **more}
        for n, name, more in (
            (17, "顾念慈", {}),
            (35, "沈长宁", {"life_support": {"device": "呼吸机", "battery": "2小时"}}),
            (23, "莫问", {}),
        )
    ],
    "customer": [
        {"key": "gu", "name": "顾念慈", "accounts": [{"no": "9900000017", "proof": "P2"}], "notify": True},
        {"key": "shen", "name": "沈长宁", "accounts": [{"no": "9900000035", "proof": "P2"}]},
        {"key": "mo", "name": "莫问", "accounts": [{"no": "9900000023", "proof": "P2"}], "notify": True},
        *({"key": f"w{n}", "name": f"住户{n}"} for n in range(CROWD)),
        *({"key": key, "name": key} for key in ("far", "alone", "wire", "late")),
    ],
    "outage": [PLAN],
}


@pytest.fixture
async def hall(address: str) -> AsyncIterator[Outside]:
    async with outside(address) as out:
        await out.load(**TABLES)
        yield out


def to_customers(letters: list[Json], needle: str) -> list[str]:
    """The customers to whom these words went, each as often as they did."""
    return [one["to"].partition(":")[2] for one in letters if needle in one["text"] and one["to"].startswith("c")]


async def said(hall: Outside, told: Iterator[tuple[str, str]]) -> None:
    """Many people's words in one breath."""
    for who, text in told:
        body = {"id": f"t{next(hall.numbers)}", "text": text}
        heard = await hall.ask("POST", "/api/chat/messages", body, await hall.token(who))
        assert heard.status == ACCEPTED, heard
    await hall.forward()


async def since(hall: Outside, seq: int) -> list[Json]:
    """All letters after that one, page by page."""
    found: list[Json] = []
    while more := await hall.letters(after=str(found[-1]["seq"] if found else seq)):
        found += more
    return found


async def last(hall: Outside) -> int:
    """The newest letter."""
    return max((one["seq"] for one in await since(hall, 0)), default=0)


async def test_the_planned_one_is_announced_and_changed_once(hall: Outside) -> None:
    await hall.until("2026-12-03T07:59:00+08:00")
    assert await hall.letters(kind="notice", to="customer:gu") == []
    await hall.until("2026-12-03T08:00:00+08:00")
    notices = [one for one in await hall.letters(kind="notice") if one["to"].startswith("customer:")]
    assert [one["to"] for one in notices] == ["customer:shen", "customer:gu"]  # a machine that breathes comes first
    assert "沈长宁，您好" in notices[0]["text"]
    for one in notices:
        assert "工号 C201，工作岗" in one["text"]
    care = await hall.case(notices[0]["case"])
    assert (care["topic"], len(care["promises"])) == ("life_support", 1)
    later = {**PLAN, "begin_at": "2026-12-10T09:00:00+08:00"}
    for _ in range(2):  # written twice, told once
        assert (await hall.staff("C001", "POST", "hall/outage", {"rows": [later], "reason": "台风"})).status == OK
    await hall.forward(300)
    changed = to_customers(await hall.letters(kind="notice"), "停电有变")
    assert sorted(changed) == ["gu", "shen"]
    assert len((await hall.case(care["no"]))["promises"]) == 1  # one call is owed, not two


async def test_the_day_of_the_typhoon(hall: Outside) -> None:
    await hall.until("2026-12-11T14:00:00+08:00")
    seq = await last(hall)
    words = cycle(TOLD)
    await said(hall, ((f"w{n}", next(words).format(5 + n % 5)) for n in range(CROWD)))
    await said(
        hall,
        iter(
            (
                ("far", "停电了，青河镇芦苇新村3幢，整栋楼都黑"),
                ("alone", "白鹭镇芦苇新村8幢201没电了，邻居家都有电，就我一家"),
                ("wire", "白鹭镇芦苇新村6幢楼下电线被风刮断了，掉在地上，我们全停电了"),
            )
        ),
    )
    letters = await since(hall, seq)
    danger = [one for one in letters if one["to"] == "customer:wire"]
    assert "人先离远" in danger[0]["text"]
    alarms = [one for one in letters if one["kind"] == "alert" and one["text"].startswith("险情")]
    assert [one["to"] for one in alarms] == ["staff:C001"]
    assert len([one for one in letters if one["kind"] == "alert"]) == 1 + 1  # and one that asks to confirm, for all
    (mother,) = (await hall.staff("C002", "GET", "incidents"))["items"]
    assert (mother["state"], mother["size"]) == ("suspected", CROWD + 1)
    apart = [(await hall.held(customer=who))[0] for who in ("far", "alone")]
    assert not set(apart) & set(mother["cases"])

    move = f"incidents/{mother['no']}"
    fact = {"cause": "台风刮倒电杆", "eta_at": "2026-12-11T17:00:00+08:00", "text": "抢修车已经到现场"}
    seq = await last(hall)
    tried = await hall.staff("C001", "POST", f"{move}/confirm", {**fact, "dry": True})
    assert (tried["customers"], await since(hall, seq)) == (CROWD + 1, [])
    for _ in range(2):
        assert (await hall.staff("C001", "POST", f"{move}/confirm", {**fact, "id": "c"}))["state"] == "confirmed"
    told = await since(hall, seq)
    everybody = Counter({f"w{n}": 1 for n in range(CROWD)} | {"wire": 1})
    assert Counter(to_customers(told, "台风刮倒电杆")) == everybody
    assert all(one["incident"] == mother["no"] for one in told if one["to"].startswith("customer:"))

    await hall.say("late", "白鹭镇芦苇小区9号楼停电了")
    (heard,) = await hall.told("customer:late", "已为您登记")
    for needle in ("不止您一家", "台风刮倒电杆", "17:00 前后来电", "石向东（工号 C201，工作岗）"):
        assert needle in heard
    everybody["late"] = 1

    for what, sent, needle in (
        ("update", {"text": "电杆已经立好，正在放线", "eta_at": "2026-12-11T16:30:00+08:00"}, "正在放线"),
        ("restore", {"text": "线路已经接好"}, "来电了吗"),
    ):
        seq = await last(hall)
        await hall.forward(900)
        assert (await hall.staff("C201", "POST", f"{move}/{what}", sent)).status == OK
        asked = Counter(to_customers(await since(hall, seq), needle))
        assert asked == everybody - Counter({"wire": what == "restore"})  # a wire on the ground is not over by it

    words = cycle(LIT)
    await said(hall, ((who, next(words)) for who in everybody if who not in ("wire", DARK)))
    await hall.say(DARK, "还是黑的，没来电")
    states, after = {}, ""
    while True:
        query = {"limit": "200", "topic": "outage_repair", "after": after}
        found = await hall.staff("C001", "GET", "cases", params={name: text for name, text in query.items() if text})
        states |= {one["customer"]: (one["state"], one.get("incident")) for one in found["items"]}
        after = found["next"] or ""
        if not after:
            break
    assert states.pop(DARK) == ("in_progress", None)
    assert {states.pop(who) for who in ("far", "alone")} == {("open", None)}
    assert Counter(states.values()) == {("closed", mother["no"]): CROWD}  # all but the dark one, and who came late
    (wired,) = await hall.held(customer="wire")
    assert (await hall.case(wired))["state"] == "open"

    await hall.until("2026-12-12T08:00:00+08:00")
    assert (await hall.case((await hall.held(customer=DARK))[0]))["state"] == "in_progress"
    digest = (await hall.letters("staff:C002", kind="digest"))[-1]
    assert digest["figures"]["opened"] == CROWD + 4
    assert digest["figures"]["open"] == 1 + 2 + 1 + 1  # dark, elsewhere, alone, the wire, who lives by a machine
    assert f"新开 {CROWD + 4} 张" in digest["text"]
