"""Words the ledger cannot keep: in danger one hears the safety words from memory, and that nothing was kept."""

import asyncio
import logging

from bot.desk.words import words
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.wording import render
from intents.match import understand

log = logging.getLogger(__name__)

LONGEST = 10_000
"""Characters that are read, as of a message that is kept."""
PATIENCE = 1.0
"""Seconds the ledger may take before somebody in danger is answered without it; it goes on keeping meanwhile."""


async def warned(hall: Hall, text: str, channel: str) -> str:
    """The safety words for a message that was not kept, and that it was not; empty where it tells of no danger."""
    if not text.strip():
        return ""
    edition, today = hall.edition(), hall.clock.now()

    def hearing() -> bool:
        zone = edition.data.books.calendar.zone
        return understand(edition.matcher, text[:LONGEST], today=today.astimezone(zone).date()).danger

    if not await asyncio.get_running_loop().run_in_executor(None, hearing):
        return ""
    log.error("danger could not be kept", extra={"channel": channel})
    return _said(edition, text)


def _said(edition: Edition, text: str) -> str:
    """First what saves a life, then that nobody has been told of it yet."""
    safety = render(edition.data, words("safety:hazard", heard=text))
    return safety + "\n" + render(edition.data, words("danger.unkept"))
