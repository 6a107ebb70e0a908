from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.desk import promises
from bot.desk.case import Case, Kept, Promise, State
from bot.desk.dues import Due, dues, next_due
from bot.desk.hours import Unit
from bot.desk.promises import Rung, chosen, drop, end, named, next_promise, running, settle, start
from intents.topic import PromiseRow
from tests.kit_desk import CALENDAR, NOW, PROMISES, RULES, at, case_in, row

TODAY = date(2026, 11, 23)
MINUTE = timedelta(minutes=1)
LIVE = (State.OPEN, State.ACCEPTED, State.IN_PROGRESS, State.WAITING_CUSTOMER)


def ids(names: tuple[str, ...], zone: str = "", rows: tuple[PromiseRow, ...] = PROMISES) -> list[str]:
    return [f"{one.id}@{one.zone}" if one.zone else one.id for one in chosen(rows, names, zone, TODAY)]


def promise(name: str = "p", to: str = "arrive", after: int | None = 45, **more: object) -> Promise:
    lines: dict[str, object] = {"promise_at": None if after is None else NOW + after * MINUTE}
    lines |= {"internal_at": None, "red_line_at": None, "started_at": NOW}
    return Promise(name, to, **(lines | more))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["outage.arrive", "outage.arrive.urban", "outage.arrive.rural"])
@pytest.mark.parametrize("zone", ["urban", "rural", "remote"])
def test_a_stem_or_any_of_its_family_is_the_row_of_the_customers_zone(name: str, zone: str) -> None:
    assert ids((name,), zone) == [f"outage.arrive.{zone}@{zone}"]


def test_where_the_zone_is_unknown_the_strictest_is_promised() -> None:
    assert ids(("outage.arrive",)) == ["outage.arrive.urban@urban"]
    rural = row("x.rural", "arrive", "90m", zone="rural")
    assert ids(("x",), "", (row("x.remote", "arrive", "2h", zone="remote"), rural)) == ["x.rural@rural"]


def test_what_is_not_promised_in_a_zone_is_not_promised_there() -> None:
    assert ids(("outage.restore",), "remote") == []
    assert ids(("outage.restore",), "rural") == ["outage.restore.rural@rural"]


def test_a_row_for_everywhere_fills_the_gaps_of_a_family() -> None:
    rows = (row("x", "arrive", "60m"), row("x.urban", "arrive", "45m", zone="urban"))
    assert ids(("x",), "urban", rows) == ["x.urban@urban"]
    assert ids(("x.urban",), "rural", rows) == ["x"]
    assert ids(("x",), "", rows) == ["x"]


def test_one_id_may_stand_for_several_zones() -> None:
    rows = (row("x", "arrive", "45m", zone="urban"), row("x", "arrive", "90m", zone="rural"))
    assert ids(("x",), "rural", rows) == ["x@rural"]
    assert ids(("x",), "", rows) == ["x@urban"]
    assert ids(("arrive.city",), "", (row("arrive.city", "arrive", "45m", zone="urban"),)) == ["arrive.city@urban"]


def test_the_row_named_itself_comes_before_its_kin_of_the_same_zone() -> None:
    rows = (row("x", "arrive", "30m", zone="urban"), row("x.urban", "arrive", "45m", zone="urban"))
    assert ids(("x",), "urban", rows) == ["x@urban"]
    assert ids(("x.urban",), "urban", rows) == ["x.urban@urban"]


def test_a_promise_named_twice_is_made_once_and_an_unknown_one_never() -> None:
    names = ("complaint.contact", "outage.arrive", "nothing", "outage.arrive.rural", "complaint.contact")
    assert ids(names, "rural") == ["complaint.contact", "outage.arrive.rural@rural"]


def test_the_newest_row_in_force_counts_and_of_two_alike_the_later_one() -> None:
    old, new = row("x", "resolve", "9wd"), row("x", "resolve", "5wd", valid_from=TODAY)
    coming = row("x", "resolve", "1wd", valid_from=date(2027, 1, 1))
    for rows in ((old, new, coming), (coming, new, old)):
        assert chosen(rows, ("x",), "", TODAY) == (new,)
    assert chosen((coming,), ("x",), "", TODAY) == ()
    own = row("x", "resolve", "3wd")
    assert chosen((old, own), ("x",), "", TODAY) == (own,)


