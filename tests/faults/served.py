"""A real `hall serve --drill` as a stranger meets it: a process, HTTP and the outside contract, nothing else."""

import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from tests.kit import CACHE

Json = dict[str, Any]
BEGIN = "2026-12-01T09:00:00+08:00"
"""A Tuesday."""
OK, ACCEPTED, DENIED, GONE, AGAINST, UNFILLED = 200, 202, 403, 404, 409, 422


def hall_of(**more: object) -> Json:
    """The tables of a hall of our own; `more` tables lie over them."""
    return {
        "hall": {"name": "青浦供电营业厅", "address": "青浦镇柳堤路9号", "phone": "000-1111111", "region": "示例省"},
        "rules": {"quiet": "22:00-06:00"},
        "drill": {"now": BEGIN, "speed": 0},
        "team": [{"key": "counter", "name": "综合柜台"}, {"key": "crew", "name": "抢修班"}],
        "staff": [
            {"no": "C101", "name": "陆文清", "post": "work", "team": "counter", "skills": ["owner_transfer"]},
            {"no": "C102", "name": "沈若水", "post": "work", "team": "counter", "avoid": ["shao"]},
            {"no": "C103", "name": "方一舟", "post": "service", "team": "counter"},
            {"no": "C201", "name": "石向东", "post": "work", "team": "crew", "skills": ["outage_repair", "hazard"]},
            {"no": "C202", "name": "高远", "post": "work", "team": "crew"},
            {"no": "C301", "name": "温如玉", "post": "guide"},
            {"no": "C001", "name": "贺兰亭", "post": "duty"},
            {"no": "C002", "name": "盛晚秋", "post": "duty"},
            {"no": "C900", "name": "乔木生", "post": "", "rights": ["admin"]},
            {"no": "C901", "name": "卜算清", "post": "", "rights": ["finance"]},
            {"no": "C109", "name": "去年人", "post": "work", "team": "counter", "state": "off"},
        ],
        "shift": [
            {
                "staff": ["C101", "C102", "C103", "C301", "C201", "C202", "C001", "C002"],
                "days": "daily",
                "hours": "00:00-24:00",
            }
        ],
        "customer": [{"key": key, "name": name} for key, name in (("gu", "顾念慈"), ("shao", "邵平"), ("mo", "莫问"))],
        **more,
    }


def brought(n: int, *, customer: str = "gu", state: str = "in_progress", by: str = "C101", **more: object) -> Json:
    """A case an older system brings along."""
    return {
        "key": f"k{n}",
        "customer": customer,
        "topic": "owner_transfer",
        "state": state,
        "first_handler": by,
        "opened_at": "2026-11-30T10:20:00+08:00",
        **more,
    }


@dataclass(frozen=True, slots=True)
class Answer:
    """A status and what came with it."""

    status: int
    body: Any

    def __getitem__(self, name: str) -> Any:
        return self.body[name]


def started(folder: Path, url: str = "") -> tuple[subprocess.Popen[str], str]:
    """The process and its address; its folder may have served before."""
    folder.mkdir(exist_ok=True)
    with contextlib.suppress(FileExistsError):
        (folder / "cache").symlink_to(CACHE)
    given = {"HALL_DATA_DIR": str(folder), "HALL_PORT": "0"} | ({"HALL_DATABASE_URL": url} if url else {})
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", "--drill"],
            env=os.environ | given,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout is not None
    while not (found := re.search(r"http://[\d.]+:\d+", process.stdout.readline())):
        assert process.poll() is None, (folder / "log").read_text()
    return process, found[0]


@contextlib.contextmanager
def serving(url: str = "") -> Iterator[str]:
    """A drill for the length of a block; whatever it wrote to its log was no trace."""
    with tempfile.TemporaryDirectory() as name, serving_in(Path(name), url) as address:
        yield address


@contextlib.contextmanager
def serving_in(folder: Path, url: str = "") -> Iterator[str]:
    """The same in a folder that a command beside it may share."""
    process, address = started(folder, url)
    try:
        yield address
    finally:
        process.kill()
        process.communicate()
        assert "Traceback" not in (folder / "log").read_text()


