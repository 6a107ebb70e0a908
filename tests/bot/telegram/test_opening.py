"""What the door hangs up: private chats always, topics only where there is a staff group."""

from pathlib import Path

import pytest

from bot.hall.house import MESSENGER, TOPIC
from bot.telegram.client import Access
from bot.telegram.opening import open_door
from tests.kit_hall import still_at


@pytest.mark.parametrize("staff_chat", [0, -1001])
async def test_channels_are_hung_up_and_nothing_is_called(tmp_path: Path, staff_chat: int) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        door = open_door(hall, Access("1:abc", "http://127.0.0.1:9", "http://127.0.0.1:9", staff_chat=staff_chat))
        assert hall.channels[MESSENGER].name == MESSENGER
        assert (TOPIC in hall.channels) is hall.mirrors is bool(staff_chat)
        assert door.status() == "unreachable"
        await door.close()
