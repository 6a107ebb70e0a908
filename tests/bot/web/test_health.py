from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from aiohttp import ClientSession

from bot.desk.case import Kind, Letter
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.web.server import serving
from tests.bot.web.kit import Door, door
from tests.kit_hall import Failing, still_at

LETTER = Letter("staff:A001", Kind.NOTICE, "k", "请看一下")


class Down:
    """A messenger that cannot reach its servers."""

    secret = ""

    def status(self) -> str:
        return "unreachable"


async def _post(hall: Hall, ago: timedelta) -> None:
    await hall.ledger.write(lambda page: page.post(LETTER, hall.clock.now() - ago, str))


async def test_alive_and_ready(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert await out.json("GET", "/healthz") == {"ok": True, "drill": True}
        ready = await out.json("GET", "/readyz")
        assert (ready["ready"], ready["database"], ready["telegram"]) == (True, "ok", "off")
        assert ready["outbox_age_s"] == 0


async def test_a_letter_that_waits_is_told_by_its_age(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall, serving(hall) as address, ClientSession(address) as web:
        await _post(hall, timedelta(minutes=5))
        assert (await Door(hall, web, address).json("GET", "/readyz"))["outbox_age_s"] == 300


async def test_a_messenger_out_of_reach_does_not_make_the_hall_unready(tmp_path: Path) -> None:
    async with door(tmp_path) as out, serving(replace(out.hall, messenger=Down())) as address:  # type: ignore[arg-type] # as much of one as is asked
        ready = await Door(out.hall, out.web, address).json("GET", f"{address}/readyz")
        assert (ready["ready"], ready["telegram"]) == (True, "unreachable")


class Shut(Failing):
    """A ledger that cannot even be read."""

    async def read(self, looking: object) -> None:  # type: ignore[override] # never answers
        del looking
        raise LedgerBusy


async def test_a_ledger_that_cannot_be_read_is_not_ready(tmp_path: Path) -> None:
    async with door(tmp_path) as out, serving(replace(out.hall, ledger=Shut(out.hall.ledger))) as address:
        ready = await out.json("GET", f"{address}/readyz", 503)
        assert (ready["ready"], ready["database"], ready["outbox_age_s"]) == (False, "busy", None)
