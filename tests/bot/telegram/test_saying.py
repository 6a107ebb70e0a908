"""What is a move and what is not; whom it names; the checklist that goes with 办结."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.deciding import Decision
from bot.desk.moves import Move
from bot.telegram import saying
from bot.telegram.saying import Said, addressed, closing, first_word, move_of
from tests.kit import MONDAY, edition, hall_at
from tests.kit_hall import outage


@pytest.mark.parametrize(
    ("text", "move", "words"),
    [
        ("接单", "accept", ""),
        (" 接单。", "accept", ""),
        ("接单 马上去", "accept", "马上去"),
        ("交还", "release", ""),
        ("答复 您好", "reply", "您好"),
        ("答复：您好", "reply", "您好"),
        ("答复: 您好", "reply", "您好"),
        ("答复\n您好\n再见", "reply", "您好\n再见"),
        ("答复\u3000您好", "reply", "您好"),
        ("答复", "reply", ""),
        ("答复 。", "reply", ""),
        ("阶段 到场 已到", "stage", "到场 已到"),
        ("办结 好了\n原因：x", "resolve", "好了\n原因：x"),
        ("重开 又停了", "reopen", "又停了"),
        ("协办 A302 帮忙", "help", "A302 帮忙"),
        ("协办：A302 帮忙", "help", "A302 帮忙"),
        ("协办完成 换好了", "help_done", "换好了"),
        ("协办完成。", "help_done", ""),
        ("协办完成了", Move.NOTE, "协办完成了"),
        ("移交 A302 我下班", "transfer", "A302 我下班"),
        ("改派 A302 忙不过来", "reassign", "A302 忙不过来"),
        ("改派的事再说", Move.NOTE, "改派的事再说"),
        ("挂起", "pause", ""),
        ("挂起 缺产权证明 到周五", "pause", "缺产权证明 到周五"),
        ("恢复", "resume", ""),
        ("恢复 材料到了", "resume", "材料到了"),
        ("恢复供电了", "note", "恢复供电了"),
        ("答复，先等等", Move.NOTE, "答复，先等等"),
        ("答复客户了没", Move.NOTE, "答复客户了没"),
        ("我答复 他", Move.NOTE, "我答复 他"),
        ("接单了", Move.NOTE, "接单了"),
        ("\u200b答复 他", Move.NOTE, "\u200b答复 他"),
    ],
)
def test_a_move_is_its_name_then_a_blank_or_a_colon(text: str, move: str, words: str) -> None:
    assert move_of(edition().data, text) == Said(move, words)


async def test_the_checklist_is_taken_line_by_line_and_the_rest_is_for_the_customer(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await outage(hall)
    told, facts = closing(
        edition().data,
        case,
        "修好了；请看看\n停电原因:雷击；处理措施：换线 \n 时间：晚上\n联系客户的时间和结果：\n谢谢",
    )
    assert told == "修好了；请看看\n时间：晚上\n联系客户的时间和结果：\n谢谢"
    assert facts == {"cause": "雷击", "measures": "换线"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A302 来看看", ("A302", "来看看")),
        ("a302，来看看", ("A302", "来看看")),
        ("@A302：来看看 表箱", ("A302", "来看看 表箱")),
        ("闻潮生 来看看", ("A302", "来看看")),
        ("抢修班 来看看", ("crew", "来看看")),
        ("服务岗 来看看", ("service", "来看看")),
        ("A302\n来看看\n带梯子", ("A302", "来看看\n带梯子")),
        ("张无名 来看看", ("张无名", "来看看")),
        ("A302", ("A302", "")),
        ("", ("", "")),
    ],
)
def test_whom_a_message_names(text: str, found: tuple[str, str]) -> None:
    assert addressed(edition().data, text) == found


def test_a_name_that_two_people_have_names_nobody() -> None:
    data = edition().data
    staff = data.books.roster.staff
    twins = {**staff, "A303": replace(staff["A303"], name=staff["A302"].name)}
    same = replace(data, books=replace(data.books, roster=replace(data.books.roster, staff=twins)))
    assert addressed(same, "闻潮生 来看看") == ("闻潮生", "来看看")
    assert addressed(same, "A303 来看看") == ("A303", "来看看")


def test_who_has_left_is_not_named_by_name() -> None:
    data = edition().data
    staff = data.books.roster.staff
    gone = {**staff, "A302": replace(staff["A302"], on=False)}
    without = replace(data, books=replace(data.books, roster=replace(data.books.roster, staff=gone)))
    assert addressed(without, "闻潮生 来看看") == ("闻潮生", "来看看")


def test_the_first_word_ends_at_a_blank_or_a_mark() -> None:
    assert first_word("  到场，我到楼下了 ") == ("到场", "我到楼下了")


@pytest.mark.parametrize(
    ("text", "reason", "until"),
    [
        ("缺产权证明 到周五", "缺产权证明", "2026-11-27T17:30"),
        ("缺产权证明到周五", "缺产权证明", "2026-11-27T17:30"),
        ("缺产权证明，等到周五为止。", "缺产权证明", "2026-11-27T17:30"),
        ("等客户补材料 到明天中午", "等客户补材料", "2026-11-24T13:00"),
        ("等物资 到12月3号", "等物资", "2026-12-03T17:30"),
        ("等物资 到12月3号下午3点再说", "等物资", "2026-12-03T15:00"),
        ("到周五 等厂家发货", "等厂家发货", "2026-11-27T17:30"),
        ("挂到下周一，厂家才发货", "厂家才发货", "2026-11-30T17:30"),
        ("客户说明天上午有空", "客户说明天上午有空", "2026-11-24T12:00"),
        ("等厂家 3个工作日", "等厂家 3个工作日", "2026-11-26T17:30"),
        ("材料没到，等厂家发货", "材料没到，等厂家发货", None),
        ("到到到到到到到到到到", "到到到到到到到到到到", None),
        ("", "", None),
    ],
)
def test_till_when_is_read_from_the_end_of_the_words(text: str, reason: str, until: str | None) -> None:
    said, at = saying.until_of(edition().data, text, MONDAY)
    assert said == reason
    zone = edition().data.books.calendar.zone
    assert (at.astimezone(zone).strftime("%Y-%m-%dT%H:%M") if at else None) == until


def test_what_somebody_pastes_is_read_in_no_time() -> None:
    for text in ("到" * 4096, "到周五" * 1300, "缺证明、" * 1000, "补" * 4096):
        said, _ = saying.until_of(edition().data, text, MONDAY)
        assert len(said) <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("缺产权证明", ("产权证明",)),
        ("还缺身份证复印件和产权证明、营业执照", ("身份证复印件", "产权证明", "营业执照")),
        ("等客户补一份房屋租赁合同", ("房屋租赁合同",)),
        ("请您补交身份证 房产证", ("身份证", "房产证")),
        ("差客户的授权委托书", ("授权委托书",)),
        ("等客户补材料", ()),
        ("缺变压器", ()),
        ("缺人手", ()),
        ("门锁着，客户不在家", ()),
        ("补缴电费", ()),
        ("缺身份证、身份证", ("身份证",)),
        ("", ()),
    ],
)
async def test_papers_a_customer_can_tick_off(tmp_path: Path, text: str, named: tuple[str, ...]) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await outage(hall)
        known = replace(case, papers={"身份证复印件": "asked"})
        assert saying.papers(edition().data, known, text) == named


async def test_a_pause_without_a_day_ends_with_the_next_working_day(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await outage(hall)
        data = edition().data
        wish = saying.pause_of(data, case, "缺产权证明", MONDAY)
        assert (wish.reason, wish.wants, wish.decided) == ("缺产权证明", ("产权证明",), False)
        assert wish.until
        assert wish.until.astimezone(data.books.calendar.zone).isoformat()[:16] == "2026-11-24T17:30"
        friday = saying.pause_of(data, case, "等客户补材料 到周五", MONDAY)
        assert (friday.reason, friday.wants) == ("等客户补材料", ())


@pytest.mark.parametrize(
    ("decision", "text", "to", "reason"),
    [
        (Decision.HELP, "A302 带梯子去", "A302", "带梯子去"),
        (Decision.HELP, "带梯子去", "", "带梯子去"),
        (Decision.HELP, "", "", ""),
        (Decision.REASSIGN, "闻潮生 离得近", "A302", "离得近"),
        (Decision.REASSIGN, "A999 离得近", "A999", "离得近"),
        (Decision.REASSIGN, "", "", ""),
        (Decision.PAUSE, "等配件 到周五", "", "等配件"),
        (Decision.CALL, "亲自问问 到下午四点", "", "亲自问问"),
    ],
)
def test_what_a_leader_adds_to_his_decision(decision: Decision, text: str, to: str, reason: str) -> None:
    wish = saying.wish_of(edition().data, decision, text, MONDAY)
    assert (wish.to, wish.reason, wish.text) == (to, reason, "")
    assert (wish.until is not None) == ("到" in text)
