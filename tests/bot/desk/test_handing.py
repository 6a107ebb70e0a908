from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk import handing, rules
from bot.desk.books import Books
from bot.desk.case import CLOCK, CUSTOMER, Button, Case, Kind, Lane, Outcome, Post, Priority, State
from bot.desk.errors import IllegalMove, Missing, NotYours, TransferWaits
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pending import Cover, Transfer
from bot.desk.promises import HELD, LIVE
from bot.desk.roster import Leave, Staff
from tests.kit_desk import (
    BOOKS,
    CLERK,
    CREW,
    LEADER,
    NIGHT,
    NO,
    NOW,
    OTHER_LEADER,
    PLAIN,
    SECOND,
    SERVER,
    TALKER,
    at,
    case_in,
    codes,
    facts,
    moves,
    opened,
    person,
    sound,
    staffed,
    told,
    with_leave,
)
from tests.kit_desk import CUSTOMER as WHO
from tests.kit_moves import task

LATER = NOW + timedelta(hours=2)
BY_CONSENT = replace(BOOKS, rules=replace(BOOKS.rules, handover="consent"))
DAY = NOW.date()


def peopled(*changed: Staff, books: Books = BOOKS, without: tuple[str, ...] = ()) -> Books:
    staff = {**books.roster.staff, **{one.no: one for one in changed}}
    return replace(books, roster=replace(books.roster, staff={no: p for no, p in staff.items() if no not in without}))


def off(*numbers: str, books: Books = BOOKS) -> Books:
    return peopled(*(replace(person(no), on=False) for no in numbers), books=books)


LEADERLESS = peopled(without=(LEADER, OTHER_LEADER))


def asked(books: Books = BOOKS, case: Case | None = None, to: str = SECOND) -> Case:
    case = case or rules.accept(BOOKS, opened().case, person(CLERK), NOW).case
    outcome = handing.transfer(books, case, person(CLERK), to, "下周去学习", NOW)
    return sound(case, outcome, books)


def agreed(books: Books, case: Case) -> Outcome:
    outcome = handing.consent(books, case, "同意", LATER)
    sound(case, outcome, books)
    return outcome


def test_a_transfer_only_asks_and_the_first_handler_stays() -> None:
    before = rules.accept(BOOKS, opened().case, person(CLERK), NOW).case
    outcome = handing.transfer(BOOKS, before, person(CLERK), f" \u3000{SECOND.lower()}　", "  下周去学习 ", NOW)
    case = sound(before, outcome)
    assert (case.first_handler, case.promises, case.transfers) == (CLERK, before.promises, 0)
    assert case.transfer == Transfer(SECOND, "下周去学习", CLERK, NOW)
    (letter,) = outcome.letters
    assert (told(outcome), letter.kind) == (["case.transfer"], Kind.QUESTION)
    assert letter.buttons == (Button("同意", f"consent.{NO}.1123020000"), Button("不同意", f"decline.{NO}.1123020000"))
    assert (moves(outcome), outcome.events[0].facts) == ([Move.TRANSFER], {"to": SECOND})
    with pytest.raises(TransferWaits) as waits:
        handing.transfer(BOOKS, case, person(CLERK), SERVER, "换一个", LATER)
    assert waits.value.to == SECOND


@pytest.mark.parametrize("state", [*LIVE])
def test_it_may_be_asked_while_the_case_is_worked_on(state: State) -> None:
    assert asked(case=case_in(state)).state is state


@pytest.mark.parametrize("state", [State.RESOLVED, State.CLOSED, State.CANCELLED])
def test_what_is_done_goes_to_no_other_hands_by_asking(state: State) -> None:
    with pytest.raises(IllegalMove):
        handing.transfer(BOOKS, case_in(state), person(CLERK), SECOND, "学习", NOW)
    for answer in (handing.consent, handing.decline):
        with pytest.raises(IllegalMove):
            answer(BOOKS, replace(case_in(state), transfer=Transfer(SECOND, "学习", CLERK, NOW)), "同意", NOW)


