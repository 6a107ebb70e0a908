"""What staff look at, by JSON: cases, talks, customers, people, one's own letters; and one stream of news."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from aiohttp import web

from bot.desk.case import State
from bot.desk.roster import Staff, on_shift
from bot.hall import sight, veil, views
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery, LetterQuery, Line, Person, Posted
from bot.web import chat, routes, seen, sheet, stream
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
        asker=asker.staff.no,
    )


def drafts_json(hall: Hall, lists: Lists, query: CaseQuery) -> Json:
    """Unfinished forms; those of matters that may turn out to be hidden from somebody are nobody's to read yet."""
    threads, following, total = lists.drafts(query)
    early = 0
    for topic in sight.QUIET:
        if query.topic in ("", topic):
            early += lists.drafts(replace(query, topic=topic, after="", limit=1))[2]
    rows = [views.draft_json(hall.edition(), one) for one in threads if one.topic not in sight.QUIET]
    return dict(views.slice_json(rows, following, total - early))


async def cases(request: web.Request, asker: Asker) -> web.Response:
    """Cases for the desk, the most urgent first."""
    hall = request.app[HALL]
    query = query_from(request.query, asker)

    def looking(lists: Lists) -> Json:
        if query.state == State.DRAFT:  # drafts are the talk's: they have no number yet
            return drafts_json(hall, lists, query)
        found = lists.cases(query)
        told = [one for one in found.items if not query.customer or seen.knows(hall, one, asker.staff)]
        rows = [seen.case_json(hall, lists, one, asker.staff) for one in told]
        return dict(views.slice_json(rows, found.next, found.total - len(found.items) + len(told)))

    return listed(request, await hall.ledger.read(looking))


async def case(request: web.Request, asker: Asker) -> web.Response:
    """One case whole, with the brief for whoever takes it over."""
    hall, no = request.app[HALL], request.match_info["no"]
    found = await seen.case_for(hall, asker, no, "cases.show")
    return answer(hall, await hall.ledger.read(lambda lists: seen.with_brief(hall, lists, found, asker.staff)))


def line_for_staff(line: Line, customer: str, about: str = "") -> Json:
    """A line of the talk as staff read it, its files behind the staff's own door; `about`: by the case's number."""
    row = views.heard_json(line) | {"text": veil.covered(line.text)}
    if heard := row.get("heard"):
        slots = {name: views.masked(name, str(value)) for name, value in heard.get("slots", {}).items()}
        row["heard"] = heard | {"slots": slots}
    place = f"cases/{about}" if about else f"customers/{customer}"
    for file in row["files"]:
        file["url"] = file["url"].replace("/api/chat/files/", f"/api/staff/{place}/files/")
    return row


def _talk(request: web.Request, lines: Sequence[Line], customer: str, about: str = "") -> web.Response:
    limit = limit_of(request, TALK, TALK)
    after = number_of(request.query, "after", 0, 10**18)
    rest = [line for line in lines if line.seq > after]
    rows = [line_for_staff(line, customer, about) for line in rest[:limit]]
    following = str(rows[-1]["seq"]) if len(rest) > limit else ""
    return listed(request, views.slice_json(rows, following, len(lines)))


async def case_messages(request: web.Request, asker: Asker) -> web.Response:
    """The whole talk with the case's customer, as far as it exists for the asker."""
    hall, by = request.app[HALL], asker.staff
    found = await seen.case_for(hall, asker, request.match_info["no"], "cases.messages")
    books, now = hall.edition().data.books, hall.clock.now()
    lines = await hall.ledger.read(lambda lists: sight.talk_about(lists, books, found, by, now))
    return _talk(request, lines, found.customer, "" if seen.knows(hall, found, by) else found.no)


async def case_file(request: web.Request, asker: Asker) -> web.Response:
    """A file of what was said about a case."""
    hall, by = request.app[HALL], asker.staff
    found = await seen.case_for(hall, asker, request.match_info["no"], "cases.messages")
    books, now = hall.edition().data.books, hall.clock.now()
    return await chat.send_file(
        hall, request.match_info["key"], lambda lists: sight.talk_about(lists, books, found, by, now)
    )


