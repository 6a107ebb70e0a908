"""Telegram's errors as the hall's: later, never, uncertain; and what only this door knows how to mend."""

from datetime import timedelta

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.hall.ports import TryLater, Uncertain, Undeliverable
from bot.telegram.client import wait_of

SOON = timedelta(seconds=2)
LATER = timedelta(minutes=1)
LONGEST = timedelta(minutes=1)
_NOT_SENT = ("ConnectError", "ConnectTimeout", "PoolTimeout", "UnsupportedProtocol")
"""What the network library says when not a byte went out."""
_GONE = ("message thread not found", "topic_deleted", "topic_id_invalid")
_CLOSED = ("topic_closed",)
_NO_METHOD = ("not found", "unknown method", "no such method")
_NO_CHAT = ("chat not found", "user not found", "peer_id_invalid", "chat_write_forbidden", "have no rights to send")
_LINK = ("button_url_invalid", "button url")
LINK = "link"
"""A button's link that Telegram does not take."""
NO_METHOD = "no_method"
"""What the other side cannot do at all."""
SAME = "message is not modified"
LOST = "lost"
"""A message to be edited that is not there any more, or too old."""
_LOST = ("message to edit not found", "message can't be edited", "message_id_invalid")


class Moved(Exception):
    """The group lives under another number now."""

    def __init__(self, chat: int) -> None:
        super().__init__()
        self.chat = chat


class TopicGone(Exception):
    """Somebody deleted the topic."""


class TopicClosed(Exception):
    """The topic is closed; it can be opened again."""


def says(error: TelegramError, *parts: str) -> bool:
    """Whether the error's text holds one of these."""
    told = error.message.lower()
    return any(part in told for part in parts)


def unknown(error: BaseException | None) -> bool:
    """Whether only this method is not known there: what stands in for Telegram may have few. A bad token is a 401."""
    return isinstance(error, InvalidToken) and says(error, *_NO_METHOD)


def _refused(error: BadRequest) -> Exception:
    if says(error, *_GONE):
        return TopicGone()
    if says(error, *_CLOSED):
        return TopicClosed()
    named = next((why for why, parts in ((LINK, _LINK), (LOST, _LOST)) if says(error, *parts)), "")
    if named:
        return Undeliverable(named)
    return Undeliverable("no_chat", shut=True) if says(error, *_NO_CHAT) else Undeliverable("refused")


def translated(error: TelegramError, failures: int = 0) -> Exception:
    """What the hall makes of it; `failures`: how often the network failed lately, each waits twice as long."""
    wait = min(SOON * 2 ** min(failures, 10), LONGEST)
    match error:
        case RetryAfter():
            return TryLater(wait_of(error))
        case ChatMigrated():
            return Moved(error.new_chat_id)
        case Forbidden():
            return Undeliverable("blocked", shut=True)
        case BadRequest():  # a subclass of NetworkError, and nothing a second try would mend
            return _refused(error)
        case InvalidToken():
            return Undeliverable(NO_METHOD) if unknown(error) else TryLater(LATER, whole=True)
        case Conflict():
            return TryLater(wait)
        case NetworkError() if type(error.__cause__).__name__ in _NOT_SENT:
            return TryLater(wait, whole=True)
        case NetworkError() if error.__cause__ is None or isinstance(error.__cause__, TelegramError):
            return TryLater(wait)  # an answer came, and it was no: 5xx
        case _:
            return Uncertain()
