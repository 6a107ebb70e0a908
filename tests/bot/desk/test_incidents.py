from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.desk import incidents
from bot.desk.errors import Missing, NotYours
from bot.desk.incident import Incident, Phase, Sort
from bot.desk.incidents import NotNow, NotYourIncident, Row, StillUntold, Word
from tests.kit_desk import BOOKS, CLERK, CREW, GONE, LEADER, NOW, OTHER_LEADER, PLAIN, person
from tests.kit_incidents import later, outage

WORD = Word("电缆接头烧坏", later(120), "抢修车已到")
ROW = Row("F-1", "芦苇新村", "current", NOW, later(90), "大风刮断导线", CREW)


def confirmed() -> Incident:
    return incidents.confirm(BOOKS, outage(), person(LEADER), WORD, NOW)


def test_a_person_confirms_with_cause_end_and_words() -> None:
    found = confirmed()
    assert (found.state, found.cause, found.eta_at) == (Phase.CONFIRMED, WORD.cause, WORD.eta_at)
    assert (found.confirmed_by, found.confirmed_at, found.told) == (LEADER, NOW, 1)
    assert [(one.n, one.kind, one.by, one.text) for one in found.news] == [(1, Sort.CONFIRMED, LEADER, "抢修车已到")]


@pytest.mark.parametrize("by", [CREW, LEADER, OTHER_LEADER])
def test_its_handler_and_every_duty_leader_may(by: str) -> None:
    assert incidents.confirm(BOOKS, outage(), person(by), WORD, NOW).confirmed_by == by


@pytest.mark.parametrize("by", [CLERK, PLAIN, GONE])
def test_anybody_else_may_not_and_hears_who_has_it(by: str) -> None:
    steps: tuple[Callable[[], Incident], ...] = (
        lambda: incidents.confirm(BOOKS, outage(), person(by), WORD, NOW),
        lambda: incidents.update(BOOKS, confirmed(), person(by), WORD, NOW),
        lambda: incidents.restore(BOOKS, confirmed(), person(by), WORD, NOW),
        lambda: incidents.close(BOOKS, outage(Phase.RESTORED), person(by), "好了", NOW),
    )
    for step in steps:
        with pytest.raises(NotYourIncident) as refused:
            step()
        assert isinstance(refused.value, NotYours)
        assert refused.value.first_handler == CREW


def test_a_handler_who_has_left_the_hall_may_not() -> None:
    with pytest.raises(NotYourIncident):
        incidents.confirm(BOOKS, replace(outage(), handler=GONE), person(GONE), WORD, NOW)


@pytest.mark.parametrize(
    ("word", "field"),
    [
        (Word(), "text"),
        (Word(cause="。。。"), "cause"),
        (Word(text="！！"), "text"),
        (Word(text="您好，{姓名}"), "text"),
        (Word(cause="短路", eta_at=NOW), "eta_at"),
        (Word(text="到了", stage="gone"), "stage"),
        (Word(text="到了", arrived_at=later(1)), "arrived_at"),
        (Word(cause="5", text="抢修车已到"), "cause"),
        (Word(cause="雷击", text="啊"), "text"),
    ],
)
def test_what_customers_cannot_read_is_refused_field_by_field(word: Word, field: str) -> None:
    with pytest.raises(Missing) as refused:
        incidents.confirm(BOOKS, outage(), person(LEADER), word, NOW)
    assert set(refused.value.fields) == {field}


def test_each_step_from_where_it_may_begin_and_from_nowhere_else() -> None:
    leader = person(LEADER)
    steps: dict[str, tuple[Callable[[Incident], Incident], set[Phase]]] = {
        "confirm": (lambda one: incidents.confirm(BOOKS, one, leader, WORD, NOW), {Phase.SUSPECTED}),
        "update": (lambda one: incidents.update(BOOKS, one, leader, WORD, NOW), {Phase.CONFIRMED}),
        "restore": (lambda one: incidents.restore(BOOKS, one, leader, WORD, NOW), {Phase.CONFIRMED}),
        "close": (
            lambda one: incidents.close(BOOKS, one, leader, "不是同一处", NOW),
            {Phase.SUSPECTED, Phase.RESTORED},
        ),
    }
    for phase in Phase:
        one = outage(phase, confirmed_by=LEADER)
        for move, (step, allowed) in steps.items():
            if phase in allowed:
                assert step(one) != one
                continue
            with pytest.raises(NotNow) as refused:
                step(one)
            assert (refused.value.state, refused.value.move) == (phase, move)


def test_an_update_keeps_what_it_does_not_name_and_counts_on() -> None:
    found = incidents.update(BOOKS, confirmed(), person(CREW), Word(text="备件到了"), later(10))
    assert (found.cause, found.eta_at, found.told) == (WORD.cause, WORD.eta_at, 2)
    found = incidents.update(BOOKS, found, person(CREW), Word(eta_at=later(200)), later(11))
    assert (found.eta_at, found.told, found.news[-1].text) == (later(200), 3, "")


