from datetime import datetime, timedelta
from pathlib import Path

from bot.hall.records import Posted
from bot.web.health import waits_since
from tests.bot.web.kit import door

NOW = datetime.fromisoformat("2026-11-23T10:00:00+08:00")


class Outbox:
    """Letters that wait."""

    def __init__(self, *letters: Posted) -> None:
        self._letters = letters

    def letters(
        self, after: int, *, to: str = "", kind: str = "", state: str = "", limit: int = 500
    ) -> tuple[Posted, ...]:
        del after, to, kind, limit
        return tuple(letter for letter in self._letters if letter.state == state)


async def test_alive_and_ready(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert await out.json("GET", "/healthz") == {"ok": True, "drill": True}
        ready = await out.json("GET", "/readyz")
        assert (ready["ready"], ready["database"], ready["telegram"]) == (True, "ok", "off")
        assert ready["outbox_age_s"] == 0


def test_only_letters_that_should_be_on_their_way_count() -> None:
    old = Posted(1, NOW - timedelta(minutes=5), "staff:A001", "notice", "x", "1")
    quiet = Posted(2, NOW - timedelta(hours=9), "staff:A001", "notice", "x", "2", next_try_at=NOW + timedelta(hours=1))
    sent = Posted(3, NOW - timedelta(hours=9), "staff:A001", "notice", "x", "3", state="sent")
    assert waits_since(Outbox(old, quiet, sent), NOW) == old.at
    assert waits_since(Outbox(quiet, sent), NOW) is None
