"""One message, several matters: each is answered or waits its turn, none is forgotten."""

from dataclasses import replace

from bot.desk.promises import LIVE
from bot.desk.words import words
from bot.guide import context, menu, secrecy
from bot.guide.said import Say, Scene, Turn
from bot.guide.thread import Thread
from intents.topic import TopicKind
from intents.understanding import Zone

OWN_ROOMS = ("hall_info", "outage_query", "planned_outage", "tier_price", "pay")
"""Matters that look something up before they answer."""
MOST = 3
"""So many are offered to choose from."""
NEXT = ("这些先不用", menu.LATER)


def _others(scene: Scene, first: str) -> tuple[str, ...]:
    """The other matters of the message: no talk, nothing that is under way already."""
    topics, live = scene.books.topics, {case.topic for case in scene.cases if case.state in LIVE}
    heard = scene.said.understood
    sure = (heard.intent,) if heard.zone is Zone.ANSWER else ()
    told = dict.fromkeys(code for code in (*heard.matters, *sure) if code != first and code in topics)
    return tuple(code for code in told if topics[code].kind is not TopicKind.TALK and code not in live)


def _short(scene: Scene, code: str) -> bool:
    """Whether a few lines of the handbook answer it."""
    topic = scene.books.topics[code]
    return topic.kind is TopicKind.ANSWER and not topic.opens_case and code not in OWN_ROOMS and bool(topic.answer)


def mentioned(scene: Scene, turn: Turn, first: str) -> Turn:
    """The first is answered; of the others what is short at once, the rest is offered now or when the form is done."""
    others = _others(scene, first)
    if not others or turn.wants:
        return turn
    at_once = [code for code in others if _short(scene, code)]
    told = tuple(
        Say(words("follow", topic=code, part=words(f"brief:{code}", **scene.known)), loose=True) for code in at_once
    )
    queue = tuple(code for code in others if code not in at_once)
    turn = replace(turn, thread=replace(turn.thread, queue=queue))
    if turn.thread.asking or turn.thread.menu:
        later = (Say(words("mentioned.later", topics=queue), loose=True),) if queue else ()
        return _before_question(turn, (*told, *later))
    if not queue:
        return replace(turn, then=(*turn.then, *told))
    return _offered(scene, replace(turn, then=(*turn.then, *told)))


def beside(scene: Scene, turn: Turn) -> Turn:
    """An answer to the form's question, and another matter in the same breath: neither is lost."""
    before, topic = scene.thread, scene.books.topics.get(scene.thread.topic)
    took = bool(before.asking) and turn.thread.asking != before.asking and turn.thread.topic == before.topic
    if len(context.clauses(scene.said.text)) < 2:  # noqa: PLR2004 - an answer and something else
        return turn
    if not took or topic is None or turn.wants or scene.said.button or topic.code in secrecy.TOPICS:
        return turn
    return mentioned(scene, turn, topic.code)


def _before_question(turn: Turn, more: tuple[Say, ...]) -> Turn:
    """What is said beside goes before the open question, so that the question stands last."""
    if turn.then:
        return replace(turn, then=(*turn.then[:-1], *more, turn.then[-1]))
    if turn.opening or turn.acts:
        return replace(turn, then=more)
    return replace(turn, says=(*turn.says[:-1], *more, *turn.says[-1:]))


def _offered(scene: Scene, turn: Turn) -> Turn:
    queue = turn.thread.queue
    options = [(scene.books.topics[code].name, f"topic.{code}") for code in queue[:MOST]]
    thread, buttons = menu.offer(turn.thread, scene.now, *options, NEXT)
    said = Say(words("mentioned", topics=queue), buttons, loose=True)
    return replace(turn, thread=thread, then=(*turn.then, said))


def _still(scene: Scene, thread: Thread) -> tuple[str, ...]:
    """What still waits: not what is talked of by now."""
    topics = scene.books.topics
    return tuple(code for code in thread.queue if code != thread.topic and code in topics)


def followed(scene: Scene, turn: Turn) -> Turn:
    """When what came first is asked to the end, the next is offered; who says no is asked no more."""
    if turn.wants or not turn.thread.queue:
        return turn
    queue = _still(scene, turn.thread)
    turn = replace(turn, thread=replace(turn.thread, queue=queue))
    thread, before = turn.thread, scene.thread
    if not queue or thread.asking or thread.draft or thread.menu or any(say.urgent for say in turn.says):
        return turn
    if before.menu and menu.LATER in [option.value for option in before.menu] and not before.asking:
        declined = menu.chosen(before, (), scene.said.text, scene.now) == menu.LATER or scene.said.button == menu.LATER
        if declined:
            return replace(turn, thread=replace(thread, queue=()))
    ended = bool(before.asking or before.draft or turn.opening)
    answered = before.queue and turn.says and not context.facet(scene.said.text)
    return _offered(scene, turn) if ended or answered else turn
