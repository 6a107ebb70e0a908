"""The shipped promises, line by line, against the published figures they were taken from."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from intents.topic import Handbook, PromiseRow

RUNNING, WORKING = "mhd", "wd"
SURE = {"高", "中高", "中", "中低", "低"}
UNKNOWN = "未核实"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the table of published promises; empty where nothing is published."""

    id: str
    to: str
    promise: str
    internal: str
    red_line: str
    counts: str
    """Time as it runs, or working days."""
    sure: str
    """How well the best of its lines is known."""
    since: str = ""
    zone: str = ""


TABLE = (
    # faults and outages
    Line("outage.arrive.urban", "arrive", "45m", "", "60m", RUNNING, "高", zone="urban"),
    Line("outage.arrive.rural", "arrive", "90m", "", "120m", RUNNING, "高", zone="rural"),
    Line("outage.arrive.remote", "arrive", "2h", "", "240m", RUNNING, "高", zone="remote"),
    Line("outage.restore.urban", "restore", "3h", "", "", RUNNING, "高", since="arrive", zone="urban"),
    Line("outage.restore.rural", "restore", "4h", "", "", RUNNING, "高", since="arrive", zone="rural"),
    Line("outage.info", "publish", "", "5m", "", RUNNING, "中低", since="confirm"),
    Line("outage.planned.notice", "notice", "7d", "", "7d", RUNNING, "高"),
    Line("outage.temp.notice", "notice", "24h", "", "24h", RUNNING, "高"),
    Line("outage.vip.dispatch", "dispatch", "", "5m", "", RUNNING, "低"),
    Line("outage.vip.arrive", "arrive", "", "30m", "", RUNNING, "低"),
    # complaints, reports, opinions
    Line("complaint.contact", "contact", "24h", "24h", "24h", RUNNING, "高"),
    Line("complaint.reply", "reply", "5wd", "4wd", "10wd", WORKING, "高"),
    Line("report.reply", "reply", "", "9wd", "", WORKING, "高"),
    Line("complaint.12398", "resolve", "", "10wd", "", WORKING, "高"),
    Line("complaint.12345", "resolve", "", "7d", "", RUNNING, "高"),
    Line("complaint.other", "resolve", "", "10d", "", RUNNING, "高"),
    Line("opinion.reply", "reply", "", "9wd", "", WORKING, UNKNOWN),  # suggestions are opinions here
    Line("complaint.major.review", "duty", "", "15m", "", RUNNING, "中低"),
    Line("complaint.major.report", "superior", "", "15m", "", RUNNING, "中低", since="duty"),
    # what is applied for
    Line("new.resident", "resolve", "5wd", "", "15wd", WORKING, "高"),
    Line("new.resident.dispatch", "dispatch", "", "0wd", "", WORKING, "中"),
    Line("new.lv_business", "resolve", "6wd", "", "15wd", WORKING, "高"),
    Line("new.lv_business.plan", "plan", "", "3wd", "", WORKING, "中"),
    Line("new.hv_single", "resolve", "22wd", "", "", WORKING, "高"),
    Line("new.hv_single.accept", "accept", "", "1wd", "", WORKING, "中"),
    Line("new.hv_single.plan", "plan", "", "6wd", "", WORKING, "中"),
    Line("new.hv_double", "resolve", "32wd", "", "", WORKING, "高"),
    Line("new.hv_double.plan", "plan", "", "14wd", "", WORKING, "中"),
    Line("meter.check", "resolve", "5wd", "4wd", "", WORKING, "高"),
    Line("meter.data", "reply", "5wd", "4wd", "", WORKING, "高"),
    Line("reconnect", "resolve", "24h", "", "", RUNNING, "中"),
    Line("reconnect.receipt", "resolve", "", "1wd", "", WORKING, "中", since="restore"),
    Line("appliance.visit", "visit", "24h", "", "24h", RUNNING, "中"),
    Line("appliance.receipt", "resolve", "", "1wd", "", WORKING, "中", since="settle"),
    Line("pv.review", "review", "", "5wd", "", WORKING, "低"),
    Line("pv.plan", "plan", "20wd", "", "", WORKING, "低"),
    Line("pv.accept", "accept", "10wd", "", "", WORKING, "低", since="inspect"),
    Line("ev.visit", "visit", "", "3wd", "", WORKING, "低"),
    Line("ev.connect", "resolve", "5wd", "", "", WORKING, "中", since="install"),
    Line("service.default", "resolve", "5wd", "5wd", "", WORKING, "中"),
    Line("consult.reply", "reply", "", "2wd", "", WORKING, UNKNOWN),
)
COUNTER = {"counter.pay", "counter.service", "hall.wait"}
"""Published too, but of people who stand at a counter: no case's clock."""
UNPROMISED = {"praise"}
"""Matters that open a case and owe nobody an answer by a day."""


