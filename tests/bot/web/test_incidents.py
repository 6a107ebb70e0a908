"""Outages over HTTP: the routes, their bodies, what is refused with which status, who sees what."""

from pathlib import Path
from typing import Any

import pytest

from bot.hall import drill
from bot.web import told_incidents
from bot.web.incidents import DOINGS
from tests.bot.web.kit import Door, door
from tests.kit_outages import CAUSE, only, reported

LEADER, CREW, WORKER, FINANCE = "A001", "A301", "A201", "A901"
ETA = "2026-11-23T12:00:00+08:00"


async def ask(out: Door, by: str, method: str, path: str, status: int = 200, **body: Any) -> Any:
    more = {"json": body} if method == "POST" else {}
    return await out.json(method, f"/api/staff/{path}", status, headers=await out.staff(by), **more)


async def two(out: Door) -> str:
    for number in (3, 5):
        await reported(out.hall, f"听荷苑{number}幢")
    return (await only(out.hall)).no


async def test_from_suspicion_to_the_end(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no = await two(out)
        listed = await ask(out, WORKER, "GET", "incidents")
        assert (listed["total"], listed["next"]) == (1, None)
        (row,) = listed["items"]
        assert (row["no"], row["state"], row["size"], row["cause"], row["eta_at"]) == (no, "suspected", 2, "", None)
        done = await ask(out, LEADER, "POST", f"incidents/{no}/confirm", cause=CAUSE, eta_at=ETA, text="抢修车已到")
        assert (done["state"], done["cause"], done["eta_at"]) == ("confirmed", CAUSE, ETA)
        letters = (await out.json("GET", "/drill/outbox?kind=status"))["items"]
        told = [one for one in letters if CAUSE in one["text"]]
        assert sorted(one["case"] for one in told) == sorted(done["cases"])
        assert {one["incident"] for one in told} == {no}
        case = await ask(out, LEADER, "GET", f"cases/{done['cases'][0]}")
        assert case["incident"] == no
        assert "link" in [one["move"] for one in case["events"] if one["public"]]
        await ask(out, CREW, "POST", f"incidents/{no}/update", text="还要半小时", eta_at="2026-11-23T12:30")
        over = await ask(out, CREW, "POST", f"incidents/{no}/restore", text="接头已换")
        assert (over["state"], over["eta_at"]) == ("restored", "2026-11-23T12:30:00+08:00")
        await drill.settle(out.hall)
        assert (await ask(out, LEADER, "GET", f"cases/{over['cases'][0]}"))["state"] == "resolved"
        assert (await ask(out, LEADER, "POST", f"incidents/{no}/close"))["state"] == "closed"
        assert (await ask(out, LEADER, "GET", "incidents?state=closed"))["total"] == 1
        assert (await ask(out, LEADER, "GET", "incidents?state=suspected"))["items"] == []


async def test_cases_are_put_in_and_taken_out(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        case, _, _ = await out.opened()
        other = (await reported(out.hall, "望橹新村3幢"))[1].no
        begun = await ask(out, LEADER, "POST", "incidents", cases=[case], area="青荷线")
        assert (begun["area"], begun["cases"], begun["state"]) == ("青荷线", [case], "suspected")
        no = begun["no"]
        assert (await ask(out, LEADER, "POST", f"incidents/{no}/link", case=other, reason="同一条线"))["size"] == 2
        out_again = await ask(out, LEADER, "POST", f"incidents/{no}/unlink", case=other, reason="弄错了")
        assert out_again["cases"] == [case]
        assert (await ask(out, LEADER, "GET", f"incidents/{no}"))["size"] == 1


@pytest.mark.parametrize(
    ("by", "path", "body", "status", "code"),
    [
        (WORKER, "{no}/confirm", {"cause": CAUSE}, 403, "not_your_incident"),
        (FINANCE, "{no}/confirm", {"cause": CAUSE}, 403, "not_your_post"),
        (LEADER, "{no}/confirm", {}, 422, "missing"),
        (LEADER, "{no}/confirm", {"cause": "……"}, 422, "missing"),
        (LEADER, "{no}/confirm", {"cause": CAUSE, "eta_at": "soon"}, 422, "missing"),
        (LEADER, "{no}/confirm", {"cause": CAUSE, "eta_at": "2026-11-23T09:00:00+08:00"}, 422, "missing"),
        (LEADER, "{no}/confirm", {"cause": CAUSE, "version": 99}, 409, "changed"),
        (LEADER, "{no}/restore", {"cause": CAUSE}, 409, "incident_state"),
        (LEADER, "{no}/link", {"case": "DL1", "reason": "一回事"}, 404, "no_such_case"),
        (LEADER, "{no}/link", {"reason": "一回事"}, 422, "missing"),
        (LEADER, "{no}/unlink", {"case": "{other}", "reason": "不是"}, 422, "missing"),
        (LEADER, "{no}/close", {}, 422, "missing"),
        (LEADER, "GZ1/confirm", {"cause": CAUSE}, 404, "no_such_incident"),
        (LEADER, "", {"cases": "x", "area": "x"}, 404, "no_such_case"),
        (LEADER, "", {"cases": [1]}, 422, "missing"),
        (LEADER, "", {}, 422, "missing"),
    ],
)
async def test_what_is_refused(
    by: str, path: str, body: dict[str, Any], status: int, code: str, tmp_path: Path
) -> None:
    async with door(tmp_path) as out:
        no = await two(out)
        other, _, _ = await out.opened()
        sent = {
            name: value.replace("{other}", other) if isinstance(value, str) else value for name, value in body.items()
        }
        found = await ask(out, by, "POST", f"incidents/{path.format(no=no)}".rstrip("/"), status, **sent)
        assert found["error"] == code
        assert found["message"]
        assert (status == 422) is ("fields" in found)
        assert (await ask(out, LEADER, "GET", f"incidents/{no}"))["state"] == "suspected"


async def test_what_is_not_there_and_what_is_asked_wrongly(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await ask(out, LEADER, "GET", "incidents/GZ1", 404)
        await ask(out, LEADER, "GET", "incidents?state=gone", 422)
        assert (await ask(out, LEADER, "GET", "incidents?after=nonsense"))["items"] == []
        await ask(out, FINANCE, "GET", "incidents", 403)


async def test_trying_it_only_changes_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no = await two(out)
        tried = await ask(out, LEADER, "POST", f"incidents/{no}/confirm", cause=CAUSE, dry=True)
        assert (tried["customers"], len(tried["cases"])) == (2, 2)
        assert CAUSE in tried["text"]
        assert (await ask(out, LEADER, "GET", f"incidents/{no}"))["state"] == "suspected"


async def test_the_list_as_a_sheet_and_in_slices(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        case, _, _ = await out.opened()
        await two(out)
        await ask(out, LEADER, "POST", "incidents", cases=[case], area="青荷线")
        first = await ask(out, LEADER, "GET", "incidents?limit=1")
        second = await ask(out, LEADER, "GET", f"incidents?limit=1&after={first['next']}")
        assert {one["no"] for one in (*first["items"], *second["items"])} == {
            one["no"] for one in (await ask(out, LEADER, "GET", "incidents"))["items"]
        }
        headers = {**await out.staff(LEADER), "Accept": "text/csv"}
        async with out.web.get("/api/staff/incidents", headers=headers) as sheet:
            assert sheet.content_type == "text/csv"
            assert "青荷线" in await sheet.text()


def test_every_step_is_described() -> None:
    told = {path for _, path in told_incidents.INCIDENTS}
    assert {f"/api/staff/incidents/{{no}}/{move}" for move in DOINGS} <= told
