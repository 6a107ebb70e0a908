import asyncio
import gc
import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from bot import logs
from bot.hall import drill
from bot.hall.pages import Ledger
from bot.hall.records import Heard
from bot.web.server import serving
from tests.bot.web.kit import Door, door

SECRET = "张三 13800138000"


@dataclass(frozen=True)
class Stderr:
    form: str
    stream: io.StringIO

    @property
    def text(self) -> str:
        return self.stream.getvalue()


@pytest.fixture(params=["text", "json"])
def stderr(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stderr]:
    """Logs as the hall sets them up, and afterwards as they were."""
    names = ("", *logs.QUIET)
    before = {name: logging.getLogger(name).level for name in names}
    root = logging.getLogger()
    handlers = root.handlers[:]
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up_logs(request.param)
    yield Stderr(request.param, stream)
    root.handlers[:] = handlers
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def fail() -> None:
    raise ValueError(SECRET)


def test_one_line_with_the_facts_that_are_free(stderr: Stderr) -> None:
    logging.getLogger("bot.hall.duty").info("due", extra={"case": "DL20261123-0001", "words": SECRET})
    assert SECRET not in stderr.text
    assert stderr.text.count("\n") == 1
    if stderr.form == "text":
        assert "INFO bot.hall.duty due case=DL20261123-0001" in stderr.text
        return
    line = json.loads(stderr.text)
    assert datetime.fromisoformat(line.pop("at")).tzinfo
    assert line == {"level": "INFO", "room": "bot.hall.duty", "event": "due", "case": "DL20261123-0001"}


def test_an_exception_is_told_by_kind_and_places_never_by_its_words(stderr: Stderr) -> None:
    log = logging.getLogger("bot.x")
    try:
        try:
            fail()
        except ValueError as fault:
            raise RuntimeError(SECRET) from fault
    except RuntimeError:
        log.exception("failed", extra={"why": "code"})
    assert SECRET not in stderr.text
    assert "13800138000" not in stderr.text
    assert "RuntimeError at bot/test_logs.py:" in stderr.text
    assert "code" in stderr.text
    assert stderr.text.count("\n") == 1


def test_no_exception_no_trace(stderr: Stderr) -> None:
    logging.getLogger("bot.x").error("failed", exc_info=(None, None, None))
    assert " at " not in stderr.text
    assert "failed" in stderr.text


def test_what_asyncio_says_of_a_lost_task_holds_no_words(stderr: Stderr) -> None:
    async def lost() -> None:
        fail()

    async def main() -> None:
        task = asyncio.create_task(lost())
        await asyncio.wait([task])
        del task
        gc.collect()

    asyncio.run(main())
    assert "Task exception was never retrieved" in stderr.text
    assert "ValueError" in stderr.text
    assert "13800138000" not in stderr.text


def test_libraries_whisper(stderr: Stderr) -> None:
    for name in ("aiohttp.access", "alembic.runtime", "sqlalchemy.engine", "jieba", "httpx", "telegram.ext"):
        logging.getLogger(name).info(SECRET)
    logging.getLogger("bot").debug(SECRET)
    assert stderr.text == ""


def test_of_what_a_library_says_only_the_form_is_told(stderr: Stderr) -> None:
    logging.getLogger("somebody.else").warning("cannot send %s to %s", SECRET, 13800138000)
    logging.getLogger("asyncio").error("Exception in callback told('%s')\nhandle: <%s>", SECRET, SECRET)
    assert "cannot send %s to %s" in stderr.text
    assert "Exception in callback told" in stderr.text
    assert "13800138000" not in stderr.text
    assert stderr.text.count("\n") == 2


def test_a_bot_s_token_never_gets_out(stderr: Stderr) -> None:
    logging.getLogger("bot.telegram").warning("called https://host/bot123456789:AAH-abcdefghijklmnopqrstuvwxyz_01/x")
    assert "AAH-" not in stderr.text
    assert "bot***/x" in stderr.text


