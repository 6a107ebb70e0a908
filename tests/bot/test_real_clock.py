"""Escalation is alive on the real clock of `hall serve`, not in a drill only."""

import contextlib
import json
import shutil
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import DEMO
from tests.browser.serving import hall_serve
from tests.kit import CACHE, edition

PATIENCE = 110


def call(url: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:  # noqa: S310 - loopback
        return json.load(answer)


@pytest.mark.slow
def test_nobody_accepts_and_a_short_promise_breaks_on_the_real_clock(tmp_path: Path) -> None:
    edition()
    folder, data = tmp_path / "hall", tmp_path / "data"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(CACHE, data / "cache")
    hall = (folder / "hall.toml").read_text(encoding="utf-8")
    hall = hall.replace('accept_remind = "15m"', 'accept_remind = "0m"').replace('escalate = "30m"', 'escalate = "1m"')
    (folder / "hall.toml").write_text(hall, encoding="utf-8")
    row = '[[promise]]\nid = "outage.arrive.{zone}"\ntopics = ["outage_repair"]\nto = "arrive"\npromise = "1m"\n'
    row += 'zone = "{zone}"\nsource = "测试"\n'
    short = "\n".join(row.format(zone=zone) for zone in ("urban", "rural", "remote"))
    (folder / "promises.toml").write_text(short, encoding="utf-8")
    with hall_serve(data, HALL_CONFIG=str(folder / "hall.toml")) as served:
        token = call(f"{served.address}/api/chat/sessions", {})["token"]
        for number, text in enumerate(("我家停电了", "青石镇竹溪路18号3幢502")):
            call(f"{served.address}/api/chat/messages", {"id": str(number), "text": text}, token)
        until = time.monotonic() + PATIENCE
        said = ""
        while time.monotonic() < until and not ("没能按说好的时间" in said and "还没有人接单" in said):
            threading.Event().wait(1)
            messages = call(f"{served.address}/api/chat/messages?after=0", token=token)["messages"]
            said = "\n".join(one["text"] for one in messages)
    assert "还没有人接单" in said
    assert "没能按说好的时间" in said
    with contextlib.closing(sqlite3.connect(data / "hall.db")) as base:
        rungs = [row[0] for row in base.execute("SELECT rung FROM alerts ORDER BY rung")]
        assert rungs == ["accept_escalate", "broken:outage.arrive.urban"]
        moves = [row[0] for row in base.execute("SELECT move FROM events WHERE chain <> 'hall'")]
        assert moves.count("escalate") == 1
        assert moves.count("broken") == 1
        told = [row[0] for row in base.execute("SELECT text FROM outbox WHERE to_ = 'staff:A001'")]
        assert any("请督办" in text for text in told)


@pytest.mark.slow
def test_somebody_is_written_off_sick_while_the_hall_serves_and_his_customer_hears_who_acts(tmp_path: Path) -> None:
    edition()
    folder, data = tmp_path / "hall", tmp_path / "data"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    shutil.copytree(CACHE, data / "cache")
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
    return "\n".join(one["text"] for one in messages)


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
