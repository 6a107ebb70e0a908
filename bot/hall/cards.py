"""The open card 公开工单卡: an unguessable key leads to one case, for whoever its customer gave the link to."""

import hashlib
import hmac
import secrets
from dataclasses import replace

from bot.desk.case import Case, Outcome
from bot.desk.errors import NoSuchCase
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page

STRENGTH = 16
"""Bytes of chance in a key."""
LONGEST = 64
"""No key is longer."""


def fresh() -> str:
    """A new key, guessed by nobody."""
    return secrets.token_urlsafe(STRENGTH)


def _mark(key: str) -> str:
    """Under what a key is found: its hash, so that no key is looked up as it stands."""
    return f"card:{hashlib.sha256(key.encode()).hexdigest()}"


def remember(page: Page, case: Case) -> None:
    """From now on the case's key leads to it."""
    if case.card:
        page.remember(_mark(case.card), case.no)


def ensure(page: Page, case: Case) -> Case:
    """The case with a card: one from before cards gets its key when somebody of its own asks."""
    if case.card:
        return case
    carded = page.record(Outcome(replace(case, card=fresh()), ()), str)
    remember(page, carded)
    return carded


def case_by_key(lists: Lists, key: str) -> Case | None:
    """The case this key leads to now; None for a wrong or an old key."""
    if not key.isascii() or not 0 < len(key) <= LONGEST:
        return None
    no = lists.remembered(_mark(key))
    if not no:
        return None
    try:
        case = lists.case(no)
    except NoSuchCase:
        return None
    return case if hmac.compare_digest(case.card, key) else None


def link(hall: Hall, case: Case) -> str:
    """Where the customer reads the card; empty where the hall has no address of its own or the case no card."""
    return f"{hall.base_url.rstrip('/')}/card/{case.card}" if hall.base_url and case.card else ""
