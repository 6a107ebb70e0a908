import logging
from datetime import timedelta

import pytest
from telegram.error import RetryAfter

from bot.telegram.client import Access, Redaction, bot_id, hush, make_bot, wait_of

TOKEN = "123456:geheim-geheim"


def test_the_bot_calls_the_addresses_it_was_given() -> None:
    bot = make_bot(Access(TOKEN, "http://127.0.0.1:1", "http://127.0.0.1:2"))
    assert bot.base_url == f"http://127.0.0.1:1/bot{TOKEN}"
    assert bot.base_file_url == f"http://127.0.0.1:2/file/bot{TOKEN}"


def test_a_bot_has_a_name_that_is_no_secret() -> None:
    assert bot_id(TOKEN) == "123456"
    assert TOKEN not in repr(Access(TOKEN, secret="auch-geheim"))
    assert "auch-geheim" not in repr(Access(TOKEN, secret="auch-geheim"))
    assert TOKEN not in repr(Redaction(TOKEN))


def test_the_wait_telegram_asks_for() -> None:
    make_bot(Access(TOKEN))
    assert wait_of(RetryAfter(7)) == timedelta(seconds=7)
    assert wait_of(RetryAfter(timedelta(seconds=3))) == timedelta(seconds=3)


def test_no_log_line_holds_the_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    hush(TOKEN)
    logging.getLogger("httpx").info("HTTP Request: POST https://x/bot%s/getMe", TOKEN)
    logging.getLogger("httpcore.connection").debug("connect %s", TOKEN)
    logging.getLogger("telegram.Bot").info("url %s", TOKEN)
    assert not caplog.records
    logging.getLogger("telegram.Bot").warning("url %s", TOKEN)
    try:
        int(TOKEN)
    except ValueError:
        logging.getLogger("anywhere").exception("failed with %s", TOKEN)
    assert len(caplog.records) == 2
    assert TOKEN not in caplog.text
    assert "ValueError" in caplog.text


def test_a_line_that_cannot_be_written_passes() -> None:
    record = logging.LogRecord("x", logging.INFO, "x", 1, "%d", ("kein Zahlwort",), None)
    assert Redaction(TOKEN)(record)


def test_the_same_redaction_is_hung_up_once() -> None:
    hush(TOKEN)
    before = [len(handler.filters) for handler in logging.getLogger().handlers]
    hush(TOKEN)
    assert [len(handler.filters) for handler in logging.getLogger().handlers] == before