def test_resolving_withdraws_the_question_and_a_late_answer_changes_nothing() -> None:
    case = rules.resolve(BOOKS, asked(), person(CLERK), "办好了", {}, LATER).case
    assert case.transfer is None
    with pytest.raises(IllegalMove):
        handing.consent(BOOKS, case, "同意", LATER)


@pytest.mark.parametrize(
    ("to", "why"),
    [
        ("B777", "missing.person"),
        ("", "missing.person"),
        ("B999", "missing.person"),
        (PLAIN, "missing.person"),
        (CLERK, "missing.person.same"),
        (CREW, "missing.person.barred"),
        (SERVER, "missing.person.barred"),
    ],
)
def test_who_cannot_answer_for_it_is_not_proposed_and_the_reason_is_said(to: str, why: str) -> None:
    books = peopled(replace(person(CREW), avoid=frozenset({WHO})))
    case = replace(case_in(State.ACCEPTED), hidden_from=(SERVER,))
    for rule, by in ((handing.transfer, CLERK), (handing.reassign, LEADER)):
        with pytest.raises(Missing) as refused:
            rule(books, case, person(by), to, "学习", NOW)
        assert refused.value.fields == {"to": why}


def test_what_the_post_still_owes_is_filled_in_before_it_hands_on() -> None:
    case = replace(case_in(State.ACCEPTED), first_handler=SERVER, papers={"身份证": "asked", "房产证": "got"})
    with pytest.raises(Missing) as refused:
        handing.transfer(BOOKS, case, person(SERVER), SECOND, "学习", NOW)
    assert refused.value.fields == {"papers.身份证": "missing.exit.paper:身份证"}


@pytest.mark.parametrize(("rule", "by"), [(handing.transfer, CLERK), (handing.reassign, LEADER)])
def test_a_reason_is_needed_and_fit_for_the_customer(rule: object, by: str) -> None:
    books = replace(BOOKS, forbidden=("不归我管",))
    for reason, why in (
        ("。", "missing.text"),
        ("这不归 我管！", "missing.forbidden:不归我管"),
        ("因为{几点}", "missing.blank:{几点}"),
    ):
        with pytest.raises(Missing) as refused:
            rule(books, case_in(State.ACCEPTED), person(by), SECOND, reason, NOW)  # type: ignore[operator]
        assert refused.value.fields == {"reason": why}


def test_with_the_customers_word_alone_the_hands_change_where_the_house_says_so() -> None:
    case = asked(BY_CONSENT)
    outcome = agreed(BY_CONSENT, case)
    after = outcome.case
    assert (after.first_handler, after.transfer, after.transfers) == (SECOND, None, 1)
    assert after.promises == case.promises
    assert moves(outcome) == [Move.CONSENT, Move.TRANSFER]
    consent, change = outcome.events
    assert (consent.by, consent.lane, consent.text) == (CUSTOMER, Lane.CUSTOMER, "同意")
    assert (change.by, change.facts) == (CLERK, {"first_handler": SECOND, "before": CLERK})
    assert told(outcome) == ["case.handed"]
    assert codes(outcome, f"staff:{SECOND}") == ["staff.handed"]
    assert codes(outcome, f"staff:{CLERK}") == ["staff.handed.away"]
    said = facts(outcome, "case.handed")
    assert (said["old"], said["handler"], said["reason"]) == (person(CLERK), person(SECOND), "下周去学习")
    for again in (handing.consent, handing.decline):
        with pytest.raises(IllegalMove):
            again(BY_CONSENT, after, "同意", LATER)


