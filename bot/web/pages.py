"""Pages for anybody: the chat, the log-in, the door a one-time link leads to."""

from aiohttp import web

from bot.hall import access, taken
from bot.web import account, paper, routes, uploads, ways
from bot.web.answers import HALL, Refused, refused_json
from bot.web.reading import form_of
from bot.web.routes import Route, may_now
from bot.web.ways import Asker


async def talk(request: web.Request) -> web.Response:
    """The customer's chat."""
    rules = request.app[HALL].edition().data.books.rules
    accept = ",".join(["image/*", *(f".{ending}" for ending in taken.TYPES)])
    return paper.page(request, "chat.html", file_most=rules.file_max, files_most=uploads.FILES, accept=accept)


async def ask_in(request: web.Request) -> web.Response:
    """The log-in page."""
    onward = ways.local(request.query.get("next", ""), "")
    return paper.page(request, "login.html", onward=onward, no="", trouble="")


def _welcome(request: web.Request, subject: str, onward: str) -> web.Response:
    """In: to where he was going, else to his post's page; whoever stands at no post, to what he may do."""
    hall = request.app[HALL]
    staff = hall.edition().data.books.person(subject)
    home = ways.home(staff)
    works = home != "/desk" or may_now(hall, staff, "cases.list")
    target = ways.local(onward, home if works else "/desk/me")
    return web.Response(status=303, headers={"Location": target})


async def come_in(request: web.Request) -> web.Response:
    """Log in by the page's form."""
    hall = request.app[HALL]
    form = await form_of(request)
    no, onward = str(form.get("no", ""))[: account.LONGEST].strip(), str(form.get("next", ""))
    try:
        session, secret = await account.by_password(request, no, str(form.get("password", ""))[: account.LONGEST])
    except Refused as refused:
        trouble = refused_json(hall, refused)["message"]
        safe = ways.local(onward, "")
        return paper.page(request, "login.html", refused.status, refused.headers, onward=safe, no=no, trouble=trouble)
    response = _welcome(request, session.subject, onward)
    ways.let_in(hall, response, session, secret)
    return response


async def show_link(request: web.Request) -> web.Response:
    """A one-time link opened: it is used up by pressing, so that a preview does not burn it."""
    return paper.page(request, "link.html", trouble="")


async def use_link(request: web.Request) -> web.Response:
    """A one-time link used."""
    hall = request.app[HALL]
    try:
        session, secret = await account.by_link(request, request.match_info["secret"])
    except Refused as refused:
        trouble = refused_json(hall, refused)["message"]
        return paper.page(request, "link.html", refused.status, refused.headers, trouble=trouble)
    response = _welcome(request, session.subject, "")
    ways.let_in(hall, response, session, secret)
    return response


async def go_out(request: web.Request, asker: Asker) -> web.Response:
    """Log out by the page's button."""
    hall = request.app[HALL]
    await access.logout(hall, asker.secret)
    response = web.Response(status=303, headers={"Location": "/login"})
    ways.let_out(hall, response)
    return response


def table() -> tuple[Route, ...]:
    """The pages for anybody."""
    return (
        routes.public("GET", "/", talk),
        routes.public("GET", "/login", ask_in),
        routes.public("POST", "/login", come_in),
        routes.public("GET", "/link/{secret}", show_link),
        routes.public("POST", "/link/{secret}", use_link),
        routes.staff("POST", "/logout", "logout", go_out, page=True),
    )
