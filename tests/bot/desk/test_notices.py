from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest

from bot.desk import notices
from bot.desk.case import Kind, Priority, State
from bot.desk.notices import FAULT, TEMPORARY, TOPIC, Concerned, News, Plan
from intents.topic import Step, TopicKind
from tests.kit_desk import BOOKS, CREW, LEADER, NO, NOW, at
from tests.kit_guide import matter

DARK = at("2026-12-10T08:00")
PLAN = Plan("P-12", "planned", DARK, ("芦苇新村5-9幢",), end_at=at("2026-12-10T16:00"), cause="换变压器", handler=CREW)
GU = Concerned("gu", "顾念慈")
CARED = Concerned("gu", "顾念慈", cared=True, slots={"address": "芦苇新村7幢102"})
_OWN = matter(
    TOPIC, TopicKind.DANGER, steps=(Step("report", "求助", "customer"), Step("dispatch", "派单", "frontstage"))
)
WITH = replace(BOOKS, topics={**BOOKS.topics, TOPIC: _OWN})


@pytest.mark.parametrize(
    ("begins", "told"),
    [
        ("2026-12-10T08:00", "2026-12-03T08:00"),
        ("2026-12-10T21:29", "2026-12-03T21:29"),
        ("2026-12-10T07:30", "2026-12-03T07:30"),
        ("2026-12-10T06:00", "2026-12-02T21:00"),  # by night nobody is told, and a week it must be
        ("2026-12-10T22:00", "2026-12-03T21:00"),
        ("2026-12-10T00:00", "2026-12-02T21:00"),
    ],
)
def test_it_is_announced_the_halls_span_ahead_and_never_by_night(begins: str, told: str) -> None:
    plan = replace(PLAN, begin_at=at(begins))
    assert notices.due_at(BOOKS, plan) == at(told)
    assert plan.begin_at - notices.due_at(BOOKS, plan) >= BOOKS.rules.notice_lead


def test_quiet_hours_within_one_day_are_kept_too() -> None:
    rules = replace(BOOKS.rules, quiet=(time(12), time(14)))
    books = replace(BOOKS, rules=rules)
    assert notices.due_at(books, replace(PLAN, begin_at=at("2026-12-10T13:00"))) == at("2026-12-03T11:30")


def test_a_fault_is_no_announcement() -> None:
    assert notices.due_at(BOOKS, replace(PLAN, kind=FAULT)) == DARK


def test_two_rows_that_say_the_same_have_the_same_mark() -> None:
    mark = notices.mark(PLAN)
    utc = DARK.astimezone(datetime.fromisoformat("2026-01-01T00:00+00:00").tzinfo)
    same = (
        replace(PLAN, cause="换电杆"),
        replace(PLAN, handler="B202"),
        replace(PLAN, begin_at=utc),
        replace(PLAN, state="current"),
    )
    other = (
        replace(PLAN, begin_at=DARK + timedelta(hours=1)),
        replace(PLAN, end_at=None),
        replace(PLAN, area=("芦苇新村",)),
        replace(PLAN, line="苇一线"),
        replace(PLAN, accounts=("9900000012",)),
        replace(PLAN, state="cancelled"),
    )
    assert {notices.mark(one) for one in same} == {mark}
    assert len({mark, *(notices.mark(one) for one in other)}) == len(other) + 1


@pytest.mark.parametrize(
    ("plan", "when", "over"),
    [
        (PLAN, "2026-12-10T15:59", False),
        (PLAN, "2026-12-10T16:00", True),
        (replace(PLAN, end_at=None), "2026-12-11T07:59", False),
        (replace(PLAN, end_at=None), "2026-12-11T08:00", True),
        (replace(PLAN, state="restored"), "2026-12-10T09:00", True),
        (replace(PLAN, state="cancelled"), "2026-12-09T09:00", False),  # who was told of it still has to hear that
        (replace(PLAN, kind=FAULT), "2026-12-19T09:00", False),
        (replace(PLAN, kind=FAULT, state="restored"), "2026-12-10T09:00", True),
    ],
)
def test_when_there_is_nothing_left_to_tell(plan: Plan, when: str, *, over: bool) -> None:
    assert notices.over(plan, at(when)) is over


OFF = replace(PLAN, state="cancelled")


@pytest.mark.parametrize(
    ("plan", "told", "here", "news"),
    [
        (PLAN, None, True, News.PLANNED),
        (PLAN, None, False, None),
        (PLAN, News.PLANNED, True, News.CHANGED),
        (PLAN, News.PLANNED, False, News.SPARED),
        (PLAN, News.SPARED, False, None),
        (PLAN, News.SPARED, True, News.CHANGED),
        (PLAN, News.OFF, True, News.CHANGED),
        (PLAN, News.OFF, False, None),
        (OFF, None, True, None),
        (OFF, News.PLANNED, True, News.OFF),
        (OFF, News.CHANGED, False, News.OFF),
        (OFF, News.SPARED, True, None),
        (OFF, News.OFF, True, None),
    ],
)
def test_what_somebody_hears_next(plan: Plan, told: News | None, news: News | None, *, here: bool) -> None:
    assert notices.news_for(plan, told, here=here) == news


