"""Tables changed while the hall works: checked, in force, kept, undone; a file written anew wins."""

import asyncio
import json
import shutil
from collections.abc import Awaitable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import app
from bot.desk.errors import Changed, Missing
from bot.folder import watch
from bot.hall import counter, drill, reception, tables
from bot.hall.cabinet import NoSuchTable, Row, TableFaults, Tables
from bot.hall.counter import Asked
from bot.hall.data import Edition
from bot.hall.holding import HoldsCases, held
from bot.hall.house import Hall
from bot.hall.records import Heard, TableVersion
from bot.settings import DEMO
from tests.kit import CACHE, LEADER, MONDAY, WORKER, at_hand, edition, hall_at, say, settings, told
from tests.kit_hall import ADDRESS, CLOSING, OUTAGE, letters, newest, outage, sit_down, staff

NEW = {"no": "P-9", "kind": "planned", "line": "青荷线", "begin_at": "2026-12-20T08:00:00+08:00"}


async def put(hall: Hall, table: str, rows: Sequence[Row]) -> TableVersion | None:
    return await tables.change(hall, staff(hall, LEADER), table, tables.replaced(rows), "春检改期", Asked())


async def add(hall: Hall, table: str, *rows: Row, **asked: Any) -> TableVersion | None:
    return await tables.change(hall, staff(hall, LEADER), table, tables.added(rows), "春检改期", Asked(**asked))


def rows_in(hall: Hall, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in hall.edition().tables.get(table, ())]


async def events(hall: Hall, move: str) -> list[dict[str, str]]:
    found = await hall.ledger.read(lambda lists: lists.events(""))
    return [{"by": one.by, "text": str(one.text), **one.facts} for one in found if one.move == move]


async def test_a_row_added_is_in_force_at_once_and_kept_with_before_and_after(hall: Hall) -> None:
    before = rows_in(hall, "outage")
    version = await add(hall, "outage", NEW)
    assert version
    assert [one.no for one in hall.edition().data.outages][-1] == "P-9"
    assert rows_in(hall, "outage") == [*before, NEW]
    kept = await tables.versions(hall, "outage")
    assert [(one.version, one.by, one.at, one.reason) for one in kept] == [(1, LEADER, MONDAY, "春检改期")]
    assert (json.loads(kept[0].before), json.loads(kept[0].rows)) == (before, [*before, NEW])
    assert await events(hall, "change") == [{"by": LEADER, "text": "春检改期", "table": "outage", "version": "1"}]


async def test_a_row_is_changed_by_its_key_cells_not_named_stay_and_null_takes_one_away(hall: Hall) -> None:
    await add(hall, "outage", NEW | {"cause": "换变压器"})
    await add(hall, "outage", {"no": "P-9", "state": "cancelled", "cause": None})
    assert rows_in(hall, "outage")[-1] == NEW | {"state": "cancelled"}
    assert hall.edition().data.outages[-1].state == "cancelled"


async def test_finance_of_the_same_month_and_team_replaces_and_never_adds(hall: Hall) -> None:
    count = len(rows_in(hall, "finance"))
    row = {"month": "2026-10", "team": "qingshi", "income": 1, "expense": 2}
    for income in (1, 7):
        await add(hall, "finance", row | {"income": income})
    same = [one for one in rows_in(hall, "finance") if (one["month"], one["team"]) == ("2026-10", "qingshi")]
    assert [one["income"] for one in same] == [7]
    assert len(rows_in(hall, "finance")) in (count, count + 1)


async def test_rows_without_a_key_are_added_once(hall: Hall) -> None:
    shift = {"staff": [WORKER], "days": "daily", "hours": ["18:00-20:00"]}
    count = len(rows_in(hall, "shift"))
    for _ in range(2):
        await add(hall, "shift", shift)
    assert len(rows_in(hall, "shift")) == count + 1


async def test_a_table_of_one_row_takes_one_object(hall: Hall) -> None:
    await add(hall, "rules", {"accept_escalate": "25m"})
    assert hall.edition().data.books.rules.accept_escalate.total_seconds() == 25 * 60
    assert hall.edition().data.books.rules.accept_remind.total_seconds() == 15 * 60
    await put(hall, "rules", [{"accept_escalate": "25m"}])
    assert rows_in(hall, "rules") == [{"accept_escalate": "25m"}]
    with pytest.raises(Missing):
        await put(hall, "rules", [{}, {}])
    await put(hall, "rules", [])  # as an empty table is read, so it is put back
    assert rows_in(hall, "rules") == []


