"""Announced outages reach whom they concern 停电通知: each once, the ones who live by a machine first and by name."""

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk import notices
from bot.desk.books import Books
from bot.desk.errors import Changed, NobodyToName
from bot.desk.notices import FAULT, Concerned, News, Plan
from bot.guide.supply import Outage
from bot.hall import concerned, tables, watching
from bot.hall.concerned import Known
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask

log = logging.getLogger(__name__)

KEY, PLANS = "notices", "notices.plans"
"""Where the ledger keeps what was walked, and which announcement of each outage is the newest."""
AT_ONCE = 50
"""Letters of one page."""
AGAIN = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class _Told:
    """Which announcement of an outage a customer heard last."""

    n: int
    news: News


def plan_of(outage: Outage) -> Plan:
    """An outage row as the desk announces it."""
    return Plan(
        no=outage.no,
        kind=outage.kind,
        begin_at=outage.begin_at,
        area=outage.area,
        accounts=outage.accounts,
        line=outage.line,
        end_at=outage.end_at or outage.eta_at,
        cause=outage.cause or outage.reason,
        handler=outage.handler,
        state=outage.state,
    )


def reset(page: Page) -> None:
    """Who is concerned has changed: the next walk looks at every outage again."""
    page.remember(KEY, "")


async def walk(hall: Hall) -> int:
    """Tell whoever has to be told of an outage now; how many letters and cases.

    Only the hall's own table is walked: systems behind it answer about one address at a time, nobody can list theirs.
    """
    try:
        moved = await _walk(hall)
    except Changed:
        return 0
    except Exception:
        log.exception("notices failed")
        return 0
    if moved:
        hall.bell.ring("desk")
        hall.outbox_has_work()
    return moved


def _seen(text: str) -> tuple[str, datetime, datetime] | None:
    """What was walked last: the edition, when, and when there is something to tell again."""
    if not text:
        return None
    version, at, soon = json.loads(text)
    return version, datetime.fromisoformat(at), datetime.fromisoformat(soon)


async def _walk(hall: Hall) -> int:
    before = await hall.ledger.read(lambda lists: lists.remembered(KEY))
    seen, edition, now = _seen(before), hall.edition(), hall.clock.now()
    data = edition.data
    if seen and seen[0] == data.version and seen[1] <= now < seen[2]:
        return 0
    if not await hall.ledger.read(lambda lists: tables.in_force(lists, edition)):
        return 0  # another process changed a table a moment ago: this one reads it first
    live = [row for row in data.outages if not notices.over(plan_of(row), now)]
    known: Known | None = None
    moved, soon = 0, [_morning(data.books, now)]
    for row in live:
        plan = plan_of(row)
        n, told = await hall.ledger.write(lambda page, plan=plan: _numbered(page, plan))  # type: ignore[misc]
        due = notices.due_at(data.books, plan)
        if not told and due > now:
            soon.append(due)
            continue
        if known is None:
            known = await concerned.known(hall, live)
        done, whole = await _told(hall, _Telling(row, plan, n, told, known))
        moved += done
        soon += [] if whole else [now + AGAIN]
    kept = json.dumps([data.version, now.isoformat(), min(soon).isoformat()])

    def close(page: Page) -> None:
        if page.remembered(KEY) == before:
            _pruned(page, {row.no for row in live})
            page.remember(KEY, kept)

    await hall.ledger.write(close)
    return moved


def _morning(books: Books, now: datetime) -> datetime:
    """The next end of quiet hours: whoever has come to be concerned since hears it then."""
    zone, till = books.calendar.zone, books.rules.quiet[1]
    day = now.astimezone(zone).date()
    mornings = (datetime.combine(day + timedelta(days=n), till, zone) for n in range(3))
    return next(at for at in mornings if at > now)


def _prefix(no: str) -> str:
    return f"notice:{no}:"


def _heard(lists: Lists, no: str) -> dict[str, _Told]:
    """Customer → what he heard last of this outage, as the keys of his letters say."""
    found: dict[str, _Told] = {}
    for key, to in lists.posted(_prefix(no)):
        stamp = key.removeprefix(_prefix(no)).partition(":")[0]
        told = _Told(int(stamp.rstrip("msc")), News(stamp.lstrip("0123456789")))
        customer = to.removeprefix("customer:")
        if customer not in found or found[customer].n < told.n:
            found[customer] = told
    return found


