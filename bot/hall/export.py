"""All that is kept of one customer as one JSON object: his own data, never the hall's notes nor anybody else's."""

import base64
from typing import Any

from bot.desk.case import Event, Lane
from bot.hall import views
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import Attachment, Care, Line, Person, Posted

AT_ONCE = 500
FORMAT = "shouban-customer/1"
Json = dict[str, Any]


def _lines(lists: Lists, customer: str) -> list[Line]:
    """The whole talk."""
    found: list[Line] = []
    while some := lists.lines(customer, found[-1].seq if found else 0, AT_ONCE):
        found.extend(some)
    return found


def _letters(lists: Lists, customer: str) -> list[Posted]:
    """Every letter to him."""
    found: list[Posted] = []
    while some := lists.letters(found[-1].seq if found else 0, to=f"customer:{customer}", limit=AT_ONCE):
        found.extend(some)
    return found


def _person(person: Person) -> Json:
    """Who he is to the hall: numbers bare, they are his."""
    accounts = [{"no": no, "proof": proof} for no, proof in person.accounts.items()]
    return {
        "customer": person.key,
        "name": person.name,
        "phone": person.phone,
        "accounts": accounts,
        "channel": person.channel,
    }


def _told(line: Line) -> Json:
    """One line of the talk, with how his own words were understood."""
    files = [{"name": one.name, "type": one.type, "size": one.size, "key": one.key} for one in line.files]
    return views.heard_json(line) | {"files": files}


def _letter(letter: Posted) -> Json:
    """One letter as he was to get it; how the hall carried it is not about him."""
    sent = {name: value for name, value in views.letter_json(letter).items() if name not in ("key", "tries")}
    return sent | {"sent_at": letter.sent_at.isoformat() if letter.sent_at else None}


def _care(entry: Care) -> Json:
    """His entry in the life-support register, bare: it is his."""
    return {
        "account": entry.account,
        "device": entry.device,
        "battery": entry.battery,
        "contact": entry.contact,
        "phone": entry.phone,
        "consented_at": entry.consented_at.isoformat(),
        "ended_at": entry.ended_at.isoformat() if entry.ended_at else None,
    }


def _looked(hall: Hall, lists: Lists, customer: str) -> tuple[Json, list[Attachment]]:
    edition, now = hall.edition(), hall.clock.now()
    person = lists.person(customer) or Person(customer)
    thread, reach, lines = lists.thread(customer), lists.reach(f"customer:{customer}"), _lines(lists, customer)
    found = {
        "format": FORMAT,
        "at": now.isoformat(),
        "hall": edition.data.info.name,
        **_person(person),
        "reached": {"channels": list(reach.channels), "chat": reach.chat or None} if reach else None,
        "thread": {"topic": thread.topic or None, "slots": dict(thread.slots), "draft": thread.draft},
        "messages": [_told(line) for line in lines],
        "cases": [
            views.case_json(edition, case, lists.events(case.no), None, now) for case in lists.cases_of(customer)
        ],
        "care": [_care(one) for one in lists.care_of(customer)],
        "letters": [_letter(one) for one in _letters(lists, customer)],
    }
    return found, list({file.key: file for line in lines for file in line.files}.values())


async def export(hall: Hall, customer: str, by: str, how: dict[str, str]) -> Json:
    """His own data, his files within; that it was handed out is kept as `export`."""
    found, files = await hall.ledger.read(lambda lists: _looked(hall, lists, customer))
    found["files"] = []
    for file in files:
        try:
            data = base64.b64encode(await hall.files.fetch(file.key)).decode()
        except KeyError:
            data = None
        found["files"].append({"key": file.key, "name": file.name, "type": file.type, "data": data})
    facts = {**how, "customer": customer, "cases": " ".join(case["no"] for case in found["cases"])}

    def doing(page: Page) -> None:
        page.note(Event("", 0, hall.clock.now(), Lane.SUPPORT, by, "export", public=False, facts=facts), str)

    await hall.ledger.write(doing)
    return found
