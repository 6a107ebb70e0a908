from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import Case, Rating, State
from bot.desk.pending import Transfer
from bot.guide import menu
from bot.guide.thread import Thread
from tests.kit_desk import CLERK, NO, NOW, SECOND, case_in
from tests.kit_guide import ADDRESS, EMPTY, Talk, means

LATE, EARLY = NOW + timedelta(hours=1), NOW - timedelta(hours=1)
OFFERED, BUTTONS = menu.offer(EMPTY, NOW, ("现在登记办理", "open.x"), ("先不用", menu.LATER))


def chosen(thread: Thread, text: str, *cases: Case) -> str:
    return menu.chosen(thread, cases, text, NOW - timedelta(days=15))


def test_a_menu_is_remembered_and_shown_alike() -> None:
    assert [(option.label, option.value) for option in OFFERED.menu] == [(one.label, one.value) for one in BUTTONS]
    assert OFFERED.menu_at == NOW
    assert menu.clear(OFFERED) == EMPTY


@pytest.mark.parametrize(
    "text",
    ["1", "１", "①", "一", "选1", "第一个", "1号吧", "现在登记办理", " 現在登記辦理。", "“现在登记办理”"],
)
def test_numbers_and_labels_choose_what_the_button_does(text: str) -> None:
    assert chosen(OFFERED, text) == "open.x"


@pytest.mark.parametrize("text", ["3", "9", "登录", "我想现在登记办理过户", "", "？？", "0"])
def test_anything_else_chooses_nothing(text: str) -> None:
    assert chosen(OFFERED, text) == ""
    assert chosen(EMPTY, text) == ""


@pytest.mark.parametrize(
    ("text", "value", "chosen_value"),
    [
        ("是的", "open.x", "open.x"),
        ("不用", "open.x", "later"),
        ("好的", "open.x", ""),
        ("确定。", "withdraw.N", "withdraw.N"),
        ("好的", "withdraw.N", "withdraw.N"),
        ("不撤了", "withdraw.N", "later"),
        ("是", "urge.N", ""),
    ],
)
def test_yes_and_no_answer_a_question_of_yes_or_no(text: str, value: str, chosen_value: str) -> None:
    thread, _ = menu.offer(EMPTY, NOW, ("甲", value), ("乙", menu.LATER))
    assert chosen(thread, text) == chosen_value


def test_of_three_or_without_a_way_out_a_yes_is_none() -> None:
    three, _ = menu.offer(EMPTY, NOW, ("甲", "withdraw.1"), ("乙", "withdraw.2"), ("丙", menu.LATER))
    assert chosen(three, "是的") == ""
    two, _ = menu.offer(EMPTY, NOW, ("甲", "withdraw.1"), ("乙", "withdraw.2"))
    assert chosen(two, "是的") == ""


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *((text, "confirm") for text in ("1", "已解决", "好了！", "同意", "已解決")),
        *((text, "refuse") for text in ("2", "没解决", "沒解決", "不同意。")),
    ],
)
def test_a_resolved_case_is_confirmed_or_refused_in_words(text: str, value: str) -> None:
    assert chosen(EMPTY, text, case_in(State.RESOLVED, rating=None)) == f"{value}.{NO}"


@pytest.mark.parametrize(
    ("text", "score"),
    [
        ("5", 5),
        ("５", 5),
        ("5分", 5),
        ("５ 分", 5),
        ("五分", 5),
        ("很满意", 5),
        ("满意", 4),
        ("一般", 3),
        ("不满意", 2),
        ("很不满意", 1),
    ],
)
def test_a_rating_is_read_in_words(text: str, score: int) -> None:
    assert chosen(EMPTY, text, case_in(State.CLOSED)) == f"rate.{score}.{NO}"


@pytest.mark.parametrize("text", ["6", "0", "10分", "满意吗"])
def test_what_is_no_rating_rates_nothing(text: str) -> None:
    assert chosen(EMPTY, text, case_in(State.CLOSED)) == ""


def test_a_rating_given_is_not_asked_again() -> None:
    assert chosen(EMPTY, "5", case_in(State.CLOSED, rating=Rating(4, at=NOW, handler=CLERK))) == ""


def test_a_number_answers_the_newest_question_only() -> None:
    resolved = case_in(State.RESOLVED, rating=None, resolved_at=LATE)
    assert chosen(OFFERED, "1", resolved) == f"confirm.{NO}"
    assert chosen(OFFERED, "1", replace(resolved, resolved_at=EARLY)) == "open.x"
    assert chosen(OFFERED, "5", replace(case_in(State.CLOSED), rating=Rating(None, at=EARLY, handler=CLERK))) == ""


