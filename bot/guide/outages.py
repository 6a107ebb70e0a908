"""Why it is dark and until when: outages known at a place, one's own open case, and a report where nothing is known."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from bot.desk.case import Button, Case
from bot.desk.promises import LIVE
from bot.desk.words import Words, words
from bot.guide import bills, binding, matter, menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Outage
from bot.guide.telling import HUMAN, about, day_of, lines, seek, standing, today, with_slots
from bot.guide.thread import Thread
from bot.guide.wants import Sought, Want
from intents import slots

PLACE = "place"
"""The question where it is: of this room, not of a form."""
TOPIC, REPORT = "outage_query", "outage_repair"
MOST = 3
"""Outages told in one letter, those in force first."""
LATELY = timedelta(days=1)
"""What ended so lately is still told."""


def _own(scene: Scene, address: str) -> Case | None:
    """The customer's own open report of that place; of any place where none was named."""
    for case in scene.cases:
        known = case.slots.get("address", "")
        if case.topic == REPORT and case.state in LIVE and (not address or not known or binding.same(address, known)):
            return case
    return None


def turn(scene: Scene) -> Turn:
    """Where is meant: what was just said, what this talk is about, the account that is proven, else asked."""
    told = scene.said.understood.slots
    old = scene.thread.slots if scene.thread.topic in (TOPIC, REPORT) else {}
    own = _own(scene, told.get("address", ""))
    reports = tuple(case for case in binding.live(scene) if case.topic == REPORT)
    if len(reports) > 1 and not told.get("address") and scene.thread.topic != TOPIC:
        return binding.which(scene, reports, "show")
    address = told.get("address") or old.get("address", "") or (own.slots.get("address", "") if own else "")
    thread = replace(matter.laid_aside(scene.thread), topic=TOPIC, misses=0, begun_at=scene.said.at)
    scope = told.get("scope") or old.get("scope", "")
    thread = with_slots(thread, address=address, scope=scope, date=str(day_of(scene) or ""))
    if address:
        return look(scene, thread)
    if len(scene.proven) == 1:
        return tell(scene, thread, scene.proven[0])
    return look(scene, thread) if own else ask(thread)


def ask(thread: Thread, code: str = "outage.where") -> Turn:
    """The question where it is."""
    after = replace(menu.clear(thread), asking=PLACE, tries=thread.tries + 1)
    return Turn(after, (Say(words(code), (Button(*HUMAN),)),))


def heard(scene: Scene) -> str:
    """The place in an answer, in any words."""
    told = scene.said.understood.slots.get("address", "")
    places = tuple(scene.places)
    return told or slots.read(scene.said.text, today=today(scene), places=places, asked="address").get("address", "")


def answered(scene: Scene, address: str) -> Turn:
    """Where it is was told."""
    scope = scene.said.understood.slots.get("scope") or scene.thread.slots.get("scope", "")
    return look(scene, with_slots(replace(scene.thread, asking="", tries=0), address=address, scope=scope))


def tell(scene: Scene, thread: Thread, no: str) -> Turn:
    """Outages of a proven account; its address is not said."""
    account = bills.account_of(scene, no)
    if isinstance(account, Turn):
        return account
    if account.slow:
        return _slow(scene, thread)
    address = account.account.address if account.account else ""
    return _found(scene, thread, Want(Sought.OUTAGES, account=no, address=address, at=_moment(scene, thread)))


def look(scene: Scene, thread: Thread) -> Turn:
    """Outages of a place."""
    address = thread.slots.get("address", "")
    own = _own(scene, address)
    if not address:
        return _told(scene, thread, (), own)
    return _found(scene, thread, Want(Sought.OUTAGES, address=address, at=_moment(scene, thread)))


def again(scene: Scene, thread: Thread) -> Turn:
    """Once more, after the systems were silent."""
    if not thread.slots.get("address") and len(scene.proven) == 1:
        return tell(scene, thread, scene.proven[0])
    return look(scene, thread)