def test_where_the_leader_decides_too_consent_goes_up_and_his_word_is_a_reassignment() -> None:
    outcome = agreed(BOOKS, asked())
    case = outcome.case
    assert case.first_handler == CLERK
    assert case.transfer
    assert case.transfer.consented_at == LATER
    (alert,) = outcome.alerts
    assert (alert.why, alert.to) == ("transfer", (LEADER,))
    assert (told(outcome), codes(outcome, f"staff:{LEADER}")) == (["case.transfer.agreed"], ["alert.transfer"])
    with pytest.raises(IllegalMove):
        handing.consent(BOOKS, case, "同意", LATER)
    yes = handing.reassign(BOOKS, case, person(LEADER), SECOND, "同意", LATER)
    assert (sound(case, yes).first_handler, yes.case.transfer) == (SECOND, None)
    no = handing.reassign(BOOKS, case, person(LEADER), f" {CLERK.lower()} ", "请您接着办", LATER)
    kept = sound(case, no)
    assert (kept.first_handler, kept.transfer, kept.transfers) == (CLERK, None, 0)
    assert (told(no), codes(no, f"staff:{CLERK}"), moves(no)) == (
        ["case.transfer.stays"],
        ["staff.transfer.stays"],
        [Move.REASSIGN],
    )


@pytest.mark.parametrize("answered", [False, True])
def test_the_customer_may_decline_also_after_he_agreed_as_long_as_nothing_is_decided(answered: bool) -> None:  # noqa: FBT001 - a case of the test
    case = asked()
    case = agreed(BOOKS, case).case if answered else case
    outcome = handing.decline(BOOKS, case, "不同意", LATER)
    after = sound(case, outcome)
    assert (after.first_handler, after.transfer, after.state) == (CLERK, None, case.state)
    assert (told(outcome), codes(outcome, f"staff:{CLERK}")) == (["case.transfer.kept"], ["staff.transfer.refused"])
    assert (moves(outcome), outcome.events[0].by) == ([Move.REFUSE], CUSTOMER)


def test_nothing_asked_is_nothing_to_answer() -> None:
    for answer in (handing.consent, handing.decline):
        with pytest.raises(IllegalMove):
            answer(BOOKS, case_in(State.ACCEPTED), "同意", NOW)


@pytest.mark.parametrize("lost", ["off", "gone", "avoid", "named"])
def test_consent_hands_nothing_to_somebody_who_can_no_longer_take_it(lost: str) -> None:
    case = asked(BY_CONSENT)
    books = {
        "off": off(SECOND, books=BY_CONSENT),
        "gone": peopled(books=BY_CONSENT, without=(SECOND,)),
        "avoid": peopled(replace(person(SECOND), avoid=frozenset({WHO})), books=BY_CONSENT),
        "named": BY_CONSENT,
    }[lost]
    case = replace(case, hidden_from=(SECOND,)) if lost == "named" else case
    outcome = agreed(books, case)
    assert outcome.case.first_handler == CLERK
    assert [alert.why for alert in outcome.alerts] == ["transfer"]
    assert told(outcome) == ["case.transfer.agreed"]
    other = handing.transfer(books, outcome.case, person(CLERK), SERVER, "换一位", LATER)  # he may propose another
    assert sound(outcome.case, other, books).transfer == Transfer(SERVER, "换一位", CLERK, LATER, leader=False)


def test_silence_is_no_consent_and_goes_to_the_leader_once() -> None:
    case = asked(BY_CONSENT)
    late = NOW + BOOKS.rules.consent_wait
    outcome = overdue(BY_CONSENT, case, late)
    assert outcome
    waited = sound(case, outcome, BY_CONSENT)
    assert waited.first_handler == CLERK
    assert "transfer" in [alert.why for alert in outcome.alerts]
    word = handing.consent(BY_CONSENT, waited, "同意", late)
    assert sound(waited, word, BY_CONSENT).first_handler == SECOND
    asked_too = overdue(BOOKS, asked(), late)
    assert asked_too
    again = handing.consent(BOOKS, asked_too.case, "同意", late)
    assert (again.alerts, codes(again, f"staff:{LEADER}")) == ((), ["alert.transfer"])  # he was alerted, and hears more


