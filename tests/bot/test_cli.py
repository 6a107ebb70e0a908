"""The command as people and scripts call it: a real process; answers on stdout, complaints on stderr."""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import DEMO
from tests.kit import at_hand, edition


@pytest.fixture
def home(tmp_path: Path) -> Path:
    edition()
    at_hand(tmp_path / "data/cache")
    return tmp_path


def hall(home: Path, *arguments: str, given: bytes = b"", **environment: str) -> tuple[int, str, str]:
    own = os.environ | {"HALL_DATA_DIR": str(home / "data")} | environment
    ran = subprocess.run(
        [sys.executable, "-m", "bot", *arguments], input=given, env=own, capture_output=True, check=False
    )
    return ran.returncode, ran.stdout.decode(), ran.stderr.decode()


def test_understand_gives_one_object_a_line_whatever_the_line_holds(home: Path) -> None:
    given = "我家停电了\n\n\x00😀\n".encode() + b"\xff\xfe broken\n" + "过户".encode() * 3000 + "\n没有换行".encode()
    code, out, _ = hall(home, "understand", given=given)
    rows = [json.loads(line) for line in out.splitlines()]
    assert (code, len(rows)) == (0, 6)
    assert rows[0]["intent"] == "outage_repair"
    for row in rows:
        assert set(row) == {"intent", "score", "candidates", "matters", "slots", "danger", "zone"}
        assert 0 <= row["score"] <= 1
        assert len(row["candidates"]) <= 5
        assert row["zone"] != "refuse" or row["intent"] == "out_of_scope"


def test_ask_answers_and_says_why(home: Path) -> None:
    code, out, _ = hall(home, "ask", "电表过户怎么办", "--why")
    assert code == 0
    assert "权属证明" in out
    why = out[out.rindex("把握") - 200 :]
    assert "过户（owner_transfer）" in why
    assert "像训练句「" in why
    assert "起直接答" in why
    code, out, err = hall(home, "ask", "--json", "--why", "插座冒火花了")
    assert code == 0
    assert json.loads(out)["danger"] is True
    assert "95598" in json.loads(out)["reply"]
    assert "规则「冒火花」" in err


def exam(home: Path, *rows: object) -> str:
    path = home / "exam.jsonl"
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


def test_eval_scores_a_labelled_file(home: Path) -> None:
    path = exam(
        home,
        {"text": "家里突然没电了，能派人来修吗", "intent": "outage_repair", "danger": False},
        {"text": "電錶過戶怎麼辦", "intent": "rename", "also": ["owner_transfer"]},
        {"text": "今天股票怎么跌成这样", "intent": "out_of_scope"},
        {"text": "插座冒火花了", "intent": "hazard"},
        {"text": "家里断水了", "intent": "water"},
    )
    code, out, err = hall(home, "eval", path, "--json")
    assert code == 0
    found = json.loads(out)
    assert (found["file"], found["engine"]) == ("exam.jsonl", "light")
    assert (found["count"], found["inside"], found["outside"]) == (5, 4, 1)
    assert found["lenient"] - found["strict"] == 0.25
    assert found["out_of_scope"]["recall"] == 1
    assert (found["danger"]["count"], found["danger"]["recall"]) == (1, 1)
    assert 0 < found["us"]["median"] <= found["us"]["p95"]
    assert "提醒：手册里没有「water」这项业务（第 5 行）" in err
    code, out, _ = hall(home, "eval", path)
    assert code == 0
    for told in ("轻量引擎", "共 5 句", "听对（严）", "险情听出", "更名", "最容易混的", "微秒"):
        assert told in out


def test_eval_names_the_line_that_is_no_sentence(home: Path) -> None:
    path = home / "broken.jsonl"
    path.write_text('{"text": "停电了", "intent": "outage_repair"}\n{"text": 3}\n', encoding="utf-8")
    code, out, err = hall(home, "eval", str(path))
    assert (code, out) == (1, "")
    assert err.strip() == "broken.jsonl 第 2 行：「text」（客户的话）要写成文字"
    code, _, err = hall(home, "eval", str(home / "none.jsonl"))
    assert code == 2
    assert "打不开" in err
    assert hall(home, "eval")[0] == 2


def test_check_finds_nothing_in_the_demo_and_names_file_and_line_elsewhere(home: Path) -> None:
    code, out, _ = hall(home, "check")
    assert code == 0
    measured = re.findall(r"^  (.+（\w+）) +(\d+) 句 +(\d+) 种", out, re.MULTILINE)
    assert [name for name, _, _ in measured if "owner_transfer" in name] == ["过户（owner_transfer）"]
    assert all(int(lines) >= int(skeletons) > 0 for _, lines, skeletons in measured)
    assert out.splitlines()[-1].startswith(f"没有错误：{len(measured)} 件业务，")
    folder = home / "hall"
    shutil.copytree(DEMO, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    staff = folder / "staff.toml"
    staff.write_text(staff.read_text(encoding="utf-8").replace('post = "guide"', "post = “guide”", 1), encoding="utf-8")
    code, _, err = hall(home, "check", str(folder))
    assert code == 1
    assert "staff.toml" in err
    assert "行" in err
    assert "Traceback" not in err


def test_asked_wrongly_is_two(home: Path) -> None:
    assert hall(home)[0] == 2
    assert hall(home, "dance")[0] == 2
    code, _, err = hall(home, "check", HALL_PORT="many")
    assert (code, err.strip()) == (2, "HALL_PORT 要写成 0 到 65535 的整数。")
    assert hall(home, "check", HALL_CONFIG=str(home / "none.toml"))[0] == 2


def test_migrate_staff_and_case(home: Path) -> None:
    assert hall(home, "migrate")[0] == 0
    code, out, _ = hall(home, "staff", "link", "A001")
    assert code == 0
    assert "/link/" in out
    assert hall(home, "staff", "link", "X999")[0] == 2
    assert "秦望舒" in hall(home, "staff", "list")[1]
    code, _, err = hall(home, "case", "DL20261123-0001")
    assert code == 1
    assert "没有单号" in err


def test_a_database_of_another_kind_is_told_in_chinese(home: Path) -> None:
    code, _, err = hall(home, "migrate", HALL_DATABASE_URL="mysql://user:secret@host/x")
    assert code == 2
    assert "HALL_DATABASE_URL" in err
    assert "secret" not in err
    assert "Traceback" not in err


def test_talk_until_the_customer_leaves(home: Path) -> None:
    code, out, _ = hall(home, "talk", given="你好\n转人工\n".encode())
    assert code == 0
    assert "首办人" in out


def test_a_second_serving_process_is_refused(home: Path) -> None:
    from storage.ledger import serving_lock

    with serving_lock(f"sqlite:///{home / 'data/hall.db'}"):
        code, _, err = hall(home, "serve", HALL_PORT="0")
    assert code == 1
    assert "已有一个厅在服务" in err


def test_a_door_that_somebody_else_keeps_is_told_in_chinese(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        code, _, err = hall(home, "serve", HALL_PORT=str(taken.getsockname()[1]))
    assert code == 1
    assert "HALL_PORT" in err
    assert "Traceback" not in err
