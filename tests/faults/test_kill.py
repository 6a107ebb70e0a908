"""A real child is SIGKILLed around every commit and at every send; a client repeats what was not acknowledged."""

import asyncio
import contextlib
import http.client
import json
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from storage.connect import reading
from storage.ledger import SqlLedger
from tests import postgres
from tests.faults.child import Child, Death
from tests.kit import edition

CLOSING = {
    "cause": "跌落式熔断器熔丝断",
    "measures": "换熔丝",
    "began_at": "09:40",
    "arrived_at": "10:20",
    "restored_at": "11:20",
    "contact": "11:25 电话告知",
}


class Gone(Exception):
    """The server died in the middle of a call."""


class Client:
    """A customer and a worker who repeat what was not acknowledged, with the same ids."""

    def __init__(self, path: Path, death: Death, url: str = "") -> None:
        self.path, self.deaths = path, 0
        self.url = url or f"sqlite:///{path / 'hall.db'}"
        self.child = Child(path, edition(), death, self.url)
        self.address, self.tokens = self._open()
        self.seen: dict[int, str] = {}
        self.customer = ""

    def _open(self) -> tuple[str, dict[str, str]]:
        opened = self.child.opened()
        if opened is None:
            self._again()
            return self._open()
        return opened

    def _again(self) -> None:
        self.child.process.join(20)
        assert self.child.killed
        self.deaths += 1
        self.child = Child(self.path, edition(), Death(), self.url)

    def _once(self, method: str, path: str, body: Any, token: str) -> tuple[int, Any]:
        where = urlsplit(self.address)
        link = http.client.HTTPConnection(where.hostname or "", where.port, timeout=20)
        try:
            headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
            link.request(method, path, json.dumps(body) if body is not None else None, headers)
            answer = link.getresponse()
            return answer.status, json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException) as gone:
            raise Gone from gone
        finally:
            link.close()

    def call(self, method: str, path: str, body: Any = None, token: str = "") -> Any:
        while True:
            try:
                status, answer = self._once(method, path, body, token if token != "staff" else self.tokens["A301"])
            except Gone:
                self._again()
                self.address, self.tokens = self._open()
                continue
            assert status < 500, (status, answer)
            return answer

    def read(self, until: str) -> str:
        """Long-poll until the customer has read these words."""
        for _ in range(200):
            last = max(self.seen, default=0)
            answer = self.call("GET", f"/api/chat/messages?after={last}&wait=1", token=self.customer)
            for message in answer["messages"]:
                assert message["seq"] not in self.seen
                self.seen[message["seq"]] = message["text"]
            if any(until in text for text in self.seen.values()):
                return until
        raise AssertionError((until, self.seen))


def whole_way(client: Client) -> str:
    """One customer from the first word to the rating, one worker beside."""
    session = client.call("POST", "/api/chat/sessions", {})
    client.customer = session["token"]

    def say(number: int, text: str, until: str) -> None:
        client.call("POST", "/api/chat/messages", {"id": f"m{number}", "text": text}, client.customer)
        client.read(until)

    say(1, "我家停电了！", "没电的是哪里")
    say(2, "青石镇竹溪路18号3幢502", "首办人")
    no = client.call("GET", "/api/chat/cases", token=client.customer)["items"][0]["no"]
    handler = client.call("GET", f"/api/chat/cases/{no}", token=client.customer)["first_handler"]["no"]
    staff = client.tokens

    def move(name: str, body: dict[str, Any], until: str) -> None:
        client.call("POST", f"/api/staff/cases/{no}/{name}", {"id": f"{name}-1", **body}, client.tokens[handler])
        client.read(until)

    assert handler in staff
    move("accept", {}, "已接单")
    move("stage", {"stage": "arrive"}, "已到现场")
    move("resolve", {"text": "熔丝已换，送电正常", "facts": CLOSING}, "请您确认")
    say(3, "已解决", "打个分")
    say(4, "5", "5 分")
    return str(no)


@contextlib.contextmanager
def base_of(url: str) -> Iterator[Callable[[str], list[Any]]]:
    """Rows of a question in plain SQL, of either database."""
    engine = reading(url, 5)
    with engine.connect() as connection, connection.begin():
        yield lambda sql: list(connection.execute(text(sql)).all())
    engine.dispose()


def quiet(client: Client) -> None:
    """The hall's own sweep finds what a crash left lying; who died at the very last step is started once more."""
    until = time.monotonic() + 15
    while time.monotonic() < until:
        client.call("GET", "/healthz")
        with base_of(client.url) as base:
            left = base("SELECT seq FROM outbox WHERE state <> 'sent'")
            if not left and not base("SELECT id FROM inbox WHERE done_at IS NULL"):
                return
        threading.Event().wait(0.05)


def judge(client: Client, no: str) -> dict[str, int]:
    """Exactly one case with each move once, every letter once and sent, every chain whole."""
    quiet(client)
    seen = client.child.finish() or {}
    with base_of(client.url) as base:
        assert base("SELECT no, state FROM cases") == [(no, "closed")]
        moves = [move for chain, move in base("SELECT chain, move FROM events ORDER BY seq") if chain == no]
        once = ["accept", "stage", "resolve", "confirm", "rate"]
        assert [move for move in moves if move in once] == once
        keys = base("SELECT key FROM outbox")
        assert len(keys) == len(set(keys))
        assert set(base("SELECT state FROM outbox")) == {("sent",)}
        customer = base("SELECT text FROM talk WHERE sender <> 'customer'")
        assert sorted(customer) == sorted(base("SELECT text FROM outbox WHERE to_ LIKE 'customer:%'"))
        assert base("SELECT id FROM inbox WHERE done_at IS NULL") == []
    assert asyncio.run(_broken(client.url)) is None
    return seen


async def _broken(url: str) -> object:
    ledger = SqlLedger(url)
    try:
        return await ledger.read(lambda lists: lists.broken_chain())
    finally:
        await ledger.close()


def count(path: Path, url: str = "") -> dict[str, int]:
    client = Client(path, Death(), url)
    no = whole_way(client)
    seen = judge(client, no)
    assert client.deaths == 0
    return seen


@pytest.mark.slow
@pytest.mark.parametrize("what", ["before", "after", "send"])
def test_killed_at_every_commit_and_every_send_nothing_acknowledged_is_lost(what: str, tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    total = count(tmp_path / "whole")[what]
    assert total >= 10
    died = 0
    for n in range(1, total + 1):
        path = tmp_path / f"{what}{n}"
        path.mkdir()
        client = Client(path, Death(what, n))
        judge(client, whole_way(client))
        died += client.deaths
    assert died >= total - 2  # the last one or two may fall after the way has ended


@pytest.mark.slow
@pytest.mark.parametrize("what", ["before", "after"])
def test_on_postgresql_too_a_killed_hall_loses_nothing(what: str, tmp_path: Path) -> None:
    """The same way; every fifth commit, for each hall needs a database of its own."""
    died = 0
    for n in range(2, 26, 5):
        path, url = tmp_path / f"{what}{n}", postgres.fresh_database()
        path.mkdir()
        client = Client(path, Death(what, n), url)
        judge(client, whole_way(client))
        died += client.deaths
        postgres.drop(url)
    assert died >= 4
