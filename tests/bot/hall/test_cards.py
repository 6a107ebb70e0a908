from dataclasses import replace
from pathlib import Path

from bot.desk.case import Case, Outcome
from bot.hall import cards
from bot.hall.house import Hall
from tests.kit import hall_at, say

OUTAGE = ("停电报修", "芦苇路8号3幢502", "只有我家", "13800000001")


async def opened(hall: Hall, customer: str = "c1") -> Case:
    """A case as it was before there were cards."""
    await say(hall, customer, *OUTAGE)
    (case,) = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    return await keyed(hall, case, "")


async def keyed(hall: Hall, case: Case, key: str) -> Case:
    return await hall.ledger.write(lambda page: page.record(Outcome(replace(case, card=key), ()), str))


async def by_key(hall: Hall, key: str) -> Case | None:
    return await hall.ledger.read(lambda lists: cards.case_by_key(lists, key))


async def test_a_key_leads_to_its_case_and_a_wrong_one_nowhere(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await opened(hall)).no
        case = await hall.ledger.write(lambda page: cards.ensure(page, page.case(no)))
        assert len(case.card) >= 22
        assert await by_key(hall, case.card) == case
        for wrong in ("", "x", case.card[:-1], case.card + "A", case.no, "密钥", "A" * 65):
            assert await by_key(hall, wrong) is None


async def test_a_case_gets_its_card_once(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await opened(hall)).no
        first = await hall.ledger.write(lambda page: cards.ensure(page, page.case(no)))
        again = await hall.ledger.write(lambda page: cards.ensure(page, page.case(no)))
        assert (again.card, again.version) == (first.card, first.version)


async def test_an_old_key_leads_nowhere(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await opened(hall)).no
        old = await hall.ledger.write(lambda page: cards.ensure(page, page.case(no)))
        fresh = await keyed(hall, old, cards.fresh())
        await hall.ledger.write(lambda page: cards.remember(page, fresh))
        assert await by_key(hall, old.card) is None
        assert await by_key(hall, fresh.card) == fresh
        await keyed(hall, fresh, "")
        assert await by_key(hall, fresh.card) is None


async def test_no_key_stands_open_among_the_small_things_kept(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        no = (await opened(hall)).no
        case = await hall.ledger.write(lambda page: cards.ensure(page, page.case(no)))
        assert await hall.ledger.read(lambda lists: lists.remembered(f"card:{case.card}")) == ""


async def test_the_link_needs_an_address_and_a_card(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        bare = await opened(hall)
        case = replace(bare, card="KEY")
        at = replace(hall, base_url="https://hall.example/")
        assert cards.link(at, case) == "https://hall.example/card/KEY"
        assert cards.link(at, bare) == ""
        assert cards.link(replace(hall, base_url=""), case) == ""


def test_keys_are_never_the_same() -> None:
    assert len({cards.fresh() for _ in range(200)}) == 200