def test_a_promise_begins_with_its_lines_as_moments() -> None:
    reply = start(row("r", "reply", "5wd", internal="4wd", red_line="10wd", zone="urban"), CALENDAR, NOW)
    assert (reply.id, reply.to, reply.area, reply.started_at) == ("r", "reply", "urban", NOW)
    assert reply.promise_at == at("2026-11-30T23:59:59")
    assert reply.internal_at == at("2026-11-27T23:59:59")
    assert reply.red_line_at == at("2026-12-07T23:59:59")
    assert (reply.said, reply.kept, reply.ended_at, reply.tentative) == ("5 个工作日", Kept.RUNNING, None, False)


def test_what_has_no_public_line_says_nothing_and_what_nobody_knows_yet_is_tentative() -> None:
    inside = start(row("i", "reply", internal="30wd"), CALENDAR, NOW)
    assert (inside.promise_at, inside.red_line_at, inside.said, inside.tentative) == (None, None, "", True)
    assert not start(row("d", "reply", "60d"), CALENDAR, NOW).tentative


def test_met_in_time_is_kept_and_met_late_is_broken_and_what_ended_stays() -> None:
    kept, late, other = promise(), promise("late", after=5), promise("other", "restore")
    before = promise("before", ended_at=NOW, kept=Kept.KEPT)
    then = NOW + 45 * MINUTE
    all_, settled = end((kept, late, other, before), "arrive", then)
    assert [one.kept for one in all_] == [Kept.KEPT, Kept.BROKEN, Kept.RUNNING, Kept.KEPT]
    assert [one.ended_at for one in all_] == [then, then, None, NOW]
    assert settled == all_[:2]


def test_once_broken_it_stays_broken_when_it_is_met() -> None:
    broken = promise(kept=Kept.BROKEN)
    (met,), _ = settle((broken,), lambda _: True, NOW + 90 * MINUTE)
    assert (met.kept, met.ended_at) == (Kept.BROKEN, NOW + 90 * MINUTE)
    (inside,), _ = end((promise(after=None),), "arrive", NOW)
    assert inside.kept is Kept.KEPT


def test_a_step_names_what_it_ends_by_id_or_stem() -> None:
    arrive = promise("outage.arrive.rural")
    assert named(arrive, "outage.arrive")
    assert named(arrive, "outage.arrive.urban")
    assert not named(arrive, "outage.restore")
    assert not named(arrive, "")
    assert not named(promise("service.default", "resolve"), "service.default")


def test_what_is_dropped_ends_without_a_verdict() -> None:
    before = promise("before", ended_at=NOW, kept=Kept.KEPT)
    broken = promise("broken", kept=Kept.BROKEN)
    then = NOW + MINUTE
    dropped = drop((promise(), before, broken), then)
    assert [(one.kept, one.ended_at) for one in dropped] == [
        (Kept.RUNNING, then),
        (Kept.KEPT, NOW),
        (Kept.BROKEN, then),
    ]


def test_the_next_promise_is_the_earliest_that_runs_those_kept_inside_last() -> None:
    inside, late, soon = promise("inside", after=None), promise("late", after=90), promise("soon", after=5)
    met = promise("met", after=1, ended_at=NOW)
    case = case_in(State.ACCEPTED, promises=(inside, late, met, soon))
    assert [one.id for one in running(case)] == ["soon", "late", "inside"]
    assert next_promise(case) == soon
    assert next_promise(replace(case, promises=(met,))) is None
    assert running(replace(case, promises=(inside,))) == (inside,)


def waits(case: Case) -> list[tuple[str, float]]:
    return [(due.rung, (due.at - NOW) / MINUTE) for due in dues(case, RULES)]


def test_an_open_case_waits_for_acceptance_from_the_next_shift_or_the_opening() -> None:
    assert waits(case_in(State.OPEN)) == [("accept_remind", 20), ("accept_escalate", 30)]
    later = case_in(State.OPEN, accept_from=NOW + 60 * MINUTE)
    assert waits(later) == [("accept_remind", 80), ("accept_escalate", 90)]
    assert waits(replace(later, rungs=("accept_remind",))) == [("accept_escalate", 90)]


def test_a_resolved_case_waits_for_the_customer() -> None:
    assert waits(case_in(State.RESOLVED)) == [("confirm_warn", 72 * 60), ("confirm_close", 120 * 60)]
    assert waits(case_in(State.RESOLVED, resolved_at=None)) == []


@pytest.mark.parametrize("state", [*State])
def test_promises_run_while_the_case_lives_and_only_then(state: State) -> None:
    one = promise(internal_at=NOW + 30 * MINUTE, red_line_at=NOW + 60 * MINUTE)
    case = case_in(state, promises=(one,), rungs=("accept_remind", "accept_escalate", "confirm_warn", "confirm_close"))
    lines = [("internal:p", 30), ("broken:p", 45), ("red_line:p", 60)]
    assert waits(case) == (lines if state in LIVE else [])
    assert next_due(case, RULES) == (NOW + 30 * MINUTE if state in LIVE else None)


