from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide import filling
from bot.guide.said import Act
from intents.understanding import Understanding, Zone
from tests.kit_guide import ADDRESS, BOOKS, EMPTY, PHONE, REFUSED, Talk, codes, means, said, scene, values

OUTAGE = means("outage_repair")


def told(**slots: str) -> Understanding:
    return means(zone=Zone.REFUSE, **slots)


def drafting() -> Talk:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    return talk


def opened() -> Talk:
    """A case is open, the scope is asked for, the telephone comes next."""
    talk = drafting()
    talk.say(ADDRESS, told(address=ADDRESS))
    return talk


def test_not_understood_it_is_asked_once_more_and_then_the_form_goes_on_without() -> None:
    talk = drafting()
    assert codes(talk.say("？？？")) == ["ask.address.again"]
    decided = talk.say("？？？")
    assert decided.opening
    assert decided.opening.slots == {}
    assert codes(decided) == ["ask.scope"]


def test_declined_it_goes_on_at_once() -> None:
    decided = drafting().say("不知道")
    assert decided.opening


def test_what_was_declined_is_never_asked_again_in_this_form() -> None:
    talk = Talk()
    talk.say("投诉", means("complaint"))
    assert codes(talk.say("不记得")) == ["ask.amount"]
    assert codes(talk.say("跳过")) == ["ask.phone"]
    decided = talk.say(PHONE, told(phone=PHONE))
    assert decided.opening
    assert decided.opening.slots == {"phone": PHONE}


def test_called_off_only_the_matter_is_remembered() -> None:
    talk = drafting()
    begun = talk.thread.begun_at
    assert codes(talk.say("取消")) == ["form.cancelled"]
    assert talk.thread == replace(EMPTY, topic="outage_repair", begun_at=begun)


def test_an_answer_is_read_in_free_words() -> None:
    assert drafting().say("石桥头老槐树旁边第二家").opening


def test_several_facts_at_once_are_all_taken() -> None:
    decided = drafting().say("x", told(address=ADDRESS, phone=PHONE, scope="single"))
    assert decided.opening
    assert not decided.then


def test_other_facts_are_kept_while_the_question_is_put_again() -> None:
    talk = drafting()
    assert codes(talk.say("？？", told(phone=PHONE))) == ["ask.address.again"]
    decided = talk.say(ADDRESS, told(address=ADDRESS))
    assert decided.opening
    assert decided.opening.slots == {"phone": PHONE, "address": ADDRESS}


class TestBetween:
    def test_a_question_in_between_is_answered_and_the_form_goes_on_in_the_usual_words(self) -> None:
        talk = drafting()
        decided = talk.say("电费多少", means("bill"))
        assert codes(decided) == ["answer:bill", "question"]
        assert talk.thread.draft
        assert talk.say(ADDRESS, told(address=ADDRESS)).opening

    def test_no_question_is_put_more_than_twice(self) -> None:
        talk = drafting()
        talk.say("电费多少", means("bill"))
        assert codes(talk.say("电费多少", means("bill"))) == ["answer:bill"]
        assert talk.thread.asking == "address"
        assert talk.say(ADDRESS, told(address=ADDRESS)).opening

    def test_an_offer_in_between_is_answered_only_so_that_no_dead_button_is_shown(self) -> None:
        decided = drafting().say("过户要带什么", means("owner_transfer"))
        assert codes(decided) == ["answer:owner_transfer", "question"]
        assert values(decided) == []

    @pytest.mark.parametrize("code", ["greeting", "thanks"])
    def test_a_courtesy_is_no_question_in_between(self, code: str) -> None:
        assert codes(drafting().say("你好", means(code))) == ["ask.address.again"]

    def test_what_asks_back_waits_until_this_is_done(self) -> None:
        talk = drafting()
        assert codes(talk.say("查电费", means("bill_query"))) == ["between.later", "question"]
        assert talk.thread.draft
        assert talk.say(ADDRESS, told(address=ADDRESS)).opening

    def test_what_is_looked_up_is_told_and_shows_no_dead_button(self) -> None:
        talk = drafting()
        talk.proven = ("9900000012",)
        decided = talk.say("查电费", means("bill_query"))
        assert "bill.month" in codes(decided)
        assert values(decided) == []
        assert talk.thread.asking == "address"

    def test_where_does_it_stand(self) -> None:
        assert codes(drafting().say("到哪了", means("progress"))) == ["progress.none", "question"]

    @pytest.mark.parametrize("code", ["bare", "human_agent"])
    def test_what_opens_a_case_comes_first(self, code: str) -> None:
        talk = drafting()
        decided = talk.say("x", means(code))
        assert decided.opening
        assert decided.opening.topic == code

    def test_another_form_takes_its_place(self) -> None:
        talk = drafting()
        assert codes(talk.say("投诉", means("complaint"))) == ["ask.date"]
        assert talk.thread.topic == "complaint"

    def test_a_sure_matter_that_answers_the_question_is_an_answer(self) -> None:
        assert drafting().say("电费单上写的芦苇新村7幢102", means("bill", address=ADDRESS)).opening

    def test_urging_another_case_keeps_the_form(self) -> None:
        talk = Talk()
        talk.say("x", means("bare"))
        talk.say("停电了", OUTAGE)
        decided = talk.say("快点", means("urge"))
        assert decided.acts == (Act("urge", talk.case().no),)
        assert talk.thread.asking == "address"


