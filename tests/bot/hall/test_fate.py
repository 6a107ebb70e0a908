"""What becomes of a letter: dead and seen, shut and the handler told once, edited in place."""

from dataclasses import replace

from bot.desk.case import Case, Kind, Letter, Outcome
from bot.desk.pending import Cover
from bot.hall import counter, delivery, drill, fate
from bot.hall.house import Hall
from bot.hall.ports import Undeliverable
from bot.hall.records import Carried, Posted, Reach
from tests.bot.hall.test_delivery import through
from tests.kit import CREW, LEADER
from tests.kit_hall import CLOSING, Mailbox, forward, letters, moves_of, outage, sit_down, staff

SHUT = Undeliverable("blocked", shut=True)


async def posted(hall: Hall, letter: Letter) -> Posted:
    await hall.ledger.write(lambda page: page.post(letter, hall.clock.now(), str))
    return (await letters(hall, letter.to, edits=True))[-1]


async def test_every_live_case_of_the_customer_is_told_of_once_and_finished_ones_not(hall: Hall) -> None:
    mailbox = Mailbox(fails=[SHUT, SHUT, SHUT])
    customer, case = await outage(hall)
    through(hall, mailbox)
    to = f"customer:{customer}"
    await hall.ledger.write(lambda page: page.keep_reach(Reach(to, ("web", "tg"), 42)))
    for number in range(3):
        await posted(hall, Letter(to, Kind.ANSWER, f"k{number}", "张三 13800138000"))
    await drill.settle(hall)
    told = [one for one in await letters(hall) if one.key.startswith("unreachable:")]
    assert [(one.to, one.case) for one in told] == [(f"staff:{case.first_handler}", case.no)]
    assert "13800138000" not in told[0].text
    assert (await moves_of(hall)).count("undelivered") == 3
    on_the_web = [one for one in await letters(hall, to) if one.key.startswith("k")]
    assert {one.state for one in on_the_web} == {"sent"}


async def test_a_finished_case_is_no_reason_to_telephone_one_that_waits_for_a_yes_is(hall: Hall) -> None:
    customer, closed = await outage(hall)
    await resolve(hall, closed)
    await counter.close(hall, staff(hall, LEADER), closed.no, "已电话确认")
    _, waits = await outage(hall, customer)
    await resolve(hall, waits)
    through(hall, Mailbox(fails=[SHUT]))
    to = f"customer:{customer}"
    await hall.ledger.write(lambda page: page.keep_reach(Reach(to, ("web", "tg"), 42)))
    await posted(hall, Letter(to, Kind.ANSWER, "k", "您好"))
    await drill.settle(hall)
    assert [one.case for one in await letters(hall) if one.key.startswith("unreachable:")] == [waits.no]


async def test_who_stands_in_is_told_to_telephone_too(hall: Hall) -> None:
    customer, case = await outage(hall)
    day = hall.clock.now().date()
    covered = replace(case, cover=Cover("A303", day))
    await hall.ledger.write(lambda page: page.record(Outcome(covered, ()), str))
    through(hall, Mailbox(fails=[SHUT]))
    to = f"customer:{customer}"
    await hall.ledger.write(lambda page: page.keep_reach(Reach(to, ("web", "tg"), 42)))
    await posted(hall, Letter(to, Kind.ANSWER, "k", "您好"))
    await delivery.carry(hall)
    told = [one.to for one in await letters(hall) if one.key.startswith("unreachable:")]
    assert told == [f"staff:{case.first_handler}", "staff:A303"]


