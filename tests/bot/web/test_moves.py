import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.web.kit import Door, door

CLOSING = {
    "cause": "空开跳闸",
    "measures": "更换",
    "began_at": "09:40",
    "arrived_at": "10:20",
    "restored_at": "10:40",
    "contact": "10:45 已电话告知",
}


async def _handler(out: Door, no: str, headers: dict[str, str]) -> dict[str, str]:
    shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
    return await out.staff(shown["first_handler"]["no"])


async def test_a_case_from_acceptance_to_close(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who = await _handler(out, no, headers)

        async def move(name: str, status: int = 200, **body: Any) -> Any:
            return await out.json("POST", f"/api/staff/cases/{no}/{name}", status, json=body, headers=who)

        shown = await out.json("GET", f"/api/staff/cases/{no}", headers=who)
        assert "accept" in shown["moves"]
        assert "resolve" not in shown["moves"]
        assert (await move("accept"))["state"] == "accepted"
        await move("note", text="钥匙在门卫")
        await move("reply", text="师傅已经出发")
        assert (await move("stage", stage="arrive"))["state"] == "in_progress"
        refused = await move("resolve", 422, text="来电了", facts={})
        assert {"cause", "measures"} <= set(refused["fields"])
        assert "停电原因" in refused["fields"]["cause"]
        assert (await move("resolve", text="来电了", facts=CLOSING))["state"] == "resolved"
        mine = json.dumps(await out.json("GET", f"/api/chat/cases/{no}", headers=headers), ensure_ascii=False)
        assert CLOSING["cause"] not in mine
        again = await move("accept", 409)
        assert again["error"] == "illegal_move"
        talk = json.dumps(await out.talk(headers), ensure_ascii=False)
        assert "师傅已经出发" in talk
        assert "钥匙" not in talk


async def test_a_stranger_is_refused_and_it_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        stranger = next(one for one in ("A201", "A202", "A101") if one != shown["first_handler"]["no"])
        found = await out.json("POST", f"/api/staff/cases/{no}/accept", 403, headers=await out.staff(stranger))
        assert found["error"] == "not_yours"
        assert shown["first_handler"]["name"] in found["message"]
        kept = await out.hall.ledger.read(lambda lists: lists.events(""))
        assert (stranger, no) in [(event.by, event.facts["case"]) for event in kept if event.move == "deny"]


async def test_dry_version_and_id(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who = await _handler(out, no, headers)
        path = f"/api/staff/cases/{no}/accept"
        version = (await out.json("GET", f"/api/staff/cases/{no}", headers=who))["version"]
        tried = await out.json("POST", path, json={"dry": True}, headers=who)
        assert (tried["customers"], tried["cases"]) == (1, [no])
        assert no in tried["text"]
        assert (await out.json("GET", f"/api/staff/cases/{no}", headers=who))["version"] == version
        stale = await out.json("POST", path, 409, json={"version": version + 7}, headers=who)
        assert stale["error"] == "changed"
        await out.json("POST", path, 422, json={"version": "x"}, headers=who)
        for _ in range(3):
            done = await out.json("POST", path, json={"version": version, "id": "once"}, headers=who)
            assert done["state"] == "accepted"


@pytest.mark.parametrize("move", ["reply", "note", "cancel"])
@pytest.mark.parametrize("words", [{}, {"text": "", "reason": ""}, {"text": " … ", "reason": "——。"}])
async def test_empty_of_sense_is_422(tmp_path: Path, move: str, words: dict[str, str]) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        path = f"/api/staff/cases/{no}/{move}"
        found = await out.json("POST", path, 422, json=words, headers=await _handler(out, no, headers))
        assert found["fields"]


async def test_unknown_cases_and_moves(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        who = await out.staff("A001")
        found = await out.json("POST", "/api/staff/cases/DL20000101-0001/accept", 404, headers=who)
        assert found["error"] == "no_such_case"
        await out.json("POST", "/api/staff/cases/DL20000101-0001/explode", 404, headers=who)


async def test_help_is_a_task_and_responsibility_stays(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who = await _handler(out, no, headers)
        path = f"/api/staff/cases/{no}"
        before = await out.json("POST", f"{path}/accept", headers=who)
        wrong = await out.json("POST", f"{path}/help", 422, json={"to": "Z9", "text": "看看表"}, headers=who)
        assert set(wrong["fields"]) == {"to"}
        asked = await out.json("POST", f"{path}/help", json={"to": "A203", "text": "看看表"}, headers=who)
        (task,) = asked["tasks"]
        assert (task["n"], task["to"], task["text"], task["helper"], task["taken_at"]) == (
            1,
            "A203",
            "看看表",
            "A203",
            None,
        )
        assert asked["first_handler"] == before["first_handler"]
        helper = await out.staff("A203")
        assert "accept" in (await out.json("GET", path, headers=helper))["moves"]
        await out.json("POST", f"{path}/accept", headers=helper)
        done = await out.json("POST", f"{path}/help_done", json={"text": "表没坏"}, headers=helper)
        assert (done["tasks"][0]["result"], done["helpers"]) == ("表没坏", [])
        assert done["first_handler"] == before["first_handler"]
        mine = json.dumps(await out.json("GET", f"/api/chat/cases/{no}", headers=headers), ensure_ascii=False)
        assert "看看表" not in mine
        assert "表没坏" not in mine


async def test_a_transfer_waits_for_the_customer_then_for_the_leader(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who, leader = await _handler(out, no, headers), await out.staff("A001")
        path = f"/api/staff/cases/{no}"
        old = (await out.json("POST", f"{path}/accept", headers=who))["first_handler"]
        body = {"to": "A302", "reason": "我去抢修别处"}
        tried = await out.json("POST", f"{path}/transfer", json={**body, "dry": True}, headers=who)
        assert (tried["customers"], tried["warnings"]) == (1, [])
        assert "我去抢修别处" in tried["text"]
        asked = await out.json("POST", f"{path}/transfer", json=body, headers=who)
        assert asked["first_handler"] == old
        assert (asked["transfer"]["to"]["no"], asked["transfer"]["decides"]) == ("A302", "customer")
        again = await out.json("POST", f"{path}/transfer", 409, json={**body, "to": "A303"}, headers=who)
        assert again["error"] == "transfer_waits"
        assert asked["transfer"]["to"]["name"] in again["message"]
        await out.say(headers, "同意")
        mine = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert (mine["transfer"]["decides"], mine["first_handler"]) == ("leader", old)
        assert "值班领导" in mine["transfer"]["text"]
        done = await out.json("POST", f"{path}/reassign", json={"to": "A302", "reason": "同意"}, headers=leader)
        assert (done["first_handler"]["no"], done["transfer"]) == ("A302", None)
        assert [one["handler"]["no"] for one in done["handled"]] == [old["no"], "A302"]
        await out.json("POST", f"{path}/reassign", 403, json={"to": old["no"], "reason": "还我"}, headers=who)


async def test_what_only_the_duty_leader_decides(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who, leader = await _handler(out, no, headers), await out.staff("A001")
        path = f"/api/staff/cases/{no}"
        body = {"priority": "emergency", "reason": "家里有呼吸机"}
        await out.json("POST", f"{path}/priority", 403, json=body, headers=who)
        assert (await out.json("POST", f"{path}/priority", json=body, headers=leader))["priority"] == "emergency"
        wrong = await out.json("POST", f"{path}/priority", 422, json={**body, "priority": "hot"}, headers=leader)
        assert set(wrong["fields"]) == {"priority"}
        await out.json("POST", f"{path}/callback", 403, json={"text": "打过了"}, headers=who)
        called = await out.json("POST", f"{path}/callback", json={"text": "打过了，客户满意"}, headers=leader)
        assert (called["callback"]["by"], called["callback"]["text"]) == ("A001", "打过了，客户满意")
        mine = json.dumps(await out.json("GET", f"/api/chat/cases/{no}", headers=headers), ensure_ascii=False)
        assert "呼吸机" not in mine
        assert "客户满意" not in mine


async def test_facts_are_corrected_and_looked_at_for_a_reason(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who = await _handler(out, no, headers)
        path = f"/api/staff/cases/{no}"
        body = {"slots": {"phone": "13900000002"}, "reason": "客户换号了"}
        assert (await out.json("POST", f"{path}/correct", json=body, headers=who))["slots"]["phone"] == "*******0002"
        refused = {"slots": {"rating": "5"}, "reason": "替客户打"}
        await out.json("POST", f"{path}/correct", 403, json=refused, headers=who)
        look = {"fields": ["phone"], "reason": "要打电话", "id": "look-1"}
        await out.json("POST", f"{path}/reveal", 422, json={**look, "reason": " "}, headers=who)
        await out.json("POST", f"{path}/reveal", 422, json={**look, "fields": ["nothing"]}, headers=who)
        await out.json("POST", f"{path}/reveal", 422, json={**look, "fields": [1]}, headers=who)
        shown = await out.json("POST", f"{path}/reveal", json=look, headers=who)
        assert shown["revealed"] == {"phone": "13900000002"}
        assert shown["slots"]["phone"] == "*******0002"
        kept = next(one for one in shown["events"] if one["move"] == "reveal")
        assert (kept["public"], kept["text"], kept["facts"]) == (False, "要打电话", {"fields": "phone"})
        other = await out.json("POST", f"{path}/reveal", json={**look, "fields": ["phone", "address"]}, headers=who)
        assert other["revealed"] == {"phone": "13900000002"}  # the same id is the same look: nothing unlogged is shown
        await out.json("POST", f"{path}/reveal", 403, json=look, headers=await out.staff("A203"))


async def test_a_dry_reply_warns_of_asking_again(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        who = await _handler(out, no, headers)
        path = f"/api/staff/cases/{no}"
        tried = await out.json("POST", f"{path}/reply", json={"text": "请问您的地址是？", "dry": True}, headers=who)
        assert "地址" in "".join(tried["warnings"])
        assert "芦苇路8号" not in "".join(tried["warnings"])  # the case shows it
        tried = await out.json("POST", f"{path}/reply", json={"text": "请问您的电话是多少？", "dry": True}, headers=who)
        assert tried["warnings"]
        assert "13800000001" not in str(tried)  # what is looked at bare is looked at by `reveal`
        assert (await out.json("GET", path, headers=who))["asked_again"] == 0
        assert (await out.json("POST", f"{path}/reply", json={"text": "请问您的地址是？"}, headers=who))[
            "asked_again"
        ] == 1
        blank = await out.json("POST", f"{path}/reply", 422, json={"text": "师傅{几点}到"}, headers=who)
        assert "{几点}" in blank["fields"]["text"]
