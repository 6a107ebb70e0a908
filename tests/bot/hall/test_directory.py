"""Who of the folder has a messenger: written down, changed, taken back."""

from dataclasses import replace

import pytest

from bot.hall import directory
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.records import Reach
from tests.kit import edition


def people(*, worker: int | None = None, customer: int | None = None, on: bool = True) -> HallData:
    data = edition().data
    staff = {**data.books.roster.staff}
    staff["A201"] = replace(staff["A201"], telegram_id=worker, on=on)
    customers = {**data.customers, "lu": replace(data.customers["lu"], telegram_id=customer)}
    roster = replace(data.books.roster, staff=staff)
    return replace(data, customers=customers, books=replace(data.books, roster=roster))


async def written(hall: Hall, data: HallData) -> tuple[Reach | None, Reach | None]:
    await hall.ledger.write(lambda page: directory.write_down(page, data))
    return await hall.ledger.read(lambda lists: (lists.reach("staff:A201"), lists.reach("customer:lu")))


async def test_who_has_no_number_is_not_in_it(still: Hall) -> None:
    assert await written(still, people()) == (None, None)


async def test_who_has_one_is_reached_by_it_beside_his_own_way(still: Hall) -> None:
    assert await written(still, people(worker=5, customer=6)) == (
        Reach("staff:A201", ("desk", "tg"), 5),
        Reach("customer:lu", ("web", "tg"), 6),
    )


@pytest.mark.parametrize("change", [people(), people(worker=5, on=False)], ids=["gone", "off"])
async def test_a_number_that_went_away_is_no_longer_written_to(still: Hall, change: HallData) -> None:
    await written(still, people(worker=5))
    assert (await written(still, change))[0] == Reach("staff:A201", ("desk",), 0)


async def test_another_number_is_another_chat_and_whether_it_is_shut_is_not_known(still: Hall) -> None:
    await written(still, people(worker=5))
    shut = Reach("staff:A201", ("desk", "tg"), 5, still.clock.now())
    await still.ledger.write(lambda page: page.keep_reach(shut))
    assert (await written(still, people(worker=5)))[0] == shut
    assert (await written(still, people(worker=7)))[0] == Reach("staff:A201", ("desk", "tg"), 7)


async def test_a_channel_that_was_not_there_yet_is_added_and_nothing_forgotten(still: Hall) -> None:
    shut = still.clock.now()
    await still.ledger.write(lambda page: page.keep_reach(Reach("staff:A201", ("tg",), 5, shut)))
    assert (await written(still, people(worker=5)))[0] == Reach("staff:A201", ("desk", "tg"), 5, shut)
