from bot.telegram.client import Access
from bot.telegram.probe import look
from tests.standin.kit import World


def access(world: World, **more: object) -> Access:
    return Access(**({"token": world.token, "api_base": world.api, "file_base": world.api} | more))  # type: ignore[arg-type]


async def test_all_is_well(world: World) -> None:
    group = await world.group()
    assert await look(access(world, staff_chat=group.id)) == ("ok", [])
    assert await look(access(world)) == ("ok", [])


async def test_a_group_that_is_none_or_not_ours_is_named(world: World) -> None:
    world.pardon("getChat", "getChatMember")
    _, faults = await look(access(world, staff_chat=-1009999999999))
    assert "TELEGRAM_STAFF_CHAT_ID" in faults[0]


async def test_a_group_without_topics_is_named(world: World) -> None:
    group = await world.group(forum=False)
    _, faults = await look(access(world, staff_chat=group.id))
    assert "话题" in faults[0]


async def test_the_right_to_manage_topics_is_asked_for(world: World) -> None:
    group = await world.group()
    await group.rights("can_delete_messages", status="administrator")
    _, faults = await look(access(world, staff_chat=group.id))
    assert "管理话题" in faults[0]


async def test_a_webhook_left_behind_is_named(world: World) -> None:
    await look(access(world))
    from bot.telegram.client import close, make_bot

    bot = make_bot(access(world))
    await bot.set_webhook("https://elsewhere.example/hook")
    await close(bot)
    assert "webhook" in (await look(access(world)))[1][0]
    assert "别处" in (await look(access(world, mode="webhook", base_url="https://hall.example")))[1][0]


async def test_a_wrong_token_and_a_silent_server_are_told_apart(world: World) -> None:
    world.pardon("getMe")
    assert (await look(access(world, token="1:wrongwrongwrong")))[0] == "unauthorised"
    status, faults = await look(access(world, api_base="http://127.0.0.1:9"))
    assert status == "unreachable"
    assert "网页聊天" in faults[0]
