from datetime import date

import pytest

from intents.days import day, named

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
        ("5号到8号", ""),
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
