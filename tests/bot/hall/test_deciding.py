import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import Case, Outcome
from bot.desk.deciding import Decision, Wish
from bot.desk.errors import Changed, DeskError, Missing, NotYours
from bot.hall import counter, deciding, duty, refusals
from bot.hall.counter import Asked, Preview
from bot.hall.deciding import AlertTaken, NoSuchAlert, NotYourAlert
from bot.hall.house import Hall
from bot.hall.records import OpenAlert
from tests.kit import CREW, LEADER, WORKER, say
from tests.kit_hall import forward, letters, moves_of, newest, outage, staff

SECOND = "A302"


async def late(hall: Hall) -> tuple[str, str, OpenAlert]:
    """A customer whose outage nobody reached in time: customer, case, the newest alert."""
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, case.first_handler), case.no)
    await forward(hall, minutes=50)
    return customer, case.no, (await open_alerts(hall))[0]


async def open_alerts(hall: Hall) -> tuple[OpenAlert, ...]:
    return await hall.ledger.read(lambda lists: lists.alerts(only_open=True))


async def kept(hall: Hall, no: str) -> Case:
    return await hall.ledger.read(lambda lists: lists.case(no))


async def decides(hall: Hall, alert: int, decision: str, by: str = LEADER, **wish: object) -> Case | Preview:
    asked = wish.pop("asked", Asked())
    return await deciding.decide(hall, staff(hall, by), alert, decision, Wish(**wish), asked)  # type: ignore[arg-type]


def whole(outcome: Case | Preview) -> Case:
    assert isinstance(outcome, Case)
    return outcome


async def denied(hall: Hall) -> Iterator[tuple[str, str]]:
    events = await hall.ledger.read(lambda lists: lists.events(""))
    return ((one.by, one.facts["what"]) for one in events if one.move == "deny")


async def test_one_tap_sends_help_tells_all_and_answers_for_everything_of_it(hall: Hall) -> None:
    customer, no, alert = await late(hall)
    assert len(await open_alerts(hall)) > 1
    case = whole(await decides(hall, alert.id, "help"))
    assert (case.helpers, case.first_handler) == ((SECOND,), CREW)
    assert await open_alerts(hall) == ()
    found = await hall.ledger.read(lambda lists: lists.alert(alert.id))
    assert found
    assert found.acked_by == LEADER
    assert all(one.acked_by == LEADER for one in (await kept(hall, no)).raised)
    assert "acknowledge" in await moves_of(hall, no)
    assert "acknowledge" in await moves_of(hall)
    told = [one.text for one in await letters(hall, f"customer:{customer}")]
    assert [
        text for text in told if "加派了闻潮生（工号 A302，工作岗）" in text and "雷九川（工号 A301，工作岗）" in text
    ]
    assert any("请您协办" in one.text for one in await letters(hall, f"staff:{SECOND}"))
    await forward(hall, hours=1)
    assert {one.why for one in await open_alerts(hall)} == {"help", "red_line"}  # news; what was answered stays so


async def test_other_hands_and_a_call_are_decided_alike(hall: Hall) -> None:
    customer, no, alert = await late(hall)
    case = whole(await decides(hall, alert.id, "reassign", to="A303", reason="卓一苇就在附近"))
    assert case.first_handler == "A303"
    assert any("卓一苇就在附近" in one.text for one in await letters(hall, f"customer:{customer}"))
    now = hall.clock.now()
    case = whole(await decides(hall, alert.id, "call", text="对不起，让您久等了", until=now + timedelta(minutes=20)))
    (said,) = [one for one in case.promises if one.by == LEADER]
    assert said.promise_at == now + timedelta(minutes=20)
    told = [one.text for one in await letters(hall, f"customer:{customer}")]
    assert any("对不起，让您久等了" in text and "秦望舒（工号 A001，值班领导岗）" in text for text in told)
    assert (await newest(hall, customer)).no == no


async def test_a_pause_is_granted_with_a_day_that_is_told(hall: Hall) -> None:
    customer, no, alert = await late(hall)
    with pytest.raises(DeskError) as refused:  # somebody is to come: that clock stands still for nobody
        await decides(hall, alert.id, "pause")
    assert refused.value.code == "never_pauses"
    await counter.stage(hall, staff(hall, CREW), no, "arrive")
    case = whole(await decides(hall, alert.id, "pause"))
    (pause,) = case.pauses
    assert (f"{pause.until:%m-%d %H:%M}", pause.customer) == ("11-24 17:30", False)
    assert any("值班领导已经过问" in one.text for one in await letters(hall, f"customer:{customer}"))


async def test_only_tried_it_says_what_the_customer_would_read_and_does_nothing(hall: Hall) -> None:
    _, no, alert = await late(hall)
    before = await kept(hall, no)
    tried = await decides(hall, alert.id, "call", asked=Asked(dry=True))
    assert isinstance(tried, Preview)
    assert (tried.customers, tried.cases) == (1, (no,))
    assert "亲自给您回电" in tried.text
    assert "步骤：" not in tried.text
    assert await kept(hall, no) == before
    assert alert.id in [one.id for one in await open_alerts(hall)]


