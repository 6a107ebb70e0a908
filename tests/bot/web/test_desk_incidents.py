import re
from pathlib import Path

from bot.hall import drill
from tests.bot.web.kit import Door, door
from tests.kit_outages import CAUSE, only, reported

LEADER, STRANGER, FINANCE = "A001", "A202", "A901"
HERE = "/desk/incidents"


async def read(out: Door, path: str = "", status: int = 200) -> str:
    return (await out.page("GET", HERE + path, status))[0]


async def sent(out: Door, path: str, fields: dict[str, str], status: int = 303, where: str = "") -> str:
    """A form as the page has it now, filled in: where it leads, or the page."""
    action = f"{HERE}{path}"
    form = (await read(out, where)).split(f'action="{action}"')[1].split("</form>", maxsplit=1)[0]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form))
    text, answer = await out.page("POST", action, status, data=hidden | fields)
    return answer.headers.get("Location", text)


async def two(out: Door) -> tuple[str, tuple[str, str]]:
    """A suspected outage of two homes: its number, their customers."""
    people = [(await reported(out.hall, f"听荷苑{number}幢"))[0] for number in (3, 5)]
    return (await only(out.hall)).no, (people[0], people[1])


async def state(out: Door, no: str) -> str:
    found = await out.hall.ledger.read(lambda lists: lists.incident(no))
    assert found
    return found.state.value


async def heard(out: Door, customer: str) -> str:
    letters = (await out.json("GET", "/drill/outbox?kind=status"))["items"]
    return "\n".join(one["text"] for one in letters if one["to"] == f"customer:{customer}")


async def test_a_leader_confirms_tells_on_restores_and_closes_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, people = await two(out)
        await out.log_in(LEADER)
        assert no in await read(out)
        board, _ = await out.page("GET", "/board")
        assert f'href="{HERE}/{no}"' in board
        page = await read(out, f"/{no}")
        assert "疑似" in page
        assert page.count("首办人") == 2
        fields = {"cause": CAUSE, "eta_at": "2026-11-23T12:00", "text": "抢修车已到"}
        looked = await sent(out, f"/{no}/confirm", fields | {"look": "1"}, 200, f"/{no}")
        assert "还没有发" in looked
        assert "2 位客户" in looked
        assert f'value="{CAUSE}"' in looked
        assert await state(out, no) == "suspected"
        assert await sent(out, f"/{no}/confirm", fields, where=f"/{no}") == f"{HERE}/{no}?done=incident_confirm"
        assert "已确认，正在告诉每一家" in await read(out, f"/{no}?done=incident_confirm")
        assert "抢修车已到" in (await read(out, f"/{no}")).split('id="news"')[1]
        await sent(out, f"/{no}/update", {"text": "还要半小时", "eta_at": "2026-11-23T12:30"}, where=f"/{no}")
        await sent(out, f"/{no}/restore", {"text": "接头已换"}, where=f"/{no}")
        await drill.settle(out.hall)
        for customer in people:
            told = await heard(out, customer)
            for word in (CAUSE, "抢修车已到", "接头已换"):
                assert word in told, word
        await sent(out, f"/{no}/close", {"reason": ""}, where=f"/{no}")
        assert await state(out, no) == "closed"
        page = await read(out)
        assert no in page.split('id="ended"')[1]
        assert no not in page.split('id="live"')[1].split("</section>")[0]


async def test_cases_are_put_together_put_in_and_taken_out_by_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        first, _, _ = await out.opened()
        other = (await reported(out.hall, "望橹新村3幢"))[1].no
        await out.log_in(LEADER)
        where = await sent(out, "", {"cases": f"{first}、{first}", "area": "青荷线"})
        no = where.removeprefix(f"{HERE}/").split("?")[0]
        assert where == f"{HERE}/{no}?done=incident_open"
        await sent(out, f"/{no}/link", {"case": other, "reason": "同一条线"}, where=f"/{no}")
        assert f'href="/desk/cases/{other}"' in await read(out, f"/{no}")
        case, _ = await out.page("GET", f"/desk/cases/{other}")
        assert f'href="{HERE}/{no}"' in case
        await sent(out, f"/{no}/unlink", {"case": other, "reason": "弄错了"}, where=f"/{no}")
        assert f'href="/desk/cases/{other}"' not in await read(out, f"/{no}")


async def test_what_is_wrong_stands_by_the_field_with_what_was_typed(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await two(out)
        await out.log_in(LEADER)
        for fields, status, said in (
            ({"cause": "", "text": "  "}, 422, "请写明内容"),
            ({"cause": CAUSE, "eta_at": "2020-01-01T10:00"}, 422, "已经过去了"),
            ({"cause": CAUSE, "eta_at": "soon"}, 422, "时间要写成"),
            ({"cause": CAUSE, "version": "99"}, 409, "刷新"),
        ):
            page = await sent(out, f"/{no}/confirm", fields, status, f"/{no}")
            assert said in page, fields
            assert f'value="{fields["cause"]}"' in page
        page = await sent(out, f"/{no}/close", {"reason": "。"}, 422, f"/{no}")
        assert 'id="form-close" open' in page
        page = await sent(out, f"/{no}/link", {"case": "DL1", "reason": "<b>一回事"}, 404, f"/{no}")
        assert "&lt;b&gt;一回事" in page
        page = await sent(out, "", {"cases": "", "area": "青荷线"}, 422)
        assert "至少一张" in page
        assert 'value="青荷线"' in page
        assert await state(out, no) == "suspected"
        await read(out, "/GZ1", 404)


async def test_who_does_not_answer_for_it_reads_and_gets_no_forms(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await two(out)
        found = await only(out.hall)
        assert found.handler != STRANGER
        await out.log_in(STRANGER)
        page = await read(out, f"/{no}")
        assert f"{no}/confirm" not in page
        assert "负责" in page
        csrf = re.findall(r'name="csrf" value="([^"]*)"', page)[0]
        text, _ = await out.page("POST", f"{HERE}/{no}/confirm", 403, data={"csrf": csrf, "cause": CAUSE})
        assert "值班领导" in text
        await out.page("POST", f"{HERE}/{no}/confirm", 403, data={"cause": CAUSE})
        assert await state(out, no) == "suspected"
        await out.log_in(FINANCE)
        await read(out, "", 403)
