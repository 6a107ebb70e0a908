"""One matter in the talk: asked about, opened, said to be already under way, not understood, or danger."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from bot.desk.case import Case, Secrecy
from bot.desk.opening import Opening
from bot.desk.promises import LIVE
from bot.desk.verdict import UNNAMED
from bot.desk.words import words
from bot.guide import binding, complaint, form, levels, menu, others, returning, secrecy
from bot.guide.levels import Level
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.telling import standing
from bot.guide.thread import Thread
from intents.text import choice
from intents.topic import Topic

MISSES = 2
"""After so many messages not understood in a row a person takes over."""
OFFERED = timedelta(days=1)
"""So long an offer keeps the time of the message it answered; taken up later, the matter begins then."""
_LASTING = ("address", "phone", "name", "account_no", "for")
"""Facts that outlive a case."""
LIFE = "life_support"
HUMAN = "human_agent"
KIN = {"outage_repair": ("outage_query",)}
"""Matters whose talk told the same facts."""


def zone_of(places: Mapping[str, str], address: str) -> str:
    """The zone of the longest place name the address holds; empty where none is known."""
    named = [place for place in places if place and place in address]
    return places[max(named, key=len)] if named else ""


def live_case(scene: Scene, topic: str) -> Case | None:
    """The customer's open case of this very matter; another place or account makes it another, unless put right."""
    told = {} if scene.said.corrects else scene.said.understood.slots
    return next(
        (case for case in scene.cases if case.topic == topic and case.state in LIVE and returning.fits(case, told)),
        None,
    )


def laid_aside(thread: Thread) -> Thread:
    """Another matter comes first: no question and no menu of the old one stays open, nor its time."""
    quiet = replace(menu.clear(thread), draft=False, asking="", tries=0, pending=(), slots={}, begun_at=None)
    return replace(quiet, number="", held={})


def _endangered(scene: Scene) -> str:
    """The matter of a danger: who lives by a machine without power, and nothing else, is one of its own."""
    heard = scene.said.understood
    rules = {why for why in heard.why if why.startswith("rule:")}
    alone = rules == {f"rule:{LIFE}"} or (not rules and heard.intent == LIFE)
    return LIFE if alone and LIFE in scene.books.topics else "hazard"


def danger(scene: Scene) -> Turn:
    """Safety words before anything else; the case opens with what is known, nothing is asked first."""
    slots = scene.said.understood.slots
    safety = Say(words("safety:hazard", heard=scene.said.text), urgent=True, loose=True)
    code, thread = _endangered(scene), scene.thread
    live = next((case for case in scene.cases if case.topic == code and case.state in LIVE), None)
    if live:
        known = menu.clear(thread) if thread.case == live.no and not thread.draft else laid_aside(thread)
        again = Say(words("danger.again", **binding.handlers(scene, live)))
        act = Act("add", live.no, slots=dict(slots))
        return Turn(replace(known, topic=code, case=live.no, misses=0), (safety,), acts=(act,), then=(again,))
    return opened(scene, replace(laid_aside(thread), topic=code), {**scene.known, **slots}, before=(safety,))


def doubtful(scene: Scene) -> Turn:
    """It sounds like danger, and something says it is a tale: one question, with the safe advice in it."""
    thread, buttons = menu.offer(
        scene.thread, scene.now, ("现在就有危险", "topic.hazard"), ("没有，只是问问", menu.LATER)
    )
    return Turn(thread, (Say(words("danger.doubtful"), buttons),))


def opening_for(scene: Scene, thread: Thread, topic: Topic, got: Mapping[str, str], tied: tuple[Case, ...]) -> Opening:
    """What the desk is handed: the matter with the customer's own words, and who must not have it."""
    private = topic.code in secrecy.TOPICS
    before = thread.held.get(binding.SAID, "")
    bare = not scene.said.text.strip() or bool(scene.said.button) or choice(scene.said.text) is not None
    bare = bare or menu.accepts(scene.said.text)
    more = "" if form.nothing_more(scene.said.text) else scene.said.text
    said = secrecy.gathered(before, more) if private else (before if bare else "") or scene.said.text
    how = secrecy.chosen(got, said, topic.code) if private else Secrecy.OPEN
    slots = secrecy.told(how, got)
    return Opening(
        topic=topic.code,
        customer=thread.customer,
        begun_at=thread.begun_at or scene.said.at,
        said=secrecy.unsaid(how, said or scene.said.text, got),
        slots=slots,
        zone=zone_of(scene.places, slots.get("address", "")),
        talking_with="" if private else thread.speaker or returning.handler(scene, tied),
        without=complaint.shut_out(scene, topic.code, said) if private else (),
        named=complaint.named(scene, said) if private else (),
        secrecy=how,
        links=tuple(case.no for case in tied),
    )


def opened(scene: Scene, thread: Thread, got: Mapping[str, str], before: tuple[Say, ...] = ()) -> Turn:
    """The case opens now; what was not needed first is asked afterwards, once."""
    topic = scene.books.topics[thread.topic]
    opening = opening_for(scene, thread, topic, got, returning.links(scene, topic.code, got))
    unknown = UNNAMED if opening.secrecy is Secrecy.ANONYMOUS else ()
    asks = form.open_asks(topic, opening.slots, needed=False)
    pending = tuple(ask.slot for ask in asks if ask.slot not in unknown)
    after = replace(
        menu.clear(thread),
        draft=False,
        asking="",
        tries=0,
        slots=opening.slots,
        pending=pending,
        misses=0,
        begun_at=None,
        held={},
    )
    then: tuple[Say, ...] = ()
    if pending:
        after, say = form.ask(after, topic, pending[0], scene.now)
        then = (say,)
    if levels.of(topic) is Level.IDENTITY:  # only registered here
        counter = Say(words("level.counter"))
        then = (joined(counter, then[0]) if then else counter,)
    return Turn(after, before, opening, then=then)


