"""The floor of whoever is not here any more goes back to the guide, once, and it is said."""

from datetime import timedelta

from bot.guide.thread import Floor
from bot.hall import absent, counter, drill, duty
from bot.hall.house import Hall
from tests.bot.hall.test_rounds import away, gone, later, leaves_are
from tests.kit import CREW, MONDAY
from tests.kit_hall import CLOSING, letters, moves_of, outage, staff, thread_of


async def spoken(hall: Hall) -> tuple[str, str]:
    """A customer somebody of the crew speaks with, and the case."""
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await counter.reply(hall, staff(hall, CREW), case.no, "师傅马上到")
    assert (await thread_of(hall, customer)).speaker == CREW
    return customer, case.no


async def told(hall: Hall, customer: str) -> list[str]:
    """What the customer was told about who is not here."""
    return [one.text for one in await letters(hall, f"customer:{customer}") if "现在不在岗，先由我陪您说" in one.text]


async def test_a_leave_that_begins_frees_the_floor_and_is_said_once(hall: Hall) -> None:
    customer, no = await spoken(hall)
    leaves_are(hall, away(CREW, 0, 1))
    for _ in range(3):
        await duty.watch(hall)
    thread = await thread_of(hall, customer)
    assert (thread.floor, thread.speaker, thread.case) == (Floor.GUIDE, "", no)
    assert len(await told(hall, customer)) == 1
    assert (await moves_of(hall, no)).count("release") == 1


async def test_who_has_left_altogether_holds_no_floor(hall: Hall) -> None:
    customer, no = await spoken(hall)
    gone(hall, CREW)
    await duty.watch(hall)
    assert (await thread_of(hall, customer)).floor is Floor.GUIDE
    assert (await moves_of(hall, no))[-1] == "reassign"  # said with the change of hands, not twice
    assert await told(hall, customer) == []


async def test_who_is_here_keeps_it(hall: Hall) -> None:
    customer, _ = await spoken(hall)
    await duty.watch(hall)
    later(hall, MONDAY + timedelta(minutes=30))
    await duty.watch(hall)
    assert (await thread_of(hall, customer)).speaker == CREW
    assert await absent.next_wake_up(hall) is not None


async def test_a_case_the_clock_closes_frees_the_floor(hall: Hall) -> None:
    customer, no = await spoken(hall)
    await counter.resolve(hall, staff(hall, CREW), no, "好了", CLOSING)
    await counter.reply(hall, staff(hall, CREW), no, "请您看看")
    assert (await thread_of(hall, customer)).speaker == CREW
    span = hall.edition().data.books.rules.confirm_close
    drill.practice(hall).clock.turn_to(hall.clock.now() + span)
    await duty.watch(hall)
    assert (await moves_of(hall, no))[-1] == "close"
    assert (await thread_of(hall, customer)).floor is Floor.GUIDE


async def test_who_spoke_after_the_end_may_give_the_talk_back(hall: Hall) -> None:
    customer, no = await spoken(hall)
    await counter.resolve(hall, staff(hall, CREW), no, "好了", CLOSING)
    await counter.reply(hall, staff(hall, CREW), no, "请您看看")
    await counter.release(hall, staff(hall, CREW), no)
    assert (await thread_of(hall, customer)).floor is Floor.GUIDE
