"""A real PostgreSQL for tests: one server a test process, reachable by a socket of its own, a fresh database a test."""

import atexit
import functools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import psycopg

from storage.migrate import migrate

PATIENCE = 60.0
"""Seconds a server may take to come up."""
_TEMPLATE = "hall_template"
_numbers = count(1)


class NoServer(Exception):
    """PostgreSQL is not installed here, or does not come up; tests never go on without it."""


def binary(name: str) -> str:
    """The newest program of this name: on PATH, or where Debian's packages put it."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise NoServer(f"{name}: apt-get install postgresql")
    return path


def _as_plain_user(folder: Path) -> list[str]:
    """PostgreSQL refuses to run as root; whoever starts it, it ends with us."""
    bound = ["setpriv", "--pdeathsig", "QUIT"]
    if os.getuid() != 0:
        return bound
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return [*bound, f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


@dataclass(slots=True)
class Server:
    """One PostgreSQL: its folder, who runs it, the process."""

    folder: Path
    runner: list[str]
    process: subprocess.Popen[bytes] | None = None

    def url(self, database: str) -> str:
        """The address of a database, as HALL_DATABASE_URL takes it."""
        return f"postgresql://hall@/{database}?host={self.folder}"

    def connect(self) -> psycopg.Connection:
        """As the administrator."""
        return psycopg.connect(host=str(self.folder), user="hall", dbname="postgres", autocommit=True)

    def start(self) -> None:
        """Up, and taking connections."""
        log = (self.folder / "log").open("ab")
        command = [
            binary("postgres"),
            "-D",
            str(self.folder / "data"),
            "-k",
            str(self.folder),
            "-c",
            "listen_addresses=",
        ]
        with log:
            self.process = subprocess.Popen(
                [*self.runner, *command], stdin=subprocess.DEVNULL, stdout=log, stderr=log, cwd=self.folder
            )
        end = time.monotonic() + PATIENCE
        while True:
            try:
                self.connect().close()
            except psycopg.OperationalError:
                if self.process.poll() is not None or time.monotonic() > end:
                    raise NoServer((self.folder / "log").read_text(errors="replace")[-2000:]) from None
                time.sleep(0.02)
            else:
                return

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Down at once, as by `pg_ctl stop -m immediate`: nobody is told, the log is replayed at the next start."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(PATIENCE)
            self.process = None

    def remove(self) -> None:
        """Nothing is left."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


def new_server() -> Server:
    """A server of one's own, running; `remove` it afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="hall-pg-"))
    server = Server(folder, _as_plain_user(folder))
    command = [binary("initdb"), "-D", str(folder / "data"), "-U", "hall", "-A", "trust", "-E", "UTF8", "--locale=C"]
    made = subprocess.run([*server.runner, *command, "--no-sync"], cwd=folder, capture_output=True, check=False)
    if made.returncode:
        server.remove()
        raise NoServer(made.stderr.decode(errors="replace")[-2000:])
    server.start()
    return server


@functools.cache
def server() -> Server:
    """The server of this process; ask for it on the main thread, with which it ends."""
    started = new_server()
    atexit.register(started.remove)
    return started


def stop() -> None:
    """The server of this process ends, if it was ever asked for."""
    if server.cache_info().currsize:
        server().remove()


@functools.cache
def _template() -> str:
    migrate(server().url(_TEMPLATE))
    return _TEMPLATE


def fresh_database(*, migrated: bool = True) -> str:
    """The address of a new database that nobody else uses."""
    name, template = f"hall_{os.getpid()}_{next(_numbers)}", _template() if migrated else "template0"
    with server().connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
    return server().url(name)


def drop(url: str) -> None:
    """The database goes, whoever still holds it."""
    name = url.partition("@/")[2].partition("?")[0]
    with server().connect() as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
