"""What is a move and what is not; whom it names; the checklist that goes with 办结."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.desk.moves import Move
from bot.telegram.saying import Said, addressed, closing, first_word, move_of
from tests.kit import edition, hall_at
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
