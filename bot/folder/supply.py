"""Rows about what is supplied: places, accounts, bills, customers, outages."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, model_validator

from bot.folder import fields as f
from bot.folder.parse import BadForm
from bot.folder.tables import ROW

Area = Literal["urban", "rural", "remote", ""]


class PlaceRow(BaseModel):
    """A place name of the hall's area."""

    model_config = ROW
    name: f.Name
    town: f.Name
    aliases: f.Names = ()
    zone: Area = ""
    line: f.Text = ""


class LifeSupport(BaseModel):
    """What somebody at home lives by, and how long its battery lasts."""

    model_config = ROW
    device: f.Text = ""
    battery: f.Text = ""


class AccountRow(BaseModel):
    """One supply account."""

    model_config = ROW
    no: f.AccountNo
    holder: f.Name
    address: f.Name
    kind: Literal["resident", "business", "hv"] = "resident"
    phone: f.Phone = ""
    use: f.Text = ""
    voltage: f.Text = ""
    meter: f.Text = ""
    line: f.Text = ""
    people: f.Count | None = None
    balance: f.Number | None = None
    arrears: f.Number | None = None
    since: f.Day | None = None
    life_support: Annotated[LifeSupport | None, f.Inner] = None


class BillRow(BaseModel):
    """One month's bill of an account."""

    model_config = ROW
    account: f.AccountNo
    month: f.Month
    kwh: f.Number
    amount: f.Number
    due: f.Day | None = None
    paid_at: f.Paid | None = None
    from_reading: f.Number | None = None
    to_reading: f.Number | None = None


class Holding(BaseModel):
    """An account a customer is known to hold, and how far that is proven."""

    model_config = ROW
    no: f.AccountNo
    proof: Literal["P0", "P1", "P2", "P3"] = "P2"


def _holding(value: object) -> object:
    return {"no": value} if isinstance(value, str) else value


class CustomerRow(BaseModel):
    """A customer the hall knows."""

    model_config = ROW
    key: f.Key
    name: f.Text = ""
    phone: f.Phone = ""
    telegram_id: f.TelegramId | None = None
    accounts: Annotated[tuple[Annotated[Holding, BeforeValidator(_holding)], ...], f.Many] = ()
    notify: f.Yes = False


class OutageRow(BaseModel):
    """A planned, temporary or current outage."""

    model_config = ROW
    no: f.Key
    kind: Literal["planned", "temporary", "fault"]
    begin_at: f.Moment
    area: f.Names = ()
    accounts: f.AccountNos = ()
    line: f.Text = ""
    end_at: f.Moment | None = None
    eta_at: f.Moment | None = None
    cause: f.Text = ""
    handler: f.Text = ""
    reason: f.Text = ""
    state: Literal["announced", "current", "restored", "cancelled"] = "announced"

    @model_validator(mode="after")
    def _check(self) -> "OutageRow":
        if not (self.area or self.accounts or self.line):
            raise BadForm("没写停哪里：写 area、accounts 或 line")
        f.in_order(self.begin_at, self.end_at)
        f.in_order(self.begin_at, self.eta_at)
        return self