def test_that_the_crew_is_there_counts_from_the_first_word_of_it() -> None:
    found = incidents.update(BOOKS, confirmed(), person(CREW), Word(stage="arrive"), later(20))
    assert (found.arrived_at, found.news[-1].stage) == (later(20), "arrive")
    found = incidents.update(BOOKS, found, person(CREW), Word(text="在修", arrived_at=later(25)), later(30))
    assert found.arrived_at == later(20)


def test_restoring_needs_a_cause_told_now_or_before() -> None:
    bare = incidents.confirm(BOOKS, outage(), person(LEADER), Word(text="正在查"), NOW)
    with pytest.raises(Missing) as refused:
        incidents.restore(BOOKS, bare, person(LEADER), Word(text="好了"), later(30))
    assert set(refused.value.fields) == {"cause"}
    found = incidents.restore(BOOKS, bare, person(LEADER), Word("树倒压线", text="已清理"), later(30))
    assert (found.state, found.cause, found.measures) == (Phase.RESTORED, "树倒压线", "已清理")
    assert (found.restored_at, found.news[-1].kind) == (later(30), Sort.RESTORED)
    assert incidents.restore(BOOKS, confirmed(), person(LEADER), Word(), later(30)).cause == WORD.cause


def test_an_end_that_was_hoped_for_does_not_hold_up_the_restoring() -> None:
    late = Word(text="好了", eta_at=NOW)
    assert incidents.restore(BOOKS, confirmed(), person(LEADER), late, later(30)).state is Phase.RESTORED


def test_nothing_is_closed_over_the_heads_of_those_not_asked() -> None:
    over = outage(Phase.RESTORED)
    with pytest.raises(StillUntold) as refused:
        incidents.close(BOOKS, over, person(LEADER), "", NOW, untold=3)
    assert refused.value.count == 3
    found = incidents.close(BOOKS, over, person(LEADER), "", later(5))
    assert (found.state, found.closed_at) == (Phase.CLOSED, later(5))


def test_a_suspicion_is_dropped_only_with_a_reason() -> None:
    with pytest.raises(Missing) as refused:
        incidents.close(BOOKS, outage(), person(LEADER), "……", NOW)
    assert set(refused.value.fields) == {"reason"}
    assert incidents.close(BOOKS, outage(), person(LEADER), "两家各自跳闸", NOW).state is Phase.CLOSED


def test_a_case_taken_out_is_remembered_once_and_put_back_by_a_person() -> None:
    once = incidents.let_go(incidents.let_go(outage(), "a"), "b")
    assert incidents.let_go(once, "a").apart == ("a", "b")
    assert incidents.take_back(once, "a").apart == ("b",)


# ---- the hall's own table


def test_a_row_of_a_fault_is_known_already_and_a_person_may_still_confirm_it() -> None:
    found = incidents.of_row(ROW, LEADER, LEADER, NOW)
    assert (found.no, found.outage, found.state, found.confirmed_by) == ("F-1", "F-1", Phase.CONFIRMED, "")
    assert (found.cause, found.eta_at, found.handler, found.told) == (ROW.cause, ROW.eta_at, LEADER, 1)
    again = incidents.confirm(BOOKS, found, person(LEADER), WORD, NOW)
    assert (again.cause, again.told) == (WORD.cause, 2)
    with pytest.raises(NotNow):
        incidents.confirm(BOOKS, again, person(LEADER), WORD, NOW)


def test_a_suspected_outage_may_turn_out_to_be_the_row() -> None:
    found = incidents.adopted(outage(), ROW, LEADER, NOW)
    assert (found.no, found.outage, found.state, found.told) == (outage().no, "F-1", Phase.CONFIRMED, 1)


@pytest.mark.parametrize(
    ("change", "sort", "state"),
    [
        ({"eta_at": later(150)}, Sort.UPDATE, Phase.CONFIRMED),
        ({"cause": "绝缘子击穿"}, Sort.UPDATE, Phase.CONFIRMED),
        ({"state": "restored"}, Sort.RESTORED, Phase.RESTORED),
        ({"state": "cancelled"}, Sort.CALLED_OFF, Phase.RESTORED),
    ],
)
def test_a_change_of_the_row_is_told_once(change: dict[str, object], sort: Sort, state: Phase) -> None:
    known = incidents.of_row(ROW, LEADER, LEADER, NOW)
    changed = replace(ROW, **change)  # type: ignore[arg-type] # its fields
    found = incidents.by_row(known, changed, LEADER, later(5))
    assert found is not None
    assert (found.news[-1].kind, found.state, found.told) == (sort, state, 2)
    assert incidents.by_row(found, changed, LEADER, later(6)) is None


@pytest.mark.parametrize("change", [{}, {"state": "announced"}, {"area": "芦苇新村3幢"}, {"handler": "B001"}])
def test_what_concerns_no_customer_is_no_news(change: dict[str, object]) -> None:
    known = incidents.of_row(ROW, LEADER, LEADER, NOW)
    assert incidents.by_row(known, replace(ROW, **change), LEADER, later(5)) is None  # type: ignore[arg-type] # as above


def test_what_people_have_ended_the_table_does_not_end_again() -> None:
    ended = incidents.restore(BOOKS, incidents.of_row(ROW, LEADER, LEADER, NOW), person(LEADER), Word(), later(5))
    assert incidents.by_row(ended, replace(ROW, state="restored"), LEADER, later(6)) is None
