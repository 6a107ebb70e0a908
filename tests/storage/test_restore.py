"""Backup and restore as a round trip: every table, every file, whatever happens on the way."""

import asyncio
import contextlib
import hashlib
import json
import multiprocessing
import os
import shutil
import signal
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.engine import Engine

from storage import history
from storage.archive import BadArchive, NewerArchive
from storage.backup import back_up
from storage.connect import LedgerFault, file_of, migrating
from storage.ledger import AlreadyServed, SqlLedger, serving_lock
from storage.migrate import NewerLedger, migrate
from storage.portable import last_numbers, looking, ours, run_on
from storage.restore import Disagrees, NotEmpty, Plan, Restored, restore
from storage.survey import Condition, survey
from storage.tables import metadata
from tests import postgres
from tests.storage.full import everything, fill
from tests.storage.given import NOW, a_message, opened

PHOTO = b"\xff\xd8 a photo" * 9000
KEY = hashlib.sha256(PHOTO).hexdigest()
MOST = 200
"""Cases another process writes meanwhile."""
PLAN = Plan(NOW, "1")
PROVED = Plan(NOW, "1", verify=True)


class Places:
    """Databases of one kind, gone after the test."""

    def __init__(self, kind: str, root: Path) -> None:
        self.kind, self._root, self._made = kind, root, list[str]()

    def new(self) -> str:
        on_file = self.kind == "sqlite"
        root = self._root / f"place{len(self._made)}"
        self._made.append(f"sqlite:///{root}/hall.db" if on_file else postgres.fresh_database(migrated=False))
        return self._made[-1]

    def drop(self) -> None:
        for address in self._made:
            if self.kind != "sqlite":
                postgres.drop(address)


@pytest.fixture
def places(database: str, tmp_path: Path) -> Iterator[Places]:
    """Further databases of the kind the backup is taken of."""
    found = Places(database, tmp_path / "here")
    yield found
    found.drop()


@pytest.fixture
def there(places: Places) -> str:
    """An empty place of the same kind."""
    return places.new()


