"""Rows of the hall's own systems, taken apart and checked: what does not fit is no answer."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, tzinfo
from functools import cache
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bot.guide.supply import Account, Bill, Outage

T = TypeVar("T")
MONTH = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])")
ROWS_MOST = 1_000
"""Rows of one answer; more is no answer to a question about one household."""


class NoSense(Exception):
    """The answer is not what was asked for."""


def _filled(row: object) -> object:
    """A row without its empty cells, as a folder leaves them out."""
    if not isinstance(row, Mapping):
        raise NoSense
    return {name: value for name, value in row.items() if value is not None and value != ""}


@cache
def _account() -> TypeAdapter[Account]:
    return TypeAdapter(Account)


@cache
def _bill() -> TypeAdapter[Bill]:
    return TypeAdapter(Bill)


@cache
def _outage() -> TypeAdapter[Outage]:
    return TypeAdapter(Outage)


def _taken(adapter: TypeAdapter[T], rows: list[object]) -> tuple[T, ...]:
    try:
        return tuple(adapter.validate_python(_filled(row)) for row in rows)
    except ValidationError:
        raise NoSense from None


def _no_number(text: str) -> object:
    raise NoSense(text)


def parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON comes as it comes
    """The JSON of an answer. NoSense."""
    try:
        return json.loads(body.decode("utf-8"), parse_float=str, parse_constant=_no_number)
    except (UnicodeDecodeError, ValueError, RecursionError):
        raise NoSense from None


def listed(answer: object) -> list[object]:
    """The rows of an answer: a list, or one under `items`. NoSense."""
    rows = answer.get("items") if isinstance(answer, Mapping) else answer
    if not isinstance(rows, list) or len(rows) > ROWS_MOST:
        raise NoSense
    return rows


def account(answer: object, no: str) -> Account:
    """One account's row, the one that was asked for. NoSense."""
    (found,) = _taken(_account(), [answer])
    if found.no != no:
        raise NoSense
    return found


def accounts(answer: object) -> tuple[Account, ...]:
    """Rows of accounts. NoSense."""
    return _taken(_account(), listed(answer))


def bills(answer: object, no: str) -> tuple[Bill, ...]:
    """Rows of bills of that account; another account's are none of ours. NoSense."""
    found = _taken(_bill(), listed(answer))
    if any(bill.account != no or not MONTH.fullmatch(bill.month) for bill in found):
        raise NoSense
    return found


def _zoned(moment: datetime | None, zone: tzinfo) -> datetime | None:
    return moment.replace(tzinfo=zone) if moment and moment.tzinfo is None else moment


def outages(answer: object, zone: tzinfo) -> tuple[Outage, ...]:
    """Rows of outages; a moment without a zone is the hall's. NoSense."""
    return tuple(
        replace(
            one,
            begin_at=_zoned(one.begin_at, zone) or one.begin_at,
            end_at=_zoned(one.end_at, zone),
            eta_at=_zoned(one.eta_at, zone),
        )
        for one in _taken(_outage(), listed(answer))
    )


def paid(found: tuple[Bill, ...], zone: tzinfo) -> tuple[Bill, ...]:
    """Bills whose moments have a zone."""
    return tuple(replace(bill, paid_at=_zoned(bill.paid_at, zone)) for bill in found)
