"""Prices from the hall's own tariffs: where, for what, from when and by which source; no tariff, no price."""

from collections.abc import Iterator
from decimal import Decimal

from bot.desk.words import Words, words
from bot.guide import bills, menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Account, Bill, Energy, Month, Price, Tail, Tariff
from bot.guide.telling import lines, seek, slow, today
from bot.guide.thread import Thread
from bot.guide.wants import Sought, Want

MINE = ("查我家用到第几档", "account.begin.tier_price")
HOME, LOW = "resident", "<1kV"


def _uses(use: str) -> Words | str:
    known = {
        HOME: words("use.resident"),
        "combined": words("use.combined"),
        "business": words("use.business"),
        "commercial": words("use.business"),
    }
    return known.get(use, use)


def _voltages(voltage: str) -> Words | str:
    return {LOW: words("voltage.low"), "1-10kV": words("voltage.middle")}.get(voltage, voltage)


def valid(scene: Scene, use: str = HOME, voltage: str = LOW) -> Tariff | None:
    """The newest tariff that holds today for this use; of that voltage, else of the first one there is."""
    fits = [
        row for row in scene.tariffs if row.region == scene.region and row.use == use and row.valid_from <= today(scene)
    ]
    near = [row for row in fits if row.voltage == voltage] or fits
    return max(near, key=lambda row: row.valid_from, default=None)


def limits(tariff: Tariff, people: int | None = None) -> Iterator[tuple[Decimal, Decimal | None]]:
    """Each tier's bounds by the year; a large household has more in each."""
    more = Decimal()
    if people is not None and tariff.large and people >= int(tariff.large["people"]):
        more = Decimal(tariff.large["more"])
    below = Decimal()
    for tier in tariff.tiers:
        to = None if tier.to is None else tier.to + more
        yield below, to
        below = below if to is None else to


def _tiers(tariff: Tariff) -> Iterator[Words]:
    for nth, (tier, (since, to)) in enumerate(zip(tariff.tiers, limits(tariff), strict=True), 1):
        price = Price(tier.price)
        if to is None and nth == 1:
            yield words("price.flat", price=price)
        elif to is None:
            yield words("price.tier.last", nth=nth, since=Energy(since), price=price)
        elif nth == 1:
            yield words("price.tier.first", nth=nth, to=Energy(to), price=price)
        else:
            yield words("price.tier", nth=nth, since=Energy(since), to=Energy(to), price=price)


def table(tariff: Tariff) -> Words:
    """A tariff with all that makes it one: region, use, voltage, tiers, from when, by which source."""
    head = words(
        "price.head",
        region=tariff.region,
        use=_uses(tariff.use),
        voltage=_voltages(tariff.voltage),
        since=tariff.valid_from,
    )
    flat = () if tariff.tiers or tariff.price is None else (words("price.flat", price=Price(tariff.price)),)
    large: tuple[Words, ...] = ()
    if tariff.tiers and tariff.large:
        more = Energy(Decimal(tariff.large["more"]))
        large = (words("price.large", people=tariff.large["people"], more=more),)
    return lines(head, *_tiers(tariff), *flat, *large, words("price.source", source=tariff.source))


def turn(scene: Scene, thread: Thread) -> Turn:
    """The tiers for everybody; which one is a household's own only after proof."""
    tariff = valid(scene)
    if tariff is None:
        return Turn(thread, (Say(words(f"answer:{thread.topic}", **scene.known)),))
    said = lines(table(tariff), words(f"rest:{thread.topic}"))
    if not scene.looks:
        return Turn(thread, (Say(said),))
    after, buttons = menu.offer(thread, scene.now, MINE)
    return Turn(after, (Say(said, buttons),))


def _tier(tariff: Tariff, kwh: Decimal, people: int | None) -> tuple[int, Decimal | None]:
    """Which tier so much use has reached, and how much is left in it."""
    for nth, (_, to) in enumerate(limits(tariff, people), 1):
        if to is None or kwh <= to:
            return nth, None if to is None else to - kwh
    return len(tariff.tiers), None


def _used(scene: Scene, account: Account, used: list[Bill], tier: tuple[int, Decimal | None]) -> Words:
    """What this year's bills come to; where earlier ones are missing, only that it is at least so much."""
    nth, left = tier
    first, last = min(bill.month for bill in used), max(bill.month for bill in used)
    year = today(scene).year
    begun = f"{account.since:%Y-%m}" if account.since and account.since.year == year else f"{year}-01"
    facts = {
        "tail": Tail(account.no),
        "span": words("price.span", first=Month(first), last=Month(last)) if first < last else Month(last),
        "kwh": Energy(sum((bill.kwh for bill in used), Decimal())),
        "nth": nth,
    }
    if first > begun and left is not None:
        return words("price.part", **facts)
    if left is None:
        return words("price.mine.last", **facts)
    return words("price.mine", **facts, left=Energy(left))


def tell(scene: Scene, thread: Thread, no: str) -> Turn:
    """The tiers of a proven account and how far its use of this year has come."""
    account = bills.account_of(scene, no)
    if isinstance(account, Turn):
        return account
    day = today(scene)
    year = Want(Sought.BILLS, account=no, since=f"{day.year}-01", till=f"{day.year}-{day.month:02d}")
    found = seek(scene, year) if not account.slow else account
    if isinstance(found, Turn):
        return found
    holder = account.account or Account(no, "", "")
    tariff = valid(scene, holder.use or holder.kind, holder.voltage or LOW)
    if tariff is None:
        return Turn(thread, (Say(words(f"answer:{thread.topic}", **scene.known)),))
    if account.slow or found.slow:
        return slow(scene, thread, table(tariff))
    used = [bill for bill in found.bills if bill.account == no]
    if not tariff.tiers:
        said = words("price.no_tiers", tail=Tail(no))
    elif not used:
        said = words("price.no_use", tail=Tail(no))
    else:
        total = sum((bill.kwh for bill in used), Decimal())
        said = _used(scene, holder, used, _tier(tariff, total, holder.people))
    return Turn(thread, (Say(lines(said, table(tariff))),))
