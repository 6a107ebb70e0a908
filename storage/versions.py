"""The hall's tables as people changed them over the interface, version by version."""

from sqlalchemy import Connection, bindparam, func, select

from bot.hall.records import TableVersion
from storage import rows
from storage.dialect import insert
from storage.tables import table_versions as versions

_GIVEN = ("table_", "rows", "before", "by", "at", "reason")
_ROW = {
    **{name: bindparam(name, type_=versions.c[name].type) for name in _GIVEN},
    "version": select(func.coalesce(func.max(versions.c.version), 0) + 1)
    .where(versions.c.table_ == bindparam("table_", type_=versions.c.table_.type))
    .scalar_subquery(),
}
_KEEP = insert(versions).values(_ROW).returning(versions.c.version)
_OF_TABLE = select(versions).where(versions.c.table_ == bindparam("name")).order_by(versions.c.version)
_LAST = select(versions.c.table_, func.max(versions.c.version).label("version")).group_by(versions.c.table_).subquery()
_NEWEST = (
    select(versions)
    .join(_LAST, (versions.c.table_ == _LAST.c.table_) & (versions.c.version == _LAST.c.version))
    .order_by(versions.c.table_)
)


def keep(page: Connection, kept: TableVersion) -> int:
    """Keep a table's next version; its number."""
    row = {
        "table_": kept.table,
        "rows": kept.rows,
        "before": kept.before,
        "by": kept.by,
        "at": kept.at,
        "reason": kept.reason,
    }
    return int(page.execute(_KEEP, row).scalar_one())


def of_table(page: Connection, table: str) -> tuple[TableVersion, ...]:
    """Every version of one table, oldest first."""
    return tuple(rows.version_of(row) for row in page.execute(_OF_TABLE, {"name": table}))


def newest(page: Connection) -> tuple[TableVersion, ...]:
    """The newest version of each table that was ever changed."""
    return tuple(rows.version_of(row) for row in page.execute(_NEWEST))
