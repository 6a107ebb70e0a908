"""The real command `hall serve` in a child process, its addresses and one-time links read as people read them."""

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Served:
    address: str
    desk: str
    board: str
    process: subprocess.Popen[str]


@contextlib.contextmanager
def hall_serve(folder: Path, *arguments: str, **environment: str) -> Iterator[Served]:
    """`hall serve` until the block ends; SIGTERM must end it within 10 s."""
    own = os.environ | {"HALL_DATA_DIR": str(folder), "HALL_PORT": "0"} | environment
    with (
        (folder / "serve.log").open("w", encoding="utf-8") as log,
        subprocess.Popen(
            [sys.executable, "-m", "bot", "serve", *arguments], env=own, stdout=subprocess.PIPE, stderr=log, text=True
        ) as process,
    ):
        links: list[str] = []
        assert process.stdout
        while len(links) < 3:
            line = process.stdout.readline()
            assert line, (folder / "serve.log").read_text(encoding="utf-8")
            links += re.findall(r"http://\S+", line)
        try:
            yield Served(links[0].rstrip("/"), links[1], links[2], process)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(10)
