"""A real child is SIGKILLed around its commits of reading updates, by polling and by webhook; none lost or doubled."""

import asyncio
import contextlib
import http.client
import json
import socket
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.hall.data import Edition
from storage.ledger import SqlLedger
from tests.faults.child import Death
from tests.faults.telegram_child import TelegramChild, Wires
from tests.kit import WORKER, edition
from tests.standin.judges import judge
from tests.standin.kit import Addresses, running
from tests.standin.seen import Call

PATIENCE = 40.0


@pytest.fixture(scope="module")
def standin() -> Iterator[Addresses]:
    with running() as addresses:
        yield addresses


class Stage:
    """The stand-in's other side, spoken to without a loop: this process forks."""

    def __init__(self, addresses: Addresses) -> None:
        self._where = urlsplit(addresses.control)
        self.api = addresses.api
        self.token = str(self._post("/control/worlds", {"epoch": 0})["token"])

    def _post(self, path: str, body: dict[str, Any]) -> Any:
        link = http.client.HTTPConnection(self._where.hostname or "", self._where.port, timeout=60)
        try:
            link.request("POST", path, json.dumps(body), {"Content-Type": "application/json"})
            told = json.loads(link.getresponse().read())
        finally:
            link.close()
        assert told["ok"], told
        return told["result"]

    def ask(self, verb: str, **what: Any) -> Any:
        """One word to the control side."""
        return self._post(f"/control/{self.token}/{verb}", what)


def with_worker(known: Edition, telegram_id: int) -> Edition:
    """The same hall, one of whose people is known to Telegram."""
    books = known.data.books
    staff = {**books.roster.staff, WORKER: replace(books.roster.staff[WORKER], telegram_id=telegram_id)}
    roster = replace(books.roster, staff=staff)
    return replace(known, data=replace(known.data, books=replace(books, roster=roster)))


class Play:
    """One customer, one stranger's nonsense, one person of the hall; a child that may die and is started again."""

    def __init__(self, addresses: Addresses, path: Path, mode: str, death: Death) -> None:
        self.stage, self.path, self.deaths = Stage(addresses), path, 0
        self.customer = int(self.stage.ask("user", name="张三")["id"])
        self.worker = int(self.stage.ask("user", name="李师傅")["id"])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.wires = Wires(self.stage.token, self.stage.api, mode, free.getsockname()[1])
        self.edition = with_worker(edition(), self.worker)
        self.child = TelegramChild(path, self.edition, self.wires, death)

    def look_after(self) -> None:
        """Who died is started once more."""
        if not self.child.process.is_alive():
            self.child.process.join()
            assert self.child.killed
            self.deaths += 1
            self.child = TelegramChild(self.path, self.edition, self.wires, Death())

    def until_read(self) -> None:
        """Until Telegram was told that all so far is kept."""
        end = time.monotonic() + PATIENCE
        while self.stage.ask("queue")["pending"]:
            assert time.monotonic() < end, "updates are still unread"
            self.look_after()
            threading.Event().wait(0.01)

    def rows(self, asked: str) -> list[Any]:
        """From the child's ledger; nothing while there is none."""
        with contextlib.closing(sqlite3.connect(self.path / "hall.db")) as base, contextlib.suppress(sqlite3.Error):
            return base.execute(asked).fetchall()
        return [("busy",)]

    def until_done(self) -> None:
        """Until nothing is unread, unanswered or unsent."""
        owed = (
            "SELECT 1 FROM updates WHERE state = 'waiting'",
            "SELECT 1 FROM inbox WHERE done_at IS NULL",
            "SELECT 1 FROM outbox WHERE state IN ('waiting', 'sending')",
        )
        end = time.monotonic() + PATIENCE
        while any(map(self.rows, owed)):
            assert time.monotonic() < end, [self.rows(asked) for asked in owed]
            self.look_after()
            threading.Event().wait(0.02)

    def do(self, verb: str, **what: Any) -> Any:
        """The customer does something; it is waited for until Telegram knows it was kept."""
        own = {} if verb in ("raw", "redeliver") else {"user": self.customer, "chat": self.customer}
        done = self.stage.ask(verb, **(own | what))
        self.until_read()
        return done


