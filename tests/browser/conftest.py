"""The browser and the halls that it walks through."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.serving import Served, hall_serve
from tests.kit import at_hand, edition

PATIENCE = 15_000
"""Milliseconds a page may take on a machine with other work."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    assert found, "chromium is needed: make browser"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    edition()
    at_hand(tmp_path / "cache")
    with hall_serve(tmp_path) as hall:
        yield hall


@pytest.fixture
def drilled(tmp_path: Path) -> Iterator[Served]:
    edition()
    at_hand(tmp_path / "cache")
    with hall_serve(tmp_path, "--drill") as hall:
        yield hall
