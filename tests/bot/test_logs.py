import asyncio
import gc
import io
import json
import logging
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from bot import logs

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
    names = ("", "aiohttp.access", "alembic", "sqlalchemy", "jieba")
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
    assert {name: line[name] for name in ("level", "room", "text", "case", "trace")} == {
        "level": "INFO", "room": "bot.hall.duty", "text": "due", "case": "DL20261123-0001", "trace": "",
    }  # fmt: skip


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
    for name in ("aiohttp.access", "alembic.runtime", "sqlalchemy.engine", "jieba"):
        logging.getLogger(name).info(SECRET)
    logging.getLogger("bot").debug(SECRET)
    assert stderr.text == ""


def test_set_up_twice_each_line_comes_once(stderr: Stderr, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stderr.stream)
    logs.set_up_logs(stderr.form)
    logging.getLogger("bot").warning("once")
    assert stderr.text.count("once") == 1
