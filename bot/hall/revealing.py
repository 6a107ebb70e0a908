"""Looking at personal data bare 查看明文: for a reason, kept, and only as far as the case's secrecy goes."""

from collections.abc import Iterable, Mapping

from bot.desk.case import Case
from bot.desk.errors import NotYours
from bot.desk.moves import Move
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.hall import handing, reception, veil
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall


async def reveal(hall: Hall, by: Staff, no: str, fields: Iterable[str], reason: str, asked: Asked) -> Case | Preview:
    """The move; NotYours where the customer wants to stay unknown to this person, kept as a denial."""
    names = tuple(fields)
    case = await hall.ledger.read(lambda lists: lists.case(no))
    if sees(case, by) and not veil.may_look(hall.edition().data.books, case, by, names, hall.clock.now()):
        await reception.deny(hall, by.no, Move.REVEAL, no)
        raise NotYours(no, by.no, Move.REVEAL, case.first_handler)
    return await handing.reveal(hall, by, no, names, reason, asked)


async def revealed(hall: Hall, case: Case, by: Staff, fields: Iterable[str]) -> Mapping[str, str]:
    """The values asked for, bare: only those whose looking-up by this person stands in the ledger."""
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    mine = (event for event in events if event.move == Move.REVEAL and event.by == by.no)
    kept = {name for event in mine for name in event.facts.get("fields", "").split()}
    return {name: case.slots[name] for name in fields if name in kept and name in case.slots}
