import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import handing, rules, verdict
from bot.desk.case import State
from bot.desk.errors import Missing
from bot.desk.promises import LIVE
from bot.guide import menu
from bot.guide.said import Act, Turn
from bot.guide.thread import Floor
from bot.guide.wants import Sought
from intents.reader import read_handbook, shipped
from intents.understanding import Understanding, Zone
from tests.kit_desk import LEADER, STAFF, TALKER, person
from tests.kit_guide import (
    ADDRESS,
    BOOKS,
    CODES,
    DANGER,
    MINE,
    PHONE,
    REFUSED,
    Systems,
    Talk,
    codes,
    means,
    values,
)

PHRASES = frozenset(read_handbook(shipped()).phrases)
SPEAK = ("confirm", "refuse", "reopen", "rate", "urge", "withdraw", "consent", "decline")
"""Acts whose own letter answers the customer."""


def with_case() -> Talk:
    talk = Talk()
    talk.say("x", means("bare"))
    return talk


class TestPresses:
    @pytest.mark.parametrize(
        "value", ["confirm.X", "rate.5.X", "urge.X", "topic.bill", "open.bare", "slot.phone.1", "x"]
    )
    def test_foreign_stale_and_invented_ones_change_nothing(self, value: str) -> None:
        talk = with_case()
        before = talk.thread, talk.cases
        decided = talk.press(value)
        assert codes(decided) == ["button.stale"]
        assert (talk.thread, talk.cases) == before

    @pytest.mark.parametrize("what", ["confirm", "refuse", "reopen", "rate.5"])
    def test_what_the_state_of_ones_own_case_does_not_allow_is_stale(self, what: str) -> None:
        talk = with_case()
        assert codes(talk.press(f"{what}.{talk.case().no}")) == ["button.stale"]

    def test_urging_by_button(self) -> None:
        talk = with_case()
        assert talk.press(f"urge.{talk.case().no}").acts == (Act("urge", talk.case().no),)
        talk.resolve()
        assert codes(talk.press(f"urge.{talk.case().no}")) == ["button.stale"]

    def test_confirming_and_rating_once(self) -> None:
        talk = with_case()
        no = talk.resolve().no
        assert talk.press(f"confirm.{no}").acts == (Act("confirm", no),)
        assert codes(talk.press(f"confirm.{no}")) == ["button.stale"]
        for score in ("0", "6", "x", ""):
            assert codes(talk.press(f"rate.{score}.{no}")) == ["button.stale"]
        assert talk.press(f"rate.4.{no}").acts == (Act("rate", no, score=4),)
        assert codes(talk.press(f"rate.5.{no}")) == ["button.stale"]
        assert talk.case().rating.score == 4  # type: ignore[union-attr]

    def test_refusing(self) -> None:
        talk = with_case()
        no = talk.resolve().no
        assert talk.say("没解决").acts == (Act("refuse", no),)
        assert talk.case().state is State.IN_PROGRESS

    def test_a_closed_case_is_taken_up_again_in_words(self) -> None:
        talk = with_case()
        no = talk.resolve().no
        talk.say("已解决")
        talk.say("5")
        assert talk.say("没解决").acts == (Act("reopen", no),)
        assert talk.case().state is State.IN_PROGRESS
        talk.resolve()
        talk.say("已解决")
        talk.now += BOOKS.rules.reopen
        assert codes(talk.say("没解决")) == ["answer:out_of_scope"]

    def test_a_choice_of_what_the_handbook_no_longer_has(self) -> None:
        talk = Talk()
        talk.say("过户", means("owner_transfer"))
        gone = tuple(replace(option, value="open.gone") for option in talk.thread.menu)
        talk.thread = replace(talk.thread, menu=gone)
        assert codes(talk.say("1")) == ["button.stale"]

    def test_a_person_by_button_whoever_asks(self) -> None:
        assert Talk().press("human").opening


@pytest.mark.parametrize("text", ["转人工", "人工", "0", "0转人工", "真人", "０"])
def test_a_person_whatever_the_menu(text: str) -> None:
    talk = Talk()
    talk.say("过户", means("owner_transfer"))
    assert talk.say(text).opening


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_nothing_said_is_told_so(text: str) -> None:
    assert codes(Talk().say(text)) == ["empty"]


