"""Somebody leaves the hall."""

from dataclasses import replace
from typing import Any

import pytest

from bot.desk.case import Case, State
from bot.desk.errors import Missing
from bot.desk.outcome import record
from bot.hall import access, counter, leaving, tables
from bot.hall.counter import Asked, Preview
from bot.hall.holding import HoldsCases
from bot.hall.house import Hall
from tests.kit import CREW, LEADER, MONDAY, WORKER, told
from tests.kit_hall import CLOSING, letters, moves_of, newest, outage, staff, wants_person

ADMIN = "A902"


async def off(hall: Hall, no: str, reason: str = "离职", **asked: bool) -> None:
    await leaving.off(hall, staff(hall, LEADER), no, reason, Asked(**asked))  # type: ignore[arg-type] # dry only


async def test_who_holds_a_case_stays_until_somebody_else_has_it(hall: Hall) -> None:
    _, case = await outage(hall)
    token = await access.personal_token(hall, case.first_handler)
    with pytest.raises(HoldsCases) as held:
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


async def hand_over(hall: Hall, no: str, to: str, *, by: str = LEADER, **how: Any) -> tuple[str, ...] | Preview:
    return await leaving.handover(hall, staff(hall, by), no, to, "休产假", Asked(**how))


async def kept(hall: Hall, case: Case) -> None:
    books = hall.edition().data.books
    await hall.ledger.write(lambda page: page.record(record(books, case, MONDAY, []), str))


async def of_the_crew(hall: Hall) -> tuple[str, Case]:
    """One more outage in the hands of the same person."""
    customer, case = await outage(hall)
    await kept(hall, replace(case, first_handler=CREW))
    return customer, await newest(hall, customer)


async def resolved(hall: Hall) -> tuple[str, Case]:
    customer, case = await of_the_crew(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await counter.resolve(hall, staff(hall, CREW), case.no, "来电了", CLOSING)
    return customer, await newest(hall, customer)


async def test_a_finished_case_nobody_confirmed_still_holds(hall: Hall) -> None:
    _, case = await resolved(hall)
    assert case.state is State.RESOLVED
    with pytest.raises(HoldsCases) as held:
        await off(hall, CREW)
    assert held.value.cases == (case.no,)


@pytest.mark.parametrize("by", [LEADER, ADMIN])
async def test_all_cases_of_somebody_get_another_first_handler(hall: Hall, by: str) -> None:
    customers = [await of_the_crew(hall), await of_the_crew(hall), await resolved(hall)]
    numbers = {case.no for _, case in customers}
    assert set(await hand_over(hall, CREW, "A302", by=by)) == numbers  # type: ignore[arg-type] # not tried only
    for customer, case in customers:
        now = await newest(hall, customer)
        assert (now.no, now.first_handler, now.state) == (case.no, "A302", case.state)
        assert now.promises == case.promises
        said = await told(hall, customer)
        assert "休产假" in said
        assert staff(hall, "A302").name in said
        assert (await moves_of(hall, case.no))[-1] == "reassign"
    assert numbers <= {one.case for one in await letters(hall, "staff:A302")}
    await off(hall, CREW)
    assert not staff(hall, CREW).on


async def test_a_handover_is_all_or_none(hall: Hall) -> None:
    first, one = await of_the_crew(hall)
    second, two = await of_the_crew(hall)
    await kept(hall, replace(two, hidden_from=("A302",)))
    with pytest.raises(Missing) as missing:
        await hand_over(hall, CREW, "A302")
    assert missing.value.fields == {"to": f"missing.handover:{two.no}"}
    assert [(await newest(hall, customer)).first_handler for customer in (first, second)] == [CREW, CREW]
    assert "reassign" not in await moves_of(hall, one.no)
    assert "休产假" not in await told(hall, first)


@pytest.mark.parametrize(
    ("to", "fault"),
    [("Z999", "missing.person"), ("A901", "missing.person"), (CREW, "missing.person.same"), ("", "missing.person")],
)
async def test_who_cannot_take_over(hall: Hall, to: str, fault: str) -> None:
    _, case = await outage(hall)
    with pytest.raises(Missing) as missing:
        await hand_over(hall, CREW, to)
    assert missing.value.fields == {"to": fault}
    with pytest.raises(Missing) as missing:
        await leaving.handover(hall, staff(hall, LEADER), CREW, "A302", " 。", Asked())
    assert set(missing.value.fields) == {"reason"}
    with pytest.raises(leaving.NoSuchPerson):
        await hand_over(hall, "Z998", "A302")
    assert "reassign" not in await moves_of(hall, case.no)


async def test_a_handover_only_tried_and_one_asked_twice(hall: Hall) -> None:
    customer, case = await outage(hall)
    tried = await hand_over(hall, CREW, "A302", dry=True)
    assert isinstance(tried, Preview)
    assert (tried.customers, tried.cases) == (1, (case.no,))
    assert "休产假" in tried.text
    assert (await newest(hall, customer)).first_handler == CREW
    for _ in range(2):
        assert await hand_over(hall, CREW, "A302", id="once") == (case.no,)
    assert (await moves_of(hall, case.no)).count("reassign") == 1
    assert await hand_over(hall, CREW, "A302") == ()  # there is nothing left to hand over


async def test_cases_hidden_from_the_leader_are_another_leader_s_to_hand_over(hall: Hall) -> None:
    customer, seen = await wants_person(hall)
    holder = seen.first_handler
    _, secret = await outage(hall)
    await kept(hall, replace(secret, first_handler=holder, hidden_from=(LEADER,), named=(LEADER,)))
    with pytest.raises(HoldsCases) as held:
        await off(hall, holder)
    assert held.value.cases == (seen.no,)
    to = "A102" if holder != "A102" else "A101"
    assert await hand_over(hall, holder, to) == (seen.no,)
    assert (await newest(hall, customer)).first_handler == to
    with pytest.raises(HoldsCases) as held:
        await off(hall, holder)
    assert held.value.cases == ()
    assert await hand_over(hall, holder, to, by="A002") == (secret.no,)
    await off(hall, holder)
