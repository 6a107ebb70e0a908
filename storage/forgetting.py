"""One customer forgotten: every private column of what is his is blanked; rows, numbers and hashes stay."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, case, delete, false, func, or_, select, true, update

from bot.hall.memory import Erasing
from storage import notes, rows
from storage.chain import HALL
from storage.columns import under
from storage.letters import CUSTOMER, FORGOTTEN
from storage.tables import (
    OWED,
    SENT_FILES,
    alerts,
    care,
    carried,
    customers,
    events,
    inbox,
    incidents,
    outbox,
    reach,
    remembered,
    sessions,
    table_versions,
    talk,
    threads,
    updates,
)

DROP = "drop:"
"""Under this and its key a file is noted that is to be dropped: a crash in between leaves nothing behind."""
STRUCK = "***"
PROOFS, CARDS, REQUESTS = "proof:", "card:", "request:"
_KEPT_CELLS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "customer": ("key", ("name", "phone", "telegram_id", "accounts", "notify")),
    "case": ("customer", ("slots", "text", "history")),
}
"""Hall tables that hold customers: which cell names him, which cells of such a row are his own."""


def blank(table: Table) -> dict[str, Any]:
    """Every private column of a table, emptied: a new one is covered by being declared."""
    return {column.name: "" for column in table.columns if column.info.get("private")}


def _keys(page: Connection, said: ColumnElement[bool], heard: ColumnElement[bool]) -> set[str]:
    """Keys of the files of some talk lines, and of some messages nobody answered yet."""
    lines = page.execute(select(talk.c.files).where(SENT_FILES, said)).scalars()
    messages = page.execute(select(inbox).where(inbox.c.done_at.is_(None), heard))
    found = {file[3] for text in lines for file in rows.unpacked(text, [])}
    return found | {file.key for row in messages for file in rows.heard_of(row).files}


def _files_of(page: Connection, customer: str) -> set[str]:
    """Keys of the files this customer sent."""
    return _keys(page, talk.c.customer == customer, inbox.c.customer == customer)


def _letters(page: Connection, erasing: Erasing) -> None:
    """What he was told and, if one looks far, what others were told of him; what is still owed never goes out."""
    to = f"{CUSTOMER}{erasing.customer}"
    his: ColumnElement[bool] = outbox.c.to_ == to
    page.execute(delete(carried).where(carried.c.letter.in_(select(outbox.c.seq).where(his))))
    if erasing.thorough:
        told = [outbox.c.text.contains(no, autoescape=True) for no in erasing.cases]
        passed_on = outbox.c.key.contains(f":{erasing.customer}:", autoescape=True)
        his = or_(his, outbox.c.case_no.in_(erasing.cases), passed_on, *told)
    owed = outbox.c.state.in_(OWED)
    stopped = {
        "state": case((owed & outbox.c.sent_at.is_not(None), "sent"), (owed, "dead"), else_=outbox.c.state),
        "why": case((owed, FORGOTTEN), else_=outbox.c.why),
        "to_show": false(),
        "to_send": false(),
        "next_try_at": None,
        "held_until": None,
    }
    page.execute(update(outbox).where(his).values(blank(outbox) | stopped))


def _talk(page: Connection, erasing: Erasing) -> None:
    """Everything he said and everything that was said to him; his files, if nobody else sent the same."""
    customer = erasing.customer
    for key in sorted(_files_of(page, customer)):
        notes.remember(page, f"{DROP}{key}", erasing.at.isoformat())
    page.execute(update(talk).where(talk.c.customer == customer).values(blank(talk)))
    page.execute(update(threads).where(threads.c.customer == customer).values(blank(threads) | {"wake_at": None}))
    if erasing.thorough:
        done = func.coalesce(inbox.c.done_at, erasing.at, type_=inbox.c.done_at.type)
        page.execute(update(inbox).where(inbox.c.customer == customer).values(blank(inbox) | {"done_at": done}))


def _ways(page: Connection, erasing: Erasing) -> None:
    """How he gets in and how he is reached; what his messenger brought."""
    customer, to = erasing.customer, f"{CUSTOMER}{erasing.customer}"
    page.execute(delete(sessions).where(sessions.c.kind == "customer", sessions.c.subject == customer))
    chats = [str(chat) for chat in page.execute(select(reach.c.chat).where(reach.c.to_ == to)).scalars() if chat]
    if chats:
        read = blank(updates) | {"state": "done", "chat": "", "album": "", "try_at": None}
        page.execute(update(updates).where(updates.c.chat.in_(chats)).values(read))
    page.execute(delete(reach).where(reach.c.to_ == to))
    page.execute(
        delete(remembered).where(
            under(remembered.c.key, PROOFS), remembered.c.key.endswith(f":{customer}", autoescape=True)
        )
    )
    page.execute(delete(remembered).where(under(remembered.c.key, CARDS), remembered.c.value.in_(erasing.cases)))
    if erasing.thorough and erasing.cases:  # what was answered to whoever brought a case along
        told = or_(*(remembered.c.value.contains(no, autoescape=True) for no in erasing.cases))
        page.execute(delete(remembered).where(under(remembered.c.key, REQUESTS), told))
    page.execute(
        update(customers).where(customers.c.key == customer).values(blank(customers) | {"forgotten_at": erasing.at})
    )


def _care(page: Connection, erasing: Erasing) -> None:
    """Whatever device he lives by: his consent ends with his words."""
    ended = func.coalesce(care.c.ended_at, erasing.at, type_=care.c.ended_at.type)
    page.execute(update(care).where(care.c.customer == erasing.customer).values(blank(care) | {"ended_at": ended}))


def _named(marks: Iterable[str]) -> re.Pattern[str] | None:
    """Finds a mark as a whole word: a customer `gu` is not in 「guide」."""
    listed = [re.escape(mark) for mark in marks if len(mark) > 1]
    return re.compile(rf"(?<![0-9A-Za-z])(?:{'|'.join(listed)})(?![0-9A-Za-z])") if listed else None


def _chains(page: Connection, erasing: Erasing) -> None:
    """Words, facts and salt of his cases' chains; of the hall's chain, where an entry means him. The hashes stay."""
    page.execute(update(events).where(events.c.chain.in_(erasing.cases)).values(blank(events)))
    page.execute(update(alerts).where(alerts.c.case_no.in_(erasing.cases)).values(blank(alerts)))
    named = _named(erasing.marks)
    if not erasing.thorough or named is None:
        return
    meant = [
        column.contains(mark, autoescape=True)
        for mark in erasing.marks
        if len(mark) > 1
        for column in (events.c.text, events.c.facts)
    ]
    asked = select(events.c.id, events.c.text, events.c.facts).where(events.c.chain == HALL, or_(*meant))
    his = [row.id for row in page.execute(asked) if named.search(row.text) or named.search(row.facts)]
    for number in his:
        page.execute(update(events).where(events.c.id == number).values(blank(events)))


def _incidents(page: Connection, erasing: Erasing) -> None:
    """An outage is many people's: only what means him is struck out of what was written about it."""
    named = _named(erasing.marks)
    if named is None:
        return
    for row in page.execute(select(incidents)).all():
        one = rows.incident_of(row)
        news = tuple(replace(told, text=named.sub(STRUCK, told.text)) for told in one.news)
        area, place, cause, measures = (
            named.sub(STRUCK, text) for text in (one.area, one.place, one.cause, one.measures)
        )
        bare = replace(one, news=news, area=area, place=place, cause=cause, measures=measures)
        if bare != one:  # whoever has read it meanwhile must not write it back
            bare = replace(bare, version=one.version + 1)
            page.execute(update(incidents).where(incidents.c.no == one.no).values(rows.incident_row(bare)))


