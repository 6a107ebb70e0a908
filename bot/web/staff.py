"""What staff look at, by JSON: cases, talks, customers, people, alerts, one's own letters; and one stream of news."""

from collections.abc import Iterable, Mapping, Sequence

from aiohttp import web

from bot.desk.case import State
from bot.desk.roster import on_shift
from bot.hall import duty, views
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, LetterQuery, Line, Person, Posted
from bot.web import chat, moves, routes, sheet, stream
from bot.web.answers import HALL, MARKED, Json, Refused, answer, marked
from bot.web.reading import clean, number_of
from bot.web.routes import Route
from bot.web.ways import Asker, asker_of

PAGE = 50
MOST = 200
TALK = 1000
LETTERS = 500
LIVE = "live"
ORDERS = ("urgency", "opened")
STATES = frozenset(state.value for state in State) | {LIVE}


def listed(request: web.Request, body: Mapping[str, object], marks: Iterable[str] = MARKED) -> web.Response:
    """A slice of a list as JSON, or as CSV where that is asked for; `marks`: lists whose rows carry a drill's mark."""
    if sheet.wanted(request):
        items = body["items"]
        return sheet.csv_answer(items if isinstance(items, list) else [])
    return answer(request.app[HALL], dict(body), lists=marks)


def limit_of(request: web.Request, usual: int = PAGE, most: int = MOST) -> int:
    """How many rows are asked for at most."""
    return max(number_of(request.query, "limit", usual, most), 1)


def cut(request: web.Request, rows: Sequence[Json], key: str, limit: int) -> Json:
    """One slice of rows that are all at hand; the cursor is the last row's key."""
    after = request.query.get("after", "")
    start = next((n + 1 for n, row in enumerate(rows) if str(row[key]) == after), 0)
    shown = list(rows[start : start + limit])
    more = start + limit < len(rows)
    return dict(views.slice_json(shown, str(shown[-1][key]) if shown and more else "", len(rows)))


def query_from(query: Mapping[str, str], asker: Asker) -> CaseQuery:
    """What a list of cases is asked for."""
    state = query.get("state", "")
    if state and state not in STATES:
        raise Refused(422, "missing", fields={"state": "missing.state"})
    order = query.get("order", "") or ORDERS[0]
    if order not in ORDERS:
        raise Refused(422, "missing", fields={"order": "missing.order"})
    words = {name: clean(query.get(name, ""))[:100] for name in ("topic", "customer", "handler", "q")}
    return CaseQuery(
        mine=asker.staff.no if query.get("mine", "") not in ("", "0") else "",
        state=state,
        order=order,
        limit=max(number_of(query, "limit", PAGE, MOST), 1),
        topic=words["topic"],
        customer=words["customer"],
        handler=words["handler"],
        q=words["q"].strip().upper(),
        after=query.get("after", "")[:500],
    )


async def cases(request: web.Request, asker: Asker) -> web.Response:
    """Cases for the desk, the most urgent first."""
    hall = request.app[HALL]
    query = query_from(request.query, asker)
    edition, now = hall.edition(), hall.clock.now()

    def looking(lists: Lists) -> Json:
        if query.state == State.DRAFT:  # drafts are the talk's: they have no number yet
            threads, following, total = lists.drafts(query)
            return dict(views.slice_json([views.draft_json(edition, one) for one in threads], following, total))
        found = lists.cases(query)
        rows = [views.case_json(edition, one, lists.events(one.no), asker.staff, now) for one in found.items]
        return dict(views.slice_json(rows, found.next, found.total))

    return listed(request, await hall.ledger.read(looking))


async def case(request: web.Request, asker: Asker) -> web.Response:
    """One case whole."""
    hall, no = request.app[HALL], request.match_info["no"]
    found = await hall.ledger.read(lambda lists: lists.case(no))
    return answer(hall, await moves.shown(hall, found, asker.staff))


def line_for_staff(line: Line, customer: str) -> Json:
    """A line of the talk as staff read it, its files behind the staff's own door."""
    row = views.heard_json(line)
    for file in row["files"]:
        file["url"] = file["url"].replace("/api/chat/files/", f"/api/staff/customers/{customer}/files/")
    return row


async def _talk(request: web.Request, customer: str) -> web.Response:
    limit = limit_of(request, TALK, TALK)
    after = number_of(request.query, "after", 0, 10**18)

    def looking(lists: Lists) -> Json:
        lines = lists.lines(customer, after, limit + 1)
        rows = [line_for_staff(line, customer) for line in lines[:limit]]
        following = str(rows[-1]["seq"]) if len(lines) > limit else ""
        return dict(views.slice_json(rows, following, len(lists.lines(customer, 0, chat.TALK))))

    return listed(request, await request.app[HALL].ledger.read(looking))


async def case_messages(request: web.Request, asker: Asker) -> web.Response:
    """The whole talk with the case's customer."""
    del asker
    no = request.match_info["no"]
    found = await request.app[HALL].ledger.read(lambda lists: lists.case(no))
    return await _talk(request, found.customer)


def known(lists: Lists, key: str) -> Person:
    """The customer, or 404."""
    person = lists.person(key)
    if person is None:
        raise Refused(404, "no_such_customer")
    return person


