from dataclasses import asdict
from datetime import time, timedelta

from bot.desk.houserules import HouseRules


def test_what_ships_is_what_the_hall_folder_says() -> None:
    minute, hour, day = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
    assert asdict(HouseRules()) == {
        "accept_remind": 20 * minute,
        "accept_escalate": 30 * minute,
        "burst": timedelta(seconds=2),
        "script": "simplified",
        "danger_ack": 2 * minute,
        "danger_follow": 15 * minute,
        "alert_ack": 30 * minute,
        "complaint_contact": 24 * hour,
        "promise_warn": 20 * minute,
        "handover": "leader",
        "consent_wait": 48 * hour,
        "transfers_max": 3,
        "urges_escalate": 3,
        "draft_nudge": 20 * minute,
        "draft_keep": 72 * hour,
        "papers_remind": 12 * hour,
        "pause_cap": 30 * day,
        "heartbeat": 48 * hour,
        "confirm_warn": 72 * hour,
        "confirm_close": 120 * hour,
        "reopen": 15 * day,
        "low_rating": 2,
        "callback": 48 * hour,
        "quiet": (time(21, 30), time(7, 30)),
        "notice_lead": 7 * day,
        "digest": (time(8), time(17, 30)),
        "month_end": time(17, 30),
        "file_max": 20_000_000,
        "keep": 730 * day,
    }
