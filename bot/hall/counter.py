"""工作岗: accepts, answers, moves on, resolves; every doing is one page, done once however often it is asked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.desk import pausing, rules, talking
from bot.desk.books import Books
from bot.desk.case import Case, Event, Kind, Lane, Outcome
from bot.desk.errors import Changed, NoSuchCase, NotYours
from bot.desk.moves import Move
from bot.desk.overdue import overdue
from bot.desk.pausing import Wish
from bot.desk.rights import sees
from bot.desk.roster import Staff
from bot.desk.staleness import stale
from bot.hall import alerts, floor, spots
from bot.hall.floor import Passing
from bot.hall.house import Hall
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask


@dataclass(frozen=True, slots=True)
class Asked:
    """How a change was asked for: request id, the version it was meant for, whether it is only tried."""

    id: str = ""
    version: int | None = None
    dry: bool = False
    known: str = ""
    """The move the case's topic itself has said: it needs no echo there."""
    typed: bool = False
    """From a form somebody was filling in: what the clock notes meanwhile takes nothing from under his hands."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a change would do: how many customers it would reach, which cases, in which words."""

    customers: int
    cases: tuple[str, ...]
    text: str
    warnings: tuple[str, ...] = ()


class Hidden(NoSuchCase):
    """The case is hidden from the asker: it answers as one that does not exist, and is kept as a denial."""


class _Tried(Exception):
    """Leaves the page without keeping anything."""

    def __init__(self, preview: Preview) -> None:
        super().__init__()
        self.preview = preview


Rule = Callable[[Books, Case, datetime], Outcome]
Write = Callable[[object], str]


def caught_up(hall: Hall, page: Page, case: Case, now: datetime, write: Write) -> Case:
    """The case with everything that fell due by now told before what comes next."""
    late = overdue(hall.edition().data.books, case, now)
    return page.record(mirrored(hall, page, late), write) if late else case


def preview(outcome: Outcome, by: Staff, write: Callable[[object], str]) -> Preview:
    """What a change would say to whom, and what its maker would be warned of."""
    told = [one for one in outcome.letters if one.to.startswith("customer:") and not one.edits]
    warned = [one for one in outcome.letters if one.to == f"staff:{by.no}" and one.kind is Kind.NUDGE]
    return Preview(
        len({letter.to for letter in told}),
        (outcome.case.no,),
        "\n".join(write(one.text) for one in told),
        tuple(write(one.text) for one in warned),
    )


def _noticed(hall: Hall, page: Page, case: Case, write: Write) -> Case:
    """A corrected report is looked at anew with the others of its outage: it may be of one house after all."""
    alone = spots.noticed(page, hall.edition().data, case, hall.clock.now())
    return page.record(mirrored(hall, page, alone), write) if alone else case


def still(page: Page, case: Case, asked: Asked) -> None:
    """Changed, if the case has moved on from the version that was asked about."""
    read, now = asked.version, case.version
    if read in (None, now) or (asked.typed and not stale(read or 0, now, page.lists().events(case.no))):
        return
    raise Changed(case.no, now)


async def move(hall: Hall, by: Staff, no: str, what: Move, asked: Asked, rule: Rule) -> Case | Preview:
    """One move: looked up, checked by version, decided, written down, told. DeskError; denied ones are kept."""
    edition = hall.edition()
    now = hall.clock.now()

    def write(text: object) -> str:
        return mask(render(edition.data, text))

    def doing(page: Page) -> Case:
        done = f"request:{by.no}:{no}:{asked.id}" if asked.id else ""
        case = page.case(no)
        if not sees(case, by):  # for those it is hidden from it does not exist
            raise Hidden(no)
        if done and page.remembered(done):
            return case
        still(page, case, asked)
        case = case if asked.dry else caught_up(hall, page, case, now, write)
        outcome = rule(edition.data.books, case, now)
        if asked.dry:
            raise _Tried(preview(outcome, by, write))
        floor.pass_to(page, edition.data.books, Passing(case, outcome.case, by, what, now), write)
        outcome = alerts.by_doing(edition.data.books, page, outcome, what, by, now)
        changed = page.record(mirrored(hall, page, outcome, known=asked.known), write)
        changed = _noticed(hall, page, changed, write) if what is Move.CORRECT else changed
        if done:
            page.remember(done, now.isoformat())
        return changed

    try:
        case = await hall.ledger.write(doing)
    except _Tried as tried:
        return tried.preview
    except (NotYours, Hidden):
        await _deny(hall, by, no, what)
        raise
    hall.bell.ring("desk")
    hall.outbox_has_work()
    return case


