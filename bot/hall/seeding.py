"""What a hall folder brings along is written into the ledger, each once: customers, who is reached how, cases 结转."""

from datetime import datetime

from bot.desk.brought import Brought, past, take_over
from bot.desk.case import State
from bot.hall import directory
from bot.hall.data import Edition
from bot.hall.pages import Page
from bot.hall.records import Person
from bot.hall.wording import render
from intents.slots import mask


def seed(page: Page, edition: Edition, now: datetime, *, messenger: bool = False) -> None:
    """What the folder brings along, each once: customers it knows, who is reached how, cases of an older system."""
    data = edition.data
    if messenger:
        directory.write_down(page, data)
    for known in data.customers.values():
        if page.person(known.key) is None:
            page.keep_person(Person(known.key, known.name, known.phone, dict(known.accounts)))
    for row in data.cases:
        if page.remembered(f"brought:{row.key}"):
            continue
        day = row.opened_at.astimezone(data.books.calendar.zone)
        no = page.next_no(f"DL{day:%Y%m%d}-")
        brought = Brought(
            customer=row.customer,
            topic=row.topic,
            state=State(row.state),
            first_handler=row.first_handler,
            opened_at=row.opened_at,
            priority=row.priority,
            stage=row.stage,
            slots=row.slots,
            accepted_at=row.accepted_at,
            resolved_at=row.resolved_at,
            closed_at=row.closed_at,
            rating=row.rating,
            text=row.text,
            history=tuple(map(past, row.history)),
        )
        page.record(take_over(data.books, brought, no, now), lambda text: mask(render(data, text)))
        page.remember(f"brought:{row.key}", no)
