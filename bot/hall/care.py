"""The life-support register in the hall: kept by the customer's yes, taken back by his word, looked at on record."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import CUSTOMER, Case, Event, Lane
from bot.desk.moves import Move
from bot.desk.notices import TOPIC
from bot.desk.promises import LIVE
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.guide.supply import Tail
from bot.hall import notices
from bot.hall.data import HallData
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import Care, Person

_WORKS = frozenset({Relation.FIRST_HANDLER, Relation.STAND_IN, Relation.HELPER})


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register as staff read it: given by the customer himself, or by the system behind."""

    care: Care
    name: str
    address: str
    own: bool
    """Kept by the customer's own consent."""


def keep(page: Page, customer: str, told: Mapping[str, str], now: datetime) -> Words:
    """What the customer agreed to is kept; an account has one entry, a new one takes its place."""
    where = told.get("account_no") or told.get("address", "")
    care = Care(
        account=where,
        customer=customer,
        device=told.get("device", ""),
        battery=told.get("battery", ""),
        contact=told.get("name", ""),
        phone=told.get("phone", ""),
        consented_at=now,
    )
    page.keep_care(care)
    _noted(page, customer, "care.consent", now)
    notices.reset(page)
    tail = Tail(care.phone) if care.phone else None
    return words("care.kept", device=care.device, battery=care.battery, tail=tail)


def end(page: Page, data: HallData, customer: str, now: datetime) -> Words:
    """The consent is taken back: nothing of what was told stays; what the system behind has is said to be there."""
    mine = [one for one in page.lists().care() if one.customer == customer]
    for one in mine:
        page.keep_care(replace(one, device="", battery="", contact="", phone="", ended_at=now))
    if mine:
        _noted(page, customer, "care.end", now)
        notices.reset(page)
        return words("care.ended")
    person = page.person(customer)
    held = {*(person.accounts if person else ()), *_folder(data, customer)}
    behind = any(account.life_support for no in held if (account := data.accounts.get(no)))
    return words("care.behind") if behind else words("care.none")


def _folder(data: HallData, customer: str) -> Iterable[str]:
    known = data.customers.get(customer)
    return known.accounts if known else ()


def _noted(page: Page, customer: str, what: str, now: datetime) -> None:
    """The ledger says that it was agreed to or taken back, never what."""
    facts = {"what": what, "customer": customer}
    page.note(Event("", 0, now, Lane.CUSTOMER, CUSTOMER, Move.CHANGE, public=False, facts=facts), str)


def entries(lists: Lists, data: HallData) -> tuple[Entry, ...]:
    """The whole register: who agreed here, and whom the system behind has, by account."""
    found = {one.account: _entry(lists, data, one, own=True) for one in lists.care()}
    holders: dict[str, str] = {}
    for person in lists.customers():
        for no in (*person.accounts, *_folder(data, person.key)):
            holders.setdefault(no, person.key)
    for account in data.accounts.values():
        if any(account.life_support.values()) and account.no not in found:
            device, battery = (account.life_support.get(name, "") for name in ("device", "battery"))
            since = (
                datetime.combine(account.since, datetime.min.time(), data.books.calendar.zone)
                if account.since
                else None
            )
            behind = Care(
                account.no, holders.get(account.no, ""), device, battery, account.holder, account.phone, since or _NEVER
            )
            found[account.no] = _entry(lists, data, behind, own=False)
    return tuple(found[no] for no in sorted(found))


_NEVER = datetime.fromisoformat("0001-01-02T00:00:00+00:00")


def _entry(lists: Lists, data: HallData, care: Care, *, own: bool) -> Entry:
    account = data.accounts.get(care.account)
    person: Person | None = lists.person(care.customer) if care.customer else None
    name = care.contact or (person.name if person else "") or (account.holder if account else "")
    return Entry(care, name, account.address if account else "" if care.account.isdigit() else care.account, own)


def works_on(books: Books, case: Case, by: Staff, now: datetime) -> bool:
    """Whether this person works on this life-support case now."""
    return case.topic == TOPIC and case.state in LIVE and bool(relation(case, by, books.roster, now) & _WORKS)


def looked(page: Page, by: Staff, rows: Iterable[Entry], reason: str, now: datetime, *, bare: bool) -> None:
    """A look at the register stands in the ledger: who, at how many, masked or bare and why."""
    customers = " ".join(sorted({one.care.customer for one in rows if one.care.customer}))
    facts = {
        "what": "care",
        "fields": "device battery contact phone account" if bare else "masked",
        "customers": customers,
    }
    page.note(Event("", 0, now, Lane.SUPPORT, by.no, Move.REVEAL, public=False, text=reason, facts=facts), str)
