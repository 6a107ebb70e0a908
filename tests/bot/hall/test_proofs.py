from datetime import timedelta

from bot.hall import proofs
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Person
from tests.kit import MONDAY
from tests.kit_hall import sit_down

DAY = MONDAY.date()
NO, OTHER = "9900000012", "9900000013"


async def test_a_proof_is_the_customers_and_others_may_prove_the_same_account(hall: Hall) -> None:
    keys = [await sit_down(hall) for _ in range(2)]

    def doing(page: Page) -> list[Person | None]:
        for key in keys:
            proofs.prove(page, key, NO)
        proofs.prove(page, keys[0], OTHER)
        return [page.person(key) for key in keys]

    first, second = await hall.ledger.write(doing)
    assert first
    assert second
    assert (dict(first.accounts), dict(second.accounts)) == ({NO: "P2", OTHER: "P2"}, {NO: "P2"})


async def test_failures_count_for_the_customer_and_for_the_account_and_end_with_the_day(hall: Hall) -> None:
    def doing(page: Page) -> list[dict[str, int]]:
        proofs.fail(page, "a", NO, MONDAY, DAY)
        proofs.fail(page, "b", NO, MONDAY, DAY)
        proofs.fail(page, "b", OTHER, MONDAY, DAY)
        return [
            proofs.wrong(page, "a", [NO, OTHER], DAY),
            proofs.wrong(page, "b", [OTHER, NO, NO], DAY),
            proofs.wrong(page, "c", [NO, "9900000099"], DAY),
            proofs.wrong(page, "a", [NO], DAY + timedelta(days=1)),
            proofs.wrong(page, "a", [], DAY),
        ]

    mine, his, theirs, tomorrow, none = await hall.ledger.write(doing)
    assert mine == {NO: 2, OTHER: 1}
    assert his == {NO: 2, OTHER: 2}
    assert theirs == {NO: 2, "9900000099": 0}
    assert (tomorrow, none) == ({NO: 0}, {})


async def test_each_failure_is_kept_as_deny_and_names_no_account(hall: Hall) -> None:
    await hall.ledger.write(lambda page: proofs.fail(page, "a", NO, MONDAY, DAY))
    (event,) = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
    assert (event.public, event.facts) == (False, {"what": "proof a", "case": ""})
    assert NO not in str(event)


async def test_the_key_of_an_account_cannot_be_guessed_from_its_number(hall: Hall) -> None:
    def doing(page: Page) -> tuple[str, str, str]:
        return proofs._of_account(page, NO), proofs._of_account(page, NO), proofs._of_account(page, OTHER)

    one, again, other = await hall.ledger.write(doing)
    assert one == again != other
    assert NO not in one