def customer_json(hall: Hall, lists: Lists, key: str, *, bare: bool = False) -> Json:
    """A customer as staff know him; bare: nothing masked, as only a drill shows it."""
    edition, person, thread = hall.edition(), known(lists, key), lists.thread(key)
    threaded = views.thread_json(edition, thread)
    if bare:
        threaded["slots"] = dict(thread.slots)
    return {
        "customer": person.key,
        "name": person.name if bare else views.masked("name", person.name),
        "phone": person.phone if bare else views.masked("phone", person.phone),
        "accounts": [
            {"no": no if bare else views.masked("account_no", no), "proof": proof}
            for no, proof in person.accounts.items()
        ],
        "cases": [
            views.case_row(edition, one) | ({"slots": dict(one.slots)} if bare else {}) for one in lists.cases_of(key)
        ],
        "thread": threaded,
    }


async def customer(request: web.Request, asker: Asker) -> web.Response:
    """One customer: cases, and where the talk stands."""
    del asker
    hall, key = request.app[HALL], request.match_info["customer"]
    return answer(hall, await hall.ledger.read(lambda lists: customer_json(hall, lists, key)))


async def customer_messages(request: web.Request, asker: Asker) -> web.Response:
    """The whole talk, with how each message was understood."""
    del asker
    key = request.match_info["customer"]
    await request.app[HALL].ledger.read(lambda lists: known(lists, key))
    return await _talk(request, key)


async def customer_file(request: web.Request, asker: Asker) -> web.Response:
    """A file of a customer's talk."""
    del asker
    return await chat.send_file(request.app[HALL], request.match_info["customer"], request.match_info["key"])


def people_json(hall: Hall) -> list[Json]:
    """Everybody of the hall, and who is on shift."""
    books = hall.edition().data.books
    here = {one.no for one in on_shift(books.roster, hall.clock.now())}
    return [
        {
            "no": one.no,
            "name": one.name,
            "post": one.post.value,
            "team": one.team,
            "skills": sorted(one.skills),
            "rights": sorted(one.rights),
            "on": one.on,
            "on_shift": one.no in here,
        }
        for one in books.roster.staff.values()
    ]


async def people(request: web.Request, asker: Asker) -> web.Response:
    """Everybody of the hall."""
    del asker
    return listed(request, cut(request, people_json(request.app[HALL]), "no", limit_of(request, MOST, MOST)))


async def alerts(request: web.Request, asker: Asker) -> web.Response:
    """Alerts, newest first; `open=1`: those nobody answers for yet."""
    del asker
    only_open = request.query.get("open", "") not in ("", "0")
    found = await request.app[HALL].ledger.read(lambda lists: lists.alerts(only_open=only_open))
    return listed(request, cut(request, [views.alert_json(one) for one in found], "id", limit_of(request)))


async def acknowledge(request: web.Request, asker: Asker) -> web.Response:
    """Somebody answers for an alert."""
    hall = request.app[HALL]
    number = number_of(request.match_info, "id", 0, 10**18)
    found = await duty.acknowledge(hall, asker.staff, number)
    if found is None:
        raise Refused(404, "no_such_alert")
    return answer(hall, views.alert_json(found))


def newest_letters(lists: Lists, no: str, limit: int) -> tuple[Posted, ...]:
    """The newest letters to one person of the hall, newest first."""
    return lists.letters_for(LetterQuery(to=f"staff:{no}", limit=limit, newest=True)).items


async def listen(request: web.Request, asker: Asker) -> web.StreamResponse:
    """One stream for the whole desk: one's own letters by number, and that something changed."""
    hall, no = request.app[HALL], asker.staff.no
    begin = stream.last_id(request)
    if not begin:
        begin = await hall.ledger.read(lambda lists: next((one.seq for one in newest_letters(lists, no, 1)), 0))

    async def look(after: int) -> list[stream.News]:
        found = await hall.ledger.read(lambda lists: lists.letters(max(after, begin), to=f"staff:{no}", limit=LETTERS))
        news = [stream.News(one.seq, marked(hall, views.letter_json(one)), "letter") for one in found]
        return [*news, stream.News(0, {"desk": hall.bell.ticket("desk")}, "desk")]

    async def alive() -> bool:
        again = await asker_of(request)
        return again is not None and again.staff.no == no

    return await stream.events(request, ["desk", f"staff:{no}"], look, alive)


def table() -> tuple[Route, ...]:
    """What staff may look at."""
    return (
        routes.staff("GET", "/api/staff/cases", "cases.list", cases),
        routes.staff("GET", "/api/staff/cases/{no}", "cases.show", case),
        routes.staff("GET", "/api/staff/cases/{no}/messages", "cases.messages", case_messages),
        routes.staff("GET", "/api/staff/customers/{customer}", "customers.show", customer),
        routes.staff("GET", "/api/staff/customers/{customer}/messages", "customers.messages", customer_messages),
        routes.staff("GET", "/api/staff/customers/{customer}/files/{key}", "customers.messages", customer_file),
        routes.staff("GET", "/api/staff/people", "people.list", people),
        routes.staff("GET", "/api/staff/alerts", "alerts.list", alerts),
        routes.staff("POST", "/api/staff/alerts/{id}/ack", "alerts.ack", acknowledge),
        routes.staff("GET", "/api/staff/stream", "letters.mine", listen),
    )