def lines(row: PromiseRow) -> tuple[str, str, str]:
    return row.promise, row.internal, row.red_line


def minutes(span: str) -> int:
    """A span by its own kind of days, so that lines of one row can be put in order."""
    count, unit = re.fullmatch(r"(\d+)(m|h|d|wd)", span).groups()  # type: ignore[union-attr]
    return int(count) * {"m": 1, "h": 60, "d": 1440, "wd": 1440}[unit]


def named(handbook: Handbook) -> Iterator[tuple[str, PromiseRow]]:
    """Every promise a topic or one of its steps names, by id or stem."""
    for code, topic in handbook.topics.items():
        names = {*topic.promises, *(step.promise for step in topic.steps if step.promise)}
        for name in names:
            found = [row for row in handbook.promises if name in (row.id, row.id.removesuffix(f".{row.zone}"))]
            assert found, (code, name)
            yield from ((code, row) for row in found)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.id)
def test_a_row_says_what_is_published(handbook: Handbook, line: Line) -> None:
    (row,) = (row for row in handbook.promises if row.id == line.id)
    assert (row.to, *lines(row), row.since, row.zone) == (
        *(line.to, line.promise, line.internal, line.red_line),
        *(line.since, line.zone),
    )
    told = [one for one in lines(row) if one]
    assert told
    assert {one.lstrip("0123456789") == WORKING for one in told} == {line.counts == WORKING}
    assert [minutes(one) for one in (row.promise, row.red_line) if one] == sorted(
        minutes(one) for one in (row.promise, row.red_line) if one
    )
    assert not (row.internal and row.promise) or minutes(row.internal) <= minutes(row.promise)


@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.id)
def test_a_row_says_where_it_comes_from_and_how_sure_that_is(handbook: Handbook, line: Line) -> None:
    (row,) = (row for row in handbook.promises if row.id == line.id)
    said = set(re.findall(r"可信度(中高|中低|高|中|低)", row.source))
    assert said <= SURE
    if line.sure == UNKNOWN:
        assert (row.promise, said) == ("", set())
        assert UNKNOWN in row.source
    else:
        assert line.sure in said
        assert row.promise or "只作内部时限" in row.source or "内控" in row.source or "仅供参考" in row.source


def test_no_row_stands_that_nothing_published_backs(handbook: Handbook) -> None:
    ids = [row.id for row in handbook.promises]
    assert sorted(ids) == sorted(line.id for line in TABLE)
    assert not COUNTER & set(ids)


def test_a_day_it_holds_from_is_given_only_where_it_is_known(handbook: Handbook) -> None:
    dated = {row.id: row.valid_from for row in handbook.promises if row.valid_from}
    assert dated == {"appliance.visit": date(1996, 9, 1)}


def test_what_a_topic_names_is_meant_for_it(handbook: Handbook) -> None:
    found = list(named(handbook))
    opens = {code for code, topic in handbook.topics.items() if topic.opens_case}
    assert {code for code, _ in found} == opens - UNPROMISED
    for code, row in found:
        assert code in row.topics, (code, row.id)


def test_every_stage_a_named_row_waits_for_is_a_stage_of_its_topic(handbook: Handbook) -> None:
    for code, row in named(handbook):
        stages = {step.code for step in handbook.topics[code].steps}
        assert row.to in stages | {"contact", "reply", "resolve"}, (code, row.id)
        assert not row.since or row.since in stages, (code, row.id)
