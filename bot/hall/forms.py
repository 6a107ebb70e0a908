"""Unfinished forms 没填完的登记: the guide comes back to each once, and lets it go when nothing follows."""

import logging
from dataclasses import replace
from datetime import datetime

from bot.desk import quiet
from bot.desk.books import Books
from bot.desk.case import Kind, Letter
from bot.desk.words import Words, words
from bot.guide import form, matter
from bot.guide.said import Say
from bot.guide.thread import Floor, Thread
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.wording import render
from intents.slots import mask
from intents.topic import Topic, TopicKind

log = logging.getLogger(__name__)

LOOK = 200
BACK = 30
"""Lines of the talk among which the customer's last word is looked for."""


def timed(books: Books, thread: Thread, now: datetime) -> Thread:
    """The thread as a turn leaves it: a form still open is come back to, one that ended is not."""
    return replace(thread, wake_at=now + books.rules.draft_nudge if thread.draft else None)


async def walk(hall: Hall) -> int:
    """Every form whose time has come, each a page; how many customers heard something."""
    now = hall.clock.now()
    told = 0
    for customer in await hall.ledger.read(lambda lists: lists.forms_due(now, LOOK)):
        try:
            told += await hall.ledger.write(lambda page, customer=customer: _look(hall, page, customer, now))  # type: ignore[misc]
        except Exception:
            log.exception("form failed")
    if told:
        hall.outbox_has_work()
    return told


def _look(hall: Hall, page: Page, customer: str, now: datetime) -> int:
    """One form: nudged once, let go at the end, never at night nor while somebody else speaks."""
    books, thread = hall.edition().data.books, page.thread(customer)
    if thread.wake_at is None or thread.wake_at > now:
        return 0
    topic = books.topics.get(thread.topic)
    if not thread.draft or topic is None:
        page.keep(replace(thread, wake_at=None))
        return 0
    morning = quiet.until(books, now)
    if morning or thread.floor is Floor.STAFF or page.undone(customer):
        page.keep(replace(thread, wake_at=morning or now + books.rules.draft_nudge))
        return 0
    ends = (_last_word(page.lists(), customer) or thread.begun_at or now) + books.rules.draft_keep
    key = f"form:{customer}:{thread.topic}:{int((thread.begun_at or now).timestamp())}"
    if now >= ends:
        page.keep(replace(matter.laid_aside(thread), topic="", wake_at=None))
        return _say(hall, page, thread, f"{key}:gone", Say(words("form.let_go", topic=thread.topic)))
    if topic.kind is TopicKind.DANGER or page.lists().posted(f"{key}:nudge"):
        page.keep(replace(thread, wake_at=ends))
        return 0
    after, say = _nudged(thread, topic, now)
    page.keep(replace(after, wake_at=ends))
    return _say(hall, page, thread, f"{key}:nudge", say)


def _last_word(lists: Lists, customer: str) -> datetime | None:
    """When the customer last said something."""
    lines = lists.lines(customer, max(lists.last_seq(customer) - BACK, 0), BACK)
    return max((line.at for line in lines if line.sender == "customer"), default=None)


def _nudged(thread: Thread, topic: Topic, now: datetime) -> tuple[Thread, Say]:
    """The word about it, with the open question as it was put first."""
    if not thread.asking:
        return thread, Say(words("form.nudge", topic=topic.code))
    asked, question = form.ask(replace(thread, asking="", tries=0), topic, thread.asking, now)
    text: Words = words("joined", first=words("form.nudge", topic=topic.code), second=question.text)
    return replace(asked, tries=thread.tries), replace(question, text=text)


def _say(hall: Hall, page: Page, thread: Thread, key: str, say: Say) -> int:
    """One letter about the form; of a private matter under the number kept for it."""
    data, now = hall.edition().data, hall.clock.now()
    letter = Letter(f"customer:{thread.customer}", Kind.NUDGE, key, say.text, thread.number, say.buttons)
    return int(page.post(letter, now, lambda text: mask(render(data, text))))
