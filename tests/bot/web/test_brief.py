from pathlib import Path

from bot.hall import counter
from bot.web import brief
from tests.bot.web.kit import OUTAGE, door


async def test_the_brief_says_who_wants_what_until_when(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = await out.log_in_as_handler(no, headers)
        staff = out.hall.edition().data.books.person(handler)
        await counter.accept(out.hall, staff, no)
        await out.say(headers, "家里有老人", "later")
        await counter.reply(out.hall, staff, no, "马上到")
        text, _ = await out.page("GET", f"/desk/cases/{no}")
        head = text.split("一眼看清")[1].split("</section>")[0]
        for words in (
            *OUTAGE[:2],
            "家里有老人",
            staff.name,
            "*******0001",
            "只有这一户",
            "还剩 45 分钟",
            "正在和客户说话",
            "受理派单",
        ):
            assert words in head, words


async def test_who_did_it_has_a_name(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert brief.who(out.hall, "A001").endswith("（A001）")
        assert [brief.who(out.hall, by) for by in ("customer", "guide", "clock", "X9")] == [
            "客户",
            "引导岗",
            "时钟",
            "X9",
        ]
