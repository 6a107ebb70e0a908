from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.guide import account
from bot.guide.said import Act
from bot.guide.wants import Sought, Want
from intents.understanding import Understanding, Zone
from tests.kit_guide import EMPTY, MINE, NOBODYS, OTHERS, PHONE, REFUSED, Systems, Talk, codes, means, said, values

BILL = means("bill_query")
SLOW = Systems(slow=frozenset(Sought))


def told(**slots: str) -> Understanding:
    return means(zone=Zone.REFUSE, **slots)


def at_the_end(no: str = MINE) -> Talk:
    """The account is named, its proof is asked for."""
    talk = Talk()
    talk.say("查电费", BILL)
    talk.say(no, told(account_no=no))
    assert talk.thread.asking == account.END
    return talk


def test_the_account_is_asked_for_then_its_proof_then_it_is_told() -> None:
    talk = Talk()
    assert codes(talk.say("查电费", BILL)) == ["account.ask"]
    assert codes(talk.say(MINE, told(account_no=MINE))) == ["account.end"]
    assert talk.systems.asked == []  # whether there is such an account is not even looked up
    decided = talk.say("慈")
    assert decided.acts == (Act("prove", slots={"account_no": MINE}),)
    assert "bill.month" in codes(decided)
    assert talk.proven == (MINE,)
    assert talk.thread.asking == ""
    assert talk.systems.asked == [
        Want(Sought.ACCOUNT, account=MINE),
        Want(Sought.BILLS, account=MINE, since="2025-11", till="2026-11"),
    ]


@pytest.mark.parametrize(
    ("text", "name"), [(f"查电费，户号{MINE}，末字是慈", ""), (f"户号{MINE}户名顾念慈，查电费", "顾念慈")]
)
def test_all_told_in_one_breath(text: str, name: str) -> None:
    talk = Talk()
    slots = {"account_no": MINE} | ({"name": name} if name else {})
    assert "bill.month" in codes(talk.say(text, means("bill_query", Zone.ANSWER, **slots)))
    assert talk.proven == (MINE,)


def test_what_was_proven_is_not_asked_again() -> None:
    talk = Talk(proven=(MINE,))
    assert "bill.month" in codes(talk.say("电费多少", BILL))
    assert "bill.month" in codes(talk.say("再查一次电费", means("bill_query", account_no=MINE)))


def test_one_of_several_is_chosen_and_shown_by_its_last_figures_only() -> None:
    talk = Talk(proven=(MINE, OTHERS))
    decided = talk.say("电费多少", BILL)
    assert codes(decided) == ["account.which"]
    assert [button.label for button in decided.says[0].buttons] == ["…0012", "…0013", "查别的户号"]
    assert "bill.month" in codes(talk.say("2"))
    assert talk.thread.slots["account_no"] == OTHERS


@pytest.mark.parametrize("text", ["查另外一户的电费", "另一个户号的电费"])
def test_another_account_than_the_proven_one_is_asked_for(text: str) -> None:
    assert codes(Talk(proven=(MINE,)).say(text, BILL)) == ["account.ask"]


@pytest.mark.parametrize(
    ("text", "whom"), [("查下我妈家的电费", "妈妈"), ("帮我爸查电费", "爸爸"), ("替老人家看看电费", "老人")]
)
def test_for_ones_family_it_is_said_that_their_own_proof_counts_and_kept_for_whom(text: str, whom: str) -> None:
    talk = Talk(proven=(MINE,))
    decided = talk.say(text, BILL)
    assert codes(decided)[0] == "account.for"
    assert decided.says[0].text.facts["whom"] == whom
    assert talk.thread.slots["for"] == whom
    assert codes(talk.say(OTHERS, told(account_no=OTHERS))) == ["account.end.for"]
    assert codes(talk.say("慈")) == ["account.wrong"]  # one's own name proves nothing of theirs
    assert "bill.month" in codes(talk.say("强"))
    assert talk.proven == (MINE, OTHERS)


