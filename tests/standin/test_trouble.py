"""What goes wrong on purpose: faults, updates out of order, presses of what is gone, nonsense."""

import aiohttp
import pytest

from tests.standin.kit import NotSeen, Person, World
from tests.standin.plain import call, good, keys, refused


async def many_words(person: Person, count: int) -> None:
    for no in range(count):
        await person.write(str(no))


async def test_updates_come_twice_backwards_again_and_poisoned(world: World) -> None:
    person = await world.person()
    await world.mischief(doubled=True, reverse=True)
    await many_words(person, 2)
    found = await good(world, "getUpdates")
    assert [one["message"]["text"] for one in found] == ["1", "1", "0", "0"]
    await world.mischief()
    last = found[0]["update_id"]
    assert await good(world, "getUpdates", offset=last + 1) == []
    await world.redeliver(2)
    assert [one["message"]["text"] for one in await good(world, "getUpdates", offset=last + 1)] == ["0", "1"]
    await world.hold()
    await world.raw({"message": {"message_id": "poison"}})
    assert await good(world, "getUpdates", offset=last + 1) == []
    await world.release()
    assert [one["message"] for one in await good(world, "getUpdates")] == [{"message_id": "poison"}]


@pytest.mark.parametrize("kind", ["drop", "hang", "refuse"])
async def test_faults_that_leave_the_caller_in_doubt(world: World, kind: str) -> None:
    person = await world.person()
    await world.fault(kind, method="sendMessage", seconds=0.3)
    with pytest.raises(aiohttp.ClientError):
        await call(world, "sendMessage", chat_id=person.id, text="到了吗")
    assert await person.heard() == ([] if kind == "refuse" else ["到了吗"])
    assert (await world.calls())[0].fault == kind
    await good(world, "sendMessage", chat_id=person.id, text="好了")


async def test_a_queued_press_shows_the_message_as_it_was(world: World) -> None:
    person = await world.person()
    sent = await good(world, "sendMessage", chat_id=person.id, text="选", reply_markup=keys("甲"))
    await person.press("甲")
    await good(world, "editMessageText", chat_id=person.id, message_id=sent["message_id"], text="改")
    assert await person.press_stale("d9", sent["message_id"])
    first, second = [one["callback_query"] for one in await good(world, "getUpdates")]
    assert (first["message"]["text"], second["message"]["text"], second["data"]) == ("选", "改", "d9")


async def test_nonsense_is_refused_not_crashed_on(world: World) -> None:
    world.pardon("setMyCommands", "sendMessage")
    assert (await refused(world, "setMyCommands", commands=[1])).startswith("Bad Request: ")
    assert (await refused(world, "sendMessage", chat_id=1, text="x", reply_markup="{")).startswith("Bad Request: ")
    person = await world.person()
    with pytest.raises(AssertionError, match="no button"):
        await person.press("没有")
    with pytest.raises(NotSeen):
        await person.hears("没有", within=0.1)


async def test_members_come_and_go(world: World) -> None:
    staff, group = await world.person(), await world.group()
    await good(world, "getUpdates", allowed_updates=["chat_member"])
    await group.member(staff)
    await group.member(staff, "left")
    found = await good(world, "getUpdates")
    assert [one["chat_member"]["new_chat_member"]["status"] for one in found] == ["member", "left"]
    sent = await good(world, "sendMessage", chat_id=group.id, text="x")
    await group.delete_message(sent["message_id"])
    assert await group.messages() == []


async def test_faults_that_answer(world: World) -> None:
    person, other = await world.person(), await world.person()
    await world.fault("429", method="sendMessage", chat=person.id, retry_after=7, times=2)
    await good(world, "sendMessage", chat_id=other.id, text="别人不受影响")
    for _ in range(2):
        assert await call(world, "sendMessage", chat_id=person.id, text="x") == {
            "ok": False,
            "error_code": 429,
            "description": "Too Many Requests: retry after 7",
            "parameters": {"retry_after": 7},
        }
    await good(world, "sendMessage", chat_id=person.id, text="x")
    await world.fault("502")
    assert (await call(world, "sendMessage", chat_id=person.id, text="x"))["description"] == "Bad Gateway"
    await world.fault("html")
    async with world.session.get(f"{world.api}/bot{world.token}/getMe") as answer:
        assert (answer.status, answer.content_type) == (502, "text/html")
    await world.fault("error", code=403, description="Forbidden: bot was kicked")
    assert await refused(world, "getMe") == "Forbidden: bot was kicked"
    await good(world, "getMe")


async def test_it_can_stop_listening(world: World) -> None:
    await good(world, "getMe")
    await world.down()
    with pytest.raises(aiohttp.ClientError):
        await call(world, "getMe")
    await world.up()
    await good(world, "getMe")


async def test_many_people_at_once_and_their_replies(world: World) -> None:
    chats = await world.bulk(20, 3)
    offset = 0
    while updates := await good(world, "getUpdates", offset=offset):
        for one in updates:
            message = one["message"]
            await good(world, "sendMessage", chat_id=message["chat"]["id"], text=message["text"])
            offset = one["update_id"] + 1
    replies = await world.wait_replies(60)
    assert replies == {chat: [f"我家停电了 {no}" for no in (1, 2, 3)] for chat in chats}
