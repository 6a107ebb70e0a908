import re
from datetime import timedelta
from pathlib import Path

from bot.desk.case import Case
from bot.hall import counter
from bot.web import desk_alerts
from tests.bot.web.kit import Door, door
from tests.kit_hall import forward

LEADER, HANDLER, STRANGER = "A001", "A301", "A202"


def _hidden(text: str, action: str) -> dict[str, str]:
    form = text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def kept(out: Door, no: str) -> Case:
    return await out.hall.ledger.read(lambda lists: lists.case(no))


async def read(out: Door, query: str = "", status: int = 200) -> str:
    return (await out.page("GET", f"/desk/alerts{query}", status))[0]


async def late(out: Door, minutes: int = 50) -> tuple[str, int, dict[str, str]]:
    """A case nobody reached in time: number, its newest alert, headers of its customer."""
    no, _, headers = await out.opened()
    case = await kept(out, no)
    await counter.accept(out.hall, out.hall.edition().data.books.person(case.first_handler), no)
    await forward(out.hall, minutes=minutes)
    alerts = await out.hall.ledger.read(lambda lists: lists.alerts(only_open=True))
    return no, alerts[0].id, headers


async def tap(out: Door, alert: int, fields: dict[str, str], status: int = 303, where: str = "/board") -> str:
    """A decision by its form as the page has it now: where it leads, or the page."""
    action = f"/board/alerts/{alert}/decide"
    page, _ = await out.page("GET", where)
    text, answer = await out.page("POST", action, status, data=_hidden(page, action) | fields)
    return answer.headers.get("Location", text)


async def test_four_taps_with_what_the_customer_will_read(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out)
        await out.log_in(LEADER)
        page = await read(out)
        form = page.split(f'action="/board/alerts/{alert}/decide"')[1].split("</form>")[0]
        assert re.findall(r'name="decision" value="(\w+)"', form) == ["help", "reassign", "call"]
        assert form.count("客户会读到：") == 3
        assert "亲自给您回电" in form
        assert page.count('class="taps"') == 1  # one trouble, one word on it
        await counter.stage(out.hall, out.hall.edition().data.books.person(HANDLER), no, "arrive")
        assert 'value="pause"' in await read(out)


