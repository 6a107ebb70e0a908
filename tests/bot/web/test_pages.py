from pathlib import Path

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
