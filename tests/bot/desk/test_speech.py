from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import rules, speech, talking
from bot.desk.case import State
from bot.desk.errors import Missing
from bot.desk.words import words
from tests.kit_desk import BOOKS, CLERK, NOW, PHRASES, case_in, codes, facts, person, sound

TONGUE = replace(BOOKS, forbidden=("不归我管", "你去投诉吧"))


@pytest.mark.parametrize(
    ("text", "blank"),
    [
        ("师傅{几点}到", "{几点}"),
        ("师傅｛几点｝到", "｛几点｝"),
        ("请带 ____ 来", "____"),
        ("请带＿＿来", "＿＿"),
        ("请带【 】来", "【 】"),
        ("请带[]来", "[]"),
        ("请带（　）来", "（　）"),
        ("请带( )来", "( )"),
    ],
)
def test_a_blank_nobody_filled_does_not_go_out(text: str, blank: str) -> None:
    assert speech.fault(TONGUE, text) == f"missing.blank:{blank}"


@pytest.mark.parametrize("text", ["师傅十点到", "【停电】已修复", "请带身份证（原件）来", "a_b", "您好 :)"])
def test_ordinary_words_go_out(text: str) -> None:
    assert speech.fault(TONGUE, text) == ""
    assert speech.fit(TONGUE, f"　{text} ", "text") == text


@pytest.mark.parametrize("text", ["这事不归我管。", "不 归，我！管", "那你去投诉吧"])
def test_words_nobody_is_to_hear_are_found_through_blanks_and_marks(text: str) -> None:
    with pytest.raises(Missing) as refused:
        speech.fit(TONGUE, text, "text")
    (wrong,) = refused.value.fields.values()
    assert wrong.partition(":")[0] == "missing.forbidden"
    assert wrong.partition(":")[2] in TONGUE.forbidden
    assert {"missing.forbidden", "missing.blank", "missing.text"} <= set(PHRASES)


@given(st.text(alphabet=speech.SENSELESS, max_size=12))
def test_marks_and_blanks_alone_are_no_sense(text: str) -> None:
    with pytest.raises(Missing) as refused:
        speech.sensible(text, "reason")
    assert refused.value.fields == {"reason": "missing.text"}


@given(st.text(max_size=30))
def test_whatever_is_said_is_judged_and_never_changed_but_for_its_margins(text: str) -> None:
    try:
        assert speech.fit(TONGUE, text, "text") == text.strip()
    except Missing:
        assert not text.strip(speech.SENSELESS) or speech.fault(TONGUE, text.strip())


KNOWN = ("account_no", "address", "phone", "name", "visit")


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("请问您的户号是多少？", ("account_no",)),
        ("麻烦发一下户号和地址", ("account_no", "address")),
        ("您怎么称呼", ("name",)),
        ("留个电话吧", ("phone",)),
        ("您住哪个小区？", ("address",)),
        ("户号我查到了，十点到您家。", ()),
        ("地址我有了。您几点在家？", ()),
        ("师傅会给您打电话。", ()),
        ("什么时候方便？", ()),
    ],
)
def test_what_is_known_is_not_asked_for_twice_unnoticed(text: str, again: tuple[str, ...]) -> None:
    assert speech.asked_again(text, KNOWN) == again
    assert speech.asked_again(text, ("visit",)) == ()


def test_who_asks_again_is_told_what_is_known_and_it_is_counted_but_the_words_go_out() -> None:
    before = case_in(State.ACCEPTED, slots={"account_no": "9900000012", "phone": ""}, asked_again=1)
    outcome = talking.reply(TONGUE, before, person(CLERK), "请问户号和电话是多少？", NOW)
    case = sound(before, outcome, TONGUE)
    assert case.asked_again == 2
    assert codes(outcome) == ["staff.words", "staff.asked_again"]
    assert facts(outcome, "staff.asked_again")["known"] == [words("slot.account_no")]
    assert outcome.events[0].facts == {"asked_again": "account_no"}


def test_forbidden_words_are_stopped_wherever_a_customer_would_read_them() -> None:
    case, done = case_in(State.ACCEPTED), case_in(State.RESOLVED)
    said = "这不归我管"
    for field, doing in (
        ("text", lambda: talking.reply(TONGUE, case, person(CLERK), said, NOW)),
        ("text", lambda: rules.resolve(TONGUE, case, person(CLERK), said, {}, NOW)),
        ("text", lambda: rules.stage(TONGUE, case, person(CLERK), "sign", said, NOW)),
        ("reason", lambda: rules.reopen(TONGUE, done, person(CLERK), said, NOW)),
        ("reason", lambda: rules.cancel(TONGUE, case, person(CLERK), said, NOW)),
        ("reason", lambda: rules.close(TONGUE, done, person("B001"), said, NOW)),
    ):
        with pytest.raises(Missing) as refused:
            doing()
        assert refused.value.fields == {field: "missing.forbidden:不归我管"}
    talking.note(TONGUE, case, person(CLERK), said, NOW)  # inside the hall it may be quoted


@pytest.mark.parametrize(
    "text",
    ["师傅到了给您打电话好吗？", "您的电话我记下了，请问还有别的事吗？", "打您电话没人接，方便时说一声"],
)
def test_a_call_that_is_offered_asks_for_no_number(text: str) -> None:
    assert speech.asked_again(text, ("phone", "address")) == ()