class Broken:
    """A ledger that fails with what people wrote."""

    def __init__(self, inner: Ledger, words: str) -> None:
        self._inner, self._words = inner, words

    async def write(self, doing: object) -> None:
        del doing
        raise RuntimeError(self._words)

    async def read(self, looking: Any) -> Any:
        return await self._inner.read(looking)


WORDS = "燕子三抄水的秘密"
NAME, PHONE, ACCOUNT, IDENTITY = "欧阳闻鹊", "13987654321", "9988776655", "110101199003074514"


async def _talked(out: Door) -> list[str]:
    """Canaries through every door; the ways in that were used."""
    _, headers = await out.customer(NAME)
    said = f"停电报修，我叫{NAME}，电话{PHONE}，户号{ACCOUNT}，身份证{IDENTITY}，{WORDS}"
    for text in (said, "芦苇路8号3幢502", "只有我家", PHONE):
        await out.say(headers, text)
    contact = {"id": "c", "contact": {"name": NAME, "phone": PHONE}}
    await out.json("POST", "/api/chat/messages", 202, json=contact, headers=headers)
    await drill.settle(out.hall)
    no = (await out.json("GET", "/api/chat/cases", headers=headers))["items"][0]["no"]
    who, admin = await out.staff("A001"), await out.staff("A902")
    await out.json("POST", f"/api/staff/cases/{no}/note", json={"text": said}, headers=who)
    await out.json("POST", f"/api/staff/cases/{no}/{WORDS}", 404, json={"text": said}, headers=who)
    await out.json("GET", f"/api/staff/cases?q={PHONE}&customer={NAME}", headers=who)
    await out.json("GET", f"/api/chat/cases/{ACCOUNT}{WORDS}", 404, headers=headers)
    row = {"no": ACCOUNT, "holder": NAME, "address": "芦苇路8号", "phone": PHONE}
    for rows, status in (([row], 200), ([row | {"kind": WORDS, "nothing": NAME}], 422)):
        body = {"rows": rows, "reason": said}
        await out.json("POST", "/api/staff/hall/account", status, json=body, headers=admin)
    await out.json("GET", "/api/staff/hall/account", headers=admin)
    await out.json("POST", "/api/staff/login", 401, json={"no": NAME, "password": WORDS})
    await out.json("POST", "/api/chat/messages", 400, data=f"{{{WORDS}", headers=headers)
    broken = replace(out.hall, ledger=Broken(out.hall.ledger, said))  # type: ignore[arg-type] # fails whatever is asked
    async with serving(broken) as address:
        lost = {"id": "x", "text": said}
        await out.json("POST", f"{address}/api/chat/messages", 500, json=lost, headers=headers)
        await out.json("POST", f"{address}/api/staff/cases/{no}/note", 500, json={"text": said}, headers=who)
    await out.hall.ledger.write(lambda page: page.hear(Heard("y", "nobody", text=said), out.hall.clock.now()))
    await drill.settle(out.hall)
    return [way["Authorization"].removeprefix("Bearer ") for way in (headers, who, admin)]


async def test_no_word_name_number_or_token_of_anybody_is_in_any_log(stderr: Stderr, tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        tokens = await _talked(out)
    assert "request failed" in stderr.text  # the errors were logged
    assert "table changed" in stderr.text
    for canary in (WORDS, NAME, PHONE, ACCOUNT, IDENTITY, *tokens):
        for form in (canary, quote(canary), json.dumps(canary).strip('"')):
            assert form not in stderr.text, canary
    if stderr.form == "json":
        for line in stderr.text.splitlines():
            assert {"at", "level", "room", "event"} <= set(json.loads(line))


def test_set_up_twice_each_line_comes_once(stderr: Stderr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stderr.stream)
    logs.set_up_logs(stderr.form)
    logging.getLogger("bot").warning("once")
    assert stderr.text.count("once") == 1
