import asyncio
from pathlib import Path

import aiohttp

from tests.bot.web.kit import door


async def test_open_streams_and_polls_end_at_once_when_the_hall_shuts(tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as outside:
        async with door(tmp_path) as out:
            key, headers = await out.customer()
            staff = await out.staff("A001")
            paths = [("/api/chat/stream", headers), ("/api/staff/stream", staff)] * 10
            streams = [await outside.get(out.address + path, headers=who) for path, who in paths]
            for stream in streams:
                await stream.content.readline()
            path = "/api/chat/messages?after=0&wait=30"
            poll = asyncio.create_task(outside.get(out.address + path, headers=headers))
            while len(out.hall.bell._waiting.get(f"talk:{key}", ())) <= 10:
                await out.json("GET", "/healthz")
            begun = loop.time()
        took = loop.time() - begun
        assert (await (await poll).json())["messages"] == []
        for stream in streams:
            await stream.read()
    assert took < 2


async def test_a_stream_ends_when_its_way_in_ends(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, headers = await out.customer()
        token = headers["Authorization"].removeprefix("Bearer ")
        async with asyncio.timeout(10), out.web.get("/api/chat/stream", headers=headers) as stream:
            await stream.content.readline()
            await out.hall.ledger.write(lambda page: page.end_sessions(secret=token))
            out.hall.bell.ring(f"talk:{key}")
            await stream.read()
        await out.json("GET", "/api/chat/messages", 401, headers=headers)


async def test_a_closed_tab_leaves_nothing_behind(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        for _ in range(5):
            stream = await out.web.get("/api/chat/stream", headers=headers)
            await stream.content.readline()
            stream.close()
        await out.say(headers, "你好")
        assert len(await out.talk(headers)) == 2


async def test_the_staff_stream_tells_letters_and_that_the_desk_changed(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        staff = await out.staff("A001")
        async with asyncio.timeout(10), out.web.get("/api/staff/stream", headers=staff) as stream:
            lines: list[str] = []
            while "event: desk" not in lines:
                lines.append((await stream.content.readline()).decode().strip())
            _, headers = await out.customer()
            await out.say(headers, "变压器冒火了，芦苇路8号")
            while "event: letter" not in lines:
                lines.append((await stream.content.readline()).decode().strip())