@pytest.fixture(params=["sqlite", "postgres"])
def across(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """An empty place of either kind."""
    found = Places(request.param, tmp_path / "across")
    yield found.new()
    found.drop()


def nothing_at(url: str) -> bool:
    """No file, or no table."""
    file = file_of(url)
    return (file is not None and not file.exists()) or survey(url).condition is Condition.ABSENT


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    (folder / KEY[:2]).mkdir(parents=True)
    (folder / KEY[:2] / KEY).write_bytes(PHOTO)
    (folder / KEY[:2] / ".half-x").write_bytes(b"half")
    return folder


@contextlib.contextmanager
def at(url: str) -> Iterator[Connection]:
    engine = migrating(url, 1)
    with engine.connect() as connection, connection.begin():
        yield connection
    engine.dispose()


def contents(url: str) -> dict[str, list[tuple[object, ...]]]:
    with looking(url) as connection:
        return everything(connection)


def numbers(url: str) -> dict[str, int]:
    with looking(url) as connection:
        return last_numbers(connection, ours(connection, newest=True))


async def write_some(url: str, first: int = 1, last: int = 20) -> None:
    """A hall's own words: cases whose chains fit."""
    ledger = SqlLedger(url)
    for n in range(first, last + 1):
        await ledger.write(lambda page: page.record(opened(page.next_no("DL20261123-")), str))
        await ledger.write(lambda page, n=n: page.hear(a_message(str(n)), NOW))  # type: ignore[misc]
    await ledger.close()


def taken(url: str, files: Path, target: Path) -> Path:
    back_up(url, files, target, at=NOW, version="1")
    return target


def changed(archive: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """The archive by another hand that also writes a fitting manifest."""
    with zipfile.ZipFile(archive) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    manifest = json.loads(parts.pop("manifest.json"))
    change(parts)
    for name, body in parts.items():
        manifest["parts"][name] |= {"size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
        if name.startswith("tables/"):
            manifest["parts"][name]["rows"] = body.count(b"\n")
    target = archive.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as new:
        for name, body in [*parts.items(), ("manifest.json", json.dumps(manifest).encode())]:
            new.writestr(name, body)
    return target


def test_every_table_every_file_and_every_number_come_back(url: str, across: str, files: Path, tmp_path: Path) -> None:
    with at(url) as connection:
        fill(connection)
        run_on(connection, ours(connection, newest=True), {})
        connection.execute(text("DELETE FROM carried"))
        last = connection.execute(text("SELECT max(id) FROM inbox")).scalar()
        connection.execute(text("DELETE FROM inbox WHERE id = :last"), {"last": last})
    archive = taken(url, files, tmp_path / "b.zip")
    done = restore(across, tmp_path / "files2", archive, PLAN)
    assert contents(across) == contents(url)
    assert set(done.manifest.tables) == set(metadata.tables)
    assert numbers(across) == numbers(url)
    assert numbers(across)["inbox"] == last
    assert [path.read_bytes() for path in (tmp_path / "files2").rglob("*") if path.is_file()] == [PHOTO]
    assert contents(url)["cases"]


async def test_the_restored_hall_goes_on_where_the_other_stopped(
    url: str, across: str, files: Path, tmp_path: Path
) -> None:
    await write_some(url)
    done = restore(across, tmp_path / "files2", taken(url, files, tmp_path / "b.zip"), PROVED)
    assert done.verdict is not None
    assert (done.verdict.chains, done.verdict.events) == (21, 40)
    await write_some(across, 21, 25)
    ledger = SqlLedger(across)
    assert await ledger.read(lambda lists: lists.broken_chain()) is None
    assert (await ledger.read(lambda lists: lists.case("DL20261123-0025"))).seq == 2
    await ledger.close()


async def test_a_backup_is_one_moment_of_a_database_at_work(
    url: str, places: Places, files: Path, tmp_path: Path
) -> None:
    await write_some(url, 1, 5)
    child = multiprocessing.get_context("fork").Process(target=_write_on, args=(url, tmp_path / "stop"), daemon=True)
    child.start()
    archives = [taken(url, files, tmp_path / f"{n}.zip") for n in range(3)]
    (tmp_path / "stop").touch()
    child.join(30)
    assert child.exitcode == 0
    sizes = []
    for archive in archives:
        done = restore(places.new(), tmp_path / "files2", archive, PROVED)
        tables = done.manifest.tables
        assert tables["events"] == 2 * tables["cases"]
        assert tables["outbox"] == tables["cases"]
        sizes.append(tables["cases"])
    assert sizes == sorted(sizes)
    assert sizes[-1] > 5


def _write_on(url: str, stop: Path) -> None:
    async def write() -> None:
        ledger = SqlLedger(url)
        for _ in range(MOST):
            if await asyncio.to_thread(stop.exists):
                break
            await ledger.write(lambda page: page.record(opened(page.next_no("DL20261123-")), str))
        await ledger.close()

    asyncio.run(write())


def test_a_database_with_a_hall_in_it_is_left_alone(url: str, files: Path, tmp_path: Path) -> None:
    with at(url) as connection:
        fill(connection)
    archive = taken(url, files, tmp_path / "b.zip")
    before = contents(url)
    with pytest.raises(NotEmpty):
        restore(url, files, archive, PLAN)
    assert contents(url) == before


async def test_what_is_replaced_is_kept(url: str, files: Path, tmp_path: Path) -> None:
    await write_some(url, 1, 3)
    early = taken(url, files, tmp_path / "early.zip")
    await write_some(url, 4, 6)
    late = contents(url)
    done = restore(url, files, early, Plan(NOW, "1", verify=True, keep=tmp_path / "kept.zip"))
    assert done.kept == tmp_path / "kept.zip"
    assert len(contents(url)["cases"]) == 3
    restore(url, files, done.kept, Plan(NOW, "1", verify=True, keep=tmp_path / "kept2.zip"))
    assert contents(url) == late


def test_nothing_to_keep_is_not_kept(url: str, files: Path, tmp_path: Path) -> None:
    archive = taken(url, files, tmp_path / "b.zip")
    assert restore(url, files, archive, Plan(NOW, "1", keep=tmp_path / "kept.zip")).kept is None
    assert not (tmp_path / "kept.zip").exists()


def test_a_database_that_is_served_is_left_alone(url: str, there: str, files: Path, tmp_path: Path) -> None:
    archive = taken(url, files, tmp_path / "b.zip")
    with serving_lock(there), pytest.raises(AlreadyServed):
        restore(there, files, archive, PLAN)
    assert nothing_at(there)


def test_damage_is_noticed_before_anything_is_touched(url: str, there: str, files: Path, tmp_path: Path) -> None:
    archive = taken(url, files, tmp_path / "b.zip")
    archive.write_bytes(archive.read_bytes()[:-200])
    with pytest.raises(BadArchive):
        restore(there, tmp_path / "files2", archive, PLAN)
    assert nothing_at(there)
    assert not (tmp_path / "files2").exists()


async def test_a_row_by_another_hand_changes_nothing_though_the_manifest_fits(
    url: str, there: str, files: Path, tmp_path: Path
) -> None:
    await write_some(url, 1, 2)
    archive = taken(url, files, tmp_path / "b.zip")
    for broken in (b'{"no":1}\n', b"[]\n", b"\n"):
        bad = changed(archive, lambda parts, row=broken: parts.update({"tables/talk.jsonl": row}))  # type: ignore[misc]
        with pytest.raises(BadArchive):
            restore(there, files, bad, PLAN)
        assert nothing_at(there)
    twice = changed(archive, lambda parts: parts.update({"tables/cases.jsonl": parts["tables/cases.jsonl"] * 2}))
    with pytest.raises(LedgerFault):
        restore(there, files, twice, PLAN)
    assert nothing_at(there)


async def test_verify_finds_what_the_manifest_cannot_tell(url: str, there: str, files: Path, tmp_path: Path) -> None:
    await write_some(url, 1, 3)
    archive = taken(url, files, tmp_path / "b.zip")

    def words(parts: dict[str, bytes]) -> None:
        parts["tables/events.jsonl"] = parts["tables/events.jsonl"].replace("已派单".encode(), "已到场".encode(), 1)

    def last_event(parts: dict[str, bytes]) -> None:
        parts["tables/events.jsonl"] = b"".join(parts["tables/events.jsonl"].splitlines(keepends=True)[:-1])

    def whole_case(parts: dict[str, bytes]) -> None:
        for table in ("cases", "events"):
            lines = parts[f"tables/{table}.jsonl"].splitlines(keepends=True)
            parts[f"tables/{table}.jsonl"] = b"".join(line for line in lines if b"-0002" not in line)

    for change, what, where in (
        (words, "chain", "DL20261123-0001"),
        (last_event, "chain", "DL20261123-0003"),
        (whole_case, "missing", "DL20261123-0002"),
    ):
        with pytest.raises(Disagrees) as found:
            restore(there, files, changed(archive, change), PROVED)
        assert (found.value.what, found.value.where) == (what, where)
        assert nothing_at(there)
    assert restore(there, files, changed(archive, words), PLAN).verdict is None


def test_verify_finds_a_file_that_is_not_what_its_name_says(url: str, there: str, files: Path, tmp_path: Path) -> None:
    (files / KEY[:2] / KEY).write_bytes(b"not the photo")
    done = back_up(url, files, tmp_path / "b.zip", at=NOW, version="1")
    assert done.damaged == (KEY,)
    with pytest.raises(Disagrees) as found:
        restore(there, tmp_path / "files2", tmp_path / "b.zip", PROVED)
    assert (found.value.what, found.value.where) == ("file", KEY)
    assert nothing_at(there)


def test_what_a_later_version_wrote_is_refused(url: str, there: str, files: Path, tmp_path: Path) -> None:
    archive = taken(url, files, tmp_path / "b.zip")

    def later(key: str, value: str) -> Path:
        with zipfile.ZipFile(archive) as old:
            parts = {name: old.read(name) for name in old.namelist()}
        parts["manifest.json"] = json.dumps(json.loads(parts["manifest.json"]) | {key: value}).encode()
        target = tmp_path / "later.zip"
        with zipfile.ZipFile(target, "w") as new:
            for name, body in parts.items():
                new.writestr(name, body)
        return target

    with pytest.raises(NewerLedger):
        restore(there, files, later("revision", "9999"), PLAN)
    with pytest.raises(NewerArchive):
        restore(there, files, later("format", "shouban-archive/9"), PLAN)
    assert nothing_at(there)


def test_a_backup_of_an_older_version_is_brought_up(places: Places, there: str, files: Path, tmp_path: Path) -> None:
    old = places.new()
    if file_of(old):
        (tmp_path / "here/place1").mkdir(parents=True)
    with at(old) as connection:
        history.upgrade(connection, "0001")
        connection.execute(
            text("INSERT INTO customers (key, name, phone, accounts, channel) VALUES ('w1', '张', '', '', 'web')")
        )
    archive = taken(old, files, tmp_path / "b.zip")
    done = restore(there, files, archive, PROVED)
    assert done.manifest.revision == "0001"
    assert done.revision == history.newest()
    assert [row[0] for row in contents(there)["customers"]] == ["w1"]
    migrate(there)


def _killed(url: str, files: Path, archive: Path, plan: Plan, statement: int) -> int:
    """Restore in a child that is killed before its nth statement; how it ended."""

    def die_there() -> None:
        seen = 0

        def count(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == statement:
                os.kill(os.getpid(), signal.SIGKILL)

        event.listen(Engine, "before_cursor_execute", count)
        event.listen(Engine, "commit", count)
        restore(url, files, archive, plan)

    child = multiprocessing.get_context("fork").Process(target=die_there, daemon=True)
    child.start()
    child.join(60)
    for _ in range(500):  # a server needs a moment to see that nobody is there any more
        with contextlib.suppress(AlreadyServed), serving_lock(url):
            return child.exitcode or 0
        time.sleep(0.02)
    raise AssertionError(url)


async def test_killed_on_the_way_into_an_empty_place_nothing_is_there(
    url: str, places: Places, files: Path, tmp_path: Path
) -> None:
    await write_some(url, 1, 3)
    archive = taken(url, files, tmp_path / "b.zip")
    died = 0
    for statement in (5, 40, 80, 10_000):
        there = places.new()
        ended = _killed(there, tmp_path / "files2", archive, PROVED, statement)
        died += ended == -signal.SIGKILL
        if ended == 0:
            assert contents(there) == contents(url)
            continue
        assert survey(there).condition is Condition.ABSENT
        assert isinstance(restore(there, tmp_path / "files2", archive, PROVED), Restored)  # once more, to the end
        assert contents(there) == contents(url)
    assert 2 <= died < 4


async def test_killed_while_replacing_the_old_hall_stands(url: str, files: Path, tmp_path: Path) -> None:
    await write_some(url, 1, 2)
    archive = taken(url, files, tmp_path / "b.zip")
    new = contents(url)
    await write_some(url, 3, 4)
    old = contents(url)
    died = 0
    for statement in (3, 60, 110, 10_000):
        shutil.rmtree(tmp_path / "kept", ignore_errors=True)
        (tmp_path / "kept").mkdir()
        plan = Plan(NOW, "1", verify=True, keep=tmp_path / "kept/kept.zip")
        ended = _killed(url, files, archive, plan, statement)
        died += ended == -signal.SIGKILL
        assert contents(url) == (old if ended else new)
    assert died >= 2
