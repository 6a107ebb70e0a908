"""Twenty at once over HTTP: of those who reach for one thing exactly one has it, on either database."""

import asyncio
from collections import Counter
from pathlib import Path
from typing import Any

from bot.desk.pending import Task
from bot.guide.thread import Floor
from bot.hall import counter, drill, handing
from tests.bot.web.kit import Door, door

MANY = 20
CREW = [f"H{n:02}" for n in range(MANY)]
ADMIN = "A902"


async def _hired(out: Door) -> list[dict[str, str]]:
    """Twenty new people of the crew, each with a token."""
    rows = [{"no": no, "name": f"帮手{no}", "post": "work", "team": "crew"} for no in CREW]
    admin = await out.staff(ADMIN)
    await out.json("POST", "/api/staff/hall/staff", json={"rows": rows, "reason": "新来的"}, headers=admin)
    shift = [{"staff": CREW, "days": ["2026-11-23"], "hours": "08:00-18:00"}]
    await out.json("POST", "/api/staff/hall/shift", json={"rows": shift, "reason": "都来上班"}, headers=admin)
    return [await out.staff(no) for no in CREW]


async def _at_once(out: Door, path: str, who: list[dict[str, str]], body: dict[str, Any]) -> list[tuple[int, Any]]:
    async def one(headers: dict[str, str]) -> tuple[int, Any]:
        async with out.web.post(path, json=body, headers=headers) as answer:
            return answer.status, await answer.json()

    return await asyncio.gather(*map(one, who))


async def test_one_helper_task_has_one_taker(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        no, _, headers = await out.opened()
        who = await _hired(out)
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        body = {"to": "crew", "text": "去看看三号杆"}
        await out.json("POST", f"/api/staff/cases/{no}/help", json=body, headers=await out.staff(handler))
        answers = await _at_once(out, f"/api/staff/cases/{no}/accept", who, {})
        assert Counter(status for status, _ in answers) == {200: 1, 409: MANY - 1}
        (task,) = next(body["tasks"] for status, body in answers if status == 200)
        assert task["helper"] in CREW
        name = out.hall.edition().data.books.person(task["helper"]).name
        for status, body in answers:
            if status != 200:
                assert body["error"] == "taken"
                assert name in body["message"]
        kept: tuple[Task, ...] = (await out.hall.ledger.read(lambda lists: lists.case(no))).tasks
        assert [one.helper for one in kept] == [task["helper"]]
        moves = [one.by for one in await out.hall.ledger.read(lambda lists: lists.events(no)) if one.move == "accept"]
        assert moves == [task["helper"]]


async def test_one_talk_has_one_speaker(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        no, key, headers = await out.opened()
        who = await _hired(out)
        staff = out.hall.edition().data.books.person
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        await counter.accept(out.hall, staff(handler), no)
        for one in CREW:
            await handing.help_(out.hall, staff(handler), no, one, "搭把手", counter.Asked())
        answers = await _at_once(out, f"/api/staff/cases/{no}/reply", who, {"text": "师傅在路上了"})
        assert Counter(status for status, _ in answers) == {200: 1, 409: MANY - 1}
        thread = await out.hall.ledger.read(lambda lists: lists.thread(key))
        assert thread.floor is Floor.STAFF
        assert thread.speaker in CREW
        for status, body in answers:
            if status != 200:
                assert body["error"] == "floor_held"
                assert staff(thread.speaker).name in body["message"]
        await drill.settle(out.hall)
        said = [line for line in await out.talk(headers) if line["text"].startswith("师傅在路上了")]
        assert len(said) == 1
