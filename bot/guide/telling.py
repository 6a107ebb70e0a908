"""Answers reckoned from the hall's own data: lines put together, and the honest word where a system is silent."""

from dataclasses import replace
from datetime import date
from functools import reduce

from bot.desk.case import Case
from bot.desk.standing import status
from bot.desk.words import Words, words
from bot.guide import menu
from bot.guide.said import Say, Scene, Turn
from bot.guide.thread import Thread
from bot.guide.wants import Finding, Want

HUMAN = ("转人工", "human")
AGAIN = ("再查一次", "account.again")


def today(scene: Scene) -> date:
    """The day the message was heard, in the hall."""
    return scene.said.at.astimezone(scene.books.calendar.zone).date()


def day_of(scene: Scene) -> date | None:
    """The day the message names."""
    try:
        return date.fromisoformat(scene.said.understood.slots.get("date", ""))
    except ValueError:
        return None


def standing(scene: Scene, case: Case, code: str = "case.status") -> Words:
    """Where a case stands, with everything this customer may know of it."""
    since, card = scene.since.get(case.no), scene.cards.get(case.no, "")
    return status(scene.books, case, scene.now, code, since=since, card=card)


def lines(first: Words, *more: Words) -> Words:
    """Several things said in one letter, one under the other."""
    return reduce(lambda said, one: words("joined", first=said, second=one), more, first)


def seek(scene: Scene, want: Want) -> Finding | Turn:
    """What was found; a turn that asks for it where nobody has looked yet."""
    found = scene.found.get(want)
    return Turn(scene.thread, wants=want) if found is None else found


def with_slots(thread: Thread, **slots: str) -> Thread:
    """The thread knowing more; an empty value forgets."""
    return replace(thread, slots={name: text for name, text in {**thread.slots, **slots}.items() if text})


def about(scene: Scene, thread: Thread) -> Thread:
    """What a person taking over should know: the matter that was talked about."""
    topic = scene.books.topics.get(thread.topic)
    return with_slots(thread, about=topic.name) if topic else thread


def slow(scene: Scene, thread: Thread, *before: Words) -> Turn:
    """The system behind is silent: said so, a person offered, and to look again; nothing is guessed."""
    quiet = replace(about(scene, thread), asking="", tries=0, misses=0)
    after, buttons = menu.offer(quiet, scene.now, AGAIN, HUMAN)
    return Turn(after, (Say(lines(*before, words("business.slow")), buttons),))