async def test_phrases_are_said_anew(hall: Hall) -> None:
    await add(hall, "phrases", {"error.busy": "请稍等。"})
    assert hall.edition().data.handbook.phrases["error.busy"] == "请稍等。"
    for bad in ({"error.bussy": "无"}, {"error.busy": "花括号{没有成对"}, {"error.busy": "没有名字{}"}):
        with pytest.raises(TableFaults) as faulty:
            await add(hall, "phrases", bad)
        assert "话术（phrases）" in faulty.value.faults[0]


@pytest.mark.parametrize(
    ("table", "row", "words"),
    [
        ("outage", {"no": "P-9", "kind": "planned"}, "begin_at 没写"),
        ("outage", NEW | {"handler": "A999"}, "人员里没有“A999”"),
        ("shift", {"staff": ["A999"], "days": "daily", "hours": ["08:00-12:00"]}, "人员里没有“A999”"),
        ("leave", {"staff": WORKER, "from": "2026-12-09", "to": "2026-12-01", "kind": "病假"}, "先后倒了"),
        ("tariff", {"region": "江苏省", "use": "resident"}, "没写，这一项必须有"),
        ("team", {"key": "x", "name": "甲", "colour": "red"}, "没有“colour”这一项"),
        ("finance", {"month": "2026-13", "team": "qingshi", "income": 1, "expense": 1}, "月份要写成"),
        ("topic", {"code": "bad", "name": "坏的"}, "bad"),
    ],
)
async def test_faulty_rows_change_nothing(hall: Hall, table: str, row: Row, words: str) -> None:
    good = hall.edition()
    with pytest.raises(TableFaults) as faulty:
        await add(hall, table, row)
    assert words in "\n".join(faulty.value.faults)
    assert hall.edition() is good
    assert await tables.versions(hall, table) == ()
    assert await events(hall, "change") == []


async def test_two_rows_of_one_key_in_a_whole_table_are_a_fault(hall: Hall) -> None:
    with pytest.raises(TableFaults) as faulty:
        await put(hall, "outage", [NEW, NEW])
    assert "重复" in faulty.value.faults[0]


async def test_somebody_still_named_elsewhere_cannot_be_taken_away(hall: Hall) -> None:
    left = [row for row in rows_in(hall, "staff") if row["no"] != WORKER]
    with pytest.raises(TableFaults) as faulty:
        await put(hall, "staff", left)
    assert f"人员里没有“{WORKER}”" in "\n".join(faulty.value.faults)


