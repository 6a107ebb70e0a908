from datetime import date

import pytest

from intents.spans import day, several, span, unclear

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今天停电吗", "2026-11-23"),
        ("今晚来人", "2026-11-23"),
        ("明早", "2026-11-24"),
        ("后天下午", "2026-11-25"),
        ("大后天", "2026-11-26"),
        ("昨晚没电", "2026-11-22"),
        ("周一", "2026-11-23"),
        ("周三来行不", "2026-11-25"),
        ("星期天", "2026-11-29"),
        ("下周三", "2026-12-02"),
        ("下个礼拜一", "2026-11-30"),
        ("上周五停的电", "2026-11-20"),
        ("12号停电吗", "2026-12-12"),
        ("25号停电吗", "2026-11-25"),
        ("30号晚上停电把电视烧了", "2026-10-30"),
        ("下个月3号", "2026-12-03"),
        ("11月25日", "2026-11-25"),
        ("1月5号", "2027-01-05"),
        ("十二月三号", "2026-12-03"),
        ("2026-11-25", "2026-11-25"),
        ("2026年11月25号", "2026-11-25"),
        ("2026/2/30", ""),
        ("今天还是明天", ""),
        ("5号到8号", "2026-12-05"),
        ("3号楼没电", ""),
        ("12号院", ""),
        ("中山路12号", ""),
        ("选2号", ""),
        ("今天气温高", ""),
        ("电费高", ""),
    ],
)
def test_days(text: str, found: str) -> None:
    assert day(text, TODAY) == found


def test_a_day_the_month_does_not_have_is_of_the_next_that_has() -> None:
    assert day("31号停电吗", TODAY) == "2026-12-31"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10号到15号停了三次", "2026-11-10", "2026-11-15"),
        ("12月30号到1月2号", "2026-12-30", "2027-01-02"),
        ("下周三到周五", "2026-12-02", "2026-12-04"),
        ("明天到后天", "2026-11-24", "2026-11-25"),
        ("国庆那几天一直停", "2026-10-01", "2026-10-07"),
        ("过年那几天停过电", "2026-02-17", "2026-02-23"),
        ("上周末停了一天", "2026-11-21", "2026-11-22"),
        ("10月底停的", "2026-10-31", "2026-10-31"),
        ("除夕停电吗", "2027-02-05", "2027-02-05"),
    ],
)
def test_a_run_of_days_has_two_ends(text: str, first: str, last: str) -> None:
    found = span(text, TODAY)
    assert found
    assert (found.first.isoformat(), found.last.isoformat()) == (first, last)


@pytest.mark.parametrize("text", ["5号", "就是5号吧", "是五号那天"])
def test_a_number_alone_lies_behind_or_ahead(text: str) -> None:
    assert unclear(text, TODAY) == (date(2026, 11, 5), date(2026, 12, 5))


@pytest.mark.parametrize("text", ["5号停电了", "5号停电吗", "12月5号", "明天", "5号楼", ""])
def test_words_beside_it_make_it_sure(text: str) -> None:
    assert unclear(text, TODAY) == ()


def test_two_days_are_both_told() -> None:
    assert several("今天还是后天", TODAY) == (date(2026, 11, 23), date(2026, 11, 25))
    assert several("今天到后天", TODAY) == ()


def test_beyond_the_calendar_nothing_is_named() -> None:
    assert span("三天后", date(9999, 12, 30)) is None
    assert several("三天后", date(9999, 12, 30)) == ()
