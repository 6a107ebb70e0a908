"""A hall in drill whose clock stands; its ledger is real and in memory."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.hall.house import Hall
from tests.kit import hall_at
from tests.kit_hall import still_at


@pytest.fixture
async def hall(tmp_path: Path) -> AsyncIterator[Hall]:
    async with hall_at(tmp_path, memory=True) as opened:
        yield opened


@pytest.fixture
async def still(tmp_path: Path) -> AsyncIterator[Hall]:
    """The same with its loops at rest."""
    async with still_at(tmp_path, memory=True) as opened:
        yield opened
