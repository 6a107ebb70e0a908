from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import State
from bot.guide import answer, matter
from bot.guide.said import Act
from bot.guide.thread import Floor
from intents.understanding import Zone
from tests.kit_desk import CUSTOMER, TALKER
from tests.kit_guide import (
    ADDRESS,
    BOOKS,
    DANGER,
    EMPTY,
    PHONE,
    PLACES,
    Talk,
    codes,
    means,
    nested,
    said,
    scene,
    values,
)

OUTAGE = means("outage_repair")
TRANSFER = means("owner_transfer")


def test_the_longest_place_name_gives_the_zone() -> None:
    assert matter.zone_of(PLACES, ADDRESS) == "urban"
    assert matter.zone_of(PLACES, "芦苇荡边") == "rural"
    assert matter.zone_of(PLACES, "别处") == ""
    assert matter.zone_of({"": "urban"}, ADDRESS) == ""


def test_a_matter_that_needs_nothing_opens_at_once() -> None:
    talk = Talk(known={"name": "顾念慈"})
    decided = talk.say("来办事", means("bare"))
    assert decided.opening
    assert (decided.opening.topic, decided.opening.customer, decided.opening.begun_at) == ("bare", CUSTOMER, talk.now)
    assert codes(decided) == ["brief:bare"]
    assert not talk.thread.draft
    assert talk.thread.case == talk.case().no


def test_what_is_needed_is_asked_first_and_the_rest_afterwards_once_each() -> None:
    talk = Talk()
    decided = talk.say("停电了", OUTAGE)
    assert not decided.opening
    assert talk.thread.draft
    assert codes(decided) == ["brief:outage_repair", "question"]
    assert len(decided.says) == 1  # one thought is one message
    began = talk.now
    decided = talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
    assert decided.opening
    assert decided.opening.begun_at == began
    assert decided.opening.zone == "urban"
    assert decided.opening.slots == {"address": ADDRESS}
    assert [len(decided.says), len(decided.then)] == [0, 1]
    assert values(decided) == ["slot.scope.single", "slot.scope.area", "slot.scope."]
    decided = talk.say("就我一家", means(zone=Zone.REFUSE, scope="single"))
    assert decided.acts == (Act("add", talk.case().no, slots={"scope": "single"}),)
    assert codes(decided) == ["ask.phone"]
    decided = talk.say(PHONE, means(zone=Zone.REFUSE, phone=PHONE))
    assert codes(decided) == ["form.noted"]
    assert talk.thread.asking == ""
    assert talk.case().slots == {"address": ADDRESS, "scope": "single", "phone": PHONE}


def test_what_is_known_is_not_asked() -> None:
    talk = Talk(known={"phone": PHONE, "address": ADDRESS, "name": "顾念慈"})
    decided = talk.say("停电了，整栋都是", means("outage_repair", scope="area"))
    assert decided.opening
    assert decided.opening.slots == {"phone": PHONE, "address": ADDRESS, "scope": "area"}
    assert not decided.then


def test_an_answer_without_words_is_no_introduction() -> None:
    decided = Talk().say("我要投诉", means("complaint"))
    assert codes(decided) == ["ask.date"]


def test_the_same_matter_under_way_opens_no_second_case() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS, phone=PHONE))
    no = talk.case().no
    decided = talk.say("我家停电了啊", means("outage_repair", address="7幢102"))
    assert not decided.opening
    assert codes(decided) == ["form.noted"]  # the answer to an open question, or more about it
    decided = talk.say("我家停电了啊", means("outage_repair", address="7幢102"))
    assert not decided.opening
    assert codes(decided) == ["case.already"]
    assert values(decided) == [f"urge.{no}", "open.outage_repair"]
    assert decided.acts[0].what == "add"
    assert talk.thread.asking == ""
    decided = talk.press("open.outage_repair")
    assert codes(decided) == ["question"]  # another place: its address is asked, the telephone is known
    assert talk.thread.slots == {"phone": PHONE}


def test_another_address_is_another_case() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    assert talk.say("店里也停电了", means("outage_repair", address="盐仓巷17号")).opening


def test_an_offer_is_made_before_a_case_and_may_be_declined() -> None:
    talk = Talk()
    decided = talk.say("过户要带什么", TRANSFER)
    began = talk.now
    assert codes(decided) == ["answer:owner_transfer", "offer"]
    assert values(decided) == ["open.owner_transfer", "later"]
    assert codes(talk.say("2")) == ["declined"]
    assert talk.thread.menu == ()
    talk.say("过户怎么办", TRANSFER)
    assert talk.now > began
    began = talk.now
    assert codes(talk.say("现在登记办理")) == ["ask.phone"]
    assert talk.say(PHONE, means(phone=PHONE)).opening.begun_at == began  # type: ignore[union-attr]


