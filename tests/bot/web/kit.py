"""The web tests' seam: a real hall behind a real door, spoken to over real HTTP."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from aiohttp import ClientResponse, ClientSession, CookieJar

from bot.hall import access, drill
from bot.hall.house import Hall
from bot.web.server import serving
from tests.kit import hall_at

OUTAGE = ("停电报修", "芦苇路8号3幢502", "只有我家", "13800000001")
"""What a customer says, one thing at a time, to report an outage."""

COMPLAINT = "我要投诉，修电的人在门口骂人，态度恶劣"


@dataclass(frozen=True, slots=True)
class Door:
    """A hall and somebody outside who can call."""

    hall: Hall
    web: ClientSession
    address: str

    async def json(self, method: str, path: str, status: int = 200, **how: Any) -> Any:
        """What the door answers, and that its status is as expected."""
        async with self.web.request(method, path, **how) as answer:
            text = await answer.text()
            assert answer.status == status, (answer.status, text)
            return await answer.json()

    async def page(self, method: str, path: str, status: int = 200, **how: Any) -> tuple[str, ClientResponse]:
        """A page's text and its answer."""
        async with self.web.request(method, path, allow_redirects=False, **how) as answer:
            text = await answer.text()
            assert answer.status == status, (answer.status, text[:2000])
            return text, answer

    async def customer(self, name: str = "") -> tuple[str, dict[str, str]]:
        """A newcomer: key, and the headers that prove it."""
        found = await self.json("POST", "/api/chat/sessions", json={"name": name})
        return found["customer"], {"Authorization": f"Bearer {found['token']}"}

    async def say(self, headers: dict[str, str], text: str, id_: str = "") -> None:
        """A customer's message, answered when this returns."""
        body = {"id": id_ or f"t{abs(hash(text))}", "text": text}
        await self.json("POST", "/api/chat/messages", 202, json=body, headers=headers)
        await drill.settle(self.hall)

    async def talk(self, headers: dict[str, str], after: int = 0) -> list[dict[str, Any]]:
        """The talk as its customer reads it."""
        found = await self.json("GET", f"/api/chat/messages?after={after}", headers=headers)
        messages: list[dict[str, Any]] = found["messages"]
        return messages

    async def opened(self) -> tuple[str, str, dict[str, str]]:
        """A case that a newcomer opened: number, customer, headers."""
        key, headers = await self.customer("陈")
        for text in OUTAGE:
            await self.say(headers, text)
        cases = (await self.json("GET", "/api/chat/cases", headers=headers))["items"]
        assert cases, await self.talk(headers)
        return cases[0]["no"], key, headers

    async def complained(self, words: str = COMPLAINT) -> tuple[str, str, str, dict[str, str]]:
        """A customer with an outage who complains: numbers of outage and complaint, customer, headers."""
        no, key, headers = await self.opened()
        await self.say(headers, words)
        cases = (await self.json("GET", "/api/chat/cases", headers=headers))["items"]
        return no, next(one["no"] for one in cases if one["topic"] == "complaint"), key, headers

    async def log_in_as_handler(self, no: str, headers: dict[str, str]) -> str:
        """A cookie session of the case's first handler; his number."""
        handler: str = (await self.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        await self.log_in(handler)
        return handler

    async def staff(self, no: str) -> dict[str, str]:
        """Headers of a person of the hall by token."""
        return {"Authorization": f"Bearer {await access.personal_token(self.hall, no)}"}

    async def log_in(self, no: str) -> dict[str, str]:
        """A cookie session; the headers that a change needs."""
        link = await access.one_time_link(self.hall, no)
        me = await self.json("POST", "/api/staff/login", json={"link": link})
        return {"X-CSRF-Token": me["csrf"]}


@contextlib.asynccontextmanager
async def door(path: Path, *, url: str = "", **changes: Any) -> AsyncIterator[Door]:
    """A hall with its door open; `url`: on this ledger instead of one in memory."""
    async with hall_at(path, memory=not url, url=url) as hall:
        changed = replace(hall, **changes)
        jar = CookieJar(unsafe=True)
        async with serving(changed) as address, ClientSession(address, cookie_jar=jar) as web:
            yield Door(changed, web, address)
