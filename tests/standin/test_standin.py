"""The stand-in behaves as the real server is documented to, seen through plain HTTP."""

import asyncio
import json
import subprocess
import sys
from typing import Any

import aiohttp

from tests.standin.kit import World
from tests.standin.plain import call, good, keys, polling, refused
from tests.standin.seen import ROOT

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"


def test_the_process_shares_no_code_with_the_product_nor_with_its_libraries() -> None:
    code = "import sys, tests.standin.server; print(*{name.partition('.')[0] for name in sys.modules})"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert not set(told.stdout.split()) & {"bot", "intents", "storage", "telegram", "aiogram", "teremok"}


async def test_token_method_and_path_are_checked(world: World) -> None:
    world.pardon("noSuch")
    async with world.session.get(f"{world.api}/bot1:wrong/getMe") as answer:
        assert (answer.status, await answer.json()) == (
            401,
            {"ok": False, "error_code": 401, "description": "Unauthorized"},
        )
    assert await call(world, "noSuch") == {
        "ok": False,
        "error_code": 404,
        "description": "Not Found: method not found",
    }
    async with world.session.get(f"{world.api}/nothing") as answer:
        assert answer.status == 404
    assert (await good(world, "GETME"))["is_bot"] is True


async def test_parameters_come_by_query_form_multipart_and_json(world: World) -> None:
    person = await world.person()
    url = f"{world.api}/bot{world.token}/sendMessage"
    markup = json.dumps(keys("甲"))
    form = {"chat_id": str(person.id), "text": "表单", "reply_markup": markup}
    async with world.session.get(url, params={"chat_id": str(person.id), "text": "查询"}) as answer:
        assert (await answer.json())["ok"]
    async with world.session.post(url, data=form) as answer:
        assert (await answer.json())["result"]["reply_markup"] == keys("甲")
    with aiohttp.MultipartWriter("form-data") as parts:
        for name, value in form.items():
            parts.append(value).set_content_disposition("form-data", name=name)
        async with world.session.post(url, data=parts) as answer:
            assert (await answer.json())["ok"]
    await good(world, "sendMessage", chat_id=person.id, text="甲", reply_markup=keys("乙"))
    assert await person.heard() == ["查询", "表单", "表单", "甲"]


async def test_a_long_poll_waits_and_the_next_offset_acknowledges(world: World) -> None:
    person = await world.person("李四")
    assert await good(world, "getUpdates", timeout=0) == []
    waiting = asyncio.create_task(good(world, "getUpdates", timeout=20))
    await world.wait_for(lambda: polling(world))
    await person.write("我家停电了")
    (update,) = await waiting
    assert update["message"]["text"] == "我家停电了"
    assert update["message"]["chat"] == {"id": person.id, "type": "private", "first_name": "李四"}
    (again,) = await good(world, "getUpdates")
    assert again == update
    assert await good(world, "getUpdates", offset=update["update_id"] + 1) == []
    assert (await world.queue())["pending"] == []


async def test_two_long_polls_conflict_and_so_does_a_webhook(world: World) -> None:
    first = asyncio.create_task(call(world, "getUpdates", timeout=20))
    await world.wait_for(lambda: polling(world))
    assert await good(world, "getUpdates", timeout=0) == []
    told = await first
    assert told["error_code"] == 409
    assert told["description"].startswith("Conflict: terminated by other getUpdates request; make sure that only one")
    await good(world, "setWebhook", url="http://127.0.0.1:9/hook")
    assert (await refused(world, "getUpdates")).startswith("Conflict: can't use getUpdates method while webhook")
    assert (await call(world, "deleteWebhook"))["description"] == "Webhook was deleted"
    assert await good(world, "getUpdates") == []


async def test_the_kinds_asked_for_are_remembered_and_a_negative_offset_keeps_the_last(world: World) -> None:
    person = await world.person()
    await good(world, "getUpdates", allowed_updates=["edited_message"])
    said = await person.write("一")
    await person.edit(said.id, "二")
    await person.edit(said.id, "三")
    found = await good(world, "getUpdates")
    assert [one["edited_message"]["text"] for one in found] == ["二", "三"]
    (last,) = await good(world, "getUpdates", offset=-1)
    assert last["edited_message"]["text"] == "三"


async def test_who_cannot_be_written_to(world: World) -> None:
    stranger = await world.person(opened=False)
    assert await refused(world, "sendMessage", chat_id=stranger.id, text="您好") == "Bad Request: chat not found"
    await world.group(members=[stranger])
    told = "Forbidden: bot can't initiate conversation with a user"
    assert await refused(world, "sendMessage", chat_id=stranger.id, text="您好") == told
    await stranger.start("DL20261123-0007")
    await good(world, "sendMessage", chat_id=stranger.id, text="您好")
    await stranger.block()
    blocked = await call(world, "sendMessage", chat_id=stranger.id, text="您好")
    assert (blocked["error_code"], blocked["description"]) == (403, "Forbidden: bot was blocked by the user")
    await stranger.unblock()
    await good(world, "sendMessage", chat_id=stranger.id, text="您好")
    await stranger.leave_telegram()
    assert await refused(world, "sendMessage", chat_id=stranger.id, text="您") == "Forbidden: user is deactivated"
    assert await refused(world, "sendMessage", chat_id=12345, text="您好") == "Bad Request: chat not found"
    changes = [one["my_chat_member"] for one in await good(world, "getUpdates") if "my_chat_member" in one]
    assert [one["new_chat_member"]["status"] for one in changes] == ["kicked", "member"]


