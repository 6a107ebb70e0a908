from datetime import timedelta
from typing import Any

import pytest

from bot.desk.words import Words
from bot.guide import outages
from bot.guide.supply import Outage
from bot.guide.wants import Sought, Want
from intents.understanding import Understanding, Zone
from tests.kit_desk import NOW
from tests.kit_guide import ADDRESS, MINE, Systems, Talk, codes, means, nested, values

HOUR = timedelta(hours=1)
ASK = means("outage_query")
HERE = means("outage_query", address=ADDRESS)
FAULT = Outage("F-1", "fault", NOW - HOUR, ("芦苇新村",), eta_at=NOW + HOUR, cause="断线", state="current")


def told(**slots: str) -> Understanding:
    return means(zone=Zone.REFUSE, **slots)


def known(*found: Outage, **more: Any) -> Talk:
    return Talk(systems=Systems(outages=found), **more)


def first(talk: Talk, understood: Understanding = HERE) -> Words:
    decided = talk.say("怎么停电了", understood)
    return next(one for say in decided.says for one in nested(say.text) if one.code.startswith("outage."))


class TestWhere:
    def test_it_is_asked_and_looked_for_there(self) -> None:
        talk = known(FAULT)
        assert codes(talk.say("怎么停电了", ASK)) == ["outage.where"]
        assert codes(talk.say("芦苇新村7幢", told(address="芦苇新村7幢")))[0] == "outage.now"
        assert talk.systems.asked == [Want(Sought.OUTAGES, address="芦苇新村7幢", at=talk.now)]

    def test_in_any_words(self) -> None:
        talk = known(FAULT)
        talk.say("怎么停电了", ASK)
        assert codes(talk.say("石桥头老槐树旁边"))[0] == "outage.now"

    def test_not_known_twice_a_person_may_help(self) -> None:
        talk = known()
        talk.say("怎么停电了", ASK)
        assert codes(talk.say("？？")) == ["outage.where.again"]
        assert codes(talk.say("？？")) == ["outage.where.again"]
        assert talk.say("？？").opening

    def test_a_question_in_between(self) -> None:
        talk = known(FAULT)
        talk.say("怎么停电了", ASK)
        assert codes(talk.say("几点开门", means("bill"))) == ["answer:bill", "outage.where"]
        assert codes(talk.say(ADDRESS, told(address=ADDRESS)))[0] == "outage.now"

    def test_danger_comes_first(self) -> None:
        talk = known()
        talk.say("怎么停电了", ASK)
        assert codes(talk.say("去年触过电", means("hazard")))[0] == "safety:hazard"

    def test_a_proven_accounts_address_is_looked_for_and_not_said(self) -> None:
        talk = known(FAULT, proven=(MINE,))
        decided = talk.say("怎么停电了", ASK)
        assert talk.systems.asked[-1] == Want(Sought.OUTAGES, account=MINE, address="芦苇新村7幢102", at=talk.now)
        assert "芦苇新村7幢102" not in str(decided.says)
        assert "address" not in talk.thread.slots

    def test_an_account_that_is_not_proven_has_to_be(self) -> None:
        talk = known(FAULT)
        assert codes(talk.say("停到几点", means("outage_query", account_no=MINE))) == ["account.end"]
        assert codes(talk.say("慈"))[0] == "outage.now"

    def test_a_place_more(self) -> None:
        talk = known(FAULT)
        talk.say("怎么停电了", HERE)
        assert codes(talk.say("盐仓巷17号呢", told(address="盐仓巷17号")))[0] == "outage.now"
        assert codes(talk.say("盐仓巷17号", means("outage_repair", address="盐仓巷17号")))[0] == "outage.now"
        assert talk.systems.asked[-1].address == "盐仓巷17号"

    def test_half_understood_it_is_asked_of_the_outages_too(self) -> None:
        near = Understanding("x", 0.2, ("urge", "outage_query"), slots={"address": ADDRESS}, zone=Zone.REFUSE)
        assert codes(known(FAULT).say("明天芦苇新村停电吗", near))[0] == "outage.now"

    def test_a_form_asks_first_and_looks_later(self) -> None:
        talk = known(FAULT)
        talk.say("停电了", means("outage_repair"))
        assert codes(talk.say("几点来电", ASK)) == ["outage.first", "question"]
        assert talk.say(ADDRESS, told(address=ADDRESS)).opening


