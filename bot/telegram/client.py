"""The Telegram client: one bot with pools and patience, and a log that never learns its token."""

import logging
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from telegram import Bot
from telegram.error import RetryAfter
from telegram.request import HTTPXRequest, RequestData
from telegram.request._requestparameter import RequestParameter

OFFICIAL = "https://api.telegram.org"
POOL = 64
"""Calls under way at once."""
PATIENCE = 10.0
"""Seconds to wait for an answer; a long poll waits longer."""
UPLOAD = 60.0
_NOISY = ("telegram", "httpx", "httpcore")


@dataclass(frozen=True, slots=True)
class Access:
    """How the bot is reached, and how updates reach the hall."""

    token: str = field(repr=False)
    api_base: str = OFFICIAL
    file_base: str = OFFICIAL
    mode: str = "polling"
    """off, polling or webhook."""
    secret: str = field(default="", repr=False)
    """What webhook calls must know; empty: one is made from the token."""
    base_url: str = ""
    """Where the hall is seen from outside: a webhook goes there."""
    staff_chat: int = 0


@dataclass(frozen=True, slots=True)
class Redaction:
    """A log filter: wherever the token would stand, it does not."""

    token: str = field(repr=False)

    def __call__(self, record: logging.LogRecord) -> bool:
        """Every record passes, without the token."""
        try:
            text = record.getMessage()
        except (TypeError, ValueError):  # a line that cannot be written is its handler's to complain of
            return True
        if self.token in text:
            record.msg, record.args = text.replace(self.token, "…"), None
        if record.exc_info:
            told = record.exc_text or logging.Formatter().formatException(record.exc_info)
            record.exc_text = told.replace(self.token, "…")
        return True


def hush(token: str) -> None:
    """The libraries name each address they call, and the address holds the token: they say warnings only, redacted."""
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for handler in logging.getLogger().handlers:
        handler.addFilter(Redaction(token))


def bot_id(token: str) -> str:
    """Which bot it is: the part before the colon, no secret."""
    return token.partition(":")[0]


def wait_of(error: RetryAfter) -> timedelta:
    """How long Telegram asks us to wait."""
    wait = error.retry_after
    return wait if isinstance(wait, timedelta) else timedelta(seconds=wait)


def _request(size: int, read: float) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=size,
        connect_timeout=PATIENCE,
        read_timeout=read,
        write_timeout=PATIENCE,
        pool_timeout=PATIENCE,
        media_write_timeout=UPLOAD,
    )


def make_bot(access: Access) -> Bot:
    """The typed client of this bot; nothing is called yet."""
    os.environ.setdefault("PTB_TIMEDELTA", "true")  # spans as spans: the older way warns at every flood error
    hush(access.token)
    return Bot(
        access.token,
        base_url=f"{access.api_base}/bot",
        base_file_url=f"{access.file_base}/file/bot",
        request=_request(POOL, PATIENCE),
        get_updates_request=_request(1, PATIENCE),
    )


def _form(asked: Mapping[str, object]) -> RequestData:
    return RequestData([RequestParameter.from_input(name, value) for name, value in asked.items()])


async def ask(bot: Bot, method: str, **asked: object) -> Any:  # noqa: ANN401 - whatever Telegram answers
    """One call whose answer is taken as it is. TelegramError."""
    return await bot.request.post(f"{bot.base_url}/{method}", _form(asked))


async def close(bot: Bot) -> None:
    """Let go of its connections, whether it ever got through or not."""
    await bot.shutdown()
    await bot.request.shutdown()


class Mail:
    """Asks for updates as they are: what one of them holds cannot spoil the others, as it would in typed form."""

    def __init__(self, bot: Bot) -> None:
        self._address = f"{bot.base_url}/getUpdates"
        self._request = _request(1, PATIENCE)

    async def updates(self, offset: int | None, allowed: tuple[str, ...], wait: timedelta) -> list[dict[str, Any]]:
        """The next updates, at most a hundred; an offset confirms all before it. TelegramError."""
        asked: dict[str, object] = {"timeout": int(wait.total_seconds()), "allowed_updates": list(allowed)}
        if offset is not None:
            asked["offset"] = offset
        await self._request.initialize()
        found = await self._request.post(self._address, _form(asked), read_timeout=wait.total_seconds() + PATIENCE)
        return found if isinstance(found, list) else []

    async def close(self) -> None:
        """Let go of the connection."""
        await self._request.shutdown()
