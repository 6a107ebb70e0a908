"""Where a report is, as reports are compared: one name for other words, aliases and buildings of one place."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from bot.desk import clustering, incidents, membership
from bot.desk.case import GUIDE, Case, Outcome
from bot.desk.clustering import SINGLE, Report, Spot, Told
from bot.desk.incident import Incident, Phase
from bot.desk.opening import Opening
from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide.supply import Account, Outage
from bot.guide.wants import Want
from bot.hall import areas
from bot.hall.data import HallData, Place
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.proofs import PROVEN
from bot.hall.records import CaseQuery, Person
from bot.hall.wording import render
from intents.text import normalise

LOOK = "incidents.look"
"""Under this key the ledger keeps which report was the last that may be one of many."""
_TOWN = re.compile("镇|乡|街道")
_BESIDE = re.compile(r"\W")
_LEAD = re.compile(r"^(?:我|俺|咱)?(?:们)?(?:家)?(?:就)?(?:住在?|在|是)?")
_NUMBERED = re.compile(
    r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:幢|栋|座|号楼|号院|号|组|队|弄|单元|室|楼|层|期|区)?.*$"
)
_NAMED = re.compile(r"[㐀-鿿]{2,20}(?:小区|花园|家园|公寓|大厦|广场|新村|[村苑庄屯寨路街巷弄里湾府庭坊园城坞])")


def _plain(text: str) -> str:
    """Text as places are compared: one width and script, without blanks and marks."""
    return _BESIDE.sub("", normalise(text))


def _short(town: str) -> str:
    """A town as people say it in a hurry: 白鹭 for 白鹭镇."""
    bare = _plain(town)
    short = re.sub("(?:镇|乡|街道)$", "", bare)
    return short if len(short) > 1 else bare


def _elsewhere(place: Place, text: str, places: tuple[Place, ...]) -> bool:
    """Whether the words before the name say another town than the place's."""
    names = [name for name in map(_plain, (place.name, *place.aliases)) if name and name in text]
    before = text.partition(max(names, key=len))[0] if names else ""
    town = _short(place.town)
    others = {_short(one.town) for one in places} - {town}
    told = any(other in before for other in others if other) or bool(_TOWN.search(before))
    return told and town not in before


def named(address: str, places: tuple[Place, ...]) -> tuple[Place, ...]:
    """The hall's places an address may mean; several where the town is not told."""
    text = _plain(address)
    bare = tuple(
        replace(place, name=_plain(place.name), aliases=tuple(map(_plain, place.aliases)), town=_plain(place.town))
        for place in places
    )
    by_plain = dict(zip(((one.name, one.town) for one in bare), places, strict=True))
    found = (by_plain[one.name, one.town] for one in areas.standing(text, bare))
    here = tuple(place for place in found if not _elsewhere(place, text, places))
    hurried = tuple(place for place in here if _short(place.town) in text)
    return hurried if len(hurried) == 1 else here


def _of(place: Place) -> Spot:
    return Spot(f"{_plain(place.name)}|{_plain(place.town)}", f"{place.name}（{place.town}）")


def _unlisted(address: str) -> Spot | None:
    """A place the hall's table does not have: its name as it was told, building and number left out."""
    text = _NUMBERED.sub("", _LEAD.sub("", _plain(address)))
    return Spot(f"{text}|", text) if _NAMED.fullmatch(text) else None


def spot(address: str, account: Account | None, places: tuple[Place, ...]) -> Spot | None:
    """Where it is: as it was told; of two places of one name the customer's account decides, else nobody does."""
    here = named(address, places)
    if len(here) == 1:
        return _of(here[0])
    at_home = named(account.address, places) if account else ()
    if here:
        mine = [place for place in here if place in at_home]
        mine = mine or [place for place in here if account and account.line and account.line == place.line]
        return _of(mine[0]) if len(mine) == 1 else None
    if address:
        return _unlisted(address)
    return _of(at_home[0]) if len(at_home) == 1 else None


def account_of(data: HallData, person: Person | None, slots: Mapping[str, str]) -> Account | None:
    """The customer's own account, where he has proven one: the one told, else the only one."""
    own = [no for no, proof in person.accounts.items() if proof == PROVEN] if person else []
    told = slots.get("account_no", "")
    no = told if told in own else own[0] if len(own) == 1 and not told else ""
    return data.accounts.get(no)


