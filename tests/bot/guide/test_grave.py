"""Grave words in every state of the talk: somebody is called, the talk goes on."""

from dataclasses import replace

import pytest

from bot.desk.case import Case
from bot.guide.said import Act, Turn
from bot.guide.thread import Floor
from tests.kit_desk import TALKER
from tests.kit_guide import ADDRESS, BOOKS, DANGER, PHONE, REFUSED, Talk, codes, means

MEDIA, WATCH, DYING = "再不来我就找记者", "我要打12398", "我不想活了"
COMPLAINS = means("complaint")


def graves(decided: Turn) -> list[tuple[str, tuple[str, ...]]]:
    """On which case a leader is called, and why; 「new」 for the one that opens."""
    on = [(act.case, act.whys) for act in decided.acts if act.what == "grave"]
    new = [("new", one.graves) for one in (decided.opening, decided.beside) if one and one.graves]
    return [*on, *new]


def with_outage() -> tuple[Talk, Case]:
    talk = Talk()
    talk.say("停电了", means("outage_repair", address=ADDRESS))
    talk.say("只有我家")
    talk.say(PHONE, means(phone=PHONE))
    return talk, talk.case()


class TestThreats:
    @pytest.mark.parametrize("understood", [REFUSED, COMPLAINS, means("urge"), means("greeting")])
    def test_while_a_case_is_under_way_the_leader_is_called_on_it(self, understood: object) -> None:
        talk, case = with_outage()
        decided = talk.say(MEDIA, understood)  # type: ignore[arg-type]
        assert graves(decided) == [(case.no, ("media",))]
        assert len(talk.cases) == 1
        assert "answer:out_of_scope" not in codes(decided)

    def test_both_reasons_at_once(self) -> None:
        talk, case = with_outage()
        assert graves(talk.say("我找记者，还要打12398")) == [(case.no, ("media", "regulator"))]

    def test_where_nothing_is_under_way_a_complaint_opens_at_once(self) -> None:
        talk = Talk()
        decided = talk.say(WATCH)
        assert graves(decided) == [("new", ("regulator",))]
        assert talk.case().topic == "complaint"
        assert talk.case().raised[0].rung == "grave:regulator"

    def test_a_complaint_of_its_own_beside_the_threat_stays_one(self) -> None:
        talk, _ = with_outage()
        decided = talk.say(
            "窗口的人骂我，我要找记者", replace(COMPLAINS, slots={"date": "x", "amount": "1", "phone": "2"})
        )
        assert graves(decided) == [("new", ("media",))]
        assert talk.case().topic == "complaint"

    def test_an_open_form_stays_open_and_its_question_is_put_again(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair"))
        decided = talk.say(MEDIA)
        assert graves(decided) == [("new", ("media",))]
        assert (talk.thread.topic, talk.thread.asking, talk.thread.draft) == ("outage_repair", "address", True)
        assert "question" in codes(decided) or "ask.address" in codes(decided)
        assert talk.case().topic == "complaint"
        talk.say("芦苇新村7幢102", means(address=ADDRESS))
        assert [case.topic for case in talk.cases] == ["outage_repair", "complaint"]

    def test_an_answer_that_threatens_is_taken_and_heard(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair"))
        decided = talk.say(f"{ADDRESS}，再不来我找记者", means(address=ADDRESS))
        assert graves(decided) == [("new", ("media",))]
        assert [case.topic for case in talk.cases] == ["outage_repair"]

    def test_a_question_that_is_answered_is_answered_all_the_same(self) -> None:
        talk = Talk()
        decided = talk.say("电费怎么交，再不说我找记者", means("bill"))
        assert codes(decided)[0] == "answer:bill"
        assert talk.case().topic == "complaint"
        assert decided.aside

    def test_while_a_person_speaks_he_hears_it_and_the_leader_too(self) -> None:
        talk, case = with_outage()
        talk.floor(TALKER)
        decided = talk.say(MEDIA)
        assert [act.what for act in decided.acts] == ["pass_on", "grave"]
        assert graves(decided) == [(case.no, ("media",))]
        assert talk.thread.floor is Floor.STAFF

    def test_a_person_speaks_and_nothing_is_under_way(self) -> None:
        talk = Talk()
        talk.floor(TALKER)
        decided = talk.say(WATCH)
        assert graves(decided) == [("new", ("regulator",))]
        assert decided.aside
        assert talk.thread.floor is Floor.STAFF

    def test_a_resolved_case_still_has_somebody_who_answers(self) -> None:
        talk, case = with_outage()
        talk.resolve()
        assert graves(talk.say("这算什么，我要找记者")) == [(case.no, ("media",))]

    def test_a_closed_one_has_nobody(self) -> None:
        talk, _ = with_outage()
        talk.resolve()
        talk.say("好了")
        assert graves(talk.say("我要找记者")) == [("new", ("media",))]

    def test_a_handbook_without_complaints_calls_a_person(self) -> None:
        bare = {code: topic for code, topic in BOOKS.topics.items() if code != "complaint"}
        talk = Talk(books=replace(BOOKS, topics=bare))
        talk.say(WATCH)
        assert talk.case().topic == "human_agent"
        nobody = {code: topic for code, topic in bare.items() if code != "human_agent"}
        assert graves(Talk(books=replace(BOOKS, topics=nobody)).say(WATCH)) == []

    @pytest.mark.parametrize("text", ["12398是什么电话", "我不会找记者的", "热死我了"])
    def test_what_only_sounds_like_it_calls_nobody(self, text: str) -> None:
        talk, _ = with_outage()
        assert graves(talk.say(text)) == []

    def test_danger_besides_calls_once_on_what_it_opens(self) -> None:
        talk = Talk()
        decided = talk.say("呼吸机没电了，我爸不行了", DANGER)
        assert graves(decided) == [("new", ("life_support",))]
        assert [one.rung for one in talk.case().raised] == ["grave:life_support"]
        again = talk.say("呼吸机没电了，快来", DANGER)
        assert graves(again) == [(talk.case().no, ("life_support",))]


class TestWhoWantsToDie:
    def test_is_listened_to_first_and_a_person_is_called(self) -> None:
        talk = Talk()
        decided = talk.say(DYING, DANGER)
        assert codes(decided) == ["danger.calm"]
        assert decided.says[0].urgent
        assert decided.then == ()
        case = talk.case()
        assert (case.topic, case.priority) == ("human_agent", "emergency")
        assert [one.rung for one in case.raised] == ["grave:self_harm"]
        assert (talk.thread.asking, talk.thread.pending) == ("", ())

    @pytest.mark.parametrize("understood", [REFUSED, DANGER, means("bill")])
    def test_whatever_the_words_were_taken_for(self, understood: object) -> None:
        assert codes(Talk().say(DYING, understood))[0] == "danger.calm"  # type: ignore[arg-type]

    def test_no_form_goes_on(self) -> None:
        talk = Talk()
        talk.say("停电了", means("outage_repair"))
        decided = talk.say(DYING, DANGER)
        assert codes(decided) == ["danger.calm"]
        assert not talk.thread.draft

    def test_on_a_case_under_way(self) -> None:
        talk, case = with_outage()
        decided = talk.say(DYING, DANGER)
        assert codes(decided) == ["danger.calm"]
        assert decided.acts == (Act("grave", case.no, whys=("self_harm",)),)
        assert len(talk.cases) == 1

    def test_while_a_person_speaks(self) -> None:
        talk, case = with_outage()
        talk.floor(TALKER)
        decided = talk.say(DYING, DANGER)
        assert codes(decided) == ["danger.calm"]
        assert [act.what for act in decided.acts] == ["pass_on", "grave"]
        assert graves(decided) == [(case.no, ("self_harm",))]
        assert talk.thread.speaker == TALKER

    def test_while_a_person_speaks_and_nothing_is_under_way(self) -> None:
        talk = Talk()
        talk.floor(TALKER)
        talk.say(DYING, DANGER)
        assert talk.case().topic == "human_agent"
        assert talk.thread.speaker == TALKER

    def test_danger_besides_goes_its_own_way(self) -> None:
        talk = Talk()
        decided = talk.say("我不想活了，把变压器点着火了", DANGER)
        assert codes(decided)[0] == "safety:hazard"
        assert decided.then == ()
        assert [one.why for one in talk.case().raised] == ["self_harm"]

    def test_a_handbook_without_a_person_to_call_still_has_the_words(self) -> None:
        bare = {code: topic for code, topic in BOOKS.topics.items() if code not in ("human_agent", "complaint")}
        decided = Talk(books=replace(BOOKS, topics=bare)).say(DYING)
        assert codes(decided) == ["danger.calm"]


def test_a_threat_taken_for_a_call_for_a_person_stays_with_the_case() -> None:
    talk, case = with_outage()
    assert graves(talk.say("我要找记者", means("human_agent"))) == [(case.no, ("media",))]
    assert len(talk.cases) == 1
    decided = talk.say("转人工客服，不然我打12345", means("human_agent"))
    assert graves(decided) == [(case.no, ("regulator",))]
    assert [one.topic for one in talk.cases] == ["human_agent", "outage_repair"]
