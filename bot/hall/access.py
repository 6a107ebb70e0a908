"""Ways in: passwords by argon2, one-time links, cookies and tokens kept by the hash of their secret."""

import secrets
from datetime import timedelta

from bot.desk.case import CUSTOMER, Event, Lane
from bot.desk.roster import Staff
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Session

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
LINK = timedelta(minutes=30)
TOKEN = timedelta(days=365)
TOUCH = timedelta(minutes=5)
"""A session seen within so long is not written again."""


def _event(hall: Hall, by: str, move: str, **facts: str) -> Event:
    return Event("", 0, hall.clock.now(), Lane.SUPPORT, by, move, public=False, facts=facts)


def _on(hall: Hall, no: str) -> Staff | None:
    staff = hall.edition().data.books.roster.staff.get(no)
    return staff if staff and staff.on else None


async def _enter(hall: Hall, no: str, kind: str, lasts: timedelta, how: str) -> tuple[Session, str]:
    now = hall.clock.now()
    secret = secrets.token_urlsafe(32)
    session = Session(kind, no, secrets.token_urlsafe(24), now, now, now + lasts)

    def doing(page: Page) -> None:
        page.open_session(session, secret)
        page.note(_event(hall, no, "login", how=how), str)

    await hall.ledger.write(doing)
    return session, secret


async def set_password(hall: Hall, no: str, password: str) -> None:
    """Keep a new password for a person of the hall; every way in by the old one, and every token, ends."""
    hashed = await hall.passwords.hash(password)

    def doing(page: Page) -> None:
        page.set_password(no, hashed)
        page.end_sessions(subject=no)

    await hall.ledger.write(doing)


async def login(hall: Hall, no: str, password: str) -> tuple[Session, str] | None:
    """A cookie session for the right password; None for anything else, kept as login_denied."""
    hashed = await hall.ledger.write(lambda page: page.password(no))
    right = await hall.passwords.verify(hashed, password)
    if right and _on(hall, no):
        return await _enter(hall, no, "cookie", LONGEST, "password")
    known = no if _on(hall, no) else CUSTOMER  # from outside the hall
    await hall.ledger.write(lambda page: page.note(_event(hall, known, "login_denied", how="password"), str))
    return None


async def link(hall: Hall, secret: str) -> tuple[Session, str] | None:
    """A cookie session for a one-time link that is alive; the link is used up."""
    now = hall.clock.now()
    found = await hall.ledger.write(lambda page: page.session("link", secret, now))
    if found and _on(hall, found.subject):
        return await _enter(hall, found.subject, "cookie", LONGEST, "link")
    await hall.ledger.write(lambda page: page.note(_event(hall, CUSTOMER, "login_denied", how="link"), str))
    return None


async def one_time_link(hall: Hall, no: str) -> str:
    """A fresh one-time link for a person of the hall."""
    now = hall.clock.now()
    secret = secrets.token_urlsafe(24)
    session = Session("link", no, "", now, now, now + LINK)
    await hall.ledger.write(lambda page: page.open_session(session, secret))
    return f"{hall.base_url}/link/{secret}"


async def personal_token(hall: Hall, no: str) -> str:
    """A personal access token for scripts; shown once."""
    _, secret = await _enter(hall, no, "token", TOKEN, "token")
    return secret


async def who(hall: Hall, secret: str, kind: str = "cookie") -> tuple[Staff, Session] | None:
    """Whose session it is, alive and on; its idle end moves when it is used."""
    now = hall.clock.now()
    found = await hall.ledger.read(lambda lists: lists.session(kind, secret, now))
    staff = _on(hall, found.subject) if found else None
    if not found or not staff:
        return None
    seen = found.seen_at or now
    if kind == "cookie" and now - seen > IDLE:
        await logout(hall, secret)
        return None
    if now - seen > TOUCH:
        await hall.ledger.write(lambda page: page.touch_session(secret, now, found.expires_at))
    return staff, found


async def logout(hall: Hall, secret: str) -> None:
    """This way in ends."""
    await hall.ledger.write(lambda page: page.end_sessions(secret=secret))


async def customer_session(hall: Hall, customer: str) -> str:
    """A customer's token; it outlives restarts."""
    now = hall.clock.now()
    secret = secrets.token_urlsafe(32)
    await hall.ledger.write(lambda page: page.open_session(Session("customer", customer, "", now, now), secret))
    return secret


async def customer_of(hall: Hall, secret: str) -> str | None:
    """Whose token it is."""
    now = hall.clock.now()
    found = await hall.ledger.read(lambda lists: lists.session("customer", secret, now))
    return found.subject if found else None