def test_a_word_answers_whichever_question_knows_it() -> None:
    resolved = case_in(State.RESOLVED, rating=None, resolved_at=EARLY)
    assert chosen(OFFERED, "已解决", resolved) == f"confirm.{NO}"


def test_of_questions_of_one_moment_the_number_answers_the_one_it_fits() -> None:
    other = case_in(State.CLOSED, rating=Rating(None, at=NOW, handler=CLERK))
    assert chosen(OFFERED, "5", replace(other, no="B")) == "rate.5.B"


def test_a_menu_older_than_what_was_asked_since_is_answered_last() -> None:
    old = replace(OFFERED, menu_at=EARLY - timedelta(days=1))
    assert chosen(old, "1") == "open.x"
    assert chosen(old, "1", case_in(State.RESOLVED, rating=None, resolved_at=EARLY)) == f"confirm.{NO}"
    assert chosen(old, "先不用", case_in(State.RESOLVED, rating=None, resolved_at=EARLY)) == menu.LATER


def test_a_menu_that_was_left_is_pressed_or_named_but_not_numbered() -> None:
    left = menu.left(OFFERED, OFFERED, ["answer:bill"])
    assert chosen(left, "1") == ""
    assert chosen(left, "先不用") == menu.LATER
    assert menu.left(OFFERED, OFFERED, ["declined"]) == OFFERED
    assert menu.left(OFFERED, replace(OFFERED, menu_at=EARLY), ["answer:bill"]).menu_at == EARLY


def test_a_closed_case_is_taken_up_again_by_word_within_the_span() -> None:
    closed = case_in(State.CLOSED, rating=Rating(5, at=NOW, handler=CLERK))
    assert chosen(EMPTY, "没解决", closed) == f"reopen.{NO}"
    assert chosen(EMPTY, "2", closed) == ""
    assert chosen(EMPTY, "没解决", replace(closed, closed_at=NOW - timedelta(days=16))) == ""


def test_a_case_that_waits_for_nothing_takes_no_number() -> None:
    assert chosen(EMPTY, "1", case_in(State.OPEN)) == ""
    assert chosen(EMPTY, "1", case_in(State.RESOLVED, resolved_at=None, rating=None)) == ""


def transfer(**more: object) -> Case:
    wish = Transfer(SECOND, "要去别的现场", CLERK, NOW)
    return replace(case_in(State.ACCEPTED), transfer=replace(wish, **more))  # type: ignore[arg-type]


LAST = (f"consent.{NO}", f"decline.{NO}")


class TestConsent:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            *((text, "consent") for text in ("1", "同意", "同意换", "换", "换吧", "１")),
            *((text, "decline") for text in ("2", "不同意", "不换", "别换", "不用换。")),
        ],
    )
    def test_plain_words_answer_it(self, text: str, value: str) -> None:
        assert chosen(EMPTY, text, transfer()) == f"{value}.{NO}"

    @pytest.mark.parametrize(
        ("text", "value"), [("可以", "consent"), ("好的", "consent"), ("行", "consent"), ("不行", "decline")]
    )
    def test_polite_words_only_where_it_was_the_last_thing_said(self, text: str, value: str) -> None:
        reopen = NOW - timedelta(days=15)
        assert menu.chosen(EMPTY, (transfer(),), text, reopen, LAST) == f"{value}.{NO}"
        assert menu.chosen(EMPTY, (transfer(),), text, reopen, ()) == ""
        assert menu.chosen(EMPTY, (transfer(),), text, reopen, ("consent.OTHER", "urge.X")) == ""

    @pytest.mark.parametrize("text", ["谢谢", "嗯？", "换？", "👍", "好的谢谢", "为什么要换", "3"])
    def test_thanks_and_questions_never(self, text: str) -> None:
        assert menu.chosen(EMPTY, (transfer(),), text, NOW, LAST) == ""

    def test_a_number_answers_the_newest_question(self) -> None:
        assert chosen(OFFERED, "1", transfer(asked_at=LATE)) == f"consent.{NO}"
        assert chosen(OFFERED, "1", transfer(asked_at=EARLY)) == "open.x"

    def test_what_is_decided_or_the_leaders_alone_is_not_asked(self) -> None:
        assert chosen(EMPTY, "同意", transfer(consented_at=NOW)) == ""
        assert chosen(EMPTY, "同意", transfer(asks=False)) == ""
        assert chosen(EMPTY, "同意", replace(transfer(), state=State.CANCELLED)) == ""

    def test_a_stamp_names_which_change_was_asked_about(self) -> None:
        case = transfer()
        assert menu.waits(case, "consent", menu.moment(NOW))
        assert not menu.waits(case, "consent", menu.moment(EARLY))
        assert menu.waits(transfer(consented_at=NOW), "decline")
        assert not menu.waits(transfer(consented_at=NOW), "consent")
        assert not menu.waits(case_in(State.ACCEPTED), "decline")


