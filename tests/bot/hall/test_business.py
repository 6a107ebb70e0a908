import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from bot.desk.case import State
from bot.guide.supply import Account, Bill, Outage
from bot.guide.wants import Finding, Sought, Want
from bot.hall import proofs, reception, scenery
from bot.hall.business import FolderBusiness, business_of, seek
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.ports import TooSlow
from bot.hall.records import Heard
from tests.kit import edition, hall_at, say, told
from tests.kit_hall import Failing, cases_of, forward, hear, letters, moves_of, newest, sit_down, thread_of

NO, END = "9900000101", "泉"
ASKED = ("查一下电费", NO)


def with_data(one: Edition, **more: object) -> FolderBusiness:
    changed = replace(one, data=replace(one.data, **more))  # type: ignore[arg-type]
    return FolderBusiness(lambda: changed)


@dataclass
class Gate:
    """Systems that answer as the folder does, but only once they are let."""

    inner: FolderBusiness
    slow: bool = False
    open: asyncio.Event = field(default_factory=asyncio.Event)
    asked: int = 0
    has_accounts: bool = True

    async def _wait(self) -> None:
        self.asked += 1
        await self.open.wait()
        if self.slow:
            raise TooSlow

    async def account(self, no: str) -> Account | None:
        await self._wait()
        return await self.inner.account(no)

    async def accounts(self, phone: str = "", address: str = "") -> tuple[Account, ...]:
        await self._wait()
        return await self.inner.accounts(phone, address)

    async def bills(self, account: str, since: str = "", till: str = "") -> tuple[Bill, ...]:
        await self._wait()
        return await self.inner.bills(account, since, till)

    async def outages(
        self, *, address: str = "", account: str = "", line: str = "", at: datetime | None = None
    ) -> tuple[Outage, ...]:
        await self._wait()
        return await self.inner.outages(address=address, account=account, line=line, at=at)


def behind(hall: Hall, *, slow: bool = False, let: bool = False) -> tuple[Hall, Gate]:
    """The same hall with systems behind a gate."""
    gate = Gate(FolderBusiness(hall.edition), slow)
    if let or slow:
        gate.open.set()
    return replace(hall, business=gate), gate


async def answers(hall: Hall, customer: str) -> str:
    """All that was said to the customer, carried or not."""
    return "\n".join(letter.text for letter in await letters(hall, f"customer:{customer}"))


class TestFolder:
    async def test_it_is_the_folder_as_it_is_at_this_moment(self) -> None:
        business = FolderBusiness(edition)
        account = await business.account(NO)
        assert account
        assert account.holder == "陆听泉"
        assert await business.account("9999999999") is None
        assert business.has_accounts
        assert not with_data(edition(), accounts={}).has_accounts

    async def test_accounts_by_telephone_or_address_and_never_all(self) -> None:
        business = FolderBusiness(edition)
        assert [one.no for one in await business.accounts(phone="19900000101")] == [NO]
        assert [one.no for one in await business.accounts(address="听荷苑5幢")] == [NO]
        assert await business.accounts("19900000101", "盐仓巷") == ()
        assert await business.accounts() == ()

    async def test_bills_within_months(self) -> None:
        business = FolderBusiness(edition)
        assert [bill.month for bill in await business.bills(NO)] == ["2026-08", "2026-09", "2026-10"]
        assert [bill.month for bill in await business.bills(NO, "2026-09", "2026-09")] == ["2026-09"]
        assert await business.bills("9999999999") == ()

    async def test_outages_of_a_place_an_account_and_a_line(self) -> None:
        business = FolderBusiness(edition)
        at = datetime.fromisoformat("2026-12-01T09:00:00+08:00")

        async def found(**more: str) -> list[str]:
            return [one.no for one in await business.outages(at=at, **more)]

        assert await found(address="豆娘湾2组3号") == ["F-1201"]
        assert await found(address="听荷苑5幢302") == ["P-1201"]
        assert await found(address="听荷苑12幢") == []
        assert await found(account="9900000108") == ["F-1201"]
        assert await found(address="不在这里的路1号") == []
        after = at + timedelta(days=30)
        assert [one.no for one in await business.outages(address="豆娘湾", at=after)] == ["F-1201"]
        assert await business.outages(address="听荷苑5幢", at=after) == ()


