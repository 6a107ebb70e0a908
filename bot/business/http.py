"""The Business port over HTTP: asked with patience of three seconds, and left alone for a while where it is silent."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from urllib.parse import quote

import aiohttp

from bot.business import rows
from bot.guide.supply import Account, Bill, Outage
from bot.hall.ports import TooSlow

PATIENCE = 3.0
"""Seconds of silence that count as slow; network time, not the hall's."""
PLACES = 8
"""Questions under way at once: a system that is slow is not made slower."""
FAILS = 3
"""So many silent answers in a row, and for a while nobody waits for it."""
REST = 10.0
"""Seconds a silent system is left alone."""
MOST = 1_000_000
"""Bytes of an answer that are read."""
OK, UNKNOWN = 200, 404


class HttpBusiness:
    """The hall's own systems behind one address; a dead one costs a customer seconds, never his talk."""

    has_accounts = True

    def __init__(self, url: str, token: str, zone: Callable[[], tzinfo], patience: float = PATIENCE) -> None:
        self._url, self._zone, self._patience = url.rstrip("/"), zone, patience
        self._headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        self._places = asyncio.Semaphore(PLACES)
        self._silent, self._rest_until = 0, 0.0

    async def account(self, no: str) -> Account | None:
        """The account of that number; None where the system knows none. TooSlow."""
        body = await self._ask(f"/accounts/{quote(no, safe='')}", {})
        return None if body is None else self._sense(lambda: rows.account(rows.parsed(body), no))

    async def accounts(self, phone: str = "", address: str = "") -> tuple[Account, ...]:
        """Accounts of a telephone and an address. TooSlow."""
        body = await self._ask("/accounts", {"phone": phone, "address": address})
        return () if body is None else self._sense(lambda: rows.accounts(rows.parsed(body)))

    async def bills(self, account: str, since: str = "", till: str = "") -> tuple[Bill, ...]:
        """An account's bills, oldest first. TooSlow."""
        body = await self._ask("/bills", {"account": account, "from": since, "to": till})
        found = () if body is None else self._sense(lambda: rows.bills(rows.parsed(body), account))
        near = (bill for bill in rows.paid(found, self._zone()) if since <= bill.month <= (till or bill.month))
        return tuple(sorted(near, key=lambda bill: bill.month))

    async def outages(
        self, *, address: str = "", account: str = "", line: str = "", at: datetime | None = None
    ) -> tuple[Outage, ...]:
        """Outages of a place, by its address where one is known. TooSlow."""
        asked = {"address": address} if address else {"account": account, "line": line}
        body = await self._ask("/outages", {**asked, "at": at.isoformat() if at else ""})
        return () if body is None else self._sense(lambda: rows.outages(rows.parsed(body), self._zone()))

    def _sense(self, read: Callable[[], rows.T]) -> rows.T:
        try:
            return read()
        except rows.NoSense:
            raise TooSlow from None

    def _rested(self) -> None:
        """A system that was silent is asked again only after its rest. TooSlow."""
        if asyncio.get_running_loop().time() < self._rest_until:
            raise TooSlow

    async def _ask(self, path: str, query: Mapping[str, str]) -> bytes | None:
        """One question; None where the answer is that nothing is known. TooSlow."""
        self._rested()
        clock = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self._patience), self._places:
                self._rested()
                found = await self._fetch(path, {name: text for name, text in query.items() if text})
        except TimeoutError:
            self._silent += 1
            if self._silent >= FAILS:
                self._rest_until = clock.time() + REST
            raise TooSlow from None
        except (OSError, ValueError, aiohttp.ClientError):  # told at once: nobody waits, so it may be asked again
            raise TooSlow from None
        self._silent = 0
        return found

    async def _fetch(self, path: str, query: Mapping[str, str]) -> bytes | None:
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.get(f"{self._url}{path}", params=query, allow_redirects=False) as answer,
        ):
            if answer.status == UNKNOWN:
                return None
            if answer.status != OK:
                raise TooSlow
            body = await answer.content.read(MOST + 1)
            while not answer.content.at_eof() and len(body) <= MOST:
                body += await answer.content.read(MOST + 1 - len(body))
            if len(body) > MOST:
                raise TooSlow
            return body
