"""From the command to the first answer over HTTP, and the memory it took, with the model cached."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

RUNS = 3


def _call(url: str, body: dict[str, str] | None = None, token: str = "") -> Any:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    data = json.dumps(body).encode() if body is not None else None
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=20) as answer:
        return json.load(answer)


def _once(folder: Path) -> tuple[float, float]:
    environment = os.environ | {"HALL_DATA_DIR": str(folder), "HALL_PORT": "0"}
    begin = time.perf_counter()
    command = [sys.executable, "-m", "bot", "serve"]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as hall:
        try:
            address = ""
            while not address:
                found = re.search(r"http://[\d.]+:\d+", hall.stdout.readline() if hall.stdout else "")
                address = found[0] if found else ""
            session = _call(f"{address}/api/chat/sessions", {})
            _call(f"{address}/api/chat/messages", {"id": "1", "text": "过户要带什么"}, session["token"])
            while not any(
                one["from"] == "guide"
                for one in _call(f"{address}/api/chat/messages?after=0&wait=5", token=session["token"])["messages"]
            ):
                pass
            took = time.perf_counter() - begin
            status = Path(f"/proc/{hall.pid}/status").read_text(encoding="utf-8")
            peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]
        finally:
            hall.send_signal(signal.SIGTERM)
    return took, peak


def measure(folder: Path) -> dict[str, Any]:
    folder.mkdir()
    first, _ = _once(folder)
    runs = [_once(folder) for _ in range(RUNS)]
    return {
        "first_start_with_training_s": round(first, 2),
        "start_to_first_answer_s": round(min(took for took, _ in runs), 2),
        "peak_memory_mb": round(max(peak for _, peak in runs)),
    }
