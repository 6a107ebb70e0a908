"""One matter in the talk: answered, offered, asked about, opened, or said to be already under way."""

from collections.abc import Mapping
from dataclasses import replace

from bot.desk.case import Case, State
from bot.desk.opening import LIVE, Opening
from bot.desk.verdict import status
from bot.desk.words import words
from bot.guide import form, menu
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.thread import Thread
from intents.topic import Topic, TopicKind
from intents.understanding import Zone

UNLIKELY = 0.05
"""What is less likely than this is not offered as a choice."""
MISSES = 2
"""After so many messages not understood in a row a person takes over."""


def zone_of(places: Mapping[str, str], address: str) -> str:
    """The zone of the longest place name the address holds; empty where none is known."""
    named = [place for place in places if place and place in address]
    return places[max(named, key=len)] if named else ""


def _live(scene: Scene, topic: str) -> Case | None:
    """The customer's open case of this very matter, if the address does not say it is another."""
    address = scene.said.understood.slots.get("address", "")
    for case in scene.cases:
        if case.topic == topic and case.state in LIVE:
            known = case.slots.get("address", "")
            if not (address and known) or address in known or known in address:
                return case
    return None


def _handlers(scene: Scene, case: Case) -> dict[str, object]:
    return {"no": case.no, "topic": case.topic, "handler": scene.books.person(case.first_handler)}


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


def _joined(first: Say, second: Say) -> Say:
    """Two things said in one letter: one thought is one message."""
    return replace(second, text=words("joined", first=first.text, second=second.text))


def _advance(scene: Scene, thread: Thread, before: tuple[Say, ...] = ()) -> Turn:
    """The form goes on: the next needed question, or the case opens."""
    topic = scene.books.topics[thread.topic]
    open_ = [ask for ask in form.open_asks(topic, thread.slots, needed=True) if ask.slot not in thread.pending]
    if not open_:
        return opened(scene, thread, thread.slots, before)
    after, say = form.ask(replace(thread, draft=True), topic, open_[0].slot, scene.now)
    return Turn(after, (*before[:-1], _joined(before[-1], say) if before else say))


def begin(scene: Scene, code: str, *, fresh: bool = False, before: tuple[Say, ...] = ()) -> Turn:
    """A matter that opens a case begins: what is known is taken, what is needed is asked."""
    topic = scene.books.topics[code]
    live = None if fresh else _live(scene, code)
    if live:
        return already(scene, live)
    known = {**scene.known, **(scene.thread.slots if scene.thread.topic == code else {})}
    wanted = {ask.slot for ask in topic.asks}
    got = {name: value for name, value in known.items() if name in wanted and value} | scene.said.understood.slots
    begun = scene.thread.begun_at if scene.thread.topic == code and scene.thread.begun_at else scene.said.at
    thread = replace(
        menu.clear(scene.thread), topic=code, slots=got, begun_at=begun, asking="", tries=0, pending=(), case=""
    )
    return _advance(scene, thread, before)