@pytest.mark.parametrize("text", ["7", "第三个", "１"])
def test_a_number_that_answers_nothing_is_told_so(text: str) -> None:
    assert codes(Talk().say(text)) == ["number.unclear"]
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.say("不清楚")
    assert talk.thread.asking == "phone"
    assert codes(talk.say(text)) == ["number.unclear"]
    assert talk.thread.misses == 0


@pytest.mark.parametrize(
    ("text", "hurt"), [("算了", False), ("跳过。", False), ("取消", False), ("算了，着火了", True)]
)
def test_a_word_that_only_declines_is_no_cry_for_help(text: str, *, hurt: bool) -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    decided = talk.say(text, DANGER)
    assert ("safety:hazard" in codes(decided)) is hurt


class TestConsent:
    def asked(self) -> Talk:
        talk = with_case()
        case = talk.resolve()
        case = talk.put(verdict.refuse(BOOKS, case, "没好", talk.now).case)
        wish = handing.transfer(BOOKS, case, person(case.first_handler), LEADER, "去别的现场", talk.now)
        talk.put(wish.case)
        return talk

    @pytest.mark.parametrize("text", ["同意", "1", "换"])
    def test_in_words(self, text: str) -> None:
        talk = self.asked()
        assert talk.say(text).acts == (Act("consent", talk.case().no),)
        assert talk.case().transfer.consented_at == talk.now  # type: ignore[union-attr]
        assert codes(talk.press(f"consent.{talk.case().no}")) == ["button.stale"]

    def test_by_button_and_stamped(self) -> None:
        talk = self.asked()
        no, at = talk.case().no, talk.case().transfer.asked_at  # type: ignore[union-attr]
        assert codes(talk.press(f"consent.{no}.0101000000")) == ["button.stale"]
        assert talk.press(f"consent.{no}.{menu.moment(at)}").acts == (Act("consent", no),)

    def test_refused_nothing_changes(self) -> None:
        talk = self.asked()
        before = talk.case().first_handler
        assert talk.say("不同意").acts == (Act("decline", talk.case().no),)
        assert (talk.case().transfer, talk.case().first_handler) == (None, before)
        for press in ("consent", "decline"):
            assert codes(talk.press(f"{press}.{talk.case().no}")) == ["button.stale"]

    @pytest.mark.parametrize("text", ["谢谢", "好的", "嗯", "可以"])
    def test_a_polite_word_after_something_else_is_none(self, text: str) -> None:
        talk = self.asked()
        talk.say("电费怎么算", means("bill"))
        decided = talk.say(text, means("thanks"))
        assert decided.acts == ()
        assert talk.case().transfer.consented_at is None  # type: ignore[union-attr]

    def test_right_under_the_question_it_is(self) -> None:
        talk = self.asked()
        talk.asked = (f"consent.{talk.case().no}", f"decline.{talk.case().no}")
        assert talk.say("可以").acts == (Act("consent", talk.case().no),)

    def test_while_a_person_speaks_too(self) -> None:
        talk = self.asked()
        talk.floor(TALKER)
        assert talk.say("同意").acts == (Act("consent", talk.case().no),)


class TestEnding:
    def test_a_score_with_words_keeps_them(self) -> None:
        talk = with_case()
        no = talk.resolve().no
        assert talk.say("解决了，谢谢师傅").acts == (Act("confirm", no, words="解决了，谢谢师傅"),)
        assert talk.say("5分 师傅很好", means("bill")).acts == (Act("rate", no, score=5, words="师傅很好"),)
        assert (talk.case().rating.score, talk.case().rating.words) == (5, "师傅很好")  # type: ignore[union-attr]

    def test_a_low_score_that_complains_does_both(self) -> None:
        talk = with_case()
        no = talk.resolve().no
        talk.say("已解决")
        topic = replace(BOOKS.topics["complaint"], asks=())
        talk.books = replace(BOOKS, topics={**BOOKS.topics, "complaint": topic})
        decided = talk.say("1分 太差了，我要投诉", means("complaint"))
        assert decided.acts == (Act("rate", no, score=1),)  # he reads the score, not the complaint
        assert decided.opening
        assert decided.opening.topic == "complaint"
        assert decided.opening.said == "1分 太差了，我要投诉"
        assert talk.case(no).callback.about == talk.case(no).first_handler  # type: ignore[union-attr]