def test_called_for_on_the_way_a_person_learns_for_whom() -> None:
    talk = Talk()
    talk.say("查下我妈家的电费", BILL)
    talk.say("不记得户号")
    opening = talk.say("不记得").opening
    assert opening
    assert opening.slots["for"] == "妈妈"


def test_another_one_by_button() -> None:
    talk = Talk(proven=(MINE,))
    talk.say("电费", BILL)
    assert codes(talk.press("account.other")) == ["account.ask"]
    assert codes(talk.say(OTHERS, told(account_no=OTHERS))) == ["account.end"]


@pytest.mark.parametrize("no", [MINE, NOBODYS])
def test_wrong_and_unknown_sound_alike_and_the_third_time_a_person_comes(no: str) -> None:
    talk = at_the_end(no)
    first = talk.say("水")
    assert codes(first) == ["account.wrong"]
    assert first.acts == (Act("disprove", slots={"account_no": no}),)
    assert first.says[0].text.facts == {"left": 2}
    assert codes(talk.say("火")) == ["account.wrong"]
    third = talk.say("土")
    assert codes(third) == ["account.stopped"]
    assert third.opening
    assert third.opening.topic == "human_agent"
    assert third.opening.slots == {"about": "业务bill_query", "account_no": no}
    assert talk.wrong[no] == 3
    assert talk.thread.asking == ""


def test_after_three_even_the_right_character_is_not_heard() -> None:
    talk = at_the_end()
    talk.wrong = {MINE: 3}
    decided = talk.say("慈")
    assert codes(decided) == ["account.stopped"]
    assert talk.proven == ()
    assert decided.opening


def test_a_person_who_is_on_the_way_is_told_more() -> None:
    talk = Talk()
    talk.say("转人工")
    talk.say("查电费", BILL)
    talk.say(MINE, told(account_no=MINE))
    talk.wrong = {MINE: 3}
    decided = talk.say("慈")
    assert codes(decided) == ["account.stopped", "human.again"]
    assert decided.acts == (Act("add", talk.case().no, slots={"about": "业务bill_query", "account_no": MINE}),)


@pytest.mark.parametrize("text", ["顾念慈", "念慈的慈", "是慈字", "最后一个字是慈", "户名是顾念慈"])
def test_the_proof_in_many_words(text: str) -> None:
    talk = at_the_end()
    talk.say(text)
    assert talk.proven == (MINE,)


@pytest.mark.parametrize("text", ["？", "好的呢", "下个月呢", "你们几点下班呀"])
def test_what_is_no_answer_is_no_failed_proof(text: str) -> None:
    talk = at_the_end()
    assert codes(talk.say(text)) == ["account.end.again"]
    assert talk.wrong == {}


def test_a_bare_figure_is_a_proof_not_a_choice() -> None:
    talk = at_the_end()
    assert codes(talk.say("1")) == ["account.wrong"]


def test_the_proof_is_heard_whatever_it_sounds_like() -> None:
    talk = at_the_end()
    talk.say("泉水的泉", replace(REFUSED, danger=True))
    assert talk.wrong == {MINE: 1}
    assert talk.say("着火了", replace(REFUSED, danger=True)).opening


@pytest.mark.parametrize("text", [OTHERS, f"户号错了，是{OTHERS}", "户号发错了是 9900 000 013"])
def test_another_number_takes_the_place_of_the_wrong_one(text: str) -> None:
    talk = at_the_end()
    assert codes(talk.say(text)) == ["account.end"]
    assert talk.thread.slots["account_no"] == OTHERS
    talk.say("强")
    assert talk.proven == (OTHERS,)


def test_who_does_not_know_the_number_is_told_where_it_stands_then_a_person_comes() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say("不记得")) == ["account.lost"]
    decided = talk.say("不知道")
    assert codes(decided) == ["account.no_number"]
    assert decided.opening


def test_two_wrong_numbers_are_told_where_it_stands_too() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say("123")) == ["ask.account_no.length"]
    assert codes(talk.say("123456789012")) == ["ask.account_no.length"]
    assert codes(talk.say("12345678901")) == ["account.lost"]
    assert codes(talk.say("12345")) == ["account.no_number"]


