"""Who leaves, who is forgotten, what is handed out, which tickets are brought: real processes, as people call them."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.hall import counter, reception
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Person
from storage.ledger import SqlLedger, serving_lock
from tests.bot.test_upkeep import hall, rows
from tests.kit import LEADER, WORKER, at_hand, edition, hall_at, say
from tests.kit_hall import outage, staff

PHONE = "19912345678"
TICKET = """【工单号】GD20261120001【客户姓名】沈清和【联系电话】19912345678【用电地址】青石镇竹溪路18号3幢502
【业务类型】停电报修【受理内容】家里没电，邻居有电，已看过空开没有跳。"""

Lived = tuple[Path, dict[str, str]]


async def _lived(path: Path) -> dict[str, str]:
    """A hall with a customer whose case is over, and one whose case is under way."""

    async def customer(running: Hall, name: str) -> tuple[str, str, str]:
        key = (await reception.newcomer(running, "web", name)).key
        _, case = await outage(running, key)
        return key, case.no, case.first_handler

    async with hall_at(path) as running:
        gone, over, _ = await customer(running, "沈清和")
        await say(running, gone, f"电话{PHONE}")
        await counter.cancel(running, staff(running, LEADER), over, "客户自己处理好了", Asked())
        stays, live, handler = await customer(running, "顾念慈")
        return {"gone": gone, "over": over, "stays": stays, "live": live, "handler": handler}


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Lived:
    folder = tmp_path_factory.mktemp("office")
    edition()
    known = asyncio.run(_lived(folder))
    at_hand(folder / "cache")
    return folder, known


@pytest.fixture
def lived(once: Lived, tmp_path: Path) -> Lived:
    shutil.copytree(once[0], tmp_path / "home")
    return tmp_path / "home", once[1]


def whole(home: Path) -> str:
    return str({name: found for name, found in rows(home / "hall.db").items() if name != "alembic_version"})


def test_who_is_forgotten_leaves_a_chain_that_verifies(lived: Lived) -> None:
    home, known = lived
    assert PHONE in whole(home)
    code, out, _ = hall(home, "forget", PHONE, "--by", LEADER)
    assert (code, "1 张单" in out) == (0, True)
    left = whole(home)
    assert (PHONE in left, "沈清和" in left, "顾念慈" in left) == (False, False, True)
    assert hall(home, "verify")[0] == 0
    code, out, _ = hall(home, "case", known["over"])
    assert (code, "cancelled" in out, "删除" in out) == (0, True, True)
    assert hall(home, "forget", known["gone"])[0] == 0  # once more is no fault
    assert hall(home, "verify")[0] == 0


def test_beside_a_serving_hall_nothing_stays_in_its_files_nor_in_the_log(lived: Lived) -> None:
    home, known = lived
    with contextlib.closing(sqlite3.connect(home / "hall.db")) as serving:  # keeps the log beside the file alive
        serving.execute("SELECT count(*) FROM cases").fetchone()
        code, _, err = hall(home, "forget", PHONE, "--by", LEADER)
        assert (home / "hall.db-wal").exists()
        left = b"".join(one.read_bytes() for one in home.glob("hall.db*"))
    assert (code, "move=erase" in err) == (0, True)
    for trace in (PHONE, "沈清和"):
        assert trace.encode() not in left
        assert trace not in err
    assert known["gone"] not in err
    assert "顾念慈".encode() in left


def test_what_the_hall_keeps_of_him_in_its_own_tables_is_said(lived: Lived) -> None:
    home, known = lived
    account = next(iter(edition().data.accounts))

    async def proven() -> None:
        ledger = SqlLedger(f"sqlite:///{home / 'hall.db'}")
        kept = Person(known["gone"], "沈清和", PHONE, {account: "P2"})
        await ledger.write(lambda page: page.keep_person(kept))
        await ledger.close()

    asyncio.run(proven())
    code, out, _ = hall(home, "forget", known["gone"])
    assert (code, "户号表（account）" in out, account in out) == (0, True, False)
    assert "户号表" not in hall(home, "forget", known["gone"])[1]  # whose they were is forgotten too


def test_who_has_a_live_case_stays(lived: Lived) -> None:
    home, known = lived
    before = rows(home / "hall.db")
    for name in (known["stays"], known["live"]):
        code, out, err = hall(home, "forget", name)
        assert (code, out) == (1, "")
        assert known["live"] in err
        assert "没有做任何改动" in err
    assert rows(home / "hall.db") == before


def test_what_is_kept_of_a_customer_is_handed_out(lived: Lived) -> None:
    home, known = lived
    code, out, err = hall(home, "export", known["over"], "--by", LEADER)
    assert (code, err, out.count("\n")) == (0, "", 1)
    found = json.loads(out)
    assert (found["customer"], found["name"]) == (known["gone"], "沈清和")
    assert PHONE in out
    assert known["live"] not in out
    assert "顾念慈" not in out
    events = [row for row in rows(home / "hall.db")["events"] if "export" in row]
    assert len(events) == 1
    assert LEADER in events[0]
    assert hall(home, "forget", known["gone"])[0] == 0
    assert known["gone"] not in str(rows(home / "hall.db")["events"])  # nor that it was handed out to him


@pytest.mark.parametrize("command", ["forget", "export"])
def test_nobody_and_asked_wrongly(lived: Lived, command: str) -> None:
    home, known = lived
    code, out, err = hall(home, command, "nobody")
    assert (code, out, "没有这位客户" in err) == (1, "", True)
    assert hall(home, command)[0] == 2
    code, _, err = hall(home, command, known["gone"], "--by", "Z999")
    assert (code, "Z999" in err) == (2, True)
    code, _, err = hall(home, command, known["gone"], "--drill")  # the drill has its own customers
    assert (code, "没有这位客户" in err) == (1, True)
    assert "沈清和" in whole(home)


def test_who_holds_cases_is_not_switched_off(lived: Lived) -> None:
    home, known = lived
    code, out, err = hall(home, "staff", "off", known["handler"], "调走", "--by", LEADER)
    assert (code, out) == (1, "")
    assert known["live"] in err
    assert f"{known['handler']}\t" in hall(home, "staff", "list")[1]
    assert "停用" not in hall(home, "staff", "list")[1]


def test_who_leaves_is_off_at_once(lived: Lived) -> None:
    home, _ = lived
    token = hall(home, "staff", "token", WORKER)[1].strip()
    assert token
    ways = len(rows(home / "hall.db")["sessions"])
    code, out, _ = hall(home, "staff", "off", WORKER, "离职", "交接完了", "--by", LEADER)
    assert (code, "已停用" in out) == (0, True)
    assert len(rows(home / "hall.db")["sessions"]) == ways - 1
    (listed,) = [line for line in hall(home, "staff", "list")[1].splitlines() if line.startswith(f"{WORKER}\t")]
    assert listed.endswith("停用")
    noted = [row for row in rows(home / "hall.db")["events"] if "off" in row]
    assert [(LEADER in row, "离职 交接完了" in row) for row in noted] == [(True, True)]
    assert hall(home, "verify")[0] == 0


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ((WORKER, "离职"), 2, "--by"),
        ((WORKER, "离职", "--by", "Z999"), 2, "Z999"),
        ((WORKER, "离职", "--by", "A202"), 2, "没有这项权限"),
        (("Z999", "离职", "--by", LEADER), 2, "没有这位"),
        ((WORKER, "--by", LEADER), 2, ""),
        ((WORKER, "。", "--by", LEADER), 2, ""),
        (("--by", LEADER), 2, ""),
    ],
)
def test_nobody_is_switched_off_by_halves(lived: Lived, arguments: tuple[str, ...], code: int, told: str) -> None:
    home, _ = lived
    found, out, err = hall(home, "staff", "off", *arguments)
    assert (found, out) == (code, "")
    assert err.strip()
    assert told in err
    assert "停用" not in hall(home, "staff", "list")[1]


def test_beside_a_serving_hall_too_which_is_said(lived: Lived) -> None:
    home, _ = lived
    with serving_lock(f"sqlite:///{home / 'hall.db'}"):
        code, out, err = hall(home, "staff", "off", WORKER, "离职", "--by", LEADER)
    assert (code, "厅正开着" in out, "没有做" in err) == (0, True, False)
    assert "停用" in hall(home, "staff", "list")[1]


@pytest.mark.parametrize(
    "write", [str.encode, lambda text: text.encode("gb18030"), lambda text: text.encode("utf-8-sig")]
)
def test_pasted_tickets_become_cases_once(lived: Lived, tmp_path: Path, write: Callable[[str], bytes]) -> None:
    home, known = lived
    pasted = tmp_path / "tickets.txt"
    pasted.write_bytes(write(TICKET))
    code, out, err = hall(home, "import", str(pasted), "--by", LEADER)
    assert (code, err) == (0, "")
    no = out.strip()
    assert no.startswith("DL")
    assert no not in known.values()
    assert hall(home, "case", no)[0] == 0
    code, out, err = hall(home, "import", str(pasted), "--by", LEADER)
    assert (code, out, no in err) == (1, "", True)


def test_what_is_no_ticket_is_said(lived: Lived, tmp_path: Path) -> None:
    home, _ = lived
    (tmp_path / "odd.txt").write_text("随便写的一句话", encoding="utf-8")
    code, out, err = hall(home, "import", str(tmp_path / "odd.txt"), "--by", LEADER)
    assert (code, out) == (1, "")
    assert err.strip()
    code, _, err = hall(home, "import", str(tmp_path / "none.txt"), "--by", LEADER)
    assert (code, "none.txt" in err) == (2, True)
    assert hall(home, "import", str(tmp_path / "odd.txt"))[0] == 2
    assert hall(home, "import")[0] == 2


def test_tickets_come_from_the_standard_input_too(lived: Lived) -> None:
    from tests.bot.test_cli import hall as process

    home, _ = lived
    outer = home.parent
    (home).rename(outer / "data")
    code, out, _ = process(outer, "import", "-", "--by", LEADER, given=TICKET.encode())
    assert (code, out.startswith("DL")) == (0, True)
