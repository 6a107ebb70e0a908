"""Which case a message belongs to: by number, name or place, by the open question, else asked with choices."""

from collections.abc import Mapping
from dataclasses import replace

from bot.desk.case import Case, Secrecy
from bot.desk.promises import LIVE
from bot.desk.verdict import UNNAMED
from bot.desk.words import words
from bot.guide import menu, secrecy
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.telling import lines, standing
from bot.guide.thread import Floor
from intents.text import normalise

MOST = 4
"""Cases offered to choose from."""
PERSON = "human_agent"
"""A call for a person is no matter of its own while there are others."""
SAID, FILES, FIXES = "said", "files", "fixes"
"""What is held beside the facts: the words, that there were only files, that the facts put something right."""


BESIDE_FACTS = (SAID, FILES, FIXES)


def named(scene: Scene, case: Case) -> bool:
    """Whether the words name the case's matter: two characters of its name in a row."""
    topic = scene.books.topics.get(case.topic)
    name, text = (topic.name if topic else ""), normalise(scene.said.text)
    return any(name[at : at + 2] in text for at in range(len(name) - 1))


def same(one: str, other: str) -> bool:
    """Whether two addresses may be one: either is part of the other."""
    return one in other or other in one


def live(scene: Scene) -> tuple[Case, ...]:
    """The customer's cases under way."""
    return tuple(case for case in scene.cases if case.state in LIVE)


def meant(scene: Scene, cases: tuple[Case, ...]) -> tuple[Case, ...]:
    """Of these, the ones the words may belong to: by number, by the matter's name, by place, else each of them."""
    no = scene.said.understood.slots.get("case_no", "")
    if no:
        return tuple(case for case in cases if case.no == no)
    by_name = tuple(case for case in cases if named(scene, case)) or cases
    here = _at_place(by_name, scene.said.understood.slots.get("address", "")) or by_name
    return tuple(case for case in here if case.topic != PERSON) or here


def _at_place(cases: tuple[Case, ...], address: str) -> tuple[Case, ...]:
    """The cases at a place that was told."""
    return tuple(case for case in cases if address and (at := case.slots.get("address", "")) and same(address, at))


def handlers(scene: Scene, case: Case) -> dict[str, object]:
    """What a sentence about a case names: its number, its matter, who answers for it."""
    return {"no": case.no, "topic": case.topic, "handler": scene.books.person(case.first_handler)}


def label(scene: Scene, case: Case) -> str:
    """What a choice between cases shows."""
    topic = scene.books.topics.get(case.topic)
    return f"{topic.name if topic else case.topic} {case.no}"


def guarded(cases: tuple[Case, ...]) -> str:
    """Words that may belong to a matter kept from some of the hall are kept from them too."""
    return next((case.no for case in cases if secrecy.private(case)), "")


def which(scene: Scene, cases: tuple[Case, ...], doing: str, code: str = "which") -> Turn:
    """The question, with where each of them stands: a number or a button says which."""
    options = [(label(scene, case), f"{doing}.{case.no}") for case in cases[:MOST]]
    thread, buttons = menu.offer(replace(scene.thread, misses=0), scene.now, *options, ("都不是", menu.LATER))
    told = (words("which.line", state=case.state, **handlers(scene, case)) for case in cases[:MOST])
    return Turn(thread, (Say(lines(words(code), *told), buttons),), case=guarded(cases))


def add(scene: Scene, cases: tuple[Case, ...], slots: Mapping[str, str], say: str) -> Turn:
    """The message joins its case: the only one it may belong to, else the one that is chosen."""
    if len(cases) == 1:
        unkept = cases[0].secrecy is Secrecy.ANONYMOUS and any(slots.get(name) for name in UNNAMED)
        said = Say(words("sent.anonymous" if unkept else say, **handlers(scene, cases[0])))
        return Turn(replace(scene.thread, misses=0), (said,), acts=(Act("add", cases[0].no, slots=slots),))
    turn = which(scene, cases, "add")
    files = {FILES: "1"} if not scene.said.text.strip() else {}
    return replace(turn, thread=replace(turn.thread, held={**slots, SAID: scene.said.text, **files}))


def show(scene: Scene, case: Case) -> Turn:
    """Where one case stands."""
    return Turn(replace(scene.thread, misses=0), (Say(standing(scene, case), case=case.no),), case=case.no)


def pressed(scene: Scene, what: str, no: str) -> Turn | None:
    """A choice of these questions; None: it is none of them, or the case is gone."""
    case = next((one for one in scene.cases if one.no == no), None)
    if case is None or what not in ("show", "add"):
        return None
    if what == "show":
        return show(scene, case)
    if case.state not in LIVE:
        return None
    held = scene.thread.held
    slots = {name: text for name, text in held.items() if name not in BESIDE_FACTS}
    if (
        "address" in slots
        and not held.get(FIXES)
        and (known := case.slots.get("address"))
        and known not in slots["address"]
    ):
        del slots["address"]  # another place is no correction: it stays in the words
    act = Act("add", no, slots=slots, words=words("files.sent") if held.get(FILES) else held.get(SAID, ""))
    said = Say(words("sent.case", **handlers(scene, case)))
    return Turn(replace(scene.thread, held={}, case=no, topic=case.topic), (said,), acts=(act,))


def bound(scene: Scene, turn: Turn) -> str:
    """The number of the case this message is about; empty: none, or the one it opens."""
    if turn.case or turn.beside:
        return turn.case
    if turn.opening and turn.opening.topic in secrecy.TOPICS:  # the words are its own, whatever they do beside
        return scene.thread.number if scene.thread.draft and not turn.aside else ""
    acted = next((act.case for act in turn.acts if act.case), "")
    if acted:
        return acted
    if scene.thread.floor is Floor.STAFF and not turn.opening:
        return scene.thread.case
    goes_on = not turn.opening or turn.thread.number == scene.thread.number
    kept_ready = scene.thread.number if scene.thread.draft and goes_on else ""
    return (
        kept_ready
        or (turn.thread.number if turn.thread.draft or turn.private else "")
        or _talked(scene, turn)
        or _said(scene)
    )


def _talked(scene: Scene, turn: Turn) -> str:
    """The matter kept from others that this talk is still about."""
    thread = scene.thread
    stays = (turn.thread.case, turn.thread.topic) == (thread.case, thread.topic)
    here = (case.no for case in scene.cases if case.no == thread.case and case.topic == thread.topic)
    return next(here, "") if stays and thread.topic in secrecy.TOPICS else ""


def _said(scene: Scene) -> str:
    """The own case whose number was said."""
    no = scene.said.understood.slots.get("case_no", "")
    return next((case.no for case in scene.cases if case.no == no), "")
