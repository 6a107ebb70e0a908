from datetime import date

from intents.days import named

TODAY = date(2026, 11, 23)  # a Monday


def test_every_day_is_told_with_its_place() -> None:
    text = "昨天停的，2026年12月1号或12月3号来，最晚周五"
    found = {text[start:end]: one.isoformat() for start, end, one in named(text, TODAY, past=False)}
    assert found == {
        "昨天": "2026-11-22",
        "2026年12月1": "2026-12-01",
        "12月3号": "2026-12-03",
        "周五": "2026-11-27",
    }


def test_a_date_without_a_year_lies_ahead_or_behind_as_asked() -> None:
    assert [one for _, _, one in named("到5号", TODAY, past=False)] == [date(2026, 12, 5)]
    assert [one for _, _, one in named("到5号", TODAY, past=True)] == [date(2026, 11, 5)]


def test_a_year_that_is_named_counts() -> None:
    text = "去年12月20号、今年3月5日和明年1月2号"
    assert [one.isoformat() for _, _, one in named(text, TODAY, past=True)] == [
        "2025-12-20",
        "2026-03-05",
        "2027-01-02",
    ]


def test_figures_alone_are_a_day_where_the_words_say_so() -> None:
    assert [one.isoformat() for _, _, one in named("11.25停电，20261203来，12/5报的", TODAY, past=False)] == [
        "2026-12-03",
        "2026-11-25",
        "2026-12-05",
    ]
    assert list(named("涨了1.25倍，3/2的人，12345678", TODAY, past=False)) == []


def test_a_day_of_every_month_is_no_day() -> None:
    assert list(named("每月5号交电费，每个月15号抄表", TODAY, past=False)) == []
