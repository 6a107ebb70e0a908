import re
from pathlib import Path

import pytest
from aiohttp import web

from bot.desk.errors import (
    Changed,
    FloorHeld,
    IllegalMove,
    Missing,
    NobodyToName,
    NoSuchCase,
    NotYours,
    Taken,
    TransferWaits,
)
from bot.hall.drill import BadDrill
from bot.hall.holding import HoldsCases
from bot.hall.pages import LedgerBusy
from bot.web import paper
from bot.web.answers import Refused, refusal, refused_json
from tests.kit import MONDAY, edition, hall_at

NO = "DL20261123-0001"


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotYours(NO, "A101", "accept", "A201"), 403, "not_yours"),
        (NotYours(NO, "A101", "accept", ""), 403, "not_yours"),
        (IllegalMove(NO, "closed", "accept"), 409, "illegal_move"),
        (Changed(NO, 3), 409, "changed"),
        (NoSuchCase(NO), 404, "no_such_case"),
        (NobodyToName("hazard"), 409, "nobody_to_name"),
        (FloorHeld(NO, "A101"), 409, "floor_held"),
        (Taken(NO, "A302", MONDAY), 409, "taken"),
        (Taken(NO, "A302"), 409, "taken"),
        (TransferWaits(NO, "A302"), 409, "transfer_waits"),
        (HoldsCases("A201", (NO,)), 409, "holds_cases"),
        (HoldsCases("A201", ()), 409, "holds_cases"),
        (LedgerBusy(), 503, "busy"),
        (Refused(429, "too_many"), 429, "too_many"),
        (web.HTTPRequestEntityTooLarge(1, 2), 413, "too_large"),
        (web.HTTPNotFound(), 404, "not_found"),
        (web.HTTPMethodNotAllowed("PUT", ["GET"]), 405, "method_not_allowed"),
        (web.HTTPGone(), 410, "bad_request"),
        (RuntimeError("13800000001"), 500, "broken"),
    ],
)
async def test_every_error_has_a_status_a_code_and_a_sentence(
    tmp_path: Path, error: Exception, status: int, code: str
) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        refused = refusal(hall, error)
        body = refused_json(hall, refused)
        assert (refused.status, body["error"]) == (status, code)
        assert re.search(r"[\u4e00-\u9fff]", body["message"])
        assert "13800000001" not in str(body)


async def test_fields_are_said_in_chinese_and_the_state_by_name(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        missing = Missing({"cause": "missing.closing:停电原因", "text": "missing.text"})
        body = refused_json(hall, refusal(hall, missing))
        assert body["fields"] == {"cause": "请填写“停电原因”。", "text": "请写明内容。"}
        body = refused_json(hall, refusal(hall, IllegalMove(NO, "closed", "accept")))
        assert "已办结" in body["message"]
        assert refused_json(hall, refusal(hall, BadDrill("不行。")))["message"] == "不行。"


async def test_who_stands_in_the_way_is_named(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        people = hall.edition().data.books.roster.staff
        for error, named in (
            (FloorHeld(NO, "A101"), "A101"),
            (Taken(NO, "A302", MONDAY), "A302"),
            (TransferWaits(NO, "A303"), "A303"),
        ):
            assert people[named].name in refused_json(hall, refusal(hall, error))["message"]
        held = refused_json(hall, refusal(hall, HoldsCases("A201", (NO,))))
        assert (held["cases"], "1 张" in held["message"]) == ([NO], True)
        unnamed = refused_json(hall, refusal(hall, HoldsCases("A201", ())))
        assert unnamed["cases"] == []
        assert "0 张" not in unnamed["message"]


def test_every_phrase_the_door_needs_is_in_the_handbook() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in paper.HERE.glob("*.py"))
    needed = {f"error.{found}" for found in re.findall(r'Refused\(\s*\d+,\s*"(\w+)"', code)}
    needed |= set(re.findall(r'"((?:missing|error)\.(?!html)\w+)"', code))
    phrases = edition().data.handbook.phrases
    assert needed - set(phrases) == set()
