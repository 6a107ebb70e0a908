"""What is supplied, as the hall or its own systems know it: accounts, bills, outages, tariffs; frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Account:
    """One supply account 户号; P2 facts, said only after proof."""

    no: str
    holder: str
    address: str
    kind: str = "resident"
    phone: str = ""
    use: str = ""
    voltage: str = ""
    meter: str = ""
    line: str = ""
    people: int | None = None
    balance: Decimal | None = None
    arrears: Decimal | None = None
    since: date | None = None
    life_support: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Bill:
    """One month's bill of an account."""

    account: str
    month: str
    kwh: Decimal
    amount: Decimal
    due: date | None = None
    paid_at: datetime | None = None
    from_reading: Decimal | None = None
    to_reading: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Outage:
    """A planned, temporary or current outage."""

    no: str
    kind: str
    begin_at: datetime
    area: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    line: str = ""
    end_at: datetime | None = None
    eta_at: datetime | None = None
    cause: str = ""
    handler: str = ""
    reason: str = ""
    state: str = "announced"


@dataclass(frozen=True, slots=True)
class Tier:
    """One tier of a tariff: up to so many kWh a year (None: the last), at this price."""

    price: Decimal
    to: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """One tariff row; region, voltage, validity and source are part of any answer about it."""

    region: str
    use: str
    voltage: str
    valid_from: date
    source: str
    tiers: tuple[Tier, ...] = ()
    price: Decimal | None = None
    tou: Mapping[str, str] = field(default_factory=dict)
    large: Mapping[str, str] = field(default_factory=dict)
    late_fee: Decimal | None = None


# ---- how figures are told: typed, so that no phrase holds a digit of its own


@dataclass(frozen=True, slots=True)
class Yuan:
    """A sum of money."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Energy:
    """So many kWh."""

    kwh: Decimal


@dataclass(frozen=True, slots=True)
class Price:
    """Money for one kWh."""

    amount: Decimal


@dataclass(frozen=True, slots=True)
class Month:
    """A month as rows write it: 2026-11."""

    month: str


@dataclass(frozen=True, slots=True)
class Tail:
    """The last figures of a number, all that is shown of it in a talk."""

    no: str