class TestWhoHoldsCases:
    """Nobody leaves the staff table while a case is in his hands, by whatever way the table is changed."""

    async def refused(self, hall: Hall, change: Awaitable[object], no: str, *cases: str) -> None:
        good = hall.edition()
        with pytest.raises(HoldsCases) as holds:
            await change
        assert (holds.value.no, holds.value.cases) == (no, cases)
        assert hall.edition() is good
        assert await tables.versions(hall, "staff") == ()
        assert await events(hall, "change") == []

    async def test_switched_off_or_without_a_post_is_refused_with_the_list(self, hall: Hall) -> None:
        _, case = await outage(hall)
        no = case.first_handler
        await self.refused(hall, add(hall, "staff", {"no": no, "state": "off"}), no, case.no)
        await self.refused(hall, add(hall, "staff", {"no": no, "state": "off"}, dry=True), no, case.no)
        await self.refused(hall, add(hall, "staff", {"no": no, "post": ""}), no, case.no)

    async def test_a_finished_case_the_customer_has_not_confirmed_counts_a_closed_one_does_not(
        self, hall: Hall
    ) -> None:
        _, case = await outage(hall)
        by = staff(hall, case.first_handler)
        await counter.accept(hall, by, case.no)
        await counter.resolve(hall, by, case.no, "好了", CLOSING)
        await self.refused(hall, add(hall, "staff", {"no": by.no, "state": "off"}), by.no, case.no)
        await counter.close(hall, staff(hall, LEADER), case.no, "已电话确认")
        assert await add(hall, "staff", {"no": by.no, "state": "off"})
        assert not staff(hall, by.no).on

    async def test_taken_out_or_back_to_an_old_version_is_refused_too(self, hall: Hall) -> None:
        new = {"no": "A777", "name": "裴远山", "post": "work", "skills": ["outage_repair"]}
        await add(hall, "staff", new)
        await add(hall, "shift", {"staff": ["A777"], "days": "daily", "hours": ["00:00-24:00"]})
        for _ in range(4):
            await outage(hall)
        assert await hall.ledger.read(lambda lists: held(lists, "A777"))
        await put(hall, "shift", [row for row in rows_in(hall, "shift") if "A777" not in row["staff"]])
        without = [row for row in rows_in(hall, "staff") if row["no"] != "A777"]
        for change in (
            put(hall, "staff", without),
            tables.rollback(hall, staff(hall, LEADER), "staff", 0, "不用了", Asked()),
        ):
            with pytest.raises(HoldsCases):
                await change
        assert staff(hall, "A777").on

    async def test_everybody_else_may_be_changed_and_his_own_other_cells_too(self, hall: Hall) -> None:
        _, case = await outage(hall)
        assert await add(hall, "staff", {"no": case.first_handler, "cap": 3})
        assert await add(hall, "staff", {"no": "A203", "state": "off"})

    async def test_of_one_who_takes_a_case_and_one_who_switches_him_off_one_wins(self, hall: Hall) -> None:
        """The look is in the page that writes: a case opened while the table is read is seen."""
        drawer, opened = tables.cabinet(hall), []

        async def meanwhile(changed: Tables, table: str) -> Edition:
            fresh = await drawer.read(changed, table)
            opened.append((await outage(hall))[1])
            return fresh

        busy = replace(hall, cabinet=replace(drawer, read=meanwhile))
        await add(hall, "staff", *({"no": no, "skills": []} for no in ("A302", "A303")))
        with pytest.raises(HoldsCases) as refused:
            await add(busy, "staff", {"no": "A301", "state": "off"})
        assert refused.value.cases == (opened[0].no,)
        assert staff(hall, "A301").on

    async def test_a_file_cannot_be_refused_and_heals_at_once(self, tmp_path: Path) -> None:
        edition()
        folder = tmp_path / "hall"
        shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
        at_hand(tmp_path / "cache")
        running = await app.open_hall(replace(settings(tmp_path), folder=folder))
        hall, seen = running.hall, [watch.fingerprint(folder)]
        customer = await sit_down(hall)
        for number, text in enumerate((OUTAGE, ADDRESS)):
            await reception.receive(hall, Heard(f"{number}", customer, text=text))
            await reception.drain(hall, customer)
        case = await newest(hall, customer)
        people = folder / "staff.toml"
        text = people.read_text(encoding="utf-8")
        row = f'no = "{case.first_handler}"'
        people.write_text(text.replace(row, f'{row}\nstate = "off"'), encoding="utf-8")
        shared: list[object] = list(seen)
        await app._reload(running, shared)
        moved = await newest(hall, customer)
        assert moved.first_handler in (LEADER, "A002")
        assert "原来那位已经离开岗位" in (await letters(hall, f"customer:{customer}"))[-1].text
        (alert,) = await hall.ledger.read(lambda lists: lists.alerts(only_open=True))
        assert alert.why == "orphan"
        await hall.ledger.close()


async def test_a_reason_is_needed_and_a_table_must_be_one(hall: Hall) -> None:
    for reason in ("", " 。… "):
        with pytest.raises(Missing) as missing:
            await tables.change(hall, staff(hall, LEADER), "outage", tables.added([NEW]), reason, Asked())
        assert missing.value.fields == {"reason": "missing.text"}
    for table in ("settings", "nothing"):
        with pytest.raises(NoSuchTable):
            await add(hall, table, NEW)
    with pytest.raises(NoSuchTable):
        await add(replace(hall, cabinet=None), "outage", NEW)


async def test_done_once_by_id_refused_when_stale_and_only_tried_when_dry(hall: Hall) -> None:
    good = hall.edition()
    assert await add(hall, "outage", NEW, dry=True) is None
    assert hall.edition() is good
    with pytest.raises(TableFaults):
        await add(hall, "outage", {"no": "P-9"}, dry=True)
    first = await add(hall, "outage", NEW, id="once", version=0)
    again = await add(hall, "outage", NEW | {"cause": "别的"}, id="once", version=0)
    assert first == again
    assert "cause" not in rows_in(hall, "outage")[-1]
    with pytest.raises(Changed):
        await add(hall, "outage", {"no": "P-9", "state": "current"}, version=0)
    await add(hall, "outage", {"no": "P-9", "state": "current"}, version=1)
    assert len(await tables.versions(hall, "outage")) == 2


