"""One matter in the talk: asked about, opened, said to be already under way, not understood, or danger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.desk.case import Case, State
from bot.desk.opening import LIVE, Opening
from bot.desk.verdict import status
from bot.desk.words import words
from bot.guide import complaint, form, menu
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.thread import Thread
from intents.text import normalise
from intents.understanding import Zone

MISSES = 2
"""After so many messages not understood in a row a person takes over."""
OFFERED = timedelta(days=1)
"""So long an offer keeps the time of the message it answered; taken up later, the matter begins then."""
FACTS = ("phone", "address")
BESIDE = 6
"""Signs beside bare facts that say nothing else: 我的电话是."""
KIN = {"outage_repair": ("outage_query",)}
"""Matters whose talk told the same facts."""


def zone_of(places: Mapping[str, str], address: str) -> str:
    """The zone of the longest place name the address holds; empty where none is known."""
    named = [place for place in places if place and place in address]
    return places[max(named, key=len)] if named else ""


def same(one: str, other: str) -> bool:
    """Whether two addresses may be one: either is part of the other."""
    return one in other or other in one


def live_case(scene: Scene, topic: str) -> Case | None:
    """The customer's open case of this very matter; another address makes it another, unless it is a correction."""
    address = "" if scene.said.corrects else scene.said.understood.slots.get("address", "")
    for case in scene.cases:
        if case.topic == topic and case.state in LIVE:
            known = case.slots.get("address", "")
            if not (address and known) or same(address, known):
                return case
    return None


def _handlers(scene: Scene, case: Case) -> dict[str, object]:
    return {"no": case.no, "topic": case.topic, "handler": scene.books.person(case.first_handler)}


def laid_aside(thread: Thread) -> Thread:
    """Another matter comes first: no question and no menu of the old one stays open, nor its time."""
    return replace(menu.clear(thread), draft=False, asking="", tries=0, pending=(), slots={}, begun_at=None)


def danger(scene: Scene) -> Turn:
    """Safety words before anything else; the case opens with what is known, nothing is asked first."""
    slots = scene.said.understood.slots
    safety = Say(words("safety:hazard", heard=scene.said.text), urgent=True)
    live = next((case for case in scene.cases if case.topic == "hazard" and case.state in LIVE), None)
    thread = scene.thread
    if live:
        known = menu.clear(thread) if thread.case == live.no and not thread.draft else laid_aside(thread)
        again = Say(words("danger.again", **_handlers(scene, live)))
        act = Act("add", live.no, slots=dict(slots))
        return Turn(replace(known, topic="hazard", case=live.no, misses=0), (safety,), acts=(act,), then=(again,))
    return opened(scene, replace(laid_aside(thread), topic="hazard"), {**scene.known, **slots}, before=(safety,))


def doubtful(scene: Scene) -> Turn:
    """It sounds like danger, and something says it is a tale: one question, with the safe advice in it."""
    thread, buttons = menu.offer(
        scene.thread, scene.now, ("现在就有危险", "topic.hazard"), ("没有，只是问问", menu.LATER)
    )
    return Turn(thread, (Say(words("danger.doubtful"), buttons),))


def opened(scene: Scene, thread: Thread, got: Mapping[str, str], before: tuple[Say, ...] = ()) -> Turn:
    """The case opens now; what was not needed first is asked afterwards, once."""
    topic = scene.books.topics[thread.topic]
    slots = {name: value for name, value in got.items() if value}
    opening = Opening(
        topic=topic.code,
        customer=thread.customer,
        begun_at=thread.begun_at or scene.said.at,
        said=scene.said.text,
        slots=slots,
        zone=zone_of(scene.places, slots.get("address", "")),
        talking_with=thread.speaker,
        without=complaint.about(scene) if topic.code == complaint.TOPIC else (),
    )
    pending = tuple(ask.slot for ask in form.open_asks(topic, slots, needed=False))
    after = replace(
        menu.clear(thread), draft=False, asking="", tries=0, slots=slots, pending=pending, misses=0, begun_at=None
    )
    then: tuple[Say, ...] = ()
    if pending:
        after, say = form.ask(after, topic, pending[0], scene.now)
        then = (say,)
    return Turn(after, before, opening, then=then)


