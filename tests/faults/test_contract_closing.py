"""The end of a case: checklist, the customer's word or a stated silence, rating, callback, and back if unsolved."""

import pytest

from tests.faults.served import AGAINST, DENIED, UNFILLED, Json, Outside, brought

HOUR = 3600
FACTS = {
    "result": "户名已改",
    "verified": "柜台核验身份证和房产证原件",
    "settled": "旧账由原户主结清",
    "effective_at": "2026-12-01",
    "contact": "12月1日上午电话告知",
}
SINCE = {"accepted_at": "2026-11-30T10:40:00+08:00"}
ENDED = SINCE | {"resolved_at": "2026-11-30T16:00:00+08:00"}
CLOSED = ENDED | {"closed_at": "2026-11-30T18:00:00+08:00"}


async def loaded(hall: Outside, *rows: Json, **tables: object) -> str:
    await hall.load(case=list(rows) or [brought(1, **SINCE)], **tables)
    return (await hall.held())[0]


async def resolved(hall: Outside, **tables: object) -> str:
    no = await loaded(hall, **tables)
    await hall.done("C101", no, "resolve", text="户名已经改好", facts=FACTS)
    return no


@pytest.mark.slow
async def test_the_checklist_is_filled_or_named_field_by_field(hall: Outside) -> None:
    no = await loaded(hall)
    needed = {one["field"] for one in (await hall.case(no))["closing"] if one["needed"]}
    assert needed == set(FACTS)
    found = await hall.move("C101", no, "resolve", text="办好了", facts={})
    assert (found.status, set(found["fields"])) == (UNFILLED, needed)
    labels = {one["field"]: one["label"] for one in (await hall.case(no))["closing"]}
    assert all(labels[name] in said for name, said in found["fields"].items())
    for missing in FACTS:
        found = await hall.move("C101", no, "resolve", text="办好了", facts=FACTS | {missing: " 。 "})
        assert (found.status, set(found["fields"])) == (UNFILLED, {missing})
    found = await hall.move("C101", no, "resolve", text="", facts=FACTS)
    assert (found.status, set(found["fields"])) == (UNFILLED, {"text"})
    assert (await hall.case(no))["state"] == "in_progress"
    done = await hall.done("C101", no, "resolve", text="户名已经改好", facts=FACTS)
    assert done["state"] == "resolved"
    assert done["resolved_at"]
    (question,) = await hall.told("customer:gu", "户名已经改好")
    assert all(part in question for part in ("陆文清", "C101", "工作岗"))
    assert (await hall.move("C101", no, "resolve", text="户名已经改好", facts=FACTS)).status == AGAINST
    assert (await hall.move("C101", no, "transfer", to="C102", reason="我要轮岗了")).status == AGAINST


@pytest.mark.slow
@pytest.mark.parametrize("word", ["已解决", "button", "解决了", "1"])
async def test_the_customer_confirms_and_rates(hall: Outside, word: str) -> None:
    no = await resolved(hall)
    yes = (await hall.talk("gu"))[-1]["buttons"][0]["value"]
    await (hall.say("gu", button=yes) if word == "button" else hall.say("gu", word))
    case = await hall.case(no)
    assert (case["state"], case["rating"]) == ("closed", None)
    asked = (await hall.talk("gu"))[-1]
    assert [one["label"] for one in asked["buttons"]] == ["1", "2", "3", "4", "5"]
    assert "陆文清" in asked["text"]
    await hall.say("gu", "5")
    case = await hall.case(no)
    assert case["rating"]["score"] == 5
    await hall.say("gu", "谢谢")
    await hall.say("gu", button=yes)
    after = await hall.case(no)
    assert (after["state"], after["rating"], after["version"]) == ("closed", case["rating"], case["version"])


@pytest.mark.slow
async def test_silence_is_warned_of_and_then_passes(hall: Outside) -> None:
    no = await resolved(hall)
    await hall.forward(72 * HOUR - 60)
    before = len(await hall.talk("gu"))
    await hall.forward(120)
    warned = (await hall.talk("gu"))[before:]
    assert len(warned) == 1
    assert (await hall.case(no))["state"] == "resolved"
    await hall.forward(48 * HOUR - 120)
    assert (await hall.case(no))["state"] == "resolved"
    await hall.forward(120)
    assert (await hall.case(no))["state"] == "closed"
    await hall.say("gu", "5")
    assert (await hall.case(no))["rating"]["score"] == 5


