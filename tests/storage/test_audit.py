"""The ledger written out and verified: what a hand that changes it can and cannot hide."""

import asyncio
import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot.desk.case import Event, Lane
from bot.hall import reception
from storage.archive import AlreadyThere
from storage.audit import BadLedger, Verdict, compare, verify, verify_file, write_out
from storage.chain import Link, hashed, salted
from storage.connect import LedgerFault, migrating
from storage.ledger import SqlLedger
from storage.migrate import migrate
from tests.kit import hall_at, say
from tests.storage.given import NOW, opened

ONE, TWO = "DL20261123-0001", "DL20261123-0002"


async def write_some(url: str, cases: int = 3) -> None:
    ledger = SqlLedger(url)
    for _ in range(cases):
        await ledger.write(lambda page: page.record(opened(page.next_no("DL20261123-"), ("一", "二", "三")), str))
    seen = Event("", 0, NOW, Lane.SUPPORT, "D001", "login", public=False, text="")
    for _ in range(2):
        await ledger.write(lambda page: page.note(seen, str))
    await ledger.close()


@pytest.fixture
async def told(url: str, tmp_path: Path) -> Path:
    """A ledger and what was written out of it: three cases of three events, two events of the hall."""
    await write_some(url)
    write_out(url, tmp_path / "ledger.jsonl", NOW)
    return tmp_path / "ledger.jsonl"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The same as bytes, for hands that touch only the file."""
    folder = tmp_path_factory.mktemp("whole")
    url = f"sqlite:///{folder}/hall.db"
    migrate(url)
    asyncio.run(write_some(url))
    write_out(url, folder / "ledger.jsonl", NOW)
    return (folder / "ledger.jsonl").read_bytes()


@pytest.fixture
def file(whole: bytes, tmp_path: Path) -> Path:
    (tmp_path / "file.jsonl").write_bytes(whole)
    return tmp_path / "file.jsonl"


def change(url: str, statement: str, values: dict[str, Any] | None = None) -> None:
    """What another hand does to the database; `:one` and `:two` are two cases."""
    known = {"one": ONE, "two": TWO} | (values or {})
    engine = migrating(url, 1)
    with engine.connect() as connection, connection.begin():
        connection.execute(text(statement), {name: known[name] for name in re.findall(r":(\w+)", statement)})
    engine.dispose()


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def write(file: Path, lines: list[dict[str, Any]]) -> Path:
    file.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines), encoding="utf-8")
    return file


def place(lines: list[dict[str, Any]], chain: str, seq: int) -> int:
    return next(n for n, line in enumerate(lines) if (line.get("chain"), line.get("seq")) == (chain, seq))


def broken(file: Path) -> tuple[str, int] | None:
    """Where it breaks; ("", line) where it is no ledger any more."""
    try:
        found = verify_file(file)
    except BadLedger as bad:
        return "", bad.line
    assert found.sound == (found.broken is None)
    return found.broken


def test_what_is_whole_fits(url: str, told: Path) -> None:
    found = verify(url)
    assert (found.chains, found.events, found.broken, found.missing) == (4, 11, None, "")
    assert verify_file(told) == found
    assert compare(url, told) is None
    assert re.fullmatch(r"[0-9a-f]{64}", found.digest)
    assert told.stat().st_mode & 0o777 == 0o600


def test_an_empty_ledger_fits(url: str, tmp_path: Path) -> None:
    assert verify(url) == write_out(url, tmp_path / "l.jsonl", NOW) == verify_file(tmp_path / "l.jsonl")
    assert verify(url).events == 0


def test_every_event_stands_on_a_line_of_its_own(file: Path) -> None:
    lines = lines_of(file)
    assert lines[0]["format"] == "shouban-ledger/1"
    assert [line["length"] for line in lines[1:5]] == [3, 3, 3, 2]
    assert len(lines) == 1 + 4 + 11
    assert lines[5]["text"] == "一"
    assert set(lines[5]) == {*Link.__dataclass_fields__}


def test_without_words_the_chains_still_fit(url: str, told: Path, tmp_path: Path) -> None:
    write_out(url, tmp_path / "bare.jsonl", NOW, words=False)
    assert verify_file(tmp_path / "bare.jsonl") == verify_file(told)
    assert {(line["text"], line["facts"], line["salt"]) for line in lines_of(tmp_path / "bare.jsonl")[5:]} == {
        ("", "", "")
    }


def test_a_file_that_is_there_stays(url: str, told: Path) -> None:
    with pytest.raises(AlreadyThere):
        write_out(url, told, NOW)
    write_out(url, told, NOW, again=True)


TOUCHED: list[dict[str, object]] = [
    {"text": "改过"}, {"facts": '{"a":"b"}'}, {"by": "W009"}, {"move": "reply"}, {"public": False}, {"lane": "support"},
    {"at": "2026-11-23T09:00:00.000001+08:00"}, {"salt": ""}, {"salt": "", "text": "", "facts": "{}x"}, {"seq": 9},
    {"hash": "0"}, {"text_hash": "0"}, {"facts_hash": "0"}, {"prev_hash": "0"}, {"chain": "DL20261123-0009"},
]  # fmt: skip


@pytest.mark.parametrize("touched", TOUCHED, ids=str)
def test_a_line_that_was_touched_is_named(file: Path, touched: dict[str, object]) -> None:
    lines = lines_of(file)
    n = place(lines, ONE, 2)
    lines[n] |= touched
    assert broken(write(file, lines)) in ((ONE, 2), ("DL20261123-0009", 1))


def test_blanked_words_are_no_break(file: Path) -> None:
    lines = lines_of(file)
    lines[place(lines, ONE, 2)] |= {"text": "", "facts": "{}", "salt": ""}
    assert broken(write(file, lines)) is None


@pytest.mark.parametrize(
    ("chain", "seq", "named"),
    [(ONE, 1, (ONE, 1)), (ONE, 2, (ONE, 2)), (ONE, 3, (ONE, 3)), ("hall", 2, ("hall", 2))],
)
def test_a_line_taken_out_is_named(file: Path, chain: str, seq: int, named: tuple[str, int]) -> None:
    lines = lines_of(file)
    del lines[place(lines, chain, seq)]
    assert broken(write(file, lines)) == named


def test_lines_exchanged_are_named(file: Path) -> None:
    lines = lines_of(file)
    a, b = place(lines, ONE, 1), place(lines, ONE, 2)
    lines[a], lines[b] = lines[b], lines[a]
    assert broken(write(file, lines)) == (ONE, 1)


def test_a_chain_taken_out_is_named(file: Path) -> None:
    lines = [line for line in lines_of(file) if line.get("chain") != TWO or "length" in line]
    assert broken(write(file, lines)) == (TWO, 1)


def test_a_chain_taken_out_with_its_end_is_noticed(file: Path) -> None:
    lines = [line for line in lines_of(file) if line.get("chain") != TWO]
    assert broken(write(file, lines)) == ("", 5)  # one end too few: an event stands where an end must
    lines[0]["chains"] = 3
    assert broken(write(file, lines)) == ("", 1)  # the digest over the ends


@pytest.mark.parametrize("kept", range(16))
def test_a_tail_cut_off_is_noticed(file: Path, kept: int) -> None:
    assert broken(write(file, lines_of(file)[:kept])) is not None


def test_a_line_cut_off_in_the_middle_is_noticed(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-30])
    assert broken(file) == ("", 16)


def test_a_chain_written_twice_is_noticed(file: Path) -> None:
    lines = lines_of(file)
    lines += [line for line in lines if line.get("chain") == ONE and "seq" in line]
    assert broken(write(file, lines)) is not None


@pytest.mark.parametrize(
    "line", ["[]", "null", "{}", "", "\xff", '{"format":"other","chains":0,"events":0,"digest":""}']
)
def test_what_is_no_ledger_is_refused(file: Path, line: str) -> None:
    file.write_bytes(line.encode("latin-1") + b"\n")
    assert broken(file) == ("", 1)


@pytest.mark.parametrize(
    "touched", [{"at": 5}, {"at": "never"}, {"at": None}, {"text": 5}, {"salt": None}, {"facts": {}}, {"chain": 1}]
)
def test_a_line_of_another_shape_is_refused(file: Path, touched: dict[str, object]) -> None:
    lines = lines_of(file)
    lines[5] |= touched
    assert broken(write(file, lines)) == ("", 6)


def remade(links: list[dict[str, Any]], seq: int, words: str) -> list[dict[str, Any]]:
    """One chain made anew by somebody who knows how: other words, every hash fitting."""
    prev = ""
    made = []
    for line in links:
        link = Link(**line | {"at": datetime.fromisoformat(line["at"])})
        if link.seq == seq:
            link = replace(link, text=words, text_hash=salted(link.salt, words))
        link = replace(link, prev_hash=prev)
        prev = hashed(link)
        made.append(line | {"text": link.text, "text_hash": link.text_hash, "prev_hash": link.prev_hash, "hash": prev})
    return made


def test_one_hash_made_anew_breaks_the_next(file: Path) -> None:
    lines = lines_of(file)
    made = remade([line for line in lines if line.get("chain") == ONE and "seq" in line], 2, "改过")
    lines[place(lines, ONE, 2)] = made[1]
    assert broken(write(file, lines)) == (ONE, 3)


def test_a_whole_chain_made_anew_is_noticed_by_its_end(file: Path) -> None:
    lines = lines_of(file)
    made = remade([line for line in lines if line.get("chain") == ONE and "seq" in line], 2, "改过")
    for line in made:
        lines[place(lines, ONE, line["seq"])] = line
    assert broken(write(file, lines)) == (ONE, 3)


def test_what_only_a_copy_elsewhere_can_tell(url: str, told: Path) -> None:
    """Whoever may write the database can make a chain anew that fits; a ledger or digest kept elsewhere tells it."""
    before = verify(url)
    lines = lines_of(told)
    made = remade([line for line in lines if line.get("chain") == ONE and "seq" in line], 2, "改过")
    for line in made:
        change(
            url,
            "UPDATE events SET text = :text, text_hash = :text_hash, prev_hash = :prev_hash, hash = :hash"
            " WHERE chain = :chain AND seq = :seq",
            line,
        )
    after = verify(url)
    assert after.sound
    assert after.digest != before.digest
    assert compare(url, told) == (ONE, 3)


IN_THE_DATABASE: list[tuple[str, Callable[[Verdict], bool]]] = [
    ("UPDATE events SET text = 'x' WHERE chain = :one AND seq = 2", lambda found: found.broken == (ONE, 2)),
    ("UPDATE events SET facts = '{}x' WHERE chain = :one AND seq = 2", lambda found: found.broken == (ONE, 2)),
    ("UPDATE events SET seq = seq + 10 WHERE chain = :one AND seq = 2", lambda found: found.broken == (ONE, 2)),
    ("DELETE FROM events WHERE chain = :one AND seq = 2", lambda found: found.broken == (ONE, 2)),
    ("DELETE FROM events WHERE chain = :one AND seq = 3", lambda found: found.broken == (ONE, 3)),
    ("DELETE FROM events WHERE chain = :one", lambda found: found.broken == (ONE, 1)),
    ("DELETE FROM events WHERE chain = 'hall' AND seq = 2", lambda found: found.broken == ("hall", 2)),
    ("DELETE FROM cases WHERE no = :one", lambda found: found.broken == (ONE, 1)),
    ("UPDATE cases SET seq = 2 WHERE no = :one", lambda found: found.broken == (ONE, 3)),
]


@pytest.mark.parametrize(("statement", "named"), IN_THE_DATABASE, ids=[one for one, _ in IN_THE_DATABASE])
async def test_a_hand_in_the_database_is_named(url: str, statement: str, named: Callable[[Verdict], bool]) -> None:
    await write_some(url)
    change(url, statement)
    found = verify(url)
    assert named(found)
    assert not found.sound


async def test_a_case_gone_with_all_its_events_leaves_a_gap_in_the_numbers(url: str) -> None:
    await write_some(url)
    change(url, "DELETE FROM events WHERE chain = :two")
    change(url, "DELETE FROM cases WHERE no = :two")
    found = verify(url)
    assert found.broken is None
    assert found.missing == TWO
    assert not found.sound


async def test_a_ledger_that_grew_still_holds_what_was_written_out(url: str, told: Path) -> None:
    ledger = SqlLedger(url)
    more = Event(ONE, 0, NOW, Lane.FRONTSTAGE, "W001", "note", public=False, text="后来")
    await ledger.write(lambda page: page.note(more, str))
    await ledger.close()
    assert compare(url, told) is None
    change(url, "DELETE FROM events WHERE chain = :one AND seq >= 3")
    change(url, "UPDATE cases SET seq = 2 WHERE no = :one")
    assert verify(url).sound  # a tail cut off together with its length: only the copy elsewhere tells
    assert compare(url, told) == (ONE, 3)


async def test_a_broken_ledger_is_written_out_as_broken(url: str, tmp_path: Path) -> None:
    await write_some(url)
    change(url, "DELETE FROM events WHERE chain = :one AND seq = 3")
    write_out(url, tmp_path / "l.jsonl", NOW)
    assert broken(tmp_path / "l.jsonl") == (ONE, 3)


async def test_a_moment_that_is_none_is_a_fault_without_words(url: str) -> None:
    await write_some(url)
    if not url.startswith("sqlite"):
        return  # PostgreSQL takes no such moment
    change(url, "UPDATE events SET at = 'sometime' WHERE chain = :one")
    with pytest.raises(LedgerFault, match="unreadable"):
        verify(url)


async def test_a_number_kept_ready_for_a_report_nobody_made_is_no_gap(url: str, tmp_path: Path) -> None:
    async with hall_at(tmp_path, url=url) as hall:
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "我要举报有人偷电", "算了，不举报了", "停电报修", "青石镇竹溪路18号3幢502")
        cases = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    assert [case.topic for case in cases] == ["outage_repair"]
    assert cases[0].no.endswith("-0002")  # the first number was kept ready, and never used
    assert verify(url).sound


async def test_a_report_that_was_made_and_is_gone_leaves_its_gap(url: str, tmp_path: Path) -> None:
    async with hall_at(tmp_path, url=url) as hall:
        customer = (await reception.newcomer(hall)).key
        await say(hall, customer, "我要举报有人偷电", "匿名", "隔壁烧烤店从表前接线", "跳过", "跳过", "跳过")
        cases = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    no = next(case.no for case in cases if case.topic == "theft_report")
    assert verify(url).sound
    for statement in (
        "DELETE FROM alerts WHERE case_no = :one",
        "DELETE FROM events WHERE chain = :one",
        "DELETE FROM cases WHERE no = :one",
    ):
        change(url, statement, {"one": no})
    assert verify(url).missing == no
