"""The hall's own systems: its folder's tables where there are no others, and one question asked off the page."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.guide.supply import Account, Bill, Outage
from bot.guide.wants import Finding, Sought, Want
from bot.hall import areas, spots
from bot.hall.data import Edition
from bot.hall.house import Hall
from bot.hall.ports import Business, TooSlow
from intents.text import normalise

LATELY = timedelta(days=2)
"""What was over so long ago is no answer any more."""


@dataclass(frozen=True, slots=True)
class FolderBusiness:
    """The Business port on the hall folder's tables, as they are at this moment."""

    edition: Callable[[], Edition]

    @property
    def has_accounts(self) -> bool:
        """Whether the folder has accounts."""
        return bool(self.edition().data.accounts)

    async def account(self, no: str) -> Account | None:
        """The account of that number."""
        return self.edition().data.accounts.get(no)

    async def accounts(self, phone: str = "", address: str = "") -> tuple[Account, ...]:
        """Accounts of a telephone and an address; none where neither is told."""
        where = normalise(address)
        return tuple(
            account
            for account in self.edition().data.accounts.values()
            if (phone or where)
            and (not phone or account.phone == phone)
            and (not where or where in normalise(account.address))
        )

    async def bills(self, account: str, since: str = "", till: str = "") -> tuple[Bill, ...]:
        """An account's bills, oldest first."""
        mine = (bill for bill in self.edition().data.bills if bill.account == account)
        return tuple(sorted(_within(mine, since, till), key=lambda bill: bill.month))

    async def outages(
        self, *, address: str = "", account: str = "", line: str = "", at: datetime | None = None
    ) -> tuple[Outage, ...]:
        """Outages that concern a place and are not long over."""
        data = self.edition().data
        known = data.accounts.get(account)
        where, line = address or (known.address if known else ""), line or (known.line if known else "")
        return tuple(
            outage
            for outage in data.outages
            if not _long_over(outage, at) and areas.concerns(outage, where, account, line, data.places)
        )


def _within(bills: Iterable[Bill], since: str, till: str) -> Iterable[Bill]:
    return (bill for bill in bills if (not since or bill.month >= since) and (not till or bill.month <= till))


def _long_over(outage: Outage, at: datetime | None) -> bool:
    if at is None or outage.state == "current":
        return False
    end = outage.end_at or outage.eta_at
    return end is not None and end + LATELY < at


def business_of(hall: Hall) -> Business:
    """The hall's systems, whichever they are."""
    return hall.business or FolderBusiness(hall.edition)


async def seek(hall: Hall, want: Want) -> Finding:
    """One question to one system; a silent one is a finding too, so that no talk waits for it."""
    business = business_of(hall)
    try:
        match want.what:
            case Sought.ACCOUNT:
                return Finding(account=await business.account(want.account))
            case Sought.BILLS:
                return Finding(bills=await business.bills(want.account, want.since, want.till))
            case Sought.OUTAGES:
                found = await business.outages(address=want.address, account=want.account, at=want.at)
                more = await hall.ledger.read(lambda lists: spots.as_outages(lists, hall.edition().data, want))
                return Finding(outages=(*found, *more))
    except TooSlow:
        return Finding(slow=True)
