"""What a case's page shows beside the Case JSON: tasks, hands that wait, whom one may name, facts, canned replies."""

import re
from datetime import timedelta

from aiohttp import web

from bot.desk.case import Case, Post
from bot.desk.correcting import CLASSES, LEVELS
from bot.desk.leading import about
from bot.desk.moves import Move
from bot.desk.posts import CONTRACTS
from bot.desk.rights import Relation, relation
from bot.desk.roster import Staff, posts_at
from bot.desk.words import words
from bot.hall import brief, replies, veil, visiting
from bot.hall.house import Hall
from bot.hall.wording import render
from bot.web.answers import Json
from bot.web.paper import span
from bot.web.ways import Asker

BARE = ("phone", "account_no", "name")
"""Facts that the page masks: what revealing is for."""
COMPLAINT = "complaint"
_BLANK = re.compile(r"[{｛][^{}｛｝]{0,40}[}｝]|[_＿]{2,}")


def label(hall: Hall, slot: str) -> str:
    """A fact's name as people say it."""
    return hall.edition().data.handbook.phrases.get(f"slot.{slot}", slot)


def called(hall: Hall, to: str) -> str:
    """Whom a task is for: a person, a team or a post."""
    data = hall.edition().data
    if to in data.teams:
        return data.teams[to].name
    return data.handbook.phrases.get(f"post.{to}", "") or brief.who(hall, to)


def tasks(hall: Hall, found: Case) -> list[Json]:
    """The helpers' tasks, with whom they are for and where they stand."""
    return [
        {
            "text": one.text,
            "to": called(hall, one.to),
            "by": brief.who(hall, one.by),
            "helper": brief.who(hall, one.helper) if one.helper and one.taken_at else "",
            "due_at": one.due_at.isoformat() if one.due_at else "",
            "done_at": one.done_at.isoformat() if one.done_at else "",
            "result": one.result,
        }
        for one in found.tasks
    ]


def to_choose(hall: Hall, found: Case) -> Json:
    """Whom one may name: people for a change of hands, for help teams and posts too."""
    data = hall.edition().data
    barred = (found.first_handler, *found.hidden_from)
    people = [
        {"value": one.no, "name": f"{one.name}（{called(hall, one.post.value)}）"}
        for one in data.books.roster.staff.values()
        if one.on and one.post is not Post.NONE and one.no not in barred and found.customer not in one.avoid
    ]
    teams = [{"value": team.key, "name": team.name} for team in data.teams.values()]
    posts = [{"value": post.value, "name": called(hall, post.value)} for post in Post if post is not Post.NONE]
    return {"people": people, "helpers": [*people, *teams, *posts]}


def transfer(hall: Hall, found: Case, events: list[Json]) -> Json | None:
    """The change of hands that waits: to whom, why, and what the customer said to it."""
    wish = found.transfer
    if wish is None:
        return None
    said = next((one["text"] for one in reversed(events) if one["move"] == Move.CONSENT), "")
    return {
        "to": wish.to,
        "name": brief.who(hall, wish.to),
        "by": brief.who(hall, wish.by),
        "reason": wish.reason,
        "asked_at": wish.asked_at.isoformat(),
        "asks": wish.asks,
        "consented_at": wish.consented_at.isoformat() if wish.consented_at else "",
        "said": said if wish.consented_at else "",
    }


def callback(hall: Hall, found: Case, asker: Asker) -> Json | None:
    """The callback a low rating asks for; whether this reader may make it."""
    owed = found.callback
    if owed is None:
        return None
    return {
        "about": brief.who(hall, owed.about),
        "due_at": owed.due_at.isoformat(),
        "done": brief.who(hall, owed.by) if owed.done_at else "",
        "mine": asker.staff.no not in about(found),
    }


def facts_of(hall: Hall, found: Case, shown: Json) -> Json:
    """The facts that may be corrected, and those that may be looked at bare."""
    topic = hall.edition().data.books.topics.get(found.topic)
    names = dict.fromkeys((*found.slots, *(ask.slot for ask in (topic.asks if topic else ()))))
    rows = [
        {"name": name, "label": label(hall, name), "value": visiting.plain(shown["slots"].get(name, ""))}
        for name in names
        if name not in ("class", "level")
    ]
    return {"correctable": rows, "masked": [row for row in rows if row["name"] in BARE and row["value"]]}


def decided(hall: Hall, found: Case, asker: Asker) -> Json | None:
    """A complaint's class and level, for a duty leader to decide."""
    books = hall.edition().data.books
    leads = Relation.LEADER in relation(found, asker.staff, books.roster, hall.clock.now())
    if found.topic != COMPLAINT or not leads:
        return None
    rows = {"class": CLASSES, "level": LEVELS}
    return {
        name: {
            "now": found.slots.get(name, ""),
            "choices": [{"value": one, "name": label(hall, f"{name}.{one}")} for one in choices],
        }
        for name, choices in rows.items()
    }


def picked(hall: Hall, request: web.Request, found: Case, asker: Asker) -> Json:
    """The canned replies, and the one that was picked, with the blanks still to be filled."""
    data, now = hall.edition().data, hall.clock.now()
    known = veil.knows(data.books, found, asker.staff, now)
    rows = replies.replies_json(data, found.topic, found, asker.staff, known=known)
    text = next((row["text"] for row in rows if row["code"] == request.query.get("say", "")), "")
    return {"replies": rows, "picked": text, "blanks": list(dict.fromkeys(_BLANK.findall(text)))}


def phrase(hall: Hall, code: str, **facts: object) -> str:
    """A phrase of the hall, filled."""
    return render(hall.edition().data, words(code, **facts))


def _of_post(hall: Hall, post: Post, part: str, code: str, **facts: object) -> str:
    """A post's own words for one part of its contract, else those that all posts share."""
    known = hall.edition().data.handbook.phrases
    codes = (f"post.{whose}.{part}.{one}" for one in (code, code.rpartition(".")[2]) for whose in (post, "any"))
    return phrase(hall, next((one for one in codes if one in known), f"post.any.{part}.{code}"), **facts)


def contracts(hall: Hall, staff: Staff) -> list[Json]:
    """The contract of every post somebody stands at now: what comes in, its clocks, what to fill before handing on."""
    books = hall.edition().data.books
    here = {staff.post, *posts_at(books.roster, staff.no, hall.clock.now())}
    found: list[Json] = []
    for post in Post:
        contract = CONTRACTS.get(post)
        if contract is None or post not in here:
            continue
        clocks = {rule: getattr(books.rules, rule) for rule in contract.clock}
        found.append(
            {
                "code": post.value,
                "name": called(hall, post.value),
                "takes": [_of_post(hall, post, "takes", one) for one in contract.takes],
                "clock": [
                    _of_post(hall, post, "clock", rule, span=span(at) if isinstance(at, timedelta) else str(at))
                    for rule, at in clocks.items()
                ],
                "exit": [
                    {
                        "name": hall.edition().data.handbook.phrases[f"move.{move}"],
                        "needs": [_of_post(hall, post, "exit", f"{move}.{need}") for need in needs],
                    }
                    for move, needs in contract.exit.items()
                ],
            }
        )
    return found
