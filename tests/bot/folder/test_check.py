from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.folder.build import build
from bot.folder.check import warnings
from bot.folder.faults import Fault
from bot.folder.reader import FolderTables, read_folder, read_tables
from intents.topic import Handbook, PromiseRow, Step, Topic, TopicKind

Tables = dict[str, Any]
Write = Callable[[Mapping[str, str | bytes]], Path]


def topic(code: str, *, opens: bool = True) -> Topic:
    return Topic(
        code=code,
        name=f"业务{code}",
        kind=TopicKind.CASE,
        post="work",
        answer="",
        source="",
        as_of=date(2026, 9, 1),
        opens_case=opens,
        steps=(Step("check", "核对", "frontstage"),),
    )


ARRIVE = PromiseRow("rename.done", ("rename",), "resolve", "旧规", red_line="10wd")
HANDBOOK = Handbook({"rename": topic("rename")}, (ARRIVE,), {}, {}, (), (), "")
FULL = [
    {"staff": ["W1", "G1", "S1"], "days": "daily", "hours": "08:00-17:00"},
    {"staff": ["L1"], "days": "daily", "hours": "00:00-24:00"},
]


@pytest.fixture
def quiet(tables: Tables) -> Tables:
    """The small hall with nothing to warn of."""
    tables["staff"] += [{"no": "G1", "name": "g", "post": "guide"}, {"no": "S1", "name": "s", "post": "service"}]
    tables["shift"] = FULL
    tables["leave"] = []
    return tables


def told(folder: FolderTables, today: date, handbook: Handbook = HANDBOOK) -> list[Fault]:
    found = list(warnings(folder, build(folder, handbook), today, handbook))
    assert all(fault.warning for fault in found)
    return found


def words(tables: Tables, today: date, handbook: Handbook = HANDBOOK) -> list[str]:
    return [fault.message for fault in told(read_tables(tables), today, handbook)]


def test_a_hall_in_order_has_no_warning(quiet: Tables, today: date) -> None:
    assert words(quiet, today) == []


def test_a_post_nobody_holds(quiet: Tables, today: date) -> None:
    quiet["shift"] = [{**FULL[0], "staff": ["W1", "S1"]}, {**FULL[1], "hours": "08:00-24:00"}]
    found = words(quiet, today)
    assert len(found) == 2
    assert "值班领导岗有时没有人在班，最早是 2026-09-07 00:00 到 09-07 08:00" in found[0]
    assert "引导岗营业时间里有时没有人在班，最早是 2026-09-07 08:00 到 09-07 12:00" in found[1]


def test_the_warning_about_a_post_points_into_the_roster(write: Write, hall_text: str, today: date) -> None:
    folder = read_folder(write({"hall.toml": hall_text}))
    lines = {fault.line for fault in told(folder, today) if "没有人在班" in fault.message}
    assert lines == {hall_text.splitlines().index("[[shift]]") + 1}


def test_a_topic_nobody_is_skilled_in(quiet: Tables, today: date) -> None:
    topics = {"rename": topic("rename"), "voltage": topic("voltage"), "pay": topic("pay", opens=False)}
    assert words(quiet, today, replace(HANDBOOK, topics=topics)) == [
        "业务“业务voltage”（voltage）没有人会办，工单都会派给值班领导"
    ]


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ({"accept_remind": "40m"}, "接单提醒比接单升级还晚"),
        ({"danger_ack": "20m"}, "险情确认比险情跟进还晚"),
        ({"draft_nudge": "4d"}, "没填完的提醒"),
        ({"confirm_warn": "6d"}, "办结确认的提醒比自动关单还晚"),
        ({"confirm_close": "16d", "confirm_warn": "1h"}, "自动关单比能重开的时间还晚"),
        ({"complaint_contact": "25h"}, "投诉联系客户比底线 24h 还松"),
        ({"notice_lead": "6d"}, "计划停电提前公告比底线 7d 还松"),
        ({"accept_escalate": "61m"}, "接单升级比底线 60m 还松"),
        ({"danger_follow": "2h"}, "险情跟进比底线 60m 还松"),
    ],
)
def test_rules_at_odds_or_looser_than_a_red_line(
    quiet: Tables, today: date, rules: Mapping[str, str], message: str
) -> None:
    quiet["rules"] = rules
    found = words(quiet, today)
    assert len(found) == 1
    assert message in found[0]


def test_a_rule_is_pointed_at_where_it_stands(write: Write, hall_text: str, today: date) -> None:
    text = hall_text.replace('accept_remind = "10m"', 'accept_remind = "40m"')
    (fault,) = [one for one in told(read_folder(write({"a.toml": text})), today) if "接单提醒" in one.message]
    assert text.splitlines()[(fault.line or 0) - 1] == 'accept_remind = "40m"'


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ({"promise": "3wd", "internal": "4wd", "red_line": "10wd"}, "内部时限比对外承诺还长"),
        ({"promise": "7wd", "red_line": "6wd"}, "对外承诺比底线还长"),
        ({"internal": "7wd", "red_line": "6wd"}, "内部时限比底线还长"),
        ({"promise": "11wd"}, "比底线 10wd 还松（旧规）"),
        ({"red_line": "12wd"}, "比底线 10wd 还松（旧规）"),
        ({"promise": "3wd"}, "没写底线，手册里的底线 10wd 就不管用了"),
    ],
)
def test_promises_at_odds(quiet: Tables, today: date, lines: Mapping[str, str], message: str) -> None:
    quiet["promise"] = [{"id": "rename.done", "topics": ["rename"], "to": "resolve", "source": "x", **lines}]
    found = words(quiet, today)
    assert len(found) == 1
    assert message in found[0]


