"""Each of Telegram's errors is one of the hall's."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.hall.ports import TryLater, Uncertain, Undeliverable
from bot.telegram.faults import LONGEST, Moved, TopicClosed, TopicGone, translated


def because(error: TelegramError, cause: Exception) -> TelegramError:
    error.__cause__ = cause
    return error


def seen(error: TelegramError, failures: int = 0) -> tuple[Any, ...]:
    match translated(error, failures):
        case TryLater() as later:
            return TryLater, later.wait.total_seconds(), later.whole
        case Undeliverable() as never:
            return Undeliverable, never.why, never.shut
        case Moved() as moved:
            return Moved, moved.chat
        case other:
            return (type(other),)


@pytest.mark.parametrize(
    ("error", "named"),
    [
        (ChatMigrated(-1007), (Moved, -1007)),
        (Forbidden("Forbidden: bot was blocked by the user"), (Undeliverable, "blocked", True)),
        (Forbidden("Forbidden: bot can't initiate conversation with a user"), (Undeliverable, "blocked", True)),
        (BadRequest("Chat not found"), (Undeliverable, "no_chat", True)),
        (BadRequest("Message thread not found"), (TopicGone,)),
        (BadRequest("Topic_closed"), (TopicClosed,)),
        (BadRequest("TOPIC_DELETED"), (TopicGone,)),
        (BadRequest("Message is too long"), (Undeliverable, "refused", False)),
        (InvalidToken(), (TryLater, 60.0, True)),
        (InvalidToken("Unauthorized"), (TryLater, 60.0, True)),
        (InvalidToken("Not Found: method not found"), (Undeliverable, "no_method", False)),
        (Conflict("terminated"), (TryLater, 2.0, False)),
        (NetworkError("Bad Gateway"), (TryLater, 2.0, False)),
        (because(NetworkError("x"), TelegramError("no JSON")), (TryLater, 2.0, False)),
        (because(NetworkError("x"), httpx.ConnectError("refused")), (TryLater, 2.0, True)),
        (because(TimedOut(), httpx.ConnectTimeout("slow")), (TryLater, 2.0, True)),
        (because(TimedOut(), httpx.PoolTimeout("full")), (TryLater, 2.0, True)),
        (because(TimedOut(), httpx.ReadTimeout("silent")), (Uncertain,)),
        (because(TimedOut(), httpx.WriteTimeout("stuck")), (Uncertain,)),
        (because(NetworkError("x"), httpx.RemoteProtocolError("gone")), (Uncertain,)),
        (because(NetworkError("x"), httpx.ReadError("reset")), (Uncertain,)),
        (TelegramError("Invalid server response"), (Uncertain,)),
    ],
)
def test_every_error_has_its_name(error: TelegramError, named: tuple[Any, ...]) -> None:
    assert seen(error) == named


def test_failures_in_a_row_wait_twice_as_long_up_to_a_minute() -> None:
    waits = [seen(NetworkError("Bad Gateway"), failures)[1] for failures in range(8)]
    assert waits == [2, 4, 8, 16, 32, 60, 60, 60]
    assert max(waits) == LONGEST.total_seconds()


def test_too_many_requests_say_themselves_how_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "true")
    assert seen(RetryAfter(timedelta(seconds=300)), 9) == (TryLater, 300.0, False)