async def test_texts_that_are_refused(world: World) -> None:
    world.pardon("sendMessage")
    chat = (await world.person()).id

    async def why(**params: Any) -> str:
        return (await refused(world, "sendMessage", chat_id=chat, **params)).removeprefix("Bad Request: ")

    assert await why() == "message text is empty"
    assert await why(text=" \n") == "text must be non-empty"
    assert await why(text="停" * 4097) == "message is too long"
    assert await why(text="😀" * 2049) == "message is too long"
    assert (await why(text="电费<100元", parse_mode="HTML")).startswith("can't parse entities: Unsupported start tag")
    assert (await why(text="<b>停电", parse_mode="HTML")).startswith("can't parse entities: Can't find end tag")
    assert (await why(text="<b>停</i>", parse_mode="HTML")).startswith("can't parse entities: Unmatched end tag")
    reserved = "can't parse entities: Character '-' is reserved and must be escaped with the preceding '\\'"
    assert await why(text="DL-7 已受理!", parse_mode="MarkdownV2") == reserved
    assert (await why(text="*停电", parse_mode="Markdown")).startswith("can't parse entities: Can't find end of")
    assert await why(text="x", parse_mode="XML") == "unsupported parse_mode"
    many = {"inline_keyboard": [[{"text": "甲", "callback_data": "汉" * 22}]]}
    assert await why(text="x", reply_markup=many) == "BUTTON_DATA_INVALID"
    assert "Text buttons are unallowed" in await why(text="x", reply_markup={"inline_keyboard": [[{"text": "甲"}]]})
    local = {"inline_keyboard": [[{"text": "甲", "url": "http://localhost:8080/"}]]}
    assert "Wrong HTTP URL" in await why(text="x", reply_markup=local)
    assert await why(text="x", reply_parameters={"message_id": 77}) == "message to be replied not found"


async def test_parse_modes_become_entities(world: World) -> None:
    person = await world.person()
    text = '<b>停电</b> &lt;5 分钟&gt; <a href="https://example.org/">看</a>'
    sent = await good(world, "sendMessage", chat_id=person.id, text=text, parse_mode="HTML")
    assert sent["text"] == "停电 <5 分钟> 看"
    assert sent["entities"] == [
        {"type": "bold", "offset": 0, "length": 2},
        {"type": "text_link", "offset": 10, "length": 1, "url": "https://example.org/"},
    ]
    sent = await good(world, "sendMessage", chat_id=person.id, text=r"😀 *好*\! `a-b`", parse_mode="MarkdownV2")
    assert sent["text"] == "😀 好! a-b"
    assert [(one["type"], one["offset"]) for one in sent["entities"]] == [("bold", 3), ("code", 6)]


async def test_edits_change_what_people_see(world: World) -> None:
    person = await world.person()
    sent = await good(world, "sendMessage", chat_id=person.id, text="回执", reply_markup=keys("撤销"))
    spot = {"chat_id": person.id, "message_id": sent["message_id"]}
    same = await refused(world, "editMessageText", **spot, text="回执", reply_markup=keys("撤销"))
    assert same == NOT_MODIFIED
    await good(world, "editMessageText", **spot, text="回执 2")
    (seen,) = await person.messages()
    assert (seen.text, seen.labels, seen.edited) == ("回执 2", [], True)
    await good(world, "editMessageReplyMarkup", **spot, reply_markup=keys("评价"))
    assert (await person.messages())[0].labels == ["评价"]
    assert await refused(world, "editMessageReplyMarkup", **spot, reply_markup=keys("评价")) == NOT_MODIFIED
    spot["message_id"] = 999
    assert await refused(world, "editMessageText", **spot, text="x") == "Bad Request: message to edit not found"
    theirs = await person.write("我写的")
    spot["message_id"] = theirs.id
    assert await refused(world, "editMessageText", **spot, text="x") == "Bad Request: message can't be edited"
    spot["message_id"] = sent["message_id"]
    await good(world, "deleteMessage", **spot)
    assert await refused(world, "deleteMessage", **spot) == "Bad Request: message to delete not found"
    assert await person.heard() == []