class TestIdentityCards:
    def test_it_is_said_once_before_the_answer(self) -> None:
        decided = Talk().say("我的身份证**************0134，电费多少", means("bill"), masked=True)
        assert codes(decided) == ["id.masked", "answer:bill"]
        assert decided.says[0].loose

    def test_alone_it_is_the_answer_and_no_miss(self) -> None:
        talk = Talk()
        for _ in range(3):
            assert codes(talk.say("**************0134", masked=True)) == ["id.masked"]
        assert (talk.thread.misses, talk.opened) == (0, 0)

    def test_safety_words_come_before_it(self) -> None:
        assert codes(Talk().say("着火了**************0134", DANGER, masked=True))[:2] == ["safety:hazard", "id.masked"]

    def test_a_system_that_is_asked_first_is_not_told_twice(self) -> None:
        talk = Talk(proven=(MINE,))
        assert codes(talk.say("电费**************0134", means("bill_query"), masked=True)).count("id.masked") == 1


class TestThanks:
    @pytest.mark.parametrize("text", ["👍", "🙏🙏", "谢谢谢谢", "好的，谢谢师傅！", "👍🏻"])
    def test_are_thanked_for_and_change_nothing(self, text: str) -> None:
        talk = with_case()
        before = talk.cases
        assert codes(talk.say(text)) == ["answer:thanks"]
        assert talk.cases == before

    def test_with_more_words_they_are_words(self) -> None:
        assert codes(Talk().say("谢谢，电费多少", means("bill"))) == ["answer:bill"]


