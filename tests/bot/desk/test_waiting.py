"""What a case waits for, and what was promised besides."""

from dataclasses import replace
from datetime import timedelta

from bot.desk import promises, waiting
from bot.desk.case import Case, Kept, State
from bot.desk.pending import Pause, Task, Transfer
from tests.kit_desk import BOOKS, CLERK, CREW, NOW, case_in, opened

HOUR = timedelta(hours=1)


def paused(*, customer: bool, wants: tuple[str, ...] = (), **papers: str) -> Case:
    pause = Pause("等一等", CLERK, NOW, NOW + HOUR, wants, customer=customer)
    return replace(case_in(State.IN_PROGRESS), pauses=(pause,), papers=papers)


class TestHeld:
    def test_our_own_reason(self) -> None:
        told = waiting.held(paused(customer=False))
        assert (told["pause"], told["yours"], told["until"]) == ("等一等", "", NOW + HOUR)

    def test_the_customers_part_and_the_papers_still_missing(self) -> None:
        told = waiting.held(paused(customer=True, wants=("合同", "照片"), 合同="received"))
        assert (told["pause"], told["yours"], told["papers"]) == ("", "等一等", ("照片",))

    def test_nothing_is_held(self) -> None:
        assert waiting.held(case_in(State.IN_PROGRESS)) == {"pause": "", "yours": "", "until": None, "papers": ()}


class TestHands:
    def code(self, case: Case) -> str:
        told = waiting.hands(BOOKS, case)
        return told.code if told else ""

    def test_a_change_of_hands(self) -> None:
        wish = Transfer(CREW, "忙", CLERK, NOW)
        asked = replace(case_in(State.IN_PROGRESS), transfer=wish)
        assert self.code(asked) == "case.waits.consent"
        assert self.code(replace(asked, transfer=replace(wish, consented_at=NOW))) == "case.waits.leader"
        assert self.code(replace(asked, transfer=replace(wish, asks=False))) == "case.waits.leader"

    def test_a_helpers_part_while_it_runs(self) -> None:
        task = Task(1, CREW, CLERK, "换表", NOW, helper=CREW)
        helped = replace(case_in(State.IN_PROGRESS), tasks=(task,))
        assert self.code(helped) == "case.waits.help"
        assert self.code(replace(helped, tasks=(replace(task, done_at=NOW),))) == ""
        assert self.code(replace(helped, state=State.CLOSED)) == ""


def test_the_halls_own_promise_and_those_made_in_talk_are_told_apart() -> None:
    case = opened().case
    given = promises.given(3, CLERK, NOW, NOW + HOUR)
    told = replace(case, promises=(*case.promises, given))
    assert waiting.own(told) == case.promises[0]
    assert waiting.given(told) == (given,)
    assert waiting.given(case) == ()


def test_late_is_what_was_broken_and_is_not_made_good() -> None:
    case = opened().case
    broken = replace(case, promises=tuple(replace(one, kept=Kept.BROKEN) for one in case.promises))
    assert waiting.late(broken)
    assert not waiting.late(case)
    assert not waiting.late(replace(broken, promises=tuple(replace(one, ended_at=NOW) for one in broken.promises)))
