import re
from pathlib import Path

from tests.bot.web.kit import Door, door


def _hidden(text: str, action: str) -> dict[str, str]:
    form = text.split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))


async def post(out: Door, no: str, what: str, fields: dict[str, str], status: int = 303) -> str:
    action = f"/desk/people/{no}/{what}"
    page, _ = await out.page("GET", "/desk/people")
    text, answer = await out.page("POST", action, status, data=_hidden(page, action) | fields)
    return answer.headers.get("Location", text)


async def test_who_holds_cases_hands_them_over_before_he_is_switched_off(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        to = "A302" if handler != "A302" else "A301"
        await out.log_in("A001")
        page, _ = await out.page("GET", "/desk/people")
        assert f'<a href="/desk/cases/{no}">{no}</a>' in page
        refused = await post(out, handler, "off", {"reason": "调走了"}, 409)
        assert no in refused.split('<div class="trouble" role="alert">')[1].split("</div>")[0]
        assert "请先移交" in refused
        wrong = await post(out, handler, "handover", {"to": "A999", "reason": "调走了"}, 422)
        assert "请写在册的工号" in wrong
        assert 'value="A999"' in wrong
        assert await post(out, handler, "handover", {"to": to, "reason": "调走了"}) == "/desk/people?done=handover"
        shown = await out.json("GET", f"/api/chat/cases/{no}", headers=headers)
        assert shown["first_handler"]["no"] == to
        assert await post(out, handler, "off", {"reason": "调走了"}) == "/desk/people?done=off"
        page, _ = await out.page("GET", "/desk/people?done=off")
        assert "已停用，这位的登录" in page
        assert f"（{handler}）" not in page.split('<main id="main">')[1]


async def test_the_page_is_for_leaders_and_administrators(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for no, status in (("A001", 200), ("A902", 200), ("A201", 403), ("A901", 403)):
            await out.log_in(no)
            await out.page("GET", "/desk/people", status)
        await out.log_in("A201")
        text, _ = await out.page("GET", "/desk")
        assert "/desk/people" not in text
        csrf = _hidden(text, "/logout")
        await out.page("POST", "/desk/people/A202/off", 403, data=csrf | {"reason": "我不喜欢他"})
