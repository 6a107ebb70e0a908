"""What a turn may look at: from the page and the hall's data; what it still wants is looked up off the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from bot.desk.case import Case
from bot.desk.promises import HELD
from bot.guide.said import Said, Scene
from bot.guide.thread import Thread
from bot.guide.wants import Finding, Want
from bot.hall import cards, proofs
from bot.hall.business import business_of, seek
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Heard, Person
from intents.slots import has_id_number
from intents.understanding import Understanding

T = TypeVar("T")
ROUNDS = 40
"""So much is looked up for one burst of messages; more counts as silent systems."""


class Wanting(Exception):
    """A turn wants something looked up: the page is left, nothing on it is kept."""

    def __init__(self, want: Want) -> None:
        super().__init__(want.what)
        self.want = want


@dataclass(slots=True)
class Found:
    """The moment a burst of messages is answered, and what was looked up for it."""

    now: datetime
    answers: dict[Want, Finding] = field(default_factory=dict)


def proven(person: Person | None) -> tuple[str, ...]:
    """The accounts this customer has proven."""
    return tuple(no for no, proof in person.accounts.items() if proof == proofs.PROVEN) if person else ()


def _known(data: HallData, person: Person | None) -> dict[str, str]:
    """What the hall has of a customer with proof: asked never again."""
    if person is None:
        return {}
    known = {"phone": person.phone, "name": person.name}
    own = proven(person)
    account = data.accounts.get(own[0]) if len(own) == 1 else None
    if len(own) == 1:
        known["account_no"] = own[0]
    if account:
        known |= {"address": account.address, "phone": person.phone or account.phone}
    return {name: value for name, value in known.items() if value}


def said_of(heard: Heard, understood: Understanding, text: str, now: datetime) -> Said:
    """A message as the guide takes it; a place or a telephone sent as such is a fact."""
    phone = heard.contact.get("phone", "")
    if phone:
        understood = replace(understood, slots={**understood.slots, "phone": phone})
    sort = "location" if heard.location and not heard.text else "contact" if phone and not heard.text else ""
    return Said(
        text,
        understood,
        heard.at or now,
        heard.button,
        len(heard.files),
        corrects=bool(heard.replaces),
        sort=sort,
        masked=has_id_number(heard.text),
    )


def _asked_last(page: Page, customer: str, cases: Iterable[Case]) -> tuple[str, ...]:
    """Buttons under the talk's last line; looked for only where a polite word could be taken for consent."""
    if not any(case.transfer and case.transfer.consented_at is None for case in cases):
        return ()
    lists = page.lists()
    last = lists.lines(customer, lists.last_seq(customer) - 1, 1)
    return tuple(button.value for line in last for button in line.buttons)


def _since(page: Page, cases: Iterable[Case]) -> dict[str, datetime]:
    """Since when the present first handler has a case whose hands have changed."""
    found: dict[str, datetime] = {}
    for case in cases:
        if case.transfers and case.state in HELD:
            handed = [one.at for one in page.lists().events(case.no) if "first_handler" in one.facts]
            found |= {case.no: handed[-1]} if handed else {}
    return found


def _cards(hall: Hall, cases: Iterable[Case]) -> dict[str, str]:
    """The links of the open cards."""
    return {case.no: url for case in cases if (url := cards.link(hall, case))}


def scene_of(hall: Hall, data: HallData, page: Page, said: Said, thread: Thread, found: Found) -> Scene:
    """The scene of one turn."""
    person = page.person(thread.customer)
    asked = [want.account for want in found.answers if want.account]
    day = found.now.astimezone(data.books.calendar.zone).date()
    cases = page.cases_of(thread.customer)
    if hall.base_url:  # one from before cards, or brought along, gets its card when its customer speaks
        cases = tuple(cards.ensure(page, case) for case in cases)
    return Scene(
        data.books,
        thread,
        said,
        cases,
        found.now,
        _known(data, person),
        {name: place.zone for place in data.places for name in (place.name, *place.aliases)},
        region=data.info.region,
        tariffs=data.tariffs,
        looks=business_of(hall).has_accounts,
        proven=proven(person),
        wrong=proofs.wrong(page, thread.customer, asked, day),
        found=found.answers,
        asked=_asked_last(page, thread.customer, cases),
        since=_since(page, cases),
        cards=_cards(hall, cases),
    )


async def written(hall: Hall, doing: Callable[[Page], T], found: Found) -> T:
    """Write a page; what its turns want is looked up off the page, then the page is written from the beginning."""
    while True:
        try:
            return await hall.ledger.write(doing)
        except Wanting as wanting:
            late = len(found.answers) >= ROUNDS
            found.answers[wanting.want] = Finding(slow=True) if late else await seek(hall, wanting.want)
