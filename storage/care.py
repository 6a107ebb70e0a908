"""The life-support register 生命支持登记: who lives by a device, one entry an account."""

from sqlalchemy import Connection, bindparam, select

from bot.hall.records import Care
from storage import rows
from storage.dialect import insert
from storage.tables import CARED_FOR, care

_KEEP = insert(care)
_KEEP = _KEEP.on_conflict_do_update(
    index_elements=["account"],
    index_where=CARED_FOR,
    set_={name: _KEEP.excluded[name] for name in rows.CARE_COLUMNS if name != "account"},
)
_ALL = select(care).where(CARED_FOR).order_by(care.c.account)
_LIVE = _ALL.where(care.c.ended_at.is_(None))
_OF_ACCOUNT = _ALL.where(care.c.account == bindparam("account"))
_OF_CUSTOMER = _ALL.where(care.c.customer == bindparam("customer"))


def keep(page: Connection, kept: Care) -> None:
    """Store an entry, new or changed; an account has one."""
    page.execute(_KEEP, rows.care_row(kept))


def listed(page: Connection, account: str) -> tuple[Care, ...]:
    """The live entries by account; or the one account's, also when it has ended."""
    asked = page.execute(_OF_ACCOUNT, {"account": account}) if account else page.execute(_LIVE)
    return tuple(rows.care_of(row) for row in asked)


def of_customer(page: Connection, customer: str) -> tuple[Care, ...]:
    """What this customer had entered, by account, also what has ended."""
    return tuple(rows.care_of(row) for row in page.execute(_OF_CUSTOMER, {"customer": customer}))
