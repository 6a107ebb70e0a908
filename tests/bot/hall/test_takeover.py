"""The brief in a case's topic: once for each who takes over, with what is known, without what is nobody's business."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import CLOCK, CUSTOMER, Case, Lane, Outcome
from bot.desk.moves import Move
from bot.desk.outcome import Entry, record
from bot.desk.pending import Cover
from bot.hall import counter, handing, mirror, takeover
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.wording import render
from tests.bot.hall.test_delivery import through
from tests.kit import CREW, LEADER, MONDAY, edition, say
from tests.kit_hall import ADDRESS, CLOSING, Mailbox, letters, newest, outage, sit_down, staff

HEAD = "接手简报"


async def taken_up(hall: Hall, *before: str) -> tuple[str, Case]:
    """A customer and the outage he reported, in a hall with topics."""
    through(hall, Mailbox("topic"))
    customer = await sit_down(hall)
    await say(hall, customer, *before) if before else None
    return await outage(hall, customer)


async def briefs(hall: Hall, no: str) -> list[str]:
    """Every brief the topic got."""
    return [one.text for one in await letters(hall, mirror.to(no)) if one.text.startswith(HEAD)]


async def brief(hall: Hall, case: Case, by: str = CREW) -> str:
    """The brief that this person would get now, whoever had it before."""
    outcome = record(edition().data.books, case, hall.clock.now(), [Entry(Move.ACCEPT, by, "接单")])

    def doing(page: takeover.Page) -> str:
        page.remember(f"brief:{case.no}", "")
        return render(edition().data, takeover.brief_of(hall, page, outcome, ()))

    return await hall.ledger.write(doing)


def lines(text: str) -> dict[str, str]:
    """What stands behind each label."""
    return dict(line.split("：", 1) for line in text.split("\n") if "：" in line)


async def test_what_it_tells(hall: Hall) -> None:
    customer, case = await taken_up(hall, "我的电话是13812345678")
    await say(hall, customer, "只有我家", "快点，催一下")
    await counter.accept(hall, staff(hall, CREW), case.no)
    (text,) = await briefs(hall, case.no)
    told = lines(text)
    assert text.startswith(f"{HEAD} · 雷九川（工号 {CREW}，工作岗）\n")
    assert "停电报修" in text
    assert f"地址 {ADDRESS}" in told["已知"]
    assert "范围 只有一家" in told["已知"]
    assert "最迟 11月23日（周一）10:45" in told["答应过"]
    assert told["最近的时限"].startswith("到场，")
    assert told["最近一句"] == "快点，催一下"
    assert "催过 1 次" in told["看得出来"]
    assert told["可以这样说"].startswith("马上为您安排抢修")
    assert "十项承诺" in told["依据"]
    assert len(text) < 1000  # thirty seconds


async def test_numbers_of_people_are_masked_and_those_of_cases_are_not(hall: Hall) -> None:
    customer, case = await taken_up(hall)
    await say(hall, customer, f"13812345678 打我电话，户号9900000101，单号{case.no}，家里11月23号停的")
    text = await brief(hall, await newest(hall, customer))
    assert "1381234" not in text
    assert "990000" not in text
    assert "11月23号" in text
    assert f"单号{case.no}" in text


async def test_long_stories_are_cut(hall: Hall) -> None:
    customer, _ = await taken_up(hall)
    await say(hall, customer, "又停了" * 400)
    text = await brief(hall, await newest(hall, customer))
    assert len(lines(text)["最近一句"]) == takeover.LONGEST + 1
    assert "…" in text


async def test_papers_cover_and_helpers_have_their_lines_only_where_there_are_any(hall: Hall) -> None:
    _, case = await taken_up(hall)
    plain = lines(await brief(hall, case))
    assert not plain.keys() & {"材料已收", "材料还差", "正在协办", "相关的单"}
    steps = edition().data.books.steps("owner_transfer")
    first, *others = dict.fromkeys(paper for step in steps if step.lane == Lane.CUSTOMER for paper in step.papers)
    more = replace(
        case,
        topic="owner_transfer",
        papers={first: "got", others[0]: "asked"},
        cover=Cover("A303", (MONDAY + timedelta(days=2)).date()),
        helpers=("A302",),
        links=("DL20261123-0099",),
    )
    text = await brief(hall, more)
    told = lines(text)
    assert told["材料已收"] == first
    assert told["材料还差"] == "、".join(others)
    assert "闻潮生" in told["正在协办"]
    assert told["相关的单"] == "DL20261123-0099"
    assert "代办到 2026年11月25日（周三）" in text


async def test_each_who_takes_over_gets_one_and_a_reopened_case_begins_anew(hall: Hall) -> None:
    _, case = await taken_up(hall)
    crew, other, leader = (staff(hall, no) for no in (CREW, "A302", LEADER))
    await counter.note(hall, leader, case.no, "先看看")
    assert await briefs(hall, case.no) == []
    await counter.accept(hall, crew, case.no)
    await counter.reply(hall, crew, case.no, "在路上")
    await counter.reply(hall, crew, case.no, "到了")
    assert len(await briefs(hall, case.no)) == 1
    await counter.reply(hall, leader, case.no, "我是值班的")
    await counter.release(hall, leader, case.no)
    await counter.reply(hall, crew, case.no, "还是我")
    assert len(await briefs(hall, case.no)) == 2
    await handing.help_(hall, crew, case.no, "A302", "带梯子", Asked())
    await counter.accept(hall, other, case.no)
    assert len(await briefs(hall, case.no)) == 2  # a task is no take-over
    await handing.reassign(hall, leader, case.no, "A303", "离得近", Asked())
    assert f"{HEAD} · " in (await briefs(hall, case.no))[2]
    third = staff(hall, "A303")
    await counter.resolve(hall, third, case.no, "修好了", CLOSING)
    assert len(await briefs(hall, case.no)) == 3
    await counter.reopen(hall, leader, case.no, "还有一相没电")
    assert len(await briefs(hall, case.no)) == 3
    await counter.reply(hall, third, case.no, "我再来一趟")
    assert len(await briefs(hall, case.no)) == 4


async def test_a_declined_transfer_is_no_new_beginning(hall: Hall) -> None:
    customer, case = await taken_up(hall)
    crew = staff(hall, CREW)
    await counter.accept(hall, crew, case.no)
    await handing.transfer(hall, crew, case.no, "A302", "家里有急事", Asked())
    await say(hall, customer, button=f"decline.{case.no}")
    assert (await newest(hall, customer)).transfer is None
    await counter.reply(hall, crew, case.no, "好的，还是我来")
    assert len(await briefs(hall, case.no)) == 1


@pytest.mark.parametrize(
    ("entry", "found"),
    [
        (Entry(Move.ACCEPT, CREW, "接单"), (CREW, False)),
        (Entry(Move.ACCEPT, CREW, "接下协办", facts={"task": "1"}), ("", False)),
        (Entry(Move.REPLY, CREW, "您好"), (CREW, False)),
        (Entry(Move.TRANSFER, CREW, "请求", facts={"to": "A302"}), ("", False)),
        (Entry(Move.TRANSFER, CREW, "换了", facts={"first_handler": "A302", "before": CREW}), ("A302", True)),
        (Entry(Move.REASSIGN, LEADER, "换了", facts={"first_handler": "A302", "before": CREW}), ("A302", True)),
        (Entry(Move.REASSIGN, LEADER, "不换"), ("", False)),
        (Entry(Move.OPEN, "guide", "开单", facts={"first_handler": CREW}), ("", False)),
        (Entry(Move.REASSIGN, CLOCK, "接手", facts={"first_handler": LEADER}), (LEADER, True)),
        (Entry(Move.CONSENT, CUSTOMER, "同意"), ("", False)),
    ],
)
async def test_who_takes_over(hall: Hall, entry: Entry, found: tuple[str, bool]) -> None:
    _, case = await outage(hall)
    outcome: Outcome = record(edition().data.books, case, hall.clock.now(), [entry])
    assert takeover.taken(outcome) == found
