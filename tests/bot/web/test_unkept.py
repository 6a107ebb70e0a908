"""The ledger is locked by another process, or the disk is full: who is in danger hears the safety words anyway."""

import resource
from pathlib import Path

import aiohttp
from aiohttp import FormData

from tests.bot.web.kit import door
from tests.faults.served import started
from tests.locking import locked

DANGER = "有人触电了，倒在地上叫不醒"
PLAIN = "过户要带什么材料"
FIRST = "别用手去拉他"
UNKEPT = "还没能记下"
MESSAGES = "/api/chat/messages"


async def test_a_locked_ledger_keeps_no_safety_words_back(tmp_path: Path, url: str) -> None:
    await _locked_out(tmp_path, url, "inbox")


async def test_nor_where_not_even_the_token_can_be_read(tmp_path: Path, postgres_url: str) -> None:
    """On SQLite reading goes on beside a lock; on PostgreSQL a table may be held whole."""
    await _locked_out(tmp_path, postgres_url, "sessions", "inbox")


async def _locked_out(tmp_path: Path, url: str, *tables: str) -> None:
    async with door(tmp_path, url=url) as out:
        _, headers = await out.customer()
        with locked(url, *tables):
            body = {"id": "d1", "text": DANGER}
            refused = await out.json("POST", MESSAGES, 503, json=body, headers=headers)
            plain = await out.json("POST", MESSAGES, 503, json={"id": "d2", "text": PLAIN}, headers=headers)
        assert refused["danger"] is True
        assert refused["message"].startswith(FIRST)
        assert UNKEPT in refused["message"]
        assert plain["error"] == "busy"
        assert "danger" not in plain
        await out.say(headers, DANGER, "d1")  # what was not kept comes again, and is kept once
        talk = await out.talk(headers)
        assert [line["text"] for line in talk if line["from"] == "customer"] == [DANGER]
        assert next(line["text"] for line in talk if line["from"] != "customer").startswith(FIRST)


async def test_who_is_in_danger_does_not_wait_for_the_ledger_which_goes_on_keeping(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        _, headers = await out.customer()
        with locked(url, "inbox"):
            body = {"id": "d1", "text": DANGER}
            refused = await out.json("POST", MESSAGES, 503, json=body, headers=headers)
        assert refused["message"].startswith(FIRST)
        talk = await out.talk(headers)  # the lock is gone before the ledger gave up: nobody says it again
        while not [line for line in talk if line["from"] == "customer"]:
            last = talk[-1]["seq"] if talk else 0
            await out.json("GET", f"{MESSAGES}?after={last}&wait=5", headers=headers)
            talk = await out.talk(headers)
        assert [line["text"] for line in talk if line["from"] == "customer"] == [DANGER]


async def test_the_words_beside_a_picture_are_heard_too(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        _, headers = await out.customer()
        form = FormData({"id": "p1", "text": DANGER})
        form.add_field("file", b"\x89PNG\r\n\x1a\n" + b"0" * 64, filename="a.png", content_type="image/png")
        with locked(url, "inbox"):
            refused = await out.json("POST", MESSAGES, 503, data=form, headers=headers)
        assert refused["message"].startswith(FIRST)


async def test_a_mended_message_is_heard_too(tmp_path: Path, url: str) -> None:
    async with door(tmp_path, url=url) as out:
        _, headers = await out.customer()
        await out.say(headers, PLAIN, "m1")
        body = {"id": "m2", "text": DANGER, "replaces": "m1"}
        with locked(url, "inbox"):
            refused = await out.json("POST", MESSAGES, 503, json=body, headers=headers)
        assert refused["message"].startswith(FIRST)


async def test_what_is_refused_for_its_shape_is_not_judged(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        assert "danger" not in await out.json("POST", MESSAGES, 422, json={"text": DANGER}, headers=headers)
        assert "danger" not in await out.json("POST", MESSAGES, 401, json={"id": "x", "text": DANGER})


async def test_a_full_disk_keeps_no_safety_words_back(tmp_path: Path) -> None:
    process, address = started(tmp_path / "hall")
    try:
        async with aiohttp.ClientSession(address) as web:
            async with web.post("/api/chat/sessions", json={}) as sat:
                headers = {"Authorization": f"Bearer {(await sat.json())['token']}"}
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (1, resource.RLIM_INFINITY))  # not a byte more
            async with web.post(MESSAGES, json={"id": "d1", "text": DANGER}, headers=headers) as heard:
                refused = await heard.json()
                assert heard.status == 503, refused
            assert refused["message"].startswith(FIRST)
            assert UNKEPT in refused["message"]
            endless = (resource.RLIM_INFINITY, resource.RLIM_INFINITY)
            resource.prlimit(process.pid, resource.RLIMIT_FSIZE, endless)  # there is room again
            async with web.post(MESSAGES, json={"id": "d1", "text": DANGER}, headers=headers) as heard:
                assert heard.status == 202, await heard.text()
    finally:
        process.kill()
        process.communicate()