class TestStaffWhoAreShut:
    async def shut(self, hall: Hall, no: str, mailbox: Mailbox | None = None) -> None:
        through(hall, mailbox or Mailbox(fails=[SHUT] * 9))
        await hall.ledger.write(lambda page: page.keep_reach(Reach(f"staff:{no}", ("desk", "tg"), 42)))

    async def handed_on(self, hall: Hall) -> list[Posted]:
        return [one for one in await letters(hall) if one.key.startswith(fate.HANDED_ON)]

    async def test_what_is_no_alert_lies_on_the_desk_and_nobody_is_told(self, hall: Hall) -> None:
        await self.shut(hall, CREW)
        for number, kind in enumerate((Kind.STATUS, Kind.NOTICE, Kind.NUDGE)):
            await posted(hall, Letter(f"staff:{CREW}", kind, f"k{number}", "客户有补充"))
        await drill.settle(hall)
        reach = await hall.ledger.read(lambda lists: lists.reach(f"staff:{CREW}"))
        assert reach
        assert reach.blocked_at
        assert {one.state for one in await letters(hall)} == {"sent"}
        assert await self.handed_on(hall) == []

    async def test_an_alert_goes_to_the_duty_leaders_too_once_and_says_why(self, hall: Hall) -> None:
        await self.shut(hall, CREW)
        letter = await posted(hall, Letter(f"staff:{CREW}", Kind.ALERT, "k", "险情，请马上处理"))
        await drill.settle(hall)
        found = await self.handed_on(hall)
        assert [(one.to, one.kind) for one in found] == [("staff:A001", "alert"), ("staff:A002", "alert")]
        assert all("雷九川" in one.text and "险情，请马上处理" in one.text for one in found)
        landed = fate.shut(hall, letter, "blocked", hall.clock.now())
        await hall.ledger.write(landed.mark)
        assert len(await self.handed_on(hall)) == 2

    async def test_the_reminder_to_accept_is_handed_on_and_later_ones_not(self, hall: Hall) -> None:
        _, case = await outage(hall)
        await self.shut(hall, case.first_handler)
        await forward(hall, minutes=16)
        nudge = next(one for one in await letters(hall, f"staff:{case.first_handler}") if one.kind == "nudge")
        (first, _) = await self.handed_on(hall)
        assert nudge.text in first.text
        assert first.case == case.no
        await counter.accept(hall, staff(hall, case.first_handler), case.no)
        await posted(hall, Letter(f"staff:{case.first_handler}", Kind.NUDGE, "k", "内部时限已到", case.no))
        await drill.settle(hall)
        assert len(await self.handed_on(hall)) == 2

    async def test_a_leader_who_is_shut_is_told_of_once_to_the_others_who_have_the_alert_themselves(
        self, hall: Hall
    ) -> None:
        await self.shut(hall, "A002")
        for number in range(3):
            for no in ("A001", "A002"):
                await posted(hall, Letter(f"staff:{no}", Kind.ALERT, f"{number}{no}", f"告警 {number}"))
        await drill.settle(hall)
        assert [one.to for one in await self.handed_on(hall)] == ["staff:A001"]

    async def test_what_was_handed_on_to_somebody_shut_goes_no_further(self, hall: Hall) -> None:
        for no in (CREW, "A001", "A002"):
            await self.shut(hall, no)
        await posted(hall, Letter(f"staff:{CREW}", Kind.ALERT, "k", "险情"))
        await drill.settle(hall)
        assert [one.to for one in await self.handed_on(hall)] == ["staff:A001", "staff:A002"]

    async def test_nobody_from_whom_the_case_is_hidden_hears_of_it(self, hall: Hall) -> None:
        _, case = await outage(hall)
        await self.shut(hall, CREW)
        hidden = replace(case, hidden_from=("A001",))
        await hall.ledger.write(lambda page: page.record(Outcome(hidden, ()), str))
        await posted(hall, Letter(f"staff:{CREW}", Kind.ALERT, "k", "请督办", case.no))
        await drill.settle(hall)
        assert [one.to for one in await self.handed_on(hall)] == ["staff:A002"]


async def resolve(hall: Hall, case: Case) -> None:
    by = staff(hall, case.first_handler)
    await counter.accept(hall, by, case.no)
    await counter.resolve(hall, by, case.no, "好了", CLOSING)
    await drill.settle(hall)


async def test_an_edited_card_lies_where_the_first_one_lies(still: Hall) -> None:
    customer = await sit_down(still, channel="tg")
    first = await posted(still, Letter(f"customer:{customer}", Kind.RECEIPT, "a", "一"))
    second = await posted(still, Letter(f"customer:{customer}", Kind.RECEIPT, "b", "二", replaces=first.seq))
    now = still.clock.now()
    for letter, shows in ((first, "x"), (second, "y")):
        landed = fate.arrived(still, letter, Carried(42, 7, shows), now)
        await still.ledger.write(landed.mark)
    found = await still.ledger.read(lambda lists: (lists.carried(first.seq), lists.carried(second.seq)))
    assert found == (Carried(42, 7, "y"), None)
    assert await delivery.carry(still) == 0


def test_whose_words_it_is(still: Hall) -> None:
    letter = Posted(1, still.clock.now(), "customer:a", Kind.WORDS, "x", "k", speaker="A301")
    assert fate.speaker(still, letter) == "雷九川（A301）"
    assert fate.speaker(still, Posted(1, still.clock.now(), "customer:a", Kind.ANSWER, "x", "k")) == ""
