"""引导岗: hears a customer, answers, opens a case; stored before it is acknowledged, answered in one page."""

import asyncio
import contextlib
import logging
import re
import secrets
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk import membership
from bot.desk.case import CUSTOMER, Case, Event, Lane
from bot.desk.errors import Changed
from bot.desk.words import words
from bot.guide import burst
from bot.guide.said import Say
from bot.guide.thread import Thread
from bot.guide.turn import turn
from bot.hall import forms, pieces, scenery
from bot.hall.data import Edition
from bot.hall.hearing import Desk, denied, floor_after, numbered, numbered_beside, unnamed
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy, Page
from bot.hall.records import Heard, Person
from bot.hall.scenery import Found, Wanting, written
from bot.hall.views import understood_json
from intents.match import understand
from intents.slots import has_id_number, mask
from intents.understanding import Understanding

log = logging.getLogger(__name__)

_CARD = re.compile(r"(?:我的?)?(?:本人)?(?:身份证(?:件)?)?(?:号码?)?(?:是|为|[:：])?\s*\*{6,}[\dXx]*[，,]?")
_TAIL = re.compile(
    r"[，,。；;、 ]*(?:我的?|联系)?(?:手机号?码?|电话号?码?|联系方式)?(?:的)?"
    r"(?:尾号|后四位|末四位|尾数)(?:是|为|[:：])?\s*[0-9０-９]{2,6}"
)
"""The end of a telephone number reaches nobody and tells nothing of the matter."""
LONGEST = 10_000
"""Characters of one message that are read; a door refuses longer ones politely."""
_SOME = 3
"""Signs of a message that still says something."""
Minds = dict[tuple[str, str], Understanding]
"""Message id and text → what it means."""
PATIENCE = 3
"""Tries before a message nobody can digest is set aside."""


async def newcomer(hall: Hall, channel: str = "web", name: str = "", start: str = "") -> Person:
    """A new customer sits down; `start` is a deep link's payload, an unknown one is ignored."""
    del start  # no payload is known yet
    person = Person(key=f"{channel[0]}{secrets.token_hex(6)}", name=mask(name)[:40], channel=channel)
    await hall.ledger.write(lambda page: page.keep_person(person))
    return person


async def receive(hall: Hall, heard: Heard) -> bool:
    """Keep a message and tell the engine; False when its id was heard before. LedgerBusy: not kept."""
    at = hall.clock.now()
    heard = replace(heard, text=heard.text[:LONGEST], at=at)
    new = await hall.ledger.write(lambda page: page.hear(heard, at))
    if new:
        hall.ears[heard.customer, heard.id] = heard
    hall.engine.has_work(heard.customer)
    return new


def _plain(text: str) -> str:
    """The words beside an identity card's number: it is kept nowhere and tells nothing of the matter."""
    bare = _CARD.sub(" ", mask(text)) if has_id_number(text) else text
    rest = _TAIL.sub("", bare) if "户号" not in bare else bare
    return rest if len(rest.strip()) >= _SOME else bare


def comprehend(edition: Edition, heard: Heard, now: datetime) -> Understanding:
    """One message understood, with what the hall knows of places and the day."""
    places = tuple(name for place in edition.data.places for name in (place.name, *place.aliases))
    return understand(
        edition.matcher,
        _plain(heard.text),
        today=now.astimezone(edition.data.books.calendar.zone).date(),
        places=places,
    )


def _button_label(thread: Thread, value: str, cases: Iterable[Case] = ()) -> str:
    """A press as the talk shows it: the label that was pressed."""
    labels = {option.value: option.label for option in thread.menu}
    fixed = {"confirm": "已解决", "refuse": "没解决", "human": "转人工", "urge": "催一下", "reopen": "没解决"} | {
        "consent": "同意",
        "decline": "不同意",
    }
    what, _, rest = value.partition(".")
    if what == "rate":
        return rest.partition(".")[0]
    if any(case.incident and case.no == rest for case in cases):  # asked whether the power is back
        fixed |= {"confirm": membership.BACK, "refuse": membership.DARK}
    return labels.get(value) or fixed.get(what, "（按键）")


@dataclass(frozen=True, slots=True)
class _Burst:
    """Messages that are one turn: each as it was heard, and what they are together."""

    parts: tuple[tuple[Heard, Understanding], ...]
    whole: Heard
    understood: Understanding


def _one(hall: Hall, edition: Edition, page: Page, taken: _Burst, found: Found) -> bool:
    """One turn: what is said, opened and done, the talk lines written, the raw bodies blanked. Wanting.

    Whether letters are left to be carried.
    """
    now, heard, understood = found.now, taken.whole, taken.understood
    thread = page.thread(heard.customer)
    desk = Desk(hall, edition, page, heard, now)
    text = _text(desk, heard)
    said = scenery.said_of(heard, understood, text, now)
    scene = scenery.scene_of(hall, edition.data, page, said, thread, found)
    decided = turn(scene)
    if decided.wants:
        raise Wanting(decided.wants)
    beside = numbered_beside(desk, decided)
    after, about, no = numbered(desk, decided)
    about = beside or about
    shown = text or (_button_label(thread, heard.button, scene.cases) if heard.button else "")
    shown, understood = unnamed(scene, decided, about, shown, understood)
    for part, meant in taken.parts:
        line = _text(desk, part) if len(taken.parts) > 1 else shown
        line, meant = unnamed(scene, decided, about, line, meant)  # noqa: PLW2901 - as the talk keeps it
        page.done(part, line, understood_json(meant), now, about)
    asked = understood.slots.get("case_no", "")
    if asked and asked not in [case.no for case in scene.cases]:
        page.note(denied(CUSTOMER, f"chat.words {heard.customer}", asked, now), str)
    desk.urgent = any(say.urgent for say in decided.says)
    for say in decided.says:
        desk.say(say, about)
    if decided.opening:
        desk.open(decided.opening, scene.cases, no)
        after = after if decided.aside else replace(after, case=no, number="")
    if decided.beside:
        desk.open(decided.beside, scene.cases, beside)
    for act in decided.acts:
        moved = desk.act(act, shown or desk.write(words("files.sent")), thread)
        after = floor_after(after, scene.cases, moved)
    for say in decided.then:
        desk.say(say, no if decided.opening and not decided.aside else about)
    page.keep(forms.timed(edition.data.books, after, now))
    return desk.owes or bool(decided.opening or decided.acts)