def joined(first: Say, second: Say) -> Say:
    """Two things said in one letter: one thought is one message."""
    return replace(second, text=words("joined", first=first.text, second=second.text))


def advance(scene: Scene, thread: Thread, before: tuple[Say, ...] = ()) -> Turn:
    """The form goes on: the next needed question, or the case opens; the very one under way is not doubled."""
    topic = scene.books.topics[thread.topic]
    if topic.code == secrecy.REPORT and not thread.slots.get(secrecy.SLOT):
        after, say = secrecy.ask(thread, scene.now)
        return Turn(after, (*before[:-1], joined(before[-1], say) if before else say))
    unknown = UNNAMED if thread.slots.get(secrecy.SLOT) == Secrecy.ANONYMOUS else ()
    open_ = [
        ask for ask in form.open_asks(topic, thread.slots, needed=True) if ask.slot not in (*thread.pending, *unknown)
    ]
    if open_:
        after, say = form.ask(replace(thread, draft=True), topic, open_[0].slot, scene.now)
        return Turn(after, (*before[:-1], joined(before[-1], say) if before else say))
    double = returning.double(scene, topic.code, thread.slots)
    return already(scene, double) if double else opened(scene, thread, thread.slots, before)


def _words(scene: Scene, code: str) -> dict[str, str]:
    """The words the matter began with: those a choice was offered for, and these."""
    before = scene.thread.held.get(binding.SAID, "")
    if code in secrecy.TOPICS:
        return {binding.SAID: secrecy.gathered(before, scene.said.text)}
    return {binding.SAID: before} if before else {}


def turned(thread: Thread, code: str) -> Thread:
    """The talk turns to another matter: its facts are not this one's, but they may be offered."""
    if thread.topic in (code, "", *KIN.get(code, ())):
        return thread
    lasting = {name: text for name, text in thread.slots.items() if name in _LASTING and text}
    told = {} if thread.topic in secrecy.TOPICS else lasting
    return replace(thread, slots={}, told={**thread.told, **told})


def _still(scene: Scene) -> dict[str, str]:
    """What the talk knows; of a case that is over only where and who."""
    over = any(case.no == scene.thread.case and case.state not in LIVE for case in scene.cases)
    return {name: text for name, text in scene.thread.slots.items() if not over or name in _LASTING}


def begin(scene: Scene, code: str, *, fresh: bool = False, before: tuple[Say, ...] = ()) -> Turn:
    """A matter that opens a case begins: what is known is taken, what is needed is asked."""
    topic = scene.books.topics[code]
    live = None if fresh else live_case(scene, code)
    if live:
        return already(scene, live)
    near = scene.thread.topic in (code, "", *KIN.get(code, ()))
    known = {**secrecy.known(scene, code), **(_still(scene) if near else {})}
    wanted = {ask.slot for ask in topic.asks}
    got = {name: value for name, value in known.items() if name in wanted and value} | scene.said.understood.slots
    old = None if fresh else returning.asks(scene, topic, got)
    if old:
        return returning.old_or_new(scene, topic, old)
    whom = others.helped(scene.said.text)
    asked = secrecy.read(scene.said.text) if code in secrecy.TOPICS else None
    got |= {"for": whom} if whom else {}
    got |= {} if asked is None else {secrecy.SLOT: asked.value or "open"}
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
        number=scene.thread.number if code in secrecy.TOPICS else "",
        held=_words(scene, code),
        told=turned(scene.thread, code).told,
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
    say = Say(standing(scene, case, "case.already"), buttons)
    return Turn(thread, (say,), acts=(Act("add", case.no, slots=dict(scene.said.understood.slots)),))


def human(scene: Scene) -> Turn:
    """A person is wanted: the one who already answers for a case of this kind, else a new case for a person."""
    live = next((case for case in scene.cases if case.topic == HUMAN and case.state in LIVE), None)
    told = scene.thread.slots if "about" in scene.thread.slots else {}
    brief = {name: told[name] for name in ("about", "account_no", "for") if name in told}
    thread = replace(laid_aside(scene.thread), misses=0, topic=HUMAN)
    if live:
        again = Say(words("human.again", **binding.handlers(scene, live)))
        return Turn(replace(thread, case=live.no), (again,), acts=(Act("add", live.no, slots=brief),))
    return opened(scene, thread, {**scene.known, **brief})


def miss(scene: Scene) -> Turn:
    """Not in the handbook: said so, and a person offered; the second time a person is called."""
    misses = scene.thread.misses + 1
    if misses >= MISSES and HUMAN in scene.books.topics:
        turn = human(replace(scene, thread=replace(scene.thread, misses=0)))
        return replace(turn, says=(Say(words("miss.person")), *turn.says))
    thread, buttons = menu.offer(replace(scene.thread, misses=misses), scene.now, ("转人工", "human"))
    return Turn(thread, (Say(words("answer:out_of_scope"), buttons),))
