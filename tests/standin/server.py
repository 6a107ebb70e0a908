"""A stand-in of the Telegram Bot API: a process of its own over real HTTP, sharing no code with what it judges."""

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.standin.control import obey
from tests.standin.errors import ApiError, ControlError, Told
from tests.standin.methods import METHODS
from tests.standin.params import Params, Upload
from tests.standin.polling import get_updates
from tests.standin.webhook import push_all
from tests.standin.world import Call, Fault, Json, World

HOST = "127.0.0.1"
BODY_AT_MOST = 60 * 1024 * 1024
DONE_FIRST = frozenset({"drop", "hang", "slow"})


@dataclass(slots=True)
class Stage:
    worlds: dict[str, World] = field(default_factory=dict)
    pushers: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    runner: web.ServerRunner | None = None
    site: web.TCPSite | None = None
    port: int = 0
    down: bool = False
    rising: asyncio.TimerHandle | None = None


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        text=json.dumps(body, ensure_ascii=False), status=status, content_type="application/json", charset="utf-8"
    )


def _error(code: int, description: str, parameters: Json | None = None) -> web.Response:
    body: Json = {"ok": False, "error_code": code, "description": description}
    return _json(body | ({"parameters": parameters} if parameters else {}), code)


async def read(request: web.BaseRequest) -> Params:
    """The parameters of a call, however they were sent."""
    values: Json = dict(request.query)
    files: dict[str, Upload] = {}
    if request.method == "POST" and request.can_read_body:
        if request.content_type == "application/json":
            try:
                given = json.loads(await request.read())
            except ValueError:
                raise ApiError(400, "Bad Request: can't parse JSON object") from None
            values |= given if isinstance(given, dict) else {}
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    files[name] = Upload(value.filename, value.content_type, value.file.read())
                else:
                    values[name] = value
    return Params(values, files)


def _fault(world: World, call: Call) -> Fault | None:
    for fault in world.faults:
        here = not fault.chat or str(call.params.get("chat_id")) == str(fault.chat)
        if here and fault.method in {"", call.method.lower()} and (fault.method or call.method.lower() != "getupdates"):
            fault.times -= 1
            if fault.times <= 0:
                world.faults.remove(fault)
            return fault
    return None


async def answer(world: World, name: str, params: Params) -> Any:
    """What the method says."""
    lowered = name.lower()
    if lowered == "getupdates":
        return await get_updates(world, params)
    method = METHODS.get(lowered)
    if method is None:
        raise ApiError(404, "Not Found: method not found")
    return method(world, params)