def test_a_promise_of_a_zone_is_held_against_the_one_it_replaces(quiet: Tables, today: date) -> None:
    row = {"topics": ["rename"], "to": "arrive", "source": "x", "promise": "70m", "red_line": "60m"}
    quiet["promise"] = [{"id": "outage.arrive", "zone": "urban", **row}]
    shipped = PromiseRow("outage.arrive.urban", (), "arrive", "国标", red_line="60m", zone="urban")
    found = words(quiet, today, replace(HANDBOOK, promises=(shipped,)))
    assert any("比底线 60m 还松（国标）" in one for one in found)


def test_spans_of_two_kinds_are_not_compared(quiet: Tables, today: date) -> None:
    quiet["promise"] = [
        {"id": "new.one", "topics": ["rename"], "to": "resolve", "source": "x", "promise": "3wd", "internal": "9d"}
    ]
    assert words(quiet, today) == []


def test_next_years_calendar_is_missed_from_october(quiet: Tables) -> None:
    assert words(quiet, date(2026, 9, 30)) == []
    assert "2027 年的放假调休还不知道" in words(quiet, date(2026, 10, 1))[0]
    quiet["hours"].append({"from": "2027-10-01", "to": "2027-10-07", "working": False, "source": "放假通知"})
    assert words(quiet, date(2026, 10, 1)) == []
    assert "2028 年的放假调休还不知道" in words(quiet, date(2027, 11, 1))[0]


def test_the_warning_about_next_year_has_sharp_edges_and_says_what_to_do(quiet: Tables) -> None:
    assert words(quiet, date(2026, 9, 30)) == []
    for day in (date(2026, 10, 1), date(2026, 12, 31)):
        (said,) = words(quiet, day)
        assert said.startswith("2027 年的放假调休还不知道")
        assert "calendar.toml" in said
        assert "working = false" in said
    assert [said[:6] for said in words(quiet, date(2027, 1, 1))] == ["2027 年"]
    quiet["hours"] += [
        {"from": "2027-02-05", "to": "2027-02-11", "open": ["09:00-11:30"], "note": "春节值班"},
        {"from": "2027-01-01", "to": "2027-01-03", "working": False, "note": "元旦"},
    ]
    assert [said[:6] for said in words(quiet, date(2026, 12, 31))] == ["2027 年"]  # a notice names October too


def test_working_said_of_every_week_hides_the_holidays(quiet: Tables, today: date) -> None:
    quiet["hours"].append({"days": "mon-fri", "open": ["08:00-17:00"], "working": True})
    (said,) = words(quiet, today)
    assert "working 会盖过节假日和调休" in said
    quiet["hours"][-1] |= {"from": "2026-09-01", "to": "2026-09-30"}
    assert words(quiet, today) == []


def test_a_season_that_ends_without_another_is_missed(quiet: Tables) -> None:
    quiet["hours"] = [{"from": "2026-01-01", "to": "2026-06-30", "open": ["08:00-17:00"]}]
    assert words(quiet, date(2026, 5, 15)) == []  # the two bare weeks are not in sight yet
    (said,) = words(quiet, date(2026, 5, 16))
    assert said.startswith("2026-07-01 起没有一行写着营业时间")
    quiet["hours"].append({"from": "2026-07-01", "to": "2026-12-31"})  # shut, and said so
    assert words(quiet, date(2026, 5, 16)) == []
    quiet["hours"] = [{"days": "mon-fri", "open": ["08:00-17:00"]}]
    assert words(quiet, date(2026, 5, 16)) == []


def test_a_year_that_was_never_known_is_missed_at_once(quiet: Tables) -> None:
    assert "2027 年的放假调休还不知道" in words(quiet, date(2027, 2, 1))[0]


def test_a_case_at_a_stage_its_topic_has_not(quiet: Tables, today: date) -> None:
    quiet["case"][0]["stage"] = "nowhere"
    assert "没有“nowhere”这个环节" in words(quiet, today)[0]
    quiet["case"][0]["stage"] = "check"
    assert words(quiet, today) == []


def test_account_numbers_nobody_will_recognise_and_prices_of_elsewhere(quiet: Tables, today: date) -> None:
    quiet["account"].append({"no": "A-12", "holder": "x", "address": "y"})
    quiet["tariff"][0]["region"] = "别省"
    found = words(quiet, today)
    assert any("有 1 个户号不是 10、13 或 16 位数字" in one for one in found)
    assert any("电价的地区不是本厅的“虚构省”" in one for one in found)


def test_names_in_tables_left_out_are_warned_of(quiet: Tables, today: date) -> None:
    del quiet["account"]
    assert any("户号里没有“…0001”" in one for one in words(quiet, today))
