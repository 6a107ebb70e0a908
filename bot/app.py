"""Builds a hall, joins its parts and keeps its loops; the only reader of the clock."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import editions
from bot.business.http import HttpBusiness
from bot.folder import amend, check, reader, watch
from bot.folder.faults import FolderFaults, said
from bot.folder.tables import StaffRow
from bot.hall import bursts, delivery, drill, duty, rounds, tables
from bot.hall.bell import Bell
from bot.hall.data import Edition
from bot.hall.house import MESSENGER, OUTBOX, Drill, Hall
from bot.hall.pace import NO_LIMITS, Pace
from bot.hall.pages import Ledger, LedgerBusy
from bot.hall.ports import Business
from bot.hall.records import Posted
from bot.settings import Settings
from bot.solo import Solo
from bot.telegram.client import Access
from bot.telegram.opening import open_door
from bot.web.passwords import Argon2
from intents.reader import HandbookFaults, read_handbook, shipped
from intents.school import School
from storage.files import FileStore
from storage.ledger import SqlLedger
from storage.migrate import migrate

log = logging.getLogger(__name__)

WATCH = timedelta(seconds=2)
"""How often the tables are looked through for what is due, undelivered or unanswered."""
RELOAD = timedelta(seconds=2)
PUMP = timedelta(milliseconds=250)
UNANSWERED = 200


class RealClock:
    """Time as it runs."""

    def __init__(self, zone: str) -> None:
        self._zone = ZoneInfo(zone)

    def now(self) -> datetime:
        """The moment in the hall's zone."""
        return datetime.now(self._zone)  # noqa: TID251 - this is the hall's clock

    async def sleep(self, span: timedelta) -> None:
        """Let so much time pass."""
        await asyncio.sleep(span.total_seconds())  # noqa: TID251 - the only wait of the hall


class DrillClock:
    """Time as people turn it; between two turns it stands."""

    def __init__(self, now: datetime, speed: float) -> None:
        self._now, self.speed = now, speed

    def now(self) -> datetime:
        """The moment it was last turned to."""
        return self._now

    def turn_to(self, moment: datetime) -> None:
        """It is this moment now."""
        self._now = moment.astimezone(self._now.tzinfo)

    async def sleep(self, span: timedelta) -> None:
        """Real time: only sweeps that mend a crash wait here, nothing that people are promised."""
        await asyncio.sleep(span.total_seconds())  # noqa: TID251 - see above


class Shelf:
    """The last good edition of the hall's data."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition

    def take(self, edition: Edition) -> None:
        """From now on the hall works from this one."""
        self.edition = edition


class Doorbell:
    """A channel whose letters have arrived once the ledger has them: web chat, desk, terminal."""

    lasting = True

    def __init__(self, name: str, bell: Bell) -> None:
        self.name, self._bell = name, bell

    async def send(self, letter: Posted, seq: int) -> None:
        """Wake whoever waits for it."""
        del seq
        who, _, key = letter.to.partition(":")
        self._bell.ring(f"talk:{key}" if who == "customer" else f"staff:{key}")


def add_staff(folder: Path, no: str, name: str, post: str) -> None:
    """A new person in the hall folder; one whose number stands there already is left alone. FolderFaults."""
    codes = read_handbook(shipped()).topics
    known = {person.no for person in reader.rows(reader.read_folder(folder, codes), StaffRow)}
    if no not in known:
        amend.add_staff(folder, no, name, post, codes)


@dataclass(frozen=True, slots=True)
class Running:
    """A hall at work and the task that carries it."""

    hall: Hall
    engine: Solo
    shelf: Shelf
    settings: Settings
    school: School


async def _drill(settings: Settings, ledger: Ledger, shelf: Shelf, school: School) -> Drill:
    """A drill begins where the last one stopped, or where its folder says."""
    now = await ledger.read(lambda lists: lists.remembered(drill.CLOCK))
    speed = await ledger.read(lambda lists: lists.remembered(drill.SPEED))
    data = shelf.edition.data
    zone = data.books.calendar.zone
    start = datetime.fromisoformat(now) if now else data.drill_now or RealClock(zone.key).now()
    clock = DrillClock(start.astimezone(zone), float(speed) if speed else data.drill_speed)

    async def read(source: bytes | Mapping[str, object]) -> Edition:
        return await asyncio.to_thread(editions.practised, source, school, before=shelf.edition)

    return Drill(clock, read, shelf.take, key=settings.drill_key)


async def open_hall(
    settings: Settings,
    *,
    practice: bool = False,
    edition: Edition | None = None,
    ledger: Ledger | None = None,
) -> Running:
    """Build a hall: data read, model trained or cached, ledger migrated and open; nothing runs yet."""
    school = await asyncio.to_thread(editions.school_of, settings)
    await asyncio.to_thread(migrate, settings.database_url)
    ledger = ledger or SqlLedger(settings.database_url)
    try:
        kept, edition = await editions.opening(ledger, settings.folder, school, edition, practice=practice)
    except BaseException:
        await ledger.close()
        raise
    shelf = Shelf(edition)
    bell = Bell()
    trained = await _drill(settings, ledger, shelf, school) if practice else None
    clock = trained.clock if trained else RealClock(shelf.edition.data.info.zone)
    doings: dict[str, Callable[[str], Awaitable[object]]] = {}

    async def work(conversation: str) -> None:
        kind = conversation.partition(":")[0] if conversation.startswith(f"{MESSENGER}:") else "talk"
        await doings[OUTBOX if conversation == OUTBOX else kind](conversation)

    engine = Solo(work, clock.sleep)
    hall = Hall(
        edition=lambda: shelf.edition,
        ledger=ledger,
        clock=clock,
        engine=engine,
        bell=bell,
        files=FileStore(settings.files_dir),
        passwords=Argon2(),
        channels={name: Doorbell(name, bell) for name in ("web", "desk", "terminal")},
        practice=trained,
        cabinet=editions.make_cabinet(lambda: shelf.edition, shelf.take, school),
        base_url=settings.address,
        rate_limit=settings.rate_limit,
        business=_business(settings, shelf),
        pace=Pace(settings.telegram_rates if settings.telegram_mode != "off" else NO_LIMITS),
    )
    messenger = open_door(hall, telegram_access(settings)) if settings.telegram_mode != "off" else None
    hall = replace(hall, messenger=messenger)
    doings[OUTBOX] = lambda _: delivery.carry(hall)
    doings["talk"] = lambda customer: bursts.attend(hall, customer)
    if messenger:
        doings[MESSENGER] = messenger.drain
    await tables.take_over(hall, kept, shelf.edition)
    return Running(hall, engine, shelf, settings, school)


def _business(settings: Settings, shelf: Shelf) -> Business | None:
    """The hall's own systems, where there are any; else its folder answers."""
    if not settings.business_url:
        return None
    return HttpBusiness(settings.business_url, settings.business_token, lambda: shelf.edition.data.books.calendar.zone)


