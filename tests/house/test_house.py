"""The house rules that no linter keeps: captions, sizes, locks, phrases, no traces of a machine."""

import ast
import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot", "intents", "storage")
MODULES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py") if "versions" not in path.parts)
CEILING = 300
TOP = {
    ".ci", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md", "bench", "bot", "deploy", "docs",
    "hall.example.toml",     "intents", "pyproject.toml", "storage", "tests",
    "requirements-build.lock", "requirements-dev.lock", "requirements.lock",
}  # fmt: skip


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_has_a_caption_of_one_line_and_keeps_its_size(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    caption = ast.get_docstring(ast.parse(text))
    assert caption
    assert "\n" not in caption
    assert len(text.splitlines()) <= CEILING


def test_nothing_else_stands_at_the_top() -> None:
    assert {name.split("/")[0] for name in tracked()} <= TOP


def test_locks_pin_by_hash_and_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text(encoding="utf-8")
        assert "://" not in text
        for block in re.split(r"\n(?=[a-z0-9])", text):
            if re.match(r"[a-z0-9][\w.-]*==", block):
                assert "--hash=sha256:" in block, block.splitlines()[0]


def test_no_trace_of_a_machine_or_of_notes_outside() -> None:
    outside = ("/" + "work/", ".." + "/shared", "farm" + "-", "/" + "root/", "pypi" + ".org", "index" + "-url =")
    for name in tracked():
        if name.endswith((".png", ".lock")):
            continue
        text = (ROOT / name).read_text(encoding="utf-8", errors="replace")
        found = [trace for trace in outside if trace in text]
        assert not found, (name, found)


def _codes() -> set[str]:
    """Every phrase code that stands in the code as a first argument of words(…), or as a plain literal."""
    found: set[str] = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) in (
                "words",
                "Words",
            ):
                first = node.args[0] if node.args else None
                literals = [first] if isinstance(first, ast.Constant) else []
                if isinstance(first, ast.IfExp):
                    literals = [one for one in (first.body, first.orelse) if isinstance(one, ast.Constant)]
                found |= {str(one.value) for one in literals}
    return found


def test_every_phrase_that_is_said_is_written_and_every_written_one_is_said() -> None:
    phrases = tomllib.loads((ROOT / "intents/handbook/phrases.toml").read_text(encoding="utf-8"))
    said = {code for code in _codes() if ":" not in code}
    assert said - set(phrases) == set()
    source = "\n".join(path.read_text(encoding="utf-8") for path in MODULES)
    families = (
        "post.",
        "state.",
        "slot.",
        "promise.",
        "missing.",
        "error.",
        "ask.",
        "event.",
        "priority.",
        "lane.",
        "move.",
        "by.",
        "topic.word.",
        "mood.",
        "brief.",
        "blank.",
        "staff.help_",
        "closing.",
        "why.",
        "turn.",
        "alert.",
    )
    idle = [code for code in phrases if not code.startswith(families) and f'"{code}"' not in source]
    assert idle == []


def test_the_life_of_a_case_is_drawn_as_the_table_says() -> None:
    from bot.desk.moves import TABLE

    drawn = (ROOT / "docs/case-life.md").read_text(encoding="utf-8")
    for move, cells in TABLE.items():
        for before, after in cells.items():
            assert f"| `{move.value}` | {before.value} | {after.value} |" in drawn
    assert drawn.count("| `") == sum(len(cells) for cells in TABLE.values())
