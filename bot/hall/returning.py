"""Back on duty 回岗: one letter tells the first handler what happened to each of his cases meanwhile."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.desk.case import CLOCK, CUSTOMER, GUIDE, Case, Event, Kind, Letter
from bot.desk.moves import Move
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall import sight, veil
from bot.hall.data import HallData
from bot.hall.holding import LOOK, through
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import CaseQuery
from bot.hall.wording import render
from intents.slots import mask

SILENT = (Move.KEPT, Move.UNDELIVERED)
"""On the desk; as news they would be noise."""
KNOWN = ((CLOCK, Move.CHANGE), (CLOCK, Move.RELEASE))
"""That he was away, and that the guide spoke then, he knows himself."""
LONGEST = 60
"""Characters of the last line that are told."""
MOST = 30
"""Cases told one by one."""


@dataclass(frozen=True, slots=True)
class _Changed:
    """One case and what others did to it."""

    case: Case
    events: tuple[Event, ...]


def _news(events: Iterable[Event], no: str, since: datetime, till: datetime) -> tuple[Event, ...]:
    """What others did meanwhile; that he was away and is back he knows himself."""
    return tuple(
        one
        for one in events
        if since <= one.at <= till and one.by != no and one.move not in SILENT and (one.by, one.move) not in KNOWN
    )


def _line(data: HallData, changed: _Changed) -> str:
    """One case: how often which move, and the last words everybody may read; of a hidden case no words."""
    phrases, case = data.handbook.phrases, changed.case
    counts = Counter(str(one.move) for one in changed.events)
    moves = tuple(f"{phrases.get(f'move.{move}', move)} {count}" for move, count in counts.items())
    facts: dict[str, object] = {"no": case.no, "topic": case.topic, "state": case.state, "moves": moves}
    secret = case.secrecy or case.named or case.hidden_from
    last = next((one for one in reversed(changed.events) if one.public and one.text), None)
    if last is None or secret:
        return render(data, words("staff.back.case", **facts, at=None, by=None, text=None))
    by = phrases[f"by.{last.by}"] if last.by in (CUSTOMER, GUIDE, CLOCK) else data.books.person(last.by).name
    text = " ".join(veil.worded(case, str(last.text)).split())
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
    return render(data, words("staff.back.case", **facts, at=last.at, by=by or last.by, text=text))


async def _cases(hall: Hall, person: Staff, since: datetime) -> list[Case]:
    """His cases that were alive at some time since then, oldest first."""

    def query(after: str) -> CaseQuery:
        return CaseQuery(handler=person.no, order="opened", after=after, limit=LOOK)

    def pick(case: Case) -> Case | None:
        return case if sees(case, person) and (case.closed_at is None or case.closed_at >= since) else None

    return (await through(hall, query, pick))[::-1]


async def letter(hall: Hall, no: str, since: datetime, now: datetime) -> Letter | None:
    """What changed while somebody was away, as the one letter he gets; None for who answers for nothing."""
    data = hall.edition().data
    person = data.books.person(no)
    cases = await _cases(hall, person, since)
    if not cases:
        return None

    def look(lists: Lists) -> list[_Changed]:
        found: list[_Changed] = []
        for case in cases:
            hidden = sight.veiled(lists, data.books, case.customer, person, now)
            events = sight.events(lists.events(case.no), hidden)
            found.append(_Changed(case, _news(events, no, since, now)))
        return [one for one in found if one.events]

    changed = await hall.ledger.read(look)
    lines = [_line(data, one) for one in changed[:MOST]]
    told = words(
        "staff.back",
        by=person.name,
        since=since,
        count=len(changed) or None,
        changes="\n".join(lines),
        more=len(changed) - MOST if len(changed) > MOST else None,
        still=len(cases) - len(changed) or None,
    )
    return Letter(f"staff:{no}", Kind.NOTICE, f"back:{no}:{since.isoformat()}", mask(render(data, told)))
