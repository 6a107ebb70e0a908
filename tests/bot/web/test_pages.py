from pathlib import Path
from urllib.parse import urlsplit

import pytest

from bot.hall import access
from tests.bot.web.kit import door


async def test_the_chat_page_says_where_one_is_even_without_a_script(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        info = out.hall.edition().data.info
        text, answer = await out.page("GET", "/")
        assert answer.content_type == "text/html"
        without = text.split("<noscript>")[1].split("</noscript>")[0]
        assert info.hotline in without
        assert info.phone in without
        assert f'data-file-most="{out.hall.edition().data.books.rules.file_max}"' in text


async def test_static_files_come_with_their_type_and_nothing_else_does(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for name, kind in (("chat.js", "javascript"), ("base.css", "css"), ("mark.svg", "svg")):
            async with out.web.get(f"/static/{name}") as answer:
                assert answer.status == 200
                assert kind in answer.content_type
        for path in ("/static/", "/static/../server.py", "/static/%2e%2e/server.py", "/templates/chat.html"):
            async with out.web.get(path) as answer:
                assert answer.status in (403, 404)


async def test_the_log_in_page_keeps_the_way_back(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        text, _ = await out.page("GET", "/login?next=/desk/cases/DL20261123-0001")
        assert 'value="/desk/cases/DL20261123-0001"' in text
        text, _ = await out.page("GET", "/login?next=//evil.example")
        assert "evil" not in text


@pytest.mark.parametrize(
    ("no", "onward"), [("A201", "/desk"), ("A001", "/board"), ("A902", "/desk/people"), ("A903", "/desk/me")]
)
async def test_everybody_begins_on_a_page_that_is_open_to_him(tmp_path: Path, no: str, onward: str) -> None:
    async with door(tmp_path) as out:
        link = await access.one_time_link(out.hall, no)
        _, answer = await out.page("POST", urlsplit(link).path, 303)
        assert answer.headers["Location"] == onward
        text, _ = await out.page("GET", onward)
        assert ('href="/desk" ' in text) == (no in ("A201", "A001"))


async def test_a_page_that_is_not_ones_own_says_where_to_go(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.log_in("A903")
        text, _ = await out.page("GET", "/desk", 403)
        assert 'href="/desk/me"' in text
        assert 'href="/desk"' not in text
        assert 'href="/login"' in text
