"""Whom an outage concerns: customers who asked to be told, who must be told a day ahead, who live by a machine."""

import hashlib
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.desk.notices import FAULT, TEMPORARY, Concerned
from bot.guide.supply import Account, Outage
from bot.hall import areas
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Care, Person

IMPORTANT = "hv"
"""The kind of account whose holder must know of a temporary outage a day ahead 重要用户."""
CHANNEL = "desk"
"""Of whom the hall only knows the telephone."""


@dataclass(frozen=True, slots=True)
class Known:
    """Everybody an outage may concern, read once a walk."""

    people: tuple[Person, ...]
    register: tuple[Care, ...] = ()


def within(data: HallData, outage: Outage) -> tuple[str, ...]:
    """The accounts an outage is about."""
    found = (
        account.no
        for account in data.accounts.values()
        if areas.concerns(outage, account.address, account.no, account.line, data.places)
    )
    return tuple(dict.fromkeys((*found, *outage.accounts)))


def _cared(account: Account | None) -> bool:
    return account is not None and any(account.life_support.values())


def _slots(account: Account | None, phone: str, name: str, no: str = "") -> dict[str, str]:
    """What a case of such a customer needs: where, and whom to call."""
    told = {
        "account_no": account.no if account else no,
        "address": account.address if account else "",
        "phone": phone or (account.phone if account else ""),
        "name": name or (account.holder if account else ""),
    }
    return {key: value for key, value in told.items() if value}


def _registered(data: HallData, outage: Outage, hit: frozenset[str], register: Iterable[Care]) -> Iterator[Concerned]:
    """Those who gave their consent; an entry without an account number stands under its address."""
    for entry in register:
        account = data.accounts.get(entry.account)
        if entry.account in hit:
            slots = _slots(account, entry.phone, entry.contact, entry.account)
        elif account is None and areas.concerns(outage, entry.account, "", "", data.places):
            slots = {**_slots(None, entry.phone, entry.contact), "address": entry.account}
        else:
            continue
        yield Concerned(entry.customer, entry.contact, cared=True, slots=slots)


def by(data: HallData, outage: Outage, known: Known) -> tuple[Concerned, ...]:
    """Whom this outage concerns, each customer once; of a fault only those who live by a machine."""
    hit = frozenset(within(data, outage))
    found = {one.customer: one for one in _registered(data, outage, hit, known.register)}
    for person in known.people:
        folder = data.customers.get(person.key)
        mine = sorted({*person.accounts, *(folder.accounts if folder else ())} & hit)
        held = [account for no in mine if (account := data.accounts.get(no))]
        cared = next((account for account in held if _cared(account)), None)
        if cared and person.key not in found:
            slots = _slots(cared, person.phone, person.name)
            found[person.key] = Concerned(person.key, person.name or cared.holder, cared=True, slots=slots)
        important = outage.kind == TEMPORARY and any(account.kind == IMPORTANT for account in held)
        if mine and outage.kind != FAULT and (important or (folder is not None and folder.notify)):
            found.setdefault(person.key, Concerned(person.key, person.name, important=important))
    return tuple(found.values())


async def known(hall: Hall, outages: Iterable[Outage]) -> Known:
    """Everybody, read once; who lives by a machine and is nobody's customer yet becomes one, to be called."""
    data, rows = hall.edition().data, tuple(outages)
    people, register = await hall.ledger.read(lambda lists: (lists.customers(), lists.care()))
    bound = {no for one in people for no in one.accounts} | {entry.account for entry in register}
    bound |= {no for one in data.customers.values() for no in one.accounts}
    hit = {no for row in rows for no in within(data, row)} if any(map(_cared, data.accounts.values())) else set()
    alone = [account for no in sorted(hit - bound) if (account := data.accounts.get(no)) and _cared(account)]
    if not alone:
        return Known(people, register)
    made = await hall.ledger.write(lambda page: [_newcomer(page, account) for account in alone])
    return Known((*people, *(one for one in made if one)), register)


def _newcomer(page: Page, account: Account) -> Person | None:
    """The holder of an account whom nobody has talked with, once; None: another process was quicker."""
    mark = f"care.person:{hashlib.sha256(account.no.encode()).hexdigest()[:24]}"
    if page.remembered(mark):
        return None
    person = Person(f"d{secrets.token_hex(6)}", account.holder, account.phone, {account.no: "P0"}, CHANNEL)
    page.keep_person(person)
    page.remember(mark, person.key)
    return person