async def test_asked_twice_it_is_done_once_and_a_stale_version_is_refused(hall: Hall) -> None:
    _, no, alert = await late(hall)
    version = (await kept(hall, no)).version
    with pytest.raises(Changed):
        await decides(hall, alert.id, "call", asked=Asked("a", version - 1))
    assert not (await kept(hall, no)).promises[-1].by
    for _ in range(3):
        await decides(hall, alert.id, "call", asked=Asked("b"))
    assert len([one for one in (await kept(hall, no)).promises if one.by == LEADER]) == 1


async def test_what_is_refused_leaves_the_alert_open(hall: Hall) -> None:
    _, no, alert = await late(hall)
    before = await kept(hall, no)
    for decision, wish in (("help", {"to": "A999"}), ("reassign", {"to": CREW}), ("call", {"reason": "。"})):
        with pytest.raises(Missing):
            await decides(hall, alert.id, decision, **wish)
    with pytest.raises(Missing):
        await decides(hall, alert.id, "approve")
    assert await kept(hall, no) == before
    assert alert.id in [one.id for one in await open_alerts(hall)]


async def test_who_is_no_leader_decides_nothing_and_it_is_kept(hall: Hall) -> None:
    _, no, alert = await late(hall)
    before = await kept(hall, no)
    with pytest.raises(NotYours):
        await decides(hall, alert.id, "call", by=WORKER)
    assert await kept(hall, no) == before
    assert (WORKER, "alerts.decide") in await denied(hall)


async def test_an_alert_that_is_not_there_or_of_a_hidden_case_is_none(hall: Hall) -> None:
    _, no, alert = await late(hall)
    with pytest.raises(NoSuchAlert):
        await decides(hall, 999, "call")
    hidden = replace(await kept(hall, no), hidden_from=("A002",))
    await hall.ledger.write(lambda page: page.record(Outcome(hidden, ()), str))
    with pytest.raises(NoSuchAlert):
        await decides(hall, alert.id, "call", by="A002")
    assert ("A002", "alerts.decide") in await denied(hall)


async def test_whom_an_alert_reached_may_answer_for_it_nobody_else(hall: Hall) -> None:
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await forward(hall, minutes=23)
    (half,) = await open_alerts(hall)
    assert (half.why, half.to) == ("half", (CREW,))
    found = await deciding.reach(hall, staff(hall, CREW), half.id, "alerts.ack", leads=False)
    assert found.id == half.id
    with pytest.raises(NotYourAlert):
        await deciding.reach(hall, staff(hall, WORKER), half.id, "alerts.ack", leads=False)
    assert (WORKER, "alerts.ack") in await denied(hall)
    assert (await deciding.reach(hall, staff(hall, LEADER), half.id, "alerts.ack", leads=True)).id == half.id
    assert (await newest(hall, customer)).no == case.no


async def test_what_is_offered_is_what_may_be_done_and_reads_as_it_will(hall: Hall) -> None:
    customer, no, alert = await late(hall)

    async def offered(by: str) -> list[deciding.Offer]:
        return await hall.ledger.read(lambda lists: list(deciding.offers(hall, lists, staff(hall, by), alert)))

    assert await offered(WORKER) == []
    assert [one.decision for one in await offered(LEADER)] == [Decision.HELP, Decision.REASSIGN, Decision.CALL]
    await counter.stage(hall, staff(hall, CREW), no, "arrive")
    found = await offered(LEADER)
    assert [one.decision for one in found] == list(Decision)
    assert all(one.wish.reason for one in found)
    call = found[-1]
    before = len(await letters(hall, f"customer:{customer}"))
    await decides(hall, alert.id, "call")
    told = [one.text for one in (await letters(hall, f"customer:{customer}"))[before:]]
    assert call.text in told
    await counter.cancel(hall, staff(hall, LEADER), no, "客户电话里说不用了")
    assert await offered(LEADER) == []


async def test_a_grave_alert_is_followed_up_until_somebody_has_acted(hall: Hall) -> None:
    customer, case = await outage(hall)
    await duty.watch(hall)
    await say(hall, customer, "配电箱着火了！")
    (danger,) = [one for one in await open_alerts(hall) if one.why == "danger"]
    await decides(hall, danger.id, "call")
    raised = next(one for one in (await kept(hall, danger.case)).raised if one.why == "danger")
    assert raised.acked_by == LEADER
    assert raised.next_at
    await decides(hall, danger.id, "help")
    raised = next(one for one in (await kept(hall, danger.case)).raised if one.why == "danger")
    assert raised.next_at is None
    assert case.customer == customer


async def test_of_two_leaders_who_tap_at_once_one_decides_and_the_other_hears_it(hall: Hall) -> None:
    _, no, alert = await late(hall)
    taps = [decides(hall, alert.id, "help", by=who, asked=Asked(who)) for who in (LEADER, "A002")]
    done = await asyncio.gather(*taps, return_exceptions=True)
    (refused,) = [one for one in done if not isinstance(one, Case)]
    assert isinstance(refused, AlertTaken)
    case = await kept(hall, no)
    assert case.helpers == (SECOND,)
    other = "A002" if refused.by == LEADER else LEADER
    after = whole(await decides(hall, alert.id, "call", by=other, asked=Asked(version=case.version)))
    assert [one.by for one in after.promises if one.by] == [other]
    assert refusals.sentence(hall.edition().data, refused)