def _numbered(page: Page, plan: Plan) -> tuple[int, dict[str, _Told]]:
    """Which announcement of it this is: one more where somebody was told and it says something else now."""
    plans = json.loads(page.remembered(PLANS) or "{}")
    told = _heard(page.lists(), plan.no)
    mark = notices.mark(plan)
    old, n = plans.get(plan.no, ("", max((one.n for one in told.values()), default=0)))
    n = n + 1 if n == 0 or (told and old != mark) else n
    if [mark, n] != plans.get(plan.no):
        page.remember(PLANS, json.dumps({**plans, plan.no: [mark, n]}))
    return n, told


def _pruned(page: Page, live: set[str]) -> None:
    plans = json.loads(page.remembered(PLANS) or "{}")
    kept = {no: one for no, one in plans.items() if no in live}
    if kept != plans:
        page.remember(PLANS, json.dumps(kept))


@dataclass(frozen=True, slots=True)
class _Telling:
    """One outage on its way to everybody concerned."""

    row: Outage
    plan: Plan
    n: int
    told: Mapping[str, _Told]
    known: Known

    def key(self, who: Concerned, news: News) -> str:
        return f"{_prefix(self.plan.no)}{self.n}{news.value}:{who.customer}"


async def _told(hall: Hall, telling: _Telling) -> tuple[int, bool]:
    """Everybody who has to hear of it: the registered each with a case, then the others; how many, and whether all."""
    news = _news(hall.edition().data, telling)
    first = sorted((pair for pair in news if pair[0].cared), key=lambda pair: pair[0].name)
    rest = sorted((pair for pair in news if not pair[0].cared), key=lambda pair: pair[0].customer)
    moved, whole = 0, True
    for who, what in first:
        page_ = watching.Watch(telling.plan, who, what, telling.key(who, what))
        try:
            moved += await hall.ledger.write(lambda page, page_=page_: watching.watch(hall, page, page_))  # type: ignore[misc]
        except (Changed, NobodyToName):
            whole = False
    if await hall.ledger.read(lambda lists: watching.unlisted(lists, telling.plan)):
        moved += await hall.ledger.write(lambda page: watching.listed(hall, page, telling.plan, telling.n))
    for at in range(0, len(rest), AT_ONCE):
        some = rest[at : at + AT_ONCE]
        moved += await hall.ledger.write(lambda page, some=some: _post(hall, page, telling, some))  # type: ignore[misc]
    return moved, whole


def _news(data: HallData, telling: _Telling) -> list[tuple[Concerned, News]]:
    """Who has not heard the newest announcement yet, and what each of them hears."""
    here = {one.customer: one for one in concerned.by(data, telling.row, telling.known)}
    gone = (Concerned(key) for key in telling.told if key not in here)
    news: list[tuple[Concerned, News]] = []
    for who in (*here.values(), *gone):
        last = telling.told.get(who.customer)
        if last and last.n == telling.n:
            continue
        found = notices.news_for(telling.plan, last.news if last else None, here=who.customer in here)
        if found is News.PLANNED or (found is not None and telling.plan.kind != FAULT):
            news.append((who, found))
    return news


def _post(hall: Hall, page: Page, telling: _Telling, some: Sequence[tuple[Concerned, News]]) -> int:
    """One page of letters; one that was posted before stays the only one."""
    data, now = hall.edition().data, hall.clock.now()

    def write(text: object) -> str:
        return mask(render(data, text))

    letters = [notices.letter(data.books, telling.plan, who, news, telling.key(who, news), now) for who, news in some]
    return sum(page.post(letter, now, write) for letter in letters)


async def next_wake_up(hall: Hall) -> datetime | None:
    """The next moment there is an outage to tell of, if nothing changes; None before the first walk."""
    seen = _seen(await hall.ledger.read(lambda lists: lists.remembered(KEY)))
    return seen[2] if seen and seen[2] > hall.clock.now() else None