async def test_a_tap_does_it_and_leads_back(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, headers = await late(out)
        await out.log_in(LEADER)
        assert await tap(out, alert, {"decision": "help"}) == "/board?done=decided_help"
        assert (await kept(out, no)).helpers == ("A302",)
        page, _ = await out.page("GET", "/board?done=decided_help")
        assert "已派人协办" in page
        assert "没有等人负责的告警" in page
        assert any("加派了闻潮生" in line["text"] for line in await out.talk(headers))
        assert "秦望舒（A001）" in (await read(out)).split('id="answered"')[1]


async def test_with_words_of_his_own_and_a_moment(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, headers = await late(out)
        await out.log_in(LEADER)
        until = out.hall.clock.now() + timedelta(minutes=40)
        words = {
            "text": "让您久等了，我马上过问",
            "reason": "亲自过问",
            "until": f"{until:%Y-%m-%dT%H:%M}",
            "back": "/desk/alerts",
        }
        where = await tap(out, alert, {"decision": "call"} | words, where="/desk/alerts")
        assert where == "/desk/alerts?done=decided_call"
        (said,) = [one for one in (await kept(out, no)).promises if one.by == LEADER]
        assert said.promise_at == until.replace(second=0, microsecond=0)
        assert any("让您久等了，我马上过问" in line["text"] for line in await out.talk(headers))


async def test_only_looked_at_nothing_is_done(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out)
        before = await kept(out, no)
        await out.log_in(LEADER)
        page = await tap(out, alert, {"decision": "call", "text": "我来办", "look": "1"}, 200)
        assert "还没有做" in page
        assert "秦望舒（工号 A001，值班领导岗）说：我来办" in page
        assert 'name="text" rows="2" maxlength="4096">我来办</textarea>' in page
        assert await kept(out, no) == before


async def test_what_is_wrong_stands_by_what_was_typed(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out)
        before = await kept(out, no)
        await out.log_in(LEADER)
        for fields, said in (
            ({"decision": "help", "to": "A999"}, "请写一位同事的工号"),
            ({"decision": "reassign", "to": HANDLER}, "首办人本来就是这位"),
            ({"decision": "call", "until": "2020-01-01T10:00"}, "已经过去了"),
            ({"decision": "call", "until": "下午"}, "时间要写成"),
            ({"decision": "pause", "reason": "等配件"}, "不能停"),
            ({"decision": "approve"}, "只能是 pause"),
            ({"decision": "call", "text": "请{客户}等"}, "还有空没有填"),
        ):
            page = await tap(out, alert, fields, 409 if fields["decision"] == "pause" else 422)
            assert said in page, fields
            for name in ("to", "reason"):
                assert fields.get(name, "") in page
        assert await kept(out, no) == before


async def test_everybody_sees_what_reached_him_and_only_that(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out, 23)  # half of the budget: the first handler hears it
        await out.log_in(STRANGER)
        page = await read(out)
        assert no not in page
        csrf = _hidden(page, "/logout")
        refused, _ = await out.page("POST", f"/board/alerts/{alert}/ack", 403, data=csrf)
        assert "没有报给您" in refused
        await out.page("POST", f"/board/alerts/{alert}/decide", 403, data=csrf | {"decision": "call"})
        await out.page("POST", "/board/alerts/999/ack", 404, data=csrf)
        await out.log_in(HANDLER)
        page = await read(out)
        assert "时限用掉一半" in page
        assert 'class="taps"' not in page
        action = f"/board/alerts/{alert}/ack"
        _, answer = await out.page("POST", action, 303, data=_hidden(page, action))
        assert answer.headers["Location"] == "/desk/alerts?done=ack"
        assert "没有等人负责的告警" in await read(out)
        denied = [one for one in await out.hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
        assert {(one.by, one.facts["what"]) for one in denied} == {
            (STRANGER, "alerts.ack"),
            (STRANGER, "alerts.decide"),
        }


async def test_one_alone_and_one_that_is_gone(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out)
        await out.log_in(LEADER)
        page = await read(out, f"?id={alert}")
        assert page.count('<article class="alert') == 1
        assert no in page
        assert "看全部告警" in page
        assert "已经有人负责了" in await read(out, "?id=999")
        await read(out, "?id=x", 422)


async def test_many_alerts_are_decided_one_page_each(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for _ in range(desk_alerts.OFFERED + 2):
            await out.opened()
        await forward(out.hall, minutes=31)
        await out.log_in(LEADER)
        page = await read(out)
        assert page.count('class="taps"') == desk_alerts.OFFERED
        assert page.count("一键处理</a>") == 2
        other = re.findall(r'href="(/desk/alerts\?id=\d+)">一键处理', page)[0]
        assert 'class="taps"' in (await out.page("GET", other))[0]


async def test_those_answered_are_read_on_page_by_page(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, alert, _ = await late(out)
        await out.log_in(LEADER)
        await tap(out, alert, {"decision": "help"})
        page = await read(out)
        ids = await out.hall.ledger.read(lambda lists: [one.id for one in lists.alerts(only_open=False)])
        assert f"已有人负责的（{len(ids)}）" in page
        assert "还没有。" in (await read(out, f"?after={min(ids)}")).split('id="answered"')[1]


async def test_a_page_that_is_out_of_date_decides_nothing_and_keeps_what_was_typed(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert, _ = await late(out)
        await out.log_in(LEADER)
        page = await read(out)
        action = f"/board/alerts/{alert}/decide"
        fields = _hidden(page, action) | {"decision": "reassign", "reason": "换人更快"}
        await counter.note(out.hall, out.hall.edition().data.books.person("A002"), no, "我来过问")
        text, _ = await out.page("POST", action, 409, data=fields)
        assert "别人刚动过" in text
        assert 'value="换人更快"' in text
        assert (await kept(out, no)).first_handler == HANDLER
        _, answer = await out.page("POST", action, 303, data=_hidden(text, action) | {"decision": "call"})
        assert answer.headers["Location"] == "/desk/alerts?done=decided_call"
