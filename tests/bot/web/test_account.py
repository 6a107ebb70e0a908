from datetime import timedelta
from pathlib import Path

from bot.hall import access, drill
from tests.bot.web.kit import door

WRONG = {"no": "A201", "password": "falsch"}


async def test_password_cookie_csrf_logout(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await access.set_password(out.hall, "A201", "richtig-12")
        async with out.web.post("/api/staff/login", json={"no": "A201", "password": "richtig-12"}) as answer:
            me = await answer.json()
            cookie = answer.headers["Set-Cookie"]
        assert (me["no"], me["post"]) == ("A201", "work")
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        assert (await out.json("GET", "/api/staff/me"))["csrf"] == me["csrf"]
        await out.json("POST", "/api/staff/logout", 403)
        await out.json("POST", "/api/staff/logout", 403, headers={"X-CSRF-Token": "made-up"})
        foreign = {"X-CSRF-Token": me["csrf"], "Sec-Fetch-Site": "cross-site"}
        await out.json("POST", "/api/staff/logout", 403, headers=foreign)
        await out.json("POST", "/api/staff/logout", 403, headers={"X-CSRF-Token": me["csrf"], "Origin": "https://evil"})
        await out.json("POST", "/api/staff/logout", headers={"X-CSRF-Token": me["csrf"], "Origin": out.address})
        await out.json("GET", "/api/staff/me", 401)


async def test_the_cookie_is_secure_where_the_hall_is(tmp_path: Path) -> None:
    async with door(tmp_path, base_url="https://hall.example") as out:
        link = await access.one_time_link(out.hall, "A201")
        async with out.web.post("/api/staff/login", json={"link": link}) as answer:
            assert "Secure" in answer.headers["Set-Cookie"]


async def test_a_link_works_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        link = await access.one_time_link(out.hall, "A201")
        path = "/link/" + link.rsplit("/", 1)[-1]
        for _ in range(3):
            text, _ = await out.page("GET", path)  # a preview does not burn it
            assert "进入工单台" in text
        _, answer = await out.page("POST", path, 303)
        assert answer.headers["Location"] == "/desk"
        text, _ = await out.page("POST", path, 401)
        assert "用过或过期" in text
        await out.json("POST", "/api/staff/login", 401, json={"link": link})


async def test_the_log_in_page(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await access.set_password(out.hall, "A001", "richtig-12")
        text, answer = await out.page("GET", "/board", 303)
        assert answer.headers["Location"] == "/login?next=/board"
        text, _ = await out.page("POST", "/login", 401, data={"no": "A001", "password": "x", "next": "/board"})
        assert "工号或密码不对" in text
        form = {"no": "A001", "password": "richtig-12", "next": "//evil.example/"}
        _, answer = await out.page("POST", "/login", 303, data=form)
        assert answer.headers["Location"] == "/board"
        text, _ = await out.page("GET", "/board")
        assert "值班看板" in text


async def test_nobody_is_logged_in_by_another_house_s_page(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        headers = {"Sec-Fetch-Site": "cross-site"}
        await out.json("POST", "/api/staff/login", 403, json=WRONG, headers=headers)


async def test_guessing_is_slowed_down_and_time_lifts_it(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await access.set_password(out.hall, "A201", "richtig-12")
        await access.set_password(out.hall, "A001", "auch-richtig")
        for _ in range(5):
            await out.json("POST", "/api/staff/login", 401, json=WRONG)
        async with out.web.post("/api/staff/login", json=WRONG | {"password": "richtig-12"}) as answer:
            assert answer.status == 429
            assert answer.headers["Retry-After"] == "30"
        await out.json("POST", "/api/staff/login", json={"no": "A001", "password": "auch-richtig"})
        clock = drill.practice(out.hall).clock
        clock.turn_to(clock.now() + timedelta(seconds=31))
        await out.json("POST", "/api/staff/login", json=WRONG | {"password": "richtig-12"})


async def test_an_unknown_number_is_answered_as_a_wrong_password(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        one = await out.json("POST", "/api/staff/login", 401, json=WRONG)
        two = await out.json("POST", "/api/staff/login", 401, json={"no": "X999", "password": "falsch"})
        three = await out.json("POST", "/api/staff/login", 401, json={})
        assert one == two == three


async def test_a_customer_s_token_is_no_staff_token_nor_the_other_way(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.json("GET", "/api/staff/me", 401, headers=headers)
        await out.json("GET", "/api/chat/messages", 401, headers=await out.staff("A001"))


async def test_everybody_reads_the_contract_of_the_posts_he_stands_at(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        found = await out.json("GET", "/api/staff/me", headers=await out.staff("A001"))
        (duty,) = found["contracts"]
        assert (duty["code"], duty["name"]) == ("duty", "值班领导岗")
        assert any("告警" in one for one in duty["takes"])
        assert any("2 天" in one for one in duty["clock"]), duty["clock"]
        assert {"改派", "移交"} <= {one["name"] for one in duty["exit"]}, duty["exit"]
        assert all(one["needs"] for one in duty["exit"])
        nobody = await out.json("GET", "/api/staff/me", headers=await out.staff("A901"))
        assert nobody["contracts"] == []
