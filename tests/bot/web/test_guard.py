import logging
from pathlib import Path

import pytest

from bot.hall.pages import LedgerBusy
from tests.bot.web.kit import door


async def test_every_answer_carries_the_headers(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for path in ("/", "/login", "/healthz", "/static/base.css", "/nowhere", "/api/chat/messages", "/desk"):
            async with out.web.get(path, allow_redirects=False) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "script-src 'self';" in policy
                assert "unsafe" not in policy
                assert ("frame-ancestors 'self'" if path == "/" else "frame-ancestors 'none'") in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "same-origin"
                assert answer.headers["X-Request-Id"]
                assert "Python" not in answer.headers["Server"]
                assert ("no-store" in answer.headers["Cache-Control"]) == (not path.startswith("/static/"))


async def test_what_is_not_there_is_said_in_the_asker_s_form(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        found = await out.json("GET", "/api/nothing", 404)
        assert found == {"error": "not_found", "message": "没有您要找的内容。", "drill": True}
        text, answer = await out.page("GET", "/nothing", 404)
        assert answer.content_type == "text/html"
        assert "没有您要找的内容。" in text
        found = await out.json("DELETE", "/api/chat/sessions", 405)
        assert found["error"] == "method_not_allowed"


async def test_an_unforeseen_error_shows_no_trace_and_no_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def read(self, _looking: object) -> None:
            raise RuntimeError("秘密 13800000001")

        async def write(self, _doing: object) -> None:
            raise RuntimeError("秘密 13800000001")

    async with door(tmp_path, ledger=Broken()) as out:
        found = await out.json("POST", "/api/chat/sessions", 500)
        assert found["error"] == "broken"
        assert "秘密" not in str(found)
        async with out.web.get("/desk", headers={"Cookie": "hall_staff=x"}) as answer:
            text = await answer.text()
            assert answer.status == 500
            assert "Traceback" not in text
            assert "秘密" not in text
    assert [record for record in caplog.records if record.message == "request failed"]


async def test_a_busy_ledger_is_503_and_nothing_is_lost(tmp_path: Path) -> None:
    class Busy:
        async def read(self, _looking: object) -> None:
            raise LedgerBusy

        async def write(self, _doing: object) -> None:
            raise LedgerBusy

    async with door(tmp_path, ledger=Busy()) as out, out.web.post("/api/chat/sessions") as answer:
        assert answer.status == 503
        assert answer.headers["Retry-After"]
        assert (await answer.json())["error"] == "busy"
        found = await out.json("GET", "/readyz", 503)
        assert found["ready"] is False


async def test_too_many_requests_are_slowed_down_politely(tmp_path: Path) -> None:
    async with door(tmp_path, rate_limit=3) as out:
        for _ in range(3):
            await out.json("GET", "/api/chat/cases", 401)
        async with out.web.get("/api/chat/cases") as answer:
            assert answer.status == 429
            assert int(answer.headers["Retry-After"]) == 20
            assert (await answer.json())["error"] == "too_many"
        await out.json("GET", "/healthz")


async def test_the_log_holds_no_secret_of_a_path(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with door(tmp_path) as out:
        await out.page("GET", "/link/sehr-geheim")
        await out.json("GET", "/api/staff/customers/gu-private", 401)
    paths = [getattr(record, "path", "") for record in caplog.records if record.name == "bot.web.guard"]
    assert "/link/{secret}" in paths
    assert "/api/staff/customers/{customer}" in paths
    assert "geheim" not in caplog.text


async def test_a_body_beyond_the_limit_is_413(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        body = '{"id": "1", "text": "' + "x" * 70_000 + '"}'
        found = await out.json("POST", "/api/chat/messages", 413, data=body, headers=headers)
        assert found["error"] == "too_large"


async def test_outside_a_drill_nothing_says_drill(tmp_path: Path) -> None:
    async with door(tmp_path, practice=None) as out:
        text, _ = await out.page("GET", "/")
        assert "演练" not in text
        assert "drill" not in await out.json("GET", "/healthz")
        await out.json("GET", "/drill/clock", 404)
