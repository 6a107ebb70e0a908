"""Backup, restore, audit, verify as people call them: real processes, real files, Chinese sentences, exit codes."""

import asyncio
import json
import multiprocessing
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bot import cli, upkeep
from bot.hall import reception
from bot.hall.records import Heard
from tests import postgres
from tests.kit import at_hand, edition, hall_at, replace, say, settings

SECRET = "留给家人的话13800138000"


def _child(arguments: tuple[str, ...], environment: dict[str, str], out: Path, err: Path) -> None:
    """The command in a process of its own, without paying for the imports again."""
    for number, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), number)
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115 - for as long as the process lives
    os.environ.update(environment)
    sys.exit(cli.main(arguments))


def hall(home: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    out, err = home.parent / "out.txt", home.parent / "err.txt"
    for path in (out, err):
        path.unlink(missing_ok=True)
    known = {"HALL_DATA_DIR": str(home)} | environment
    child = multiprocessing.get_context("fork").Process(target=_child, args=(arguments, known, out, err), daemon=True)
    child.start()
    child.join(120)
    told, complained = out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8")
    assert "Traceback" not in complained
    return child.exitcode if child.exitcode is not None else -1, told, complained


async def _lived(path: Path) -> None:
    async with hall_at(path) as running:
        customer = (await reception.newcomer(running, "web")).key
        await say(running, customer, "我家停电了", "明山区东街1号", f"电话13800138000，{SECRET}")
        kept = await running.files.keep("photo.jpg", "image/jpeg", b"\xff\xd8 photo")
        await reception.receive(running, Heard("p", customer, text="看照片", files=(kept,)))


@pytest.fixture(scope="session")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a hall in which a customer reported an outage and sent a photo."""
    folder = tmp_path_factory.mktemp("lived")
    edition()
    asyncio.run(_lived(folder))
    return folder


@pytest.fixture
def home(lived: Path, tmp_path: Path) -> Path:
    shutil.copytree(lived, tmp_path / "home")
    at_hand(tmp_path / "home/cache")
    return tmp_path / "home"


def rows(database: Path) -> dict[str, list[tuple[object, ...]]]:
    connection = sqlite3.connect(database)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    found = {name: sorted(connection.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in names}  # noqa: S608 - our own names
    connection.close()
    return found


def test_a_backup_restored_elsewhere_is_the_same_hall(home: Path, tmp_path: Path) -> None:
    code, out, err = hall(home, "backup", str(tmp_path / "b.zip"))
    assert (code, err) == (0, "")
    assert "1 个附件" in out
    there = tmp_path / "there"
    code, out, err = hall(there, "restore", str(tmp_path / "b.zip"), "--verify")
    assert (code, err) == (0, "")
    assert "核对过" in out
    assert rows(there / "hall.db") == rows(home / "hall.db")
    assert sorted(path.name for path in (there / "files").rglob("*") if path.is_file()) == sorted(
        path.name for path in (home / "files").rglob("*") if path.is_file()
    )
    assert hall(there, "verify")[1] == hall(home, "verify")[1]
    at_hand(there / "cache")
    no = rows(home / "hall.db")["cases"][0][0]
    assert hall(there, "case", str(no)) == hall(home, "case", str(no))


def test_what_stands_in_the_way_is_said_and_counted(home: Path, tmp_path: Path) -> None:
    archive = str(tmp_path / "b.zip")
    assert hall(home, "backup", archive)[0] == 0
    before = (tmp_path / "b.zip").read_bytes()
    assert hall(home, "backup", archive)[0] == 2
    assert (tmp_path / "b.zip").read_bytes() == before
    assert hall(home, "backup", archive, "--replace")[0] == 0
    assert hall(home, "backup", str(tmp_path / "no/where/b.zip"))[0] == 2
    assert hall(tmp_path / "empty", "backup", str(tmp_path / "e.zip"))[0] == 1
    code, _, err = hall(home, "restore", archive)
    assert code == 1
    assert "--replace" in err
    assert hall(home, "restore", str(tmp_path / "none.zip"))[0] == 2
    assert hall(home, "restore")[0] == 2
    assert hall(home, "backup")[0] == 2


def test_replacing_keeps_what_was_there(home: Path, tmp_path: Path) -> None:
    hall(home, "backup", str(tmp_path / "b.zip"))
    code, out, _ = hall(home, "restore", str(tmp_path / "b.zip"), "--replace", "--verify")
    assert code == 0
    kept = list(home.glob("before-restore-*.zip"))
    assert len(kept) == 1
    assert kept[0].name in out
    assert kept[0].stat().st_mode & 0o777 == 0o600


def test_an_archive_somebody_touched_changes_nothing(home: Path, tmp_path: Path) -> None:
    archive = tmp_path / "b.zip"
    hall(home, "backup", str(archive))
    whole = archive.read_bytes()
    there = tmp_path / "there"
    archive.write_bytes(whole[: len(whole) // 2])
    code, _, err = hall(there, "restore", str(archive))
    assert (code, "没有做任何改动" in err) == (1, True)
    with zipfile.ZipFile(tmp_path / "odd.zip", "w") as odd:
        odd.writestr("a.txt", "not ours")
    code, _, err = hall(there, "restore", str(tmp_path / "odd.zip"))
    assert (code, "不是首办的备份" in err) == (1, True)
    assert not (there / "hall.db").exists()


def test_a_serving_hall_is_backed_up_and_not_restored_over(home: Path, tmp_path: Path) -> None:
    own = os.environ | {"HALL_DATA_DIR": str(home), "HALL_PORT": "0"}
    serving = subprocess.Popen([sys.executable, "-m", "bot", "serve"], env=own, stdout=subprocess.PIPE)
    try:
        assert serving.stdout is not None
        assert "开厅了" in serving.stdout.readline().decode()
        assert hall(home, "backup", str(tmp_path / "b.zip"))[0] == 0
        assert hall(home, "verify")[0] == 0
        code, _, err = hall(home, "restore", str(tmp_path / "b.zip"), "--replace")
        assert (code, "正有一个厅在服务" in err) == (1, True)
    finally:
        serving.send_signal(signal.SIGTERM)
        serving.communicate(timeout=30)
    assert serving.returncode == 0
    assert hall(tmp_path / "there", "restore", str(tmp_path / "b.zip"), "--verify")[0] == 0


def test_the_ledger_is_written_out_and_every_touch_is_named(home: Path, tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    code, out, _ = hall(home, "audit", str(file))
    assert code == 0
    digest = out.split("：")[-1].strip()
    assert hall(home, "audit", str(file))[0] == 2
    code, out, _ = hall(home, "verify", str(file), "--with-database")
    assert (code, digest in out) == (0, True)
    lines = file.read_text(encoding="utf-8").splitlines()
    first = next(n for n, line in enumerate(lines) if '"seq"' in line and '"DL' in line)
    touched = json.loads(lines[first]) | {"text": "改过"}
    (tmp_path / "touched.jsonl").write_text(
        "\n".join([*lines[:first], json.dumps(touched, ensure_ascii=False), *lines[first + 1 :]]) + "\n",
        encoding="utf-8",
    )
    code, _, err = hall(home, "verify", str(tmp_path / "touched.jsonl"))
    assert (code, f"{touched['chain']} 第 {touched['seq']} 条" in err) == (1, True)
    (tmp_path / "cut.jsonl").write_text("\n".join(lines[:-1]) + "\n", encoding="utf-8")
    assert hall(home, "verify", str(tmp_path / "cut.jsonl"))[0] == 1
    assert hall(home, "verify", str(tmp_path / "none.jsonl"))[0] == 2
    code, _, err = hall(home, "audit", str(tmp_path / "bare.jsonl"), "--without-words")
    assert code == 0
    assert "停电" not in (tmp_path / "bare.jsonl").read_text(encoding="utf-8")
    assert hall(home, "verify", str(tmp_path / "bare.jsonl"))[0] == 0


def test_a_hand_in_the_database_is_named(home: Path) -> None:
    connection = sqlite3.connect(home / "hall.db")
    ((no, seq),) = connection.execute("SELECT chain, seq FROM events WHERE chain LIKE 'DL%' AND seq = 2").fetchall()
    connection.execute("UPDATE events SET text = 'x' WHERE chain = ? AND seq = ?", (no, seq))
    connection.commit()
    connection.close()
    code, _, err = hall(home, "verify")
    assert (code, err) == (1, f"台账对不上：工单 {no} 第 2 条。\n")
    assert hall(home, "doctor")[0] == 1


def test_the_drill_has_its_own(home: Path, tmp_path: Path) -> None:
    assert hall(home, "verify", "--drill")[0] == 1
    assert hall(home, "migrate", "--drill")[0] == 0
    assert "0 条记录" in hall(home, "verify", "--drill")[1]
    assert hall(home, "restore", str(tmp_path / "none.zip"), "--drill")[0] == 2
    assert hall(home, "backup", str(tmp_path / "drill.zip"), "--drill")[0] == 0
    assert "0 行" in hall(tmp_path / "there", "restore", str(tmp_path / "drill.zip"), "--drill")[1]
    assert (tmp_path / "there/drill.db").exists()
    assert not (tmp_path / "there/hall.db").exists()


def test_a_database_of_a_later_version_is_said_by_all(home: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(home / "hall.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    for command in (("verify",), ("audit", str(tmp_path / "l.jsonl")), ("migrate",), ("check",), ("doctor",)):
        code, out, err = hall(home, *command)
        assert code == 1, command
        assert "版本的程序" in err or "比程序新" in out


def test_an_older_database_is_a_reminder_not_a_fault(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    connection = sqlite3.connect(home / "hall.db")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    assert upkeep.check(settings(home)) == 0
    assert "hall backup" in capsys.readouterr().err


def test_what_the_check_says_of_a_database_that_cannot_be_used(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "hall.db").write_bytes(b"torn" * 1000)
    assert upkeep.check(settings(home)) == 1
    assert hall(home, "verify")[0] == 1
    assert upkeep.check(replace(settings(home), database_url="mysql://u:sesame@h/x")) == 2
    told = capsys.readouterr().err
    assert "HALL_DATABASE_URL" in told
    assert "sesame" not in told


def test_the_version_is_said(home: Path) -> None:
    code, out, _ = hall(home, "--version")
    assert (code, out.startswith("shouban ")) == (0, True)


def test_a_hall_moves_to_a_server_and_back(home: Path, tmp_path: Path) -> None:
    server = {"HALL_DATABASE_URL": postgres.fresh_database(migrated=False)}
    there = tmp_path / "there"
    assert hall(home, "backup", str(tmp_path / "b.zip"))[0] == 0
    code, out, err = hall(there, "restore", str(tmp_path / "b.zip"), "--verify", **server)
    assert (code, err) == (0, "")
    assert "核对过" in out
    digest = hall(home, "verify")[1]
    assert hall(there, "verify", **server)[1] == digest
    assert hall(there, "restore", str(tmp_path / "b.zip"), **server)[0] == 1
    code, out, _ = hall(there, "doctor", "--json", **server)
    found = {one["key"]: one for one in json.loads(out)["findings"]}
    assert (found["database.kind"]["value"].split()[0], found["ledger.chains"]["state"]) == ("postgresql", "ok")
    assert hall(there, "backup", str(tmp_path / "back.zip"), **server)[0] == 0
    assert hall(tmp_path / "back", "restore", str(tmp_path / "back.zip"), "--verify")[0] == 0
    assert rows(tmp_path / "back/hall.db") == rows(home / "hall.db")
    postgres.drop(server["HALL_DATABASE_URL"])


def test_a_server_that_is_not_there_is_told_without_its_password(home: Path) -> None:
    nobody = {"HALL_DATABASE_URL": "postgresql://hall:sesame@127.0.0.1:1/hall"}
    for command in (("verify",), ("migrate",), ("backup", str(home / "b.zip")), ("serve",)):
        code, out, err = hall(home, *command, **nobody)
        assert (code, "HALL_DATABASE_URL" in err) == (1, True), command
        assert "sesame" not in out + err
    code, out, _ = hall(home, "doctor", **nobody)
    assert code == 1
    assert "sesame" not in out
