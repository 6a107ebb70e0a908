"""Bad input from outside: impossible moves, broken bodies, wrong types, huge texts; a typed refusal, never a trace."""

import csv
import io
import re
from itertools import cycle

import pytest

from tests.faults.served import AGAINST, DENIED, GONE, OK, UNFILLED, Outside, brought
from tests.faults.test_contract_roles import BODIES

HAN = re.compile("[\u4e00-\u9fff]")
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:\d\d|Z)")
REFUSED = (400, 404, 409, 413, 422)
JUNK = (None, 7, -1, 1.5, True, [], {}, ["C102"], {"no": "C102"}, "\x00", "\ud800", "甲" * 10_001, "=1+1")
ROWS = ("hall/staff", "hall/leave", "hall/rules", "hall/topic", "hall/phrases", "hall/case", "hall/promise")
CASE = {"no", "topic", "state", "priority", "customer", "first_handler", "helpers", "opened_at", "promise", "promises"}
CASE |= {"stage", "incident", "rating", "events", "version", "slots", "stages", "papers", "closing", "transfer"}
CASE |= {"pauses", "urges", "links", "moves"}


def polite(found: object, *, of: object) -> None:
    """An error code and a Chinese sentence; fields in Chinese too."""
    body = found.body  # type: ignore[attr-defined]  # an Answer
    assert re.fullmatch("[a-z_]+", body["error"]), (of, body)
    assert HAN.search(body["message"]), (of, body)
    assert "Error" not in body["message"]
    for said in body.get("fields", {}).values():
        assert HAN.search(said), (of, body)


@pytest.mark.slow
async def test_no_field_of_no_move_takes_junk(hall: Outside) -> None:
    await hall.load(case=[brought(1)])
    (no,) = await hall.held()
    for move, body in BODIES.items():
        for name in (*body, "id", "version", "dry"):
            for junk in JUNK:
                found = await hall.move("C001", no, move, **{**body, "dry": True, name: junk})
                assert found.status in (OK, DENIED, *REFUSED), (move, name, junk, found)
                if found.status != OK:
                    polite(found, of=(move, name, junk))
    assert (await hall.case(no))["version"] <= len(BODIES) * len(JUNK)


@pytest.mark.slow
@pytest.mark.parametrize("raw", ["{", "[]", "7", '"x"', "null", '{"a":NaN}', "\ufeff{", "[" * 3000, '{"to":' * 3000])
async def test_a_broken_body_is_refused(hall: Outside, raw: str) -> None:
    await hall.load(case=[brought(1)])
    (no,) = await hall.held()
    for path in (f"cases/{no}/note", "people/C101/handover", "people/C101/off", "hall/leave"):
        found = await hall.staff("C001", "POST", path, data=raw.encode("utf-8", "surrogatepass"))
        assert found.status == 400, (path, raw[:9], found)
        polite(found, of=path)


@pytest.mark.slow
async def test_tables_take_no_junk(hall: Outside) -> None:
    await hall.load(case=[brought(1)])
    ways = cycle(("PUT", "POST", "POST", "PUT", "POST"))
    for path in ROWS:
        odd = (*JUNK, [7], [[]], [None], [{"no": 7}], [{"\x00": 1}], [{"staff": {"a": [1]}}], [{}] * 3)
        for junk, method in zip(odd, ways, strict=False):
            body = {"rows": junk, "reason": "试一试", "dry": True}
            found = await hall.staff("C900", method, path, body)
            assert found.status in (OK, *REFUSED), (path, junk, found)
            if found.status != OK:
                polite(found, of=(path, junk))
    assert (await hall.staff("C900", "PUT", "hall/nothing", {"rows": [], "reason": "试"})).status == GONE
    assert (await hall.staff("C101", "PUT", "hall/leave", {"rows": [], "reason": "试"})).status == DENIED
    assert (await hall.staff("C900", "POST", "hall/leave", {"rows": []})).status == UNFILLED


@pytest.mark.slow
async def test_questions_are_answered_or_refused(hall: Outside) -> None:
    await hall.load(case=[brought(1)])
    await hall.say("gu", "您好")
    junk = ("", "0", "-1", "9" * 30, "x", "%00", "\x00", "'; drop", "甲" * 200)
    asked = {
        "cases": ("after", "limit", "state", "order", "mine", "topic", "customer", "handler", "q"),
        "audit": ("after", "limit", "case", "by", "move", "customer", "from", "to"),
        "letters": ("after", "limit", "to", "case", "state"),
        "alerts": ("after", "limit", "open"),
        "people": ("after", "limit"),
        "customers/gu/messages": ("after", "limit"),
        "hall/staff": ("after", "limit"),
    }
    for path, names in asked.items():
        for name in names:
            for value in junk:
                found = await hall.staff("C001", "GET", path, params={name: value})
                assert found.status in (OK, UNFILLED, GONE), (path, name, value, found)
                if found.status != OK:
                    polite(found, of=(path, name, value))
                else:
                    assert {"items", "next", "total"} <= set(found.body)


