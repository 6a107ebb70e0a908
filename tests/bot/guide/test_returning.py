from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import Case, State
from bot.guide import returning
from bot.guide.said import Act
from intents.understanding import Zone
from tests.kit_desk import CREW, LEADER, person
from tests.kit_guide import ADDRESS, BOOKS, DANGER, PHONE, Talk, codes, means, said, values

OUTAGE = means("outage_repair")
AGAIN = ("没解决", "还是没电", "又停了", "没修好", "又没电了", "还没来电", "没弄好，还是老样子")


def over(topic: str = "outage_repair", *, closed: bool = True, **slots: str) -> tuple[Talk, Case]:
    """A customer whose matter has ended."""
    talk = Talk(known={"phone": PHONE})
    talk.say("x", means(topic, **slots))
    if topic == "outage_repair":
        talk.say("不清楚")
    talk.resolve()
    if closed:
        talk.say("已解决")
        talk.say("5")
    return talk, talk.case()


class TestWords:
    @pytest.mark.parametrize("text", AGAIN)
    @pytest.mark.parametrize("closed", [True, False])
    def test_it_is_taken_up_again_by_the_same_first_handler(self, text: str, *, closed: bool) -> None:
        talk, before = over(closed=closed, address=ADDRESS)
        decided = talk.say(text, OUTAGE)
        assert decided.acts == (Act("reopen" if closed else "refuse", before.no),)
        assert decided.opening is None
        assert (talk.case().state, talk.case().first_handler) == (State.IN_PROGRESS, before.first_handler)
        assert talk.thread.case == before.no

    @pytest.mark.parametrize("text", ["谢谢", "好的谢谢", "👍", "好的，谢谢师傅", "没事了", "没问题"])
    @pytest.mark.parametrize("closed", [True, False])
    def test_thanks_never_do(self, text: str, *, closed: bool) -> None:
        talk, before = over(closed=closed, address=ADDRESS)
        decided = talk.say(text, means("thanks"))
        assert decided.acts == ()
        assert talk.case().state is before.state

    def test_nor_while_the_rating_is_asked(self) -> None:
        talk, _ = over(closed=False, address=ADDRESS)
        talk.say("已解决")
        for text in ("谢谢", "好的谢谢", "👍"):
            assert codes(talk.say(text, means("thanks"))) == ["answer:thanks"]
        assert talk.case().state is State.CLOSED
        assert talk.case().rating.score is None  # type: ignore[union-attr]
        talk.say("又停了", OUTAGE)
        assert talk.case().state is State.IN_PROGRESS

    def test_long_after_it_is_a_new_matter(self) -> None:
        talk, _ = over(address=ADDRESS)
        talk.now += BOOKS.rules.reopen
        assert talk.say("又停电了", means("outage_repair", address=ADDRESS)).opening

    def test_at_another_place_it_is_another_one(self) -> None:
        talk, _ = over(address=ADDRESS)
        decided = talk.say("盐仓巷17号又停了", means("outage_repair", address="盐仓巷17号"))
        assert decided.opening
        assert decided.opening.links == ()

    def test_words_of_power_take_no_other_matter_up(self) -> None:
        talk, before = over("bare")
        talk.say("还是没电", OUTAGE)
        assert talk.case().state is before.state
        assert talk.thread.draft

    def test_while_one_is_under_way_it_is_that_one(self) -> None:
        talk, before = over(address=ADDRESS)
        talk.say("又停电了", OUTAGE)
        decided = talk.say("还是没电", OUTAGE)
        assert codes(decided) == ["case.already"]
        assert len(talk.cases) == 1
        assert before.no == talk.case().no

    def test_of_several_that_ended_the_customer_says_which_and_his_words_go_with_it(self) -> None:
        talk, first = over("bare")
        talk.say("过户", means("owner_transfer"))
        talk.say("1")
        talk.say("不知道")
        talk.say("不知道")
        second = talk.resolve(talk.case().no)
        decided = talk.say("没办好")
        assert codes(decided) == ["which.again"]
        assert values(decided) == [f"refuse.{second.no}", f"reopen.{first.no}", "later"]
        assert talk.say("2").acts == (Act("reopen", first.no, words="没办好"),)
        assert codes(talk.say("没办好", means(zone=Zone.REFUSE, case_no="DL20261123-0999"))) != ["which.again"]

    def test_a_number_says_which(self) -> None:
        talk, first = over("bare")
        talk.say("x", means("bare"))
        talk.press("open.bare")
        talk.resolve(talk.case().no)
        decided = talk.say("没办好", means(zone=Zone.REFUSE, case_no=first.no))
        assert decided.acts == (Act("reopen", first.no),)