def joined(first: Say, second: Say) -> Say:
    """Two things said in one letter: one thought is one message."""
    return replace(second, text=words("joined", first=first.text, second=second.text))


def advance(scene: Scene, thread: Thread, before: tuple[Say, ...] = ()) -> Turn:
    """The form goes on: the next needed question, or the case opens."""
    topic = scene.books.topics[thread.topic]
    open_ = [ask for ask in form.open_asks(topic, thread.slots, needed=True) if ask.slot not in thread.pending]
    if not open_:
        return opened(scene, thread, thread.slots, before)
    after, say = form.ask(replace(thread, draft=True), topic, open_[0].slot, scene.now)
    return Turn(after, (*before[:-1], joined(before[-1], say) if before else say))


def begin(scene: Scene, code: str, *, fresh: bool = False, before: tuple[Say, ...] = ()) -> Turn:
    """A matter that opens a case begins: what is known is taken, what is needed is asked."""
    topic = scene.books.topics[code]
    live = None if fresh else live_case(scene, code)
    if live:
        return already(scene, live)
    near = scene.thread.topic in (code, "", *KIN.get(code, ()))
    known = {**scene.known, **(scene.thread.slots if near else {})}
    wanted = {ask.slot for ask in topic.asks}
    got = {name: value for name, value in known.items() if name in wanted and value} | scene.said.understood.slots
    begun = scene.thread.begun_at if scene.thread.topic == code else None
    if begun is None or scene.said.at - begun > OFFERED:
        begun = scene.said.at
    thread = replace(
        menu.clear(scene.thread),
        topic=code,
        slots=got,
        begun_at=begun,
        asking="",
        tries=0,
        pending=(),
        case="",
        misses=0,
    )
    return advance(scene, thread, before)


def already(scene: Scene, case: Case) -> Turn:
    """The very matter is under way: no second case; the words join it, the customer hears where it stands."""
    kept = {name: scene.thread.slots[name] for name in ("phone", "name") if name in scene.thread.slots}
    thread, buttons = menu.offer(
        replace(laid_aside(scene.thread), topic=case.topic, case=case.no, slots=kept, misses=0),
        scene.now,
        ("催一下", f"urge.{case.no}"),
        ("是另外一处，另报一件", f"open.{case.topic}"),
    )
    say = Say(status(scene.books, case, "case.already"), buttons)
    return Turn(thread, (say,), acts=(Act("add", case.no, slots=dict(scene.said.understood.slots)),))