def test_an_offer_of_what_is_under_way_is_answered_and_told_where_it_stands() -> None:
    talk = Talk(known={"phone": PHONE})
    talk.say("过户要带什么", TRANSFER)
    assert talk.press("open.owner_transfer").opening
    decided = talk.say("过户要带什么来着", TRANSFER)
    assert codes(decided) == ["answer:owner_transfer", "case.already"]
    assert not decided.opening


def test_a_plain_answer_opens_nothing_and_takes_facts_along() -> None:
    talk = Talk(known={"phone": PHONE})
    decided = talk.say("电费多少", means("bill", account_no="9900000012"))
    assert codes(decided) == ["answer:bill"]
    assert decided.says[0].text.facts == {"phone": PHONE}
    assert talk.thread.slots == {"account_no": "9900000012"}
    assert codes(talk.say("你好", means("greeting"))) == ["answer:greeting"]
    assert talk.thread.topic == "bill"


def test_a_matter_the_handbook_no_longer_has_is_a_miss() -> None:
    assert codes(Talk().say("换灯泡", means("gone"))) == ["answer:out_of_scope"]


class TestDanger:
    def test_safety_words_come_first_and_the_case_opens_with_what_is_known(self) -> None:
        talk = Talk(known={"phone": PHONE})
        decided = talk.say("触电了！", replace(DANGER, slots={"address": ADDRESS}))
        assert [say.urgent for say in decided.says] == [True]
        assert codes(decided)[0] == "safety:hazard"
        assert nested(decided.says[0].text)[0].facts == {"heard": "触电了！"}
        assert decided.opening
        assert decided.opening.slots == {"phone": PHONE, "address": ADDRESS}
        assert talk.case().priority == "emergency"
        assert not decided.then

    def test_a_second_cry_joins_the_case_and_its_open_question_stays(self) -> None:
        talk = Talk()
        assert codes(talk.say("冒烟了", DANGER)) == ["safety:hazard", "ask.address"]
        decided = talk.say("还在冒烟", DANGER)
        assert codes(decided) == ["safety:hazard", "danger.again"]
        assert not decided.opening
        assert decided.acts[0] == Act("add", talk.case().no)
        assert talk.thread.asking == "address"

    def test_a_form_of_another_matter_is_laid_aside_and_never_becomes_a_second_danger(self) -> None:
        talk = Talk()
        talk.say("冒烟了", replace(DANGER, slots={"address": ADDRESS, "phone": PHONE}))
        talk.say("店里停电了", OUTAGE)
        assert talk.thread.draft
        decided = talk.say("又冒烟了", DANGER)
        assert codes(decided) == ["safety:hazard", "danger.again"]
        assert not talk.thread.draft
        assert not talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS)).opening
        assert talk.opened == 1

    def test_the_time_of_an_older_matter_is_not_the_dangers(self) -> None:
        talk = Talk()
        talk.say("过户要带什么", TRANSFER)
        talk.say("先不用")
        talk.now += matter_day
        decided = talk.say("着火了", DANGER)
        assert decided.opening
        assert decided.opening.begun_at == talk.now

    def test_chosen_from_a_menu_it_is_danger_too(self) -> None:
        talk = Talk()
        talk.say("x", replace(means("hazard", Zone.CHOOSE), candidates=("hazard", "bill"), scores=(0.4, 0.3)))
        decided = talk.say("1")
        assert codes(decided)[0] == "safety:hazard"
        assert decided.opening

    @pytest.mark.parametrize("before", ["", "停电了"])
    def test_a_tale_of_danger_is_asked_about_even_in_the_middle_of_a_form(self, before: str) -> None:
        for reply, expected in (("1", "safety:hazard"), ("2", "declined")):
            talk = Talk()
            if before:
                talk.say(before, OUTAGE)
            assert codes(talk.say("去年触过电", means("hazard"))) == ["danger.doubtful"]
            decided = talk.say(reply)
            assert codes(decided)[0] == expected
            assert bool(decided.opening) is (reply == "1")

    def test_one_that_is_over_is_another_one(self) -> None:
        talk = Talk()
        talk.say("冒烟了", DANGER)
        talk.resolve()
        assert talk.say("又冒烟了", DANGER).opening

    def test_whoever_has_the_floor(self) -> None:
        talk = Talk()
        talk.floor(TALKER)
        decided = talk.say("着火了", DANGER)
        assert decided.opening
        assert decided.opening.talking_with == TALKER
        assert talk.thread.floor is Floor.STAFF


