"""Ways in at the web door: cookie or token, whose it is, and that a change was meant by the page it came from."""

import hmac
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import quote, urlsplit

from aiohttp import web

from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.hall import access
from bot.hall.house import Hall
from bot.hall.records import Session
from bot.web.answers import HALL, Refused
from bot.web.reading import form_of

COOKIE = "hall_staff"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks at a staff route, and how he came in."""

    staff: Staff
    session: Session
    secret: str
    by_cookie: bool


def bearer(request: web.Request) -> str:
    """The token of the Authorization header, or nothing."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


async def asker_of(request: web.Request) -> Asker | None:
    """Who asks; a token counts before a cookie."""
    hall = request.app[HALL]
    token = bearer(request)
    secret = token or request.cookies.get(COOKIE, "")
    if not secret:
        return None
    found = await access.who(hall, secret, "token" if token else "cookie")
    return Asker(found[0], found[1], secret, by_cookie=not token) if found else None


def _hosts(request: web.Request) -> set[str]:
    base = urlsplit(request.app[HALL].base_url).netloc
    return {host for host in (request.host, base) if host}


def from_here(request: web.Request) -> bool:
    """Whether the request came from a page of ours, as far as the browser says; a script says nothing."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc in _hosts(request)


async def same_site(request: web.Request, asker: Asker) -> None:
    """A change by cookie needs the session's own word and a page of ours; a token needs neither."""
    if not asker.by_cookie or request.method in SAFE:
        return
    word = request.headers.get("X-CSRF-Token", "")
    if not word and request.content_type in FORMS:
        word = str((await form_of(request)).get("csrf", ""))
    right = hmac.compare_digest(word.encode("utf-8", "replace"), asker.session.csrf.encode())
    if not word or not right or not from_here(request):
        raise Refused(403, "csrf")


def to_login(request: web.Request) -> web.HTTPSeeOther:
    """Off to the log-in, and back here afterwards."""
    back = request.path_qs if request.method in SAFE else "/desk"
    return web.HTTPSeeOther(f"/login?next={quote(back, safe='/')}")


def local(path: str, otherwise: str) -> str:
    """A path of ours to go to next, never another house."""
    fine = path.startswith("/") and not path.startswith(("//", "/\\")) and "\\" not in path and path.isprintable()
    return path if fine else otherwise


def home(staff: Staff) -> str:
    """Where a person of the hall begins."""
    if staff.post == "duty":
        return "/board"
    return "/desk" if may(staff, "cases.list") or not may(staff, "people.handover") else "/desk/people"


def let_in(hall: Hall, response: web.StreamResponse, session: Session, secret: str) -> None:
    """The cookie of a session."""
    now: datetime = hall.clock.now()
    lasts = int((session.expires_at - now).total_seconds()) if session.expires_at and not hall.drill else None
    response.set_cookie(
        COOKIE, secret, max_age=lasts, path="/", httponly=True, samesite="Lax", secure=hall.base_url.startswith("https")
    )


def let_out(hall: Hall, response: web.StreamResponse) -> None:
    """The cookie goes."""
    response.del_cookie(COOKIE, path="/", httponly=True, samesite="Lax", secure=hall.base_url.startswith("https"))


def _same_machine(request: web.Request) -> bool:
    """Loopback, and not a proxy that speaks for somebody else."""
    if any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP")):
        return False
    try:
        ip = ip_address(request.remote or "")
    except ValueError:
        return False
    mapped = getattr(ip, "ipv4_mapped", None)
    return bool((mapped or ip).is_loopback)


def drill_hand(request: web.Request) -> None:
    """The drill is turned from the same machine or with its key, and by no other site's page."""
    practice = request.app[HALL].practice
    key = practice.key if practice else ""
    given = bearer(request)
    if key and given and hmac.compare_digest(given.encode("utf-8", "replace"), key.encode()):
        return
    if not _same_machine(request) or not from_here(request):
        raise Refused(403, "drill_key")
