"""What messengers show of a case: its events in its topic, each once; the customer's card when something is new."""

from dataclasses import replace
from typing import Any

import pytest

from bot.desk.case import CLOCK, Case, Event, Kind, Lane, Outcome, Secrecy
from bot.desk.handing import transfer
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.words import words
from bot.hall import counter, drill, handing, mirror
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Posted, Reach
from bot.hall.wording import render
from tests.bot.hall.test_delivery import through
from tests.kit import CREW, LEADER, edition, heard_by, say
from tests.kit_hall import ADDRESS, Mailbox, forward, letters, newest, outage, sit_down, staff


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
    return [one for one in await letters(hall, f"customer:{customer}", edits=True) if one.kind == Kind.RECEIPT]


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
    assert [one for one in lines if "接手简报" not in one] == [lines[0], lines[1], lines[3]]


async def test_the_live_card_leads_to_the_open_card_whoever_moved_the_case(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await forward(hall, minutes=30)
    first, second = (await cards(hall, customer))[:2]
    assert (first.replaces, second.replaces) == (None, first.seq)
    link = f"{hall.base_url}/card/{case.card}"
    assert all(one.text.count(link) == 1 for one in await cards(hall, customer))
    beats = [one for one in await letters(hall, f"customer:{customer}") if one.text.startswith("跟您说一声")]
    assert beats
    assert all(one.text.count(link) == 1 for one in beats)


async def test_a_card_line_of_the_talk_names_the_talk_line_it_replaces(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await drill.settle(hall)
    lines = await heard_by(hall, customer)
    (receipt,) = [one for one in lines if case.no in one.text and one.replaces is None and "已为您登记" in one.text]
    edits = [one for one in lines if one.replaces is not None]
    assert edits
    assert {one.replaces for one in edits} == {receipt.seq}


async def test_a_case_not_for_all_has_no_topic_but_its_customer_his_card(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    told = await topic(hall, case.no)
    await hall.ledger.write(
        lambda page: page.record(Outcome(replace(page.case(case.no), hidden_from=("A303",)), ()), str)
    )
    await counter.accept(hall, staff(hall, CREW), case.no)
    assert await topic(hall, case.no) == told
    assert len(await cards(hall, customer)) > 1


@pytest.mark.parametrize(
    "why",
    [
        {"hidden_from": ("A303",)},
        {"named": ("A303",)},
        {"secrecy": Secrecy.CONFIDENTIAL},
        {"secrecy": Secrecy.ANONYMOUS},
        {"topic": "complaint"},
        {"topic": "theft_report"},
    ],
    ids=lambda why: "-".join(map(str, why.values())),
)
async def test_what_the_group_may_not_hear(hall: Hall, why: dict[str, Any]) -> None:
    _, case = await outage(hall)
    assert mirror.shared(case)
    assert not mirror.shared(replace(case, **why))


async def test_a_line_that_names_a_case_not_for_all_stays_out_of_the_topic(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    secret = replace(case, no="DL20261123-0999", named=("A303",), version=0)
    await hall.ledger.write(lambda page: page.record(Outcome(secret, ()), str))
    case = await newest_of(hall, case.no)
    entries = [
        Entry(Move.LINK, CLOCK, words("event.linked", other=secret.no)),
        Entry(Move.LINK, CLOCK, "连在一起", facts={"other": secret.no}),
        Entry(Move.NOTE, CREW, "可以说的一句"),
    ]
    outcome = record(edition().data.books, case, hall.clock.now(), entries)
    found = await hall.ledger.write(lambda page: mirror.mirrored(hall, page, outcome))
    told = [render(edition().data, one.text) for one in found.letters if one.to == mirror.to(case.no)]
    assert len(told) == 1
    assert "可以说的一句" in told[0]


async def newest_of(hall: Hall, no: str) -> Case:
    return await hall.ledger.read(lambda lists: lists.case(no))


async def test_who_is_called_in_finds_his_buttons_under_the_line(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    by = staff(hall, CREW)
    await counter.accept(hall, by, case.no)
    await handing.help_(hall, by, case.no, "A302", "带梯子来", Asked())
    assert [one.value for one in (await topic(hall, case.no))[-1].buttons] == ["move.accept", "move.help_done"]
    await handing.transfer(hall, by, case.no, "A302", "家里有急事", Asked())
    assert [one.value for one in (await topic(hall, case.no))[-1].buttons] == ["move.reassign"]
    paused = mirror.letter(
        edition().data, case, Event(case.no, 9, case.opened_at, Lane.FRONTSTAGE, CREW, Move.PAUSE, public=True)
    )
    assert [one.value for one in paused.buttons] == ["move.resume"]
    await say(hall, customer, button=f"consent.{case.no}")
    agreed = next(one for one in await topic(hall, case.no) if "客户同意" in one.text)
    assert [one.value for one in agreed.buttons] == ["move.reassign"]
    await handing.reassign(hall, staff(hall, LEADER), case.no, "A302", "同意", Asked())
    lines = [one for one in await topic(hall, case.no) if "改派" in one.text or "接手简报" in one.text]
    assert all(not one.buttons for one in lines)


async def test_where_the_customer_alone_decides_the_leader_is_offered_nothing(hall: Hall) -> None:
    customer = await with_messenger(hall)
    _, case = await outage(hall, customer)
    asked = transfer(edition().data.books, case, staff(hall, CREW), "A302", "家里有急事", hall.clock.now())
    (event,) = asked.events
    assert asked.case.transfer
    alone = replace(asked.case, transfer=replace(asked.case.transfer, leader=False))
    assert [one.value for one in mirror.letter(edition().data, asked.case, event).buttons] == ["move.reassign"]
    assert mirror.letter(edition().data, alone, event).buttons == ()


def test_only_the_opening_brings_the_card() -> None:
    assert mirror.brings_card("topic:DL20261123-0001:1:open")
    assert not mirror.brings_card("topic:DL20261123-0001:5:help")
    assert not mirror.brings_card("brief:DL20261123-0001:5")


async def test_without_a_messenger_nothing_is_mirrored(hall: Hall) -> None:
    _, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    assert await topic(hall, case.no) == []
