"""What messengers show of a case: its events in its topic, each once; the customer's card when something is new."""

from dataclasses import replace

from bot.desk.case import Kind, State
from bot.desk.moves import Move
from bot.hall import counter, drill, mirror
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Posted, Reach
from bot.hall.wording import render
from tests.bot.hall.test_delivery import through
from tests.kit import CREW, edition, heard_by, say
from tests.kit_hall import ADDRESS, Mailbox, letters, newest, outage, sit_down, staff


async def with_messenger(hall: Hall) -> str:
    """A customer of the web chat who has a messenger too."""
    through(hall, Mailbox())
    through(hall, Mailbox("topic"))
    customer = await sit_down(hall)
    await hall.ledger.write(lambda page: page.keep_reach(Reach(f"customer:{customer}", ("web", "tg"), 42)))
    return customer


async def topic(hall: Hall, no: str) -> list[Posted]:
    return list(await letters(hall, mirror.to(no)))


async def cards(hall: Hall, customer: str) -> list[Posted]:
    return [one for one in await letters(hall, f"customer:{customer}") if one.kind == Kind.RECEIPT]


async def test_the_opening_brings_the_card_with_its_buttons_and_no_echo(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    (card,) = await topic(hall, case.no)
    assert card.kind == Kind.WORDS
    assert [one.value for one in card.buttons] == [f"move.{move}" for move in mirror.BUTTONS]
    assert ADDRESS in card.text
    assert not card.urgent


async def test_danger_comes_to_the_topic_in_the_lane_of_danger(hall: Hall) -> None:
    customer = await with_messenger(hall)
    await say(hall, customer, "电线掉地上冒火花了", "竹溪路18号门口")
    case = await newest(hall, customer)
    assert (await topic(hall, case.no))[0].rank == 0


async def test_personal_facts_are_masked_on_the_card(hall: Hall) -> None:
    _, case = await outage(hall)
    private = replace(case, slots={"phone": "13800138000", "account_no": "9900000101"})
    text = render(edition().data, mirror.card(edition().data, private))
    assert "13800138000" not in text
    assert "9900000101" not in text
    assert case.no in text


async def test_what_the_topic_itself_said_has_no_echo_everything_else_has(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    by = staff(hall, CREW)
    await counter.accept(hall, by, case.no)
    await counter.note(hall, by, case.no, "桌上写的备注")
    await counter.note(hall, by, case.no, "话题里写的备注", Asked(known=Move.NOTE))
    lines = [one.text for one in await topic(hall, case.no)]
    assert any("桌上写的备注" in one for one in lines)
    assert not any("话题里写的备注" in one for one in lines)
    assert len(lines) == 3


async def test_the_card_replaces_the_first_receipt_and_the_web_shows_it_once_more(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    by = staff(hall, CREW)
    await counter.accept(hall, by, case.no)
    await counter.stage(hall, by, case.no, "到场")
    await drill.settle(hall)
    first, second, third = await cards(hall, customer)
    assert (first.replaces, second.replaces, third.replaces) == (None, first.seq, first.seq)
    assert second.text.startswith(first.text)
    assert third.text.startswith(first.text)
    assert (
        third.text.count("进展")
        == second.text.count("进展")
        == first.text.count("—— 进展") + 1 + first.text.count("进展")
    )


async def test_a_card_line_of_the_talk_names_the_talk_line_it_replaces(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await drill.settle(hall)
    lines = await heard_by(hall, customer)
    (receipt,) = [one for one in lines if case.no in one.text and one.replaces is None and "已为您登记" in one.text]
    (card,) = [one for one in lines if one.replaces is not None]
    assert card.replaces == receipt.seq


async def test_words_of_a_person_change_no_card(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    await counter.reply(hall, staff(hall, CREW), case.no, "您好")
    assert len(await cards(hall, customer)) == 1


async def test_without_a_messenger_nothing_is_mirrored(hall: Hall) -> None:
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    assert await topic(hall, case.no) == []
    assert len(await cards(hall, customer)) == 1


async def test_who_is_reached_by_the_web_alone_has_no_card_to_edit(hall: Hall) -> None:
    through(hall, Mailbox())
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    assert len(await cards(hall, customer)) == 1
    assert (await newest(hall, customer)).state is State.ACCEPTED
