"""What a test sees of the stand-in: its addresses, messages as people see them, calls as they came."""

import contextlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Json = dict[str, Any]
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 15.0


class NotSeen(AssertionError):
    """What was waited for did not come."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the process listens: the Bot API, and the other side of the stage."""

    api: str
    control: str


@contextlib.contextmanager
def running(port: int = 0) -> Iterator[Addresses]:
    """The stand-in as a process of its own, for as long as the block lasts."""
    command = [sys.executable, "-m", "tests.standin.server", "--port", str(port), "--until-eof"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield Addresses(**json.loads(process.stdout.readline()))
        finally:
            process.terminate()


@dataclass(frozen=True, slots=True)
class Message:
    """One message as the people of its chat see it now."""

    raw: Json

    @property
    def id(self) -> int:
        return int(self.raw["message_id"])

    @property
    def chat(self) -> int:
        return int(self.raw["chat"]["id"])

    @property
    def text(self) -> str:
        """Text or caption."""
        return str(self.raw.get("text") or self.raw.get("caption") or "")

    @property
    def by_bot(self) -> bool:
        return bool(self.raw["from"]["is_bot"])

    @property
    def thread(self) -> int:
        return int(self.raw.get("message_thread_id", 0))

    @property
    def edited(self) -> bool:
        return "edit_date" in self.raw

    @property
    def buttons(self) -> list[Json]:
        """Inline buttons, row after row."""
        return [one for row in self.raw.get("reply_markup", {}).get("inline_keyboard", []) for one in row]

    @property
    def labels(self) -> list[str]:
        """What stands on the inline buttons."""
        return [str(one["text"]) for one in self.buttons]


@dataclass(frozen=True, slots=True)
class Call:
    """One call the bot made; `at` and `done_at` are seconds of the stand-in's monotonic clock."""

    n: int
    at: float
    method: str
    params: Json
    files: dict[str, Json]
    code: int = 0
    description: str = ""
    fault: str = ""
    done_at: float = 0.0

    @property
    def ok(self) -> bool:
        return self.code == 200

    @property
    def chat(self) -> int:
        return int(self.params.get("chat_id", 0))