@pytest.mark.slow
@pytest.mark.parametrize("words", ["1", "1分", "非常不满意", "button"])
async def test_a_low_rating_opens_a_callback_that_the_rated_may_not_make(hall: Outside, words: str) -> None:
    no = await loaded(hall, brought(1, by="C001", **SINCE))
    await hall.done("C001", no, "resolve", text="户名已经改好", facts=FACTS)
    await hall.say("gu", "已解决")
    low = (await hall.talk("gu"))[-1]["buttons"][0]["value"]
    await (hall.say("gu", button=low) if words == "button" else hall.say("gu", words))
    case = await hall.case(no, "C002")
    assert case["rating"]["score"] in (1, 2), case["rating"]
    assert case["callback"]["about"]["no"] == "C001"
    assert "callback" not in (await hall.case(no))["moves"]
    denied = await hall.move("C001", no, "callback", text="已经打电话道歉")
    assert denied.status == DENIED
    assert len(await hall.told("staff:C002", no)) >= 1
    assert (await hall.move("C101", no, "callback", text="已经打电话道歉")).status == DENIED
    assert (await hall.move("C002", no, "callback", text=" ")).status == UNFILLED
    alerts = (await hall.staff("C002", "GET", "alerts", params={"open": "1"}))["items"]
    assert [one["why"] for one in alerts] == ["low_rating"]
    await hall.forward(49 * HOUR)
    assert len((await hall.staff("C002", "GET", "alerts", params={"open": "1"}))["items"]) == 2
    done = await hall.done("C002", no, "callback", text="已经打电话道歉，客户接受")
    assert done["callback"]["done_at"]
    assert done["callback"]["by"] in ("C002", {"no": "C002"})
    assert not (await hall.staff("C002", "GET", "alerts", params={"open": "1"}))["items"]
    changed = await hall.move("C001", no, "correct", slots={"rating": "5"}, reason="客户说按错了")
    assert changed.status == DENIED
    assert not [one for one in await hall.talk("gu") if "接受" in one["text"]]


@pytest.mark.slow
@pytest.mark.parametrize("state", ["resolved", "closed"])
@pytest.mark.parametrize("words", ["没解决", "还是没解决啊"])
async def test_unsolved_comes_back_to_the_same_hands(hall: Outside, state: str, words: str) -> None:
    no = await resolved(hall)
    if state == "closed":
        await hall.say("gu", "已解决")
    await hall.say("gu", words)
    case = await hall.case(no)
    assert (case["state"], case["first_handler"]["no"]) == ("in_progress", "C101"), await hall.talk("gu")
    assert await hall.held() == [no]
    assert await hall.told("staff:C101", "没解决")
    last = (await hall.talk("gu"))[-1]
    assert "陆文清" in last["text"]
    done = await hall.done("C101", no, "resolve", text="户名重新改好", facts=FACTS)
    assert done["state"] == "resolved"
    await hall.say("gu", "已解决")
    assert (await hall.case(no))["state"] == "closed"


@pytest.mark.slow
async def test_the_leader_closes_with_a_reason_and_nobody_else(hall: Outside) -> None:
    no = await resolved(hall)
    assert (await hall.move("C101", no, "close", reason="客户电话里说好了")).status == DENIED
    assert (await hall.move("C001", no, "close", reason="")).status == UNFILLED
    done = await hall.done("C001", no, "close", reason="客户电话里说好了")
    assert done["state"] == "closed"
    assert (await hall.move("C001", no, "close", reason="客户电话里说好了")).status == AGAINST
    (told,) = await hall.told("customer:gu", "客户电话里说好了")
    assert all(part in told for part in ("陆文清", "C101", "工作岗"))


REST = {
    "open": ("accept", {}),
    "accepted": ("stage", {"stage": "notice"}),
    "in_progress": ("resolve", {"text": "户名已经改好", "facts": FACTS}),
    "waiting_customer": ("stage", {"stage": "settle"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("state", [*REST, "resolved", "closed", "cancelled"])
async def test_a_case_brought_along_lives_on(hall: Outside, state: str) -> None:
    more = {"resolved": ENDED, "closed": CLOSED | {"rating": "asked"}, "open": {}}.get(state, SINCE)
    more = more | ({"stage": "notice"} if state in ("in_progress", "waiting_customer") else {})
    no = await loaded(hall, brought(1, state=state, **more))
    case = await hall.case(no)
    assert (case["state"], case["customer"], case["first_handler"]["no"]) == (state, "gu", "C101")
    assert case["events"][0]["move"] == "open"
    assert [one["no"] for one in (await hall.ask("GET", "/api/chat/cases", token=await hall.token("gu")))["items"]] == [
        no
    ]
    assert not await hall.letters()  # what was late is not alerted again
    if state == "open":
        await hall.done("C101", no, "accept")
        await hall.done("C101", no, "stage", stage="notice")
    elif state in ("accepted", "waiting_customer"):
        await hall.done("C101", no, REST[state][0], **REST[state][1])
    if state in REST:
        assert (await hall.case(no))["state"] == "in_progress"
        await hall.done("C101", no, "resolve", text="户名已经改好", facts=FACTS)
    if state in (*REST, "resolved"):
        await hall.say("gu", "已解决")
        assert (await hall.case(no))["state"] == "closed"
    if state == "cancelled":
        assert set((await hall.case(no))["moves"]) == {"note", "reveal"}
        assert (await hall.move("C001", no, "reopen", reason="客户又要办了")).status == AGAINST
        return
    await hall.say("gu", "4")
    assert (await hall.case(no))["rating"]["score"] == 4
    await hall.say("gu", "没解决")
    assert (await hall.case(no))["state"] == "in_progress"
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
    done = await hall.done("C001", no, "cancel", reason="客户不办了")
    assert done["state"] == "cancelled"
