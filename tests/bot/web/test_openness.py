"""One published rule of openness, walked from outside: no internal word of any move reaches any customer channel."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bot.desk.case import Lane
from bot.hall import drill, export
from tests.bot.web.kit import Door, door

INSIDE = "鎏金内部话"
OPEN = "对客户说的话"


async def _do(out: Door, by: str, no: str, move: str, body: Mapping[str, Any], status: int = 200) -> dict[str, Any]:
    found: dict[str, Any] = await out.json(
        "POST", f"/api/staff/cases/{no}/{move}", status, json=dict(body), headers=await out.staff(by)
    )
    await drill.settle(out.hall)
    return found


async def _worked(out: Door, no: str, headers: dict[str, str], facts: Mapping[str, str]) -> None:
    """Every move of the desk, an internal word in every place that stays inside, an open one in every other."""
    handler, leader, other = "A301", "A001", "A002"
    await _do(out, handler, no, "accept", {})
    await _do(out, handler, no, "note", {"text": f"{INSIDE}备注"})
    await _do(out, handler, no, "help", {"to": "A401", "text": f"{INSIDE}协办"})
    await _do(out, "A401", no, "accept", {})
    await _do(out, "A401", no, "note", {"text": f"{INSIDE}协办人备注"})
    await _do(out, "A401", no, "help_done", {"text": f"{INSIDE}协办结果"})
    await _do(out, leader, no, "priority", {"priority": "urgent", "reason": f"{INSIDE}缓急"})
    await _do(out, handler, no, "reveal", {"fields": ["phone"], "reason": f"{INSIDE}看明文"})
    await _do(out, handler, no, "correct", {"slots": {"phone": "19900005555"}, "reason": f"{INSIDE}更正"})
    await _do(out, handler, no, "reply", {"text": f"{OPEN}答复"})
    await _do(out, handler, no, "stage", {"stage": "arrive", "text": f"{OPEN}到场"})
    await _do(out, handler, no, "transfer", {"to": "A302", "reason": f"{OPEN}移交"})
    await out.say(headers, "同意", "yes")
    await _do(out, leader, no, "reassign", {"to": "A302", "reason": f"{OPEN}改派"})
    await _do(out, "A302", no, "resolve", {"text": f"{OPEN}办结", "facts": facts})
    await out.say(headers, "没解决", "no")
    await _do(out, "A302", no, "resolve", {"text": f"{OPEN}再办结", "facts": facts})
    await out.say(headers, "已解决", "done")
    await out.say(headers, "1", "one")
    await _do(out, other, no, "callback", {"text": f"{INSIDE}回访"})
    await out.json(
        "POST",
        "/api/staff/people/A302/handover",
        422,
        json={"to": "A302", "reason": INSIDE},
        headers=await out.staff(leader),
    )


async def _read_by_customer(out: Door, no: str, key: str, headers: dict[str, str]) -> str:
    """All that a customer can ever read: talk, cases, card, letters of every channel, what is handed out of him."""
    parts: list[object] = [
        await out.talk(headers),
        await out.json("GET", "/api/chat/cases", headers=headers),
        await out.json("GET", f"/api/chat/cases/{no}", headers=headers),
    ]
    path = (await out.json("POST", f"/api/chat/cases/{no}/card", headers=headers))["card"]
    out.web.cookie_jar.clear()
    parts.append((await out.page("GET", path))[0])
    parts.append([one.text for one in await out.hall.ledger.read(lambda lists: lists.letters(0, to=f"customer:{key}"))])
    parts.append(await export.export(out.hall, key, "clock", {}))
    return "\n".join(map(str, parts))


async def test_no_internal_word_reaches_any_customer_channel(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        no, key, headers = await out.opened()
        closing = out.hall.edition().data.books.topics["outage_repair"].closing
        await _worked(out, no, headers, {item.field: f"{INSIDE}清单" for item in closing})
        read = await _read_by_customer(out, no, key, headers)
        assert INSIDE not in read
        for word in ("答复", "到场", "移交", "改派", "办结", "再办结"):
            assert f"{OPEN}{word}" in read, word
        events = await out.hall.ledger.read(lambda lists: lists.events(no))
        inside = [event for event in events if INSIDE in f"{event.text}{dict(event.facts)}"]
        assert len(inside) >= 9  # the words are really in the ledger, where staff read them
        assert not [event for event in inside if event.public and INSIDE in str(event.text)]


async def test_the_customer_reads_the_staff_s_timeline_without_what_is_internal(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        closing = out.hall.edition().data.books.topics["outage_repair"].closing
        await _worked(out, no, headers, {item.field: f"{INSIDE}清单" for item in closing})
        staff = await out.json("GET", f"/api/staff/cases/{no}", headers=await out.staff("A001"))
        mine = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        wanted = [(one["seq"], one["at"], one["move"], one["by"]) for one in staff["events"] if one["public"]]
        assert [(one["seq"], one["at"], one["move"], one["by"]) for one in mine["events"]] == wanted
        assert {one["lane"] for one in staff["events"]} >= {
            Lane.CUSTOMER,
            Lane.FRONTSTAGE,
            Lane.BACKSTAGE,
            Lane.SUPPORT,
        }
