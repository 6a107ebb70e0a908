"""Several short messages are one thought: which belong together, and whether one more may still come."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.desk.books import Books
from bot.desk.case import Case
from bot.guide import context, form, menu, underway
from bot.guide.thread import Floor, Thread
from intents import slots
from intents.text import HAN, choice, normalise, wants_person
from intents.topic import TopicKind
from intents.understanding import Understanding, Zone

PIECE = 12
"""A message of more signs is a whole one."""
PICTURE = 3
"""After a picture without words its words are waited for so many times longer."""
LONGEST = 4
"""However long it goes on, the first message waits no more than so many times."""
_ENDED = re.compile("[。？！；~…）)]$|[吗呢嘛吧呗伐]$|了[啊呀]$")
_ASKS = re.compile("什么|怎么|咋|多少|几|哪|谁|为啥|啥|能不能|可不可以|是不是|有没有|要不要|行不行|如何|多久|人工|帮我")
_GREETING = re.compile(
    "(?:你好|您好|hello|hi|嗨|哈喽|喂|在吗|在不在|在么|有人吗|请问一?下?|我想问一?下?|问一?下|问个事|想咨询一?下?|早上好|上午好|下午好|晚上好|，|啊|呀)+"
)
_WHOLE_PLACE = re.compile(r"(?:[室户组队社]|\d{3,4}|[一二三四五六七八九十]{3,4})$")
_REQUEST = re.compile("(?:我?(?:要|想)?(?:帮我)?)?(?:查|看|开|缴|交|问|打印|下载).")
"""查电费: short, and yet all that is wanted."""
_LOOSE = ("scope", "name")
"""What a piece of a sentence seems to tell, and the whole does not: 我家."""
_DIGITS = re.compile(r"[\d\s-]+$")
_GOES_ON = re.compile(r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:幢|栋|座|号楼|单元|室|楼|层|弄|组|户)")
_PLAIN = re.compile(f"[{HAN}]+$")
SHORT = 6
"""A piece of so few signs is the beginning of a sentence."""


def _between(whole: str, text: str) -> str:
    """What stands between two pieces: nothing inside one sentence, one address or one number, else a new line."""
    if (_DIGITS.fullmatch(text) and _DIGITS.search(whole.rpartition("\n")[2])) or _GOES_ON.match(text):
        return ""
    short = len(whole.rpartition("\n")[2]) <= SHORT and _PLAIN.search(whole) and _PLAIN.match(text)
    return "" if short else "\n"


def joined(texts: Iterable[str]) -> str:
    """The messages as one text; a sentence, an address or a number told in pieces is one again."""
    whole = ""
    for text in filter(None, (one.strip() for one in texts)):
        whole = f"{whole}{_between(whole, text)}{text}" if whole else text
    return whole


def together(parts: Sequence[Understanding], whole: Understanding) -> Understanding:
    """What the messages mean as one: danger of any, facts and matters of each in their order."""
    facts = {name: text for part in parts for name, text in part.slots.items() if name not in _LOOSE}
    sure = [part for part in parts if part.zone is Zone.ANSWER]
    matters = dict.fromkeys(code for part in parts for code in (part.matters or (part.intent,) if part in sure else ()))
    best = whole
    if whole.zone is not Zone.ANSWER and sure:
        best = max(sure, key=lambda part: part.score)
    why = tuple(dict.fromkeys((*(reason for part in parts for reason in part.why if part.danger), *best.why)))
    danger = whole.danger or any(part.danger for part in parts)
    several = whole.matters or tuple(matters)
    return replace(best, slots=facts | whole.slots, danger=danger, why=why, matters=several if len(several) > 1 else ())


def alone(thread: Thread, cases: tuple[Case, ...], text: str, reopen_from: datetime) -> bool:
    """Whether a message is an answer by itself: a number, a label, a call for a person, a verdict on a case."""
    if thread.floor is Floor.STAFF or choice(text) is not None or wants_person(text):
        return True
    if text.strip() and underway.nags(text):
        return True
    if len(text.strip()) == 1:  # the last character of a name, told as proof
        return True
    return bool(menu.chosen(thread, cases, text, reopen_from)) or bool(menu.worded(thread, cases, text)[0])


def unfinished(text: str) -> bool:
    """Whether a text by its look may be a piece of something longer."""
    plain = normalise(text).strip()
    if _GREETING.fullmatch(plain):
        return True
    return 0 < len(plain) <= PIECE and not _ENDED.search(plain) and not _ASKS.search(plain)


def _answers(thread: Thread, text: str, now: datetime) -> bool:
    """Whether the open question is answered by the last piece, and nothing is missing in the answer."""
    if not thread.asking:
        return False
    told = slots.read(text, today=now.date(), asked=thread.asking).get(thread.asking, "")
    if thread.asking in ("address", "place"):
        return bool(_WHOLE_PLACE.search(told or normalise(text))) or form.declined(text)
    return bool(told) or form.declined(text)


def waits(
    books: Books, thread: Thread, cases: tuple[Case, ...], texts: Sequence[str], heard: Understanding, now: datetime
) -> timedelta:
    """How long one more message is waited for after the last of these; zero: they are answered now."""
    last = texts[-1]
    if not last.strip():  # a picture: its words come behind it
        return books.rules.burst * PICTURE
    if heard.danger or alone(thread, cases, last, now - books.rules.reopen) or not unfinished(last):
        return timedelta()
    topic = books.topics.get(heard.intent)
    courtesy = topic is not None and topic.code in ("thanks", "goodbye", "progress", "urge", "human_agent")
    settled = courtesy and topic is not None and topic.kind is TopicKind.TALK and heard.zone is Zone.ANSWER
    told = topic is not None and topic.kind in (TopicKind.ANSWER, TopicKind.ACCOUNT) and heard.zone is Zone.ANSWER
    if told and _REQUEST.match(normalise(last)):
        return timedelta()
    tail = joined(texts).rpartition("\n")[2]
    if settled or _answers(thread, tail, now) or context.facet(last) or underway.nags(last):
        return timedelta()
    return books.rules.burst
