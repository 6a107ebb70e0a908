"""SIGKILL in the middle of a push to thirty members: afterwards each has heard it once, over the real door."""

import asyncio
import contextlib
import subprocess
from pathlib import Path

import aiohttp
import pytest

from tests import postgres
from tests.faults.served import OK, Json, Outside, outside, started
from tests.faults.test_hands_kill import ended

MEMBERS = 30
KEYS = [f"c{n:02}" for n in range(MEMBERS)]
BEGAN, CAUSE, ETA = "2026-12-01T08:30:00+08:00", "电缆接头烧坏", "2026-12-01T12:00:00+08:00"
ROW: Json = {"no": "F-1", "kind": "fault", "area": ["芦苇新村"], "begin_at": BEGAN, "cause": "大风", "state": "current"}
DELAYS = (0.02, 0.15)


def brought(n: int) -> Json:
    """One of thirty reports an older system brings along, naming the hall's own fault."""
    return {
        "key": f"k{n}",
        "customer": KEYS[n],
        "topic": "outage_repair",
        "state": "in_progress",
        "first_handler": "C201",
        "opened_at": "2026-12-01T08:40:00+08:00",
        "slots": {"address": f"芦苇新村{n}幢"},
        "incident": "F-1",
    }


async def _cut_off(process: subprocess.Popen[str], delay: float, doing: object) -> None:
    """The request, and the push behind it, are under way when the hall dies."""
    task = asyncio.ensure_future(doing)  # type: ignore[call-overload]  # a coroutine
    loop = asyncio.get_running_loop()
    until = loop.time() + delay
    while loop.time() < until:
        await asyncio.wait([task], timeout=max(until - loop.time(), 0))
        if task.done():
            break
    ended(process)
    with contextlib.suppress(aiohttp.ClientError, AssertionError, TimeoutError):
        await task


async def _heard(hall: Outside, needle: str) -> list[Json]:
    """The push as it went out: no live card, only customers."""
    found = await hall.letters(kind="status")
    return [one for one in found if needle in one["text"] and one["to"].startswith("customer:")]


async def _once(hall: Outside, needle: str) -> None:
    found = await _heard(hall, needle)
    assert sorted(one["to"] for one in found) == [f"customer:{key}" for key in KEYS]
    assert len({one["key"] for one in found}) == MEMBERS
    assert {one["state"] for one in found} == {"sent"}
    assert {one["incident"] for one in found} == {"F-1"}
    talk = await hall.talk(KEYS[7])
    assert len([one for one in talk if needle in one["text"] and "来电" in one["text"]]) == 1


async def _killed(folder: Path, url: str, delay: float) -> None:
    process, address = started(folder, url)
    told = {"cause": CAUSE, "eta_at": ETA, "text": "抢修车已到现场", "id": "tell"}
    try:
        async with outside(address) as hall:
            customers = [{"key": key, "name": f"客户{key}"} for key in KEYS]
            await hall.load(customer=customers, case=[brought(n) for n in range(MEMBERS)], outage=[ROW])
            (mother,) = (await hall.staff("C001", "GET", "incidents"))["items"]
            assert (mother["no"], mother["state"], mother["size"]) == ("F-1", "confirmed", MEMBERS)
            await hall.token(KEYS[7])
            tokens = dict(hall.tokens)
            await _cut_off(process, delay, hall.staff("C001", "POST", "incidents/F-1/confirm", told))
        process, address = started(folder, url)
        async with outside(address) as hall:
            hall.tokens.update(tokens)
            again = await hall.staff("C001", "POST", "incidents/F-1/confirm", told)
            assert again.status == OK, again
            await _once(hall, CAUSE)
            over = hall.staff("C001", "POST", "incidents/F-1/restore", {"text": "接头已换", "id": "over"})
            await _cut_off(process, delay, over)
        process, address = started(folder, url)
        async with outside(address) as hall:
            hall.tokens.update(tokens)
            again = await hall.staff("C001", "POST", "incidents/F-1/restore", {"text": "接头已换", "id": "over"})
            assert again.status == OK, again
            await _once(hall, "来电了吗")
            await hall.say(KEYS[3], "来电了")
            await hall.say(KEYS[4], "还没来电")
            states = {key: (await hall.staff("C001", "GET", f"cases?customer={key}"))["items"][0] for key in KEYS[3:6]}
            assert [states[key]["state"] for key in KEYS[3:6]] == ["closed", "in_progress", "resolved"]
            assert (await hall.staff("C001", "GET", "incidents/F-1"))["size"] == MEMBERS - 1
    finally:
        ended(process)


@pytest.mark.slow
@pytest.mark.parametrize("delay", DELAYS)
async def test_each_of_thirty_hears_each_news_once_though_the_hall_dies_in_the_push(
    delay: float, tmp_path: Path
) -> None:
    await _killed(tmp_path / "data", "", delay)


@pytest.mark.slow
async def test_on_postgresql_too(tmp_path: Path) -> None:
    await _killed(tmp_path / "data", postgres.fresh_database(), 0.08)
