"""The staff's desk: the list of cases, what comes first and why, what happened meanwhile, tickets pasted in."""

import secrets
from dataclasses import dataclass

from aiohttp import web

from bot.hall import brief, tickets, todo, views
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.web import desk_facts, paper, routes, seen
from bot.web.answers import HALL, Json, refusal, refused_json
from bot.web.reading import clean, form_of
from bot.web.routes import Route, may_now
from bot.web.staff import LIVE, newest_letters, query_from
from bot.web.ways import Asker

NOTICES = 12
PASTED = 50_000
"""Characters of tickets pasted at once."""
NEWS = 5
"""Newest events told of one case."""


def frame(request: web.Request, asker: Asker, here: str) -> Json:
    """What every staff page needs: who reads it, the word its forms say, where he is, what was just done."""
    hall = request.app[HALL]
    return {
        "me": asker.staff,
        "csrf": asker.session.csrf,
        "here": here,
        "done": request.query.get("done", ""),
        "warned": request.query.get("warn", ""),
        "works": may_now(hall, asker.staff, "cases.list"),
        "watches": may_now(hall, asker.staff, "board.show"),
        "keeps_people": may_now(hall, asker.staff, "people.handover"),
    }


def reader_of(hall: Hall, asker: Asker) -> todo.Reader:
    """The asker as he looks at his work now."""
    return todo.reader(hall.edition().data.books, asker.staff, hall.clock.now())


def _topics(hall: Hall) -> list[Json]:
    topics = hall.edition().data.handbook.topics.values()
    return [{"code": topic.code, "name": topic.name} for topic in topics if topic.opens_case]


@dataclass(frozen=True, slots=True)
class _Pasted:
    """What came of tickets pasted in; `text` is what is still in the box."""

    brought: tuple[Json, ...] = ()
    text: str = ""
    trouble: str = ""


def _first_json(hall: Hall, found: todo.First | None) -> Json | None:
    if found is None:
        return None
    return {"case": views.case_row(hall.edition(), found.case), "why": found.why, "at": found.at.isoformat()}


def _news_json(hall: Hall, lists: Lists, who: todo.Reader) -> tuple[str, list[Json]]:
    since, found = todo.news(lists, who)
    edition = hall.edition()
    rows = [
        {
            "case": views.case_row(edition, one.case),
            "count": len(one.events),
            "events": [
                told | {"who": brief.who(hall, told["by"])}
                for event in one.events[-NEWS:][::-1]
                if (told := seen.event_json(hall, lists, event, who.staff))
            ],
        }
        for one in found
    ]
    return since, rows


async def _page(request: web.Request, asker: Asker, status: int = 200, pasted: _Pasted = _Pasted()) -> web.Response:
    hall, edition = request.app[HALL], request.app[HALL].edition()
    asked = {"mine": "0" if asker.staff.post == "duty" else "1", "state": LIVE} | dict(request.query)
    query = query_from(asked, asker)
    who = reader_of(hall, asker)

    def looking(lists: Lists) -> Json:
        found = lists.cases(query)
        since, news = _news_json(hall, lists, who)
        return {
            "rows": [views.case_row(edition, one) for one in found.items],
            "next": found.next,
            "total": found.total,
            "notices": [
                told
                for one in newest_letters(lists, asker.staff.no, NOTICES)
                if (told := seen.letter_json(hall, lists, one, asker.staff))
            ],
            "first": _first_json(hall, todo.first(lists, who)),
            "since": since,
            "news": news,
        }

    facts = await hall.ledger.read(looking)
    people = edition.data.books
    facts |= {
        "kept": {name: value for name, value in asked.items() if name not in ("after", "done", "warn")},
        "standing": [{"no": no, "name": people.person(no).name} for no in who.standing],
        "pasted": pasted,
        "contracts": desk_facts.contracts(hall, asker.staff),
        "pastes": may_now(hall, asker.staff, "tickets.bring"),
        "form": secrets.token_urlsafe(12),
    }
    return paper.page(
        request, "desk.html", status, asked=asked, topics=_topics(hall), **facts, **frame(request, asker, "desk")
    )


async def desk(request: web.Request, asker: Asker) -> web.Response:
    """The list of cases, one's own first, the most urgent on top."""
    return await _page(request, asker)


async def following(request: web.Request, asker: Asker) -> web.Response:
    """下一件: to the most pressing case, which says why it is first; back to the desk where nothing waits."""
    hall = request.app[HALL]
    who = reader_of(hall, asker)
    found = await hall.ledger.read(lambda lists: todo.first(lists, who))
    target = f"/desk/cases/{found.case.no}?first={found.why}" if found else "/desk?done=nothing"
    return web.Response(status=303, headers={"Location": target})


async def looked(request: web.Request, asker: Asker) -> web.Response:
    """看过了: from now on news is what comes after."""
    hall = request.app[HALL]
    who = reader_of(hall, asker)
    await hall.ledger.write(lambda page: todo.look_through(page, who))
    return web.Response(status=303, headers={"Location": "/desk?done=looked"})


async def me(request: web.Request, asker: Asker) -> web.Response:
    """我能做什么: one's posts with their contracts and one's rights; whoever works at no post begins here."""
    hall = request.app[HALL]
    facts: Json = {
        "contracts": desk_facts.contracts(hall, asker.staff),
        "rights": [desk_facts.phrase(hall, f"post.right.{right}") for right in sorted(asker.staff.rights)],
    }
    return paper.page(request, "me.html", **facts, **frame(request, asker, "me"))


async def paste(request: web.Request, asker: Asker) -> web.Response:
    """Tickets pasted in become cases; what could not be taken in is named."""
    hall = request.app[HALL]
    form = await form_of(request)
    text = clean(str(form.get("text", "")))[:PASTED]
    asked = Asked(str(form.get("id", ""))[:128])
    try:
        brought = await tickets.bring_in(hall, asker.staff, text, asked)
    except Exception as error:
        refused = refusal(hall, error)
        if refused.status not in (409, 422):
            raise
        body = refused_json(hall, refused)
        trouble = "\n".join(dict.fromkeys([body["message"], *body.get("fields", {}).values()]))
        return await _page(request, asker, refused.status, _Pasted((), text, trouble))
    rows = tuple({"no": one.no, "why": one.why, "text": one.text} for one in brought)
    return await _page(request, asker, 200, _Pasted(rows, text if any(one["why"] for one in rows) else ""))


def table() -> tuple[Route, ...]:
    """The desk itself."""
    return (
        routes.staff("GET", "/desk", "cases.list", desk, page=True),
        routes.staff("GET", "/desk/next", "cases.list", following, page=True),
        routes.staff("POST", "/desk/looked", "me", looked, page=True),
        routes.staff("GET", "/desk/me", "me", me, page=True),
        routes.staff("POST", "/desk/tickets", "tickets.bring", paste, page=True),
    )
