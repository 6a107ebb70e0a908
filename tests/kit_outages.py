"""Many customers in the dark: reports at one place of the demo hall, and what is done about them."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.case import Case, Outcome
from bot.desk.incident import Incident
from bot.desk.incidents import Word
from bot.desk.opening import Opening, open_case
from bot.hall import drill, incidents
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Person, Posted
from bot.hall.wording import render
from tests.kit import LEADER, say
from tests.kit_hall import newest, sit_down, staff

ESTATE = "听荷苑"
CAUSE = "电缆接头烧坏"


async def reported(hall: Hall, address: str) -> tuple[str, Case]:
    """A newcomer in the dark there."""
    customer = await sit_down(hall)
    await say(hall, customer, f"停电了，{address}")
    return customer, await newest(hall, customer)


async def live(hall: Hall) -> tuple[Incident, ...]:
    """Outages that run."""
    return await hall.ledger.read(lambda lists: lists.live_incidents())


async def only(hall: Hall) -> Incident:
    """The one outage that runs."""
    (found,) = await live(hall)
    return found


def word(hall: Hall, text: str = "抢修车已到", cause: str = CAUSE, hours: float = 2) -> Word:
    """What somebody says about it."""
    return Word(cause, hall.clock.now() + timedelta(hours=hours), text)


async def confirmed(hall: Hall, no: str = "", by: str = LEADER) -> Incident:
    """A person has confirmed it, everybody has heard."""
    no = no or (await only(hall)).no
    done = await incidents.confirm(hall, staff(hall, by), no, word(hall), Asked())
    assert isinstance(done, Incident)
    await drill.settle(hall)
    return done


async def restored(hall: Hall, no: str, by: str = LEADER) -> Incident:
    """The light is back, everybody is asked."""
    done = await incidents.restore(hall, staff(hall, by), no, Word(text="接头已换"), Asked())
    assert isinstance(done, Incident)
    await drill.settle(hall)
    return done


async def pushed(hall: Hall, needle: str) -> list[Posted]:
    """Letters to customers in which these words stand, the live cards left out."""
    found = await hall.ledger.read(lambda lists: lists.letters(0, kind="status", limit=100_000))
    return [one for one in found if one.to.startswith("customer:") and needle in one.text]


def crowd(hall: Hall, page: Page, count: int, at: datetime, estate: str = ESTATE, first: int = 0) -> list[Case]:
    """So many customers who reported at that moment, by the desk's own rule; nobody has brought them together."""
    data = hall.edition().data

    def write(text: object) -> str:
        return render(data, text)

    found = []
    for n in range(first, first + count):
        page.keep_person(Person(f"w{n:05}", "", ""))
        slots = {"address": f"{estate}{n % 9 + 1}幢{n}"}
        opening = Opening("outage_repair", f"w{n:05}", at, "停电了", slots, zone="urban")
        no = page.next_no(f"DL{at:%Y%m%d}-")
        outcome = open_case(data.books, opening, no, (), {}, at)
        found.append(page.record(outcome, write))
    return found


async def filled(hall: Hall, count: int, estate: str = ESTATE, first: int = 0) -> list[Case]:
    """The same in pages of a hundred."""
    at, found = hall.clock.now(), []
    for begin in range(first, first + count, 100):
        some = min(100, first + count - begin)
        found += await hall.ledger.write(
            lambda page, begin=begin, some=some: crowd(hall, page, some, at, estate, begin)
        )  # type: ignore[misc]
    return found


async def forgetful(hall: Hall, case: Case, **changed: object) -> Case:
    """The case as somebody else's hand left it."""
    fresh = await hall.ledger.read(lambda lists: lists.case(case.no))
    moved = replace(fresh, **changed)  # type: ignore[arg-type] # its fields
    return await hall.ledger.write(lambda page: page.record(Outcome(moved, ()), str))
