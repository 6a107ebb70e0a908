"""Drill 演练: the same hall on a clock that people turn; everything due happens at its own moment, in order."""

import asyncio
import json
import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.hall import access, bursts, delivery, duty, reception, seeding
from bot.hall.data import Edition
from bot.hall.house import MESSENGER, Drill, Hall
from bot.hall.pages import Page

PATIENCE = 60.0
"""Seconds a call may take before it says what remains."""
LOOK = 500
CLOCK = "drill.clock"
SPEED = "drill.speed"
FASTEST = 1_000_000.0
"""Seconds of the drill in one real second."""
FOLDER = "drill.folder"


class BadDrill(Exception):
    """The drill cannot do that; `why` is a Chinese sentence."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def practice(hall: Hall) -> Drill:
    """The drill's own parts; BadDrill in an ordinary hall."""
    if hall.practice is None:
        raise BadDrill("现在不是演练。")
    return hall.practice


async def settle(hall: Hall, *, gathering: bool = False) -> None:
    """Until nothing is under way now: what was heard is answered, what was due is done, letters are carried.

    `gathering`: time passes on, so a burst of messages may still go on too.
    """
    while True:
        await hall.engine.settle()
        talks = 0
        for customer in await hall.ledger.read(lambda lists: lists.talks_with_work(LOOK)):
            if gathering and await bursts.until(hall, customer) > hall.clock.now():
                continue
            await reception.drain(hall, customer)
            talks += 1
        chats = await _read_up(hall)
        moved = await duty.watch(hall)
        carried = await delivery.carry(hall)
        if not talks and not chats and not moved and not carried:
            return


async def _read_up(hall: Hall) -> int:
    """What lies unread of a messenger and whose time has come; how many chats."""
    if hall.messenger is None:
        return 0
    now = hall.clock.now()
    chats = await hall.ledger.read(lambda lists: lists.chats_with_updates(now, LOOK))
    for chat in chats:
        await hall.messenger.drain(f"{MESSENGER}:{chat}")
    return len(chats)


async def _remember(hall: Hall) -> None:
    clock = practice(hall).clock
    now, speed = clock.now().isoformat(), str(clock.speed)

    def doing(page: Page) -> None:
        page.remember(CLOCK, now)
        page.remember(SPEED, speed)

    await hall.ledger.write(doing)


async def _next(hall: Hall, stuck: datetime | None) -> datetime | None:
    """When something is to be done next; what is due and could not be done now may wait for a limit, for nothing else.

    A letter that was put off and then overtaken by a more urgent one keeps its old moment until its turn comes.
    """
    found = await hall.ledger.read(lambda lists: lists.next_wake_up())
    if found is not None and found == stuck:
        now, pace = hall.clock.now(), hall.pace
        opens = [pace.opens_at(now), *(pace.free_at(place, now) for place in pace.waiting(now))]
        found = min((at for at in opens if at > now), default=None)
    moments = (found, await duty.next_wake_up(hall), await bursts.next_wake_up(hall))
    return min((at for at in moments if at is not None), default=None)


async def forward(hall: Hall, target: datetime, patience: float = PATIENCE) -> bool:
    """Let time pass until `target`, stopping at every moment something falls due; False if patience ran out."""
    clock = practice(hall).clock
    loop = asyncio.get_running_loop()
    until = loop.time() + patience
    passes = target > clock.now()
    await settle(hall, gathering=passes)
    stuck: datetime | None = None
    while (wake_up := await _next(hall, stuck)) is not None:
        if wake_up > target or loop.time() > until:
            break
        if wake_up > clock.now():
            clock.turn_to(wake_up)
        await settle(hall, gathering=passes)
        after = await hall.ledger.read(lambda lists: lists.next_wake_up())
        stuck = after if after is not None and after <= clock.now() and after in (wake_up, stuck) else None
    finished = loop.time() <= until
    if finished and target > clock.now():
        clock.turn_to(target)
        await settle(hall, gathering=passes)
    await _remember(hall)
    return finished


async def jump(hall: Hall, target: datetime) -> None:
    """The clock is set, on or back, as after a machine slept: what fell due is made up once."""
    practice(hall).clock.turn_to(target)
    hall.pace.forget()
    await settle(hall)
    await _remember(hall)


def clock_json(hall: Hall) -> dict[str, Any]:
    """The drill's clock."""
    clock = practice(hall).clock
    return {"now": clock.now().isoformat(), "speed": clock.speed, "drill": True}


