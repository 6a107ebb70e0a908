"""Rows with figures and time limits: tariffs, promises, money, and the cases brought along."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field, model_validator

from bot.folder import fields as f
from bot.folder.parse import BadForm
from bot.folder.supply import Area
from bot.folder.tables import ROW

State = Literal["open", "accepted", "in_progress", "waiting_customer", "resolved", "closed", "cancelled"]
Price = Annotated[f.Number, Field(ge=0, le=1000)]


class TierRow(BaseModel):
    """One tier: up to so many kWh a year, the last without end."""

    model_config = ROW
    price: Price
    to: Annotated[f.Number, Field(gt=0)] | None = None


class TouRow(BaseModel):
    """Peak and valley prices, and when it is peak."""

    model_config = ROW
    peak: Price
    valley: Price
    peak_hours: Annotated[tuple[f.HoursText, ...], f.Many, Field(min_length=1)]


class LargeRow(BaseModel):
    """A household of so many people has so many kWh more in each tier, by the year."""

    model_config = ROW
    people: Annotated[f.Whole, Field(ge=2, le=50)]
    more: Annotated[f.Number, Field(gt=0)]


class TariffRow(BaseModel):
    """One tariff with where it holds, from when, and where it comes from."""

    model_config = ROW
    region: f.Name
    use: f.Name
    voltage: f.Name
    valid_from: f.Day
    source: f.Name
    tiers: Annotated[tuple[TierRow, ...], f.Inner] = ()
    price: Price | None = None
    tou: Annotated[TouRow | None, f.Inner] = None
    large: Annotated[LargeRow | None, f.Inner] = None
    late_fee: Annotated[f.Number, Field(ge=0, le=1)] | None = None

    @model_validator(mode="after")
    def _check(self) -> "TariffRow":
        if not self.tiers and self.price is None and self.tou is None:
            raise BadForm("没写价：写 tiers、price 或 tou")
        limits = [tier.to for tier in self.tiers[:-1]]
        if any(limit is None for limit in limits) or (self.tiers and self.tiers[-1].to is not None):
            raise BadForm("分档里只有最后一档不写 to")
        known = [limit for limit in limits if limit is not None]
        if known != sorted(set(known)):
            raise BadForm("分档的 to 要一档比一档大")
        return self


class PromiseLine(BaseModel):
    """One promise: three lines, what keeps it, where it holds and where it comes from."""

    model_config = ROW
    id: f.Code
    topics: Annotated[f.Codes, Field(min_length=1)]
    to: f.Code
    promise: f.Length = ""
    internal: f.Length = ""
    red_line: f.Length = ""
    zone: Area = ""
    source: f.Name
    since: f.Text = ""
    valid_from: f.Day | None = None

    @model_validator(mode="after")
    def _check(self) -> "PromiseLine":
        if not (self.promise or self.internal or self.red_line):
            raise BadForm("三条时限线一条也没写：写 promise、internal 或 red_line")
        return self


class QuotaRow(BaseModel):
    """A team's quota of one month."""

    model_config = ROW
    month: f.Month
    team: f.Key
    amount: f.Number


class FinanceRow(BaseModel):
    """A team's income and expense of one month."""

    model_config = ROW
    month: f.Month
    team: f.Key
    income: f.Number
    expense: f.Number


class PastRow(BaseModel):
    """One thing that happened to a case before it was brought along."""

    model_config = ROW
    at: f.Moment
    by: f.Text = ""
    move: f.Text = ""
    to: f.Text = ""
    text: f.Text = ""
    public: f.Yes = False


class CaseRow(BaseModel):
    """A case brought along from an older system."""

    model_config = ROW
    key: f.Key
    customer: f.Key
    topic: f.Code
    state: State
    first_handler: f.No
    opened_at: f.Moment
    priority: Literal["normal", "urgent", "emergency", ""] = ""
    stage: f.Text = ""
    slots: f.Slots = Field(default_factory=dict)
    accepted_at: f.Moment | None = None
    resolved_at: f.Moment | None = None
    closed_at: f.Moment | None = None
    rating: f.Rating = ""
    incident: f.Text = ""
    text: f.Text = ""
    history: Annotated[tuple[PastRow, ...], f.Inner] = ()

    @model_validator(mode="after")
    def _check(self) -> "CaseRow":
        f.in_order(self.opened_at, self.accepted_at, self.resolved_at, self.closed_at)
        return self