@pytest.mark.slow
async def test_lists_come_in_slices_and_as_csv(hall: Outside) -> None:
    rows = [brought(n, customer="mo" if n % 2 else "gu", text="=1+1") for n in range(1, 8)]
    await hall.load(case=rows)
    for path, key in (("cases", "no"), ("people", "no"), ("audit", None), ("letters", None), ("hall/staff", "no")):
        after: object = ""
        seen: list[object] = []
        for _ in range(50):
            params = {"limit": "2", **({"after": str(after)} if after else {})}
            found = await hall.staff("C900" if path == "hall/staff" else "C001", "GET", path, params=params)
            assert found.status == OK
            seen += [one[key] if key else str(one) for one in found["items"]]
            after = found["next"]
            if after is None:
                break
        assert len(seen) == len(set(map(str, seen))) == found["total"], path
        answer = await hall.staff("C001", "GET", path, headers={"Accept": "text/csv"})
        assert answer.status == OK
        table = list(csv.reader(io.StringIO(answer.body.removeprefix("\ufeff"))))
        assert not [cell for row in table for cell in row if cell[:1] in tuple("=+-@\t\r")], path


@pytest.mark.slow
async def test_the_case_has_the_shape_of_the_contract(hall: Outside) -> None:
    await hall.load(case=[brought(1, slots={"phone": "13800000001", "name": "顾念慈"})])
    (no,) = await hall.held()
    await hall.done("C101", no, "help", to="C103", text="请核对材料")
    case = await hall.done("C101", no, "reply", text="您好，收到了")
    assert set(case) >= CASE, CASE - set(case)
    assert set(case["first_handler"]) == {"no", "name", "post"}
    assert case["helpers"] == [{"no": "C103", "name": "方一舟", "post": "service"}]
    for event in case["events"]:
        assert {"seq", "at", "lane", "by", "move", "public", "text"} <= set(event)
        assert event["lane"] in ("customer", "frontstage", "backstage", "support")
        assert MOMENT.fullmatch(event["at"])
    assert [event["seq"] for event in case["events"]] == list(range(1, len(case["events"]) + 1))
    assert {"promise_at", "internal_at", "red_line_at", "paused"} <= set(case["promise"])
    assert all({"code", "name", "state"} <= set(one) for one in case["stages"])
    assert all({"name", "state"} <= set(one) for one in case["papers"])
    assert all({"field", "label", "needed"} <= set(one) for one in case["closing"])
    assert (case["rating"], case["transfer"], case["incident"], case["pauses"], case["links"]) == (
        None,
        None,
        None,
        [],
        [],
    )
    assert "13800000001" not in str(case)
    assert "顾念慈" not in str(case["slots"])
    (row,) = (await hall.staff("C101", "GET", "cases", params={"mine": "1"}))["items"]
    assert set(row) >= CASE
    shown = await hall.done("C101", no, "reveal", fields=["phone"], reason="上门前核对")
    assert shown["revealed"] == {"phone": "13800000001"}
    theirs = (await hall.ask("GET", f"/api/chat/cases/{no}", token=await hall.token("gu"))).body
    assert all(event["public"] for event in theirs["events"])
    other = await hall.ask("GET", f"/api/chat/cases/{no}", token=await hall.token("mo"))
    none = await hall.ask("GET", "/api/chat/cases/DL20261130-9999", token=await hall.token("mo"))
    assert (other.status, other.body) == (none.status, none.body) == (GONE, none.body)


@pytest.mark.slow
async def test_impossible_moves_leave_the_case_whole(hall: Outside) -> None:
    await hall.load(case=[brought(1, state="closed"), brought(2, state="cancelled")])
    for no in await hall.held():
        before = await hall.case(no)
        for move, body in BODIES.items():
            if move in before["moves"]:
                continue
            found = await hall.move("C001", no, move, **body)
            assert found.status in (AGAINST, DENIED), (move, found)
            polite(found, of=move)
        assert await hall.case(no) == before
