from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from bot.guide.thread import Floor
from bot.hall import counter, drill, forms
from bot.hall.house import Hall
from bot.hall.records import Posted
from tests.kit import hall_at, say
from tests.kit_hall import hear, letters, newest, sit_down, staff, thread_of, wants_person

MATTER = "二手房过户，电表改成我的名字"


def pass_by(hall: Hall, **span: float) -> None:
    clock = drill.practice(hall).clock
    clock.turn_to(clock.now() + timedelta(**span))


async def told(hall: Hall, customer: str) -> list[Posted]:
    return [one for one in await letters(hall, f"customer:{customer}") if one.key.startswith("form:")]


async def begun(hall: Hall) -> str:
    """A customer in the middle of a form."""
    customer = await sit_down(hall)
    await say(hall, customer, MATTER, "1")
    assert (await thread_of(hall, customer)).draft
    return customer


async def test_a_form_left_open_is_come_back_to_once_with_its_question(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        thread = await thread_of(hall, customer)
        assert thread.wake_at == hall.clock.now() + timedelta(minutes=20)
        pass_by(hall, minutes=19)
        assert await forms.walk(hall) == 0
        pass_by(hall, minutes=1)
        assert await forms.walk(hall) == 1
        assert await forms.walk(hall) == 0
        (one,) = await told(hall, customer)
        assert one.kind == "nudge"
        assert "过户" in one.text
        assert "电话" in one.text  # the open question
        assert (await thread_of(hall, customer)).asking == thread.asking


async def test_it_goes_on_where_it_stood_and_is_not_nudged_a_second_time(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        pass_by(hall, minutes=20)
        await forms.walk(hall)
        await say(hall, customer, "嗯？要多久能办好")
        assert (await thread_of(hall, customer)).draft
        pass_by(hall, minutes=30)
        assert await forms.walk(hall) == 0
        await say(hall, customer, "19900004321")
        assert (await newest(hall, customer)).slots["phone"] == "19900004321"
        assert (await thread_of(hall, customer)).wake_at is None


async def test_after_its_time_it_is_let_go_with_one_sentence(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        pass_by(hall, minutes=20)
        await forms.walk(hall)
        pass_by(hall, hours=71, minutes=39)
        assert await forms.walk(hall) == 0
        pass_by(hall, minutes=1)
        assert await forms.walk(hall) == 1
        assert "收起来了" in (await told(hall, customer))[1].text
        thread = await thread_of(hall, customer)
        assert (thread.draft, thread.topic, thread.asking, thread.wake_at) == (False, "", "", None)
        await say(hall, customer, "19900004321")
        assert await hall.ledger.read(lambda lists: lists.cases_of(customer)) == ()
        pass_by(hall, days=9)
        assert await forms.walk(hall) == 0


async def test_nobody_is_woken_by_it(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        drill.practice(hall).clock.turn_to(datetime.fromisoformat("2026-11-23T21:20:00+08:00"))
        customer = await begun(hall)
        pass_by(hall, minutes=20)
        assert await forms.walk(hall) == 0
        morning = datetime.fromisoformat("2026-11-24T07:30:00+08:00")
        assert (await thread_of(hall, customer)).wake_at == morning
        drill.practice(hall).clock.turn_to(morning)
        assert await forms.walk(hall) == 1
        assert (await thread_of(hall, customer)).wake_at == datetime.fromisoformat("2026-11-26T21:20:00+08:00")


async def test_a_form_whose_time_ended_while_nobody_walked_is_let_go_without_a_nudge(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        pass_by(hall, days=4)
        assert await forms.walk(hall) == 1
        assert ["收起来了" in one.text for one in await told(hall, customer)] == [True]


async def test_while_a_person_speaks_the_guide_keeps_quiet(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer, case = await wants_person(hall)
        await say(hall, customer, MATTER, "1")
        await counter.accept(hall, staff(hall, case.first_handler), case.no)
        thread = await thread_of(hall, customer)
        assert thread.floor is Floor.STAFF
        held = replace(thread, draft=True, topic="owner_transfer", asking="phone", wake_at=hall.clock.now())
        await hall.ledger.write(lambda page: page.keep(held))
        assert await forms.walk(hall) == 0
        assert (await thread_of(hall, customer)).wake_at == hall.clock.now() + timedelta(minutes=20)
        assert await told(hall, customer) == []


async def test_what_he_has_said_meanwhile_is_answered_first(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        pass_by(hall, minutes=20)
        await hear(hall, customer, "19900004321")
        assert await forms.walk(hall) == 0
        assert await told(hall, customer) == []


async def test_a_form_of_danger_or_of_no_matter_any_more_is_not_mentioned(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        thread = await thread_of(hall, customer)
        pass_by(hall, minutes=20)
        await hall.ledger.write(lambda page: page.keep(replace(page.thread(customer), topic="hazard")))
        assert await forms.walk(hall) == 0
        assert (await thread_of(hall, customer)).wake_at == thread.begun_at + timedelta(hours=72)  # type: ignore[operator]
        pass_by(hall, hours=72)
        await hall.ledger.write(lambda page: page.keep(replace(page.thread(customer), topic="gone")))
        assert await forms.walk(hall) == 0
        assert (await thread_of(hall, customer)).wake_at is None
        assert await told(hall, customer) == []


async def test_an_ended_form_wakes_nobody(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        customer = await begun(hall)
        await say(hall, customer, "取消")
        assert (await thread_of(hall, customer)).wake_at is None
        assert await hall.ledger.read(lambda lists: lists.forms_due(hall.clock.now() + timedelta(days=9), 9)) == ()
