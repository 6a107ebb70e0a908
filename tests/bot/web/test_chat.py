import asyncio
import io
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from bot.hall import counter, drill
from tests.bot.web.kit import Door, door

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


async def test_sit_down_say_read(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer("顾")
        await out.say(headers, "你好", "m-1")
        talk = await out.talk(headers)
        assert talk[0]["from"] == "customer"
        assert (talk[0]["id"], talk[0]["text"]) == ("m-1", "你好")
        assert talk[1]["from"] == "guide"
        assert all(line["drill"] for line in talk)
        found = await out.json("GET", f"/api/chat/messages?after={talk[-1]['seq']}", headers=headers)
        assert found == {"messages": [], "last": talk[-1]["seq"], "drill": True}


async def test_the_same_id_again_is_the_same_message(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        for _ in range(3):
            await out.say(headers, "转人工", "once")
        own = [line for line in await out.talk(headers) if line["from"] == "customer"]
        assert [line["id"] for line in own] == ["once"]
        assert (await out.json("GET", "/api/chat/cases", headers=headers))["total"] == 1


async def test_two_customers_may_use_the_same_id(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, one = await out.customer()
        _, two = await out.customer()
        await out.say(one, "你好", "1")
        await out.say(two, "转人工", "1")
        assert (await out.talk(two))[0]["text"] == "转人工"


@pytest.mark.parametrize(
    "body",
    [
        {"id": "1"},
        {"id": "1", "text": " \n"},
        {"text": "没有编号"},
        {"id": "", "text": "没有编号"},
        {"id": {"a": 1}, "text": "x"},
        {"id": "1", "text": ["x"]},
        {"id": "1", "text": "x", "button": "y"},
        {"id": "1", "location": {"lat": 91, "lon": 0}},
        {"id": "1", "location": "这里"},
        {"id": "1", "location": {"lat": True, "lon": 0}},
        {"id": "1", "contact": "13800000001"},
        {"id": "1", "contact": {}},
        {"id": "1", "text": "x", "replaces": "坏"},
    ],
)
async def test_what_says_nothing_is_422(tmp_path: Path, body: dict[str, Any]) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        found = await out.json("POST", "/api/chat/messages", 422, json=body, headers=headers)
        assert found["message"]


@pytest.mark.parametrize("raw", ["[1]", "{", '{"id": NaN}', "x" * 100, "[" * 60_000])
async def test_what_is_no_object_is_400(tmp_path: Path, raw: str) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        found = await out.json("POST", "/api/chat/messages", 400, data=raw, headers=headers)
        assert found["error"] == "bad_json"


async def test_strange_text_is_kept_safely(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        raw = rb'{"id": "s", "text": "\ud800\u0000<script>alert(1)</script>\u202e\ud83d\ude00"}'
        await out.json("POST", "/api/chat/messages", 202, data=raw, headers=headers)
        await drill.settle(out.hall)
        assert (await out.talk(headers))[0]["text"] == "\ufffd<script>alert(1)</script>\u202e😀"


async def test_long_text_is_taken_up_to_a_limit_then_refused_politely(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "电" * 10_000, "long")
        body = json.dumps({"id": "longer", "text": "电" * 10_001}, ensure_ascii=False).encode()
        found = await out.json("POST", "/api/chat/messages", 413, data=body, headers=headers)
        assert "分几条" in found["message"]


async def test_location_contact_button_and_correction_are_taken(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        for body in (
            {"id": "1", "location": {"lat": 31.2, "lon": 120}},
            {"id": "2", "contact": {"name": "顾", "phone": "13800000001"}},
            {"id": "3", "button": "made.up"},
            {"id": "4", "text": "不是停电", "replaces": "1"},
        ):
            found = await out.json("POST", "/api/chat/messages", 202, json=body, headers=headers)
            assert found["id"] == body["id"]
        await drill.settle(out.hall)
        assert not await out.hall.ledger.read(lambda lists: lists.talks_with_work(9))


def _form(*files: tuple[str, bytes, str], **fields: str) -> FormData:
    form = FormData(default_to_multipart=True)
    for name, value in fields.items():
        form.add_field(name, value)
    for name, data, kind in files:
        form.add_field("file", io.BytesIO(data), filename=name, content_type=kind)
    return form


async def test_an_album_is_one_message_and_its_files_are_the_customer_s_own(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        _, other = await out.customer()
        form = _form(
            ("表.png", PNG, "image/png"), ("单.pdf", b"%PDF-1.7 x", "application/pdf"), id="a", text="电表坏了"
        )
        await out.json("POST", "/api/chat/messages", 202, data=form, headers=headers)
        await drill.settle(out.hall)
        line = (await out.talk(headers))[0]
        assert [(file["name"], file["type"]) for file in line["files"]] == [
            ("表.png", "image/png"),
            ("单.pdf", "application/pdf"),
        ]
        async with out.web.get(line["files"][0]["url"], headers=headers) as answer:
            assert await answer.read() == PNG
            assert answer.content_type == "image/png"
            assert answer.headers["Content-Disposition"].startswith("inline")
        async with out.web.get(line["files"][1]["url"], headers=headers) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
        await out.json("GET", line["files"][0]["url"], 404, headers=other)
        await out.json("GET", line["files"][0]["url"], 401)
        await out.json("GET", "/api/chat/files/..%2f..%2fetc", 404, headers=headers)


async def test_files_that_are_not_taken_say_what_to_do_instead(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        most = out.hall.edition().data.books.rules.file_max
        _, headers = await out.customer()
        cases = (
            (413, "截图", _form(("大.png", PNG + b"0" * most, "image/png"), id="1")),
            (415, "照片", _form(("x.html", b"<html>", "text/html"), id="2")),
            (415, "照片", _form(("x.png", b"<svg onload=1>", "image/png"), id="3")),
            (413, "下一条", _form(*[(f"{n}.png", PNG, "image/png") for n in range(11)], id="4")),
            (422, "说点什么", _form(id="5", text=" ")),
            (422, "消息编号", _form(("x.png", PNG, "image/png"))),
        )
        for status, words, form in cases:
            found = await out.json("POST", "/api/chat/messages", status, data=form, headers=headers)
            assert words in json.dumps(found, ensure_ascii=False)
        assert await out.talk(headers) == []
        broken = {**headers, "Content-Type": "multipart/form-data; boundary=x"}
        await out.json("POST", "/api/chat/messages", 400, data=b"--y\r\n\r\nzz", headers=broken)
        await out.json(
            "POST", "/api/chat/messages", 400, data=b"x", headers={**headers, "Content-Type": "multipart/form-data"}
        )


async def test_a_long_poll_answers_when_something_comes(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        waiting = asyncio.create_task(out.json("GET", "/api/chat/messages?after=0&wait=30", headers=headers))
        async with asyncio.timeout(10):
            await out.say(headers, "你好")
            found = await waiting
        assert found["messages"]
        now = await out.json("GET", f"/api/chat/messages?after={found['last']}&wait=0", headers=headers)
        assert now["last"] >= found["last"]


async def test_a_wait_that_ends_empty_is_no_error(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        found = await out.json("GET", "/api/chat/messages?after=99&wait=1", headers=headers)
        assert found == {"messages": [], "last": 0, "drill": True}
        await out.json("GET", "/api/chat/messages?after=-1", 422, headers=headers)


async def _events(out: Door, headers: dict[str, str], count: int) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    async with asyncio.timeout(10), out.web.get("/api/chat/stream", headers=headers) as answer:
        assert answer.content_type == "text/event-stream"
        event: dict[str, str] = {}
        async for raw in answer.content:
            name, _, value = raw.decode().rstrip("\n").partition(": ")
            if name:
                event[name] = value
            elif "data" in event:
                found.append(event)
                event = {}
            if len(found) == count:
                break
    return found


async def test_the_stream_brings_what_is_new_and_resumes_where_it_stopped(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "你好")
        first = await _events(out, headers, 2)
        assert [json.loads(event["data"])["from"] for event in first] == ["customer", "guide"]
        assert json.loads(first[0]["data"])["drill"] is True
        rest = await _events(out, {**headers, "Last-Event-ID": first[0]["id"]}, 1)
        assert rest[0]["id"] == first[1]["id"]
        later = asyncio.create_task(_events(out, {**headers, "Last-Event-ID": first[1]["id"]}, 1))
        await out.say(headers, "转人工")
        assert json.loads((await later)[0]["data"])["text"] == "转人工"


async def test_one_s_own_cases_and_nobody_else_s(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        staff = out.hall.edition().data.books.person(handler)
        await counter.note(out.hall, staff, no, "客户脾气急，只给厅里看")
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert shown["customer"] == key
        assert shown["no"] == no
        assert "脾气" not in json.dumps(shown, ensure_ascii=False)
        assert all(event["public"] for event in shown["events"])
        _, other = await out.customer()
        foreign = await out.json("GET", f"/api/chat/cases/{no}", 404, headers=other)
        unknown = await out.json("GET", "/api/chat/cases/DL20000101-0001", 404, headers=other)
        assert foreign == unknown
        assert (await out.json("GET", "/api/chat/cases", headers=other))["items"] == []
        kept = await out.hall.ledger.read(lambda lists: lists.events(""))
        assert no in [event.facts.get("case") for event in kept if event.move == "deny"]


async def test_cases_are_paged(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, _, headers = await out.opened()
        await out.say(headers, "转人工", "second")
        first = await out.json("GET", "/api/chat/cases?limit=1", headers=headers)
        assert (len(first["items"]), first["total"]) == (1, 2)
        rest = await out.json("GET", f"/api/chat/cases?limit=1&after={first['next']}", headers=headers)
        assert rest["next"] is None
        assert rest["items"][0]["no"] != first["items"][0]["no"]


@pytest.mark.parametrize("start", ["qr-hall_1", "../../etc", "x" * 65, 7, None, "查"])
async def test_an_unknown_payload_is_ignored(tmp_path: Path, start: object) -> None:
    async with door(tmp_path) as out:
        found = await out.json("POST", "/api/chat/sessions", json={"name": "a\0b" * 40, "start": start})
        assert found["token"]