class TestAnew:
    def test_an_outage_opens_at_once_linked_and_in_the_same_hands(self) -> None:
        talk, before = over(address=ADDRESS)
        decided = talk.say("我家停电了", means("outage_repair", address=ADDRESS))
        assert decided.opening
        assert (decided.opening.links, decided.opening.talking_with) == ((before.no,), CREW)
        assert talk.case().links == (before.no,)

    def test_danger_too(self) -> None:
        talk = Talk(known={"phone": PHONE})
        talk.say("着火了", replace(DANGER, slots={"address": ADDRESS}))
        first = talk.resolve()
        decided = talk.say("又冒火了", replace(DANGER, slots={"address": ADDRESS}))
        assert decided.opening
        assert decided.opening.links == (first.no,)

    def test_any_other_matter_is_asked_about_old_or_new(self) -> None:
        for reply, act in (("还是上次那件", True), ("2", False)):
            talk, before = over("bare")
            decided = talk.say("来办事", means("bare"))
            assert codes(decided) == ["again.which"]
            assert decided.opening is None
            assert values(decided) == [f"reopen.{before.no}", "open.bare", "later"]
            decided = talk.say(reply)
            if act:
                assert decided.acts == (Act("reopen", before.no, words="来办事"),)
            else:
                assert decided.opening
                assert (decided.opening.links, decided.opening.said) == ((before.no,), "来办事")

    def test_what_is_offered_first_is_answered_and_then_asked_about(self) -> None:
        talk = Talk(known={"phone": PHONE})
        talk.say("过户", means("owner_transfer"))
        talk.say("1")
        talk.say("不知道")
        talk.say("不知道")
        talk.resolve()
        decided = talk.say("过户要带什么", means("owner_transfer"))
        assert codes(decided) == ["answer:owner_transfer", "again.which"]
        assert codes(talk.say("先不用")) == ["declined"]

    def test_another_account_is_another_one(self) -> None:
        talk, _ = over("bare", account_no="9900000012")
        assert talk.say("来办事", means("bare", account_no="9900000013")).opening

    def test_a_complaint_is_opened_at_once_and_tied_to_nothing(self) -> None:
        talk = Talk()
        for _ in range(2):
            for text in ("我要投诉", "跳过", "跳过", "跳过"):
                talk.say(text, means("complaint") if text == "我要投诉" else means(zone=Zone.REFUSE))
            assert talk.case().topic == "complaint"
            assert talk.case().links == ()
            talk.now += timedelta(hours=1)
            talk.resolve(talk.case().no)
        assert talk.opened == 2


class TestPairs:
    def test_danger_and_outage_at_one_place_are_tied(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        first = talk.case().no
        decided = talk.say("电线冒火", replace(DANGER, slots={"address": "7幢102"}))
        assert decided.opening
        assert decided.opening.links == (first,)

    def test_danger_without_a_place_belongs_to_the_only_outage(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        assert talk.say("电线冒火", DANGER).opening.links == (talk.cases[-1].no,)  # type: ignore[union-attr]

    def test_elsewhere_it_does_not(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        decided = talk.say("电线冒火", replace(DANGER, slots={"address": "盐仓巷17号"}))
        assert decided.opening
        assert decided.opening.links == ()


def test_the_same_place_told_again_for_another_one_is_the_one_under_way() -> None:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.press("open.outage_repair")
    talk.thread = replace(talk.thread, asking="", pending=())
    talk.say("停电了", means("outage_repair"))
    talk.say("是另外一处，另报一件")
    decided = talk.say(ADDRESS, means(zone=Zone.REFUSE, address=ADDRESS))
    assert codes(decided) == ["case.already"]
    assert talk.opened == 1


def test_who_is_not_on_duty_is_not_named_for_what_comes_back() -> None:
    talk, before = over(address=ADDRESS)
    assert returning.handler(talk.scene(said("x"), {}), (before,)) == CREW
    off = replace(before, first_handler="B202")
    assert returning.handler(talk.scene(said("x"), {}), (off,)) == ""
    assert person(LEADER).on
