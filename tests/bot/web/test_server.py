from pathlib import Path

from aiohttp import ClientSession

from bot.web.server import routes, serving
from tests.kit import hall_at


async def test_served_where_it_says(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        for host in ("127.0.0.1", "0.0.0.0"):  # noqa: S104 - a hall is served to its counter's machines too
            async with serving(hall, host) as address, ClientSession(address) as web:
                assert address.startswith("http://127.0.0.1:")
                async with web.get("/healthz") as answer:
                    assert answer.status == 200


def test_the_drill_s_routes_are_only_there_in_a_drill() -> None:
    assert [route.path for route in routes() if route.path.startswith("/drill/")]
    assert not [route.path for route in routes(practice=False) if route.path.startswith("/drill/")]
