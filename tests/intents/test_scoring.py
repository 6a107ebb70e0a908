"""Each figure by a case small enough to count by hand."""

import pytest

from intents.labelled import Labelled
from intents.scoring import OUTSIDE, Confusion, Heard, Report, auroc, score, share
from intents.understanding import Understanding, Zone

ANSWER, CHOOSE, REFUSE = Zone


def heard(
    want: str,
    *guesses: str,
    zone: Zone = ANSWER,
    sure: float = 0.9,
    also: str = "",
    due: bool = False,
    alarm: bool = False,
    line: int = 0,
) -> Heard:
    said = Labelled("话", want, tuple(also.split()), due, line)
    intent = guesses[0] if guesses and zone is not REFUSE else OUTSIDE
    return Heard(said, due, Understanding(intent, sure, guesses, danger=alarm, zone=zone))


EXAM = (
    heard("pay", "pay", "bill"),
    heard("pay", "bill", "pay", also="bill", zone=CHOOSE, sure=0.6),
    heard("pay", "pay", zone=REFUSE, sure=0.3),
    heard("bill", "arrears", "invoice", "bill", sure=0.8),
    heard("bill", "arrears", "invoice", "pay", "bill", sure=0.7),
    heard(OUTSIDE, "pay", zone=REFUSE, sure=0.1),
    heard(OUTSIDE, "pay", zone=CHOOSE, sure=0.5),
    heard(OUTSIDE, zone=REFUSE, sure=0.0),
)


@pytest.fixture
def report() -> Report:
    return score(EXAM)


def test_only_matters_of_ours_are_named_and_a_refusal_is_wrong(report: Report) -> None:
    assert (report.count, report.inside, report.outside) == (8, 5, 3)
    assert report.strict == 0.2  # the first
    assert report.lenient == 0.4  # the second as well
    assert report.named == 0.4  # the first, and the third which was refused
    assert report.top3 == 0.8  # all but the fifth, whose matter comes fourth


def test_strangers(report: Report) -> None:
    assert report.out_of_scope.precision == 0.6667  # two of three refusals
    assert report.out_of_scope.recall == 0.6667  # two of three strangers
    # of 15 pairs one is the wrong way round: .3 in scope below .5 out of scope
    assert report.out_of_scope.auroc == pytest.approx(14 / 15, abs=1e-4)


def test_equal_scores_part_nobody() -> None:
    assert auroc([0.5, 0.5], [0.5]) == 0.5
    assert auroc([0.5, 0.9], [0.5, 0.1]) == 0.875
    assert auroc([1], [0]) == 1
    assert auroc([0], [1]) == 0
    assert auroc([], [1]) is None
    assert auroc([1], []) is None


def test_the_surest_half(report: Report) -> None:
    assert report.surest_half == 0.25  # of .9 .8 .7 .6 the first
    assert report.surest_half_lenient == 0.5  # and the last, that may be bill as well
    assert score(EXAM[:1]).surest_half == 1  # half of one is one


def test_a_score_is_worth_what_it_says() -> None:
    found = score(
        [heard("a", "a", sure=0.95), heard("a", "b", sure=0.95), heard("a", "a", sure=1.0), heard("a", "b", sure=0.0)]
    )
    first, *between, last = found.calibration.bins
    assert (first.count, first.hoped, first.right) == (1, 0, 0)
    assert (last.low, last.high, last.count, last.hoped, last.right) == (0.9, 1.0, 3, 0.9667, 0.6667)
    assert all((one.count, one.hoped, one.right) == (0, None, None) for one in between)
    assert len(between) == 8
    assert found.calibration.off == 0.225  # three of four are off by .3


def test_a_refused_stranger_is_no_right_guess() -> None:
    assert score([heard(OUTSIDE, "a", zone=REFUSE, sure=0.4)]).calibration.off == 0.4


def test_dangers_missed_and_false_alarms_are_named_by_line() -> None:
    found = score(
        [
            heard("hazard", "hazard", due=True, alarm=True, line=1),
            heard("hazard", "pay", due=True, line=2),
            *(heard("pay", "pay", line=3 + at) for at in range(3)),
            heard("pay", "pay", alarm=True, line=9),
        ]
    ).danger
    assert (found.count, found.recall, found.missed) == (2, 0.5, (2,))
    assert (found.false_alarms, found.false_alarms_per_1000, found.false) == (1, 250.0, (9,))


def test_what_came_of_each_zone(report: Report) -> None:
    assert [(zone.zone, zone.count, zone.right) for zone in report.zones] == [
        ("answer", 3, 0.3333),
        ("choose", 2, 0.5),
        ("refuse", 3, 0.6667),
    ]


def test_the_weakest_matters_first(report: Report) -> None:
    bill, pay, outside = report.topics
    assert (bill.code, bill.count, bill.taken, bill.recall, bill.precision) == ("bill", 2, 1, 0, 0)
    assert bill.taken_for == (("arrears", 2),)
    assert (pay.code, pay.count, pay.taken, pay.recall, pay.precision) == ("pay", 3, 2, 0.3333, 0.5)
    assert pay.taken_for == (("bill", 1), (OUTSIDE, 1))
    assert (outside.code, outside.recall, outside.precision) == (OUTSIDE, 0.6667, 0.6667)
    assert score([heard("a", "b")]).topics[0].precision is None


def test_pairs_leave_out_what_a_careful_reader_accepts(report: Report) -> None:
    assert report.pairs == (
        Confusion("bill", "arrears", 2),
        Confusion(OUTSIDE, "pay", 1),
        Confusion("pay", OUTSIDE, 1),
    )


def test_of_nothing_no_figure_is_made_up() -> None:
    found = score([])
    assert found.count == 0
    assert {found.strict, found.lenient, found.named, found.top3, found.surest_half, found.calibration.off} == {None}
    assert found.danger.recall is found.danger.false_alarms_per_1000 is None
    assert share([]) is None
