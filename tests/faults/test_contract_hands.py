"""Responsibility moves only as the contract says: consent, silence, refusal, the leader's word; one winner of many."""

from collections.abc import Iterator
from itertools import product

import pytest

from tests import postgres
from tests.faults.served import (
    AGAINST,
    DENIED,
    OK,
    UNFILLED,
    Outside,
    brought,
    serving,
    statuses,
    together,
)

CROWD = 20
HOUR, DAY = 3600, 86400
CREW = [{"no": f"D{n:03}", "name": f"队员{n}", "post": "work", "team": "crew"} for n in range(1, CROWD + 1)]
LEADERS = [{"no": no, "name": name, "post": "duty"} for no, name in (("C001", "贺兰亭"), ("C002", "盛晚秋"))]
CLERKS = [
    {"no": "C101", "name": "陆文清", "post": "work", "team": "counter", "skills": ["owner_transfer"]},
    {"no": "C102", "name": "沈若水", "post": "work", "team": "counter"},
]
ALL_DAY = {"days": "daily", "hours": "00:00-24:00"}
CROWDED = {
    "staff": [*LEADERS, *CLERKS, *CREW],
    "shift": [{"staff": [one["no"] for one in (*LEADERS, *CLERKS, *CREW)], **ALL_DAY}],
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def address(request: pytest.FixtureRequest) -> Iterator[str]:
    url = postgres.fresh_database() if request.param == "postgres" else ""
    with serving(url) as found:
        yield found


async def loaded(hall: Outside, **tables: object) -> str:
    """A fresh drill with one case under way; its number."""
    await hall.load(**{"case": [brought(1)], **tables})
    (no,) = await hall.held()
    return no


@pytest.mark.slow
async def test_leader_rule_asks_customer_and_then_the_leader(hall: Outside) -> None:
    no = await loaded(hall)
    asked = await hall.done("C101", no, "transfer", to="C102", reason="我下周轮岗到乡下")
    assert asked["first_handler"]["no"] == "C101"
    assert asked["transfer"]["to"]["no"] == "C102"
    (question,) = await hall.told("customer:gu", "轮岗", "question")
    assert all(part in question for part in ("陆文清", "C101", "沈若水", "C102", "工作岗", "轮岗"))
    assert (await hall.move("C101", no, "transfer", to="C103", reason="换一位")).status == AGAINST
    await hall.say("gu", "同意")
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
    await hall.say("gu", "同意")  # a second yes is no second alert
    (alert,) = (await hall.staff("C001", "GET", "alerts", params={"open": "1"}))["items"]
    assert alert["why"] == "transfer"
    given = await hall.done("C001", no, "reassign", to="C102", reason="已经交接清楚")
    assert given["first_handler"] == {"no": "C102", "name": "沈若水", "post": "work"}
    assert given["transfer"] is None
    (told,) = await hall.told("customer:gu", "轮岗", "status")
    assert all(part in told for part in ("沈若水", "C102", "工作岗", "陆文清", "轮岗"))
    assert not (await hall.staff("C001", "GET", "alerts", params={"open": "1"}))["items"]
    assert [one["handler"]["no"] for one in (await hall.case(no))["handled"]] == ["C101", "C102"]


@pytest.mark.slow
@pytest.mark.parametrize("word", ["同意", "button"])
async def test_under_consent_the_customers_yes_is_enough(hall: Outside, word: str) -> None:
    no = await loaded(hall, rules={"handover": "consent"})
    await hall.done("C101", no, "transfer", to="c102 ", reason="我下周轮岗到乡下")
    yes = (await hall.talk("gu"))[-1]["buttons"][0]["value"]
    await (hall.say("gu", button=yes) if word == "button" else hall.say("gu", word))
    assert (await hall.case(no))["first_handler"]["no"] == "C102"
    before = await hall.case(no)
    await hall.say("gu", button=yes)  # a stale button changes nothing
    assert (await hall.case(no))["version"] == before["version"]
    assert (await hall.talk("gu"))[-1]["from"] != "customer"


@pytest.mark.slow
@pytest.mark.parametrize("rule", ["leader", "consent"])
async def test_silence_is_no_consent(hall: Outside, rule: str) -> None:
    no = await loaded(hall, rules={"handover": rule, "quiet": "22:00-06:00"})
    await hall.done("C101", no, "transfer", to="C102", reason="我下周轮岗到乡下")
    await hall.forward(47 * HOUR + 3500)
    assert not await hall.told("staff:C001", "请求移交给", "alert")
    await hall.forward(200)
    assert len(await hall.told("staff:C001", "请求移交给", "alert")) == 1
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
    await hall.forward(3 * DAY)
    assert len(await hall.told("staff:C001", "请求移交给", "alert")) == 1
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
    stays = await hall.done("C002", no, "reassign", to="C101", reason="先由原首办人办完")
    assert (stays["first_handler"]["no"], stays["transfer"]) == ("C101", None)
    assert await hall.told("customer:gu", "先由原首办人办完")


@pytest.mark.slow
async def test_the_customers_no_ends_it_and_he_may_be_asked_again(hall: Outside) -> None:
    no = await loaded(hall)
    await hall.done("C101", no, "transfer", to="C102", reason="我下周轮岗到乡下")
    old = (await hall.talk("gu"))[-1]["buttons"][0]["value"]
    await hall.say("gu", "不同意")
    case = await hall.case(no)
    assert (case["transfer"], case["first_handler"]["no"]) == (None, "C101")
    assert len(await hall.told("staff:C101", "不同意")) == 1
    await hall.forward(60)
    await hall.done("C101", no, "transfer", to="C103", reason="换一位服务岗同事接着办")
    await hall.say("gu", button=old)
    assert (await hall.case(no))["transfer"]["consented_at"] is None


@pytest.mark.slow
async def test_who_cannot_take_a_case_is_refused_by_field(hall: Outside) -> None:
    no = await loaded(hall, case=[brought(1, customer="shao")])
    reason = "我下周轮岗到乡下"
    for move, who in (("transfer", "C101"), ("reassign", "C001")):
        for to in ("C109", "C102", "X999", "C101", "C900", "", "C" * 64):
            found = await hall.move(who, no, move, to=to, reason=reason)
            assert (found.status, found["error"], list(found["fields"])) == (UNFILLED, "missing", ["to"]), (to, found)
        for senseless in ("", "  ", "。。。", "？"):
            found = await hall.move(who, no, move, to="C103", reason=senseless)
            assert (found.status, list(found["fields"])) == (UNFILLED, ["reason"]), found
    case = await hall.case(no)
    assert (case["version"], case["transfer"], case["first_handler"]["no"]) == (1, None, "C101")
    assert not [one for one in await hall.letters() if one["to"] == "customer:shao"]


@pytest.mark.slow
async def test_after_the_third_change_only_the_leader_decides(hall: Outside) -> None:
    no = await loaded(hall, rules={"handover": "consent", "transfers_max": 2})
    for old, to in (("C101", "C102"), ("C102", "C103")):
        await hall.done(old, no, "transfer", to=to, reason="我下周轮岗到乡下")
        await hall.say("gu", "同意")
        assert (await hall.case(no))["first_handler"]["no"] == to
    asked = len(await hall.told("customer:gu", "", "question"))
    third = await hall.done("C103", no, "transfer", to="C101", reason="回到原来的同事")
    assert third["transfer"]["decides"] == "leader"
    assert len(await hall.told("customer:gu", "", "question")) == asked
    assert len(await hall.told("staff:C001", "C103", "alert")) == 1
    await hall.say("gu", "同意")
    assert (await hall.case(no))["first_handler"]["no"] == "C103"
    assert (await hall.done("C001", no, "reassign", to="C101", reason="同意"))["first_handler"]["no"] == "C101"


@pytest.mark.slow
async def test_of_two_leaders_one_decides_and_the_other_hears_it(hall: Outside) -> None:
    no = await loaded(hall)
    await hall.done("C101", no, "transfer", to="C102", reason="我下周轮岗到乡下")
    version = (await hall.case(no))["version"]
    found = await together(
        hall.move("C001", no, "reassign", to="C102", reason="同意交接", version=version),
        hall.move("C002", no, "reassign", to="C101", reason="不同意交接", version=version),
    )
    assert statuses(found) == {OK: 1, AGAINST: 1}
    (lost,) = [one for one in found if one.status == AGAINST]
    assert lost["error"] == "changed"
    assert len(await hall.told("customer:gu", "同意交接")) == 1


@pytest.mark.slow
async def test_the_same_request_is_done_once_and_a_stale_one_not_at_all(hall: Outside) -> None:
    no = await loaded(hall)
    body = {"to": "C102", "reason": "交给熟悉的人", "id": "r-1"}
    found = await together(*(hall.move("C001", no, "reassign", **body) for _ in range(5)))
    assert statuses(found) == {OK: 5}
    assert len({one["version"] for one in found}) == 1
    assert len(await hall.told("customer:gu", "交给熟悉的人")) == 1
    stale = await hall.move("C001", no, "priority", priority="urgent", reason="老人独居", version=1)
    assert (stale.status, stale["error"]) == (AGAINST, "changed")
    for wrong in ("1", 1.5, True, [], {}):
        assert (await hall.move("C001", no, "note", text="备注", version=wrong)).status == UNFILLED


@pytest.mark.slow
async def test_what_is_only_tried_tells_whom_it_would_reach_and_does_nothing(hall: Outside) -> None:
    no = await loaded(hall)
    before = await hall.case(no)
    tried = {
        "reassign": ("C001", {"to": "C102", "reason": "交给熟悉的人"}, "交给熟悉的人"),
        "transfer": ("C101", {"to": "C102", "reason": "我下周轮岗"}, "我下周轮岗"),
        "reply": ("C101", {"text": "您好，材料收到了"}, "材料收到了"),
        "help": ("C101", {"to": "C103", "text": "核对材料"}, ""),
        "note": ("C101", {"text": "已核对"}, ""),
        "priority": ("C001", {"priority": "urgent", "reason": "老人独居"}, ""),
        "cancel": ("C101", {"reason": "客户不办了"}, "不办了"),
    }
    for move, (who, body, words) in tried.items():
        found = await hall.move(who, no, move, **body, dry=True)
        assert found.status == OK, found
        assert (found["customers"], found["cases"]) == (int(bool(words)), [no]), (move, found)
        assert words in found["text"]
        assert bool(found["text"]) == bool(words)
    assert await hall.case(no) == before
    assert not await hall.letters()


@pytest.mark.slow
@pytest.mark.parametrize("to", ["crew", "work"])
async def test_of_twenty_who_take_one_task_one_has_it(hall: Outside, to: str) -> None:
    no = await loaded(hall, **CROWDED)
    await hall.done("C101", no, "help", to=to, text="请去现场看表")
    people = [one["no"] for one in CREW]
    for who in people:
        await hall.token(who)
    found = await together(*(hall.move(who, no, "accept") for who in people))
    assert statuses(found) == {OK: 1, AGAINST: CROWD - 1}
    (won,) = [one for one in found if one.status == OK]
    helper = won["tasks"][0]["helper"]
    for lost in found:
        if lost.status == AGAINST:
            assert lost["error"] == "taken"
            assert helper in lost["message"]
    case = await hall.case(no)
    assert [one["no"] for one in case["helpers"]] == [helper]
    assert case["first_handler"]["no"] == "C101"
    assert (await hall.move("C101", no, "help_done", text="好")).status == DENIED
    done = await hall.done(helper, no, "help_done", text="表位看过了，合格")
    assert (done["helpers"], done["tasks"][0]["result"]) == ([], "表位看过了，合格")
    assert len(await hall.told("staff:C101", "表位看过了，合格")) == 1
    assert not [one for one in await hall.letters() if one["to"] == "customer:gu"]


@pytest.mark.slow
async def test_of_twenty_who_answer_at_once_one_speaks(hall: Outside) -> None:
    no = await loaded(hall, **CROWDED)
    people = [one["no"] for one in CREW]
    for who in people:
        await hall.done("C101", no, "help", to=who, text="请一起看看")
        await hall.token(who)
    found = await together(*(hall.move(who, no, "reply", text=f"我是{who}，我来答") for who in people))
    assert statuses(found) == {OK: 1, AGAINST: CROWD - 1}
    assert {one["error"] for one in found if one.status == AGAINST} == {"floor_held"}
    said = [one for one in await hall.talk("gu") if one["from"] == "staff"]
    assert len(said) == 1
    thread = (await hall.staff("C001", "GET", "customers/gu"))["thread"]
    assert (thread["floor"], thread["speaker"]) == ("staff", said[0]["text"][2:6])


@pytest.mark.slow
async def test_whom_help_may_be_asked_of(hall: Outside) -> None:
    no = await loaded(hall, case=[brought(1, customer="shao")])
    for to in ("C102", "C109", "C101", "C900", "X1", "", "duty officer"):
        found = await hall.move("C101", no, "help", to=to, text="请帮忙")
        assert (found.status, list(found["fields"])) == (UNFILLED, ["to"]), (to, found)
    assert (await hall.move("C101", no, "help", to="C103", text=" ")).status == UNFILLED
    for to, text in product(("C103", "service", "crew"), ("请核对材料",)):
        assert (await hall.move("C101", no, "help", to=to, text=text)).status == OK
    assert (await hall.case(no))["first_handler"]["no"] == "C101"