class TestHuman:
    def test_a_person_is_called_by_a_case_and_called_once(self) -> None:
        talk = Talk()
        talk.say("过户要带什么", TRANSFER)
        talk.now += matter_day
        decided = talk.say("转人工")
        assert decided.opening
        assert (decided.opening.topic, decided.opening.begun_at) == ("human_agent", talk.now)
        decided = talk.say("人工")
        assert codes(decided) == ["human.again"]
        assert not decided.opening

    def test_a_form_is_laid_aside(self) -> None:
        talk = Talk()
        talk.say("停电了", OUTAGE)
        assert talk.say("找个人来", means("human_agent")).opening
        assert not talk.thread.draft
        assert talk.thread.asking == ""


class TestChoosing:
    def test_between_few_likely_ones(self) -> None:
        talk = Talk()
        unsure = replace(
            means("bill", Zone.CHOOSE),
            candidates=("bill", "gone", "owner_transfer", "bare", "complaint"),
            scores=(0.4, 0.3, 0.2, 0.1, 0.01),
        )
        decided = talk.say("那个", unsure)
        assert codes(decided) == ["choose"]
        assert values(decided) == ["topic.bill", "topic.owner_transfer", "topic.bare", "none"]
        assert codes(talk.say("业务bill")) == ["answer:bill"]

    def test_the_best_is_offered_even_when_nothing_is_likely(self) -> None:
        decided = Talk().say("那个", replace(means("bill", Zone.CHOOSE), scores=(0.01,)))
        assert values(decided) == ["topic.bill", "none"]
        assert values(Talk().say("那个", replace(means("bill", Zone.CHOOSE), scores=()))) == ["topic.bill", "none"]

    def test_none_of_them_is_a_miss(self) -> None:
        talk = Talk()
        talk.say("那个", means("bill", Zone.CHOOSE))
        assert codes(talk.say("都不是")) == ["answer:out_of_scope"]


class TestMissing:
    def test_twice_in_a_row_a_person_comes(self) -> None:
        talk = Talk()
        decided = talk.say("宽带")
        assert codes(decided) == ["answer:out_of_scope"]
        assert values(decided) == ["human"]
        decided = talk.say("水管")
        assert codes(decided) == ["miss.person"]
        assert decided.opening
        assert talk.thread.misses == 0

    @pytest.mark.parametrize("understood", [means("bill"), means("greeting"), means("bill", Zone.CHOOSE), OUTAGE])
    def test_not_when_something_was_understood_between(self, understood: object) -> None:
        talk = Talk()
        talk.say("宽带")
        talk.say("x", understood)  # type: ignore[arg-type]
        talk.say("取消")
        assert talk.opened == 0

    def test_the_button_calls_one_at_once(self) -> None:
        talk = Talk()
        talk.say("宽带")
        assert talk.say("1").opening


class TestMentioning:
    def test_what_else_was_told_is_offered(self) -> None:
        talk = Talk()
        decided = talk.say("电费多少，还有过户", replace(means("bill"), matters=("bill", "owner_transfer", "gone")))
        assert codes(decided) == ["answer:bill", "mentioned"]
        assert values(decided) == ["topic.owner_transfer", "later"]
        assert codes(talk.say("1")) == ["answer:owner_transfer", "offer"]

    def test_while_something_is_asked_the_short_ones_are_told_and_the_others_wait(self) -> None:
        talk = Talk()
        decided = talk.say("停电了，还有电费", replace(OUTAGE, matters=("outage_repair", "bill", "owner_transfer")))
        assert codes(decided) == ["follow", "brief:bill", "mentioned.later", "brief:outage_repair", "question"]
        assert values(decided) == []
        assert talk.thread.queue == ("owner_transfer",)


matter_day = BOOKS.rules.confirm_warn


def test_a_scene_without_anything_is_answered() -> None:
    decided = answer.topic_turn(scene(said("x"), EMPTY), "nothing")
    assert codes(decided) == ["answer:out_of_scope"]


def test_a_case_that_is_not_live_is_not_the_same_matter() -> None:
    talk = Talk()
    talk.say("x", means("bare"))
    talk.put(replace(talk.case(), state=State.CANCELLED))
    assert talk.say("x", means("bare")).opening


def test_an_offer_taken_up_days_later_begins_then() -> None:
    talk = Talk(known={"phone": PHONE})
    talk.say("过户要带什么", TRANSFER)
    talk.now += timedelta(days=3)
    assert talk.press("open.owner_transfer").opening.begun_at == talk.now  # type: ignore[union-attr]