def _without(text: str, table: str, customer: str) -> str:
    """Rows of a hall table in which this customer is a key and no more."""
    names, own = _KEPT_CELLS[table]
    found = rows.unpacked(text, [])
    if not any(row.get(names) == customer for row in found):
        return text
    kept = [
        {cell: value for cell, value in row.items() if row.get(names) != customer or cell not in own} for row in found
    ]
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def _versions(page: Connection, erasing: Erasing) -> None:
    """Every version of the hall's tables, also the one in force, forgets him too; its other rows stay."""
    asked = select(table_versions).where(table_versions.c.table_.in_(_KEPT_CELLS))
    for row in page.execute(asked).all():
        changed = {name: _without(getattr(row, name), row.table_, erasing.customer) for name in ("rows", "before")}
        if changed != {name: getattr(row, name) for name in changed}:
            page.execute(update(table_versions).where(table_versions.c.id == row.id).values(changed))
    if named := _named(erasing.marks):
        for number, reason in page.execute(select(table_versions.c.id, table_versions.c.reason)).all():
            if named.search(reason):
                page.execute(update(table_versions).where(table_versions.c.id == number).values(reason=""))


def _renamed(page: Connection, old: str, new: str) -> None:
    """The key itself tells who he is: his rows go on under another."""
    for column in (inbox.c.customer, talk.c.customer, threads.c.customer, care.c.customer, customers.c.key):
        page.execute(update(column.table).where(column == old).values({column.name: new}))
    page.execute(update(outbox).where(outbox.c.to_ == f"{CUSTOMER}{old}").values(to_=f"{CUSTOMER}{new}"))
    tells = outbox.c.key.contains(f":{old}:", autoescape=True)
    page.execute(update(outbox).where(tells).values(key=func.replace(outbox.c.key, f":{old}:", f":{new}:")))


def erase(page: Connection, erasing: Erasing) -> None:
    """Blank every private column of everything that is his; files nobody else sent are marked to be dropped."""
    _letters(page, erasing)
    _talk(page, erasing)
    _ways(page, erasing)
    _care(page, erasing)
    _chains(page, erasing)
    if erasing.thorough:
        _incidents(page, erasing)
        _versions(page, erasing)
        if erasing.key:
            _renamed(page, erasing.customer, erasing.key)


def to_drop(page: Connection, limit: int) -> tuple[str, ...]:
    """Keys of files that are marked to be dropped; the mark of one that somebody's message shows is taken away."""
    asked = select(remembered.c.key).where(under(remembered.c.key, DROP)).order_by(remembered.c.key).limit(limit)
    while keys := [one.removeprefix(DROP) for one in page.execute(asked).scalars()]:
        shown = _keys(page, true(), true())
        for key in shown.intersection(keys):
            dropped(page, key)
        if free := tuple(key for key in keys if key not in shown):
            return free
    return ()


def dropped(page: Connection, key: str) -> None:
    """The file is gone."""
    page.execute(delete(remembered).where(remembered.c.key == f"{DROP}{key}"))