async def test_back_to_an_old_version_is_a_new_one_and_zero_is_what_the_folder_said(hall: Hall) -> None:
    original = rows_in(hall, "outage")
    await add(hall, "outage", NEW)
    await add(hall, "outage", {"no": "P-9", "state": "cancelled"})
    by = staff(hall, LEADER)
    await tables.rollback(hall, by, "outage", 1, "改错了", Asked())
    assert rows_in(hall, "outage") == [*original, NEW]
    await tables.rollback(hall, by, "outage", 0, "改错了", Asked())
    assert rows_in(hall, "outage") == original
    assert [one.version for one in await tables.versions(hall, "outage")] == [1, 2, 3, 4]
    for version in (9, -1):
        with pytest.raises(tables.NoSuchVersion):
            await tables.rollback(hall, by, "outage", version, "改错了", Asked())
    with pytest.raises(tables.NoSuchVersion):
        await tables.rollback(hall, by, "shift", 0, "改错了", Asked())


async def test_a_new_customer_sits_in_the_ledger_too(hall: Hall) -> None:
    await add(hall, "customer", {"key": "fang", "name": "方知意", "phone": "13900000009"})
    person = await hall.ledger.read(lambda lists: lists.person("fang"))
    assert person
    assert person.name == "方知意"


async def test_a_topic_is_learned_while_the_hall_works(tmp_path: Path) -> None:
    (tmp_path / "cache").symlink_to(CACHE)  # learned once a machine
    async with hall_at(tmp_path, memory=True) as hall:
        await _learn(hall)


async def _learn(hall: Hall) -> None:
    topic = {
        "code": "lamp_loan",
        "name": "借应急灯",
        "kind": "answer",
        "post": "guide",
        "source": "本厅规定",
        "as_of": "2026-11-01",
        "answer": "应急灯在引导台登记后借用。",
        "examples": "\n".join(
            f"{ask}应急灯{end}"
            for ask in ("能借", "想借个", "哪里借", "营业厅能借", "你们有没有")
            for end in ("吗", "", "用一下", "带回家")
        ),
        "checks": "我想从你们那里借应急灯回去",
    }
    before = hall.edition()
    await add(hall, "topic", topic)
    assert "lamp_loan" in hall.edition().data.handbook.topics
    assert hall.edition().matcher is not before.matcher
    with pytest.raises(TableFaults) as faulty:
        await add(hall, "topic", topic | {"checks": "今天的月亮真圆啊大家快来看"})
    assert "lamp_loan" in "\n".join(faulty.value.faults)
    await put(hall, "topic", [])
    assert "lamp_loan" not in hall.edition().data.handbook.topics


async def test_the_hall_answers_while_a_table_is_taken_in_and_the_next_change_waits(hall: Hall) -> None:
    gate, begun = asyncio.Event(), asyncio.Event()
    drawer = tables.cabinet(hall)

    async def slowly(changed: Tables, table: str) -> Edition:
        begun.set()
        await gate.wait()
        return await drawer.read(changed, table)

    slow = replace(hall, cabinet=replace(drawer, read=slowly))
    changes = [asyncio.create_task(add(slow, "outage", NEW | {"no": no})) for no in ("P-8", "P-9")]
    await begun.wait()
    customer = await sit_down(hall)
    await say(hall, customer, "你好")
    assert await told(hall, customer)
    assert "P-8" not in [row["no"] for row in rows_in(hall, "outage")]
    gate.set()
    await asyncio.gather(*changes)
    assert [row["no"] for row in rows_in(hall, "outage")][-2:] == ["P-8", "P-9"]


async def test_a_change_that_another_hall_overtakes_is_not_made(hall: Hall) -> None:
    drawer = tables.cabinet(hall)

    async def overtaken(changed: Tables, table: str) -> Edition:
        fresh = await drawer.read(changed, table)
        drawer.take(replace(hall.edition()))  # a drill was loaded meanwhile
        return fresh

    with pytest.raises(Changed):
        await add(replace(hall, cabinet=replace(drawer, read=overtaken)), "outage", NEW)
    assert await tables.versions(hall, "outage") == ()


