"""The report for a bug report: it tells what is wrong, and never a secret, a word, a name or a number of anybody."""

import asyncio
import json
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from bot import doctor
from bot.hall import reception
from bot.settings import DEMO, Settings
from storage.migrate import migrate
from tests.kit import at_hand, edition, hall_at, say, settings

TOKEN = "123456:AAsecretsecretsecretsecretsecret"


def report(
    own: Settings, capsys: pytest.CaptureFixture[str], **more: object
) -> tuple[int, dict[str, dict[str, object]]]:
    code = doctor.examine(own, as_json=True, **more)  # type: ignore[arg-type]
    told = json.loads(capsys.readouterr().out)
    assert told["ok"] == (code == 0)
    return code, {one["key"]: one for one in told["findings"]}


@pytest.fixture
def own(tmp_path: Path) -> Settings:
    edition()
    at_hand(tmp_path / "cache")
    found = settings(tmp_path)
    migrate(found.database_url)
    return found


def test_a_sound_hall_is_found_sound(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(own, capsys)
    assert code == 0
    assert {one["state"] for one in found.values()} == {"ok"}
    for key in (
        "program.version", "program.python", "program.platform", "library.aiohttp", "settings.port", "folder.faults",
        "folder.model", "database.condition", "database.kind", "database.revision", "database.size", "rows.cases",
        "ledger.chains", "letters.owed", "disk.free", "clock.now", "clock.zone", "locale", "telegram",
    ):  # fmt: skip
        assert key in found
    assert doctor.examine(own) == 0
    assert "没有发现问题" in capsys.readouterr().out


def test_nothing_private_is_in_it(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    secret = replace(
        own, drill_key="kkk-secret", telegram_token=TOKEN, telegram_secret="sss-secret", telegram_staff_chat=-100987654,
        base_url="https://user:bbb-secret@hall.example/path?key=qqq-secret",
    )  # fmt: skip
    doctor.examine(secret)
    doctor.examine(
        replace(secret, database_url="postgresql+psycopg://uuu:ppp-secret@127.0.0.1:1/hall?password=zzz-secret")
    )
    out = capsys.readouterr().out
    assert "secret" not in out.replace("telegram_secret", "")
    for word in (TOKEN, "100987654", "uuu"):
        assert word not in out
    assert "已设" in out


async def _said(path: Path) -> None:
    async with hall_at(path) as hall:
        customer = (await reception.newcomer(hall, "web")).key
        await say(hall, customer, "我家停电了", "明山区东街1号，我叫欧阳锋", "13800138000")


def test_no_customers_words_are_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asyncio.run(_said(tmp_path))
    doctor.examine(settings(tmp_path))
    doctor.examine(settings(tmp_path), as_json=True)
    out = capsys.readouterr().out
    for word in ("13800138000", "欧阳锋", "东街", "停电", "DL2"):
        assert word not in out


def test_where_there_is_no_database_yet_nothing_is_made(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, found = report(settings(tmp_path / "new"), capsys)
    assert code == 0
    assert found["database.condition"]["state"] == "note"
    assert found["folder.model"]["state"] == "note"
    assert not (tmp_path / "new").exists()


def test_what_is_wrong_is_found(own: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "folder"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    (folder / "staff.toml").write_text("no = “1”", encoding="utf-8")
    code, found = report(replace(own, folder=folder), capsys)
    assert (code, found["folder.faults"]["state"]) == (1, "wrong")
    connection = sqlite3.connect(tmp_path / "hall.db")
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    code, found = report(own, capsys)
    assert (code, found["database.condition"]["state"]) == (1, "wrong")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    assert report(own, capsys)[1]["database.condition"]["state"] == "note"
    (tmp_path / "hall.db").write_bytes(b"torn" * 1000)
    assert report(own, capsys)[0] == 1
    assert report(replace(own, database_url="mysql://u:p@h/x"), capsys)[0] == 1


@pytest.mark.parametrize(
    ("answer", "code"), [("ok", 0), ("off", 0), ("unreachable", 1), ("unauthorised", 1), ("conflict", 1)]
)
def test_what_the_messenger_answers_is_told(
    own: Settings, capsys: pytest.CaptureFixture[str], answer: str, code: int
) -> None:
    assert report(replace(own, telegram_token=TOKEN), capsys, telegram=lambda _: (answer, []))[0] == code
    assert report(replace(own, telegram_token=TOKEN), capsys)[1]["telegram"]["state"] == "note"


def test_a_letter_owed_for_hours_is_wrong(own: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.desk.case import Kind, Letter
    from storage.ledger import SqlLedger
    from tests.kit import MONDAY

    async def owe() -> None:
        ledger = SqlLedger(own.database_url)
        letter = Letter("customer:w1", Kind.ANSWER, "k", "您好")
        await ledger.write(lambda page: page.post(letter, MONDAY.replace(year=2025), str))
        await ledger.close()

    asyncio.run(owe())
    code, found = report(own, capsys)
    assert (code, found["letters.owed"]["state"]) == (1, "wrong")
    assert report(own, capsys, practice=True)[0] == 0