class TestTelling:
    @pytest.mark.parametrize(
        ("more", "code"),
        [
            ({}, "outage.now"),
            ({"eta_at": None}, "outage.now.open"),
            ({"eta_at": NOW - HOUR / 2}, "outage.late"),
            ({"state": "restored", "end_at": NOW - HOUR / 2}, "outage.restored"),
            ({"state": "cancelled"}, "outage.cancelled"),
            ({"begin_at": NOW + HOUR, "eta_at": NOW + 2 * HOUR, "state": "announced"}, "outage.later"),
            ({"kind": "planned", "state": "announced", "end_at": NOW + HOUR, "eta_at": None}, "outage.now"),
            ({"kind": "planned", "state": "announced", "end_at": NOW - HOUR / 2, "eta_at": None}, "outage.restored"),
            ({"area": (), "line": "线"}, "outage.now"),
        ],
    )
    def test_by_kind_state_and_time(self, more: dict[str, Any], code: str) -> None:
        given: dict[str, Any] = {
            "no": "F-1", "kind": "fault", "begin_at": NOW - HOUR, "area": ("芦苇新村",), "eta_at": NOW + HOUR,
            "cause": "断线", "state": "current",
        }  # fmt: skip
        found = first(known(Outage(**(given | more))))
        assert found.code == code
        assert found.facts["no"] == "F-1"
        assert found.facts["cause"] == "断线"

    @pytest.mark.parametrize(
        "outage",
        [
            Outage("P", "planned", NOW - 60 * HOUR, ("芦苇新村",), end_at=NOW - 50 * HOUR),
            Outage("P", "planned", NOW - 60 * HOUR, ("芦苇新村",), end_at=NOW - 50 * HOUR, state="cancelled"),
        ],
    )
    def test_what_is_long_over_is_not_told(self, outage: Outage) -> None:
        assert codes(known(outage).say("怎么停电了", HERE)) == ["answer:outage_query"]

    def test_what_is_in_force_comes_first_and_three_at_most(self) -> None:
        later = [Outage(f"P{n}", "planned", NOW + n * HOUR, ("芦苇新村",)) for n in range(1, 6)]
        told = codes(known(*later, FAULT).say("怎么停电了", HERE))
        assert [code for code in told if code in ("outage.now", "outage.later")] == [
            "outage.now",
            *["outage.later"] * 2,
        ]

    def test_a_day_to_come(self) -> None:
        talk = known()
        talk.say("后天停电吗", means("outage_query", address=ADDRESS, date="2026-11-25"))
        moment = talk.systems.asked[-1].at
        assert moment
        assert moment.isoformat() == "2026-11-25T00:00:00+08:00"
        talk.say("昨天为什么停电", means("outage_query", address=ADDRESS, date="2026-11-22"))
        assert talk.systems.asked[-1].at == talk.now


class TestReporting:
    @pytest.mark.parametrize("found", [(), (FAULT,)])
    def test_it_is_always_offered_and_nothing_is_asked_twice(self, found: tuple[Outage, ...]) -> None:
        talk = known(*found)
        understood = means("outage_query", address=ADDRESS, scope="area")
        assert values(talk.say("怎么又停电，一片都停了", understood)) == ["report", "later"]
        opening = talk.say("没电，要报修").opening
        assert opening
        assert opening.slots == {"address": ADDRESS, "scope": "area"}
        assert opening.begun_at == talk.now

    def test_the_word_does_it_too(self) -> None:
        talk = known()
        talk.say("怎么停电了", HERE)
        opening = talk.say("报修", means("outage_repair")).opening
        assert opening
        assert opening.slots == {"address": ADDRESS}

    def test_a_whole_area_is_heard(self) -> None:
        told = codes(known().say("一片都停了怎么回事", means("outage_query", address=ADDRESS, scope="area")))
        assert told == ["outage.wide", "answer:outage_query"]

    def test_ones_own_case_is_told_and_not_reported_twice(self) -> None:
        talk = known(FAULT)
        talk.say("停电了", means("outage_repair", address=ADDRESS))
        talk.say("不清楚")
        talk.say("跳过")
        decided = talk.say("什么时候来电", ASK)
        assert codes(decided) == ["outage.now", "outage.kind.fault", "case.status", "outage.more"]
        assert values(decided) == [f"urge.{talk.case().no}", "later"]

    def test_ones_own_case_without_an_address(self) -> None:
        talk = known(FAULT)
        talk.say("停电了", means("outage_repair"))
        talk.say("不知道")
        assert codes(talk.say("什么时候来电", ASK))[0] == "case.status"
        assert talk.systems.asked == []

    def test_a_case_at_another_place_is_another_matter(self) -> None:
        talk = known()
        talk.say("停电了", means("outage_repair", address="盐仓巷17号"))
        assert values(talk.say("芦苇新村停电吗", HERE)) == ["report", "later"]


class TestSilentSystems:
    def test_it_is_said_and_a_report_and_a_person_offered(self) -> None:
        talk = Talk(systems=Systems(slow=frozenset(Sought)))
        decided = talk.say("怎么停电了", HERE)
        assert codes(decided) == ["outage.slow"]
        assert values(decided) == ["account.again", "report", "human"]

    def test_once_more_without_asking_again(self) -> None:
        talk = Talk(systems=Systems(slow=frozenset(Sought)))
        talk.say("怎么停电了", HERE)
        talk.systems = Systems(outages=(FAULT,))
        assert codes(talk.press("account.again"))[0] == "outage.now"

    def test_of_a_proven_account(self) -> None:
        talk = Talk(systems=Systems(slow=frozenset({Sought.ACCOUNT})), proven=(MINE,))
        assert codes(talk.say("怎么停电了", ASK)) == ["outage.slow"]
        talk.systems = Systems(outages=(FAULT,))
        assert codes(talk.press("account.again"))[0] == "outage.now"


def test_over_is_told_by_end_or_for_plans_by_eta() -> None:
    assert outages._over(FAULT) is None


def test_a_bare_place_answers_the_question_whatever_it_sounds_like() -> None:
    talk = Talk()
    talk.say("怎么停电了", ASK)
    assert codes(talk.say("幸福新村", means("owner_transfer")))[0] == "answer:outage_query"
    form = Talk()
    form.say("停电了", means("outage_repair"))
    assert form.say("幸福新村", means("owner_transfer")).opening
