"""What Telegram brings while the ledger takes nothing: who is in danger hears the safety words at once, once."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.hall import unkept
from bot.hall.house import Hall
from bot.telegram.client import ask
from bot.telegram.hearing import CHANNEL
from bot.telegram.reading import Incoming, Unreadable, What, read

MOST = 10_000
"""Updates that are remembered as answered; Telegram hands each out again until it is kept."""


class Unkept:
    """Who has been warned without a ledger; forgotten with the process, for then it is said once more."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot
        self._warned: dict[int, None] = {}

    async def warn(self, hall: Hall, raws: Sequence[Mapping[str, Any]]) -> None:
        """The safety words to everybody among them who is in danger; no failure here hides the ledger's own."""
        await asyncio.gather(*(self._one(hall, raw) for raw in raws if int(raw["update_id"]) not in self._warned))

    async def _one(self, hall: Hall, raw: Mapping[str, Any]) -> None:
        incoming = _spoken(hall, raw)
        said = await unkept.warned(hall, incoming.text, CHANNEL) if incoming else ""
        if not (incoming and said) or incoming.update in self._warned:
            return
        self._warned[incoming.update] = None
        try:
            await ask(self._bot, "sendMessage", chat_id=incoming.chat, text=said)
        except TelegramError:  # the next hand brings it again
            self._warned.pop(incoming.update, None)
        for old in [*self._warned][:-MOST]:
            del self._warned[old]


def _spoken(hall: Hall, raw: Mapping[str, Any]) -> Incoming | None:
    """Words of one person to the bot, also changed ones and those under a picture."""
    try:
        incoming = read(raw, hall.edition().data.books.rules.file_max)
    except Unreadable:
        return None
    return incoming if incoming.kind == "private" and incoming.what in (What.WORDS, What.EDIT) else None
