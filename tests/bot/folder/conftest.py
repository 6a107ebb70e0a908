"""A small invented hall with one row of every table at least, and a place to write folders."""

import json
import tomllib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.folder.faults import FolderFaults
from bot.folder.reader import read_tables

HALL = """
settings = { port = 8090 }
phrases = { "greeting.first" = "您好，{hall}为您服务。" }
drill = { now = 2026-11-30T08:00:00+08:00, speed = 60 }

[hall]
name = "灯芯桥供电营业厅"
address = "灯芯桥镇水磨街5号"
phone = "000-1111111"
bot = "小桥"
region = "虚构省"

[rules]
accept_remind = "10m"
quiet = "22:00-06:30"
digest = ["07:45", "18:00"]
file_max = "5MB"

[[team]]
key = "desk"
name = "柜台组"
leader = "W1"
evaluated = true

[[staff]]
no = "W1"
name = "祁小满"
post = "work"
team = "desk"
skills = ["rename", "hazard"]
rights = ["audit"]
cap = 8
avoid = ["mo"]
telegram_id = 880001

[[staff]]
no = "L1"
name = "阎松年"
post = "duty"

[[staff]]
no = "M1"
name = "段如意"
post = ""
rights = ["finance"]
state = "off"

[[shift]]
staff = ["W1"]
days = "mon-fri"
hours = "08:00-17:00"

[[shift]]
staff = ["L1"]
days = "daily"
hours = "20:00-08:00"
from = 2026-11-01
to = 2027-12-31
post = "duty"

[[leave]]
staff = "W1"
from = 2026-12-07
to = 2026-12-08
kind = "培训"
stand_in = "L1"
reason = "外出学习"

[[hours]]
days = "daily"
open = ["08:00-12:00", "13:30-17:00"]

[[hours]]
from = 2026-10-01
to = 2026-10-03
working = false
note = "假期闭厅"
source = "本厅通知"

[[place]]
name = "水磨新居"
town = "灯芯桥镇"
aliases = ["水磨小区"]
zone = "rural"
line = "水磨线"

[[account]]
no = "8800000001"
holder = "莫问渠"
address = "水磨新居2幢101"
phone = "18800000001"
voltage = "<1kV"
people = 4
balance = 12.30
since = 2020-02-29
life_support = { device = "吸痰器", battery = "90m" }

[[bill]]
account = "8800000001"
month = "2026-10"
kwh = 155.5
amount = 80.25
due = 2026-11-20
paid_at = 2026-11-18T09:30:00
from_reading = 1000
to_reading = 1155.5

[[customer]]
key = "mo"
name = "莫问渠"
phone = "18800000001"
telegram_id = 880777
accounts = [{ no = "8800000001", proof = "P2" }]
notify = true

[[outage]]
no = "G-1"
kind = "fault"
area = ["水磨新居1-4幢"]
begin_at = 2026-11-30T07:10:00+08:00
eta_at = 2026-11-30T11:00:00+08:00
cause = "跳线脱落"
handler = "W1"
state = "current"

[[tariff]]
region = "虚构省"
use = "resident"
voltage = "<1kV"
valid_from = 2026-01-01
source = "自拟"
tiers = [{ to = 1000, price = 0.1 }, { price = 0.2 }]
tou = { peak = 0.3, valley = 0.05, peak_hours = ["08:00-12:00", "17:00-21:00"] }
large = { people = 6, more = 500 }
late_fee = 0.002

[[promise]]
id = "rename.done"
topics = ["rename"]
to = "resolve"
promise = "3wd"
internal = "2wd"
red_line = "6wd"
source = "本厅公示"
valid_from = 2026-06-01

[[quota]]
month = "2026-11"
team = "desk"
amount = 500

[[finance]]
month = "2026-11"
team = "desk"
income = 1000.5
expense = 400

[[case]]
key = "old-1"
customer = "mo"
topic = "rename"
state = "closed"
first_handler = "W1"
opened_at = 2026-11-02T09:00:00
accepted_at = 2026-11-02T09:10:00
resolved_at = 2026-11-03T16:00:00
closed_at = 2026-11-05T10:00:00
rating = 4
incident = "G-1"
slots = { account_no = "8800000001", visit = { date = "2026-11-03", words = "下午" } }
history = [{ at = 2026-11-02T09:10:00, by = "W1", move = "accept", text = "已接单", public = true }]

[[topic]]
code = "lantern"
name = "灯会用电"
"""

Tables = dict[str, Any]
Write = Callable[[Mapping[str, str | bytes]], Path]
Told = Callable[[Tables], list[str]]


@pytest.fixture
def hall_text() -> str:
    return HALL


@pytest.fixture
def tables() -> Tables:
    """The small hall as JSON sends it: days and moments as ISO text."""
    sent: Tables = json.loads(json.dumps(tomllib.loads(HALL), default=lambda value: value.isoformat()))
    return sent


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Files of a folder by name → the folder."""

    def keep(files: Mapping[str, str | bytes]) -> Path:
        for name, body in files.items():
            path = tmp_path / "hall" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(body if isinstance(body, bytes) else body.encode())
        return tmp_path / "hall"

    return keep


@pytest.fixture
def told() -> Told:
    """What is wrong with these tables, in words; nothing where they are good."""

    def faults(tables: Tables) -> list[str]:
        try:
            read_tables(tables)
        except FolderFaults as faulty:
            return [fault.message for fault in faulty.faults if not fault.warning]
        return []

    return faults


@pytest.fixture
def today() -> date:
    return date(2026, 9, 7)
