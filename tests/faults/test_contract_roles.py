"""Who may do what, read off the outside contract's own table and tried over HTTP on a hall that serves."""

import pytest

from tests.faults.served import AGAINST, DENIED, GONE, OK, Outside, brought

BODIES = {
    "accept": {},
    "release": {},
    "reply": {"text": "材料齐了，我来办"},
    "note": {"text": "已电话核对"},
    "stage": {"stage": "notice"},
    "help": {"to": "C301", "text": "请帮忙核对地址"},
    "help_done": {"text": "核对好了"},
    "transfer": {"to": "C102", "reason": "我下周轮岗到乡下"},
    "reassign": {"to": "C102", "reason": "轮岗，交给熟悉的人"},
    "priority": {"priority": "urgent", "reason": "客户老人独居"},
    "close": {"reason": "客户电话里说好了"},
    "callback": {"text": "已经打电话道歉"},
    "resolve": {"text": "户名改好了", "facts": {}},
    "reopen": {"reason": "客户说名字还不对"},
    "cancel": {"reason": "客户不办了"},
    "correct": {"slots": {"address": "柳堤路9号"}, "reason": "客户更正"},
    "reveal": {"fields": ["phone"], "reason": "上门前核对"},
    "pause": {"reason": "等配件到货", "until": "2026-12-05"},
    "resume": {},
}
WORKS = {"reply", "note", "correct", "reveal"}
OWNS = WORKS | {"accept", "release", "stage", "resolve", "reopen", "cancel"}
PAUSES = {"pause", "resume"}
ROLES = {
    "C101": OWNS | PAUSES | {"help", "transfer"},  # first handler, on leave
    "C103": OWNS | PAUSES | {"help"},  # stand-in
    "C202": WORKS | PAUSES | {"stage", "help_done", "accept"},  # helper: accepting is taking his task
    "C001": (OWNS - {"stage"}) | {"reassign", "priority", "close", "callback"},  # duty leader
    "C301": (OWNS - {"stage"}) | {"reassign", "priority", "close", "callback"},  # lent to the duty post
    "C201": set(),  # of another team
    "C900": set(),  # admin, at no post
    "C901": set(),  # finance, at no post
}
SHIFT = [
    {"staff": ["C101", "C102", "C103", "C201", "C202", "C001", "C002"], "days": "daily", "hours": "00:00-24:00"},
    {"staff": ["C301"], "days": "daily", "hours": "00:00-24:00", "post": "duty"},
]
LEAVE = [{"staff": "C101", "from": "2026-12-01", "to": "2026-12-03", "kind": "轮休", "stand_in": "C103"}]
SINCE = {"accepted_at": "2026-11-30T10:40:00+08:00", "slots": {"phone": "13800000001"}}


@pytest.mark.slow
async def test_every_role_may_exactly_what_the_contract_says(hall: Outside) -> None:
    await hall.load(shift=SHIFT, leave=LEAVE, case=[brought(1, **SINCE)])
    (no,) = await hall.held()
    await hall.done("C103", no, "help", to="C202", text="请现场看看表位")
    for who, allowed in ROLES.items():
        for move, body in BODIES.items():
            found = await hall.move(who, no, move, **body, dry=True)
            if move in allowed:
                assert found.status != DENIED, (who, move, found)
            else:
                assert found.status == DENIED, (who, move, found)
                assert found["error"] in ("not_yours", "not_your_post")
                assert found["message"]
    before = await hall.case(no)
    denied = await hall.staff("C001", "GET", "audit", params={"move": "deny", "limit": "200"})
    tried = {(who, move) for who, allowed in ROLES.items() for move in BODIES if move not in allowed}
    about = [(one["by"], one["facts"]) for one in denied["items"]]
    kept = {(by, str(facts.get("move") or facts["what"]).removeprefix("cases.")) for by, facts in about}
    assert kept == tried
    assert before["version"] == (await hall.case(no))["version"] == 2 + 1  # cover, help: nothing of all that was done


@pytest.mark.slow
async def test_what_a_person_is_offered_is_what_he_may_do(hall: Outside) -> None:
    ways = {"open": {}, "accepted": SINCE, "in_progress": SINCE, "waiting_customer": SINCE, "resolved": SINCE}
    ways |= {"closed": SINCE, "cancelled": SINCE}
    rows = [brought(n, state=state, **more) for n, (state, more) in enumerate(ways.items())]
    await hall.load(shift=SHIFT, leave=LEAVE, case=rows)
    for no in await hall.held():
        state = (await hall.case(no))["state"]
        for who in ("C101", "C103", "C001", "C201"):
            offered = set((await hall.case(no, who))["moves"])
            done = {}
            for move, body in BODIES.items():
                done[move] = (await hall.move(who, no, move, **body, dry=True)).status
            possible = {move for move, status in done.items() if status not in (DENIED, AGAINST)}
            assert offered == possible, (who, state, offered ^ possible)


@pytest.mark.slow
async def test_a_case_that_is_not_there_is_not_there_for_anybody(hall: Outside) -> None:
    await hall.load()
    for move, body in BODIES.items():
        found = await hall.move("C001", "DL20261201-9999", move, **body)
        assert found.status == (DENIED if move == "nothing" else GONE), (move, found)
        assert found["error"] == "no_such_case"
    assert (await hall.move("C001", "DL20261201-9999", "bless")).status == GONE
    assert (await hall.staff("C001", "GET", "cases")).status == OK
