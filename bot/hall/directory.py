"""Who of the folder is reached by a messenger too: known by the number it gives, never by a name."""

from collections.abc import Iterator
from dataclasses import replace

from bot.hall.data import HallData
from bot.hall.house import MESSENGER
from bot.hall.pages import Page
from bot.hall.records import Reach


def _known(data: HallData) -> Iterator[tuple[str, str, int]]:
    """(address, its own channel, messenger number or 0) of everybody in the folder."""
    for customer in data.customers.values():
        yield f"customer:{customer.key}", "web", customer.telegram_id or 0
    for staff in data.books.roster.staff.values():
        yield f"staff:{staff.no}", "desk", staff.telegram_id if staff.telegram_id and staff.on else 0


def write_down(page: Page, data: HallData) -> None:
    """The ledger learns it; a number that changed or went away is no longer written to."""
    for to, own, chat in _known(data):
        before = page.lists().reach(to)
        channels = (own, MESSENGER) if chat else (own,)
        if before is None and not chat:
            continue
        if before is None or before.chat != chat:
            page.keep_reach(Reach(to, channels, chat))
        elif before.channels != channels:
            page.keep_reach(replace(before, channels=channels))
