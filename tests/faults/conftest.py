"""One drill that serves all who come from outside: whoever comes first loads a fresh hall into it."""

from collections.abc import AsyncIterator, Iterator

import pytest

from tests.faults.served import Outside, outside, serving


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with serving() as found:
        yield found


@pytest.fixture
async def hall(address: str) -> AsyncIterator[Outside]:
    async with outside(address) as found:
        yield found
