"""The statutory calendar that ships: public holidays and make-up workdays 调休, year by year."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

DAY = timedelta(days=1)
OCTOBER = 10
NATIONAL_DAYS = 3


@dataclass(frozen=True, slots=True)
class Statutory:
    """Days that differ from Monday to Friday (False: a holiday, True: worked), and the years known."""

    days: Mapping[date, bool]
    years: frozenset[int]


def shipped() -> Statutory:
    """What statutory.toml beside this file says."""
    rows = tomllib.loads(Path(__file__).with_name("statutory.toml").read_text(encoding="utf-8"))["year"]
    days = {day: False for row in rows for day in row["holidays"]} | {
        day: True for row in rows for day in row["workdays"]
    }
    return Statutory(days, frozenset(row["year"] for row in rows))


def known_until(years: Iterable[int], dated: Iterable[date]) -> date:
    """The last day of an unbroken known stretch: whole years that ship, then days the hall itself has dated.

    A year of which the hall has dated one of the first three days of October is known whole: they are always
    holidays and never all at a week-end, and the notice they come from covers the year.
    """
    known = set(years)
    own = set(dated)
    known |= {day.year for day in own if day.month == OCTOBER and day.day <= NATIONAL_DAYS}
    last = date(max(years, default=1), 12, 31)
    while True:
        ahead = last + DAY
        if ahead.year in known:
            last = date(ahead.year, 12, 31)
        elif ahead in own:
            last = ahead
        else:
            return last