def whole_way(play: Play) -> None:
    """All that takes a way of its own through the door."""
    play.until_read()
    play.do("write", text="我家停电了")
    second = play.do("write", text="青石镇竹溪路18号3幢502")
    play.do("media", kind="photo", caption="这是照片")
    play.do("album", kinds=["photo", "document", "photo"], caption="再发三张")
    play.do("raw", update={"message": {"message_id": 900, "chat": {"id": play.customer, "type": "private"}}})
    play.do("edit", message=second["message_id"], text="青石镇竹溪路18号3幢503")
    play.do("edit", message=second["message_id"], text="青石镇竹溪路18号3幢503")
    play.do("press_anything", message=second["message_id"], data="999.0")
    play.until_done()  # what is on its way to somebody who blocks the bot would be undeliverable
    play.do("block")
    play.do("unblock")
    play.do("write", user=play.worker, chat=play.worker, text="收到")
    play.do("redeliver", last=3)
    play.do("write", text="还要多久")
    play.until_done()


def judge_play(play: Play) -> dict[str, int]:
    """Every update once and in order, every file there, what the worker was told told once."""
    seen = play.child.finish()
    said = play.rows(
        f"SELECT ext_id, text, files, replaces FROM talk WHERE customer = 'tg{play.customer}' AND sender = 'customer' "  # noqa: S608
        "ORDER BY seq"
    )
    # a part of the album that comes only after a crash is a message of its own, without words
    late = [json.loads(files) for _, text, files, _ in said if not text and files]
    assert not late or play.deaths, said
    said = [row for row in said if row[1]]
    assert [text for _, text, _, _ in said] == [
        "我家停电了",
        "青石镇竹溪路18号3幢502",
        "这是照片",
        "再发三张",
        "青石镇竹溪路18号3幢503",
        "（按键）",
        "还要多久",
    ]
    many = [len(json.loads(files or "[]")) for _, _, files, _ in said]
    assert many == [0, 0, 1, 3 - sum(map(len, late)), 0, 0, 0]
    assert [bool(replaces) for _, _, _, replaces in said] == [False, False, False, False, True, False, False]
    assert len({id_ for id_, _, _, _ in said}) == len(said)
    assert play.rows("SELECT state, count(*) FROM updates GROUP BY state ORDER BY state") == [
        ("done", 13),
        ("poison", 1),
    ]
    assert play.rows("SELECT count(*) FROM updates WHERE state = 'done' AND body <> ''") == [(0,)]
    assert play.rows("SELECT customer, topic FROM cases").count((f"tg{play.customer}", "outage_repair")) == 1
    assert play.rows("SELECT count(*) FROM events WHERE facts LIKE '%unreadable%'") == [(1,)]
    keys = [key for (key,) in play.rows("SELECT key FROM outbox")]
    assert len(keys) == len(set(keys))
    assert len([key for key in keys if key.startswith("re:tg:")]) == 1
    assert asyncio.run(_broken(f"sqlite:///{play.path / 'hall.db'}")) is None
    calls = [Call(**one) for one in play.stage.ask("calls", methods=[], polls=True)]
    assert not [one for one in judge(calls) if one.method != "answerCallbackQuery"]
    play.stage.ask("end")
    return seen


async def _broken(url: str) -> object:
    ledger = SqlLedger(url)
    try:
        return await ledger.read(lambda lists: lists.broken_chain())
    finally:
        await ledger.close()


def one_play(addresses: Addresses, path: Path, mode: str, death: Death) -> tuple[int, dict[str, int]]:
    path.mkdir()
    play = Play(addresses, path, mode, death)
    whole_way(play)
    return play.deaths, judge_play(play)


PHASES = {
    ("polling", "before"): (1, 4),
    ("webhook", "after"): (2, 4),
    ("polling", "after"): (1, 6),
    ("webhook", "before"): (3, 6),
}
"""The first commit a door dies at, and every how many-th from there: a sample of both sides of its commits."""


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["polling", "webhook"])
@pytest.mark.parametrize("what", ["before", "after"])
def test_killed_around_the_commits_of_reading_nothing_is_lost_or_done_twice(
    standin: Addresses, mode: str, what: str, tmp_path: Path
) -> None:
    deaths, seen = one_play(standin, tmp_path / "whole", mode, Death())
    assert deaths == 0
    total = seen[what]
    assert total >= 15
    first, step = PHASES[mode, what]
    tried = range(first, total + 1, step)
    died = sum(one_play(standin, tmp_path / f"{what}{n}", mode, Death(what, n))[0] for n in tried)
    assert died >= len(tried) - max(1, 3 // step)  # pages without news may be fewer another time