def test_after_too_many_changes_only_the_leader_decides() -> None:
    tired = replace(case_in(State.ACCEPTED), transfers=BOOKS.rules.transfers_max)
    outcome = handing.transfer(BY_CONSENT, tired, person(CLERK), SECOND, "学习", NOW)
    case = sound(tired, outcome, BY_CONSENT)
    assert case.transfer == Transfer(SECOND, "学习", CLERK, NOW, leader=True, asks=False)
    assert (told(outcome), [alert.to for alert in outcome.alerts]) == ([], [(LEADER,)])
    for answer in (handing.consent, handing.decline):
        with pytest.raises(IllegalMove):
            answer(BY_CONSENT, case, "同意", LATER)
    assert not [due for due in case.rungs if due.startswith("transfer_wait")]
    last = replace(tired, transfers=BOOKS.rules.transfers_max - 1)
    assert told(handing.transfer(BY_CONSENT, last, person(CLERK), SECOND, "学习", NOW)) == ["case.transfer"]


def test_in_a_hall_without_leaders_the_customers_word_is_enough() -> None:
    tired = replace(case_in(State.ACCEPTED), transfers=9)
    case = asked(LEADERLESS, tired)
    assert case.transfer == Transfer(SECOND, "下周去学习", CLERK, NOW, leader=False, asks=True)
    assert agreed(LEADERLESS, case).case.first_handler == SECOND
    left = asked(BOOKS)
    assert agreed(LEADERLESS, left).case.first_handler == SECOND  # the leaders have gone meanwhile


@pytest.mark.parametrize("state", [*HELD])
def test_the_leader_reassigns_with_a_reason_the_customer_reads(state: State) -> None:
    before = case_in(state, promises=opened().case.promises)
    outcome = handing.reassign(BOOKS, before, person(LEADER), SECOND, "换人更快", LATER)
    case = sound(before, outcome)
    assert (case.first_handler, case.state, case.promises) == (SECOND, state, before.promises)
    assert facts(outcome, "case.handed")["reason"] == "换人更快"
    assert codes(outcome, f"staff:{CLERK}") == ["staff.handed.away"]
    own = handing.reassign(BOOKS, replace(before, first_handler=LEADER), person(LEADER), SECOND, "换人", LATER)
    assert codes(own, f"staff:{LEADER}") == []


def test_only_waiting_for_acceptance_begins_anew() -> None:
    before = replace(opened().case, rungs=("accept_remind", "accept_escalate", "urges"))
    case = sound(before, handing.reassign(BOOKS, before, person(LEADER), SECOND, "换人", LATER))
    assert (case.accept_from, case.rungs, case.promises) == (LATER, ("urges",), before.promises)
    assert case.due_at == LATER + BOOKS.rules.accept_remind
    again = overdue(BOOKS, case, LATER + BOOKS.rules.accept_escalate)
    assert again
    assert [alert.rung for alert in again.alerts] == ["accept_escalate:1"]
    evening = handing.reassign(BOOKS, before, person(LEADER), SECOND, "换人", at("2026-11-23T18:00"))
    assert evening.case.accept_from == at("2026-11-24T08:30")
    never = handing.reassign(BOOKS, before, person(LEADER), OTHER_LEADER, "换人", LATER)
    assert never.case.accept_from == LATER  # no shift of his is known: the wait counts from now, not from the opening
    outage = opened("outage_repair").case
    crew = handing.reassign(BOOKS, outage, person(LEADER), NIGHT, "换班", LATER).case
    assert crew.accept_from == LATER  # who was promised that somebody comes waits for no shift
    danger = handing.reassign(
        BOOKS, case_in(State.OPEN, priority=Priority.EMERGENCY), person(LEADER), NIGHT, "换", LATER
    )
    assert danger.case.accept_from == LATER
    taken = replace(case_in(State.ACCEPTED), accept_from=NOW, rungs=("accept_remind",))
    kept = handing.reassign(BOOKS, taken, person(LEADER), SECOND, "换人", LATER).case
    assert (kept.accept_from, kept.rungs) == (NOW, ("accept_remind",))


def test_a_pending_transfer_ends_with_any_change_of_hands() -> None:
    case = handing.reassign(BOOKS, asked(), person(LEADER), SERVER, "另有安排", LATER).case
    assert (case.first_handler, case.transfer) == (SERVER, None)
    with pytest.raises(IllegalMove):
        handing.consent(BOOKS, case, "同意", LATER)