class TestAfterwards:
    def test_something_else_is_not_taken_for_an_answer(self) -> None:
        talk = opened()
        assert codes(talk.say("电费多少", means("bill"))) == ["answer:bill"]
        assert talk.case().slots == {"address": ADDRESS}

    def test_declined_the_next_is_asked(self) -> None:
        talk = opened()
        assert codes(talk.say("不清楚")) == ["ask.phone"]
        assert codes(talk.say("不方便")) == ["form.enough"]
        assert talk.case().slots == {"address": ADDRESS}

    def test_another_fact_than_the_one_asked_for_joins_the_case(self) -> None:
        talk = opened()
        decided = talk.say(PHONE, told(phone=PHONE))
        assert codes(decided) == ["form.noted"]
        assert talk.case().slots["phone"] == PHONE

    def test_the_same_matter_elsewhere_is_a_case_of_its_own_and_changes_nothing_here(self) -> None:
        talk = opened()
        first = talk.case()
        decided = talk.say("店里也停电了", means("outage_repair", address="盐仓巷17号"))
        assert decided.opening
        assert talk.case(first.no) == first

    def test_another_address_alone_corrects_this_one(self) -> None:
        talk = opened()
        talk.say("不对，是盐仓巷17号", told(address="盐仓巷17号"))
        assert talk.opened == 1
        assert talk.case().slots["address"] == "盐仓巷17号"

    def test_what_is_no_answer_is_understood_as_itself(self) -> None:
        talk = opened()
        assert codes(talk.say("？？？", REFUSED)) == ["answer:out_of_scope"]
        assert talk.thread.asking == "scope"

    def test_the_menu_of_the_question_works_by_button_number_and_label(self) -> None:
        for text, button in (("", "slot.scope.area"), ("2", ""), ("周围一片都停了", "")):
            talk = opened()
            talk.say(text, button=button)
            assert talk.case().slots["scope"] == "area"
        talk = opened()
        assert codes(talk.press("slot.scope.")) == ["ask.phone"]
        assert "scope" not in talk.case().slots

    @pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
    def test_a_case_that_has_ended_takes_no_more_facts(self, state: State) -> None:
        talk = opened()
        talk.put(replace(talk.case(), state=state))
        assert codes(talk.press("slot.scope.area")) == ["button.stale"]
        talk = opened()
        talk.put(replace(talk.case(), state=state))
        assert codes(talk.say("x", told(scope="area"))) == ["answer:out_of_scope"]

    def test_a_resolved_one_still_does(self) -> None:
        talk = opened()
        talk.resolve()
        talk.say("x", told(phone=PHONE))
        assert talk.case().slots["phone"] == PHONE


def test_a_form_of_a_matter_the_handbook_no_longer_has_ends_politely() -> None:
    gone = replace(EMPTY, topic="gone", draft=True, asking="address", tries=1)
    decided = filling.answering(scene(said(ADDRESS, told(address=ADDRESS)), gone))
    assert decided
    assert codes(decided) == ["declined"]
    assert not decided.thread.draft
    decided = filling.answering(scene(said("电费", means("bill")), gone))
    assert decided
    assert codes(decided) == ["answer:bill"]


def test_a_question_that_belongs_to_nothing_is_not_waited_for() -> None:
    assert filling.answering(scene(said("x"), replace(EMPTY, asking="phone"))) is None
    assert BOOKS.topics["outage_repair"].asks[0].needed


def test_who_will_not_leave_a_telephone_calls_for_nobody() -> None:
    talk = opened()
    decided = talk.say("不想留电话", means("human_agent"))
    assert not decided.opening
    assert talk.say("转人工", means("human_agent")).opening


def test_a_bare_wish_to_stay_unknown_is_no_place() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    talk.say("匿名")
    assert (talk.cases, talk.thread.asking) == ((), "address")


def test_a_threat_is_no_place_either() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair"))
    talk.say("再不来我就找记者")
    assert talk.thread.asking == "address"
    assert "address" not in talk.thread.slots


def transferring() -> Talk:
    """A form that asks for a telephone, and for an account once the case is open."""
    talk = Talk()
    talk.say("过户", means("owner_transfer"))
    talk.say("1")
    assert talk.thread.asking == "phone"
    return talk


def test_a_doubtful_answer_comes_back_once_with_its_reason() -> None:
    talk = transferring()
    assert codes(talk.say("1990000001", told(account_no="1990000001"))) == ["ask.phone.length"]
    assert "account_no" not in talk.thread.slots
    assert talk.say("1990000001", told(account_no="1990000001")).opening


def test_of_two_telephones_one_is_chosen() -> None:
    talk = transferring()
    assert codes(talk.say("13800138000或者13900139000")) == ["ask.phone.two"]
    decided = talk.say("2")
    assert decided.opening
    assert decided.opening.slots["phone"] == "13900139000"
    assert "ask.read" not in codes(decided)


def test_a_late_number_is_put_together_and_told_back() -> None:
    talk = transferring()
    talk.say(PHONE, told(phone=PHONE))
    assert talk.thread.asking == "account_no"
    assert codes(talk.say("三三零零一")) == ["ask.account_no.part"]
    assert codes(talk.say("一二二三三"))[:2] == ["ask.read", "slot.account_no"]
    assert talk.cases[0].slots["account_no"] == "3300112233"


def test_a_late_number_that_was_dictated_is_told_back() -> None:
    talk = transferring()
    talk.say(PHONE, told(phone=PHONE))
    assert codes(talk.say("三三零零，一一二二，三三"))[:2] == ["ask.read", "slot.account_no"]
