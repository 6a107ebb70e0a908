"""A ledger held by somebody else, for real: another process on SQLite, another connection on PostgreSQL."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator

import psycopg
from sqlalchemy import make_url

_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def locked(url: str, *tables: str) -> Iterator[None]:
    """Somebody else writes, and does not end: the whole file, or these tables of the server."""
    address = make_url(url)
    if not address.drivername.startswith("sqlite"):
        plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
        with psycopg.connect(plain) as held:
            held.execute(f"LOCK TABLE {', '.join(tables)} IN ACCESS EXCLUSIVE MODE".encode())
            yield
            held.rollback()
        return
    command = [sys.executable, "-c", _HOLD, str(address.database)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout
        assert other.stdout.readline() == "held\n"
        try:
            yield
        finally:
            other.communicate()
