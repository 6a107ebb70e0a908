import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from aiohttp import web

from bot.business import http
from bot.business.http import HttpBusiness
from bot.hall import reception
from bot.hall.ports import TooSlow
from tests.kit_hall import hear, letters, sit_down, still_at

ZONE = ZoneInfo("Asia/Shanghai")
NO, TOKEN = "9900000012", "geheim-7"
ACCOUNT = {"no": NO, "holder": "顾念慈", "address": "芦苇新村7幢102"}
BILLS = [{"account": NO, "month": month, "kwh": 1, "amount": 1} for month in ("2026-11", "2026-10", "2026-09")]
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class Systems:
    """The hall's own systems as a real server on this machine."""

    answer: Answer
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    port: int = 0

    async def hear(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.query), request.headers.get("Authorization", "")))
        return await self.answer(request)


def gives(body: object, status: int = 200) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


@contextlib.asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[Systems]:
    systems = Systems(answer)
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", systems.hear)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    systems.port = runner.addresses[0][1]
    try:
        yield systems
    finally:
        await runner.cleanup()


def door(port: int, token: str = TOKEN, patience: float = http.PATIENCE) -> HttpBusiness:
    return HttpBusiness(f"http://127.0.0.1:{port}/", token, lambda: ZONE, patience)


async def test_an_account_by_its_number_with_the_token() -> None:
    async with served(gives(ACCOUNT)) as systems:
        account = await door(systems.port).account(NO)
    assert account
    assert account.holder == "顾念慈"
    assert systems.asked == [(f"/accounts/{NO}", {}, f"Bearer {TOKEN}")]


async def test_without_a_token_none_is_sent_and_a_strange_number_stays_one_piece() -> None:
    async with served(gives({}, 404)) as systems:
        assert await door(systems.port, "").account("../bills?x=1") is None
    assert systems.asked == [("/accounts/../bills?x=1", {}, "")]


async def test_unknown_is_nothing_everywhere() -> None:
    async with served(gives({"error": "no"}, 404)) as systems:
        business = door(systems.port)
        assert await business.account(NO) is None
        assert await business.accounts(phone="1") == ()
        assert await business.bills(NO) == ()
        assert await business.outages(address="x") == ()


async def test_bills_of_the_months_asked_for_oldest_first() -> None:
    async with served(gives(BILLS)) as systems:
        found = await door(systems.port).bills(NO, "2026-10", "2026-11")
    assert [bill.month for bill in found] == ["2026-10", "2026-11"]
    assert systems.asked[0][:2] == ("/bills", {"account": NO, "from": "2026-10", "to": "2026-11"})


async def test_accounts_by_telephone_and_address() -> None:
    async with served(gives([ACCOUNT])) as systems:
        assert len(await door(systems.port).accounts("19900000012", "芦苇新村")) == 1
    assert systems.asked[0][:2] == ("/accounts", {"phone": "19900000012", "address": "芦苇新村"})


async def test_outages_by_address_else_by_account_at_a_moment() -> None:
    row = {"no": "F-1", "kind": "fault", "begin_at": "2026-12-01T07:00:00+08:00", "area": ["芦苇新村"]}
    at = datetime(2026, 12, 1, 9, tzinfo=ZONE)
    async with served(gives([row])) as systems:
        business = door(systems.port)
        assert [one.no for one in await business.outages(address="芦苇新村7幢", account=NO, at=at)] == ["F-1"]
        await business.outages(account=NO)
    assert systems.asked[0][:2] == ("/outages", {"address": "芦苇新村7幢", "at": at.isoformat()})
    assert systems.asked[1][:2] == ("/outages", {"account": NO})


@pytest.mark.parametrize(
    "answer",
    [gives(ACCOUNT, 500), gives(ACCOUNT, 503), gives({}, 401), gives([]), gives({**ACCOUNT, "no": "9900000013"})],
)
async def test_a_broken_or_senseless_answer_is_slow(answer: Answer) -> None:
    async with served(answer) as systems:
        with pytest.raises(TooSlow):
            await door(systems.port).account(NO)


async def test_a_way_to_somewhere_else_is_not_followed() -> None:
    async def away(_: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:1/")

    async with served(away) as systems:
        with pytest.raises(TooSlow):
            await door(systems.port).account(NO)


async def test_an_endless_answer_is_slow() -> None:
    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(40):
            await response.write(b" " * 65_536)
        return response

    async with served(endless) as systems:
        with pytest.raises(TooSlow):
            await door(systems.port).account(NO)


async def silent(request: web.Request) -> web.StreamResponse:
    await asyncio.Event().wait()
    raise AssertionError(request.path)


async def test_silence_is_slow_and_after_three_nobody_waits_for_a_while() -> None:
    async with served(silent) as systems:
        business = door(systems.port, patience=0.05)
        for _ in range(http.FAILS + 4):
            with pytest.raises(TooSlow):
                await business.account(NO)
        assert len(systems.asked) == http.FAILS
        business._rest_until = 0.0
        with pytest.raises(TooSlow):
            await business.account(NO)
        assert len(systems.asked) == http.FAILS + 1
        systems.answer = gives(ACCOUNT)
        business._rest_until = 0.0
        assert await business.account(NO)
        assert business._silent == 0


async def test_an_answer_that_is_bad_at_once_keeps_nobody_from_asking_again() -> None:
    async with served(gives(ACCOUNT, 500)) as systems:
        business = door(systems.port)
        for _ in range(http.FAILS + 1):
            with pytest.raises(TooSlow):
                await business.account(NO)
        systems.answer = gives(ACCOUNT)
        assert await business.account(NO)


async def test_no_more_than_a_few_questions_at_once_and_the_rest_wait_no_longer() -> None:
    async with served(silent) as systems:
        business = door(systems.port, patience=0.2)
        asked = await asyncio.gather(*(business.account(NO) for _ in range(30)), return_exceptions=True)
        assert all(isinstance(one, TooSlow) for one in asked)
        assert len(systems.asked) <= http.PLACES + http.FAILS


async def test_nobody_there_is_slow() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TooSlow):
        await door(port).account(NO)
    with pytest.raises(TooSlow):
        await HttpBusiness("no address", "", lambda: ZONE).account(NO)


async def test_a_hall_behind_it_tells_what_it_says_and_a_person_when_it_is_dead(tmp_path: Path) -> None:
    async with served(gives(ACCOUNT)) as systems, still_at(tmp_path, memory=True) as plain:
        hall = replace(plain, business=door(systems.port, patience=0.5))
        customer = await sit_down(hall)
        await hear(hall, customer, "查一下电费", NO)
        await reception.drain(hall, customer)
        assert systems.asked == []
        systems.answer = by_path
        await hear(hall, customer, "是慈字")
        await reception.drain(hall, customer)
        text = "\n".join(letter.text for letter in await letters(hall, f"customer:{customer}"))
        assert "2026年11月：用电 1 度，电费 1.00 元" in text
        assert "顾念慈" not in text
        systems.answer = gives({}, 500)
        await hear(hall, customer, "上个月的电费")
        await reception.drain(hall, customer)
        assert "没有回应" in (await letters(hall, f"customer:{customer}"))[-1].text


async def by_path(request: web.Request) -> web.StreamResponse:
    return web.json_response(ACCOUNT if request.path.startswith("/accounts") else BILLS)


async def test_three_seconds_are_what_a_customer_waits_at_most() -> None:
    assert http.PATIENCE == 3.0
    assert door(1).has_accounts
