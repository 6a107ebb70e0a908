"""What becomes of a letter: dead and seen, shut and the handler told once, edited in place."""

from bot.desk.case import Kind, Letter
from bot.hall import delivery, drill, fate
from bot.hall.house import Hall
from bot.hall.ports import Undeliverable
from bot.hall.records import Carried, Posted, Reach
from tests.bot.hall.test_delivery import through
from tests.kit_hall import Mailbox, letters, moves_of, outage, sit_down

SHUT = Undeliverable("blocked", shut=True)


async def posted(hall: Hall, letter: Letter) -> Posted:
    await hall.ledger.write(lambda page: page.post(letter, hall.clock.now(), str))
    return (await letters(hall, letter.to))[-1]


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


async def test_staff_who_are_shut_are_marked_and_nobody_is_told(hall: Hall) -> None:
    through(hall, Mailbox(fails=[SHUT]))
    await hall.ledger.write(lambda page: page.keep_reach(Reach("staff:A301", ("desk", "tg"), 42)))
    await posted(hall, Letter("staff:A301", Kind.ALERT, "k", "险情"))
    await drill.settle(hall)
    reach = await hall.ledger.read(lambda lists: lists.reach("staff:A301"))
    assert reach
    assert reach.blocked_at
    (letter,) = await letters(hall)
    assert letter.state == "sent"


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
