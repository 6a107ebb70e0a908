from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession
from prometheus_client.parser import text_string_to_metric_families

from bot.desk.case import Kind, Letter
from bot.web.server import serving
from tests.bot.web.kit import Door, door
from tests.kit_hall import forward, still_at


async def figures(out: Door) -> dict[tuple[str, ...], float]:
    async with out.web.get("/metrics") as answer:
        assert answer.status == 200
        assert answer.content_type == "text/plain"
        text = await answer.text()
    families = text_string_to_metric_families(text)
    return {(one.name, *one.labels.values()): one.value for family in families for one in family.samples}


async def test_what_is_owed_heard_and_answered_is_counted(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        before = await figures(out)
        assert before[("hall_letters", "waiting")] == 0
        no, _, _ = await out.opened()
        out.hall.meters.throttled["telegram"] += 1
        seen = await figures(out)
        assert seen[("hall_messages_heard_total", "web")] == 4
        assert seen[("hall_letters", "sent")] > 0
        assert seen[("hall_letters", "dead")] == 0
        assert seen[("hall_cases", "open")] == 1
        assert seen[("hall_channel_throttled_total", "telegram")] == 1
        assert seen[("hall_http_requests_total", "POST", "/api/chat/messages", "202")] == 4
        assert seen[("hall_promises_broken_total",)] == 0
        await forward(out.hall, days=3)
        assert (await figures(out))[("hall_promises_broken_total",)] > 0
        assert no


async def test_a_letter_that_waits_is_owed(tmp_path: Path) -> None:
    letter = Letter("staff:A001", Kind.NOTICE, "k", "看")
    async with still_at(tmp_path, memory=True) as hall, serving(hall) as address, ClientSession(address) as web:
        await hall.ledger.write(lambda page: page.post(letter, hall.clock.now() - timedelta(minutes=2), str))
        seen = await figures(Door(hall, web, address))
        assert seen[("hall_letters", "waiting")] == 1
        assert seen[("hall_outbox_owed",)] == 1
        assert seen[("hall_outbox_oldest_seconds",)] == 120


async def test_no_figure_knows_a_customer_or_an_unknown_path(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, headers = await out.customer("陈")
        await out.say(headers, "停电报修")
        await out.json("GET", f"/api/nothing/{key}", 404)
        await out.json("PURGE", "/healthz", 405)
        async with out.web.get("/metrics") as answer:
            text = await answer.text()
        assert key not in text
        assert "PURGE" not in text
        assert 'hall_build_info{edition="' in text
