"""What the end of a case leaves behind: a free floor; what a case brought along has behind it: its own ledger."""

import pytest

from tests.faults.served import Outside, brought
from tests.faults.test_contract_closing import FACTS, SINCE


@pytest.mark.slow
async def test_what_happened_before_a_case_was_brought_along_stands_in_its_ledger(hall: Outside) -> None:
    history = [
        {"at": "2026-11-30T10:25:00+08:00", "by": "C102", "move": "accept", "text": "接单", "public": True},
        {"at": "2026-11-30T11:00:00+08:00", "by": "C102", "move": "note", "text": "客户在电话里很急"},
        {
            "at": "2026-11-30T15:00:00+08:00",
            "by": "C001",
            "move": "reassign",
            "to": "C101",
            "text": "换人接着办",
            "public": True,
        },
    ]
    await hall.load(case=[brought(1, history=history, text="想把户头过到自己名下", **SINCE)])
    (no,) = await hall.held()
    case = await hall.case(no)
    assert [(one["move"], one["by"], one["text"]) for one in case["events"][1:]] == [
        (one["move"], one["by"], one["text"]) for one in history
    ]
    assert [one["public"] for one in case["events"]] == [True, True, False, True]
    assert [one["handler"]["no"] for one in case["handled"]] == ["C102", "C101"]
    theirs = await hall.ask("GET", f"/api/chat/cases/{no}", token=await hall.token("gu"))
    assert "很急" not in str(theirs.body)
    assert [one["move"] for one in theirs["events"]] == ["open", "accept", "reassign"]


@pytest.mark.slow
async def test_the_floor_goes_back_when_a_case_that_was_spoken_about_ends(hall: Outside) -> None:
    await hall.load(case=[brought(1, **SINCE)])
    (no,) = await hall.held()
    await hall.done("C101", no, "resolve", text="户名已经改好", facts=FACTS)
    await hall.done("C101", no, "reply", text="您好，请您核对一下户名")
    await hall.say("gu", "已解决")
    assert (await hall.case(no))["state"] == "closed"
    assert (await hall.staff("C001", "GET", "customers/gu"))["thread"]["floor"] == "guide"
    await hall.say("gu", "你们几点开门")
    assert (await hall.talk("gu"))[-1]["from"] == "guide"
