"""Somebody leaves the hall."""

import pytest

from bot.desk.errors import Missing
from bot.hall import access, leaving, tables
from bot.hall.counter import Asked
from bot.hall.house import Hall
from tests.kit import LEADER, WORKER
from tests.kit_hall import outage, staff


async def off(hall: Hall, no: str, reason: str = "离职", **asked: bool) -> None:
    await leaving.off(hall, staff(hall, LEADER), no, reason, Asked(**asked))  # type: ignore[arg-type] # dry only


async def test_who_holds_a_case_stays_until_somebody_else_has_it(hall: Hall) -> None:
    _, case = await outage(hall)
    token = await access.personal_token(hall, case.first_handler)
    with pytest.raises(leaving.HoldsCases) as held:
        await off(hall, case.first_handler)
    assert (held.value.no, held.value.cases) == (case.first_handler, (case.no,))
    assert staff(hall, case.first_handler).on
    assert await access.who(hall, token, "token")


async def test_who_is_off_has_no_way_in_and_gets_no_work(hall: Hall) -> None:
    token = await access.personal_token(hall, WORKER)
    await access.set_password(hall, "A202", "一个很长的密码")
    await off(hall, WORKER, dry=True)
    assert await access.who(hall, token, "token")
    await off(hall, WORKER)
    assert not staff(hall, WORKER).on
    assert await access.who(hall, token, "token") is None
    kept = await tables.versions(hall, "staff")
    assert len(kept) == 1
    await off(hall, WORKER)  # once more only shuts what was opened since
    assert len(await tables.versions(hall, "staff")) == 1


async def test_nobody_and_no_reason(hall: Hall) -> None:
    with pytest.raises(leaving.NoSuchPerson):
        await off(hall, "Z999")
    with pytest.raises(Missing):
        await off(hall, WORKER, "。")


async def test_a_new_password_ends_every_way_in(hall: Hall) -> None:
    token = await access.personal_token(hall, LEADER)
    link = (await access.one_time_link(hall, LEADER)).rsplit("/", 1)[-1]
    await access.set_password(hall, LEADER, "一个很长的密码")
    assert await access.who(hall, token, "token") is None
    assert await access.link(hall, link) is None
    assert await access.login(hall, LEADER, "一个很长的密码")
