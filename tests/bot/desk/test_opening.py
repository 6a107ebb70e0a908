from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.books import Books
from bot.desk.case import Case, Kept, Kind, Lane, Priority, Secrecy, State
from bot.desk.errors import NobodyToName
from bot.desk.moves import Move
from bot.desk.opening import first_stage, linked
from bot.desk.words import Words
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    CUSTOMER,
    GONE,
    LEADER,
    NIGHT,
    NO,
    NOW,
    OTHER_LEADER,
    SECOND,
    SERVER,
    SHIFTS,
    TOPICS,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    staffed,
    step,
    told,
    topic,
)

NIGHT_TIME = at("2026-11-23T22:00")


def test_a_case_begins_named_numbered_promised_and_told() -> None:
    outcome = opened(begun_at=NOW - timedelta(minutes=7), slots={"account_no": "9900000012"})
    case = sound(None, outcome)
    assert (case.no, case.topic, case.state, case.customer) == (NO, "owner_transfer", State.OPEN, CUSTOMER)
    assert (case.first_handler, case.priority, case.opened_at) == (CLERK, Priority.NORMAL, NOW)
    assert case.begun_at == NOW - timedelta(minutes=7)
    assert case.slots == {"account_no": "9900000012"}
    assert (case.stage, case.stages_done, case.accept_from) == ("sign", ("apply",), NOW)
    (promise,) = case.promises
    assert (promise.id, promise.started_at, promise.kept) == ("service.default", case.begun_at, Kept.RUNNING)
    assert moves(outcome) == [Move.OPEN, Move.OPEN]
    heard, answered = outcome.events
    assert (heard.by, heard.lane, heard.text, heard.facts) == (
        "customer",
        Lane.CUSTOMER,
        "我要办事",
        {"topic": case.topic},
    )
    assert (answered.by, answered.facts) == ("guide", {"first_handler": CLERK})
    assert told(outcome) == ["case.opened"]
    assert codes(outcome, f"staff:{CLERK}") == ["staff.opened"]
    assert [letter.kind for letter in outcome.letters] == [Kind.RECEIPT, Kind.NOTICE]
    assert outcome.alerts == ()
    receipt = facts(outcome, "case.opened")
    assert (receipt["handler"], receipt["promise"], receipt["accept_from"]) == (person(CLERK), promise, NOW)


def test_the_wish_of_a_moment_is_not_kept_by_the_case() -> None:
    slots = {"phone": "19900000012"}
    case = opened(slots=slots).case
    slots["phone"] = "else"
    assert case.slots == {"phone": "19900000012"}


def test_off_hours_the_customer_hears_when_work_begins_and_the_wait_counts_from_there() -> None:
    outcome = opened(now=at("2026-11-27T18:00"))
    monday = at("2026-11-30T08:30")
    assert outcome.case.accept_from == monday
    assert (
        outcome.case.due_at == outcome.case.beat_at == monday
    )  # after the week-end he hears again before anything is due
    assert told(outcome) == ["case.opened.later"]
    assert facts(outcome, "case.opened.later")["accept_from"] == monday


def test_nobody_is_told_of_a_promise_that_is_the_halls_own() -> None:
    outcome = opened("human_agent")
    assert [one.said for one in outcome.case.promises] == [""]
    assert facts(outcome, "case.opened")["promise"] is None
    assert facts(opened("bare"), "case.opened")["promise"] is None


def test_first_who_already_talks_with_this_customer() -> None:
    assert opened(talking_with=SERVER).case.first_handler == SERVER
    assert opened(talking_with=GONE).case.first_handler == CLERK
    assert opened(talking_with="B000").case.first_handler == CLERK


def test_second_the_first_handler_of_a_related_open_case() -> None:
    related = case_in(State.IN_PROGRESS, "complaint", first_handler=SECOND)
    assert opened(others=(related,)).case.first_handler == SECOND
    assert opened("human_agent", others=(related,)).case.first_handler == SECOND
    assert opened(others=(related,), talking_with=SERVER).case.first_handler == SERVER


