"""Looking at personal data bare."""

from dataclasses import replace

import pytest

from bot.desk.case import Case, Secrecy
from bot.desk.errors import NotYours
from bot.desk.outcome import record
from bot.hall import handing, revealing
from bot.hall.counter import Asked, Hidden
from bot.hall.house import Hall
from tests.kit import CREW, LEADER, MONDAY, WORKER, say
from tests.kit_hall import moves_of, newest, outage, staff


async def secret(hall: Hall, secrecy: Secrecy = Secrecy.OPEN, **more: tuple[str, ...]) -> Case:
    customer, _ = await outage(hall)
    await say(hall, customer, "我叫林晚照，电话19900001234")
    case = replace(await newest(hall, customer), secrecy=secrecy)
    slots = {**case.slots, "name": "林晚照", "phone": "19900001234"}
    kept = replace(case, slots=slots, hidden_from=more.get("hidden_from", ()))
    books = hall.edition().data.books
    await hall.ledger.write(lambda page: page.record(record(books, kept, MONDAY, []), str))
    return await newest(hall, customer)


async def look(hall: Hall, case: Case, by: str, *fields: str) -> dict[str, str]:
    done = await revealing.reveal(hall, staff(hall, by), case.no, fields, "要打电话", Asked())
    assert isinstance(done, Case)
    return dict(await revealing.revealed(hall, done, staff(hall, by), fields))


async def test_what_is_shown_stands_in_the_ledger(hall: Hall) -> None:
    case = await secret(hall)
    assert await look(hall, case, CREW, "phone") == {"phone": "19900001234"}
    assert (await moves_of(hall, case.no))[-1] == "reveal"
    other = await revealing.revealed(hall, case, staff(hall, CREW), ("phone", "name"))
    assert other == {"phone": "19900001234"}
    assert await revealing.revealed(hall, case, staff(hall, LEADER), ("phone",)) == {}


@pytest.mark.parametrize("by", [CREW, LEADER])
async def test_of_who_is_anonymous_nobody_learns_name_or_telephone(hall: Hall, by: str) -> None:
    case = await secret(hall, Secrecy.ANONYMOUS)
    for name in ("name", "phone"):
        with pytest.raises(NotYours):
            await look(hall, case, by, "address", name)
    denied = [one for one in await moves_of(hall) if one == "deny"]
    assert len(denied) == 2
    assert "reveal" not in await moves_of(hall, case.no)
    assert set(await look(hall, case, by, "address")) == {"address"}


async def test_in_confidence_only_who_answers_for_it_looks(hall: Hall) -> None:
    case = await secret(hall, Secrecy.CONFIDENTIAL)
    await handing.help_(hall, staff(hall, CREW), case.no, WORKER, "看看表", Asked())
    with pytest.raises(NotYours):
        await look(hall, case, WORKER, "phone")
    assert set(await look(hall, case, WORKER, "address")) == {"address"}
    assert await look(hall, case, CREW, "phone") == {"phone": "19900001234"}


async def test_a_hidden_case_is_no_case(hall: Hall) -> None:
    case = await secret(hall, Secrecy.ANONYMOUS, hidden_from=(CREW,))
    with pytest.raises(Hidden):
        await look(hall, case, CREW, "phone")
