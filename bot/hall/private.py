"""What of the hall's tables is a person's own, and how much of it each reader sees: the one place that says so."""

# The tables stand open to everybody of the hall, but personal data is masked as it is at the desk. Who writes every
# table (the admin right) reads it bare, or he could not hand it back whole; each such look is kept as `reveal`.
# Income, expense and quotas of other teams are for duty leaders and for the rights of finance, audit and admin.

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.hall.cabinet import Row
from bot.hall.views import masked

Mask = Callable[[object], object]
_ADDRESS = 6
"""Signs of an address that stay: the town, not the door."""


def _as(name: str) -> Mask:
    return lambda value: masked(name, str(value))


def _gone(value: object) -> object:
    del value
    return None


def _address(value: object) -> object:
    return f"{str(value)[:_ADDRESS]}***"


def _numbers(value: object) -> object:
    """Account numbers, bare or each in its own small table."""
    found = value if isinstance(value, list | tuple) else [value]
    return [
        {**one, "no": masked("account_no", str(one.get("no", "")))}
        if isinstance(one, Mapping)
        else masked("account_no", str(one))
        for one in found
    ]


def _slots(value: object) -> object:
    return {name: masked(name, str(one)) for name, one in value.items()} if isinstance(value, Mapping) else None


MASKS: Mapping[str, Mapping[str, Mask]] = MappingProxyType(
    {
        "staff": {"telegram_id": _gone},
        "account": {
            "no": _as("account_no"),
            "holder": _as("name"),
            "address": _address,
            "phone": _as("phone"),
            "meter": _as("phone"),
            "life_support": _gone,
        },
        "bill": {"account": _as("account_no")},
        "customer": {"name": _as("name"), "phone": _as("phone"), "telegram_id": _gone, "accounts": _numbers},
        "outage": {"accounts": _numbers},
        "case": {"slots": _slots},
    }
)
"""Table → cell → how it is shown to who may not read it bare; what is gone is left out."""

MONEY = ("quota", "finance")
"""Tables of which everybody sees his own team's rows only."""


def bare(staff: Staff, table: str) -> bool:
    """Whether the reader sees this table's personal data as it is."""
    return table in MASKS and may(staff, "hall.bare")


def _shown(masks: Mapping[str, Mask], row: Row) -> dict[str, object]:
    cells = {name: masks[name](value) if name in masks else value for name, value in row.items()}
    return {name: value for name, value in cells.items() if value is not None}


def seen_by(staff: Staff, table: str, rows: Iterable[Row]) -> list[dict[str, object]]:
    """The rows of a table as this reader sees them."""
    if table in MONEY and not may(staff, "hall.money"):
        rows = [row for row in rows if row.get("team") == staff.team]
    if may(staff, "hall.bare"):
        return [dict(row) for row in rows]
    return [_shown(MASKS.get(table, {}), row) for row in rows]
