"""The Telegram way against a bare python-telegram-bot echo in the same run; limits, pushes, replies in between."""

import asyncio
import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from bot import app
from bot.desk.case import Kind, Letter
from bot.hall.pages import Page
from bot.hall.records import Person, Reach
from bot.settings import read_settings
from tests.kit import edition
from tests.standin.kit import World, fresh, running

PEOPLE, MESSAGES = int(os.environ.get("BENCH_PEOPLE", "1000")), 10
ECHO_PEOPLE = 200
OFFERED, SECONDS = 30, 15
PUSHED, AFTER = 10_000, 1_000
TEXT = "过户要带什么"
PATIENCE = 1800.0

ECHO = """
import logging, os
from telegram import Update
from telegram.ext import Application, MessageHandler, filters
logging.disable(logging.CRITICAL)
async def echo(update, context):
    await update.message.reply_text(update.message.text)
base = os.environ["BASE"]
made = Application.builder().token(os.environ["TOKEN"]).base_url(base + "/bot")
made = made.base_file_url(base + "/file/bot").build()
made.add_handler(MessageHandler(filters.TEXT, echo))
made.run_polling(allowed_updates=Update.ALL_TYPES)
"""


@contextlib.contextmanager
def child(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process for as long as the block lasts."""
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)


def hall_environment(world: World, folder: Path, rates: str) -> dict[str, str]:
    """A real `hall serve` that talks to this world."""
    return {
        "HALL_DATA_DIR": str(folder),
        "HALL_PORT": "0",
        "TELEGRAM_BOT_TOKEN": world.token,
        "TELEGRAM_API_BASE_URL": world.api,
        "TELEGRAM_MODE": "polling",
        "TELEGRAM_RATES": rates,
    }


@contextlib.contextmanager
def hall(world: World, folder: Path, rates: str) -> Iterator[None]:
    """The hall is open when the block begins."""
    folder.mkdir(parents=True, exist_ok=True)
    with child([sys.executable, "-m", "bot", "serve"], hall_environment(world, folder, rates)) as process:
        assert process.stdout is not None  # noqa: S101 - piped
        while not re.search(r"http://[\d.]+:\d+", process.stdout.readline()):
            pass
        yield


async def _polled(world: World) -> None:
    """The bot asks for updates: everybody starts from the same line."""
    await world.wait_for(lambda: world.calls("getUpdates", polls=True), within=60)


async def rush(world: World, people: int) -> float:
    """Messages a second from the first that lies there to the last that is answered."""
    await _polled(world)
    begin = time.perf_counter()
    await world.bulk(people, MESSAGES, TEXT)
    await world.wait_replies(people * MESSAGES, within=PATIENCE)
    return people * MESSAGES / (time.perf_counter() - begin)


async def lost_and_misordered(world: World, people: int) -> tuple[int, int]:
    """Answers that are missing or too many, and answers that came out of the order of their letters."""
    replies = await world.replies()
    counts = [len(texts) for texts in replies.values()]
    wrong = sum(abs(count - MESSAGES) for count in counts) + MESSAGES * (people - len(counts))
    order: dict[int, list[int]] = {}
    for call in await world.calls("sendMessage"):
        rows = json.loads(call.params.get("reply_markup") or "{}").get("inline_keyboard", [])
        letters = [int(one["callback_data"].split(".")[0]) for row in rows for one in row]
        order.setdefault(call.chat, []).extend(letters[:1])
    return wrong, sum(seen != sorted(seen) for seen in order.values())


async def throughput(root: Path, standin: Any) -> dict[str, Any]:
    """Ours against the echo, limits lifted, FULL."""
    async with fresh(standin) as world:
        with child([sys.executable, "-c", ECHO], {"BASE": world.api, "TOKEN": world.token}):
            echo = await rush(world, ECHO_PEOPLE)
    async with fresh(standin) as world:
        with hall(world, root / "rush", "off"):
            ours = await rush(world, PEOPLE)
        wrong, misordered = await lost_and_misordered(world, PEOPLE)
    return {
        "messages": PEOPLE * MESSAGES,
        "messages_a_second": round(ours),
        "bare_echo_a_second": round(echo),
        "ratio": round(ours / echo, 3),
        "lost_or_doubled": wrong,
        "misordered_chats": misordered,
    }


async def _latencies(world: World) -> list[float]:
    """Milliseconds from a message to its answer, 30 customers a second, each once."""
    await _polled(world)
    people = [await world.person(f"客户{number}") for number in range(OFFERED * SECONDS)]
    written: dict[int, float] = {}
    begin = time.monotonic()
    for number, person in enumerate(people):
        wait = begin + number / OFFERED - time.monotonic()
        await asyncio.sleep(max(wait, 0))  # noqa: TID251 - a load has its own clock
        written[person.id] = time.monotonic()
        await person.write(TEXT)
    await world.wait_replies(len(people), within=120)
    calls = await world.calls("sendMessage")
    return sorted((call.at - written[call.chat]) * 1000 for call in calls)


def _p99(sorted_: list[float]) -> float:
    return sorted_[int(len(sorted_) * 0.99) - 1]


async def delay(root: Path, standin: Any) -> dict[str, Any]:
    """What the real limits add at 30 a second."""
    found = {}
    for name, rates in (("without_limits", "off"), ("with_limits", "all=30/1s chat=1/1s group=20/60s")):
        async with fresh(standin) as world:
            with hall(world, root / name, rates):
                found[name] = await _latencies(world)
    with_, without = _p99(found["with_limits"]), _p99(found["without_limits"])
    return {
        "offered_a_second": OFFERED,
        "p99_ms_without_limits": round(without),
        "p99_ms_with_limits": round(with_),
        "added_p99_ms": round(with_ - without),
    }


@contextlib.asynccontextmanager
async def _inside(world: World, folder: Path) -> AsyncIterator[app.Running]:
    """A hall in this process, so that a push can be put into its outbox."""
    folder.mkdir()
    running_ = await app.open_hall(
        read_settings(os.environ | hall_environment(world, folder, "off")), edition=edition()
    )
    async with app.at_work(running_):
        yield running_


async def push(root: Path, standin: Any) -> dict[str, Any]:
    """A reply of staff in the middle of a push to 10,000: how many pushed messages went out before it."""
    async with fresh(standin) as world:
        chats = await world.bulk(PUSHED, 0)
        async with _inside(world, root / "push") as running_:
            held = running_.hall

            def post(page: Page) -> None:
                for chat in chats:
                    key = f"p{chat}"
                    page.keep_person(Person(key, channel="tg"))
                    page.keep_reach(Reach(f"customer:{key}", ("tg",), chat))
                    page.post(
                        Letter(f"customer:{key}", Kind.NOTICE, f"push:{chat}", "计划停电通知"), held.clock.now(), str
                    )

            await held.ledger.write(post)
            held.outbox_has_work()
            begin = time.perf_counter()
            await world.wait_replies(AFTER, within=PATIENCE)
            last = f"customer:p{chats[-1]}"
            letter = Letter(last, Kind.WORDS, "reply", "师傅在路上了", speaker="A301")
            await held.ledger.write(lambda page: page.post(letter, held.clock.now(), str))
            posted = time.monotonic()
            held.outbox_has_work()
            await world.wait_replies(PUSHED + 1, within=PATIENCE)
            took = time.perf_counter() - begin
        calls = await world.calls("sendMessage")
    reply = next(call for call in calls if "师傅在路上了" in call.params["text"])
    return {
        "pushed": PUSHED,
        "pushed_a_second": round(PUSHED / took),
        "pushed_between_post_and_reply": sum(posted < call.at < reply.at for call in calls),
        "reply_after_ms": round((reply.at - posted) * 1000, 1),
    }


async def measure(root: Path) -> dict[str, Any]:
    """All of it on one stand-in."""
    root.mkdir()
    with running() as standin:
        return {
            **await throughput(root, standin),
            **await delay(root, standin),
            **await push(root, standin),
        }
