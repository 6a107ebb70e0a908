import html
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.case import Post
from bot.desk.posts import CONTRACTS
from bot.hall import tables
from bot.hall.counter import Asked
from bot.web import desk_facts
from tests.bot.web.kit import door

AT = {"A101": Post.GUIDE, "A201": Post.WORK, "A401": Post.SERVICE, "A001": Post.DUTY}


def shown(page: str, post: Post) -> str:
    """The folded contract of one post, as text."""
    found = page.split(f'id="post-{post}"')[1].split("</details>", maxsplit=1)[0]
    return html.unescape(re.sub(r"<[^>]+>", " ", found))


@pytest.mark.parametrize("no", AT)
async def test_each_post_reads_its_whole_contract_on_the_desk(tmp_path: Path, no: str) -> None:
    async with door(tmp_path) as out:
        await out.log_in(no)
        contract, phrases = CONTRACTS[AT[no]], out.hall.edition().data.handbook.phrases
        for path in ("/desk", "/desk/me"):
            page, _ = await out.page("GET", path)
            text = shown(page, AT[no])
            assert phrases[f"post.{AT[no]}"] in text
            assert page.count('id="post-') == 1
            for move in contract.exit:
                assert phrases[f"move.{move}"] in text
            assert "{" not in text
        rows = desk_facts.contracts(out.hall, out.hall.edition().data.books.person(no))
        assert [len(rows[0][part]) for part in ("takes", "clock", "exit")] == [
            len(contract.takes),
            len(contract.clock),
            len(contract.exit),
        ]
        assert [len(one["needs"]) for one in rows[0]["exit"]] == [len(needs) for needs in contract.exit.values()]


async def test_the_clocks_are_the_halls_own(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        hall = out.hall
        data = hall.edition().data
        assert "新单 30 分钟没接，报值班领导" in desk_facts.contracts(hall, data.books.person("A201"))[0]["clock"]
        rules = replace(data.books.rules, accept_escalate=timedelta(minutes=25))
        slower = replace(hall.edition(), data=replace(data, books=replace(data.books, rules=rules)))
        other = replace(hall, edition=lambda: slower)
        assert "新单 25 分钟没接，报值班领导" in desk_facts.contracts(other, data.books.person("A201"))[0]["clock"]


async def test_who_is_lent_reads_both_contracts_and_the_post_of_none_has_none(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        books = out.hall.edition().data.books
        today = out.hall.clock.now().astimezone(books.roster.zone).date().isoformat()
        row = {"staff": ["A201"], "days": [today], "hours": "08:30-17:30", "post": "guide"}
        await tables.change(out.hall, books.person("A001"), "shift", tables.added([row]), "引导台缺人", Asked())
        await out.log_in("A201")
        page, _ = await out.page("GET", "/desk")
        assert "要问" not in shown(page, Post.WORK)
        assert "该问客户的都问到" in shown(page, Post.GUIDE)
        await out.log_in("A903")
        page, _ = await out.page("GET", "/desk/me")
        assert 'id="post-' not in page
        assert "hall check" in page
