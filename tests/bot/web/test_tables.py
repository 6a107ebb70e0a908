"""The hall's tables over HTTP: who reads and writes which, masked for whom, paged, as CSV, kept as versions."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from bot.desk.rights import TABLES
from tests.bot.web.kit import Door, door

WORKER, LEADER, FINANCE, ADMIN, EDITOR = "A201", "A001", "A901", "A902", "A903"
LEAVE = {"staff": "A201", "from": "2026-12-09", "to": "2026-12-09", "kind": "病假"}
WRITES = {
    WORKER: set(),
    LEADER: {"shift", "leave", "hours", "outage"},
    FINANCE: {"finance", "quota"},
    EDITOR: {"topic", "phrases", "tariff", "promise"},
    ADMIN: set(TABLES),
}


async def change(out: Door, no: str, table: str, rows: Any, status: int = 200, how: str = "POST", **more: Any) -> Any:
    body = {"rows": rows, "reason": "按通知改", **more}
    return await out.json(how, f"/api/staff/hall/{table}", status, json=body, headers=await out.staff(no))


async def read(out: Door, no: str, path: str, status: int = 200) -> Any:
    return await out.json("GET", f"/api/staff/hall/{path}", status, headers=await out.staff(no))


async def moves(out: Door, move: str) -> list[tuple[str, str]]:
    found = await out.hall.ledger.read(lambda lists: lists.events(""))
    return [(one.by, one.facts.get("table", one.facts.get("what", ""))) for one in found if one.move == move]


@pytest.mark.parametrize("no", list(WRITES))
async def test_who_writes_which_table(tmp_path: Path, no: str) -> None:
    async with door(tmp_path) as out:
        rights = out.hall.edition().data.books.person(no)
        for table in TABLES:
            how = {"json": {"rows": [{}], "reason": ""}, "headers": await out.staff(no)}
            async with out.web.post(f"/api/staff/hall/{table}", **how) as answer:  # type: ignore[arg-type] # JSON
                assert answer.status == (422 if table in WRITES[no] else 403), (table, rights)
        if no == LEADER:
            assert (LEADER, "hall.write.staff") in await moves(out, "deny")


async def test_every_table_is_read_whole_and_put_back_as_it_was(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for table in TABLES:
            whole = await read(out, ADMIN, table)
            assert (whole["next"], whole["version"], whole["total"]) == (None, 0, len(whole["items"]))
            if not whole["items"] or table in ("hours", "drill"):
                continue
            assert whole["drill"] is True
            done = await change(out, ADMIN, table, whole["items"], how="PUT")
            assert (done["version"], done["total"]) == (1, whole["total"])
            again = await read(out, ADMIN, table)
            assert again["items"] == whole["items"], table
            assert again["version"] == 1


async def test_a_change_is_seen_at_once_and_undone(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        tried = await change(out, LEADER, "leave", [LEAVE], dry=True)
        assert tried == {"customers": 0, "cases": [], "text": "", "drill": True}
        done = await change(out, LEADER, "leave", [LEAVE], id="x1", version=0)
        assert (done["version"], done["by"], done["reason"], done["after"][-1]) == (1, LEADER, "按通知改", LEAVE)
        assert LEAVE not in done["before"]
        assert (await change(out, LEADER, "leave", [LEAVE], id="x1", version=0))["version"] == 1
        assert (await change(out, LEADER, "leave", [LEAVE], 409, version=0))["error"] == "changed"
        kept = await read(out, WORKER, "leave/versions")
        assert [one["version"] for one in kept["items"]] == [1]
        back = {"version": 0, "reason": "销假"}
        who = await out.staff(LEADER)
        await out.json("POST", "/api/staff/hall/leave/rollback", json=back, headers=who)
        assert (await read(out, WORKER, "leave"))["version"] == 2
        assert LEAVE not in [{**row} for row in (await read(out, WORKER, "leave"))["items"]]
        for version in (7, "x", None, True):
            found = await out.json(
                "POST", "/api/staff/hall/leave/rollback", 422, json=back | {"version": version}, headers=who
            )
            assert found["fields"]["version"]
        await out.json("POST", "/api/staff/hall/leave/rollback", 403, json=back, headers=await out.staff(WORKER))


async def test_what_is_wrong_is_told_and_nothing_changes(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        wrong = await change(out, LEADER, "leave", [LEAVE | {"staff": "A999"}, {"staff": "A201"}], 422)
        assert wrong["error"] == "table_faults"
        assert any("A999" in fault for fault in wrong["faults"])
        assert any("请假（leave）第" in fault for fault in wrong["faults"])
        assert wrong["faults"][0] in wrong["message"]
        assert wrong["faults"][0] in wrong["fields"]["rows"]
        senseless = await out.json(
            "POST",
            "/api/staff/hall/leave",
            422,
            json={"rows": [LEAVE], "reason": "——"},
            headers=await out.staff(LEADER),
        )
        assert senseless["fields"]["reason"]
        for rows in (None, "x", [1], 5):
            assert (await change(out, LEADER, "leave", rows, 422))["fields"]["rows"]
        assert (await read(out, LEADER, "leave"))["version"] == 0
        assert (await read(out, LEADER, "nothing", 404))["error"] == "no_such_table"
        await read(out, LEADER, "settings", 404)
        await read(out, LEADER, "nothing/versions", 404)
        await change(out, ADMIN, "nothing", [{}], 404)


async def test_personal_data_is_masked_but_for_the_admin_whose_look_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        data = out.hall.edition().data
        account, customer = next(iter(data.accounts.values())), next(iter(data.customers.values()))
        secrets = (account.no, account.holder, account.phone, account.address, customer.phone)
        for table in ("account", "bill", "customer", "outage", "case", "staff"):
            seen = json.dumps(await read(out, WORKER, table), ensure_ascii=False)
            assert not [secret for secret in secrets if secret in seen], table
            assert "telegram_id" not in seen
        assert await moves(out, "reveal") == []
        bare = json.dumps(await read(out, ADMIN, "account"), ensure_ascii=False)
        assert account.no in bare
        assert await moves(out, "reveal") == [(ADMIN, "account")]
        await change(out, ADMIN, "customer", [{"key": customer.key, "phone": "19900000999"}])
        kept = json.dumps(await read(out, WORKER, "customer/versions"), ensure_ascii=False)
        assert "19900000999" not in kept
        assert customer.phone not in kept


async def test_a_worker_sees_the_money_of_his_own_team_only(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert {row["team"] for row in (await read(out, "A501", "finance"))["items"]} == {"qingshi"}
        assert len({row["team"] for row in (await read(out, FINANCE, "finance"))["items"]}) > 1
        assert len({row["team"] for row in (await read(out, LEADER, "quota"))["items"]}) > 1
        assert (await read(out, WORKER, "quota"))["items"] == []


async def test_a_long_table_is_paged_and_comes_as_csv(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        first = await read(out, WORKER, "bill?limit=5")
        assert (len(first["items"]), first["next"], first["total"]) == (5, "5", 36)
        rest = await read(out, WORKER, "bill?limit=50&after=5")
        assert (len(rest["items"]), rest["next"]) == (31, None)
        await read(out, WORKER, "bill?after=x", 422)
        await change(out, ADMIN, "place", [{"name": "=cmd", "town": "+1"}])
        who = {**await out.staff(WORKER), "Accept": "text/csv"}
        for path in ("place", "place/versions"):
            async with out.web.get(f"/api/staff/hall/{path}", headers=who) as answer:
                assert answer.content_type == "text/csv"
                rows = list(csv.reader(io.StringIO((await answer.text()).removeprefix("\ufeff"))))
                assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_rows_are_cleaned_of_what_no_database_takes(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await change(out, EDITOR, "phrases", {"error.busy": "稍\ud800等\u0000"})
        assert (await read(out, WORKER, "phrases"))["items"][0]["error.busy"] == "稍\ufffd等"
        deep: Any = "x"
        for _ in range(30):
            deep = [deep]
        assert (await change(out, LEADER, "leave", [LEAVE | {"reason": deep}], 400))["error"] == "bad_json"


async def test_a_table_larger_than_other_bodies_is_taken(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        rows = [{"name": f"新村{n}", "town": "青石镇", "aliases": [f"{n}号小区"]} for n in range(2000)]
        done = await change(out, ADMIN, "place", rows)
        assert done["total"] == 2013
