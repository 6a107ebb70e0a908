"""Every test of the Telegram door has a Bot API of its own, and strangers judge every call it made."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.standin.judged import judged
from tests.standin.kit import Addresses, World, running


@pytest.fixture(scope="session")
def standin() -> Iterator[Addresses]:
    """The stand-in's process, one a worker."""
    with running() as addresses:
        yield addresses


@pytest.fixture(autouse=True)
async def world(standin: Addresses) -> AsyncIterator[World]:
    """A fresh bot and its surroundings; its calls are judged when the test is over."""
    async with judged(standin) as fresh_world:
        yield fresh_world
