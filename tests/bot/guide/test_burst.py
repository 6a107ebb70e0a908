from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.case import State
from bot.guide import burst
from bot.guide.thread import Floor, Option
from intents.understanding import Understanding, Zone
from tests.kit_desk import NOW, case_in
from tests.kit_guide import BOOKS, EMPTY, PHONE, REFUSED, means

SHORT = BOOKS.rules.burst
LATE = NOW - timedelta(days=15)
ASKED = replace(EMPTY, topic="outage_repair", asking="address", draft=True)


@pytest.mark.parametrize(
    ("texts", "whole"),
    [
        (["我家", "停电了"], "我家停电了"),
        (["停电了", "青石镇竹溪路18号", "3幢502"], "停电了\n青石镇竹溪路18号3幢502"),
        (["1380013", "8000"], "13800138000"),
        (["过户", " ", "多少钱"], "过户多少钱"),
        (["电费怎么算？", "还有过户"], "电费怎么算？\n还有过户"),
        ([], ""),
    ],
)
def test_pieces_as_one_text(texts: list[str], whole: str) -> None:
    assert burst.joined(texts) == whole


@given(st.lists(st.text(), max_size=5))
def test_nothing_is_lost_by_joining(texts: list[str]) -> None:
    whole = "".join(burst.joined(texts).split())
    assert whole == "".join("".join(texts).split())


@pytest.mark.parametrize("text", ["我家", "停电了", "你好", "在吗", "过户", "就我一家", "竹溪路18号", "请问", "电表"])
def test_may_go_on(text: str) -> None:
    assert burst.unfinished(text)


@pytest.mark.parametrize(
    "text", ["", "停电了！", "电费多少", "怎么交电费", "好了吗", "好的。", "我家停电了，在青石镇竹溪路18号", "转人工"]
)
def test_is_whole(text: str) -> None:
    assert not burst.unfinished(text)


class TestTogether:
    def test_danger_of_any_is_danger_of_all(self) -> None:
        calm, fear = REFUSED, replace(REFUSED, danger=True, why=("rule:fire",))
        whole = burst.together([calm, fear], REFUSED)
        assert whole.danger
        assert whole.why == ("rule:fire",)

    def test_the_whole_counts_where_it_is_sure(self) -> None:
        assert burst.together([means("bill"), REFUSED], means("owner_transfer")).intent == "owner_transfer"

    def test_else_the_surest_piece(self) -> None:
        sure = replace(means("bill"), score=0.95)
        assert burst.together([means("opinion"), sure, REFUSED], means(zone=Zone.CHOOSE)).intent == "bill"

    def test_facts_of_every_piece_stay_later_ones_win(self) -> None:
        pieces = [means(phone="1", scope="single"), means(phone="2", address="a")]
        assert burst.together(pieces, means(address="b")).slots == {"phone": "2", "address": "b"}

    def test_matters_in_their_order(self) -> None:
        pieces = [means("bill"), means("owner_transfer")]
        assert burst.together(pieces, REFUSED).matters == ("bill", "owner_transfer")
        assert burst.together(pieces[:1], REFUSED).matters == ()


class TestAlone:
    @pytest.mark.parametrize("text", ["1", "第一个", "人工", "转人工", "人呢", "催一下", "？？？", "念"])
    def test_an_answer_or_a_call_by_itself(self, text: str) -> None:
        assert burst.alone(EMPTY, (), text, LATE)

    @pytest.mark.parametrize("text", ["停电了", "", "13800138000", "过户"])
    def test_a_piece(self, text: str) -> None:
        assert not burst.alone(EMPTY, (), text, LATE)

    def test_a_label_of_the_open_menu_or_a_verdict(self) -> None:
        offered = replace(EMPTY, menu=(Option("只有我家", "slot.scope.single"), Option("一片", "x")), menu_at=NOW)
        assert burst.alone(offered, (), "只有我家", LATE)
        done = replace(case_in(State.RESOLVED), resolved_at=NOW)
        assert burst.alone(EMPTY, (done,), "修好了", LATE)

    def test_to_a_person_every_word_goes_by_itself(self) -> None:
        assert burst.alone(replace(EMPTY, floor=Floor.STAFF), (), "停电了", LATE)


def waits(text: str, heard: Understanding = REFUSED, thread: object = EMPTY) -> timedelta:
    return burst.waits(BOOKS, thread, (), [text], heard, NOW)  # type: ignore[arg-type]


class TestWaiting:
    def test_a_piece_waits_a_moment_a_picture_longer(self) -> None:
        assert waits("我家") == SHORT
        assert waits("你好", means("greeting")) == SHORT
        assert waits("") == SHORT * burst.PICTURE

    @pytest.mark.parametrize("text", ["停电了！", "电费多少", "谢谢了", "人呢", "1", "多少钱", "要带什么"])
    def test_what_is_whole_does_not(self, text: str) -> None:
        assert waits(text, means("thanks")) == timedelta()

    def test_a_request_that_needs_no_more_does_not(self) -> None:
        assert waits("查电费", means("bill_query")) == timedelta()
        assert waits("查电费") == SHORT
        assert waits("电费", means("bill_query")) == SHORT

    def test_danger_never_waits(self) -> None:
        assert waits("触电", replace(REFUSED, danger=True)) == timedelta()

    def test_an_answer_to_the_open_question_does_not(self) -> None:
        assert waits("竹溪路18号3幢502", means(address="竹溪路18号3幢502"), ASKED) == timedelta()
        assert waits("不知道", REFUSED, ASKED) == timedelta()
        phone = replace(ASKED, asking="phone")
        assert waits(PHONE, means(phone=PHONE), phone) == timedelta()

    def test_half_an_answer_does(self) -> None:
        assert waits("竹溪路18号", means(address="竹溪路18号"), ASKED) == SHORT
        assert waits("1380013", REFUSED, replace(ASKED, asking="phone")) == SHORT