def test_what_the_new_hands_were_asked_to_help_with_is_now_their_own() -> None:
    mine, other = task(SECOND, SECOND), task("guide", TALKER, 2)
    before = replace(case_in(State.ACCEPTED), tasks=(mine, other), helpers=(SECOND, TALKER))
    case = sound(before, handing.reassign(BOOKS, before, person(LEADER), SECOND, "换人", LATER))
    assert (case.helpers, case.tasks) == ((TALKER,), (replace(mine, done_at=LATER), other))


def test_a_leader_from_whom_it_is_hidden_decides_nothing() -> None:
    case = replace(asked(), hidden_from=(LEADER,))
    with pytest.raises(NotYours):
        handing.reassign(BOOKS, case, person(LEADER), SECOND, "换人", LATER)
    assert agreed(BOOKS, case).alerts[0].to == (OTHER_LEADER,)


def test_whom_it_is_about_loses_sight_of_it_with_the_hands() -> None:
    before = replace(case_in(State.ACCEPTED), named=(CLERK,))
    outcome = handing.reassign(BOOKS, before, person(LEADER), SECOND, "回避", LATER)
    assert sound(before, outcome).hidden_from == (CLERK,)
    assert codes(outcome, f"staff:{CLERK}") == []


def adopted(books: Books, case: Case) -> Outcome:
    outcome = handing.adopt(books, case, LATER)
    assert outcome
    sound(case, outcome, books)
    assert books.person(outcome.case.first_handler).on
    assert handing.adopt(books, outcome.case, LATER) is None
    return outcome


def test_a_case_nobody_answers_for_goes_to_the_duty_leader_at_once() -> None:
    case = asked()
    outcome = adopted(peopled(without=(CLERK,)), case)
    assert (outcome.case.first_handler, outcome.case.transfer, outcome.case.promises) == (LEADER, None, case.promises)
    assert (moves(outcome), outcome.events[0].by) == ([Move.REASSIGN], CLOCK)
    assert told(outcome) == ["case.handed"]
    assert facts(outcome, "case.handed")["old"] is None  # a number nobody has any more is no name to tell
    assert [(alert.rung, alert.why, alert.to) for alert in outcome.alerts] == [("orphan:0", "orphan", (LEADER,))]
    assert codes(outcome, f"staff:{LEADER}") == ["staff.handed", "alert.orphan"]


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
def test_nobody_adopts_what_is_over_or_answered_for(state: State) -> None:
    assert handing.adopt(off(CLERK), case_in(state), LATER) is None
    assert handing.adopt(BOOKS, case_in(State.OPEN), LATER) is None


def test_the_heir_is_one_who_may_and_is_there() -> None:
    case = case_in(State.ACCEPTED)
    shy = replace(person(LEADER), avoid=frozenset({WHO}))
    assert adopted(off(CLERK), replace(case, hidden_from=(LEADER,))).case.first_handler == OTHER_LEADER
    both = off(CLERK, books=peopled(shy, books=replace(BOOKS, roster=replace(BOOKS.roster, shifts=()))))
    assert adopted(both, case).case.first_handler == OTHER_LEADER
    assert adopted(peopled(books=both, without=(OTHER_LEADER,)), case).case.first_handler == LEADER
    assert adopted(off(CLERK, books=LEADERLESS), case).case.first_handler == SECOND  # skilled in the matter
    unskilled = replace(case, topic="unheard")
    assert adopted(off(CLERK, books=LEADERLESS), unskilled).case.first_handler == SECOND
    tables = replace(BOOKS, roster=staffed(person(LEADER), person(PLAIN)))
    last = adopted(tables, replace(case, named=(LEADER,), hidden_from=(LEADER,)))
    assert (last.case.first_handler, last.case.hidden_from) == (LEADER, ())  # somebody named is better than nobody
    assert handing.adopt(replace(BOOKS, roster=staffed(person(PLAIN))), case, LATER) is None


def covered(books: Books, case: Case) -> Outcome:
    outcome = handing.cover(books, case, LATER)
    assert outcome
    sound(case, outcome, books)
    assert handing.cover(books, outcome.case, LATER) is None
    return outcome


