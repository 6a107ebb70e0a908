"""Customers as the ledger knows them, ways in by the hash of their secret, passwords."""

import hashlib
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, or_, select, update

from bot.hall.records import Person, Session
from storage import rows
from storage.dialect import insert
from storage.tables import cases, customers, passwords, sessions

_PERSON = select(customers).where(customers.c.key == bindparam("key"))
_PEOPLE = select(customers).order_by(customers.c.key)
_BY_KEY = select(customers.c.key).where(customers.c.key == bindparam("text"))
_BY_CASE = select(cases.c.customer).where(cases.c.no == bindparam("text"))
_BY_PHONE = select(customers.c.key).where(customers.c.phone == bindparam("text"))
_KEEP = insert(customers)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["key"], set_={name: _KEEP.excluded[name] for name in ("name", "phone", "accounts", "channel")}
)
_OPEN = insert(sessions)
_ALIVE = (
    sessions.c.hash == bindparam("secret"),
    sessions.c.kind == bindparam("way"),
    or_(sessions.c.expires_at.is_(None), sessions.c.expires_at > bindparam("now")),
)
_SESSION = select(sessions).where(*_ALIVE)
_USE_UP = delete(sessions).where(*_ALIVE).returning(*sessions.c)
_TOUCH = (
    update(sessions)
    .where(sessions.c.hash == bindparam("secret"))
    .values(seen_at=bindparam("seen"), expires_at=bindparam("expires"))
)
_END = delete(sessions).where(sessions.c.hash == bindparam("secret"))
_END_ALL = delete(sessions).where(sessions.c.subject == bindparam("subject"))
_PASSWORD = select(passwords.c.hashed).where(passwords.c.no == bindparam("no"))
_SET = insert(passwords)
_SET = _SET.on_conflict_do_update(index_elements=["no"], set_={"hashed": _SET.excluded.hashed})
_LINK = "link"


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def person(page: Connection, key: str) -> Person | None:
    """A customer by key."""
    row = page.execute(_PERSON, {"key": key}).first()
    return None if row is None else rows.person_of(row)


def everybody(page: Connection) -> tuple[Person, ...]:
    """Every customer the ledger knows, by key."""
    return tuple(rows.person_of(row) for row in page.execute(_PEOPLE))


def named(page: Connection, text: str) -> tuple[str, ...]:
    """Keys of the customers whose key, telephone or case number this is; a key that fits means nobody else."""
    quoted = rows.packed({"phone": text})[1:-1]
    by_phone = _BY_PHONE.union(select(cases.c.customer).where(cases.c.body.contains(quoted, autoescape=True)))
    for asked in (_BY_KEY, _BY_CASE, by_phone):
        if text and (found := tuple(page.execute(asked, {"text": text}).scalars())):
            return tuple(sorted(found))
    return ()


def keep(page: Connection, kept: Person) -> None:
    """Store a customer, new or changed."""
    row = {
        "key": kept.key,
        "name": kept.name,
        "phone": kept.phone,
        "accounts": rows.packed(dict(kept.accounts)) if kept.accounts else "",
        "channel": kept.channel,
    }
    page.execute(_KEEP, row)


def open_session(page: Connection, session: Session, secret: str) -> None:
    """Keep a way in by the hash of its secret."""
    row = {
        "hash": _hash(secret),
        "kind": session.kind,
        "subject": session.subject,
        "csrf": session.csrf,
        "made_at": session.made_at,
        "seen_at": session.seen_at,
        "expires_at": session.expires_at,
    }
    page.execute(_OPEN, row)


def session(page: Connection, kind: str, secret: str, now: datetime, *, looking: bool = False) -> Session | None:
    """The live session of that secret; a link is used up unless one is only `looking`."""
    asked = _USE_UP if kind == _LINK and not looking else _SESSION
    row = page.execute(asked, {"secret": _hash(secret), "way": kind, "now": now}).first()
    return None if row is None else rows.session_of(row)


def touch_session(page: Connection, secret: str, seen_at: datetime, expires_at: datetime | None) -> None:
    """Seen again; its idle end moves."""
    page.execute(_TOUCH, {"secret": _hash(secret), "seen": seen_at, "expires": expires_at})


def end_sessions(page: Connection, secret: str, subject: str) -> None:
    """One way in ends, or all of one person."""
    if secret:
        page.execute(_END, {"secret": _hash(secret)})
    if subject:
        page.execute(_END_ALL, {"subject": subject})


def password(page: Connection, no: str) -> str:
    """The hash of a staff password; empty where none is set."""
    return page.execute(_PASSWORD, {"no": no}).scalar() or ""


def set_password(page: Connection, no: str, hashed: str) -> None:
    """Keep a staff password's hash."""
    page.execute(_SET, {"no": no, "hashed": hashed})