def _moment(scene: Scene, thread: Thread) -> datetime:
    """The moment that is asked about: now, or the beginning of a day to come."""
    day = thread.slots.get("date", "")
    if day and day > today(scene).isoformat():
        return datetime.combine(datetime.fromisoformat(day), time(), scene.books.calendar.zone)
    return scene.said.at


def _found(scene: Scene, thread: Thread, want: Want) -> Turn:
    found = seek(scene, want)
    if isinstance(found, Turn):
        return found
    own = _own(scene, thread.slots.get("address", ""))
    return _slow(scene, thread, own) if found.slow else _told(scene, thread, found.outages, own)


def _slow(scene: Scene, thread: Thread, own: Case | None = None) -> Turn:
    """Nothing can be looked up now: said so, a report and a person offered."""
    stands = (standing(scene, own),) if own else ()
    quiet = replace(about(scene, thread), asking="", tries=0)
    after, buttons = menu.offer(quiet, scene.now, ("再查一次", "account.again"), *_reports(scene, own), HUMAN)
    said = Say(lines(words("outage.slow"), *stands), buttons)
    return Turn(after, (said,), case=own.no if own else "")


def _reports(scene: Scene, own: Case | None) -> tuple[tuple[str, str], ...]:
    if own:
        return (("催一下", f"urge.{own.no}"),)
    return (("没电，要报修", "report"),) if REPORT in scene.books.topics else ()


def _over(outage: Outage) -> datetime | None:
    return outage.end_at or (outage.eta_at if outage.kind != "fault" else None)


def _line(scene: Scene, outage: Outage) -> tuple[int, Words] | None:
    """How one outage is told and how near it is: in force, to come, called off, over; None: long past."""
    kinds = {
        "planned": words("outage.kind.planned"),
        "temporary": words("outage.kind.temporary"),
        "fault": words("outage.kind.fault"),
    }
    now, known = scene.now, outage.kind == "fault" and outage.handler in scene.books.roster.staff
    end, eta = _over(outage), outage.eta_at or outage.end_at
    facts = {
        "where": outage.area or words("outage.here"),
        "what": kinds.get(outage.kind, outage.kind),
        "no": outage.no,
        "since": outage.begin_at,
        "till": eta,
        "cause": outage.cause or outage.reason,
        "handler": scene.books.person(outage.handler) if known else None,
    }
    gone = outage.state == "restored" or (end is not None and end <= now and outage.state != "current")
    if outage.state == "cancelled":
        return (2, words("outage.cancelled", **facts)) if (end or outage.begin_at) > now - LATELY else None
    if gone:
        ended = min(end or outage.begin_at, now)
        return (3, words("outage.restored", **facts)) if ended > now - LATELY else None
    if outage.begin_at > now:
        return 1, words("outage.later", **facts)
    if eta is not None and eta < now:
        return 0, words("outage.late", **facts)
    return 0, words("outage.now" if eta else "outage.now.open", **facts)


def _told(scene: Scene, thread: Thread, outages: tuple[Outage, ...], own: Case | None) -> Turn:
    """What is known, one's own case, and what can be done now."""
    ordered = sorted(outages, key=lambda one: one.begin_at)
    known = sorted((told for one in ordered if (told := _line(scene, one))), key=lambda told: told[0])
    said = [line for _, line in known[:MOST]]
    if own:
        said.append(standing(scene, own))
    if said:
        said.append(words("outage.more"))
    else:
        wide = thread.slots.get("scope") == "area"
        said += [*((words("outage.wide"),) if wide else ()), words(f"answer:{TOPIC}", **scene.known)]
    quiet = replace(thread, asking="", tries=0, misses=0)
    after, buttons = menu.offer(quiet, scene.now, *_reports(scene, own), ("知道了", menu.LATER))
    return Turn(after, (Say(lines(*said), buttons),), case=own.no if own else "")


def report(scene: Scene) -> Turn:
    """The customer wants somebody to come: what was told of the place is not asked again."""
    told = {name: text for name, text in scene.thread.slots.items() if name in ("address", "scope")}
    return matter.begin(replace(scene, known={**scene.known, **told}), REPORT)
