"""Telegram brings words the ledger cannot keep: who is in danger hears the safety words at once, and once."""

from pathlib import Path

import pytest

from bot.hall.pages import LedgerBusy
from bot.telegram.client import Access, close, make_bot
from bot.telegram.unkept import Unkept
from storage.ledger import SqlLedger
from tests.bot.telegram.raw import of
from tests.bot.telegram.test_door import access, watched
from tests.kit_hall import Failing, still_at
from tests.locking import locked
from tests.standin.kit import World

DANGER = "有人触电了，倒在地上叫不醒"
FIRST = "别用手去拉他"


async def test_each_is_warned_once_and_nobody_else_is(tmp_path: Path, world: World) -> None:
    hurt, calm = await world.person(), await world.person("李四")
    bot = make_bot(Access(world.token, world.api, world.api))
    raws = [of(hurt.id, 1, DANGER), of(calm.id, 2, "过户要带什么材料"), {"update_id": 3, "message": "?"}]
    async with still_at(tmp_path, memory=True) as hall:
        unkept = Unkept(bot)
        await unkept.warn(hall, raws)
        await unkept.warn(hall, raws)
    await close(bot)
    said = await world.messages(hurt.id, by_bot=True)
    assert len(said) == 1
    assert said[0].text.startswith(FIRST)
    assert "没能记下" in said[0].text
    assert not await world.messages(calm.id, by_bot=True)


@pytest.mark.parametrize("kind", ["message", "edited_message"])
async def test_while_the_ledger_takes_nothing_the_poll_still_warns(tmp_path: Path, world: World, kind: str) -> None:
    person = await world.person()
    busy = [LedgerBusy()] * 4
    async with watched(tmp_path, access(world), ledger=lambda hall: Failing(hall.ledger, None, *busy)):
        if kind == "message":
            await person.write(DANGER)
        else:
            await world.raw(of(person.id, 900, DANGER, kind=kind))
        await world.wait_calls("sendMessage")
    said = await world.messages(person.id, by_bot=True)
    assert said[0].text.startswith(FIRST)


async def test_who_is_in_danger_does_not_wait_for_a_held_ledger_which_then_keeps_it(
    tmp_path: Path, world: World, url: str
) -> None:
    person = await world.person()
    async with watched(tmp_path, access(world), ledger=lambda _: SqlLedger(url)):
        with locked(url, "updates"):
            await person.write(DANGER)
            await world.wait_calls("sendMessage")
        (first,) = await world.messages(person.id, by_bot=True)
        await world.wait_quiet()  # it is told so only of what is in the ledger
    assert first.text.startswith(FIRST)
    assert "还没能记下" in first.text