@pytest.mark.parametrize(
    ("begins", "who", "kind", "held"),
    [
        ("2026-12-10T08:00", GU, "planned", True),
        ("2026-12-10T07:29", GU, "planned", False),  # in the morning it would be dark already
        ("2026-12-10T20:00", CARED, "planned", False),
        ("2026-12-12T08:00", CARED, "planned", True),
        ("2026-12-10T20:00", replace(GU, important=True), TEMPORARY, False),
        ("2026-12-10T20:00", replace(GU, important=True), "planned", True),
        ("2026-12-12T08:00", replace(GU, important=True), TEMPORARY, True),
    ],
)
def test_quiet_hours_hold_what_can_wait(begins: str, who: Concerned, kind: str, *, held: bool) -> None:
    plan = replace(PLAN, begin_at=at(begins), kind=kind)
    letter = notices.letter(BOOKS, plan, who, News.PLANNED, "k", at("2026-12-09T22:00"))
    assert letter.held_until == (at("2026-12-10T07:30") if held else None)
    assert notices.held(BOOKS, plan, who, at("2026-12-09T12:00")) is None


def test_the_announcement_names_who_answers_for_it_where_the_row_does() -> None:
    said = notices.said(BOOKS, PLAN, News.PLANNED)
    assert (said.code, said.facts["where"], said.facts["since"]) == ("outage.planned", PLAN.area, DARK)
    assert said.facts["handler"] == BOOKS.person(CREW)
    assert notices.said(BOOKS, replace(PLAN, handler="调度"), News.OFF).facts["handler"] is None


def test_who_lives_by_a_machine_has_one_person_who_has_to_call_him_by_day() -> None:
    done = notices.watched(WITH, PLAN, CARED, NO, (), {}, NOW)
    case = done.case
    assert (case.state, case.priority, case.stage) == (State.OPEN, Priority.NORMAL, "dispatch")
    assert not done.alerts
    (word,) = case.promises
    assert (word.by, word.promise_at) == (case.first_handler, at("2026-11-24T17:30"))
    assert [(one.to, one.kind) for one in done.letters] == [
        ("customer:gu", Kind.NOTICE), (f"staff:{case.first_handler}", Kind.NOTICE),
    ]  # fmt: skip
    assert case.due_at is not None
    keyed = notices.keyed(done, "notice:P-12:1:gu", at("2026-11-24T07:30"))
    assert [(one.key, one.held_until) for one in keyed.letters] == [
        ("notice:P-12:1:gu", at("2026-11-24T07:30")), (done.letters[1].key, None),
    ]  # fmt: skip


def test_the_nearer_the_dark_the_sooner_he_is_called() -> None:
    near = notices.watched(WITH, replace(PLAN, begin_at=NOW + timedelta(hours=6)), CARED, NO, (), {}, NOW).case
    assert (near.priority, near.promises[0].promise_at) == (Priority.URGENT, NOW + timedelta(hours=3))
    dark = notices.watched(WITH, replace(PLAN, kind=FAULT, begin_at=NOW), CARED, NO, (), {}, NOW)
    assert (dark.case.priority, dark.case.promises[0].promise_at) == (Priority.EMERGENCY, NOW + notices.CALL)
    (alert,) = dark.alerts
    assert (alert.why, alert.to) == (TOPIC, (LEADER,))
    assert all(one.urgent for one in dark.letters)
    assert dark.case.raised[0].grave


def test_a_change_is_told_on_the_case_and_asks_for_another_call() -> None:
    case = notices.watched(WITH, PLAN, CARED, NO, (), {}, NOW).case
    later = replace(PLAN, begin_at=DARK + timedelta(hours=1))
    (call,) = case.promises
    assert call.promise_at is not None
    changed = notices.moved(WITH, later, case, News.CHANGED, call.promise_at + timedelta(hours=1))
    assert changed is not None
    assert len(changed.case.promises) == 2
    assert [one.to for one in changed.letters] == ["customer:gu", f"staff:{case.first_handler}"]
    off = notices.moved(WITH, OFF, case, News.OFF, NOW + timedelta(days=1))
    assert off is not None
    assert off.case.promises == case.promises
    assert notices.moved(WITH, OFF, replace(case, state=State.CLOSED), News.OFF, NOW) is None


def test_one_call_is_enough_for_what_changes_before_it() -> None:
    case = notices.watched(WITH, PLAN, CARED, NO, (), {}, NOW).case
    later = replace(PLAN, begin_at=DARK + timedelta(hours=1))
    changed = notices.moved(WITH, later, case, News.CHANGED, NOW + timedelta(minutes=1))
    assert changed is not None
    assert changed.case.promises == case.promises
    assert [one.to for one in changed.letters] == ["customer:gu", f"staff:{case.first_handler}"]


def test_the_leader_gets_one_list_once() -> None:
    case = notices.watched(WITH, PLAN, CARED, NO, (), {}, NOW).case
    done = notices.listed(WITH, PLAN, case, ["顾**"], "care:P-12:1", NOW)
    assert done is not None
    (alert,) = done.alerts
    assert (alert.why, alert.to) == ("care", (LEADER,))
    assert not done.case.raised[0].grave
    assert notices.listed(WITH, PLAN, done.case, ["顾**"], "care:P-12:1", NOW) is None
