from datetime import UTC, datetime

import pytest
from hypothesis import given
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.exc import StatementError

from storage.columns import Moment, clean
from storage.page import SqlPage
from tests.storage.given import a_message, later, moments


@given(moments)
def test_a_moment_comes_back_as_the_same_instant_in_utc(moment: datetime) -> None:
    kind, sqlite = Moment(), dialect()
    kept = kind.process_bind_param(moment, sqlite)
    assert kept is not None
    assert kept.tzinfo is None
    back = kind.process_result_value(kept, sqlite)
    assert back == moment
    assert back.tzinfo is UTC


def test_a_moment_without_a_zone_is_refused(page: SqlPage) -> None:
    with pytest.raises(StatementError, match="NaiveMoment"):
        page.hear(a_message("1"), later(0).replace(tzinfo=None))


def test_half_a_character_becomes_a_question_mark() -> None:
    assert clean("灯\ud83d灭了") == "灯?灭了"
    assert clean("灯💡") == "灯💡"
    assert clean("灯\0灭了") == "灯?灭了"


def test_half_a_character_is_kept_and_found_again(page: SqlPage) -> None:
    broken = a_message("id\udc80", text="灯\ud83d灭了")
    assert page.hear(broken, later(0))
    assert not page.hear(broken, later(0))
    (heard,) = page.undone("w1")
    assert heard.text == "灯?灭了"
    page.done(heard, "灯\ud83d灭了", {"slots": {"x": "\ud83d"}}, later(1))
    (line,) = page.lists().lines("w1", 0, 9)
    assert (line.text, line.heard) == ("灯?灭了", {"slots": {"x": "?"}})
    assert page.remembered("\ud83d") == ""