def _cut(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _troubled(request: web.BaseRequest, call: Call, fault: Fault) -> web.Response | None:
    call.fault = fault.kind
    if fault.kind == "refuse":
        return _cut(request)
    if fault.kind == "html":
        return web.Response(text="<html><h1>502 Bad Gateway</h1></html>", status=502, content_type="text/html")
    if fault.kind in {"500", "502"}:
        raise ApiError(int(fault.kind), "Bad Gateway" if fault.kind == "502" else "Internal Server Error")
    if fault.kind in {"429", "error"}:
        raise ApiError(fault.code, fault.description, **fault.parameters)
    return None


async def _after(request: web.BaseRequest, fault: Fault) -> web.Response | None:
    if fault.kind == "drop":
        return _cut(request)
    seconds = fault.seconds or (3600.0 if fault.kind == "hang" else 0.2)
    await asyncio.sleep(seconds)  # noqa: TID251 -- the stand-in is another machine: its slowness is real
    return _cut(request) if fault.kind == "hang" else None


async def call_method(request: web.BaseRequest, world: World, name: str) -> web.Response:
    """One call: recorded, perhaps troubled, done, answered."""
    params = await read(request)
    shown = {key: {"name": one.name, "mime": one.mime, "size": len(one.data)} for key, one in params.files.items()}
    call = Call(len(world.calls) + 1, time.monotonic(), name, params.values, shown)
    world.calls.append(call)
    fault = _fault(world, call)
    try:
        if fault is not None and fault.kind not in DONE_FIRST and (early := await _troubled(request, call, fault)):
            return early
        result = await answer(world, name, params)
        call.code = 200
        body: Json = {"ok": True, "result": result}
        if isinstance(result, Told):
            body = {"ok": True, "result": result.result, "description": result.description}
        done = _json(body)
    except ApiError as refused:
        call.code, call.description = refused.code, refused.description
        done = _error(refused.code, refused.description, refused.parameters)
    except (AttributeError, KeyError, TypeError, ValueError) as odd:
        call.code, call.description = 400, f"Bad Request: the parameters cannot be read: {odd!r}"
        done = _error(400, call.description)
    finally:
        call.done_at = time.monotonic()
        if name.lower() != "getupdates":
            world.touch()
    if fault is not None and fault.kind in DONE_FIRST:
        call.fault = fault.kind
        return await _after(request, fault) or done
    return done


async def api(stage: Stage, request: web.BaseRequest) -> web.Response:
    """The side the bot sees."""
    if stage.down:
        return _cut(request)
    parts = request.path.split("/", 3)[1:]
    if parts[0] == "file" and len(parts) == 3:
        world = stage.worlds.get(parts[1].removeprefix("bot"))
        file = world and next((one for one in world.files.values() if one.path == parts[2]), None)
        if not file:
            return _error(404 if world else 401, "Not Found" if world else "Unauthorized")
        return web.Response(body=file.data, content_type="application/octet-stream")
    if not parts[0].startswith("bot") or len(parts) != 2:
        return _error(404, "Not Found")
    world = stage.worlds.get(parts[0].removeprefix("bot"))
    if world is None:
        return _error(401, "Unauthorized")
    if request.method not in {"GET", "POST"}:
        return _error(405, "Method Not Allowed")
    return await call_method(request, world, parts[1])


def begin(stage: Stage, epoch: float) -> World:
    """A new bot with nothing around it."""
    no = 7_000_000_001 + len(stage.pushers)
    token = f"{no}:{secrets.token_urlsafe(26)[:35]}"
    bot: Json = {
        "id": no,
        "is_bot": True,
        "first_name": "首办",
        "username": f"shouban_{no}_bot",
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    real = time.time()  # noqa: TID251 -- the stand-in is another machine with a clock of its own
    world = World(token, bot, epoch or real)
    stage.worlds[token] = world
    stage.pushers[token] = asyncio.create_task(push_all(world))
    return world


async def _down(stage: Stage, seconds: float) -> None:
    stage.down = True
    if stage.site is not None:
        await stage.site.stop()
        stage.site = None
    if stage.runner is not None and stage.runner.server is not None:
        for one in stage.runner.server.connections:
            if one.transport is not None:
                one.transport.abort()
    if seconds:
        loop = asyncio.get_running_loop()
        stage.rising = loop.call_later(seconds, lambda: loop.create_task(_up(stage)))


async def _up(stage: Stage) -> None:
    if stage.rising is not None:
        stage.rising.cancel()
        stage.rising = None
    stage.down = False
    if stage.site is None and stage.runner is not None:
        stage.site = web.TCPSite(stage.runner, HOST, stage.port, reuse_address=True)
        await stage.site.start()


async def control(stage: Stage, request: web.BaseRequest) -> web.Response:
    """The side the test sees."""
    what = json.loads(await request.read() or b"{}")
    parts = request.path.strip("/").split("/")
    if parts == ["control", "worlds"]:
        world = begin(stage, float(what.get("epoch", 0)))
        return _json({"ok": True, "result": {"token": world.token, "bot": world.bot}})
    found = stage.worlds.get(parts[1]) if len(parts) == 3 else None
    if found is None:
        return _json({"ok": False, "description": "no such world"}, 404)
    result: Any = True
    try:
        match parts[2]:
            case "end":
                del stage.worlds[found.token]
                stage.pushers[found.token].cancel()
                await _up(stage)
            case "down":
                await _down(stage, float(what.get("seconds", 0)))
            case "up":
                await _up(stage)
            case verb:
                result = await obey(found, verb, what)
    except (ControlError, TypeError, KeyError, ValueError) as wrong:
        return _json({"ok": False, "description": f"{parts[2]}: {wrong!r}"}, 400)
    return _json({"ok": True, "result": result})


def _server(handler: Any) -> web.Server:
    loop = asyncio.get_running_loop()

    def made(message: Any, payload: Any, protocol: Any, writer: Any, task: Any) -> web.BaseRequest:
        return web.BaseRequest(message, payload, protocol, writer, task, loop, client_max_size=BODY_AT_MOST)

    return web.Server(handler, request_factory=made, access_log=None, handler_cancellation=True)


async def serve(port: int, *, until_eof: bool) -> None:
    """Both sides, until told to end."""
    stage = Stage()

    async def front(request: web.BaseRequest) -> web.StreamResponse:
        return await api(stage, request)

    async def back(request: web.BaseRequest) -> web.StreamResponse:
        return await control(stage, request)

    stage.runner, behind = web.ServerRunner(_server(front)), web.ServerRunner(_server(back))
    await stage.runner.setup()
    await behind.setup()
    stage.site = web.TCPSite(stage.runner, HOST, port, reuse_address=True)
    await stage.site.start()
    await web.TCPSite(behind, HOST, 0).start()
    stage.port = stage.runner.addresses[0][1]
    told = {"api": f"http://{HOST}:{stage.port}", "control": f"http://{HOST}:{behind.addresses[0][1]}"}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
    end = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, end.set)
    if until_eof:
        loop.add_reader(sys.stdin.fileno(), lambda: None if os.read(sys.stdin.fileno(), 1024) else end.set())
    await end.wait()
    for task in stage.pushers.values():
        task.cancel()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(asyncio.gather(stage.runner.cleanup(), behind.cleanup()), 1)


def main() -> None:
    """`python -m tests.standin.server --port 0`: one line of JSON says where it listens."""
    parser = argparse.ArgumentParser(description="a stand-in of the Telegram Bot API")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until-eof", action="store_true", help="end when standard input ends")
    chosen = parser.parse_args()
    asyncio.run(serve(chosen.port, until_eof=chosen.until_eof))


if __name__ == "__main__":
    main()