async def test_a_press_expires_and_answers_are_kept(world: World) -> None:
    person = await world.person()
    await good(world, "sendMessage", chat_id=person.id, text="选", reply_markup=keys("接单", "办结"))
    press = await person.press("办结")
    (update,) = await good(world, "getUpdates")
    assert update["callback_query"]["data"] == "d1"
    assert update["callback_query"]["message"]["text"] == "选"
    await good(world, "answerCallbackQuery", callback_query_id=press, text="好")
    assert (await world.presses())[0]["answer"] == {"text": "好", "show_alert": False}
    late = await person.press(data="d0")
    await world.turn(151)
    assert await refused(world, "answerCallbackQuery", callback_query_id=late) == TOO_OLD
    assert await refused(world, "answerCallbackQuery", callback_query_id="0") == TOO_OLD
    assert await good(world, "getUpdates", offset=update["update_id"] + 1) == []


async def test_forum_topics(world: World) -> None:
    staff = await world.person("王工")
    group = await world.group(members=[staff])
    made = await good(world, "createForumTopic", chat_id=group.id, name="停电 DL-7")
    thread = made["message_thread_id"]
    spot = {"chat_id": group.id, "message_thread_id": thread}
    await good(world, "sendMessage", **spot, text="新工单")
    await staff.write("接单", group, thread=thread)
    (update,) = await good(world, "getUpdates")
    assert update["message"]["is_topic_message"] is True
    assert update["message"]["message_thread_id"] == thread
    assert [one.text for one in await group.messages(thread)][1:] == ["新工单", "接单"]
    await good(world, "editForumTopic", **spot, name="已接")
    await good(world, "closeForumTopic", **spot)
    assert await refused(world, "closeForumTopic", **spot) == "Bad Request: TOPIC_NOT_MODIFIED"
    await good(world, "sendMessage", **spot, text="管理员仍可写")
    await good(world, "reopenForumTopic", **spot)
    assert (await group.topics())[thread]["name"] == "已接"
    await group.delete_topic(thread)
    assert await refused(world, "sendMessage", **spot, text="x") == "Bad Request: message thread not found"
    assert await refused(world, "closeForumTopic", **spot) == "Bad Request: TOPIC_ID_INVALID"
    world.pardon("sendMessage", when=lambda call: call.params.get("message_thread_id") == 1)
    general = await refused(world, "sendMessage", chat_id=group.id, message_thread_id=1, text="x")
    assert general == "Bad Request: message thread not found"
    await good(world, "sendMessage", chat_id=group.id, text="大厅")
    await group.rights("can_delete_messages")
    assert "not enough rights" in await refused(world, "createForumTopic", chat_id=group.id, name="乙")


async def test_a_group_that_moved_says_where(world: World) -> None:
    staff = await world.person()
    group = await world.group(members=[staff])
    moved = await group.migrate()
    told = await call(world, "sendMessage", chat_id=group.id, text="x")
    assert told == {
        "ok": False,
        "error_code": 400,
        "description": "Bad Request: group chat was upgraded to a supergroup chat",
        "parameters": {"migrate_to_chat_id": moved.id},
    }
    await good(world, "sendMessage", chat_id=moved.id, text="x")
    told, came = await good(world, "getUpdates")
    assert told["message"]["migrate_to_chat_id"] == moved.id
    assert came["message"]["migrate_from_chat_id"] == group.id


async def test_files_and_albums(world: World) -> None:
    person = await world.person()
    await person.send("photo", data=b"jpeg", caption="门口")
    await person.send("document", data=b"pdf", name="合同.pdf", size=30_000_000)
    await person.album("photo", "photo", caption="两张")
    one, two, *rest = [update["message"] for update in await good(world, "getUpdates")]
    largest = one["photo"][-1]["file_id"]
    path = (await good(world, "getFile", file_id=largest))["file_path"]
    async with world.session.get(f"{world.api}/file/bot{world.token}/{path}") as answer:
        assert await answer.read() == b"jpeg"
    too_big = await refused(world, "getFile", file_id=two["document"]["file_id"])
    assert too_big == "Bad Request: file is too big"
    assert len({message["media_group_id"] for message in rest}) == 1
    ids = [message["message_id"] for message in rest]
    other = await world.person("李四")
    await good(world, "copyMessages", chat_id=other.id, from_chat_id=person.id, message_ids=ids)
    copies = await other.messages(by_bot=True)
    assert [message.text for message in copies] == ["两张", ""]
    assert copies[0].raw["media_group_id"] == copies[1].raw["media_group_id"]
    await good(world, "sendPhoto", chat_id=other.id, photo=largest, caption="转")
    form = aiohttp.FormData({"chat_id": str(other.id)})
    form.add_field("document", b"abc", filename="a.pdf", content_type="application/pdf")
    async with world.session.post(f"{world.api}/bot{world.token}/sendDocument", data=form) as answer:
        assert (await answer.json())["result"]["document"]["file_name"] == "a.pdf"
    assert (await world.calls("sendDocument"))[0].files["document"]["size"] == 3
    wrong = await refused(world, "sendPhoto", chat_id=other.id, photo="nothing")
    assert wrong == "Bad Request: wrong file identifier/HTTP URL specified"
