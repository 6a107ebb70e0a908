"""The customer's chat: sit down, say something, read on by poll or stream, look at one's own cases and files."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from urllib.parse import quote

from aiohttp import web

from bot.desk.case import Case
from bot.desk.errors import NoSuchCase
from bot.hall import access, reception, taken, views
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Attachment, Heard, Line
from bot.web import routes, stream, unkept, uploads, ways
from bot.web.answers import HALL, Json, Refused, answer, marked
from bot.web.reading import clean, id_of, json_body, number_of, text_of
from bot.web.routes import Route

BATCH = 200
LONGEST_WAIT = 55
"""Seconds of a long poll: shorter than any proxy's patience."""
PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}")
PAGE = 50
MOST = 200
TALK = 100_000
WORDS = ("text", "button", "location", "contact")


async def sit_down(request: web.Request) -> web.Response:
    """A newcomer gets a token."""
    hall = request.app[HALL]
    body = await json_body(request)
    name = clean(str(body.get("name") or ""))[:40].strip()
    start = str(body.get("start") or "")
    person = await reception.newcomer(hall, "web", name, start if PAYLOAD.fullmatch(start) else "")
    token = await access.customer_session(hall, person.key)
    return answer(hall, {"token": token, "customer": person.key})


def _range(value: object, most: float, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > most:
        raise Refused(422, "missing", fields={name: "missing.number"})
    return float(value)


def _location(value: object) -> tuple[float, float] | None:
    if value is None:
        return None
    if not isinstance(value, dict):
        raise Refused(422, "missing", fields={"location": "missing.location"})
    return _range(value.get("lat"), 90, "lat"), _range(value.get("lon"), 180, "lon")


def _contact(value: object) -> Mapping[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Refused(422, "missing", fields={"contact": "missing.contact"})
    return {name: text_of(value, name, 60).strip() for name in ("name", "phone")}


def heard_from(body: Json, customer: str, files: tuple[Attachment, ...] = ()) -> Heard:
    """A message as the hall hears it; Refused where nothing was said, or two things at once."""
    known = id_of(body)
    if not known:
        raise Refused(422, "missing", fields={"id": "missing.id"})
    heard = Heard(
        id=known,
        customer=customer,
        text=text_of(body, "text"),
        button=text_of(body, "button", 256),
        location=_location(body.get("location")),
        contact=_contact(body.get("contact")),
        files=files,
        replaces=id_of(body, "replaces"),
    )
    said = (heard.text.strip(), heard.button, heard.location, any(heard.contact.values()))
    if not any(said) and not files:
        raise Refused(422, "missing", fields={"text": "missing.words"})
    if sum(map(bool, said)) > 1:
        raise Refused(422, "one_thing")
    return heard


async def _with_files(request: web.Request, customer: str) -> Heard:
    hall = request.app[HALL]
    fields, files = await uploads.read_parts(request, hall.edition().data.books.rules.file_max)
    request[unkept.SAID] = heard_from(
        fields, customer, tuple(Attachment(file.name, file.type, len(file.data), "") for file in files)
    ).text
    kept = [await hall.files.keep(file.name, file.type, file.data) for file in files]
    return heard_from(fields, customer, tuple(kept))


async def hear(request: web.Request, customer: str) -> web.Response:
    """A message is kept, then acknowledged; the same id again is the same message."""
    hall = request.app[HALL]
    if request.content_type.startswith("multipart/"):
        heard = await _with_files(request, customer)
    else:
        heard = heard_from(await json_body(request), customer)
        request[unkept.SAID] = heard.text
    if await reception.receive(hall, heard):
        hall.meters.heard[heard.channel] += 1
    return answer(hall, {"id": heard.id, "accepted": True}, 202)


def _key(customer: str) -> str:
    return f"talk:{customer}"


async def _lines(hall: Hall, customer: str, after: int) -> tuple[Line, ...]:
    return await hall.ledger.read(lambda lists: lists.lines(customer, after, BATCH))


async def read(request: web.Request, customer: str) -> web.Response:
    """What is new since `after`; with `wait` the answer comes when there is something."""
    hall = request.app[HALL]
    after = number_of(request.query, "after", 0, 10**18)
    wait = number_of(request.query, "wait", 0, LONGEST_WAIT)
    ticket = hall.bell.ticket(_key(customer))
    lines = await _lines(hall, customer, after)
    if not lines and wait and await stream.ring(request.app, [_key(customer)], wait, [ticket]):
        lines = await _lines(hall, customer, after)
    last = lines[-1].seq if lines else min(after, await hall.ledger.read(lambda lists: lists.last_seq(customer)))
    return answer(hall, {"messages": [views.line_json(line) for line in lines], "last": last})


async def listen(request: web.Request, customer: str) -> web.StreamResponse:
    """The same as a stream."""
    hall = request.app[HALL]
    secret = ways.bearer(request)

    async def look(after: int) -> list[stream.News]:
        lines = await _lines(hall, customer, after)
        return [stream.News(line.seq, marked(hall, views.line_json(line))) for line in lines]

    async def alive() -> bool:
        return await access.customer_of(hall, secret) == customer

    return await stream.events(request, [_key(customer)], look, alive)


def case_for_customer(hall: Hall, lists: Lists, case: Case) -> Json:
    """The Case JSON as its customer reads it: what the hall noted beside the words stays in the hall."""
    return views.case_json(hall.edition(), case, lists.events(case.no), None, hall.clock.now())


async def cases(request: web.Request, customer: str) -> web.Response:
    """One's own cases, newest first."""
    hall = request.app[HALL]
    limit = max(number_of(request.query, "limit", PAGE, MOST), 1)
    after = request.query.get("after", "")

    def looking(lists: Lists) -> Json:
        mine = lists.cases_of(customer)
        start = next((n + 1 for n, case in enumerate(mine) if case.no == after), 0)
        shown = mine[start : start + limit]
        following = shown[-1].no if shown and start + limit < len(mine) else ""
        return dict(views.slice_json([case_for_customer(hall, lists, case) for case in shown], following, len(mine)))

    return answer(hall, await hall.ledger.read(looking))


async def case(request: web.Request, customer: str) -> web.Response:
    """One case of one's own; anybody else's answers as one that does not exist, and is kept."""
    hall, no = request.app[HALL], request.match_info["no"]

    def looking(lists: Lists) -> Json | None:
        try:
            found = lists.case(no)
        except NoSuchCase:
            return None
        return case_for_customer(hall, lists, found) if found.customer == customer else None

    shown = await hall.ledger.read(looking)
    if shown is None:
        await reception.deny(hall, "customer", f"chat.case {customer}", clean(no)[:40])
        raise NoSuchCase(no)
    return answer(hall, shown)


async def send_file(hall: Hall, key: str, talk: Callable[[Lists], Iterable[Line]]) -> web.Response:
    """A file of a talk: a picture to look at, anything else only to keep."""

    def owned(lists: Lists) -> Attachment | None:
        return next((file for line in talk(lists) for file in line.files if file.key == key), None)

    file = await hall.ledger.read(owned)
    if file is None:
        raise Refused(404, "not_found")
    try:
        data = await hall.files.fetch(key)
    except KeyError:
        raise Refused(404, "not_found") from None
    how = "inline" if file.type in taken.SHOWN else "attachment"
    named = f"{how}; filename*=UTF-8''{quote(file.name, safe='')}"
    kind = file.type if file.type in taken.KEPT else "application/octet-stream"
    headers = {"Content-Disposition": named, "Content-Type": kind, "Cache-Control": "private, no-store"}
    return web.Response(body=data, headers=headers)


async def file(request: web.Request, customer: str) -> web.Response:
    """A file of one's own talk."""
    return await send_file(request.app[HALL], request.match_info["key"], lambda lists: lists.lines(customer, 0, TALK))


def table() -> tuple[Route, ...]:
    """The routes of the chat."""
    return (
        routes.public("POST", "/api/chat/sessions", sit_down),
        unkept.heard_anyway(routes.customer("POST", "/api/chat/messages", hear)),
        routes.customer("GET", "/api/chat/messages", read),
        routes.customer("GET", "/api/chat/stream", listen),
        routes.customer("GET", "/api/chat/cases", cases),
        routes.customer("GET", "/api/chat/cases/{no}", case),
        routes.customer("GET", "/api/chat/files/{key}", file),
    )