def by_row(data: HallData, row: Outage, slots: Mapping[str, str], account: Account | None) -> bool:
    """Whether the hall's own row of a fault concerns whoever reports there."""
    address = slots.get("address", "") or (account.address if account else "")
    no, line = (account.no, account.line) if account else ("", "")
    return areas.concerns(row, address, no, line, data.places)


def latest(lists: Lists, incident: Incident) -> datetime | None:
    """When the newest member of an outage began."""
    newest = lists.cases(CaseQuery(incident=incident.no, order="opened", limit=1)).items
    return newest[0].begun_at if newest else None


def running(
    lists: Lists, data: HallData, told: Told, customer: str, begun_at: datetime, no: str = ""
) -> Incident | None:
    """The outage that runs where this report is: a confirmed one before one that is only thought of."""
    if not clustering.may_join(told):
        return None
    live = [one for one in lists.live_incidents() if one.state in (Phase.CONFIRMED, Phase.SUSPECTED)]
    if not live:
        return None
    account = account_of(data, lists.person(customer), told.slots)
    here = spot(told.slots.get("address", ""), account, data.places)
    rows = {row.no: row for row in data.outages}
    for one in sorted(live, key=lambda one: one.state is not Phase.CONFIRMED):
        row = rows.get(one.outage)
        if one.state is Phase.CONFIRMED and row and no not in one.apart and by_row(data, row, told.slots, account):
            return one
        newest = latest(lists, one) if one.state is Phase.SUSPECTED else None
        if here and clustering.fits(one, here, no, begun_at, newest):
            return one
    return None


def for_opening(lists: Lists, data: HallData, opening: Opening) -> Incident | None:
    """The outage a new report joins at once."""
    secret = bool(opening.secrecy or opening.without or opening.named)
    said = render(data, opening.said)
    told = Told(opening.topic, opening.slots, said, secret)
    return running(lists, data, told, opening.customer, opening.begun_at)


def said_first(lists: Lists, case: Case) -> str:
    """The customer's own words that began a case; only danger is asked for them."""
    if case.topic != clustering.HAZARD:
        return ""
    return next((str(one.text) for one in lists.events(case.no)), "")


def report_of(lists: Lists, data: HallData, case: Case) -> Report | None:
    """A case as one report of many; None where it can be none, or nobody knows where it is."""
    if not clustering.free(case) or not clustering.may_join(clustering.told_of(case, said_first(lists, case))):
        return None
    here = spot(case.slots.get("address", ""), account_of(data, lists.person(case.customer), case.slots), data.places)
    return Report(case, here) if here else None


def noticed(page: Page, data: HallData, case: Case, now: datetime) -> Outcome | None:
    """A report is new, or says something new: it is looked at with the others; of a single house it leaves them."""
    if case.topic not in clustering.TOPICS or case.state not in LIVE:
        return None
    if not case.incident:
        page.remember(LOOK, f"{case.no}:{case.version}")
        return None
    incident = page.lists().incident(case.incident)
    single = case.slots.get("scope") == SINGLE and incident is not None and incident.state is not Phase.CLOSED
    if not single or incident is None:
        return None
    outcome = membership.left(data.books, case, incident, GUIDE, render(data, words("incident.single")), now)
    let_go(page, incident.no, case.no)
    return outcome


def let_go(page: Page, incident: str, case: str) -> None:
    """The outage remembers that this case never joins it again by itself."""
    page.keep_incident(incidents.let_go(page.incident(incident), case))


def as_outages(lists: Lists, data: HallData, want: Want) -> tuple[Outage, ...]:
    """Confirmed outages of a place that stand in no table of the hall, told as those of the table are."""
    live = [one for one in lists.live_incidents() if one.state is Phase.CONFIRMED and not one.outage]
    if not live:
        return ()
    here = spot(want.address, data.accounts.get(want.account), data.places)
    return tuple(
        Outage(
            no=one.no,
            kind="fault",
            begin_at=one.began_at or one.opened_at,
            area=(one.area,),
            eta_at=one.eta_at,
            cause=one.cause,
            handler=one.handler,
            state="current",
        )
        for one in live
        if here and here.key == one.place
    )
