"""The pusher: one chat's updates one after another, chats side by side, a press in a queue of its own, with retries."""

import asyncio
import re
import time
from urllib.parse import urlsplit

import aiohttp

from tests.standin.errors import Told, bad
from tests.standin.params import Params
from tests.standin.polling import choose_kinds
from tests.standin.world import Json, Update, Webhook, World

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
LONGEST_PAUSE = 60.0


def set_webhook(world: World, params: Params) -> Told:
    """Where updates are pushed to from now on."""
    url = params.text("url").strip()
    if not url:
        return delete_webhook(world, params)
    secret = params.text("secret_token")
    if secret and not SECRET.fullmatch(secret):
        raise bad("secret token contains unallowed characters")
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise bad("bad webhook: An HTTPS URL must be provided for webhook")
    choose_kinds(world, params)
    if params.flag("drop_pending_updates"):
        world.forget_updates()
    same = world.webhook.url == url and world.webhook.secret == secret
    connections = min(max(params.number("max_connections", 40), 1), 100)
    world.webhook = Webhook(url, secret, connections)
    world.touch()
    return Told(result=True, description="Webhook is already set" if same else "Webhook was set")


def delete_webhook(world: World, params: Params) -> Told:
    """Back to getUpdates."""
    if params.flag("drop_pending_updates"):
        world.forget_updates()
    was = bool(world.webhook.url)
    world.webhook = Webhook()
    world.touch()
    return Told(result=True, description="Webhook was deleted" if was else "Webhook is already deleted")


def info(world: World, _: Params) -> Json:
    """What getWebhookInfo tells."""
    hook = world.webhook
    found: Json = {"url": hook.url, "has_custom_certificate": False, "pending_update_count": len(world.pending)}
    if hook.url:
        found |= {"max_connections": hook.connections, "ip_address": "127.0.0.1"}
    if hook.last_error:
        found |= {"last_error_message": hook.last_error, "last_error_date": hook.last_error_at}
    if world.allowed:
        found["allowed_updates"] = list(world.allowed)
    return found


async def push_all(world: World) -> None:
    """Push for as long as the world lasts."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0)) as session:
        busy: dict[str, asyncio.Task[None]] = {}
        try:
            while True:
                hook = world.webhook
                if hook.url and not world.held:
                    _start(world, session, busy)
                changed = world.changed
                await changed.wait()
        finally:
            for task in busy.values():
                task.cancel()


def _start(world: World, session: aiohttp.ClientSession, busy: dict[str, asyncio.Task[None]]) -> None:
    for queue in world.lines:
        if len(busy) >= world.webhook.connections:
            return
        if queue not in busy:
            busy[queue] = asyncio.create_task(_drain(world, session, queue, busy))


async def _drain(world: World, session: aiohttp.ClientSession, queue: str, busy: dict[str, asyncio.Task[None]]) -> None:
    try:
        while line := world.lines.get(queue):
            update = line[min(line)] if not world.reverse else line[max(line)]
            if world.stale(update):
                world.settle(update.id, taken=False)
            elif not await _push_until_taken(world, session, update):
                return
    finally:
        busy.pop(queue, None)
        world.touch()


async def _push_until_taken(world: World, session: aiohttp.ClientSession, update: Update) -> bool:
    failed = 0
    times = 2 if world.doubled else 1
    while world.webhook.url and not world.held:
        status, pause = await _push(world, session, update)
        if 200 <= status < 300:
            times -= 1
            if not times:
                world.settle(update.id)
                world.touch()
                return True
            continue
        failed += 1
        world.touch()
        if not pause and failed > 1:
            pause = min(2.0 ** (failed - 1), LONGEST_PAUSE) * world.pace
        if pause:
            await asyncio.sleep(pause)  # noqa: TID251 -- the stand-in is another machine: its pauses are real
    return False


async def _push(world: World, session: aiohttp.ClientSession, update: Update) -> tuple[int, float]:
    hook = world.webhook
    headers = {"X-Telegram-Bot-Api-Secret-Token": hook.secret} if hook.secret else {}
    status, pause, error = 0, 0.0, "Connection refused"
    began = time.monotonic()
    try:
        async with session.post(hook.url, json={"update_id": update.id} | update.body, headers=headers) as answer:
            status = answer.status
            error = f"Wrong response from the webhook: {status} {answer.reason}"
            wanted = answer.headers.get("Retry-After", "0")
            pause = min(float(wanted), 3600.0) if wanted.isdigit() and status >= 300 else 0.0
            await answer.read()
    except (aiohttp.ClientError, TimeoutError):
        error = "Connection refused"
    if not 200 <= status < 300:
        hook.last_error, hook.last_error_at = error, world.date()
    world.pushes.append(
        {"update": update.id, "queue": update.queue, "status": status, "at": began, "done_at": time.monotonic()}
    )
    return status, pause
