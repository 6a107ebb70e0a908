"""The life-support register over HTTP: who may, masked or bare, and that each look stays on record."""

from pathlib import Path
from typing import Any

from bot.hall.records import Care, Person
from tests.bot.web.kit import Door, door
from tests.kit import MONDAY, say
from tests.kit_hall import newest

WORKER, LEADER, FINANCE, ADMIN = "A201", "A001", "A901", "A902"
PHONE = "19900007777"


async def get(out: Door, no: str, path: str, status: int = 200) -> Any:
    return await out.json("GET", f"/api/staff/{path}", status, headers=await out.staff(no))


async def looks(out: Door, move: str) -> list[tuple[str, str]]:
    found = await out.hall.ledger.read(lambda lists: lists.events(""))
    return [(one.by, str(one.text)) for one in found if one.move == move]


async def kept(out: Door, customer: str = "gu") -> None:
    def doing(page: Any) -> None:
        page.keep_person(Person(customer, "顾念慈"))
        page.keep_care(Care("9900000103", customer, "呼吸机", "两小时", "顾念慈", PHONE, MONDAY))

    await out.hall.ledger.write(doing)


async def test_leaders_and_admins_read_it_masked_and_bare_only_for_a_reason(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await kept(out)
        for no in (LEADER, ADMIN):
            masked = await get(out, no, "care")
            assert masked["total"] == 2  # one of the hall's own, one of the system behind
            row = next(one for one in masked["items"] if one["own"])
            assert (row["phone"], row["account"], row["name"]) == ("*******7777", "******0103", "顾**")
            assert (row["device"], row["battery"]) == ("***", "***")
            assert PHONE not in str(masked)
        await get(out, LEADER, "care?reason=%20", 422)
        bare = await get(out, LEADER, "care?reason=停电前逐户电话确认")
        row = next(one for one in bare["items"] if one["own"])
        assert (row["phone"], row["device"], row["battery"]) == (PHONE, "呼吸机", "两小时")
        assert await looks(out, "reveal") == [(LEADER, ""), (ADMIN, ""), (LEADER, "停电前逐户电话确认")]


async def test_it_is_paged(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await kept(out)
        first = await get(out, LEADER, "care?limit=1")
        second = await get(out, LEADER, f"care?limit=1&after={first['next']}")
        assert [len(first["items"]), len(second["items"])] == [1, 1]
        assert first["items"][0]["key"] != second["items"][0]["key"]
        assert second["next"] is None


async def test_nobody_else_reads_it_and_the_attempt_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await get(out, WORKER, "care", 403)
        await get(out, FINANCE, "care", 403)
        assert [by for by, _ in await looks(out, "deny")] == [WORKER, FINANCE]


async def test_who_works_on_the_case_reads_what_its_customer_gave(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await kept(out)
        await say(out.hall, "gu", "停电了，我爸的呼吸机电池快没了")
        case = await newest(out.hall, "gu")
        assert case.topic == "life_support"
        found = await get(out, case.first_handler, f"cases/{case.no}/care?reason=要打电话")
        assert [one["phone"] for one in found["items"]] == [PHONE]
        assert (await get(out, LEADER, f"cases/{case.no}/care"))["items"][0]["phone"] == "*******7777"
        await get(out, WORKER, f"cases/{case.no}/care", 403)
        await get(out, LEADER, "cases/DL20261123-9999/care", 404)
        assert (WORKER, "") in await looks(out, "deny")


async def test_on_another_matter_a_first_handler_reads_nothing_of_it(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        await get(out, handler, f"cases/{no}/care", 403)
