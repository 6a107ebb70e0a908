from dataclasses import replace
from datetime import timedelta

from bot.desk.case import Outcome
from bot.guide.said import Scene
from bot.guide.thread import Thread
from bot.guide.wants import Sought, Want
from bot.hall import cards, counter, drill, handing, scenery
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.pages import Page
from bot.hall.records import Heard, Person
from bot.hall.scenery import Found
from intents.understanding import Understanding
from tests.kit import CREW, LEADER, MONDAY, say, told
from tests.kit_hall import cases_of, newest, outage, sit_down, staff

PLAIN = Understanding("out_of_scope", 0.1, ())
NOW = MONDAY


def test_only_what_is_proven_is_the_customers() -> None:
    person = Person("x", accounts={"1": "P2", "2": "P0", "3": ""})
    assert scenery.proven(person) == ("1",)
    assert scenery.proven(None) == ()


def test_a_message_as_the_guide_takes_it() -> None:
    place = scenery.said_of(Heard("1", "x", location=(31.5, 120.2)), PLAIN, "（位置）", NOW)
    assert (place.sort, place.corrects, place.masked, place.at) == ("location", False, False, NOW)
    contact = scenery.said_of(Heard("1", "x", contact={"phone": "13800138000"}), PLAIN, "", NOW)
    assert (contact.sort, contact.understood.slots) == ("contact", {"phone": "13800138000"})
    written = scenery.said_of(
        Heard("1", "x", text="停电", replaces="0", at=NOW - timedelta(hours=1)), PLAIN, "停电", NOW
    )
    assert (written.sort, written.corrects, written.at) == ("", True, NOW - timedelta(hours=1))
    card = scenery.said_of(Heard("1", "x", text="我是110101199003070134"), PLAIN, "我是**************0134", NOW)
    assert card.masked


async def scene_of(hall: Hall, customer: str) -> Scene:
    """The scene of a next message."""
    heard = Heard("1", customer, text="x")

    def look(page: Page) -> Scene:
        now = hall.clock.now()
        said = scenery.said_of(heard, PLAIN, "x", now)
        return scenery.scene_of(hall, hall.edition().data, page, said, page.thread(customer), Found(now))

    return await hall.ledger.write(look)


async def test_what_was_asked_last_is_known_while_a_change_of_hands_waits(hall: Hall) -> None:
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "跳过")
    assert (await scene_of(hall, customer)).asked == ()
    await counter.accept(hall, staff(hall, CREW), case.no)
    await handing.transfer(hall, staff(hall, CREW), case.no, "A302", "去另一处", Asked())
    await drill.settle(hall)
    asked = [value.split(".")[:2] for value in (await scene_of(hall, customer)).asked]
    assert asked == [["consent", case.no], ["decline", case.no]]
    await say(hall, customer, "谢谢")
    assert (await scene_of(hall, customer)).asked == ()


async def test_since_when_the_present_hands_hold_it_and_where_the_card_lies(hall: Hall) -> None:
    customer, case = await outage(hall)
    scene = await scene_of(hall, customer)
    assert scene.since == {}
    assert scene.cards == {case.no: f"{hall.base_url}/card/{case.card}"}
    drill.practice(hall).clock.turn_to(MONDAY + timedelta(minutes=20))
    await handing.reassign(hall, staff(hall, LEADER), case.no, "A302", "就近", Asked())
    assert (await scene_of(hall, customer)).since == {case.no: MONDAY + timedelta(minutes=20)}
    bare = replace(hall, base_url="")
    assert (await scene_of(bare, customer)).cards == {}
    assert len(await cases_of(hall, customer)) == 1


async def test_what_a_turn_wants_is_looked_up_off_the_page_and_never_without_end(hall: Hall) -> None:
    customer = await sit_down(hall)
    found = Found(hall.clock.now())
    rounds = 0

    def doing(page: Page) -> Thread:
        nonlocal rounds
        rounds += 1
        want = Want(Sought.ACCOUNT, account=str(rounds))
        if not any(finding.slow for finding in found.answers.values()):
            raise scenery.Wanting(want)
        return page.thread(customer)

    thread = await scenery.written(hall, doing, found)
    assert thread.customer == customer
    assert rounds == scenery.ROUNDS + 2
    assert [finding.slow for finding in found.answers.values()].count(True) == 1


async def test_a_case_from_before_cards_has_its_link_when_its_customer_asks(hall: Hall) -> None:
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "跳过")
    bare = replace(case, card="")
    await hall.ledger.write(lambda page: page.record(Outcome(replace(page.case(case.no), card=""), ()), str))
    assert (await newest(hall, customer)).card == bare.card == ""
    await say(hall, customer, "我的单到哪一步了")
    card = (await newest(hall, customer)).card
    assert card
    assert f"/card/{card}" in await told(hall, customer)
    assert await hall.ledger.read(lambda lists: cards.case_by_key(lists, card)) == await newest(hall, customer)
