"""`make bench`: ratios against a bare floor in the same run, never absolute promises."""

import asyncio
import json
import os
import sys
import tempfile
from pathlib import Path

from bench import hands, incident, message, promise, start, telegram, understanding
from tests import postgres


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        found = {
            "message": asyncio.run(message.measure(root / "message")),
            "message_on_postgresql": asyncio.run(message.measure_postgres(root / "postgres")),
            "hands": asyncio.run(hands.life(root / "hands")),
            "crowd": asyncio.run(hands.crowd(f"sqlite:///{root / 'crowd.db'}", root / "crowd")),
            "crowd_on_postgresql": asyncio.run(hands.crowd(postgres.fresh_database(), root / "crowd_on_postgresql")),
            "promise": asyncio.run(promise.rounds(f"sqlite:///{root / 'promise.db'}", root / "promise")),
            "promise_on_postgresql": asyncio.run(promise.rounds(postgres.fresh_database(), root / "promise_pg")),
            "incident": asyncio.run(incident.push(root / "incident")),
            "telegram": asyncio.run(telegram.measure(root / "telegram")),
            "understanding": understanding.measure(),
            "start": start.measure(root / "start"),
        }
    for name, figures in found.items():
        print(name)
        for key, value in figures.items():
            print(f"  {key:<28} {value}")
    if os.environ.get("BENCH_JSON"):
        Path(os.environ["BENCH_JSON"]).write_text(
            json.dumps(found, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
        )
    return 0


sys.exit(main())
