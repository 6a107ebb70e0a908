"""Rows about the hall itself: rules, people, roster, calendar; which keys, which needed, what they may hold."""

from itertools import pairwise
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.desk.houserules import HouseRules
from bot.folder import fields as f
from bot.folder.parse import BadForm, ClockSpan, over_midnight

ROW = ConfigDict(extra="forbid", frozen=True)
SHIPPED = HouseRules()

Post = Literal["guide", "work", "service", "duty", ""]


class HallRow(BaseModel):
    """The hall itself."""

    model_config = ROW
    name: f.Name
    address: f.Name
    phone: f.Name
    bot: f.Name = "小首"
    region: f.Name
    zone: f.ZoneName = "Asia/Shanghai"
    hotline: f.Name = "95598"
    note: f.Text = ""


class RulesRow(BaseModel):
    """House rules; what is left out is as shipped."""

    model_config = ROW
    accept_remind: f.Lasting = SHIPPED.accept_remind
    accept_escalate: f.Lasting = SHIPPED.accept_escalate
    burst: f.Moments = SHIPPED.burst
    script: Literal["simplified", "customer"] = "simplified"
    danger_ack: f.Lasting = SHIPPED.danger_ack
    danger_follow: f.Lasting = SHIPPED.danger_follow
    alert_ack: f.Lasting = SHIPPED.alert_ack
    complaint_contact: f.Lasting = SHIPPED.complaint_contact
    promise_warn: f.Lasting = SHIPPED.promise_warn
    handover: Literal["leader", "consent"] = "leader"
    consent_wait: f.Lasting = SHIPPED.consent_wait
    transfers_max: f.Count = SHIPPED.transfers_max
    urges_escalate: f.Count = SHIPPED.urges_escalate
    draft_nudge: f.Lasting = SHIPPED.draft_nudge
    draft_keep: f.Lasting = SHIPPED.draft_keep
    papers_remind: f.Lasting = SHIPPED.papers_remind
    pause_cap: f.Lasting = SHIPPED.pause_cap
    heartbeat: f.Lasting = SHIPPED.heartbeat
    confirm_warn: f.Lasting = SHIPPED.confirm_warn
    confirm_close: f.Lasting = SHIPPED.confirm_close
    reopen: f.Lasting = SHIPPED.reopen
    low_rating: Annotated[f.Whole, Field(ge=0, le=5)] = SHIPPED.low_rating
    callback: f.Lasting = SHIPPED.callback
    quiet: f.Hours = ClockSpan(*SHIPPED.quiet)
    notice_lead: f.Lasting = SHIPPED.notice_lead
    digest: Annotated[tuple[f.Clock, ...], f.Many] = SHIPPED.digest
    month_end: f.Clock = SHIPPED.month_end
    file_max: f.Size = SHIPPED.file_max
    keep: f.Lasting = SHIPPED.keep


class DrillRow(BaseModel):
    """Where a drill's clock begins and how fast it runs."""

    model_config = ROW
    now: f.Moment | None = None
    speed: Annotated[f.Number, Field(ge=0, le=86_400)] | None = None


class TeamRow(BaseModel):
    """A team or station."""

    model_config = ROW
    key: f.Key
    name: f.Name
    leader: f.Text = ""
    evaluated: f.Yes = False


class StaffRow(BaseModel):
    """One person of the hall."""

    model_config = ROW
    no: f.StaffNo
    name: f.Name
    post: Post
    team: f.Text = ""
    skills: f.Codes = ()
    rights: Annotated[tuple[Literal["admin", "finance", "audit", "editor"], ...], f.Many] = ()
    cap: f.Count | None = None
    avoid: Annotated[tuple[f.Key, ...], f.Many] = ()
    telegram_id: f.TelegramId | None = None
    state: Literal["on", "off"] = "on"


class ShiftRow(BaseModel):
    """One row of the roster."""

    model_config = ROW
    staff: Annotated[f.Nos, Field(min_length=1)]
    days: f.OnDays
    hours: Annotated[tuple[f.Hours, ...], f.Many, Field(min_length=1)]
    since: f.Day | None = Field(default=None, alias="from")
    till: f.Day | None = Field(default=None, alias="to")
    post: Post = ""

    @model_validator(mode="after")
    def _check(self) -> "ShiftRow":
        f.in_order(self.since, self.till)
        return self


class LeaveRow(BaseModel):
    """Somebody is away, whole days."""

    model_config = ROW
    staff: f.No
    since: f.Day = Field(alias="from")
    till: f.Day = Field(alias="to")
    kind: f.Name
    stand_in: f.Text = ""
    reason: f.Text = ""

    @model_validator(mode="after")
    def _check(self) -> "LeaveRow":
        f.in_order(self.since, self.till)
        if self.stand_in == self.staff:
            raise BadForm("不能自己替自己的班")
        return self


class HoursRow(BaseModel):
    """Opening hours of some days, and whether they count as working days."""

    model_config = ROW
    days: f.OnDays | None = None
    since: f.Day | None = Field(default=None, alias="from")
    till: f.Day | None = Field(default=None, alias="to")
    open: Annotated[tuple[f.Hours, ...], f.Many] = ()
    working: f.Yes | None = None
    note: f.Text = ""
    source: f.Text = ""

    @model_validator(mode="after")
    def _check(self) -> "HoursRow":
        if (self.since is None) != (self.till is None):
            raise BadForm("from 和 to 要写就两个都写")
        if self.days is None and self.since is None:
            raise BadForm("没写是哪些日子：写 days，或 from 和 to")
        f.in_order(self.since, self.till)
        slots = sorted(self.open, key=lambda slot: slot.since)
        over = any(
            early.till is None or early.till > late.since or over_midnight(early) for early, late in pairwise(slots)
        )
        if over or any(over_midnight(slot) and slot.till and slot.till > slots[0].since for slot in slots):
            raise BadForm("两段营业时间重叠")
        return self