async def _deny(hall: Hall, by: Staff, no: str, move: Move) -> None:
    facts = {"move": move.value, "case": no}
    event = Event("", 0, hall.clock.now(), Lane.SUPPORT, by.no, "deny", public=False, facts=facts)
    await hall.ledger.write(lambda page: page.note(event, str))


async def accept(hall: Hall, by: Staff, no: str, asked: Asked = Asked()) -> Case | Preview:
    """接单."""
    return await move(hall, by, no, Move.ACCEPT, asked, lambda books, case, now: rules.accept(books, case, by, now))


async def release(hall: Hall, by: Staff, no: str, asked: Asked = Asked()) -> Case | Preview:
    """交还: the guide speaks again, the first handler stays."""
    return await move(hall, by, no, Move.RELEASE, asked, lambda books, case, now: rules.release(books, case, by, now))


async def reply(
    hall: Hall, by: Staff, no: str, text: str, asked: Asked = Asked(), promise_at: datetime | None = None
) -> Case | Preview:
    """答复: words to the customer, with the moment they promise something by, if they do."""

    def rule(books: Books, case: Case, now: datetime) -> Outcome:
        return talking.reply(books, case, by, text, now, promise_at=promise_at)

    return await move(hall, by, no, Move.REPLY, asked, rule)


async def note(
    hall: Hall, by: Staff, no: str, text: str, asked: Asked = Asked(), promise_at: datetime | None = None
) -> Case | Preview:
    """备注: never leaves the hall; a promise made by telephone is tracked."""

    def rule(books: Books, case: Case, now: datetime) -> Outcome:
        return talking.note(books, case, by, text, now, promise_at=promise_at)

    return await move(hall, by, no, Move.NOTE, asked, rule)


async def pause(hall: Hall, by: Staff, no: str, wish: Wish, asked: Asked = Asked()) -> Case | Preview:
    """挂起: the clocks stand still, for a reason, till a day."""

    def rule(books: Books, case: Case, now: datetime) -> Outcome:
        return pausing.pause(books, case, by, wish, now)

    return await move(hall, by, no, Move.PAUSE, asked, rule)


async def resume(hall: Hall, by: Staff, no: str, asked: Asked = Asked()) -> Case | Preview:
    """恢复: the clocks run on."""
    return await move(hall, by, no, Move.RESUME, asked, lambda books, case, now: pausing.resume(books, case, by, now))


async def stage(
    hall: Hall,
    by: Staff,
    no: str,
    name: str,
    text: str = "",
    asked: Asked = Asked(),
) -> Case | Preview:
    """阶段: the case reaches a step of its blueprint."""
    return await move(
        hall, by, no, Move.STAGE, asked, lambda books, case, now: rules.stage(books, case, by, name, text, now)
    )


async def resolve(
    hall: Hall,
    by: Staff,
    no: str,
    text: str,
    facts: Mapping[str, str],
    asked: Asked = Asked(),
) -> Case | Preview:
    """办结: by the closing checklist."""
    return await move(
        hall, by, no, Move.RESOLVE, asked, lambda books, case, now: rules.resolve(books, case, by, text, facts, now)
    )


async def reopen(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """重开."""
    return await move(
        hall, by, no, Move.REOPEN, asked, lambda books, case, now: rules.reopen(books, case, by, reason, now)
    )


async def cancel(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """撤单."""
    return await move(
        hall, by, no, Move.CANCEL, asked, lambda books, case, now: rules.cancel(books, case, by, reason, now)
    )


async def close(hall: Hall, by: Staff, no: str, reason: str, asked: Asked = Asked()) -> Case | Preview:
    """关单: the duty leader's."""
    return await move(
        hall, by, no, Move.CLOSE, asked, lambda books, case, now: rules.close(books, case, by, reason, now)
    )
