"""Letters, the open ledger of events, and somebody who leaves, over HTTP."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from bot.hall import access, counter
from tests.bot.web.kit import Door, door

WORKER, LEADER, FINANCE, ADMIN = "A201", "A001", "A901", "A902"


async def get(out: Door, no: str, path: str, status: int = 200) -> Any:
    return await out.json("GET", f"/api/staff/{path}", status, headers=await out.staff(no))


async def denied(out: Door) -> list[tuple[str, str]]:
    found = await out.hall.ledger.read(lambda lists: lists.events(""))
    return [(one.by, one.facts["what"]) for one in found if one.move == "deny"]


async def test_letters_are_one_s_own_and_everybody_s_for_who_keeps_watch(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        own = await get(out, handler, "letters")
        assert own["items"]
        assert {one["to"] for one in own["items"]} == {f"staff:{handler}"}
        assert (await get(out, handler, "letters?to=me"))["items"] == own["items"]
        for to in (f"customer:{key}", "staff:A001"):
            await get(out, handler, f"letters?to={to}", 403)
        assert (handler, "letters.all") in await denied(out)
        for no_ in (LEADER, ADMIN):
            everything = await get(out, no_, f"letters?case={no}")
            assert {f"customer:{key}", f"staff:{handler}"} <= {one["to"] for one in everything["items"]}
        to_customer = await get(out, LEADER, f"letters?to=customer:{key}&state=sent&limit=1")
        assert to_customer["items"][0]["to"] == f"customer:{key}"
        rest = await get(out, LEADER, f"letters?to=customer:{key}&after={to_customer['next']}")
        assert to_customer["items"][0]["seq"] not in [one["seq"] for one in rest["items"]]
        assert (await get(out, LEADER, "letters?state=dead"))["total"] == 0
        await get(out, LEADER, "letters?state=lost", 422)
        assert (await get(out, FINANCE, "letters"))["items"] == []


async def test_the_ledger_is_open_to_leaders_and_to_the_right_of_audit(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        leader = out.hall.edition().data.books.person(LEADER)
        await counter.note(out.hall, leader, no, "已问过客户")
        for reader in (LEADER, ADMIN):
            found = await get(out, reader, f"audit?case={no}")
            assert found["items"][0]["move"] == "open"
            assert {one["case"] for one in found["items"]} == {no}
        await get(out, WORKER, "audit", 403)
        notes = await get(out, LEADER, f"audit?move=note&by={LEADER}&customer={key}")
        assert [one["text"] for one in notes["items"]] == ["已问过客户"]
        assert (await get(out, LEADER, "audit?from=2026-11-23&to=2026-11-23"))["total"] > 0
        assert (await get(out, LEADER, "audit?to=2026-11-22"))["total"] == 0
        assert (await get(out, LEADER, "audit?from=2026-11-23T10:00:01%2B08:00"))["total"] == 0
        first = await get(out, LEADER, "audit?limit=1")
        second = await get(out, LEADER, f"audit?limit=1&after={first['next']}")
        assert first["items"][0]["row"] < second["items"][0]["row"]
        for wrong in ("from=yesterday", "to=2026-13-01", "after=x"):
            await get(out, LEADER, f"audit?{wrong}", 422)
        assert headers


async def test_the_ledger_as_csv_runs_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, _ = await out.opened()
        leader = out.hall.edition().data.books.person(LEADER)
        await counter.note(out.hall, leader, no, '=HYPERLINK("x")')
        for path in ("audit", "letters"):
            async with out.web.get(
                f"/api/staff/{path}", headers={**await out.staff(LEADER), "Accept": "text/csv"}
            ) as answer:
                rows = list(csv.reader(io.StringIO((await answer.text()).removeprefix("\ufeff"))))
                assert len(rows) > 1
                assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_who_leaves_holds_nothing_and_every_way_in_is_dead_at_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        path, who = f"people/{handler}/off", await out.staff(LEADER)

        async def off(status: int = 200, **body: Any) -> Any:
            return await out.json("POST", f"/api/staff/{path}", status, json={"reason": "离职", **body}, headers=who)

        held = await off(409)
        assert (held["error"], held["cases"]) == ("holds_cases", [no])
        assert (await off(409, dry=True))["cases"] == [no]
        leader = out.hall.edition().data.books.person(LEADER)
        await counter.cancel(out.hall, leader, no, "客户说不用了")
        token = await out.staff(handler)
        await out.json("GET", "/api/staff/me", headers=token)
        link = await access.one_time_link(out.hall, handler)
        assert (await off(422, reason=" 。"))["fields"]["reason"]
        assert (await off(dry=True))["customers"] == 0
        await out.json("GET", "/api/staff/me", headers=token)
        done = await off()
        assert (done["no"], done["on"]) == (handler, False)
        await out.json("GET", "/api/staff/me", 401, headers=token)
        await out.json("POST", "/api/staff/login", 401, json={"link": link})
        assert (await off())["on"] is False  # once more changes nothing
        versions = await out.json("GET", "/api/staff/hall/staff/versions", headers=who)
        assert [one["reason"] for one in versions["items"]] == ["离职"]
        kept = (await get(out, LEADER, "audit?move=off"))["items"]
        assert [(one["by"], one["facts"]["staff"]) for one in kept] == [(LEADER, handler)]
        await out.json("POST", "/api/staff/people/Z999/off", 404, json={"reason": "离职"}, headers=who)
        await out.json(
            "POST", f"/api/staff/people/{LEADER}/off", 403, json={"reason": "离职"}, headers=await out.staff(WORKER)
        )


async def test_switched_on_again_old_ways_in_stay_dead(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        token, admin = await out.staff("A202"), await out.staff(ADMIN)
        await out.json("POST", "/api/staff/people/A202/off", json={"reason": "长假"}, headers=admin)
        body = {"rows": [{"no": "A202", "state": "on"}], "reason": "回来了"}
        await out.json("POST", "/api/staff/hall/staff", json=body, headers=admin)
        await out.json("GET", "/api/staff/me", 401, headers=token)
        await out.json("GET", "/api/staff/me", headers=await out.staff("A202"))


async def test_a_personal_token_needs_no_page_word_and_dies_with_the_password(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        who = await out.staff(LEADER)
        secret = who["Authorization"].removeprefix("Bearer ")
        body = {"rows": [{"staff": WORKER, "from": "2026-12-09", "to": "2026-12-09", "kind": "病假"}], "reason": "病了"}
        await out.json("POST", "/api/staff/hall/leave", json=body, headers=who)
        for path in ("people", "audit", "letters", "hall/staff", "hall/leave/versions", "me", "cases"):
            async with out.web.get(f"/api/staff/{path}", headers=who) as answer:
                assert secret not in await answer.text()
        await access.set_password(out.hall, LEADER, "新的密码要长一点")
        await out.json("GET", "/api/staff/me", 401, headers=who)


@pytest.mark.parametrize("order", ["urgency", "opened", ""])
async def test_the_order_of_cases_is_one_of_two(tmp_path: Path, order: str) -> None:
    async with door(tmp_path) as out:
        await get(out, LEADER, f"cases?order={order}")
        assert (await get(out, LEADER, "cases?order=luck", 422))["fields"]["order"]


async def test_every_parameter_of_the_list_of_cases_narrows_it(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        other, _, _ = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        for query, found in (
            (f"handler={handler}&customer={key}", [no]),
            ("handler=nobody", []),
            (f"q={no}", [no]),
            (f"q={no[:10]}&order=opened", [other, no]),
            (f"customer={key}&state=live", [no]),
            ("state=closed", []),
            ("topic=hazard", []),
        ):
            listed = await get(out, LEADER, f"cases?{query}")
            assert [one["no"] for one in listed["items"]] == found, query
            assert listed["total"] == len(found)


async def test_all_cases_of_a_person_are_handed_over_then_he_can_go(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        leader = await out.staff(LEADER)
        path = f"/api/staff/people/{handler}"
        held = await out.json("POST", f"{path}/off", 409, json={"reason": "离职"}, headers=leader)
        assert (held["error"], held["cases"]) == ("holds_cases", [no])
        body = {"to": "A302", "reason": "离职交接", "id": "leave-1"}
        await out.json("POST", f"{path}/handover", 403, json=body, headers=await out.staff(WORKER))
        wrong = await out.json("POST", f"{path}/handover", 422, json={**body, "to": "nobody"}, headers=leader)
        assert set(wrong["fields"]) == {"to"}
        tried = await out.json("POST", f"{path}/handover", json={**body, "id": "", "dry": True}, headers=leader)
        assert (tried["customers"], tried["cases"]) == (1, [no])
        for _ in range(2):
            done = await out.json("POST", f"{path}/handover", json=body, headers=leader)
            assert done["cases"] == [no]
        mine = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert mine["first_handler"]["no"] == "A302"
        assert sum(event["move"] == "reassign" for event in mine["events"]) == 1
        token = await out.staff(handler)
        assert (await out.json("POST", f"{path}/off", json={"reason": "离职"}, headers=leader))["on"] is False
        await out.json("GET", "/api/staff/me", 401, headers=token)
        await out.json("POST", "/api/staff/people/Z9/handover", 404, json=body | {"id": "z"}, headers=leader)


async def test_somebody_who_only_holds_what_the_leader_must_not_know_cannot_be_switched_off(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, complaint, _, headers = await out.complained("我要投诉 A001，他骂人")
        owner = (await out.json("GET", f"/api/chat/cases/{complaint}", headers=headers))["first_handler"]["no"]
        assert owner != LEADER
        leader, admin = await out.staff(LEADER), await out.staff(ADMIN)
        held = await out.json("POST", f"/api/staff/people/{owner}/off", 409, json={"reason": "x离职"}, headers=leader)
        assert (held["error"], held["cases"]) == ("holds_cases", [])
        assert complaint not in held["message"]
        assert "另一位" in held["message"]
        known = await out.json("POST", f"/api/staff/people/{owner}/off", 409, json={"reason": "离职"}, headers=admin)
        assert known["cases"] == [complaint]
        rows = {"rows": [{"no": owner, "state": "off"}], "reason": "离职"}
        table = await out.json("POST", "/api/staff/hall/staff", 409, json=rows, headers=admin)
        assert table["cases"] == [complaint]
        assert no != complaint


async def test_canned_replies_are_filled_from_the_case(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        bare = await get(out, handler, "replies?limit=200")
        assert any("{no}" in one["text"] for one in bare["items"])
        filled = await get(out, handler, f"replies?case={no}&limit=200")
        assert any(no in one["text"] for one in filled["items"])
        assert not [one for one in filled["items"] if "{no}" in one["text"] or "{handler}" in one["text"]]
        assert not [one for one in filled["items"] if one["topics"] and "outage_repair" not in one["topics"]]
        page = await get(out, handler, f"replies?case={no}&limit=1")
        assert page["next"] == page["items"][0]["code"]
        await get(out, handler, "replies?case=DL20000101-0001", 404)
        blank = next(one for one in filled["items"] if "{" in one["text"])
        path = f"/api/staff/cases/{no}/reply"
        refused = await out.json("POST", path, 422, json={"text": blank["text"]}, headers=await out.staff(handler))
        assert "空" in refused["fields"]["text"]


TICKET = (
    "【工单号】9512026112300018【客户姓名】林晚照【联系电话】13800000002【用电地址】青石镇竹溪路18号"
    "【业务类型】停电报修【受理内容】家中无电"
)


async def test_pasted_tickets_become_cases_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        who = await out.staff(WORKER)
        path = "/api/staff/tickets"
        tried = await out.json("POST", path, json={"text": TICKET, "dry": True}, headers=who)
        assert tried["customers"] == 1
        assert (await get(out, LEADER, "cases"))["total"] == 0
        found = await out.json("POST", path, json={"text": TICKET, "id": "p1"}, headers=who)
        (one,) = found["items"]
        assert one["no"].startswith("DL")
        assert one["why"] == ""
        assert (await out.json("POST", path, json={"text": TICKET, "id": "p1"}, headers=who)) == found
        again = (await out.json("POST", path, json={"text": TICKET, "id": "p2"}, headers=who))["items"]
        assert again[0]["no"] is None
        assert one["no"] in again[0]["why"]
        assert (await get(out, LEADER, "cases"))["total"] == 1
        await out.json("POST", path, 422, json={"text": "今天天气不错"}, headers=who)
        await out.json("POST", path, 403, json={"text": TICKET}, headers=await out.staff(FINANCE))