def known(lists: Lists, key: str) -> Person:
    """The customer, or 404."""
    person = lists.person(key)
    if person is None:
        raise Refused(404, "no_such_customer")
    return person


def customer_json(hall: Hall, lists: Lists, key: str, by: Staff | None = None, *, bare: bool = False) -> Json:
    """A customer as somebody of the hall knows him; bare: nothing masked and all there, as only a drill shows it."""
    edition, person, thread = hall.edition(), known(lists, key), lists.thread(key)
    veiled = seen.hidden(hall, lists, key, by) if by else frozenset[str]()
    threaded = views.thread_json(edition, thread if bare else sight.thread(thread, veiled))
    if bare:
        threaded["slots"] = dict(thread.slots)
    mine = [one for one in lists.cases_of(key) if one.no not in veiled]
    return {
        "customer": person.key,
        "name": person.name if bare else views.masked("name", person.name),
        "phone": person.phone if bare else views.masked("phone", person.phone),
        "accounts": [
            {"no": no if bare else views.masked("account_no", no), "proof": proof}
            for no, proof in person.accounts.items()
        ],
        "cases": [views.case_row(edition, one) | ({"slots": dict(one.slots)} if bare else {}) for one in mine],
        "thread": threaded,
    }


async def customer(request: web.Request, asker: Asker) -> web.Response:
    """One customer: cases, and where the talk stands."""
    hall, key = request.app[HALL], request.match_info["customer"]
    return answer(hall, await hall.ledger.read(lambda lists: customer_json(hall, lists, key, asker.staff)))


def _talk_of(hall: Hall, key: str, by: Staff) -> Callable[[Lists], tuple[Line, ...]]:
    books, now = hall.edition().data.books, hall.clock.now()
    return lambda lists: sight.talk(lists, books, key, by, now)


async def customer_messages(request: web.Request, asker: Asker) -> web.Response:
    """The whole talk, with how each message was understood."""
    hall, key = request.app[HALL], request.match_info["customer"]
    await hall.ledger.read(lambda lists: known(lists, key))
    return _talk(request, await hall.ledger.read(_talk_of(hall, key, asker.staff)), key)


async def customer_file(request: web.Request, asker: Asker) -> web.Response:
    """A file of a customer's talk."""
    hall, key = request.app[HALL], request.match_info["customer"]
    return await chat.send_file(hall, request.match_info["key"], _talk_of(hall, key, asker.staff))


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


def newest_letters(lists: Lists, no: str, limit: int) -> tuple[Posted, ...]:
    """The newest letters to one person of the hall, newest first."""
    return lists.letters_for(LetterQuery(to=f"staff:{no}", limit=limit, newest=True, asker=no)).items


async def listen(request: web.Request, asker: Asker) -> web.StreamResponse:
    """One stream for the whole desk: one's own letters by number, and that something changed."""
    hall, me, no = request.app[HALL], asker.staff, asker.staff.no
    begin = stream.last_id(request)
    if not begin:
        begin = await hall.ledger.read(lambda lists: next((one.seq for one in newest_letters(lists, no, 1)), 0))

    async def look(after: int) -> list[stream.News]:
        since = LetterQuery(to=f"staff:{no}", after=max(after, begin), limit=LETTERS, asker=no)

        def mine(lists: Lists) -> list[Json]:
            return [row for one in lists.letters_for(since).items if (row := seen.letter_json(hall, lists, one, me))]

        found = await hall.ledger.read(mine)
        news = [stream.News(one["seq"], marked(hall, one), "letter") for one in found]
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
        routes.staff("GET", "/api/staff/cases/{no}/files/{key}", "cases.messages", case_file),
        routes.staff("GET", "/api/staff/customers/{customer}", "customers.show", customer),
        routes.staff("GET", "/api/staff/customers/{customer}/messages", "customers.messages", customer_messages),
        routes.staff("GET", "/api/staff/customers/{customer}/files/{key}", "customers.messages", customer_file),
        routes.staff("GET", "/api/staff/people", "people.list", people),
        routes.staff("GET", "/api/staff/stream", "letters.mine", listen),
    )