@pytest.mark.parametrize("text", [MINE, f"户号是{MINE}", f"{MINE}呢"])
def test_a_bare_number_is_about_its_bill(text: str) -> None:
    assert codes(Talk().say(text, told(account_no=MINE))) == ["account.end"]


def test_a_bare_number_is_about_what_was_talked_of() -> None:
    talk = Talk()
    talk.say("怎么交电费", means("pay"))
    talk.say(MINE, told(account_no=MINE))
    assert talk.thread.topic == "pay"


def test_between_two_an_account_is_a_hint() -> None:
    between = Understanding("bill_query", 0.5, ("bill_query", "pay"), slots={"account_no": MINE}, zone=Zone.CHOOSE)
    assert codes(Talk().say(f"户号{MINE}，看看上个月的电费吧", between)) == ["account.end"]
    assert codes(Talk(looks=False).say(MINE, told(account_no=MINE))) == ["answer:out_of_scope"]


def test_the_button_of_who_does_not_know_and_the_number_after_all() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.press("account.lost")) == ["account.lost"]
    assert codes(talk.say(MINE, told(account_no=MINE))) == ["account.end"]


def test_who_does_not_know_the_name_is_helped_by_a_person() -> None:
    decided = at_the_end().say("不知道")
    assert codes(decided) == ["account.no_end"]
    assert decided.opening


@pytest.mark.parametrize("text", ["算了", "取消", "不查了"])
def test_called_off_nothing_is_left(text: str) -> None:
    talk = at_the_end()
    assert codes(talk.say(text)) == ["declined"]
    assert (talk.thread.asking, talk.thread.slots, talk.thread.topic) == ("", {}, "")


def test_a_question_in_between_is_answered_and_the_proof_asked_for_again() -> None:
    talk = at_the_end()
    decided = talk.say("怎么交费", means("bill"))
    assert codes(decided) == ["answer:bill", "account.end"]
    assert talk.thread.asking == account.END
    assert codes(talk.say("怎么交费", means("bill"))) == ["answer:bill"]
    talk.say("慈")
    assert talk.proven == (MINE,)


def test_what_offers_in_between_shows_no_dead_button() -> None:
    decided = at_the_end().say("阶梯电价", means("tier_price"))
    assert "price.head" in codes(decided)
    assert set(values(decided)) <= {"human"}


def test_the_month_that_was_asked_for_stays_until_it_is_told() -> None:
    talk = Talk()
    talk.say("查9月的电费", BILL)
    talk.say(MINE, told(account_no=MINE))
    talk.say("慈")
    assert talk.systems.asked[-1].since == talk.systems.asked[-1].till == "2026-09"
    talk.say("电费多少", BILL)
    assert talk.systems.asked[-1].since == "2025-11"


@pytest.mark.parametrize("text", ["那8月呢", "上个月的"])
def test_a_month_more_of_what_was_just_told(text: str) -> None:
    talk = Talk(proven=(MINE,))
    talk.say("电费", BILL)
    assert "bill.month" in codes(talk.say(text))


class TestSilentSystems:
    def test_it_is_said_a_person_offered_and_nothing_counted(self) -> None:
        talk = at_the_end()
        talk.systems = SLOW
        decided = talk.say("慈")
        assert codes(decided) == ["business.slow"]
        assert values(decided) == ["account.again", "human"]
        assert decided.acts == ()
        assert talk.thread.asking == ""

    def test_once_more_nothing_is_asked_that_was_told(self) -> None:
        talk = at_the_end()
        talk.systems = SLOW
        talk.say("慈")
        assert codes(talk.press("account.again")) == ["business.slow"]
        talk.systems = Systems()
        assert "bill.month" in codes(talk.say("再查一次"))
        assert talk.proven == (MINE,)
        assert "holder_end" not in talk.thread.slots

    def test_a_person_is_told_what_it_is_about(self) -> None:
        talk = at_the_end()
        talk.systems = SLOW
        talk.say("慈")
        opening = talk.press("human").opening
        assert opening
        assert opening.slots == {"about": "业务bill_query", "account_no": MINE}

    def test_proven_but_the_bills_are_silent(self) -> None:
        talk = at_the_end()
        talk.systems = Systems(slow=frozenset({Sought.BILLS}))
        decided = talk.say("慈")
        assert codes(decided) == ["business.slow"]
        assert decided.acts == (Act("prove", slots={"account_no": MINE}),)
        talk.systems = Systems()
        assert "bill.month" in codes(talk.press("account.again"))


