import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.web.kit import Door, door

CLOSING = {"cause": "空开跳闸", "measures": "更换", "restored_at": "10:40", "contact": "10:45 已电话告知"}


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
