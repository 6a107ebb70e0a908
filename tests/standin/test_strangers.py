"""A client library that is not ours drives the stand-in: what it understands, any client would."""

from collections.abc import AsyncIterator

import aiogram
import pytest
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.exceptions import TelegramBadRequest, TelegramForbiddenError, TelegramMigrateToChat, TelegramRetryAfter
from aiogram.types import (
    BotCommand,
    BufferedInputFile,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from aiohttp import web

from tests.standin.kit import World


@pytest.fixture
async def bot(world: World) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(world.api))
    async with aiogram.Bot(world.token, session=session).context() as made:
        yield made


def board(*labels: str) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton(text=one, callback_data=f"d{no}") for no, one in enumerate(labels)]
    return InlineKeyboardMarkup(inline_keyboard=[row])


async def test_a_talk(world: World, bot: aiogram.Bot) -> None:
    me = await bot.get_me()
    assert me.is_bot
    person = await world.person("李四", username="lisi")
    await person.start("abc")
    await person.send("location")
    await person.send("contact")
    await person.send("voice")
    await person.send("sticker")
    album = await person.album("photo", "video", caption="现场")
    updates = await bot.get_updates(timeout=5, allowed_updates=["message", "callback_query", "my_chat_member"])
    start, place, contact, voice, sticker, photo, video = [one.message for one in updates if one.message]
    assert start.text == "/start abc"
    assert start.entities
    assert start.from_user
    assert start.from_user.username == "lisi"
    assert place.location
    assert contact.contact
    assert voice.voice
    assert sticker.sticker
    assert photo.caption == "现场"
    assert photo.photo
    assert video.media_group_id == photo.media_group_id
    sent = await bot.send_message(
        person.id,
        "您好",
        reply_markup=board("报修", "查电费"),
        reply_parameters=ReplyParameters(message_id=start.message_id),
    )
    assert sent.reply_to_message
    await bot.edit_message_text("您好！", chat_id=person.id, message_id=sent.message_id, reply_markup=board("查电费"))
    await person.press("查电费")
    await person.block()
    pressed, blocked = (await bot.get_updates(offset=updates[-1].update_id + 1))[-2:]
    assert pressed.callback_query
    assert await bot.answer_callback_query(pressed.callback_query.id, text="好")
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    with pytest.raises(TelegramForbiddenError):
        await bot.send_message(person.id, "在吗")
    await person.unblock()
    await bot.send_message(
        person.id,
        "菜单",
        reply_markup=ReplyKeyboardMarkup(keyboard=[[KeyboardButton(text="1 报修")]], resize_keyboard=True),
    )
    assert (await world.chat(person.id))["keyboard"]["keyboard"] == [[{"text": "1 报修"}]]
    assert album[0].raw["media_group_id"]


async def test_files_copies_and_the_rest(world: World, bot: aiogram.Bot) -> None:
    person, other = await world.person(), await world.person("李四")
    picture = BufferedInputFile(b"jpeg", "a.jpg")
    sent = await bot.send_photo(person.id, picture, caption="回执")
    assert sent.photo
    got = await bot.download(sent.photo[-1].file_id)
    assert got
    assert got.read() == b"jpeg"
    await bot.edit_message_caption(chat_id=person.id, message_id=sent.message_id, caption="回执 2")
    album = await bot.send_media_group(
        person.id, [InputMediaPhoto(media=picture, caption="一"), InputMediaPhoto(media=sent.photo[-1].file_id)]
    )
    assert len({one.media_group_id for one in album}) == 1
    copies = await bot.copy_messages(other.id, person.id, [one.message_id for one in album])
    assert len(copies) == 2
    assert (await bot.copy_message(other.id, person.id, sent.message_id, caption="另")).message_id
    forwarded = await bot.forward_message(other.id, person.id, sent.message_id)
    assert forwarded.forward_origin
    assert [one.text for one in await other.messages()] == ["一", "", "另", "回执 2"]
    assert await bot.send_chat_action(person.id, "typing")
    assert await bot.set_my_commands([BotCommand(command="start", description="开始")])
    assert (await bot.get_my_commands())[0].command == "start"
    assert await bot.set_message_reaction(person.id, sent.message_id, [ReactionTypeEmoji(emoji="👍")])
    assert await bot.pin_chat_message(person.id, sent.message_id)
    pinned = (await bot.get_chat(person.id)).pinned_message
    assert pinned
    assert pinned.message_id == sent.message_id
    for kind in ("document", "voice", "video", "audio", "animation", "sticker", "video_note"):
        assert await getattr(bot, f"send_{kind}")(person.id, BufferedInputFile(b"x", "a.bin"))
    assert (await bot.send_location(person.id, 30.0, 120.0)).location
    assert (await bot.send_contact(person.id, "10000", "营业厅")).contact
    assert await bot.delete_messages(person.id, [sent.message_id, 12345])