def already(scene: Scene, case: Case) -> Turn:
    """The very matter is under way: no second case; the words join it, the customer hears where it stands."""
    thread, buttons = menu.offer(
        replace(scene.thread, topic=case.topic, case=case.no, asking="", misses=0),
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
    thread = replace(menu.clear(scene.thread), misses=0, asking="", draft=False, topic="human_agent")
    if live:
        again = Say(words("human.again", **_handlers(scene, live)))
        return Turn(replace(thread, case=live.no), (again,), acts=(Act("add", live.no),))
    return opened(scene, thread, scene.known)


def topic_turn(scene: Scene, code: str) -> Turn:
    """The turn a matter asks for, by its kind."""
    special = {"progress": progress, "urge": urge, "human_agent": human}
    if code in special and code in scene.books.topics:
        return special[code](scene)
    topic = scene.books.topics.get(code)
    if topic is None:
        return miss(scene)
    answer = Say(words(f"answer:{code}", **scene.known))
    if topic.kind is TopicKind.TALK:
        return Turn(replace(scene.thread, misses=0), (answer,))
    if topic.opens_case and not topic.offer:
        return begin(scene, code, before=_intro(topic))
    thread = replace(menu.clear(scene.thread), topic=code, misses=0, asking="", begun_at=scene.said.at)
    thread = replace(thread, slots={**scene.thread.slots, **scene.said.understood.slots})
    if topic.opens_case:
        live = _live(scene, code)
        if live:
            turn = already(scene, live)
            return replace(turn, says=(answer, *turn.says))
        thread, buttons = menu.offer(thread, scene.now, ("现在登记办理", f"open.{code}"), ("先不用", "later"))
        return Turn(thread, (_joined(answer, Say(words("offer", topic=code), buttons)),))
    return Turn(thread, (answer,))


def _intro(topic: Topic) -> tuple[Say, ...]:
    """What is said when a case begins at once: the topic's own answer, before the first question."""
    return (Say(words(f"brief:{topic.code}")),) if topic.answer.strip() else ()


def choose(scene: Scene) -> Turn:
    """Between two or three: a short list and a question instead of one guess."""
    understood = scene.said.understood
    scores = (*understood.scores, *(0.0 for _ in understood.candidates))
    likely = [code for code, score in zip(understood.candidates, scores, strict=False) if score >= UNLIKELY]
    known = [code for code in likely or understood.candidates[:1] if code in scene.books.topics][:3]
    options = [(scene.books.topics[code].name, f"topic.{code}") for code in known]
    thread, buttons = menu.offer(scene.thread, scene.now, *options, ("都不是", "none"))
    return Turn(replace(thread, misses=0), (Say(words("choose", count=len(options) + 1), buttons),))


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


def correct(scene: Scene) -> Turn | None:
    """A correction of what is already a case: its facts change, the first handler is told; None before one began."""
    live = next((case for case in scene.cases if case.no == scene.thread.case and case.state in LIVE), None)
    if live is None:
        return None
    say = Say(words("corrected", **_handlers(scene, live)))
    return Turn(scene.thread, (say,), acts=(Act("add", live.no, slots=dict(scene.said.understood.slots)),))


def mention(scene: Scene, turn: Turn, others: tuple[str, ...]) -> Turn:
    """One message held several matters: the first is answered, the others are offered, none is lost."""
    if turn.thread.asking or turn.thread.menu:
        return replace(turn, then=(*turn.then, Say(words("mentioned", topics=others))))
    options = [(scene.books.topics[code].name, f"topic.{code}") for code in others]
    thread, buttons = menu.offer(turn.thread, scene.now, *options)
    return replace(turn, thread=thread, then=(*turn.then, Say(words("mentioned", topics=others), buttons)))


def _another_matter(scene: Scene, got: Mapping[str, str]) -> str:
    """A question inside the form: a sure other matter that does not answer the open question."""
    understood, thread = scene.said.understood, scene.thread
    if thread.asking in got or understood.zone is not Zone.ANSWER or understood.intent == thread.topic:
        return ""
    topic = scene.books.topics.get(understood.intent)
    return understood.intent if topic and understood.intent not in ("greeting", "thanks", "goodbye") else ""


def answering(scene: Scene) -> Turn | None:
    """The open question of a form: answered, declined, called off, or a question in between; None: not about it."""
    thread, text = scene.thread, scene.said.text
    if form.cancelled(text) and thread.draft:
        gone = replace(menu.clear(thread), draft=False, asking="", tries=0, topic="", slots={}, begun_at=None)
        return Turn(gone, (Say(words("form.cancelled")),))
    got = form.heard(thread, text, scene.now, scene.said.understood.slots, scene.places)
    other = _another_matter(scene, {name: got[name] for name in got if name in scene.said.understood.slots})
    if other and thread.draft:
        turn = topic_turn(scene, other)
        if turn.opening or turn.thread.asking or turn.acts:
            return turn
        topic = scene.books.topics[thread.topic]
        resumed, question = form.ask(thread, topic, thread.asking, scene.now)
        return Turn(replace(resumed, tries=thread.tries), (*turn.says, question))
    if other:
        return None
    if form.declined(text) and thread.asking not in got:
        return form_turn(scene, got, skipped=True)
    if thread.asking not in got and not thread.draft:
        return form_turn(scene, got, skipped=True) if got else None
    return form_turn(scene, got, skipped=False)


def form_turn(scene: Scene, got: Mapping[str, str], *, skipped: bool) -> Turn:
    """The form with what was just learnt: the next question, the same again, or on to the case."""
    thread = scene.thread
    slots = {**thread.slots, **got}
    filled = thread.asking in got
    topic = scene.books.topics.get(thread.topic)
    if topic is None:
        return Turn(replace(menu.clear(thread), asking="", draft=False), (Say(words("declined")),))
    if thread.draft:
        if not filled and not skipped and thread.tries < form.TRIES:
            again, say = form.ask(replace(thread, slots=slots), topic, thread.asking, scene.now)
            return Turn(again, (say,))
        left = thread.pending if filled else (*thread.pending, thread.asking)
        return _advance(scene, replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=left))
    pending = tuple(slot for slot in thread.pending if slot != thread.asking and slot not in got)
    after = replace(menu.clear(thread), slots=slots, asking="", tries=0, pending=pending)
    acts = (Act("add", thread.case, slots=dict(got)),) if got and thread.case else ()
    if pending:
        after, say = form.ask(after, topic, pending[0], scene.now)
        return Turn(after, acts=acts, then=(say,))
    noted = Say(words("form.noted" if got else "form.enough"))
    return Turn(after, acts=acts, then=(noted,))
