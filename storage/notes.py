"""Small things that outlive a restart: values under a key, running numbers, a fresh drill."""

from sqlalchemy import Connection, bindparam, select

from storage.dialect import insert
from storage.tables import counters, metadata, remembered

_NEXT = (
    insert(counters)
    .values(prefix=bindparam("prefix"), value=1)
    .on_conflict_do_update(index_elements=["prefix"], set_={"value": counters.c.value + 1})
    .returning(counters.c.value)
)
_REMEMBERED = select(remembered.c.value).where(remembered.c.key == bindparam("key"))
_REMEMBER = insert(remembered).values(key=bindparam("key"), value=bindparam("value"))
_REMEMBER = _REMEMBER.on_conflict_do_update(index_elements=["key"], set_={"value": _REMEMBER.excluded.value})


def next_value(page: Connection, prefix: str) -> int:
    """1, 2, 3, …: each once for a prefix."""
    return int(page.execute(_NEXT, {"prefix": prefix}).scalar_one())


def value(page: Connection, key: str) -> str:
    """The value kept under a key; empty if none."""
    return page.execute(_REMEMBERED, {"key": key}).scalar() or ""


def remember(page: Connection, key: str, value_: str) -> None:
    """Keep a value under a key."""
    page.execute(_REMEMBER, {"key": key, "value": value_})


def wipe(page: Connection) -> None:
    """Nothing is left in any table; row numbers go on, so that no old cursor points at new rows."""
    for table in reversed(metadata.sorted_tables):
        page.execute(table.delete())
