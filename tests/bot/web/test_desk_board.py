import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.desk.case import Outcome
from bot.desk.roster import posts_at
from bot.hall import counter, drill, handing
from bot.hall.counter import Asked
from tests.bot.web.kit import Door, door


def _hidden(text: str, action: str) -> dict[str, str]:
    form = text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def board(out: Door, query: str = "") -> str:
    return (await out.page("GET", f"/board{query}"))[0]


async def lend(out: Door, fields: dict[str, str], status: int = 303) -> str:
    text, answer = await out.page("POST", "/board/lend", status, data=_hidden(await board(out), "/board/lend") | fields)
    return answer.headers.get("Location", text)


async def test_a_change_of_hands_is_decided_on_the_board(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        case = await out.hall.ledger.read(lambda lists: lists.case(no))
        by = out.hall.edition().data.books.person(case.first_handler)
        to = "A303"
        await handing.transfer(out.hall, by, no, to, "我去支援邻镇", Asked())
        await out.log_in("A001")
        assert "等您定" not in await board(out)
        body = {"id": "yes", "button": f"consent.{no}"}
        await out.json("POST", "/api/chat/messages", 202, json=body, headers=headers)
        await drill.settle(out.hall)
        page = await board(out)
        asked = page.split('id="transfers"')[1].split("</section>")[0]
        for word in (no, by.name, "卓一苇", "我去支援邻镇", "已同意", "同意移交", "不同意"):
            assert word in asked, word
        action = f"/desk/cases/{no}/reassign"
        fields = _hidden(page, action) | {"to": to, "reason": "同意，夜里他在班"}
        _, answer = await out.page("POST", action, 303, data=fields)
        assert answer.headers["Location"] == "/board?done=reassign"
        page = await board(out, "?done=reassign")
        assert 'id="transfers"' not in page
        assert "换人待定" not in page.split('id="alerts"')[1].split("</section>")[0]
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert shown["first_handler"]["no"] == to


async def test_callbacks_owed_stand_on_the_board_until_done(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        case = await out.hall.ledger.read(lambda lists: lists.case(no))
        books = out.hall.edition().data.books
        by = books.person(case.first_handler)
        await counter.accept(out.hall, by, no)
        facts = {item.field: "已核实" for item in books.topics[case.topic].closing}
        await counter.resolve(out.hall, by, no, "换了熔丝", facts)
        await out.say(headers, "已解决", "1")
        await out.say(headers, "1", "2")
        await out.log_in("A001")
        owed = (await board(out)).split('id="callbacks"')[1].split("</section>")[0]
        assert no in owed
        assert by.name in owed
        await handing.callback(out.hall, books.person("A001"), no, "已致歉", Asked())
        assert 'id="callbacks"' not in await board(out)


async def test_who_is_away_stands_there_with_who_stands_in(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A001")
        assert "不在岗</h2>" not in await board(out)
        drill.practice(out.hall).clock.turn_to(out.hall.clock.now() + timedelta(days=17))
        await out.log_in("A001")
        page = await board(out)
        assert "孟疏影（A203）" in page.split("不在岗</h2>")[1]
        assert "方柏舟（A202）代办" in page


async def test_somebody_is_lent_to_another_post_for_a_while(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A001")
        now = out.hall.clock.now()
        good = {"no": "A401", "post": "guide", "day": "2026-11-23", "since": "09:00", "till": "12:00", "reason": "人多"}
        for wrong, said in (
            ({"no": "A999"}, "请写在册的工号"),
            ({"post": "service"}, "要和这位本来的岗位不同"),
            ({"post": "king"}, "要和这位本来的岗位不同"),
            ({"till": "08:00"}, "时间要从早到晚"),
            ({"since": "x"}, "时间要写成"),
            ({"day": "2026-11-20"}, "还没有过去"),
            ({"reason": "。"}, "请写明内容"),
        ):
            page = await lend(out, good | wrong, 422)
            assert said in page, wrong
            assert "借调中" not in page
        assert await lend(out, good) == "/board?done=lent"
        roster = out.hall.edition().data.books.roster
        assert "guide" in posts_at(roster, "A401", now)
        assert "guide" not in posts_at(roster, "A401", now + timedelta(hours=3))
        assert "何青葙（A401）" in (await board(out)).split("借调中")[1]
        (kept,) = await out.hall.ledger.read(lambda lists: lists.versions("shift"))
        assert (kept.by, kept.reason) == ("A001", "人多")


async def test_who_is_lent_to_the_leaders_has_their_board_for_that_while(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A401")
        await out.page("GET", "/board", 403)
        await out.log_in("A001")
        row = {"no": "A401", "post": "duty", "day": "2026-11-23", "since": "09:00", "till": "12:00", "reason": "顶班"}
        await lend(out, row)
        await out.log_in("A401")
        assert "值班看板" in (await out.page("GET", "/desk"))[0].split("</nav>")[0]
        await board(out)
        drill.practice(out.hall).clock.turn_to(out.hall.clock.now() + timedelta(hours=3))
        await out.page("GET", "/board", 403)


async def test_alerts_of_a_case_hidden_from_a_leader_are_not_his_to_take(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "变压器冒火了，芦苇路8号")
        (alert,) = [
            one for one in await out.hall.ledger.read(lambda lists: lists.alerts(only_open=True)) if one.why == "danger"
        ]
        case = await out.hall.ledger.read(lambda lists: lists.case(alert.case))
        hidden = replace(case, hidden_from=("A002",), named=("A002",))
        await out.hall.ledger.write(lambda page: page.record(Outcome(hidden, ()), str))
        await out.log_in("A002")
        page = await board(out)
        assert alert.case not in page
        csrf = _hidden(page, "/logout")
        await out.page("POST", f"/board/alerts/{alert.id}/ack", 404, data=csrf)
        await out.log_in("A001")
        assert alert.case in await board(out)
