"""Understanding alone, one core: microseconds a message over the held-out wording."""

import json
import statistics
import time
from datetime import date
from pathlib import Path
from typing import Any

from intents import train
from intents.match import load, understand
from tests.kit import CACHE, edition

WORDING = Path(__file__).parents[1] / "tests/intents/wording.jsonl"
ROUNDS = 5


def measure() -> dict[str, Any]:
    begin = time.perf_counter()
    matcher = load(train.ensure(edition().data.handbook, CACHE))
    loaded = time.perf_counter() - begin
    letters = []
    for letter in ("停电了，快来修。" * 1250, "电" * 10_000, "1 2-" * 2500):
        begin = time.perf_counter()
        understand(matcher, letter, today=date(2026, 11, 23))
        letters.append(time.perf_counter() - begin)
    texts = [json.loads(line)["text"] for line in WORDING.read_text(encoding="utf-8").splitlines()]
    took: dict[str, list[float]] = {text: [] for text in texts}
    for _ in range(ROUNDS):
        for text in texts:
            begin = time.perf_counter()
            understand(matcher, text, today=date(2026, 11, 23))
            took[text].append((time.perf_counter() - begin) * 1e6)
    each = {text: min(times) for text, times in took.items()}
    short = sorted(each[text] for text in each if len(text) <= 30)
    return {
        "messages": len(each),
        "load_with_dictionary_ms": round(loaded * 1e3),
        "slowest_10000_characters_ms": round(max(letters) * 1e3),
        "median_us": round(statistics.median(each.values())),
        "p95_us_up_to_30_characters": round(short[int(len(short) * 0.95)]),
    }
