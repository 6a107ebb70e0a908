"""Grave words of a customer on a case: who is called, once, and what the customer reads."""

from datetime import timedelta

import pytest

from bot.desk import answering, ladder, raising
from bot.desk.case import Case, Kind, Outcome, Priority, State
from bot.desk.opening import Opening, open_case
from bot.desk.overdue import overdue
from bot.desk.words import Words
from tests.kit_desk import BOOKS, CUSTOMER, LEADER, NOW, case_in, person

MINUTE = timedelta(minutes=1)


def codes(done: Outcome, to: str) -> list[str]:
    return [one.text.code for one in done.letters if one.to == to and isinstance(one.text, Words)]


def live() -> Case:
    return case_in(State.IN_PROGRESS)


class TestCalls:
    def test_the_leader_the_first_handler_and_the_customer_hear_at_once(self) -> None:
        one = live()
        done = raising.grave(BOOKS, one, ("media",), "我要找记者", NOW)
        alert = done.alerts[0]
        assert (alert.rung, alert.why) == ("grave:media", "media")
        assert alert.to == ladder.first(BOOKS, one, NOW)
        assert codes(done, f"staff:{alert.to[0]}") == ["alert.grave"]
        assert codes(done, f"staff:{one.first_handler}") == ["staff.grave"]
        assert codes(done, f"customer:{CUSTOMER}") == ["case.grave"]
        assert all(letter.urgent for letter in done.letters if letter.kind is Kind.ALERT)
        assert all(letter.held_until is None for letter in done.letters)

    def test_two_reasons_are_two_alerts_and_one_letter(self) -> None:
        done = raising.grave(BOOKS, live(), ("media", "regulator"), "x", NOW)
        assert [one.rung for one in done.alerts] == ["grave:media", "grave:regulator"]
        assert len([one for one in done.letters if one.kind is Kind.ALERT]) == 1

    def test_said_again_nobody_is_called_twice_and_a_new_reason_is(self) -> None:
        first = raising.grave(BOOKS, live(), ("media",), "x", NOW).case
        again = raising.grave(BOOKS, first, ("media",), "y", NOW + MINUTE)
        assert again.alerts == ()
        assert codes(again, f"customer:{CUSTOMER}") == ["case.grave.again"]
        assert codes(again, f"staff:{first.first_handler}") == ["staff.added"]
        other = raising.grave(BOOKS, again.case, ("media", "regulator"), "z", NOW + MINUTE)
        assert [one.rung for one in other.alerts] == ["grave:regulator"]

    def test_the_words_stay_inside(self) -> None:
        done = raising.grave(BOOKS, live(), ("media",), "x", NOW)
        assert [(one.move, one.public) for one in done.events] == [("escalate", False)]

    def test_of_a_life_at_stake_the_customer_was_told_already(self) -> None:
        done = raising.grave(BOOKS, live(), ("self_harm",), "x", NOW)
        assert codes(done, f"customer:{CUSTOMER}") == []
        alert = next(one.text for one in done.letters if one.kind is Kind.ALERT)
        assert isinstance(alert, Words)
        assert alert.facts["advice"] == Words("advice.self_harm", {})


class TestFollowing:
    def test_unanswered_it_goes_up_and_answered_it_is_followed_until_a_person_acts(self) -> None:
        moved = raising.grave(BOOKS, live(), ("regulator",), "x", NOW).case
        up = overdue(BOOKS, moved, NOW + 3 * MINUTE)
        assert up
        raised = next(one for one in up.case.raised if one.why == "regulator")
        assert len(raised.to) == 2
        acked = answering.acknowledge(BOOKS, up.case, "grave:regulator", person(LEADER), NOW + 4 * MINUTE)
        assert acked
        followed = overdue(BOOKS, acked.case, NOW + 20 * MINUTE)
        assert followed
        assert any("alert.follow" in codes(followed, f"staff:{LEADER}") for _ in (0,))


class TestOpening:
    def opened(self, topic: str, *whys: str) -> Outcome:
        wanted = Opening(topic, CUSTOMER, NOW, "说的话", graves=whys)
        return open_case(BOOKS, wanted, "DL20261123-0009", (), {}, NOW)

    def test_a_case_opens_with_its_leader_called(self) -> None:
        done = self.opened("owner_transfer", "media", "regulator")
        assert [one.why for one in done.alerts] == ["media", "regulator"]
        assert codes(done, f"customer:{CUSTOMER}")[1:] == ["case.opened.grave"]
        assert done.case.priority is Priority.NORMAL

    @pytest.mark.parametrize("why", raising.BODILY)
    def test_where_a_life_is_at_stake_it_is_an_emergency(self, why: str) -> None:
        done = self.opened("owner_transfer", why)
        assert done.case.priority is Priority.EMERGENCY
        assert [one.why for one in done.alerts] == [why]
        assert done.case.accept_from == NOW
        assert all(letter.urgent for letter in done.letters)

    def test_who_wants_to_die_reads_no_spans(self) -> None:
        assert codes(self.opened("owner_transfer", "self_harm"), f"customer:{CUSTOMER}") == ["case.opened.calm"]

    def test_the_first_handler_hears_of_it_once(self) -> None:
        done = self.opened("owner_transfer", "media")
        mine = codes(done, f"staff:{done.case.first_handler}")
        assert mine == ["staff.opened"] or done.case.first_handler in done.alerts[0].to
