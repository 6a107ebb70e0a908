"""Escalation is alive on the real clock of `hall serve`, not in a drill only."""

import contextlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import DEMO
from tests.browser.serving import hall_serve
from tests.kit import at_hand, edition

PATIENCE = 110
CLIMBS = 64
"""Seconds after which an alert that nobody answers within a minute has gone up, whoever looks every two seconds."""


def call(url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:  # noqa: S310 - loopback
        return json.load(answer)


def refused(url: str, body: dict[str, Any], token: str) -> tuple[int, str]:
    """Status and code of a call that is refused."""
    with pytest.raises(urllib.error.HTTPError) as found:
        call(url, body, token)
    with found.value as answer:
        return answer.code, json.load(answer)["error"]


def reports(address: str, where: str) -> tuple[str, str]:
    """A customer in the dark there: his token and his case."""
    token = call(f"{address}/api/chat/sessions", {})["token"]
    for number, text in enumerate(("我家停电了", where)):
        call(f"{address}/api/chat/messages", {"id": str(number), "text": text}, token)
    cases = _until(lambda: call(f"{address}/api/chat/cases", token=token)["items"])
    return token, cases[0]["no"]


def raised(address: str, no: str, token: str) -> dict[str, dict[str, Any]]:
    """The alerts of a case by the first word of their rung, each once, as a duty leader reads them."""
    items = call(f"{address}/api/staff/alerts?limit=200", token=token)["items"]
    mine = [one for one in items if one["case"] == no]
    found = {one["rung"].partition(":")[0]: one for one in mine}
    assert len(found) == len(mine)
    return found


@pytest.mark.slow
def test_a_short_ladder_climbs_on_the_real_clock_and_stops_where_somebody_answers(tmp_path: Path) -> None:
    """One minute is promised: half, most and broken go up over HTTP; what nobody answers reaches the second leader."""
    edition()
    folder, data = tmp_path / "hall", tmp_path / "data"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    at_hand(data / "cache")
    hall = (folder / "hall.toml").read_text(encoding="utf-8")
    hall = hall.replace('accept_remind = "15m"', 'accept_remind = "0m"')
    hall = hall.replace('accept_escalate = "30m"', 'accept_escalate = "0m"\nalert_ack = "1m"')
    (folder / "hall.toml").write_text(hall, encoding="utf-8")
    row = '[[promise]]\nid = "outage.arrive.{zone}"\ntopics = ["outage_repair"]\nto = "arrive"\npromise = "1m"\n'
    row += 'zone = "{zone}"\nsource = "测试"\n'
    short = "\n".join(row.format(zone=zone) for zone in ("urban", "rural", "remote"))
    (folder / "promises.toml").write_text(short, encoding="utf-8")
    with hall_serve(data, HALL_CONFIG=str(folder / "hall.toml")) as served:
        first = _token(data, folder, "A001")
        customer, no = reports(served.address, "青石镇竹溪路18号3幢502")
        _, answered = reports(served.address, "青石镇望橹新村2幢101")
        alert = _until(lambda: raised(served.address, answered, first).get("accept_escalate"))
        done = call(f"{served.address}/api/staff/alerts/{alert['id']}/ack", {}, first)
        assert (done["to"], done["acked"]["by"]) == (["A001"], "A001")
        climbs = time.monotonic() + CLIMBS
        other, taken = reports(served.address, "青石镇南浦广场5号")
        crew = _token(data, folder, _handler(served.address, other))
        call(f"{served.address}/api/staff/cases/{taken}/accept", {}, crew)
        wish = {"reason": "等配件", "until": "2099-01-01T09:00:00+08:00"}
        assert refused(f"{served.address}/api/staff/cases/{taken}/pause", wish, crew) == (409, "never_pauses")
        assert _until(lambda: len(raised(served.address, no, first).get("accept_escalate", {"to": []})["to"]) > 1)
        assert _until(lambda: "没能按说好的时间" in _said(served.address, customer))
        assert _until(lambda: time.monotonic() > climbs)
        ladder = raised(served.address, no, first)
        assert set(ladder) == {"accept_escalate", "half", "most", "broken"}
        assert {rung: one["to"][0] for rung, one in ladder.items()} == {
            "accept_escalate": "A001",
            "half": _handler(served.address, customer),
            "most": "A001",
            "broken": "A001",
        }
        assert ladder["accept_escalate"]["to"] == ["A001", "A002"]
        assert raised(served.address, answered, first)["accept_escalate"]["to"] == ["A001"]
        by_doing = raised(served.address, taken, first)["accept_escalate"]
        assert (by_doing["to"], by_doing["acked"]["by"]) == (["A001"], _handler(served.address, other))
        said = _said(served.address, customer)
    assert said.count("还没有人接单") == 1
    assert said.count("没能按说好的时间") == 1
    assert "秦望舒" in said
    with contextlib.closing(sqlite3.connect(data / "hall.db")) as base:
        moves = [row[0] for row in base.execute("SELECT move FROM events WHERE chain = ?", (no,))]
        assert moves.count("broken") == 1
        assert moves.count("escalate") == 4  # nobody accepts, half, most, and one more called
        told = [row[0] for row in base.execute("SELECT text FROM outbox WHERE to_ = 'staff:A001'")]
        assert any("请督办" in text for text in told)


def _token(data: Path, folder: Path, no: str) -> str:
    """A personal token as `hall staff token` gives it out."""
    own = os.environ | {"HALL_DATA_DIR": str(data), "HALL_CONFIG": str(folder / "hall.toml")}
    given = subprocess.run(
        [sys.executable, "-m", "bot", "staff", "token", no], env=own, capture_output=True, text=True, check=True
    )
    return given.stdout.split()[-1]


@pytest.mark.slow
def test_somebody_is_written_off_sick_while_the_hall_serves_and_his_customer_hears_who_acts(tmp_path: Path) -> None:
    edition()
    folder, data = tmp_path / "hall", tmp_path / "data"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    at_hand(data / "cache")
    with hall_serve(data, HALL_CONFIG=str(folder / "hall.toml")) as served:
        token = call(f"{served.address}/api/chat/sessions", {})["token"]
        for number, text in enumerate(("我家停电了", "青石镇竹溪路18号3幢502")):
            call(f"{served.address}/api/chat/messages", {"id": str(number), "text": text}, token)
        handler = _until(lambda: _handler(served.address, token))
        span = "from = 2000-01-01\nto = 2099-12-31"
        rows = f'\n[[leave]]\nstaff = "{handler}"\n{span}\nkind = "病假"\nstand_in = "A303"\n'
        roster = folder / "roster.toml"
        roster.write_text(roster.read_text(encoding="utf-8") + rows, encoding="utf-8")
        assert _until(lambda: "代办" in _said(served.address, token))
        said = _said(served.address, token)
    assert said.count("代办") == 1
    assert "卓一苇" in said
    with contextlib.closing(sqlite3.connect(data / "hall.db")) as base:
        told = [row[0] for row in base.execute("SELECT text FROM outbox WHERE to_ = 'staff:A303'")]
        assert len([text for text in told if "由您代办" in text]) == 1


def _said(address: str, token: str) -> str:
    messages = call(f"{address}/api/chat/messages?after=0", token=token)["messages"]
    return "\n".join(one["text"] for one in messages if "replaces" not in one)  # the live card's edits aside


def _handler(address: str, token: str) -> str:
    cases = call(f"{address}/api/chat/cases", token=token)["items"]
    return str(cases[0]["first_handler"]["no"]) if cases else ""


def _until(looking: Callable[[], Any]) -> Any:
    """What is found in time."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if found := looking():
            return found
        threading.Event().wait(0.5)
    return None
