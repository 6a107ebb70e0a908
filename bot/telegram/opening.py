"""Opens the Telegram door on a hall: channels hung up, ears and poller made; nothing is called yet."""

from typing import cast

from bot.hall.house import MESSENGER, TOPIC, Hall
from bot.hall.ports import Channel
from bot.telegram.buttons import value_of
from bot.telegram.client import Access, bot_id, make_bot
from bot.telegram.door import TelegramDoor
from bot.telegram.hearing import Ears
from bot.telegram.outbound import Chats, Line
from bot.telegram.staffroom import Staffroom
from bot.telegram.topics import Topics


def open_door(hall: Hall, access: Access) -> TelegramDoor:
    """The door of this hall; without a staff group cases have no topics."""
    bot = make_bot(access)
    line = Line(hall, bot)
    room = Staffroom(line, access.staff_chat)
    hung = cast("dict[str, Channel]", hall.channels)
    hung[MESSENGER] = Chats(line)
    if access.staff_chat:
        hung[TOPIC] = Topics(line, access.staff_chat)
    return TelegramDoor(hall, access, Ears(bot, bot_id(access.token), room.act, value_of, access.staff_chat))