async def test_a_hall_without_systems_of_its_own_asks_its_folder(still: Hall) -> None:
    assert business_of(still).has_accounts
    assert (await seek(still, Want(Sought.ACCOUNT, account=NO))).account
    assert (await seek(still, Want(Sought.BILLS, account=NO, since="2026-10", till="2026-10"))).bills
    other, _ = behind(still, slow=True)
    for what in Sought:
        assert await seek(other, Want(what, account=NO)) == Finding(slow=True)


class TestLookingUp:
    async def test_it_happens_off_the_page_and_the_talk_is_one_message_one_answer(self, still: Hall) -> None:
        customer = await sit_down(still)
        await hear(still, customer, *ASKED, END)
        assert await reception.drain(still, customer) == 3
        text = await answers(still, customer)
        assert text.count("92.98 元") == 1
        assert text.count("请告诉我户名的最后一个字") == 1
        assert (await still.ledger.read(lambda lists: lists.person(customer))).accounts == {NO: "P2"}  # type: ignore[union-attr]

    async def test_what_wants_nothing_is_one_page(self, still: Hall) -> None:
        customer = await sit_down(still)
        await hear(still, customer, "你好")
        counted = Failing(still.ledger, *[None] * 9)
        await reception.drain(replace(still, ledger=counted), customer)
        assert len(counted.fails) == 8

    async def test_nothing_is_kept_while_it_is_looked_up_and_others_go_on(self, still: Hall) -> None:
        hall, gate = behind(still)
        one, other = await sit_down(hall), await sit_down(hall)
        await hear(hall, one, *ASKED, END)
        waiting = asyncio.create_task(reception.drain(hall, one))
        while not gate.asked:
            await asyncio.wait([waiting], timeout=0)
        assert await answers(hall, one) == ""
        await hear(hall, other, "几点开门")
        assert await reception.drain(hall, other) == 1
        assert "开门" in await answers(hall, other)
        assert not waiting.done()
        gate.open.set()
        assert await waiting == 3
        assert "92.98 元" in await answers(hall, one)

    async def test_what_is_said_meanwhile_is_answered_in_its_order(self, still: Hall) -> None:
        hall, gate = behind(still)
        customer = await sit_down(hall)
        await hear(hall, customer, *ASKED, END)
        waiting = asyncio.create_task(reception.drain(hall, customer))
        while not gate.asked:
            await asyncio.wait([waiting], timeout=0)
        await hall.ledger.write(lambda page: page.hear(Heard("late", customer, text="谢谢"), hall.clock.now()))
        gate.open.set()
        assert await waiting == 4
        text = await answers(hall, customer)
        assert text.index("92.98 元") < text.index("不客气")

    async def test_a_silent_system_is_said_and_a_person_takes_over(self, still: Hall) -> None:
        hall, gate = behind(still, slow=True)
        customer = await sit_down(hall)
        await hear(hall, customer, *ASKED, END)
        await reception.drain(hall, customer)
        assert gate.asked == 1
        text = await answers(hall, customer)
        assert "后台系统现在没有回应" in text
        assert " 元" not in text
        await hall.ledger.write(lambda page: page.hear(Heard("p", customer, button="human"), hall.clock.now()))
        await reception.drain(hall, customer)
        case = await newest(hall, customer)
        assert (case.topic, case.slots["about"]) == ("human_agent", "电费电量查询")
        assert "deny" not in await moves_of(hall)

    async def test_looking_up_has_an_end(self, still: Hall) -> None:
        hall, gate = behind(still, let=True)
        found = scenery.Found(hall.clock.now())
        wants = iter(Want(Sought.ACCOUNT, account=str(number)) for number in range(scenery.ROUNDS + 1))

        def doing(_: Page) -> str:
            want = next(wants, None)
            if want:
                raise scenery.Wanting(want)
            return "done"

        assert await scenery.written(hall, doing, found) == "done"
        assert gate.asked == scenery.ROUNDS
        assert list(found.answers.values())[-1] == Finding(slow=True)