def _text(desk: Desk, heard: Heard) -> str:
    """A message as the talk shows it; a place sent as such in words."""
    text = mask(heard.text or heard.contact.get("phone", ""))
    if heard.location:
        text = text or desk.write(words("location", lat=heard.location[0], lon=heard.location[1]))
    return text


async def _comprehended(edition: Edition, fresh: list[Heard], now: datetime) -> Minds:
    """What was just heard, understood off the loop and before any page opens: each message, and all as one."""
    loop = asyncio.get_running_loop()
    found: Minds = {}
    several = [pieces.merged(fresh)] if len(fresh) > 1 and all(map(pieces.joins, fresh)) else []
    for heard in (*fresh, *several):
        with contextlib.suppress(Exception):  # what cannot be understood stumbles on its own page
            found[heard.id, heard.text] = await loop.run_in_executor(None, comprehend, edition, heard, now)
    return found


async def drain(hall: Hall, customer: str, *, known: Collection[str] | None = None) -> int:
    """Answer all that this customer said and nobody answered, in order, in one page; how many.

    `known`: what has come in since these messages may be the beginning of more, and has its own moment.
    """
    edition = hall.edition()
    now = hall.clock.now()
    heard_of = [heard for (key, _), heard in tuple(hall.ears.items()) if key == customer]
    fresh = [heard for heard in heard_of if not known or heard.id in known]
    minds = await _comprehended(edition, fresh, now)
    found = Found(now)

    def mind(heard: Heard) -> Understanding:
        return minds.get((heard.id, heard.text)) or comprehend(edition, heard, now)

    def answer(page: Page, *group: Heard) -> bool:
        whole, parts = pieces.merged(group), tuple((heard, mind(heard)) for heard in group)
        meant = burst.together([one for _, one in parts], mind(whole)) if len(parts) > 1 else parts[0][1]
        return _one(hall, edition, page, _Burst(parts, whole, meant), found)

    def doing(page: Page) -> list[tuple[int, bool]]:
        rest, done = pieces.before(page.undone(customer), known), []
        while rest:
            many = pieces.many(page, edition, rest, now)
            done.append((many, answer(page, *rest[:many])))
            rest = rest[many:]
        return done

    owed = True
    try:
        answered = await written(hall, doing, found)
        count, owed = sum(many for many, _ in answered), any(owes for _, owes in answered)
    except (LedgerBusy, Changed):
        raise  # nothing was kept; the next sweep begins anew
    except Exception:
        log.exception("stumbled")
        count = await _one_by_one(hall, customer, answer, found)
    for heard in fresh:
        hall.ears.pop((customer, heard.id), None)
    if count:
        hall.bell.ring(f"talk:{customer}")
        hall.bell.ring("desk")
        if owed:
            hall.outbox_has_work()
    return count


async def _one_by_one(hall: Hall, customer: str, answer: Callable[..., bool], found: Found) -> int:
    """One message spoils no other: each on a page of its own; what nobody can digest is tried again, then set aside."""
    count = 0

    def next_of(page: Page) -> Heard | None:
        return next(iter(page.undone(customer)), None)

    while heard := await hall.ledger.write(next_of):
        this = customer, heard.id

        def doing(page: Page, heard: Heard = heard) -> None:
            if heard.row in [one.row for one in page.undone(customer)]:  # nobody answered it meanwhile
                answer(page, heard)

        try:
            await written(hall, doing, found)
        except (LedgerBusy, Changed):
            raise
        except Exception:
            hall.stumbles[this] = hall.stumbles.get(this, 0) + 1
            if hall.stumbles[this] < PATIENCE:
                hall.engine.has_work(customer)
                return count
            log.exception("set aside", extra={"channel": heard.channel})
            await _set_aside(hall, heard)
        hall.stumbles.pop(this, None)
        count += 1
    return count


async def _set_aside(hall: Hall, heard: Heard) -> None:
    """Visibly: the customer is told, the ledger says so; those behind it go on."""
    edition, now = hall.edition(), hall.clock.now()

    def doing(page: Page) -> None:
        page.done(heard, mask(heard.text), None, now)
        Desk(hall, edition, page, heard, now).say(Say(words("stumbled")))
        facts = {"why": "not_understood", "inbox": str(heard.row)}
        page.note(Event("", 0, now, Lane.SUPPORT, "guide", "undelivered", public=False, facts=facts), str)

    await hall.ledger.write(doing)


async def deny(hall: Hall, by: str, what: str, no: str = "") -> None:
    """Somebody tried what is not his: kept in the ledger, told to nobody."""
    event = denied(by, what, no, hall.clock.now())
    await hall.ledger.write(lambda page: page.note(event, str))
