import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.desk.case import Case, Outcome
from bot.desk.incident import Incident, Phase
from bot.desk.pausing import Wish
from bot.desk.roster import posts_at
from bot.hall import counter, digests, drill, handing
from bot.hall.counter import Asked
from tests.bot.web.kit import OUTAGE, Door, door
from tests.kit_hall import forward


def _hidden(text: str, action: str) -> dict[str, str]:
    form = text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def board(out: Door, query: str = "") -> str:
    return (await out.page("GET", f"/board{query}"))[0]


def part(page: str, name: str) -> str:
    """One part of the board."""
    return page.split(f'id="{name}"')[1].split("</section>", maxsplit=1)[0]


async def kept(out: Door, no: str) -> Case:
    return await out.hall.ledger.read(lambda lists: lists.case(no))


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
        _, headers = await out.customer()
        await out.say(headers, "变压器冒火了，芦苇路8号")
        await out.log_in("A401")
        mine = await board(out)
        assert "没有等人负责的告警" in mine
        assert "借调：让一位同事" not in mine
        await out.log_in("A001")
        row = {"no": "A401", "post": "duty", "day": "2026-11-23", "since": "09:00", "till": "12:00", "reason": "顶班"}
        await lend(out, row)
        await out.log_in("A401")
        leads = await board(out)
        assert "险情" in leads.split('id="alerts"')[1].split("</section>")[0]
        assert "我来回电" in leads
        assert "借调：让一位同事" in leads
        drill.practice(out.hall).clock.turn_to(out.hall.clock.now() + timedelta(hours=3))
        assert "没有等人负责的告警" in await board(out)


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


async def test_late_risk_posts_and_pauses_stand_there_with_links(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, _ = await out.opened()
        by = out.hall.edition().data.books.person((await kept(out, no)).first_handler)
        await forward(out.hall, minutes=38)
        await out.log_in("A001")
        page = await board(out)
        assert no in part(page, "risk")
        assert "没有超时还没办的" in part(page, "late")
        assert "最久等了 38 分钟没接" in part(page, "posts")
        await forward(out.hall, minutes=10)
        page = await board(out)
        late = part(page, "late")
        assert no in late
        assert "已超" in late
        assert f"首办人 {by.name}（{by.no}）" in late
        assert "没有快要超时的" in part(page, "risk")
        posts = part(page, "posts")
        assert "沈砚秋（A201）" in posts
        assert "接着：卓一苇（A303），今天 20:00" in posts
        await counter.accept(out.hall, by, no)
        await counter.stage(out.hall, by, no, "arrive")
        until = out.hall.clock.now() + timedelta(hours=3)
        await counter.pause(out.hall, by, no, Wish("等变压器配件", until))
        stands = part(await board(out), "paused")
        for word in (no, "等变压器配件", "今天到期", "等我们"):
            assert word in stands, word


async def test_staff_who_lead_nothing_read_it_without_names_of_customers_or_anybody_s_leave(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, headers = await out.customer("欧阳小满")
        for text in OUTAGE:
            await out.say(headers, text)
        no = (await out.json("GET", "/api/chat/cases", headers=headers))["items"][0]["no"]
        await forward(out.hall, minutes=50)
        await out.log_in("A201")
        page = await board(out)
        assert no in part(page, "late")
        for word in ("欧阳小满", key, OUTAGE[1], OUTAGE[3], "我来回电", "最近一次简报", "不在岗</h2>", "借调：让"):
            assert word not in page, word
        await out.log_in("A001")
        leads = await board(out)
        assert "我来回电" in leads
        for word in ("欧阳小满", key, OUTAGE[3]):
            assert word not in leads, word


async def test_an_incident_and_the_last_digest_stand_there(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        now = out.hall.clock.now()
        one = Incident(
            "GZ20261123-0001", Phase.SUSPECTED, "芦苇新村（青石镇）", "芦苇新村|青石镇", now, "A001", cause="大风"
        )
        await digests.walk(out.hall)
        await forward(out.hall, hours=8)
        await digests.walk(out.hall)
        await out.hall.ledger.write(lambda page: page.keep_incident(one))
        await out.log_in("A001")
        page = await board(out)
        told = part(page, "incidents")
        for word in ("疑似", "芦苇新村（青石镇）", "GZ20261123-0001", "大风", "秦望舒（A001） 负责"):
            assert word in told, word
        assert "值班简报，11月23日（周一）17:30" in page
        await out.log_in("A201")
        page = await board(out)
        assert "芦苇新村" in page
        assert "值班简报" not in page


async def test_what_comes_while_the_board_is_open_has_its_place_there(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A001")
        page = await board(out)
        for name in ("alerts", "approvals", "late", "risk", "posts", "here", "incidents", "paused"):
            assert re.search(rf'id="{name}" data-live', page), name
