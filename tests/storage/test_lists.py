from bot.hall.lists import Lists
from bot.hall.records import CaseQuery
from storage.ledger import SqlLedger
from storage.page import SqlPage
from tests.storage.given import NOW, a_message, opened


def test_lists_are_the_port_and_see_what_the_page_wrote(page: SqlPage) -> None:
    lists: Lists = page.lists()
    page.hear(a_message("1"), NOW)
    page.record(opened(), str)
    assert lists.talks_with_work(9) == ("w1",)
    assert lists.cases(CaseQuery()).total == 1
    assert lists.broken_chain() is None


async def test_an_empty_ledger_has_empty_lists(ledger: SqlLedger) -> None:
    def looking(lists: Lists) -> list[object]:
        return [
            lists.cases(CaseQuery()).items,
            lists.cases_of("w1"),
            lists.events("DL1"),
            lists.lines("w1", 0, 9),
            lists.customers(),
            lists.alerts(only_open=False),
            lists.letters(0),
            lists.talks_with_work(9),
            lists.due(NOW, 9),
        ]

    assert set(map(str, await ledger.read(looking))) == {"()"}
    assert await ledger.read(lambda lists: lists.next_wake_up()) is None
    assert await ledger.read(lambda lists: lists.broken_chain()) is None
    assert await ledger.read(lambda lists: lists.person("w1")) is None
    assert await ledger.read(lambda lists: lists.session("cookie", "s", NOW)) is None