def command(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command of `hall` on the drill of that folder."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words, "--drill"],
        env=os.environ | {"HALL_DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@dataclass(slots=True)
class Outside:
    """Whoever uses the hall from outside: customers, staff, the hand on the clock."""

    web: aiohttp.ClientSession
    tokens: dict[str, str] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    async def ask(self, method: str, path: str, body: object = None, token: str = "", **how: Any) -> Answer:
        """One request; no answer is a trace or a 500."""
        headers = how.pop("headers", {}) | ({"Authorization": f"Bearer {token}"} if token else {})
        if body is not None:
            how["json"] = body
        async with self.web.request(method, path, headers=headers, **how) as found:
            text = await found.text()
            assert found.status != 500, (path, body, text)
            kind = found.content_type
            return Answer(found.status, await found.json() if kind == "application/json" else text)

    async def load(self, **tables: object) -> None:
        """A fresh drill with these tables laid over our hall."""
        found = await self.ask("POST", "/drill/load", hall_of(**tables))
        assert found.status == OK, found
        self.tokens.clear()

    async def token(self, who: str) -> str:
        """Sit down as a person of the hall or as a known customer."""
        if who not in self.tokens:
            as_ = "staff" if who[0].isupper() else "customer"
            found = await self.ask("POST", "/drill/enter", {as_: who})
            assert found.status == OK, found
            self.tokens[who] = found["token"]
        return self.tokens[who]

    async def staff(self, no: str, method: str, path: str, body: object = None, **how: Any) -> Answer:
        """A request of a person of the hall."""
        return await self.ask(method, f"/api/staff/{path}", body, await self.token(no), **how)

    async def move(self, no: str, case: str, move: str, **body: object) -> Answer:
        """A move on a case."""
        return await self.staff(no, "POST", f"cases/{case}/{move}", body)

    async def done(self, no: str, case: str, move: str, **body: object) -> Json:
        """A move that succeeds: the Case JSON."""
        found = await self.move(no, case, move, **body)
        assert found.status == OK, found
        return found.body  # type: ignore[no-any-return]  # JSON

    async def case(self, case: str, by: str = "C001") -> Json:
        """The Case JSON."""
        found = await self.staff(by, "GET", f"cases/{case}")
        assert found.status == OK, found
        return found.body  # type: ignore[no-any-return]  # JSON

    async def held(self, **query: str) -> list[str]:
        """Case numbers, oldest first."""
        found = await self.staff("C001", "GET", "cases", params={"order": "opened", "limit": "200", **query})
        return sorted(one["no"] for one in found["items"])

    async def say(self, customer: str, text: str = "", *, button: str = "") -> None:
        """A customer's words or button, answered when this returns."""
        body = {"id": f"m{next(self.numbers)}", **({"button": button} if button else {"text": text})}
        found = await self.ask("POST", "/api/chat/messages", body, await self.token(customer))
        assert found.status == ACCEPTED, found
        await self.forward(0)

    async def talk(self, customer: str, after: int = 0) -> list[Json]:
        """The talk as its customer reads it, when nothing is under way."""
        await self.forward(0)
        found = await self.ask("GET", f"/api/chat/messages?after={after}", token=await self.token(customer))
        return found["messages"]  # type: ignore[no-any-return]  # JSON

    async def forward(self, seconds: float = 0, **more: object) -> None:
        """Time passes."""
        found = await self.ask("POST", "/drill/clock", {"forward_seconds": seconds, **more})
        assert found.status == OK, found

    async def until(self, moment: str) -> None:
        """Time passes until then."""
        found = await self.ask("POST", "/drill/clock", {"now": moment})
        assert found.status == OK, found

    async def letters(self, to: str = "", **query: str) -> list[Json]:
        """What was sent, to one or to all."""
        await self.forward(0)
        found = await self.ask("GET", "/drill/outbox", params={"limit": "5000", **({"to": to} if to else {}), **query})
        return found["items"]  # type: ignore[no-any-return]  # JSON

    async def told(self, to: str, needle: str, kind: str = "") -> list[str]:
        """The texts to one person in which these words stand."""
        found = await self.letters(to, **({"kind": kind} if kind else {}))
        return [one["text"] for one in found if needle in one["text"]]


@contextlib.asynccontextmanager
async def outside(address: str) -> AsyncIterator[Outside]:
    """Somebody outside, at this address."""
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=90)
    async with aiohttp.ClientSession(address, connector=connector, timeout=timeout) as web:
        yield Outside(web)


async def together(*doings: Any) -> list[Answer]:
    """All at once."""
    return list(await asyncio.gather(*doings))


def statuses(answers: list[Answer]) -> Mapping[int, int]:
    """How many answered what."""
    return {status: sum(one.status == status for one in answers) for status in {one.status for one in answers}}
