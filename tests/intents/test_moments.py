from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from intents.moments import Moment, moments

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday


def only(text: str, *, loose: bool = False) -> Moment:
    (moment,) = moments(text, NOW, loose=loose)
    return moment


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("我下午五点前给您回电", "下午五点前"),
        ("好的明天上午九点到十一点之间来", "明天上午九点到十一点之间"),
        ("25号(周三)下午来", "25号(周三)下午"),
        ("2026年12月3日上午10点来", "2026年12月3日上午10点"),
        ("约三天后的上午来", "三天后的上午"),
        ("今晚上八点左右来", "今晚上八点左右"),
        ("等到明天下班前吧", "明天下班前"),
    ],
)
def test_what_belongs_together_is_one_moment(text: str, words: str) -> None:
    moment = only(text)
    assert text[moment.start : moment.end] == words
    assert not moment.torn


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("五点", (5, 0)),
        ("十点二十", (10, 20)),
        ("二十点零五", (20, 5)),
        ("十一点五分", (11, 5)),
        ("三点一刻", (3, 15)),
        ("三点三刻", (3, 45)),
        ("两点半", (2, 30)),
        ("三四点", (4, 0)),
        ("9-11点", (11, 0)),
        ("十七时三十分", (17, 30)),
        ("08:05", (8, 5)),
        ("24点", (24, 0)),
    ],
)
def test_clocks(text: str, clock: tuple[int, int]) -> None:
    assert only(text).clock == clock


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("半小时内", 30),
        ("半个钟头后", 30),
        ("一个半小时内", 90),
        ("2个小时之内", 120),
        ("1.5小时内", 90),
        ("一刻钟后", 15),
        ("三刻钟内", 45),
        ("30-40分钟内", 40),
        ("一两个小时内", 120),
        ("十几分钟后", 20),
        ("一个多小时后", 120),
        ("二十来分钟左右", 20),
        ("再过十分钟", 10),
    ],
)
def test_lengths_of_time(text: str, length: int) -> None:
    assert only(text).length == timedelta(minutes=length)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("三天内", date(2026, 11, 26)),
        ("三五天内", date(2026, 11, 28)),
        ("两周内", date(2026, 12, 7)),
        ("一个月内", date(2026, 12, 23)),
        ("半个月内", date(2026, 12, 8)),
        ("月底", date(2026, 11, 30)),
        ("下个月底", date(2026, 12, 31)),
        ("12月底", date(2026, 12, 31)),
        ("2月底", date(2027, 2, 28)),
        ("年底", date(2026, 12, 31)),
        ("本周末", date(2026, 11, 29)),
        ("下周末", date(2026, 12, 6)),
        ("下周末前", date(2026, 12, 4)),
        ("下周三", date(2026, 12, 2)),
        ("下周内", date(2026, 12, 4)),
    ],
)
def test_days_that_are_counted_or_of_a_period(text: str, day: date) -> None:
    assert only(text).day == day


@pytest.mark.parametrize(
    "text",
    [
        *("三点建议", "有两点", "快一点", "晚一点来", "一点也不", "第3点", "25点", "5.30元", "晚上好", "3号楼", ""),
        *("提前三天", "等了两小时", "这两天", "过两天", "三天前", "一周三次", "每周三", "11月20号", "停电两小时"),
    ],
)
def test_what_only_looks_like_a_moment(text: str) -> None:
    assert not list(moments(text, NOW))


@pytest.mark.parametrize("text", ["明天周五", "受理后3个工作日内", "收到材料之日起五天内", "24:30"])
def test_what_contradicts_itself_or_counts_from_the_unknown_is_torn(text: str) -> None:
    assert only(text).torn


@pytest.mark.parametrize("text", ["两天", "3小时", "5个工作日"])
def test_a_bare_length_is_one_only_where_asked_for(text: str) -> None:
    assert not list(moments(text, NOW))
    assert only(text, loose=True).start == 0


def test_two_moments_stay_two() -> None:
    assert [one.part for one in moments("今天下午到不了，明天上午来", NOW)] == ["下午", "上午"]


def test_after_an_hour_is_not_by_it() -> None:
    assert only("下午五点以后").after
    assert only("下午五点以前").before


@pytest.mark.parametrize("text", ["999天内", "201个工作日内", "三百小时内", "0天内", "九百分钟内"])
def test_a_length_that_nobody_promises_is_none(text: str) -> None:
    assert not list(moments(text, NOW))