def test_who_acts_and_till_when_is_told_and_that_the_first_handler_is_back() -> None:
    case = case_in(State.ACCEPTED, promises=opened().case.promises)
    assert handing.cover(BOOKS, case, LATER) is None
    till = DAY + timedelta(days=2)
    away = with_leave(Leave(CLERK, DAY, till, "年休", SECOND))
    outcome = covered(away, case)
    assert (outcome.case.cover, outcome.case.first_handler) == (Cover(SECOND, till), CLERK)
    assert outcome.case.promises == case.promises
    assert (told(outcome), codes(outcome, f"staff:{SECOND}")) == (["case.cover"], ["staff.cover"])
    assert outcome.events[0].facts == {"stand_in": SECOND, "till": till.isoformat()}
    longer = with_leave(*away.roster.leaves, Leave(CLERK, till + timedelta(days=1), till + timedelta(days=1), "年休"))
    assert covered(longer, outcome.case).case.cover == Cover(SECOND, till + timedelta(days=1))
    back = covered(BOOKS, outcome.case)
    assert (back.case.cover, told(back), codes(back)) == (None, ["case.cover.end"], ["case.cover.end"])


@pytest.mark.parametrize("state", [State.CLOSED, State.CANCELLED])
def test_nobody_acts_on_a_case_that_is_over(state: State) -> None:
    assert handing.cover(with_leave(Leave(CLERK, DAY, DAY, "年休", SECOND)), case_in(state), LATER) is None


def test_a_stand_in_from_whom_it_is_hidden_is_neither_named_nor_told() -> None:
    away = with_leave(Leave(CLERK, DAY, DAY, "年休", SECOND))
    outcome = covered(away, replace(case_in(State.ACCEPTED), hidden_from=(SECOND,)))
    assert outcome.case.cover == Cover(LEADER, DAY)
    assert codes(outcome, f"staff:{SECOND}") == []
    hidden = replace(case_in(State.ACCEPTED), hidden_from=(SECOND, LEADER))
    assert covered(away, hidden).case.cover == Cover(OTHER_LEADER, DAY)


def test_a_leader_who_acts_stays_the_one_whoever_is_on_shift_later() -> None:
    away = with_leave(Leave(CLERK, DAY, DAY, "年休"))
    told_of = replace(case_in(State.ACCEPTED), cover=Cover(OTHER_LEADER, DAY))
    assert handing.cover(away, told_of, LATER) is None
    gone = off(OTHER_LEADER, books=away)
    assert covered(gone, told_of).case.cover == Cover(LEADER, DAY)
    named = with_leave(Leave(CLERK, DAY, DAY, "年休", SECOND))
    assert covered(named, told_of).case.cover == Cover(SECOND, DAY)


def test_where_nobody_can_act_nothing_untrue_is_told() -> None:
    away = with_leave(Leave(CLERK, DAY, DAY, "年休", SECOND), books=LEADERLESS)
    outcome = covered(away, case_in(State.ACCEPTED))
    alone = covered(off(SECOND, books=away), outcome.case)
    assert (alone.case.cover, alone.letters, alone.events[0].public) == (None, (), False)
    self_led = with_leave(Leave(LEADER, DAY, DAY, "年休"), books=peopled(without=(OTHER_LEADER,)))
    assert handing.cover(self_led, case_in(State.ACCEPTED, first_handler=LEADER), LATER) is None


def test_who_gets_a_case_while_on_leave_is_covered_in_the_same_decision() -> None:
    away = with_leave(Leave(SECOND, DAY, DAY, "年休", SERVER))
    before = case_in(State.ACCEPTED)
    outcome = handing.reassign(away, before, person(LEADER), SECOND, "他最熟", LATER)
    case = sound(before, outcome, away)
    assert (case.first_handler, case.cover) == (SECOND, Cover(SERVER, DAY))
    assert told(outcome) == ["case.handed", "case.cover"]


def test_only_posts_answer_for_cases() -> None:
    assert handing.successor(BOOKS, case_in(State.OPEN), SERVER).post is Post.SERVICE
