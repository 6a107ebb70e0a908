"""A hall that is told to shut does so though fifty tabs are open, and what was acknowledged is still there."""

import asyncio
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from tests.kit import CACHE

TABS = 50
PATIENCE = 5.0
"""Seconds a shutting hall may take; asked for by whoever runs it under a supervisor."""


def serve(folder: Path) -> tuple[subprocess.Popen[str], str]:
    """A real hall on a free port; its folder may have served before."""
    if not folder.exists():
        folder.mkdir()
        (folder / "cache").symlink_to(CACHE)
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "serve"],
        env=os.environ | {"HALL_DATA_DIR": str(folder), "HALL_PORT": "0"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    while not (found := re.search(r"http://[\d.]+:\d+", process.stdout.readline())):
        assert process.poll() is None
    return process, found[0]


async def heard(stream: aiohttp.ClientResponse) -> bool:
    """Read on until the door closes; whether anything of the guide came."""
    seen = b""
    try:
        async for line in stream.content:
            seen += line
    except aiohttp.ClientPayloadError:
        pass
    return b'"guide"' in seen


@pytest.mark.slow
async def test_fifty_open_streams_do_not_keep_the_hall_from_shutting(tmp_path: Path) -> None:
    process, address = await asyncio.to_thread(serve, tmp_path / "data")
    connector = aiohttp.TCPConnector(limit=0)
    try:
        async with aiohttp.ClientSession(address, connector=connector) as client:
            headers = []
            for _ in range(TABS):
                async with client.post("/api/chat/sessions", json={}) as made:
                    headers.append({"Authorization": f"Bearer {(await made.json())['token']}"})
            streams = [await client.get("/api/chat/stream", headers=one) for one in headers]
            tabs = [asyncio.create_task(heard(stream)) for stream in streams]
            async with client.post(
                "/api/chat/messages", headers=headers[0], json={"id": "last", "text": "你好"}
            ) as answer:
                assert answer.status == 202
            process.send_signal(signal.SIGTERM)
            assert await asyncio.to_thread(process.wait, PATIENCE) == 0
            await asyncio.gather(*tabs)
        errors = process.stderr.read() if process.stderr else ""
        assert "Traceback" not in errors
    finally:
        process.kill()
        process.wait()
        for pipe in (process.stdout, process.stderr):
            if pipe:
                pipe.close()
    again, address = await asyncio.to_thread(serve, tmp_path / "data")
    try:
        async with aiohttp.ClientSession(address, headers=headers[0]) as client:
            found: list[str] = []
            while "guide" not in found:
                async with client.get("/api/chat/messages?after=0&wait=5") as told:
                    found = [one["from"] for one in (await told.json())["messages"]]
            assert found[0] == "customer"
    finally:
        again.send_signal(signal.SIGTERM)
        again.communicate()
