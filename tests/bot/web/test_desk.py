import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

from bot.hall import drill
from tests.bot.web.kit import Door, door

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'>"


class Page(HTMLParser):
    """What a page would run, and what stands in it."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def runs(self) -> list[tuple[str, dict[str, str | None]]]:
        """Anything a strict policy would have to stop."""
        return [
            (tag, attrs)
            for tag, attrs in self.tags
            if (tag == "script" and not (attrs.get("src") or "").startswith("/static/"))
            or any(name.startswith("on") or name == "style" for name in attrs)
            or tag in ("style", "iframe", "object", "base")
        ]

    def forms(self) -> set[str]:
        """Where the page's forms go."""
        return {attrs.get("action") or "" for tag, attrs in self.tags if tag == "form"}


def _hidden(text: str, action: str) -> dict[str, str]:
    form = text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def _case(out: Door, no: str) -> str:
    text, _ = await out.page("GET", f"/desk/cases/{no}")
    return text


async def test_hostile_words_stay_words_on_every_page(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, headers = await out.customer(EVIL)
        await out.say(headers, f"{EVIL}我家停电了，芦苇路8号，只有我家，电话13800000001")
        await out.say(headers, f"转人工{EVIL}", "2")
        await out.log_in("A001")
        no = (await out.json("GET", f"/api/staff/customers/{key}"))["cases"][-1]["no"]
        for path in ("/", "/login", f"/login?next={EVIL}", "/desk", f"/desk?q={EVIL}", "/board", f"/desk/cases/{no}"):
            text, _ = await out.page("GET", path)
            page = Page(text)
            assert page.runs() == [], path
            assert not [1 for tag, attrs in page.tags if tag == "img" and attrs.get("src") == "x"]
            assert 'lang="zh-CN"' in text
            assert "演练" in text


async def test_forms_are_there_only_for_what_may_be_done(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in_as_handler(no, headers)
        forms = Page(await _case(out, no)).forms()
        assert f"/desk/cases/{no}/accept" in forms
        assert f"/desk/cases/{no}/resolve" not in forms
        assert f"/desk/cases/{no}/close" not in forms
        await out.log_in("A202")
        other = await _case(out, no)
        assert Page(other).forms() == {"/logout"}
        assert "没有您可做的动作" in other


async def test_a_case_is_worked_without_a_script(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in_as_handler(no, headers)
        base = f"/desk/cases/{no}"

        async def post(move: str, fields: dict[str, str], status: int = 303) -> str:
            hidden = _hidden(await _case(out, no), f"{base}/{move}")
            text, answer = await out.page("POST", f"{base}/{move}", status, data=hidden | fields)
            return answer.headers.get("Location", text)

        assert await post("accept", {}) == f"{base}?done=accept"
        text, _ = await out.page("GET", f"{base}?done=accept")
        assert "已接单，客户已收到通知" in text
        await post("note", {"text": "门禁密码问门卫"})
        await post("reply", {"text": "师傅已经出发"})
        await post("stage", {"stage": "arrive"})
        wrong = await post("resolve", {"text": "来电了", "fact.cause": "跳闸"}, 422)
        assert "请填写“处理措施”" in wrong
        assert 'value="跳闸"' in wrong
        assert "来电了" in wrong
        facts = {
            "fact.cause": "跳闸",
            "fact.measures": "更换空开",
            "fact.began_at": "09:40",
            "fact.arrived_at": "10:20",
            "fact.restored_at": "10:40",
            "fact.contact": "已电话",
        }
        await post("resolve", facts | {"text": "来电了"})
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert shown["state"] == "resolved"
        page = await _case(out, no)
        assert "内部，客户看不到" in page
        assert "待客户确认" in page


async def test_a_stale_form_is_told_and_what_was_typed_stays(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in_as_handler(no, headers)
        base = f"/desk/cases/{no}"
        old = _hidden(await _case(out, no), f"{base}/cancel")
        hidden = _hidden(await _case(out, no), f"{base}/accept")
        await out.page("POST", f"{base}/accept", 303, data=hidden)
        text, _ = await out.page("POST", f"{base}/cancel", 409, data=old | {"reason": "客户说不用了"})
        assert "别人刚动过，请刷新" in text
        assert "客户说不用了" in text


async def test_the_same_form_twice_is_done_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in_as_handler(no, headers)
        path = f"/desk/cases/{no}/reply"
        hidden = _hidden(await _case(out, no), path)
        for _ in range(2):
            await out.page("POST", path, 303, data=hidden | {"text": "只说一次"})
        shown = await out.json("GET", f"/api/staff/cases/{no}")
        assert [event["text"] for event in shown["events"]].count("只说一次") == 1


async def test_a_form_without_the_session_s_word_is_refused(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in_as_handler(no, headers)
        for data in ({}, {"csrf": "made-up"}):
            text, answer = await out.page("POST", f"/desk/cases/{no}/accept", 403, data=data)
            assert answer.content_type == "text/html"
            assert "请刷新后再做一次" in text
        assert (await out.json("GET", f"/api/staff/cases/{no}"))["state"] == "open"


async def test_the_board_shows_alerts_and_takes_them(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "变压器冒火了，芦苇路8号")
        await out.log_in("A001")
        text, _ = await out.page("GET", "/board")
        action = next(one for one in Page(text).forms() if one.endswith("/ack"))
        await out.page("POST", action, 303, data=_hidden(text, action))
        text, _ = await out.page("GET", "/board?done=ack")
        assert "没有等人负责的告警" in text
        assert "告警已确认" in text
        await out.log_in("A901")
        text, _ = await out.page("GET", "/board", 403)
        assert "您的岗位没有这项权限" in text


async def test_the_list_is_filtered_and_read_on(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.say(headers, "转人工", "2")
        await out.log_in("A001")
        text, _ = await out.page("GET", "/desk?mine=0&limit=1")
        assert "再看后面的" in text
        after = _hidden(text.replace('action="/desk">', 'action="/more">'), "/more")
        assert after["limit"] == "1"
        text, _ = await out.page("GET", f"/desk?q={no}")
        assert no in text
        text, _ = await out.page("GET", "/desk?q=DL1999")
        assert "没有符合的工单" in text
        await out.page("GET", "/desk/cases/DL19990101-0001", 404)


async def test_logging_out_by_the_button(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A001")
        text, _ = await out.page("GET", "/desk")
        await out.page("POST", "/logout", 303, data=_hidden(text, "/logout"))
        await out.page("GET", "/desk", 303)


async def test_the_next_thing_is_opened_with_the_reason_why_it_is_first(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        await out.log_in("A202")
        text, _ = await out.page("GET", "/desk")
        assert "现在没有要您办的事" in text
        _, answer = await out.page("GET", "/desk/next", 303)
        assert answer.headers["Location"] == "/desk?done=nothing"
        await out.log_in_as_handler(no, headers)
        text, _ = await out.page("GET", "/desk")
        assert "等您接单" in text.split('id="first"')[1].split("</section>")[0]
        _, answer = await out.page("GET", "/desk/next", 303)
        assert answer.headers["Location"] == f"/desk/cases/{no}?first=accept"
        text, _ = await out.page("GET", answer.headers["Location"])
        assert "先办这张，因为：等您接单" in text


async def test_what_happened_meanwhile_is_told_from_the_last_look_on(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = await out.log_in_as_handler(no, headers)
        text, _ = await out.page("GET", "/desk")
        _, answer = await out.page("POST", "/desk/looked", 303, data=_hidden(text, "/desk/looked"))
        text, _ = await out.page("GET", answer.headers["Location"])
        assert 'id="news"' not in text
        await out.log_in("A001")
        page = await _case(out, no)
        action = f"/desk/cases/{no}/note"
        await out.page("POST", action, 303, data=_hidden(page, action) | {"text": "客户家有老人"})
        await out.log_in(handler)
        news = (await out.page("GET", "/desk"))[0].split('id="news"')[1].split("</section>")[0]
        assert "客户家有老人" in news
        assert "秦望舒（A001）" in news


async def test_pasted_tickets_become_cases_and_the_rest_is_named(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A201")
        text, _ = await out.page("GET", "/desk")
        good = (
            "【工单号】W-1【客户姓名】顾念慈【联系电话】19900000012【用电地址】芦苇路8号3幢502"
            "【业务类型】停电报修【受理内容】家里没电"
        )
        text, _ = await out.page("POST", "/desk/tickets", data=_hidden(text, "/desk/tickets") | {"text": good})
        (no,) = re.findall(r"已开单 [^<]*<a href=\"/desk/cases/([\w-]+)\"", text)
        assert (await out.json("GET", f"/api/staff/cases/{no}"))["topic"] == "outage_repair"
        again, _ = await out.page("POST", "/desk/tickets", data=_hidden(text, "/desk/tickets") | {"text": good})
        assert "没收下" in again
        assert no in again.split("没收下")[1].split("</li>")[0]
        assert "【工单号】W-1" in again
        csrf = _hidden(again, "/desk/tickets")
        empty = await out.page("POST", "/desk/tickets", 422, data=csrf | {"text": "  "})
        assert 'class="trouble"' in empty[0]


async def test_the_cases_of_somebody_away_are_offered_to_who_stands_in(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        drill.practice(out.hall).clock.turn_to(out.hall.clock.now() + timedelta(days=17))
        await out.log_in("A202")
        text, _ = await out.page("GET", "/desk")
        assert 'href="/desk?mine=0&amp;state=live&amp;handler=A203"' in text
        assert "您正在替 孟疏影（A203）代办" in text
