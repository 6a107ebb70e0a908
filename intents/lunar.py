"""Days of the farmers' calendar 正月初八, 腊月廿八: feasts and appointments are named so in the villages."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

_YEARS = {
    2025: (date(2025, 1, 29), 6, "大小大小小大小大小大大大小"),
    2026: (date(2026, 2, 17), 0, "大小大小小大小小大大大小"),
    2027: (date(2027, 2, 6), 0, "大大小大小小大小小大大小"),
    2028: (date(2028, 1, 26), 5, "大大大小大小小大小小大大小"),
    2029: (date(2029, 2, 13), 0, "大大小大小大小大小小大大"),
    2030: (date(2030, 2, 3), 0, "小大小大大小大小大小大小"),
    2031: (date(2031, 1, 23), 3, "小大大小大小大大小大小大小"),
}
"""Year → its first day, the month that is doubled, its months of thirty 大 or twenty-nine 小 days, by the new moons."""
_LONG, _SHORT = 30, 29
LAST = 12
_TENS = {"初": 0, "十": 10, "廿": 20, "二十": 20, "三十": 30}
_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"十": 10}
_MONTHS = {"正": 1, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_MONTHS |= {"冬": 11, "十一": 11, "腊": 12, "十二": 12}
_NAMED = re.compile(
    r"(?:(?P<farm>农历|阴历|旧历)(?P<any>十[一二]|[正二三四五六七八九十冬腊])月|(?P<month>[正冬腊])月)(?P<ten>初|廿|二十|三十|十)?(?P<one>[一二三四五六七八九十])?(?![一二三四五六七八九十])(?:日|号)?"
    r"|(?P<big>大)?年?初(?P<bare>[一二三四五六七八九十])(?![中高级年])|(?P<eve>除夕|大年三十|年三十|大年夜)"
)
_BEFORE_BARE = re.compile("[最当起年原始月]$")


def _months(year: int) -> Iterator[tuple[int, date, int]]:
    """The months of a year: number, first day, length; a doubled one comes twice."""
    first, doubled, lengths = _YEARS[year]
    number = 0
    for at, sign in enumerate(lengths):
        number += not (doubled and at == doubled)
        length = _LONG if sign == "大" else _SHORT
        yield number, first, length
        first += timedelta(days=length)


def days(month: int, number: int) -> Iterator[date]:
    """Every such day of the years that are known; the thirtieth of a short twelfth month is its last day."""
    for year in _YEARS:
        told = set()
        for of, first, length in _months(year):
            if month in (0, of) and (of not in told or not month):
                told.add(of)
                last = length if month == LAST and number == _LONG else number
                if 1 <= last <= length:
                    yield first + timedelta(days=last - 1)


def near(month: int, number: int, today: date, *, past: bool) -> date | None:
    """The last such day or the next one, as the talk goes; None beyond the years that are known."""
    found = sorted(days(month, number))
    if past:
        return next((one for one in reversed(found) if one <= today), None)
    return next((one for one in found if one >= today), None)


def named(text: str, today: date, *, past: bool) -> Iterator[tuple[int, int, date]]:
    """The days of this calendar that a normalised text names, and where."""
    for found in _NAMED.finditer(text):
        if found["bare"] and not found["big"] and _BEFORE_BARE.search(text[: found.start()]):
            continue
        month, number = _told(found)
        one = near(month, number, today, past=past) if number else None
        if one:
            yield *found.span(), one


def _told(found: re.Match[str]) -> tuple[int, int]:
    """Month and day of a match; month 0 is whichever is near, day 0 is none."""
    if found["eve"]:
        return LAST, _LONG
    if found["bare"]:
        return (1 if "年" in found[0] else 0), _DIGITS[found["bare"]]
    number = _TENS.get(found["ten"] or "", 0) + _DIGITS.get(found["one"] or "", 0)
    return _MONTHS[found["any"] or found["month"]], number