class TestFloor:
    def test_the_guide_is_silent_while_a_person_speaks_and_passes_on(self) -> None:
        talk = Talk()
        talk.floor(TALKER)
        for understood in (means("bill"), REFUSED, means("outage_repair")):
            decided = talk.say("过户要带什么", understood)
            assert decided == Turn(talk.thread, acts=(Act("pass_on"),))
        talk.floor()
        assert codes(talk.say("电费", means("bill"))) == ["answer:bill"]

    def test_a_form_waits_for_nobody_then(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair"))
        talk.floor(TALKER)
        assert talk.say(ADDRESS, means(address=ADDRESS)).acts == (Act("pass_on"),)

    def test_verdicts_buttons_and_danger_are_heard_all_the_same(self) -> None:
        talk = with_case()
        talk.floor(TALKER)
        no = talk.resolve().no
        assert talk.say("已解决").acts == (Act("confirm", no),)
        assert codes(talk.press("x")) == ["button.stale"]
        assert talk.say("着火了", DANGER).opening
        assert talk.thread.floor is Floor.STAFF

    def test_a_correction_is_passed_on_too(self) -> None:
        talk = with_case()
        talk.floor(TALKER)
        assert talk.say("x", means("bill"), corrects=True).acts == (Act("pass_on"),)


WORDS = st.sampled_from(
    f"停电了 {ADDRESS} {PHONE} 1 2 3 5 9 取消 不知道 跳过 已解决 没解决 满意 先不用 都不是 转人工 0 就我一家 催一下 "
    "周围一片都停了 是另外一处，另报一件 现在登记办理 ？？？ 慈 念慈的慈 8 撤单 我要投诉 不投诉了 上个月 再查一次 "
    "又停了 没修好 没办好 匿名 我要匿名投诉 同意 不换 可以 5分，很好 解决了，谢谢 隔壁老王家欠多少 帮我妈查电费 "
    "什么时候来 还是上次那件 都不是 👍 12398能打吗 B101骂我 <b>{x}</b>".split(" ")
)
ANYTHING = st.one_of(WORDS, st.text(max_size=12))
SLOTS = st.dictionaries(
    st.sampled_from(["address", "phone", "account_no", "name", "scope", "date", "amount", "case_no"]),
    st.sampled_from(
        [ADDRESS, "盐仓巷17号", PHONE, "single", "2026-11-25", "DL20261123-0001", "DL20261123-0999", MINE, ""]
    ),
    max_size=3,
)
UNDERSTOOD = st.builds(
    lambda codes, zone, slots, danger, matters, scores: Understanding(
        codes[0] if zone is not Zone.REFUSE else "out_of_scope",
        0.5,
        tuple(codes),
        matters=tuple(matters),
        slots={name: value for name, value in slots.items() if value},
        danger=danger,
        zone=zone,
        scores=tuple(scores),
    ),
    st.lists(st.sampled_from([*CODES, "gone"]), min_size=1, max_size=4, unique=True),
    st.sampled_from(Zone),
    SLOTS,
    st.sampled_from([False, False, False, False, True]),
    st.lists(st.sampled_from([*CODES, "gone"]), max_size=3),
    st.lists(st.floats(0, 1), max_size=4),
)
SAID = st.fixed_dictionaries(
    {"text": ANYTHING, "understood": UNDERSTOOD},
    optional={
        "files": st.integers(0, 2),
        "corrects": st.booleans(),
        "masked": st.booleans(),
        "sort": st.sampled_from(["location", "contact"]),
        "slow": st.lists(st.sampled_from(Sought), max_size=2),
    },
)
PRESSED = st.one_of(
    st.integers(0, 7),  # one of those last shown
    st.sampled_from(
        ["human", "x", "topic.gone", "open.gone", "slot..", "slot.phone.1", "rate..", "urge.", "none", "later"]
    ),
    st.sampled_from(["confirm", "refuse", "reopen", "urge", "rate.1", "rate.5", "rate.x"]).map(
        lambda what: f"{what}.{{no}}"
    ),
)
HALL = st.sampled_from(["resolve", "close", "take", "give", "cancel", "transfer"])
STEPS = st.lists(
    st.one_of(SAID, SAID, SAID, PRESSED.map(lambda press: {"press": press}), HALL.map(lambda what: {"hall": what})),
    max_size=14,
)


def of_the_hall(talk: Talk, what: str) -> None:
    """Staff do something to the newest case or take the floor."""
    if what in ("take", "give"):
        talk.floor(TALKER if what == "take" else "")
    elif talk.cases and what == "resolve":
        talk.resolve()
    elif talk.cases and what == "close" and talk.case().state is State.RESOLVED:
        talk.put(rules.close(BOOKS, talk.case(), person(LEADER), "已核实", talk.now).case)
    elif talk.cases and what == "transfer" and talk.case().state in LIVE and not talk.case().transfer:
        case = talk.case()
        others = [one.no for one in STAFF[:2] if one.no not in (case.first_handler, *case.hidden_from)]
        with contextlib.suppress(Missing):
            wish = handing.transfer(BOOKS, case, person(case.first_handler), others[0], "去别处", talk.now)
            talk.asked = (f"consent.{case.no}", f"decline.{case.no}")
            talk.put(wish.case)
    elif talk.cases and what == "cancel" and talk.case().state in (State.OPEN, State.ACCEPTED):
        talk.put(rules.cancel(BOOKS, talk.case(), person(LEADER), "重复了", talk.now).case)


def sound(talk: Talk, decided: Turn, before: Talk, shown: dict[str, int]) -> None:
    """What holds after any turn."""
    spoken = codes(decided)
    assert len(talk.cases) <= len(before.cases) + 1 + bool(decided.beside)
    assert decided.case in ("", *(case.no for case in before.cases))
    assert codes(decided).count("id.masked") <= 1
    for case in talk.cases:  # a complaint is never in the hands of whom it is about, nor tied to what others hold
        assert case.first_handler not in case.hidden_from
        assert not (case.topic == "complaint" and case.links)
    heard = spoken or decided.opening or any(act.what in SPEAK for act in decided.acts)
    assert heard or talk.thread.floor is Floor.STAFF
    for code in spoken:
        assert code in PHRASES or code.partition(":")[0] in ("answer", "brief", "rest", "safety"), code
        assert ":" not in code or code.partition(":")[2] in CODES
    if any(code == "question" or code.startswith("ask.") for code in spoken):
        thread = talk.thread
        form = f"{thread.topic} {thread.begun_at if thread.draft else thread.case} {thread.asking}"
        shown[form] = shown.get(form, 0) + 1
        assert thread.asking
        assert shown[form] <= 2, form
    assert bool(talk.thread.asking) or not talk.thread.draft
    assert set(values(decided)) <= {option.value for option in talk.thread.menu} | {"human"}
    if talk.thread.misses:
        assert talk.thread.misses < 2
    if before.thread.floor is Floor.STAFF:
        assert talk.thread.floor is Floor.STAFF


@settings(max_examples=400)
@given(
    steps=STEPS, known=st.sampled_from([{}, {"phone": PHONE}, {"phone": PHONE, "address": ADDRESS, "name": "顾念慈"}])
)
def test_whatever_is_said_the_guide_answers_and_asks_nothing_too_often(
    steps: list[dict[str, Any]], known: dict[str, str]
) -> None:
    talk, shown = Talk(known=known), {}  # type: ignore[var-annotated]
    buttons: list[str] = ["x"]
    for step in steps:
        if "hall" in step:
            of_the_hall(talk, step["hall"])
            continue
        before = Talk(talk.thread, talk.cases)
        if "press" in step:
            press = step["press"]
            value = buttons[press % len(buttons)] if isinstance(press, int) else press
            decided = talk.press(value.replace("{no}", talk.cases[0].no if talk.cases else "X"))
        else:
            more = {name: step[name] for name in ("files", "corrects", "sort", "masked") if name in step}
            talk.systems = Systems(slow=frozenset(step.get("slow", ())))
            decided = talk.say(step["text"], step["understood"], **more)
        sound(talk, decided, before, shown)
        buttons = values(decided) or buttons
    for case in talk.cases:
        assert case.first_handler


@pytest.mark.parametrize("text", ["跳过", "没有了", "嗯", "知道了", "算了"])
def test_where_nothing_is_asked_a_word_that_says_nothing_calls_nobody(text: str) -> None:
    talk = Talk()
    for _ in range(3):
        assert codes(talk.say(text)) == ["declined"]
    assert talk.cases == ()


def test_a_number_for_a_later_question_is_no_consent() -> None:
    talk = with_case()
    case = talk.case()
    wish = handing.transfer(BOOKS, case, person(case.first_handler), STAFF[1].no, "去别处", talk.now)
    talk.put(wish.case)
    before = talk.thread
    talk.say("停电了", means("outage_repair"))
    assert talk.thread.draft
    assert "consent" not in [act.what for act in talk.say("1").acts]
    talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
    talk.say("跳过")
    assert "consent" not in [act.what for act in talk.say("1").acts]
    talk.thread = before
    assert [act.what for act in talk.say("1").acts] == ["consent"]


def test_who_is_rated_by_a_complaint_reads_the_score_even_while_somebody_speaks() -> None:
    talk = with_case()
    no = talk.resolve().no
    talk.say("已解决")
    topic = replace(BOOKS.topics["complaint"], asks=())
    talk.books = replace(BOOKS, topics={**BOOKS.topics, "complaint": topic})
    talk.floor(TALKER)
    decided = talk.say("1分 太差了，我要投诉", means("complaint"))
    assert decided.acts == (Act("rate", no, score=1),)
    assert decided.opening
    assert decided.case == ""


def test_a_yes_with_a_complaint_is_a_bare_yes() -> None:
    talk = with_case()
    no = talk.resolve().no
    decided = talk.say("有电了，可是我要投诉", means("complaint"))
    assert decided.acts[0] == Act("confirm", no, words="已解决")


def test_facts_of_what_is_chosen_are_not_asked_for_again() -> None:
    talk = Talk()
    unsure = means("owner_transfer", Zone.CHOOSE, account_no="9900000012")
    talk.say(
        "我要办个过户手续，户号9900000012", replace(unsure, candidates=("owner_transfer", "bill"), scores=(0.4, 0.3))
    )
    decided = talk.say("1")
    assert decided.thread.slots["account_no"] == "9900000012"
    assert decided.thread.held["said"] == "我要办个过户手续，户号9900000012"