ASKED = case_in(State.CLOSED, rating=Rating(None, at=NOW, handler=CLERK))


class TestWorded:
    @pytest.mark.parametrize(
        ("text", "score", "beside"),
        [
            ("5分 师傅很好", 5, "师傅很好"),
            ("5分，师傅很好", 5, "师傅很好"),
            ("给你们4分，还行", 4, "还行"),
            ("三星 一般般", 3, "一般般"),
            ("很满意，谢谢师傅", 5, "谢谢师傅"),
            ("不满意，来得太慢", 2, "来得太慢"),
            ("1 太差了", 1, "太差了"),
        ],
    )
    def test_a_score_with_words_keeps_both(self, text: str, score: int, beside: str) -> None:
        assert menu.worded(EMPTY, (ASKED,), text) == (f"rate.{score}.{NO}", beside)

    @pytest.mark.parametrize("text", ["3分钟前又停电了", "5号楼停电了", "5", "满意吗", "6分 很好", "2店都没电"])
    def test_other_figures_are_no_score(self, text: str) -> None:
        assert menu.worded(EMPTY, (ASKED,), text) == ("", "")

    def test_solved_with_words_confirms_with_them(self) -> None:
        resolved = case_in(State.RESOLVED, rating=None)
        assert menu.worded(EMPTY, (resolved,), "解决了，谢谢师傅") == (f"confirm.{NO}", "解决了，谢谢师傅")
        assert menu.worded(EMPTY, (resolved,), "解决了吗") == ("", "")

    def test_only_the_newest_question_is_meant(self) -> None:
        resolved = replace(case_in(State.RESOLVED, rating=None, resolved_at=LATE), no="B")
        assert menu.worded(EMPTY, (ASKED, resolved), "5分 师傅很好") == ("", "")
        later, _ = menu.offer(EMPTY, LATE, ("甲", "open.x"))
        assert menu.worded(later, (ASKED,), "5分 师傅很好") == ("", "")
        assert menu.worded(EMPTY, (), "5分 师傅很好") == ("", "")


@pytest.mark.parametrize("text", ["谢谢", "好的谢谢", "👍", "好的", "辛苦了"])
def test_thanks_answer_no_question_of_an_end(text: str) -> None:
    for case in (ASKED, case_in(State.RESOLVED, rating=None)):
        assert chosen(EMPTY, text, case) == ""
        assert menu.worded(EMPTY, (case,), text) == ("", "")


def test_words_held_for_a_choice_go_with_the_next_one_but_for_a_forms() -> None:
    held = replace(EMPTY, held={"said": "甲"})
    assert menu.offer(held, NOW, ("乙", "open.x"))[0].held == {}
    assert menu.offer(replace(held, draft=True), NOW, ("乙", "open.x"))[0].held == {"said": "甲"}


class TestWhetherThePowerIsBack:
    """来电了 and 还没来电, where a case of an outage of many was asked about."""

    def asked(self, incident: str) -> Talk:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.put(replace(talk.resolve(), incident=incident))
        talk.thread = replace(talk.thread, asking="", pending=(), menu=())
        return talk

    @pytest.mark.parametrize(("text", "what"), [("来电了", "confirm"), ("还没来电", "refuse"), ("没来电", "refuse")])
    def test_the_words_of_the_buttons_do_the_same(self, text: str, what: str) -> None:
        talk = self.asked("GZ1")
        assert [(act.what, act.case) for act in talk.say(text).acts] == [(what, talk.case().no)]

    @pytest.mark.parametrize("text", ["没亮", "还黑着"])
    def test_dark_is_said_of_power_alone(self, text: str) -> None:
        assert [act.what for act in self.asked("GZ1").say(text).acts] == ["refuse"]
        assert self.asked("").say(text).acts == ()