@pytest.mark.parametrize(
    "other",
    [
        case_in(State.CLOSED, "complaint", first_handler=SECOND),
        replace(case_in(State.OPEN, "complaint", first_handler=SECOND), customer="else"),
        case_in(State.OPEN, "outage_repair", first_handler=CREW),
        case_in(State.OPEN, "owner_transfer", first_handler=GONE),
        case_in(State.OPEN, "owner_transfer", first_handler="B000"),
    ],
    ids=["finished", "somebody else's", "another skill", "left", "unknown"],
)
def test_other_cases_are_not_related(other: Case) -> None:
    assert opened(others=(other,)).case.first_handler == CLERK


def test_third_the_roster_and_fourth_the_duty_leader() -> None:
    assert opened(load={CLERK: 1}).case.first_handler == SECOND
    unskilled = replace(BOOKS, roster=replace(BOOKS.roster, staff={LEADER: person(LEADER)}))
    assert opened(books=unskilled).case.first_handler == LEADER
    with pytest.raises(NobodyToName):
        opened(books=replace(BOOKS, roster=staffed()))


def test_danger_is_alerted_to_the_duty_leader_the_moment_it_is_opened() -> None:
    outcome = opened("hazard", said="电线冒火")
    case = sound(None, outcome)
    assert (case.first_handler, case.priority) == (CREW, Priority.EMERGENCY)
    (alert,) = outcome.alerts
    assert (alert.case, alert.rung, alert.why, alert.to, alert.at) == (NO, "danger", "danger", (LEADER,), NOW)
    assert codes(outcome, f"staff:{LEADER}") == ["alert.danger"]
    assert all(letter.urgent for letter in outcome.letters)
    assert isinstance(alert.text, Words)
    assert alert.text.facts["said"] == "电线冒火"


def test_an_emergency_off_hours_is_never_left_for_the_morning() -> None:
    assert opened("hazard", now=NIGHT_TIME).case.first_handler == NIGHT
    day_only = replace(BOOKS, roster=replace(BOOKS.roster, shifts=(SHIFTS[1], SHIFTS[3])))
    for code in ("hazard", "outage_repair"):
        case = opened(code, now=NIGHT_TIME, books=day_only).case
        assert (case.first_handler, case.accept_from) == (LEADER, NIGHT_TIME)
    nobody_there = replace(BOOKS, roster=replace(BOOKS.roster, shifts=(SHIFTS[1],)))
    outcome = opened("hazard", now=NIGHT_TIME, books=nobody_there)
    assert outcome.case.first_handler == LEADER
    assert outcome.alerts[0].to == (LEADER,)  # the other one is called if nobody answers
    assert outcome.case.accept_from == NIGHT_TIME  # danger waits for no shift
    assert outcome.case.due_at == NIGHT_TIME + BOOKS.rules.danger_ack


@pytest.mark.parametrize(
    ("zone", "promised"), [("", "urban"), ("urban", "urban"), ("rural", "rural"), ("remote", "remote")]
)
def test_the_promise_is_that_of_the_customers_zone_and_later_stages_promise_later(zone: str, promised: str) -> None:
    case = opened("outage_repair", zone=zone).case
    assert [(one.id, one.area) for one in case.promises] == [(f"outage.arrive.{promised}", promised)]


def test_a_new_case_stands_at_the_halls_first_step() -> None:
    asked = step("ask", "customer")
    assert first_stage(topic("x", asked, step("look"))) == ("look", ("ask",))
    assert first_stage(topic("x", step("look"), step("do"))) == ("look", ())
    assert first_stage(topic("x", asked)) == ("ask", ())
    assert first_stage(topic("x")) == ("", ())
    assert {one.code for one in TOPICS} == set(BOOKS.topics)


class TestWithoutWhoIsComplainedOf:
    @pytest.mark.parametrize(
        ("without", "named"),
        [((), CLERK), ((CLERK,), SECOND), ((CLERK, SECOND), LEADER), ((CLERK, SECOND, LEADER), OTHER_LEADER)],
    )
    def test_somebody_else_answers_for_it(self, without: tuple[str, ...], named: str) -> None:
        assert opened("complaint", without=without).case.first_handler == named

    def test_neither_who_talks_nor_who_holds_another_case(self) -> None:
        other = replace(case_in(State.OPEN), first_handler=CLERK)
        outcome = opened("complaint", others=(other,), talking_with=CLERK, without=(CLERK,))
        assert outcome.case.first_handler == SECOND

    def test_where_there_is_nobody_else_it_is_answered_for_all_the_same(self) -> None:
        everybody = tuple(BOOKS.roster.staff)
        assert opened("complaint", without=everybody).case.first_handler == CLERK