def _moment(hall: Hall, text: object) -> datetime:
    try:
        at = datetime.fromisoformat(str(text))
    except ValueError:
        raise BadDrill("now 要写成 ISO 8601 的时刻。") from None
    zone = hall.edition().data.books.calendar.zone
    try:
        return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
    except OverflowError:
        raise BadDrill("now 太远了。") from None


def _number(body: Mapping[str, object], name: str) -> float:
    value = body[name]
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < math.inf:
        raise BadDrill(f"{name} 要写成不小于 0 的数。")
    return float(value)


async def set_clock(hall: Hall, body: Mapping[str, object]) -> tuple[bool, dict[str, Any]]:
    """`now` or `forward_seconds`, `speed`, `jump`; whether all is done, and the clock as it is now."""
    async with practice(hall).lock:
        return await _set_clock(hall, body)


async def pump(hall: Hall, span: timedelta) -> None:
    """So much real time has passed: the drill's clock runs on at its speed."""
    drill = practice(hall)
    if drill.clock.speed <= 0 or drill.lock.locked():
        return
    async with drill.lock:
        await forward(hall, drill.clock.now() + span * drill.clock.speed)


async def _set_clock(hall: Hall, body: Mapping[str, object]) -> tuple[bool, dict[str, Any]]:
    clock = practice(hall).clock
    target, speed = clock.now(), _number(body, "speed") if "speed" in body else clock.speed
    if speed > FASTEST:
        raise BadDrill("speed 太大了。")
    if "forward_seconds" in body:
        try:
            target = clock.now() + timedelta(seconds=_number(body, "forward_seconds"))
        except OverflowError:
            raise BadDrill("forward_seconds 太大了。") from None
    elif "now" in body:
        target = _moment(hall, body["now"])
    if target < clock.now() and body.get("jump") is not True:
        raise BadDrill("时间只能向前；要往回拨，请加 jump。")
    clock.speed = speed
    if body.get("jump") is True:
        await jump(hall, target)
        return True, clock_json(hall)
    return await forward(hall, target), clock_json(hall)


async def load(hall: Hall, source: bytes | Mapping[str, object]) -> dict[str, Any]:
    """Another hall's data, a fresh drill: nothing is left of the last one."""
    drill = practice(hall)
    edition = await drill.read(source)
    async with drill.lock:
        return await _load(hall, drill, edition, source)


async def _load(hall: Hall, drill: Drill, edition: Edition, source: bytes | Mapping[str, object]) -> dict[str, Any]:
    await hall.engine.settle()
    start = edition.data.drill_now or drill.clock.now()
    kept = source.hex() if isinstance(source, bytes) else json.dumps(source, ensure_ascii=False, default=str)

    def doing(page: Page) -> None:
        page.wipe()
        page.remember(FOLDER, ("zip:" if isinstance(source, bytes) else "json:") + kept)
        seeding.seed(page, edition, start, messenger=MESSENGER in hall.channels)

    hall.ears.clear()
    hall.stumbles.clear()
    hall.pace.forget()
    drill.take(edition)
    drill.clock.turn_to(start)
    drill.clock.speed = edition.data.drill_speed
    await hall.ledger.write(doing)
    await _remember(hall)
    await settle(hall)
    return clock_json(hall) | {"hall": edition.data.info.name}


async def enter(hall: Hall, body: Mapping[str, object]) -> dict[str, Any]:
    """Sit down as anybody, no password: a customer by key, a newcomer by name, a person of the hall."""
    practice(hall)
    if "staff" in body:
        no = str(body["staff"])
        if no not in hall.edition().data.books.roster.staff:
            raise BadDrill(f"没有工号 {no} 这个人。")
        token = await access.personal_token(hall, no)
        return {"token": token, "link": await access.one_time_link(hall, no), "no": no, "drill": True}
    wanted = body.get("customer")
    if isinstance(wanted, Mapping):
        key = (await reception.newcomer(hall, "web", str(wanted.get("name", "")))).key
    else:
        key = str(wanted or "")
        if await hall.ledger.read(lambda lists: lists.person(key)) is None:
            raise BadDrill(f"没有客户 {key}。")
    token = await access.customer_session(hall, key)
    return {"token": token, "link": f"{hall.base_url}/#token={token}", "customer": key, "drill": True}