def test_what_fired_or_ended_falls_due_no_more_and_at_one_moment_the_gentlest_comes_first() -> None:
    same = promise(internal_at=NOW + 45 * MINUTE, red_line_at=NOW + 45 * MINUTE)
    case = case_in(State.ACCEPTED, promises=(same, promise("met", after=1, ended_at=NOW)))
    assert [due.rung for due in dues(case, RULES)] == ["internal:p", "broken:p", "red_line:p"]
    assert dues(replace(case, rungs=("internal:p", "broken:p")), RULES) == (Due("red_line:p", NOW + 45 * MINUTE),)
    assert [*Rung] == [
        "accept_remind",
        "accept_escalate",
        "confirm_warn",
        "confirm_close",
        "half",
        "most",
        "internal",
        "said",
        "broken",
        "red_line",
        "help_remind",
        "help_escalate",
        "help_late",
        "transfer_wait",
        "transfer",
        "orphan",
        "callback",
        "papers",
        "wake",
        "call",
        "beat",
        "reopened",
    ]


@pytest.mark.parametrize(
    ("spans", "half", "most"),
    [
        (("40m", "", "60m"), "2026-11-23T10:20", "2026-11-23T10:32"),
        (("5wd", "4wd", ""), "2026-11-26T12:00", "2026-11-27T23:59:59"),
        (("", "2wd", ""), "2026-11-24T23:59:59", "2026-11-25T14:24"),
        (("4wh", "2wh", ""), "2026-11-23T12:00", "2026-11-23T15:12"),
        (("", "", "60m"), "", ""),
    ],
)
def test_it_is_at_risk_at_half_and_at_four_fifths_of_what_was_promised_else_of_the_inner_line(
    spans: tuple[str, str, str], half: str, most: str
) -> None:
    one = start(row("p", "reply", spans[0], internal=spans[1], red_line=spans[2]), CALENDAR, NOW)
    assert one.spans == spans
    assert (one.half_at, one.most_at) == (at(half) if half else None, at(most) if most else None)


def test_somebody_s_word_is_a_promise_without_a_span_and_its_number_is_the_event_s() -> None:
    word = promises.given(7, "B101", NOW, NOW + 90 * MINUTE)
    assert (word.id, word.to, word.by, word.started_at) == ("said.7", "said", "B101", NOW)
    assert (word.promise_at, word.internal_at, word.red_line_at) == (NOW + 90 * MINUTE, None, None)
    assert (word.half_at, word.most_at, word.spans, word.tentative) == (None, None, ("", "", ""), False)
    assert promises.units(word) == (Unit.MINUTE, Unit.MINUTE, Unit.MINUTE)


def test_each_line_counts_in_its_own_unit() -> None:
    one = start(row("p", "reply", "24h", internal="4wh", red_line="3wd"), CALENDAR, NOW)
    assert promises.units(one) == (Unit.HOUR, Unit.WORK_HOUR, Unit.WORK_DAY)
    till = NOW + 48 * 60 * MINUTE
    later = promises.shifted(one, CALENDAR, NOW + MINUTE, till + MINUTE)
    assert later.promise_at == NOW + 72 * 60 * MINUTE
    assert (later.internal_at, later.red_line_at) == (at("2026-11-25T16:00"), at("2026-11-30T23:59:59"))
    assert (later.started_at, later.spans, later.kept) == (one.started_at, one.spans, one.kept)


def test_a_pause_moves_nothing_before_it_and_of_what_began_in_it_only_its_own_part() -> None:
    resting = promise(to="resolve", half_at=NOW + 20 * MINUTE, red_line_at=NOW + 60 * MINUTE, spans=("45m", "", "60m"))
    middle = promises.shifted(resting, CALENDAR, NOW + 30 * MINUTE, NOW + 40 * MINUTE)
    assert (middle.half_at, middle.promise_at, middle.red_line_at) == (
        NOW + 20 * MINUTE,
        NOW + 55 * MINUTE,
        NOW + 70 * MINUTE,
    )
    begun = promises.shifted(resting, CALENDAR, NOW - 30 * MINUTE, NOW + 10 * MINUTE)
    assert begun.promise_at == NOW + 55 * MINUTE
    assert promises.shifted(resting, CALENDAR, NOW - 30 * MINUTE, NOW) == resting
    for steady in (replace(resting, to="arrive"), replace(resting, ended_at=NOW)):
        assert promises.shifted(steady, CALENDAR, NOW, NOW + 10 * MINUTE) == steady