def _by_number(scene: Scene, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """The case whose number was said, else all of them."""
    no = scene.said.understood.slots.get("case_no", "")
    return tuple(case for case in cases if case.no == no) if no else cases


def progress(scene: Scene) -> Turn:
    """Where the customer's cases stand; closed ones only when asked for by number."""
    named = bool(scene.said.understood.slots.get("case_no"))
    ends = (State.CLOSED, State.CANCELLED)
    found = _by_number(scene, tuple(case for case in scene.cases if named or case.state not in ends))
    if not found:
        return Turn(scene.thread, (Say(words("progress.unknown" if named else "progress.none")),))
    return Turn(replace(scene.thread, misses=0), tuple(Say(status(scene.books, case)) for case in found[:3]))


def urge(scene: Scene) -> Turn:
    """Hurry the newest live case, or the one whose number was said."""
    live = _by_number(scene, tuple(case for case in scene.cases if case.state in LIVE))
    if not live:
        return progress(scene)
    return Turn(replace(scene.thread, misses=0), acts=(Act("urge", live[0].no),))


def human(scene: Scene) -> Turn:
    """A person is wanted: the one who already answers for a case of this kind, else a new case for a person."""
    live = next((case for case in scene.cases if case.topic == "human_agent" and case.state in LIVE), None)
    told = scene.thread.slots if "about" in scene.thread.slots else {}
    brief = {name: told[name] for name in ("about", "account_no") if name in told}
    thread = replace(laid_aside(scene.thread), misses=0, topic="human_agent")
    if live:
        again = Say(words("human.again", **_handlers(scene, live)))
        return Turn(replace(thread, case=live.no), (again,), acts=(Act("add", live.no, slots=brief),))
    return opened(scene, thread, {**scene.known, **brief})


def miss(scene: Scene) -> Turn:
    """Not in the handbook: said so, and a person offered; the second time a person is called."""
    misses = scene.thread.misses + 1
    if misses >= MISSES and "human_agent" in scene.books.topics:
        turn = human(replace(scene, thread=replace(scene.thread, misses=0)))
        return replace(turn, says=(Say(words("miss.person")), *turn.says))
    thread, buttons = menu.offer(replace(scene.thread, misses=misses), scene.now, ("转人工", "human"))
    return Turn(thread, (Say(words("answer:out_of_scope"), buttons),))


def pictures(scene: Scene) -> Turn:
    """Files without words: kept, joined to the open case, and the question what they are about."""
    live = next((case for case in scene.cases if case.state in LIVE), None)
    if live:
        say = Say(words("files.case", **_handlers(scene, live)))
        return Turn(scene.thread, (say,), acts=(Act("add", live.no),))
    return Turn(scene.thread, (Say(words("files.kept")),))


def sent(scene: Scene) -> Turn:
    """A place or a telephone sent as such: it joins the case under way, else it is kept for what comes next."""
    slot = "address" if scene.said.sort == "location" else "phone"
    text = scene.said.understood.slots.get(slot) or scene.said.text
    here = [case for case in scene.cases if case.state in LIVE]
    case = next((case for case in here if case.no == scene.thread.case), here[0] if here else None)
    if case:
        slots = {} if slot == "address" and case.slots.get(slot) else {slot: text}
        say = Say(words("sent.case", **_handlers(scene, case)))
        return Turn(scene.thread, (say,), acts=(Act("add", case.no, slots=slots),))
    thread = replace(scene.thread, slots={**scene.thread.slots, slot: text})
    return Turn(thread, (Say(words("sent.place" if slot == "address" else "sent.phone")),))


def told(scene: Scene) -> Turn | None:
    """A telephone or a place and hardly a word: it joins the case that is talked about; None: other words."""
    got = {name: scene.said.understood.slots.get(name, "") for name in FACTS}
    case = next((case for case in scene.cases if case.no == scene.thread.case and case.state in LIVE), None)
    length = len(normalise(scene.said.text).replace(" ", ""))
    if case is None or not any(got.values()) or length > sum(map(len, got.values())) + BESIDE:
        return None
    known = case.slots.get("address", "")
    slots = {
        name: text for name, text in got.items() if text and not (name == "address" and known and known not in text)
    }
    say = Say(words("sent.case", **_handlers(scene, case)))
    return Turn(replace(scene.thread, misses=0), (say,), acts=(Act("add", case.no, slots=slots),))


def correct(scene: Scene) -> Turn | None:
    """A correction of what is already a case: its facts change, the first handler is told; None: not about a case."""
    live = next((case for case in scene.cases if case.no == scene.thread.case and case.state in LIVE), None)
    if live is None or _only_asks(scene):
        return None
    say = Say(words("corrected", **_handlers(scene, live)))
    return Turn(scene.thread, (say,), acts=(Act("add", live.no, slots=dict(scene.said.understood.slots)),))


def _only_asks(scene: Scene) -> bool:
    """Surely a matter that is answered without a case."""
    topic = scene.books.topics.get(scene.said.understood.intent)
    sure = scene.said.understood.zone is Zone.ANSWER
    return sure and topic is not None and (topic.offer or not topic.opens_case)