def telegram_access(settings: Settings) -> Access:
    """How the Telegram door gets in, as the settings say."""
    return Access(
        token=settings.telegram_token,
        api_base=settings.telegram_api,
        file_base=settings.telegram_files,
        mode=settings.telegram_mode,
        secret=settings.telegram_secret,
        base_url=settings.base_url,
        staff_chat=settings.telegram_staff_chat,
    )


async def _sweep(hall: Hall) -> None:
    """What nobody holds: talks with something unanswered, letters not carried, updates not read."""
    if hall.messenger:
        now = hall.clock.now()
        for chat in await hall.ledger.read(lambda lists: lists.chats_with_updates(now, UNANSWERED)):
            hall.engine.has_work(f"{MESSENGER}:{chat}")
    for customer in await hall.ledger.read(lambda lists: lists.talks_with_work(UNANSWERED)):
        hall.engine.has_work(customer)
    hall.outbox_has_work()


async def _reload(running: Running, seen: list[object]) -> None:
    """Changed files, and tables another process changed, are taken over; a faulty one: the last good version stays."""
    hall = running.hall
    files = None if hall.drill else await asyncio.to_thread(watch.fingerprint, running.settings.folder)
    marks = [files, await hall.ledger.read(lambda lists: lists.remembered(tables.CHANGED))]
    if marks == seen:
        return
    same, seen[:] = seen[:1] == [files], marks
    try:
        async with tables.cabinet(hall).lock:
            if same and await hall.ledger.read(lambda lists: tables.in_force(lists, hall.edition())):
                return  # the change was this process's own
            await _read_again(running)
    except (FolderFaults, HandbookFaults) as faults:
        places = sorted({f"{fault.file}:{fault.line or 0}" for fault in faults.faults})
        log.error("hall folder is faulty, the last good version stays; hall check tells more: %s", ", ".join(places))  # noqa: TRY400
        return
    except LedgerBusy:
        seen.clear()  # nothing was kept: it is read again
        raise
    log.info("hall folder taken over")
    await rounds.walk(hall)


async def _read_again(running: Running) -> None:
    """The folder with what was changed laid over; a file written anew is its table's newest version."""
    hall, before, folder = running.hall, running.hall.edition(), running.settings.folder
    if hall.drill:  # its folder is what it was loaded with
        kept, edition = await editions.opening(hall.ledger, folder, running.school, before, practice=True)
    else:
        kept = await hall.ledger.read(tables.kept)
        edition = await asyncio.to_thread(editions.open_edition, folder, running.school, kept.over, before)
    if hall.edition() is before:  # no other drill was loaded meanwhile
        await tables.take_over(hall, kept, edition)
        running.shelf.take(edition)


def spoken(faults: FolderFaults | HandbookFaults) -> list[str]:
    """Faults as people read them: file, line, what to mend."""
    if isinstance(faults, FolderFaults):
        return [said(fault) for fault in faults.faults]
    return [str(fault) for fault in faults.faults]


@contextlib.asynccontextmanager
async def at_work(running: Running) -> AsyncIterator[Hall]:
    """The hall with its loops running; they end with the block, nothing acknowledged is lost."""
    hall, engine = running.hall, running.engine
    seen: list[object] = [None if hall.drill else watch.fingerprint(running.settings.folder)]
    if hall.practice:
        engine.every(PUMP, "pump", lambda: drill.pump(hall, PUMP))
    else:
        engine.every(WATCH, "duty", lambda: duty.watch(hall))
    engine.every(RELOAD, "folder", lambda: _reload(running, seen))
    engine.every(WATCH, "sweep", lambda: _sweep(hall))
    tasks = [asyncio.create_task(one.run()) for one in (hall.messenger, engine) if one]
    try:
        yield hall
    finally:
        hall.bell.ring_all()
        for task in tasks:  # first nobody hears any more, then what is under way ends
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        if hall.messenger:
            await hall.messenger.close()
        await hall.ledger.close()


def in_memory(settings: Settings) -> Settings:
    """The same hall on a ledger that forgets: for `ask`, `talk` and `replay`."""
    return replace(settings, database_url="sqlite://")


def warnings(folder: Path, edition: Edition, today: date) -> list[str]:
    """What `hall check` warns of, beside faults."""
    found = reader.read_folder(folder, edition.data.handbook.topics)
    return [said(fault) for fault in check.warnings(found, edition.data, today)]
