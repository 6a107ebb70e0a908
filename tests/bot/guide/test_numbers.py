from dataclasses import replace
from datetime import timedelta

import pytest

from bot.guide import doubting, numbers
from bot.guide.said import Turn
from bot.guide.turn import turn
from intents.understanding import Zone
from tests.kit_desk import NOW
from tests.kit_guide import EMPTY, codes, means, said, scene, values

FORM = replace(EMPTY, topic="outage_repair", draft=True, asking="address", tries=1)
NO = "9900000012"
UNCLEAR = means(zone=Zone.REFUSE, account_no=NO)


def heard(text: str, thread: object = EMPTY, **more: object) -> Turn | None:
    return numbers.turn(scene(said(text, **more), thread))  # type: ignore[arg-type] # a thread and fields by name


def test_an_account_beside_the_place_is_kept_and_the_question_stays() -> None:
    told = turn(scene(said(NO, UNCLEAR), FORM))
    assert told.thread.asking == "address"
    assert told.thread.tries == 1
    assert told.thread.slots["account_no"] == NO
    assert "number.kept" in codes(told)
    again = turn(scene(said(NO, UNCLEAR), told.thread))
    assert "number.kept" not in codes(again)


def test_who_only_presses_hears_the_question_in_other_words() -> None:
    assert codes(turn(scene(said("快来人啊"), FORM))) == ["ask.address.hurry"]
    assert codes(turn(scene(said("我家"), FORM))) == ["ask.address.again"]


def test_pieces_make_one_number() -> None:
    first = heard("331")
    assert first
    assert codes(first) == ["number.part"]
    both = heard("0012345678", first.thread)
    assert both
    assert both.thread.slots == {"account_no": "3310012345678"}
    assert codes(both) == ["number.wish"]
    assert "topic.bill_query" in values(both)


def test_after_its_name_the_pieces_are_waited_for() -> None:
    named = heard("户号是")
    assert named
    assert codes(named) == ["number.go"]
    part = heard("99000", named.thread)
    assert part
    whole = heard("00012", part.thread)
    assert whole
    assert whole.thread.slots["account_no"] == NO


def test_pieces_far_apart_are_no_number() -> None:
    first = heard("331")
    assert first
    late = NOW + numbers.WITHIN + timedelta(seconds=1)
    assert heard("0012345678", first.thread, at=late) is None
    short = heard("4567", first.thread, at=late)
    assert short
    assert short.thread.slots[doubting.PART] == "4567"


@pytest.mark.parametrize("text", ["95598", "110", "5", "你好", "300块", "9900000012"])
def test_what_is_no_piece(text: str) -> None:
    assert heard(text) is None


def test_an_account_and_a_masked_card_name_no_matter() -> None:
    line = said(f"{NO}，身份证**************1234", means("bare", account_no=NO), masked=True)
    told = numbers.turn(scene(line))
    assert told
    assert told.thread.slots == {"account_no": NO}
    wish = said(f"过户，{NO}，**************1234", means("owner_transfer", account_no=NO), masked=True)
    assert numbers.turn(scene(wish)) is None
