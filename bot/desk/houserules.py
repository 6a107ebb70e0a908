"""House rules 厅规: the hall's own spans and limits, with what ships as default."""

from dataclasses import dataclass
from datetime import time, timedelta


@dataclass(frozen=True, slots=True)
class HouseRules:
    """One hall's rules; the names and defaults are those of the hall folder."""

    accept_remind: timedelta = timedelta(minutes=20)
    accept_escalate: timedelta = timedelta(minutes=30)
    burst: timedelta = timedelta(seconds=2)
    """Short messages so close together are one turn; zero: each is answered by itself."""
    script: str = "simplified"
    """simplified, or customer: answers go out in the script their customer writes."""
    danger_ack: timedelta = timedelta(minutes=2)
    danger_follow: timedelta = timedelta(minutes=15)
    alert_ack: timedelta = timedelta(minutes=30)
    """An alert nobody answers for goes to the next one then."""
    complaint_contact: timedelta = timedelta(hours=24)
    promise_warn: timedelta = timedelta(minutes=20)
    handover: str = "leader"
    consent_wait: timedelta = timedelta(hours=48)
    transfers_max: int = 3
    urges_escalate: int = 3
    draft_nudge: timedelta = timedelta(minutes=20)
    draft_keep: timedelta = timedelta(hours=72)
    papers_remind: timedelta = timedelta(hours=12)
    pause_cap: timedelta = timedelta(days=30)
    """The longest one pause may last."""
    heartbeat: timedelta = timedelta(hours=48)
    """The longest a customer hears nothing while his case is worked on."""
    confirm_warn: timedelta = timedelta(hours=72)
    confirm_close: timedelta = timedelta(hours=120)
    reopen: timedelta = timedelta(days=15)
    low_rating: int = 2
    callback: timedelta = timedelta(hours=48)
    quiet: tuple[time, time] = (time(21, 30), time(7, 30))
    notice_lead: timedelta = timedelta(days=7)
    digest: tuple[time, ...] = (time(8), time(17, 30))
    month_end: time = time(17, 30)
    file_max: int = 20_000_000
    keep: timedelta = timedelta(days=730)
