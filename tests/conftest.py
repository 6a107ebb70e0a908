"""What every test may ask for: an empty ledger of either database; and how many tests ran on each."""

import logging
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from bot.logs import Text
from storage.migrate import migrate
from tests import postgres

os.environ.setdefault("HALL_SEMANTIC", "off")  # what runs with the encoder says so; the rest must hold without

settings.register_profile("hall", deadline=None)  # how long a sentence takes is measured by the bench, not here
settings.load_profile("hall")

KINDS = ("sqlite", "postgres")
_RAN = "database"


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty, migrated ledger on PostgreSQL, all one's own."""
    url = postgres.fresh_database()
    yield url
    postgres.drop(url)


@pytest.fixture(params=KINDS)
def database(request: pytest.FixtureRequest) -> str:
    """Each test that asks runs once on each database; counted at the end."""
    request.node.user_properties.append((_RAN, request.param))
    return str(request.param)


@pytest.fixture
def url(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty, migrated ledger, once of each kind."""
    if database == "postgres":
        return str(request.getfixturevalue("postgres_url"))
    address = f"sqlite:///{tmp_path / 'hall.db'}"
    migrate(address)
    return address


CANARIES = re.compile(
    r"(?<![0-9a-f])(1[3-9]\d{9}|\d{17}[\dXx]|\d{10})(?![0-9a-f])"  # telephones, identity numbers, accounts
    r"|\d{5,}:[\w-]{20,}|[？！]"  # a bot's token; marks that only people write
)


class Ear(logging.Handler):
    """Hears every line of every test as the hall would write it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self.setFormatter(Text())

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


@pytest.fixture(autouse=True)
def _nothing_of_people_in_any_log() -> Iterator[None]:
    ear, root = Ear(), logging.getLogger()
    root.addHandler(ear)
    yield
    root.removeHandler(ear)
    told = [line for line in ear.lines if CANARIES.search(line)]
    assert not told


class Twins:
    """How many tests ran on each database; reports come together here also where tests run side by side."""

    def __init__(self, config: pytest.Config) -> None:
        self.config, self.ran = config, Counter[str]()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and not report.skipped:
            self.ran.update(str(kind) for name, kind in report.user_properties if name == _RAN)

    def differ(self) -> bool:
        """One database was tested less; a choice of single tests is nobody's fault."""
        chosen = self.config.option.keyword or self.config.option.markexpr
        whole = not chosen and not any("::" in one for one in self.config.args)
        return whole and len({self.ran[kind] for kind in KINDS}) > 1

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if self.differ():
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.ran:
            told = ", ".join(f"{kind} {self.ran[kind]}" for kind in KINDS)
            terminalreporter.section("ledger tests on each database", sep="-")
            terminalreporter.write_line(f"{told}{': NOT THE SAME' if self.differ() else ''}", red=self.differ())


def pytest_configure(config: pytest.Config) -> None:
    """Only where reports come together: not in the hands that run tests for another."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Twins(config), "ledger-twins")


def pytest_unconfigure() -> None:
    """The server of this process goes with it."""
    postgres.stop()