def test_whom_it_is_about_does_not_answer_for_it_and_does_not_know_of_it() -> None:
    outcome = opened("complaint", without=(CLERK, CREW), named=(CLERK,), said="陆文清骂人")
    case = sound(None, outcome)
    assert (case.first_handler, case.named, case.hidden_from) == (SECOND, (CLERK,), (CLERK, CREW))
    assert {letter.to for letter in outcome.letters} == {f"customer:{CUSTOMER}", f"staff:{SECOND}"}
    talking = sound(None, opened("complaint", without=(CLERK,), talking_with=CLERK))
    assert talking.first_handler == SECOND


def test_where_everybody_is_meant_it_is_still_named_to_somebody_who_then_sees_it() -> None:
    books = replace(BOOKS, roster=staffed(person(LEADER)))
    case = sound(None, opened("complaint", books=books, without=(LEADER,), named=(LEADER,)), books)
    assert (case.first_handler, case.named, case.hidden_from) == (LEADER, (LEADER,), ())


def test_a_danger_that_is_complained_of_is_alerted_past_whom_it_is_hidden_from() -> None:
    outcome = opened("hazard", without=(LEADER,))
    sound(None, outcome)
    assert [alert.to for alert in outcome.alerts] == [(OTHER_LEADER,)]
    nobody = opened("hazard", without=(LEADER, OTHER_LEADER))
    sound(None, nobody)
    assert [alert.to for alert in nobody.alerts] == [()]


def test_it_keeps_how_secret_it_is_and_the_key_of_its_card() -> None:
    case = opened("complaint", secrecy=Secrecy.CONFIDENTIAL, card="k").case
    assert (case.secrecy, case.card) == (Secrecy.CONFIDENTIAL, "k")


@pytest.mark.parametrize(("state", "code"), [(State.ACCEPTED, "case.linked"), (State.CLOSED, "case.linked.before")])
def test_what_belongs_to_another_case_is_linked_to_it_and_said_so(state: State, code: str) -> None:
    other = replace(case_in(state), no="DL20261120-0009")
    outcome = opened("hazard", links=(other.no,), others=(other,))
    assert sound(None, outcome).links == (other.no,)
    assert moves(outcome) == [Move.OPEN, Move.OPEN, Move.LINK]
    assert outcome.events[2].facts == {"case": other.no}
    assert told(outcome) == ["case.opened", code]
    back = linked(BOOKS, other, NO, NOW)
    assert sound(other, back).links == (NO,)
    assert (moves(back), back.letters) == ([Move.LINK], ())
    assert linked(BOOKS, back.case, NO, NOW).case.links == (NO,)


def test_where_nobody_knows_when_he_is_back_the_next_opening_of_the_hall_is_told() -> None:
    books = replace(BOOKS, roster=replace(BOOKS.roster, shifts=()))
    night = opened("unheard", now=NIGHT_TIME, books=unheard(books))
    assert facts(night, "case.opened.later")["accept_from"] == at("2026-11-24T08:30")
    shut = replace(unheard(books), calendar=replace(BOOKS.calendar, hours=()))
    assert told(opened("unheard", now=NIGHT_TIME, books=shut)) == ["case.opened"]


def unheard(books: Books) -> Books:
    return replace(books, topics={**books.topics, "unheard": topic("unheard")})


def test_who_is_avoided_is_not_named_where_anybody_else_can_and_nothing_is_hidden_from_him() -> None:
    assert opened(talking_with=CLERK, avoiding=(CLERK,)).case.first_handler != CLERK
    assert opened(avoiding=(CLERK,)).case.hidden_from == ()
    everybody = tuple(BOOKS.roster.staff)
    assert opened(avoiding=everybody).case.first_handler
