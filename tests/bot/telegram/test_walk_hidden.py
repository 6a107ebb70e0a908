"""A case about people of the hall, or told in confidence, is none of the group's business, whatever comes after."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.case import Case, Outcome, Secrecy
from bot.hall import counter, drill
from bot.hall.pages import Page
from tests.bot.telegram.walking import Matter, Scene, scene
from tests.kit_hall import cases_of, staff
from tests.standin.kit import World

ABOUT = "我要投诉雷九川，上门骂人还乱收钱"


async def complaint(on: Scene) -> Case:
    """The customer's complaint, complete."""
    for text in (ABOUT, "就是上门那次", "跳过", "跳过"):
        found = [one for one in await cases_of(on.hall, f"tg{on.customer.id}") if one.topic == "complaint"]
        if found:
            return found[0]
        await on.write(text)
    pytest.fail("no complaint was opened")


async def hide(on: Scene, no: str, **more: object) -> None:
    """The case becomes nobody else's business, as a later word of the customer may make it."""

    def doing(page: Page) -> None:
        page.record(Outcome(replace(page.case(no), **more), ()), str)  # type: ignore[arg-type] # its fields by name

    await on.hall.ledger.write(doing)


async def said_in_group(on: Scene) -> str:
    """All that the bot ever wrote into the group."""
    calls = await on.world.calls("sendMessage", "createForumTopic", "editMessageText", chat=on.group.id)
    return "\n".join(str(one.params) for one in calls)


async def test_a_complaint_has_no_topic_and_no_line_and_who_is_meant_hears_nothing(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.talk("接单", matter.handler, thread=matter.thread)
        before = await on.heard(matter.handler)
        found = await complaint(on)
        assert matter.by in found.hidden_from
        await on.write("他还收了我两百块")
        handler = staff(on.hall, found.first_handler)
        await counter.accept(on.hall, handler, found.no)
        await counter.note(on.hall, handler, found.no, "先听录音")
        await drill.settle(on.hall)
        group = await said_in_group(on)
        for word in (found.no, "投诉", "骂人", "两百", "录音"):
            assert word not in group
        assert len(await on.group.topics()) == 1
        assert await on.heard(matter.handler) == before
        assert found.no in await on.heard(on.staff[found.first_handler])
        assert not [one for one in await on.letters(f"staff:{matter.by}") if one.case == found.no]


async def test_while_the_one_who_is_meant_speaks_the_complaint_is_not_passed_on_to_him(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.talk("接单", matter.handler, thread=matter.thread)
        await on.talk("答复 我到楼下了", matter.handler, thread=matter.thread)
        found = await complaint(on)
        assert matter.by in found.hidden_from
        assert "骂人" not in await on.heard(matter.handler)
        assert "骂人" not in await said_in_group(on)


async def test_the_brief_of_another_case_tells_nothing_of_the_complaint(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        found = await complaint(on)
        await on.talk("接单", matter.handler, thread=matter.thread)
        brief = next(one.text for one in await on.in_topic(matter.thread) if "接手简报" in one.text)
        for word in (found.no, "投诉", "骂人"):
            assert word not in brief


async def test_the_brief_tells_nothing_of_a_complaint_that_is_still_being_asked_about(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        await on.write("我要投诉")
        await on.write("雷九川上门骂人还乱收钱")
        await on.talk("接单", matter.handler, thread=matter.thread)
        brief = next(one.text for one in await on.in_topic(matter.thread) if "接手简报" in one.text)
        for word in ("投诉", "骂人", "乱收钱"):
            assert word not in brief


@pytest.mark.parametrize("how", ["保密", "匿名", "公开"])
async def test_a_report_is_never_told_in_the_group_however_open_its_customer_is(
    tmp_path: Path, world: World, how: str
) -> None:
    async with scene(tmp_path, world) as on:
        await on.write("我要举报，竹溪路18号3幢楼下饭店偷电")
        await on.write(how)
        (found,) = await cases_of(on.hall, f"tg{on.customer.id}")
        assert found.topic == "theft_report"
        await on.write("他家晚上开门做生意的时候用")
        await counter.accept(on.hall, staff(on.hall, found.first_handler), found.no)
        await drill.settle(on.hall)
        assert await said_in_group(on) == ""
        assert found.no in await on.heard(on.staff[found.first_handler])


@pytest.mark.parametrize(
    "why",
    [
        {"hidden_from": ("A303",)},
        {"named": ("A303",)},
        {"secrecy": Secrecy.CONFIDENTIAL},
        {"secrecy": Secrecy.ANONYMOUS},
        {"topic": "theft_report"},
    ],
    ids=lambda why: next(iter(why)),
)
async def test_the_topic_of_a_case_that_becomes_hidden_hears_nothing_more(
    tmp_path: Path, world: World, why: dict[str, object]
) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        said = len(await on.in_topic(matter.thread))
        await on.owe(f"topic:{matter.no}", "早就写好、还没发出的一句")
        await hide(on, matter.no, **why)
        by = staff(on.hall, matter.by)
        await counter.accept(on.hall, by, matter.no)
        await counter.reply(on.hall, by, matter.no, "只给客户的话")
        await on.write("只有我家")
        await drill.settle(on.hall)
        assert "只给客户的话" in await on.heard()
        assert len(await on.in_topic(matter.thread)) == said
        lost = [one for one in await on.letters(f"topic:{matter.no}") if one.state == "dead"]
        assert {one.why for one in lost} == {"hidden"}
        assert not [one for one in await on.letters(f"topic:{matter.no}") if "只给客户的话" in one.text]


async def _hidden_topic(on: Scene) -> Matter:
    """An outage with a topic, hidden since from A303."""
    matter = await on.outage()
    await hide(on, matter.no, hidden_from=("A303",))
    return matter


async def test_who_writes_in_such_a_topic_is_told_in_private_where_to(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await _hidden_topic(on)
        said, moves = len(await on.in_topic(matter.thread)), await on.moves(matter.no)
        for text in ("接单", "随手一句", "答复 您好"):
            await on.talk(text, matter.handler, thread=matter.thread)
        await on.push("接单", matter.handler)
        assert len(await on.in_topic(matter.thread)) == said
        assert await on.moves(matter.no) == moves
        assert (await on.heard(matter.handler)).count("不在群里办") == 4
        assert "deny" not in await on.moves()


async def test_for_whom_it_is_hidden_the_topic_is_dead(tmp_path: Path, world: World) -> None:
    async with scene(tmp_path, world) as on:
        matter = await _hidden_topic(on)
        meant, said = on.staff["A303"], len(await on.in_topic(matter.thread))
        before, moves = await on.heard(meant), await on.moves(matter.no)
        await on.talk("接单", meant, thread=matter.thread)
        await on.push("答复", meant)
        assert len(await on.in_topic(matter.thread)) == said
        assert await on.heard(meant) == before
        assert await on.moves(matter.no) == moves
        assert (await on.moves()).count("deny") == 2


async def test_a_letter_on_its_way_to_whom_the_case_is_now_hidden_from_does_not_arrive(
    tmp_path: Path, world: World
) -> None:
    async with scene(tmp_path, world) as on:
        matter = await on.outage()
        meant = on.staff["A303"]
        before = await on.heard(meant)
        await on.owe("staff:A303", "关于这张单的一句", case=matter.no)
        await hide(on, matter.no, hidden_from=("A303",))
        await on.owe("staff:A303", "与单无关的一句")
        await drill.settle(on.hall)
        news = (await on.heard(meant)).removeprefix(before)
        assert "与单无关的一句" in news
        assert "关于这张单的一句" not in news
