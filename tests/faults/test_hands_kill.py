"""SIGKILL in the middle of a handover or a consent: afterwards it is whole or was not, and everybody is told once."""

import asyncio
import contextlib
import subprocess
from pathlib import Path

import aiohttp
import pytest

from tests import postgres
from tests.faults.served import OK, Outside, brought, outside, started

CASES = 30
KEYS = [f"c{n:02}" for n in range(CASES)]
DELAYS = (0.0, 0.02, 0.06, 0.15)
REASON = "这个月离职交接"
HANDOVER = {"to": "C102", "reason": REASON, "id": "all-of-them"}


def ended(process: subprocess.Popen[str]) -> None:
    """SIGKILL, as the machine would."""
    process.kill()
    process.communicate()


async def _cut_off(hall: Outside, process: subprocess.Popen[str], delay: float, *doings: object) -> None:
    """The requests are under way when the hall dies."""
    tasks = [asyncio.ensure_future(one) for one in doings]  # type: ignore[call-overload]  # coroutines
    loop = asyncio.get_running_loop()
    until = loop.time() + delay
    while loop.time() < until:
        await asyncio.wait(tasks, timeout=max(until - loop.time(), 0))
    ended(process)
    for task in tasks:
        with contextlib.suppress(aiohttp.ClientError, AssertionError, TimeoutError):
            await task
    del hall


async def _handed(hall: Outside) -> int:
    """How many cases the new one has: all or none."""
    held = await hall.held(handler="C102")
    left = await hall.held(handler="C101")
    assert sorted((len(held), len(left))) == [0, CASES]
    return len(held)


async def _told_once(hall: Outside, *, times: int) -> None:
    letters = [one for one in await hall.letters() if REASON in one["text"] and one["to"].startswith("customer:")]
    assert sorted(one["to"] for one in letters) == sorted(f"customer:{key}" for key in KEYS * times)
    assert {one["state"] for one in letters} <= {"sent"}
    for key in KEYS[:3]:
        assert len([one for one in await hall.talk(key) if REASON in one["text"]]) == times
    assert len(await hall.told("staff:C102", REASON)) == CASES * times


async def _killed_in_a_handover(folder: Path, url: str, delay: float) -> None:
    process, address = started(folder, url)
    try:
        async with outside(address) as hall:
            customers = [{"key": key, "name": f"客户{key}"} for key in KEYS]
            await hall.load(customer=customers, case=[brought(n, customer=key) for n, key in enumerate(KEYS)])
            await hall.token("C001")
            tokens = dict(hall.tokens)
            await _cut_off(hall, process, delay, hall.staff("C001", "POST", "people/C101/handover", HANDOVER))
        process, address = started(folder, url)
        async with outside(address) as hall:
            hall.tokens.update(tokens)
            done = await _handed(hall)
            await _told_once(hall, times=int(bool(done)))
            again = await hall.staff("C001", "POST", "people/C101/handover", HANDOVER)
            assert again.status == OK, again
            assert await _handed(hall) == CASES
            await _told_once(hall, times=1)
            off = await hall.staff("C001", "POST", "people/C101/off", {"reason": "离职"})
            assert off.status == OK, off
    finally:
        ended(process)


async def _killed_in_a_consent(folder: Path, url: str, delay: float) -> None:
    process, address = started(folder, url)
    try:
        async with outside(address) as hall:
            await hall.load(rules={"handover": "consent"}, case=[brought(1)])
            (no,) = await hall.held()
            await hall.done("C101", no, "transfer", to="C102", reason=REASON, id="t")
            await hall.forward(0)
            said = {"id": "yes", "text": "同意"}
            token, tokens = await hall.token("gu"), hall.tokens
            await _cut_off(hall, process, delay, hall.ask("POST", "/api/chat/messages", said, token))
        process, address = started(folder, url)
        async with outside(address) as hall:
            hall.tokens.update(tokens)
            sent = await hall.ask("POST", "/api/chat/messages", said, token)
            assert sent.status in (OK, 202), sent
            await hall.forward(0)
            assert (await hall.case(no))["first_handler"]["no"] == "C102"
            assert len(await hall.told("customer:gu", REASON, "status")) == 1
            assert len(await hall.told("staff:C102", REASON)) == 1
            assert len([one for one in await hall.talk("gu") if REASON in one["text"]]) == len(("asked", "handed"))
            assert len([one for one in await hall.talk("gu") if one["from"] == "customer"]) == 1
            moves = [one["move"] for one in (await hall.case(no))["events"]]
            assert moves == ["open", "transfer", "consent", "transfer"]
    finally:
        ended(process)


@pytest.mark.slow
@pytest.mark.parametrize("delay", DELAYS)
async def test_a_handover_of_thirty_is_whole_or_was_not(delay: float, tmp_path: Path) -> None:
    await _killed_in_a_handover(tmp_path / "data", "", delay)


@pytest.mark.slow
@pytest.mark.parametrize("delay", DELAYS[:2])
async def test_a_consent_is_heard_once(delay: float, tmp_path: Path) -> None:
    await _killed_in_a_consent(tmp_path / "data", "", delay)


@pytest.mark.slow
async def test_on_postgresql_too(tmp_path: Path) -> None:
    await _killed_in_a_handover(tmp_path / "one", postgres.fresh_database(), 0.05)
    await _killed_in_a_consent(tmp_path / "two", postgres.fresh_database(), 0.01)
