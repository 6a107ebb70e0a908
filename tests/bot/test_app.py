"""A running hall takes over changed files, and keeps the last good version of faulty ones."""

import logging
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bot import app
from bot.folder import watch
from bot.hall import reception
from bot.hall.records import Heard
from bot.settings import DEMO
from tests.bot.hall.test_duty import reported
from tests.kit import MONDAY, at_hand, edition, heard_by, settings
from tests.kit_hall import letters, newest


async def test_changed_files_are_taken_over_and_faulty_ones_are_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    edition()
    folder = tmp_path / "hall"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    at_hand(tmp_path / "cache")
    running = await app.open_hall(replace(settings(tmp_path), folder=folder))
    good = running.hall.edition()
    seen: list[object] = [watch.fingerprint(folder)]
    file = folder / "hall.toml"
    text = file.read_text(encoding="utf-8")

    file.write_text(text.replace('bot = "小首"', "bot = “小电”"), encoding="utf-8")
    with caplog.at_level(logging.ERROR):
        await app._reload(running, seen)
    assert running.hall.edition() is good
    assert "hall.toml:" in caplog.text
    assert "小电" not in caplog.text
    caplog.clear()
    await app._reload(running, seen)
    assert not caplog.text  # named once, not every two seconds

    file.write_text(text.replace('bot = "小首"', 'bot = "小电"'), encoding="utf-8")
    await app._reload(running, seen)
    assert running.hall.edition().data.info.bot == "小电"
    customer = (await reception.newcomer(running.hall)).key
    await reception.receive(running.hall, Heard("1", customer, text="你好"))
    await reception.drain(running.hall, customer)
    from bot.hall import delivery

    await delivery.carry(running.hall)
    assert "小电" in (await heard_by(running.hall, customer))[0].text
    await running.hall.ledger.close()


async def test_a_drill_outlives_a_restart_with_hall_clock_and_customers(tmp_path: Path) -> None:
    first = await app.open_hall(settings(tmp_path), practice=True, edition=edition())
    assert first.hall.practice
    from bot.hall import drill

    await drill.jump(first.hall, MONDAY)
    entered = await drill.enter(first.hall, {"customer": {"name": "老顾"}})
    await first.hall.ledger.close()
    second = await app.open_hall(settings(tmp_path), practice=True, edition=edition())
    assert second.hall.clock.now() == MONDAY
    person = await second.hall.ledger.read(lambda lists: lists.person(entered["customer"]))
    assert person
    assert person.name == "老顾"
    await second.hall.ledger.close()


async def test_a_leave_written_into_the_folder_is_told_at_once_and_a_faulty_one_is_not(tmp_path: Path) -> None:
    edition()
    folder = tmp_path / "hall"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    at_hand(tmp_path / "cache")
    running = await app.open_hall(replace(settings(tmp_path), folder=folder))
    hall, seen = running.hall, [watch.fingerprint(folder)]
    shared: list[object] = list(seen)
    customer = await reported(hall)
    case = await newest(hall, customer)
    day = hall.clock.now().date().isoformat()
    file = folder / "roster.toml"
    text = file.read_text(encoding="utf-8")
    row = f'\n[[leave]]\nstaff = "{case.first_handler}"\nfrom = {day}\nto = {day}\nkind = "病假"\n'

    file.write_text(f'{text}{row}stand_in = "A888"\n', encoding="utf-8")
    await app._reload(running, shared)
    assert (await newest(hall, customer)).cover is None

    file.write_text(f'{text}{row}stand_in = "A303"\n', encoding="utf-8")
    await app._reload(running, shared)
    cover = (await newest(hall, customer)).cover
    assert cover
    assert cover.staff == "A303"
    assert "代办" in (await letters(hall, f"customer:{customer}"))[-1].text

    file.write_text(text, encoding="utf-8")
    await app._reload(running, shared)
    assert (await newest(hall, customer)).cover is None
    assert "已回岗" in (await letters(hall, f"customer:{customer}"))[-1].text
    await hall.ledger.close()
