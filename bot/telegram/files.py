"""Files fetched from Telegram: how large, which kinds, under which name; refused with a phrase, never silently."""

from datetime import timedelta
from urllib.parse import quote

from telegram import Bot
from telegram.error import BadRequest, RetryAfter, TelegramError

from bot.hall.ports import Files, TryLater
from bot.hall.records import Attachment
from bot.hall.taken import NotTaken, kind_of, never, safe_name, too_large
from bot.telegram.client import wait_of
from bot.telegram.reading import MOST, Sent

READ = 30.0
"""Seconds the next piece of a file may take."""


def lost() -> NotTaken:
    """It did not arrive, and will not."""
    return NotTaken("file.lost")


async def _bytes(bot: Bot, sent: Sent, most: int) -> bytes:
    """What lies behind a file's number, if it is not too large."""
    file = await bot.get_file(sent.file_id)
    if (file.file_size or 0) > most:
        raise too_large(most)
    before = f"{bot.base_file_url}/"
    path = (file.file_path or "").removeprefix(before)
    if not path or path == file.file_path:  # a path of somebody's own disk is none of ours
        raise TryLater(timedelta())
    data = await bot.request.retrieve(before + quote(path), read_timeout=READ)
    if file.file_size and len(data) != file.file_size:
        raise TryLater(timedelta())  # half a file is none
    return data


async def fetch(bot: Bot, files: Files, sent: Sent, most: int) -> Attachment:
    """Fetch one file and keep it. NotTaken, TryLater (with no wait of its own unless asked for), LedgerBusy."""
    most = min(most, MOST)
    name = safe_name(sent.name)
    if sent.size > most:
        raise too_large(most)
    if never(name):
        raise NotTaken("error.type_not_taken")
    try:
        data = await _bytes(bot, sent, most)
    except RetryAfter as flood:
        raise TryLater(wait_of(flood), whole=True) from None
    except BadRequest as refused:
        if "too big" in refused.message.lower():
            raise too_large(most) from None
        raise TryLater(timedelta()) from None
    except TelegramError:
        raise TryLater(timedelta()) from None
    if len(data) > most:
        raise too_large(most)
    return await files.keep(name, kind_of(name, sent.type, data), data)