async def test_a_restart_keeps_what_was_changed(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        await add(hall, "outage", NEW)
        await add(hall, "rules", {"accept_escalate": "25m"})
    async with hall_at(tmp_path) as hall:
        assert rows_in(hall, "outage")[-1] == NEW
        assert rows_in(hall, "rules")[0]["accept_escalate"] == "25m"
        assert len(await tables.versions(hall, "outage")) == 1
        await add(hall, "outage", {"no": "P-9", "state": "cancelled"}, version=1)


async def test_a_drill_loaded_anew_has_none_of_it_and_keeps_its_own(tmp_path: Path) -> None:
    async with hall_at(tmp_path) as hall:
        await add(hall, "outage", NEW)
        whole: dict[str, Any] = {name: list(rows) for name, rows in edition().tables.items()}
        single = {name: rows[0] if name in ("hall", "rules", "drill") else rows for name, rows in whole.items()}
        await drill.load(hall, single)
        assert "P-9" not in [row["no"] for row in rows_in(hall, "outage")]
        assert await tables.versions(hall, "outage") == ()
        await add(hall, "leave", {"staff": WORKER, "from": "2026-12-09", "to": "2026-12-09", "kind": "病假"})
    async with hall_at(tmp_path, at=None) as hall:
        assert rows_in(hall, "leave")[-1]["kind"] == "病假"
        assert "P-9" not in [row["no"] for row in rows_in(hall, "outage")]


async def test_a_file_written_anew_is_the_newer_version_and_nothing_is_lost(tmp_path: Path) -> None:
    edition()
    folder = tmp_path / "hall"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    at_hand(tmp_path / "cache")
    at = replace(settings(tmp_path), folder=folder)
    running = await app.open_hall(at)
    hall, seen = running.hall, [watch.fingerprint(folder)]
    shared: list[object] = list(seen)
    await add(hall, "outage", NEW)
    await add(hall, "staff", {"no": "A777", "name": "裴远山", "post": "work"})
    roster = folder / "roster.toml"
    new = '\n[[shift]]\nstaff = ["A777"]\ndays = "daily"\nhours = "18:00-20:00"\n'
    roster.write_text(roster.read_text(encoding="utf-8") + new, encoding="utf-8")

    await app._reload(running, shared)
    assert rows_in(hall, "shift")[-1]["staff"] == ["A777"]  # a file may name whom the interface added
    assert rows_in(hall, "outage")[-1] == NEW  # another file written anew leaves it

    outages = folder / "outages.toml"
    outages.write_text(outages.read_text(encoding="utf-8").replace("更换配电变压器", "线路检修"), encoding="utf-8")
    await app._reload(running, shared)
    assert rows_in(hall, "outage") != NEW
    assert "P-9" not in [row["no"] for row in rows_in(hall, "outage")]
    kept = await tables.versions(hall, "outage")
    assert [one.by for one in kept] == [LEADER, "folder"]
    assert NEW in json.loads(kept[1].before)
    changed = [one for one in await events(hall, "change") if one["table"] == "outage"]
    assert (changed[-1]["by"], changed[-1]["how"]) == ("clock", "folder")

    await app._reload(running, shared)
    await tables.rollback(hall, staff(hall, LEADER), "outage", 1, "还是用我的", Asked())
    assert rows_in(hall, "outage")[-1] == NEW
    await hall.ledger.close()

    outages.write_text(outages.read_text(encoding="utf-8").replace("线路检修", "换杆"), encoding="utf-8")
    running = await app.open_hall(at)  # changed while the hall was shut
    assert "P-9" not in [row["no"] for row in rows_in(running.hall, "outage")]
    assert "A777" in [row["no"] for row in rows_in(running.hall, "staff")]
    assert [one.by for one in await tables.versions(running.hall, "outage")] == [LEADER, "folder", LEADER, "folder"]
    await running.hall.ledger.close()


async def test_what_another_process_changed_is_taken_over_and_what_is_ones_own_not_read_again(tmp_path: Path) -> None:
    edition()
    at_hand(tmp_path / "cache")
    serving, beside = [await app.open_hall(settings(tmp_path)) for _ in range(2)]
    seen: list[object] = [watch.fingerprint(DEMO)]
    await app._reload(serving, seen)
    await add(serving.hall, "outage", NEW)
    own = serving.hall.edition()
    await app._reload(serving, seen)
    assert serving.hall.edition() is own

    await app._reload(beside, [watch.fingerprint(DEMO)])
    await add(beside.hall, "staff", {"no": "A777", "name": "裴远山", "post": "work"})
    with pytest.raises(Changed):  # it would be written over: what is in force here is behind
        await add(serving.hall, "staff", {"no": "A778", "name": "裴远水", "post": "work"})
    await app._reload(serving, seen)
    assert serving.hall.edition().data.books.person("A777").name == "裴远山"
    assert rows_in(serving.hall, "outage")[-1] == NEW
    await add(serving.hall, "staff", {"no": "A778", "name": "裴远水", "post": "work"})
    assert {"A777", "A778"} <= serving.hall.edition().data.books.roster.staff.keys()
    for one in (serving, beside):
        await one.hall.ledger.close()
