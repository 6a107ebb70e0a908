"""The hall with the encoder, as it is installed: one ear more, off the loop, and off where it is switched off."""

import asyncio
import json
import os
import platform
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from bot import editions
from bot.hall import reception
from bot.hall.records import Heard
from bot.settings import DEMO
from intents import meaning
from intents.school import School
from tests.kit import CACHE, MONDAY

HERE = sys.platform == "linux" and platform.machine() == "x86_64"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("wording"),
    pytest.mark.skipif(not HERE, reason="the extra `semantic` has no wheel for this machine"),
]
LINES = "家里一下子全黑了，隔壁还亮着\n\n电表还是前房东的名字，想换成我的\n\x00😀\n插座冒烟了\n"


def understood(tmp_path: Path, semantic: str) -> list[dict[str, object]]:
    (tmp_path / "cache").unlink(missing_ok=True)
    (tmp_path / "cache").symlink_to(CACHE)
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "understand"],
        input=LINES.encode(),
        env=os.environ | {"HALL_DATA_DIR": str(tmp_path), "HALL_SEMANTIC": semantic},
        capture_output=True,
        check=True,
    )
    return [json.loads(line) for line in ran.stdout.decode().splitlines()]


def test_the_same_lines_with_and_without(tmp_path: Path) -> None:
    encoder = meaning.encoder()
    editions.open_edition(DEMO, School(CACHE, encoder))  # learned once a machine
    whole, light = understood(tmp_path, "auto"), understood(tmp_path, "off")
    assert len(whole) == len(light) == len(LINES.splitlines())
    for rows in (whole, light):
        assert [row["intent"] for row in rows[::2]] == ["outage_repair", "owner_transfer", "hazard"]
        assert [row["danger"] for row in rows] == [False, False, False, False, True]
    assert [row["score"] for row in whole] != [row["score"] for row in light]


async def test_the_loop_goes_on_while_a_sentence_is_weighed() -> None:
    """The encoder waits for the loop: were it on the loop, neither would ever come."""
    here = threading.get_ident()
    seen: list[int] = []
    turned = threading.Event()

    class Slow:
        def query(self, texts: list[str]) -> object:
            seen.append(threading.get_ident())
            assert turned.wait(20)
            return real.model.query(texts)

    real = meaning.encoder()
    assert real is not None
    edition = editions.open_edition(DEMO, School(CACHE, meaning.Encoder(Slow(), threading.Lock())))  # type: ignore[arg-type]
    weighed = asyncio.ensure_future(reception._comprehended(edition, [Heard("1", "w1", "web", "电费怎么交")], MONDAY))
    asyncio.get_running_loop().call_later(0.2, turned.set)
    understanding = await weighed
    assert seen
    assert here not in seen
    assert understanding["1", "电费怎么交"].intent == "pay"