async def test_groups(world: World, bot: aiogram.Bot) -> None:
    staff = await world.person("王工")
    group = await world.group(members=[staff])
    found = await bot.get_chat(group.id)
    assert found.is_forum
    me = await bot.get_chat_member(group.id, bot.id)
    assert me.status == "administrator"
    assert (await bot.get_chat_member(group.id, staff.id)).status == "member"
    assert len(await bot.get_chat_administrators(group.id)) == 1
    topic = await bot.create_forum_topic(group.id, "工单 7")
    told_staff = await bot.send_message(group.id, "新工单", message_thread_id=topic.message_thread_id)
    assert told_staff.is_topic_message
    assert await bot.edit_forum_topic(group.id, topic.message_thread_id, name="工单 7 已接")
    assert await bot.close_forum_topic(group.id, topic.message_thread_id)
    assert await bot.reopen_forum_topic(group.id, topic.message_thread_id)
    await group.close_topic(staff, topic.message_thread_id)
    assert await group.open_topic(staff, "闲谈")
    assert await bot.delete_forum_topic(group.id, topic.message_thread_id)
    with pytest.raises(TelegramBadRequest, match="message thread not found"):
        await bot.send_message(group.id, "x", message_thread_id=topic.message_thread_id)
    updates = await bot.get_updates()
    assert [bool(one.message and one.message.forum_topic_created) for one in updates] == [False, True]
    await group.migrate()
    with pytest.raises(TelegramMigrateToChat):
        await bot.send_message(group.id, "x")
    await world.fault("429", retry_after=3)
    with pytest.raises(TelegramRetryAfter) as told:
        await bot.get_me()
    assert told.value.retry_after == 3


async def test_a_webhook_is_served_in_order_with_its_secret_until_taken(world: World, bot: aiogram.Bot) -> None:
    taken: list[tuple[str, str]] = []
    answers = [503, 500, 200]

    async def hook(request: web.BaseRequest) -> web.Response:
        update = Update.model_validate(await request.json())
        assert update.message
        assert update.message.text
        status = answers.pop(0) if answers else 200
        if status == 200:
            taken.append((request.headers["X-Telegram-Bot-Api-Secret-Token"], update.message.text))
        return web.Response(status=status, headers={"Retry-After": "1"} if status == 503 else {})

    runner = web.ServerRunner(web.Server(hook))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    person = await world.person()
    await person.write("0")
    address = f"http://127.0.0.1:{runner.addresses[0][1]}/"
    assert await bot.set_webhook(address, secret_token="s3cret", max_connections=5)
    for no in range(1, 5):
        await person.write(str(no))
    await world.wait_quiet()
    assert taken == [("s3cret", str(no)) for no in range(5)]
    pushes = (await world.queue())["pushes"]
    assert [one["status"] for one in pushes] == [503, 500, 200, 200, 200, 200, 200]
    assert pushes[1]["at"] - pushes[0]["done_at"] >= 1
    info = await bot.get_webhook_info()
    assert info.url == address
    assert info.last_error_message
    await world.mischief(doubled=True)
    await person.write("5")
    await world.wait_quiet()
    await world.redeliver()
    await world.wait_quiet()
    assert [text for _, text in taken[5:]] == ["5"] * 4
    await world.mischief()
    await world.hold()
    await person.write("6")
    await person.write("7")
    await world.release(reverse=True)
    await world.wait_quiet()
    assert [text for _, text in taken[9:]] == ["7", "6"]
    assert await bot.delete_webhook()
    await person.write("8")
    assert [one.message.text for one in await bot.get_updates() if one.message] == ["8"]
    await runner.cleanup()
