"""The interface's description: valid, whole, and true of a running hall whatever is thrown at it."""

import asyncio
import re
import sys
from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from bot.hall import drill
from bot.web import openapi, server, told
from bot.web.moves import DOINGS
from tests.bot.web.kit import Door, door

CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
RIGHTS = ["admin", "audit", "editor", "finance"]
CONFIG = """
[[operations]]
include-path = "/api/chat/messages"
include-method = "GET"
parameters = { wait = 0 }

[[operations]]
include-path-regex = "^(/api/staff|/desk|/api/chat)/cases/"
parameters = { no = "NO" }

[[operations]]
include-path-regex = "^/(api/staff|drill)/customers/"
parameters = { customer = "CUSTOMER" }
"""
RUNS = {
    "客户": ["--include-tag", "客户", "--exclude-path-regex", "/stream$"],
    "工作人员": ["--include-tag", "工作人员", "--exclude-path-regex", "/(stream|logout)$"],
    "网页": ["--include-tag", "网页", "--exclude-path", "/logout"],
    "公开": ["--include-tag", "公开"],
    "演练": ["--include-tag", "演练"],
}


def described() -> dict[str, Any]:
    return openapi.document(server.routes())


def test_it_is_a_valid_description() -> None:
    OpenAPIV31SpecValidator(described()).validate()


def test_every_route_is_in_it_and_nothing_else() -> None:
    there = {(method, path) for method, path, _ in server.routes_table()}
    assert set(told.told()) == there
    paths = described()["paths"]
    assert {(method.upper(), path) for path, methods in paths.items() for method in methods} == there


def test_routes_of_the_drill_are_marked_and_ways_in_are_told() -> None:
    document = described()
    for method, path, operation in server.routes_table():
        one = document["paths"][path][method.lower()]
        assert one.get("x-drill", False) is (operation == "drill")
        assert one["x-operation"] == operation
        assert bool(one["security"]) is (operation != "public")
        assert one["summary"]
    names = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(set(names)) == len(names)


def test_every_move_has_its_words_in_chinese() -> None:
    known = told.told()
    for move in DOINGS:
        assert not known["POST", f"/api/staff/cases/{{no}}/{move}"].says.isascii()


async def test_the_hall_hands_it_out(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert await out.json("GET", "/api/openapi.json") == described()


async def _token(out: Door, tag: str, headers: dict[str, str]) -> str:
    """Somebody who may do what this part of the interface offers."""
    if tag == "客户":
        return headers["Authorization"]
    admin = await out.staff("A902")
    body = {"rows": [{"no": "A001", "rights": RIGHTS}], "reason": "代管"}
    await out.json("POST", "/api/staff/hall/staff", json=body, headers=admin)
    return (await out.staff("A001"))["Authorization"]


async def _fuzz(out: Door, tag: str, path: Path) -> str:
    """What a third party finds when it calls everything with what fits and what does not; empty: nothing."""
    config = path / "schemathesis.toml"
    no, customer, headers = await out.opened()
    config.write_text(CONFIG.replace("NO", no).replace("CUSTOMER", customer), encoding="utf-8")
    token = await _token(out, tag, headers)
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(config), "run"]
    command += [f"{out.address}/api/openapi.json", "--checks", CHECKS, "--header", f"Authorization: {token}"]
    command += [*RUNS[tag], "--phases", "coverage,fuzzing", "--max-examples", "5", "--no-shrink", "--no-color"]
    command += ["--generation-deterministic", "--warnings", "off"]
    command += ["--max-failures", "8", "--suppress-health-check", "all", "--request-timeout", "20"]
    child = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, cwd=path
    )
    told_, _ = await child.communicate()
    found = told_.decode()
    generated = re.search(r"(\d+) generated", found)
    assert generated, found
    assert int(generated[1]) > 30, found  # something was really asked
    return found if child.returncode else ""


@pytest.mark.slow
@pytest.mark.parametrize("tag", list(RUNS))
async def test_whatever_is_sent_the_answer_is_as_described(tmp_path: Path, tag: str) -> None:
    async with door(tmp_path) as out:
        drill.practice(out.hall).clock.speed = 0.0
        found = await _fuzz(out, tag, tmp_path)
        assert not found, found