def test_a_hall_that_cannot_look_says_where_one_can() -> None:
    assert codes(Talk(looks=False).say("查电费", BILL)) == ["answer:bill_query"]


def test_a_matter_of_the_halls_own_is_answered_after_proof() -> None:
    talk = Talk()
    talk.say("开发票", means("invoice", account_no=MINE))
    assert codes(talk.say("慈")) == ["answer:invoice"]


def test_a_named_phone_is_no_account() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say(PHONE, told(phone=PHONE))) == ["ask.account_no.mobile"]


@pytest.mark.parametrize("value", ["account.9", "account.x", "account.begin.gone", "account."])
def test_a_press_nobody_offered_changes_nothing(value: str) -> None:
    talk = Talk(proven=(MINE,))
    assert codes(talk.press(value)) == ["button.stale"]
    talk.say("电费", BILL)
    assert account.pressed(talk.scene(said("", button=value), {}), value.partition(".")[2]) is None


@settings(max_examples=200)
@given(
    st.lists(
        st.one_of(
            st.sampled_from(["慈", "强", "念慈的慈", "不知道", "算了", "1", "上个月", "电费"]),
            st.sampled_from([MINE, OTHERS, NOBODYS]),
            st.text(max_size=6),
        ),
        max_size=12,
    )
)
def test_nothing_of_an_account_is_told_before_its_proof(texts: list[str]) -> None:
    talk = Talk()
    for text in ("查电费", *texts):
        no = text if text in (MINE, OTHERS, NOBODYS) else ""
        decided = talk.say(text, told(account_no=no) if no else BILL if "电费" in text else REFUSED)
        proofs = {act.slots["account_no"] for act in decided.acts if act.what == "prove"}
        for one in (one for say in decided.says for one in [say.text]):
            assert "顾念慈" not in str(one)
            assert "芦苇新村" not in str(one)
        if any(code.startswith("bill.") for code in codes(decided)):
            assert talk.thread.slots["account_no"] in {*talk.proven, *proofs}
        assert all(count <= account.LIMIT for count in talk.wrong.values())


@pytest.mark.parametrize("text", ["另一户呢", "那另外一个户", "还有另一个"])
def test_the_other_of_two_accounts(text: str) -> None:
    talk = Talk(proven=(MINE, OTHERS))
    talk.say("查电费", BILL)
    talk.say("1")
    decided = talk.say(text)
    assert decided.thread.slots["account_no"] == OTHERS


def test_a_number_beside_another_matter_asks_for_no_bill() -> None:
    decided = Talk().say(f"业务bare {OTHERS}", means(zone=Zone.REFUSE, account_no=OTHERS))
    assert "account.end" not in codes(decided)


def test_the_senders_own_number_proves_and_opens_nothing() -> None:
    talk = Talk(thread=replace(EMPTY, customer=f"tg{MINE}"))
    assert codes(talk.say(f"查电费{MINE}", means("bill_query", account_no=MINE))) == ["account.ask"]
    assert codes(talk.say(MINE, told(account_no=MINE))) == ["ask.account_no.own"]


def test_of_two_numbers_one_is_chosen() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say(f"{MINE}和9900000099")) == ["ask.account_no.two"]
    assert codes(talk.say("1")) == ["account.end"]
    assert talk.thread.slots["account_no"] == MINE


def test_a_number_in_two_messages_is_one() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say(MINE[:5])) == ["ask.account_no.part"]
    assert codes(talk.say(MINE[5:])) == ["account.end"]
    assert talk.thread.slots == {"account_no": MINE}


def test_the_number_forgotten_is_no_other_matter() -> None:
    talk = Talk()
    talk.say("查电费", BILL)
    assert codes(talk.say("户号不记得了", means("account_lookup"))) == ["account.lost"]
