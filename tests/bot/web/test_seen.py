"""A case that is hidden from somebody of the hall leaves no trace on any route; one told in confidence tells nobody."""

from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import Secrecy
from bot.hall import counter
from bot.web import server
from tests.bot.web.kit import COMPLAINT, Door, door

LEADER, OTHER_LEADER = "A001", "A002"
WORDS = ("骂人", "态度恶劣", "投诉 DL")
REPORT = ("我要匿名举报", "青石镇竹溪路20号饭店绕过电表偷电", "不用了")
NOWHERE = "DL20000101-0001"


def _paths(values: dict[str, str]) -> list[str]:
    """Every page and list of the staff's, filled in."""
    return [
        path.format(**values)
        for method, path, operation in server.routes_table()
        if method == "GET" and operation not in ("public", "customer", "drill") and not path.endswith("/stream")
    ]


async def _read(out: Door, path: str, headers: dict[str, str]) -> str:
    async with out.web.get(path, headers=headers, allow_redirects=False) as answer:
        assert answer.status < 500, (path, await answer.text())
        return await answer.text()


async def test_who_answers_for_another_case_learns_nothing_of_the_complaint(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, complaint, key, headers = await out.complained()
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        handler = shown["first_handler"]["no"]
        who = await out.staff(handler)
        leader = out.hall.edition().data.books.person(
            (await out.json("GET", f"/api/chat/cases/{complaint}", headers=headers))["first_handler"]["no"]
        )
        assert leader.no != handler
        await counter.reply(out.hall, leader, complaint, "投诉 DL 我来处理")
        told = await _read(out, f"/api/staff/cases/{complaint}", await out.staff(leader.no))
        assert complaint in told
        assert COMPLAINT in told
        for about in (no, complaint):
            values = {"no": about, "customer": key, "key": "0" * 64, "id": "1", "table": "leave"}
            for path in _paths(values):
                for query in ("", "?state=live", f"?customer={key}", f"?case={complaint}", f"?q={complaint}"):
                    text = await _read(out, path + query, who)
                    assert not [one for one in WORDS if one in text], (path, query)
                    same = await _read(out, (path + query).replace(complaint, NOWHERE), who)
                    assert text.count(complaint) == same.count(NOWHERE), (path, query)  # no more than was asked for


async def test_a_hidden_case_answers_as_no_case_and_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, complaint, _, headers = await out.complained()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        who = await out.staff(handler)
        for path in ("", "/messages", f"/files/{'0' * 64}"):
            hidden = await out.json("GET", f"/api/staff/cases/{complaint}{path}", 404, headers=who)
            none = await out.json("GET", f"/api/staff/cases/{NOWHERE}{path}", 404, headers=who)
            assert hidden == none
        hidden = await out.json("GET", f"/api/staff/replies?case={complaint}", 404, headers=who)
        assert hidden["error"] == "no_such_case"
        for move in ("note", "reply", "help"):
            body = {"text": "好", "to": "A201"}
            hidden = await out.json("POST", f"/api/staff/cases/{complaint}/{move}", 404, json=body, headers=who)
            assert hidden == await out.json("POST", f"/api/staff/cases/{NOWHERE}/{move}", 404, json=body, headers=who)
        kept = await out.hall.ledger.read(lambda lists: lists.events(""))
        denied = [event.facts for event in kept if event.move == "deny" and event.by == handler]
        tried = {value for facts in denied for value in facts.values()}
        assert tried == {"cases.show", "cases.messages", "replies.list", "note", "reply", "help", complaint}


async def test_lists_of_who_sees_it_have_it(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, complaint, key, headers = await out.complained()
        owner = (await out.json("GET", f"/api/chat/cases/{complaint}", headers=headers))["first_handler"]["no"]
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        leader = next(one for one in (LEADER, OTHER_LEADER) if one != handler)
        for reader in {owner, leader}:
            who = await out.staff(reader)
            listed = await out.json("GET", f"/api/staff/cases?customer={key}", headers=who)
            assert {one["no"] for one in listed["items"]} == {no, complaint}
            assert listed["total"] == 2
            shown = await out.json("GET", f"/api/staff/customers/{key}", headers=who)
            assert {one["no"] for one in shown["cases"]} == {no, complaint}
        seen = await out.json("GET", f"/api/staff/cases/{complaint}", headers=await out.staff(leader))
        assert handler in [one["no"] for one in seen["hidden"]]
        less = await out.json("GET", f"/api/staff/cases?customer={key}", headers=await out.staff(handler))
        assert ([one["no"] for one in less["items"]], less["total"]) == ([no], 1)


async def _anonymous(out: Door) -> tuple[str, str, dict[str, str]]:
    """An ordinary case and an anonymous one of the same customer: number of the second, key, headers."""
    _, key, headers = await out.opened()
    for text in REPORT:
        await out.say(headers, text)
    cases = (await out.json("GET", "/api/chat/cases", headers=headers))["items"]
    found: dict[str, Any] = next(one for one in cases if one["topic"] == "theft_report")
    assert found["secrecy"] == Secrecy.ANONYMOUS
    return found["no"], key, headers


@pytest.mark.parametrize("reader", ["handler", LEADER])
async def test_nobody_learns_who_reported_anonymously(tmp_path: Path, reader: str) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await _anonymous(out)
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        who = await out.staff(handler if reader == "handler" else reader)
        for path in (f"/api/staff/cases/{no}", f"/api/staff/cases/{no}/messages"):
            text = await _read(out, path, who)
            assert "偷电" in text
            assert key not in text
            assert "13800000001" not in text
            assert "芦苇路8号" not in text  # said of another matter of his
        shown = await out.json("GET", f"/api/staff/customers/{key}", headers=who)
        assert no not in [one["no"] for one in shown["cases"]]
        talk = await _read(out, f"/api/staff/customers/{key}/messages", who)
        assert "偷电" not in talk
        listed = await out.json("GET", f"/api/staff/cases?customer={key}", headers=who)
        assert no not in [one["no"] for one in listed["items"]]
        letters = await _read(out, f"/api/staff/letters?case={no}&to=customer:{key}", who)
        assert no not in letters
        body = {"fields": ["phone"], "reason": "想核实"}
        refused = await out.json("POST", f"/api/staff/cases/{no}/reveal", 403, json=body, headers=who)
        assert refused["error"] == "not_yours"
