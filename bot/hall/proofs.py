"""Proofs of accounts in the ledger: who proved what, and how often it failed today, by customer and by account."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime

from bot.desk.case import Event, Lane
from bot.hall.pages import Page
from bot.hall.records import Person

PROVEN = "P2"
SALT = "proof:salt"


def _of_customer(customer: str) -> str:
    return f"proof:customer:{customer}"


def _of_account(page: Page, no: str) -> str:
    """The account's key: salted, so that the ledger's keys name no account."""
    salt = page.remembered(SALT)
    if not salt:
        salt = secrets.token_hex(16)
        page.remember(SALT, salt)
    return f"proof:account:{hashlib.blake2b(no.encode(), key=salt.encode(), digest_size=16).hexdigest()}"


def _count(page: Page, key: str, day: date) -> int:
    kept, _, count = page.remembered(key).partition(" ")
    return int(count) if kept == day.isoformat() else 0


def wrong(page: Page, customer: str, accounts: Iterable[str], day: date) -> dict[str, int]:
    """Failed proofs of that day, account by account: the customer's own or the account's, whichever are more."""
    wanted = sorted(set(accounts))
    mine = _count(page, _of_customer(customer), day) if wanted else 0
    return {no: max(mine, _count(page, _of_account(page, no), day)) for no in wanted}


def fail(page: Page, customer: str, no: str, now: datetime, day: date) -> None:
    """A proof failed: counted for both, and kept without a number or a name."""
    for key in (_of_customer(customer), _of_account(page, no)):
        page.remember(key, f"{day.isoformat()} {_count(page, key, day) + 1}")
    facts = {"what": f"proof {customer}", "case": ""}
    page.note(Event("", 0, now, Lane.SUPPORT, "customer", "deny", public=False, facts=facts), str)


def prove(page: Page, customer: str, no: str) -> None:
    """This customer has proven this account: not asked again."""
    person = page.person(customer) or Person(key=customer)
    page.keep_person(replace(person, accounts={**person.accounts, no: PROVEN}))