class TestProof:
    async def test_three_times_a_day_for_one_customer_then_only_a_person(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, *ASKED, "水", "火", "土")
        case = await newest(hall, customer)
        assert case.topic == "human_agent"
        assert case.state is State.OPEN
        await say(hall, customer, *ASKED, END)
        assert "92.98" not in await told(hall, customer)
        assert (await moves_of(hall)).count("deny") == 3
        await forward(hall, days=1)
        await say(hall, customer, *ASKED, END)
        assert "92.98" in await told(hall, customer)

    async def test_a_second_customer_does_not_begin_anew(self, hall: Hall) -> None:
        one, other = await sit_down(hall), await sit_down(hall)
        await say(hall, one, *ASKED, "水", "火")
        await say(hall, other, *ASKED, "土", END)
        assert "92.98" not in await told(hall, other)
        assert [case.topic for case in await cases_of(hall, other)] == ["human_agent"]

    async def test_nor_does_a_restart(self, tmp_path: Path) -> None:
        async with hall_at(tmp_path) as hall:
            customer = await sit_down(hall)
            await say(hall, customer, *ASKED, "水", "火")
        async with hall_at(tmp_path) as hall:
            await say(hall, customer, "土")
            assert [case.topic for case in await cases_of(hall, customer)] == ["human_agent"]

    async def test_another_account_is_counted_for_the_customer_too(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, *ASKED, "水", "9900000102", "火", "9900000103", "土")
        assert [case.topic for case in await cases_of(hall, customer)] == ["human_agent"]

    async def test_unknown_and_wrong_are_answered_in_the_same_words(self, hall: Hall) -> None:
        one, other = await sit_down(hall), await sit_down(hall)
        await say(hall, one, "查一下电费", NO, "水")
        await say(hall, other, "查一下电费", "9999999901", "水")
        assert (await told(hall, one)).replace("0101", "") == (await told(hall, other)).replace("9901", "")

    async def test_nothing_kept_of_it_names_an_account_or_a_person(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, *ASKED, "水")
        events = await hall.ledger.read(lambda lists: lists.events(""))
        denied = [event for event in events if event.move == "deny"]
        assert [(event.by, event.facts) for event in denied] == [
            ("customer", {"what": f"proof {customer}", "case": ""})
        ]
        assert NO not in str(denied)
        assert "水" not in str(denied)

    async def test_an_account_is_proven_once_for_good(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, *ASKED, END, "阶梯电价我用到第几档了")
        assert "尾号 0101" in (await told(hall, customer)).partition("92.98")[2]

    async def test_counts_are_of_a_day(self, still: Hall) -> None:
        day = still.clock.now().date()

        def doing(page: Page) -> tuple[dict[str, int], ...]:
            proofs.fail(page, "w1", NO, still.clock.now(), day)
            return (
                proofs.wrong(page, "w1", ["1"], day),
                proofs.wrong(page, "w2", [NO], day),
                proofs.wrong(page, "w2", [NO], day + timedelta(days=1)),
                proofs.wrong(page, "w1", [], day),
            )

        assert await still.ledger.write(doing) == ({"1": 1}, {NO: 1}, {NO: 0}, {})

    async def test_the_talk_shows_no_name_no_address_no_whole_number(self, hall: Hall) -> None:
        customer = await sit_down(hall)
        await say(hall, customer, *ASKED, END, "为什么停电了")
        text = await told(hall, customer)
        for private in ("陆听泉", "听荷苑5幢302", NO, "19900000101"):
            assert private not in text


async def test_a_place_sent_as_such_is_no_miss(hall: Hall) -> None:
    customer = await sit_down(hall)
    for number in range(3):
        await reception.receive(hall, Heard(f"l{number}", customer, location=(31.5, 120.1)))
    await reception.drain(hall, customer)
    assert "位置收到了" in await told(hall, customer)
    assert (await thread_of(hall, customer)).misses == 0
    assert await cases_of(hall, customer) == ()


async def test_a_hall_without_accounts_says_that_it_cannot_look(still: Hall) -> None:
    bare = replace(edition(), data=replace(edition().data, accounts={}, bills=(), tariffs=()))
    hall = replace(still, edition=lambda: bare)
    customer = await sit_down(hall)
    await hear(hall, customer, "查一下电费。", "阶梯电价多少钱")
    await reception.drain(hall, customer)
    text = await answers(hall, customer)
    assert "我这里眼下看不到账" in text
    assert "我没有当地的价目" in text
    assert " 元" not in text


def test_money_is_exact() -> None:
    assert edition().data.accounts[NO].balance == Decimal("86.40")
