from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk import clustering
from bot.desk.case import Secrecy, State
from bot.desk.clustering import SPAN, Report, Told
from bot.desk.incident import Phase
from tests.kit_desk import NOW
from tests.kit_incidents import HERE, THERE, later, member, outage, report

SECOND = timedelta(seconds=1)


def numbers(*reports: Report) -> list[list[str]]:
    return [[one.case.no[-1] for one in group] for group in clustering.together(reports)]


def test_the_second_report_of_a_place_within_the_hour_makes_one_outage() -> None:
    assert numbers(report(1)) == []
    assert numbers(report(1), report(2, minutes=60)) == [["1", "2"]]
    assert numbers(report(1), report(2, minutes=61)) == []
    assert numbers(report(1), report(2, minutes=50), report(3, minutes=100)) == [["1", "2", "3"]]


def test_the_same_name_in_another_town_is_another_place() -> None:
    assert numbers(report(1), report(2, THERE)) == []
    assert numbers(report(1), report(2, THERE), report(3), report(4, THERE)) == [["1", "3"], ["2", "4"]]


def test_two_reports_of_one_household_are_no_common_outage() -> None:
    twice = Report(replace(member(2), customer="k1"), HERE)
    assert numbers(report(1), twice) == []
    assert numbers(report(1), twice, report(3)) == [["1", "2", "3"]]


@pytest.mark.parametrize(
    ("told", "joins"),
    [
        (Told("outage_repair"), True),
        (Told("outage_repair", {"scope": "area"}), True),
        (Told("outage_repair", {"scope": "single"}), False),
        (Told("outage_repair", secret=True), False),
        (Told("hazard", said="电线断了，整条街都没电"), True),
        (Told("hazard", said="电线断了，冒火花"), False),
        (Told("hazard", {"scope": "single"}, "没电了，还冒烟"), False),
        (Told("complaint", said="没电"), False),
        (Told("owner_transfer"), False),
    ],
)
def test_what_can_be_one_of_many(told: Told, joins: bool) -> None:  # noqa: FBT001 -- a table's column
    assert clustering.may_join(told) is joins


@pytest.mark.parametrize(
    "secret", [{"secrecy": Secrecy.CONFIDENTIAL}, {"named": ("B101",)}, {"hidden_from": ("B101",)}]
)
def test_what_is_kept_from_somebody_joins_nothing(secret: dict[str, object]) -> None:
    assert clustering.told_of(member(**secret)).secret  # type: ignore[arg-type] # the fields of a case
    assert not clustering.may_join(clustering.told_of(member(**secret)))  # type: ignore[arg-type] # as above
    assert clustering.may_join(clustering.told_of(member()))


@pytest.mark.parametrize("said", ["家里没电", "停电了", "灯全灭了", "一片黑了", "沒電", "冇電啊"])
def test_words_of_no_light(said: str) -> None:
    assert clustering.dark(said)


@pytest.mark.parametrize("said", ["电线掉下来了", "有人触电", "变压器冒烟", ""])
def test_words_of_danger_alone(said: str) -> None:
    assert not clustering.dark(said)


def test_only_a_case_that_is_worked_on_and_belongs_nowhere_is_free() -> None:
    assert clustering.free(member())
    assert not clustering.free(member(incident="GZ1"))
    assert not clustering.free(member(state=State.CLOSED))
    assert not clustering.free(member(state=State.RESOLVED))


def test_of_a_suspected_one_the_hour_counts_and_a_confirmed_one_takes_all_that_come() -> None:
    suspected, confirmed = outage(), outage(Phase.CONFIRMED)
    assert clustering.fits(suspected, HERE, "x", NOW + SPAN)
    assert not clustering.fits(suspected, HERE, "x", NOW + SPAN + SECOND)
    assert clustering.fits(suspected, HERE, "x", later(100), later(50))
    assert not clustering.fits(suspected, HERE, "x", later(111), later(50))
    assert clustering.fits(confirmed, HERE, "x", later(600))
    assert clustering.fits(confirmed, HERE, "x", NOW - SPAN)
    assert not clustering.fits(confirmed, HERE, "x", NOW - SPAN - SECOND)


def test_another_place_a_case_taken_out_and_one_that_is_over_do_not_fit() -> None:
    assert not clustering.fits(outage(Phase.CONFIRMED), THERE, "x", NOW)
    assert not clustering.fits(outage(Phase.CONFIRMED, apart=("x",)), HERE, "x", NOW)
    for phase in (Phase.RESTORED, Phase.CLOSED):
        assert not clustering.fits(outage(phase), HERE, "x", NOW)


reports_ = st.lists(st.tuples(st.integers(1, 6), st.sampled_from([HERE, THERE]), st.integers(0, 400)), max_size=14)


@given(reports_)
def test_no_report_is_in_two_groups_and_every_group_is_one_place_and_one_stretch(
    drawn: list[tuple[int, clustering.Spot, int]],
) -> None:
    reports = [
        Report(replace(member(n, minutes=minutes), customer=f"k{who}"), spot)
        for n, (who, spot, minutes) in enumerate(drawn, 1)
    ]
    groups = clustering.together(reports)
    grouped = [one.case.no for group in groups for one in group]
    assert len(grouped) == len(set(grouped))
    for group in groups:
        assert len({one.spot for one in group}) == 1
        assert len({one.case.customer for one in group}) > 1
        begun = [one.case.begun_at for one in group]
        assert all(second - first <= SPAN for first, second in pairwise(begun))
    assert clustering.together(reversed(reports)) == groups
