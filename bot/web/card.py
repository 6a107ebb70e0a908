"""The open card of one case: a plain page by an unguessable link, made only of what its customer may read."""

import re
from collections.abc import Iterable

from aiohttp import web

from bot.desk.case import Case, Event, Lane, Secrecy
from bot.desk.errors import NoSuchCase
from bot.desk.moves import Move
from bot.desk.words import words
from bot.hall import cards, reception, veil, views
from bot.hall.data import Edition, HallData
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.wording import render
from bot.web import paper, routes
from bot.web.answers import HALL, Json, Refused, answer, say
from bot.web.reading import clean
from bot.web.routes import Route

PATH = "/card/"
HEADERS = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow, noarchive"}
_OVER = {"closed": "card.next.over", "cancelled": "card.next.cancelled"}
_WAITS = {"open": "card.next.accept", "resolved": "card.next.confirm", "waiting_customer": "card.next.customer"}
_HANDS = (Move.TRANSFER, Move.REASSIGN)
_FEES = re.compile(r"^(?:费用|收费)[：:]")
_FREE = re.compile(r"[^。；\n]*(?:不收费|不收任何费用|不收钱|免费)[^。；\n]*[。；]?")
_NUMBER = re.compile(r"(?<![\d-])\d{10,}(?!\d)")
"""A telephone or account: whoever the link was handed on to needs only its end."""
_LANES = {
    Lane.CUSTOMER: "card.lane.customer",
    Lane.FRONTSTAGE: "card.lane.frontstage",
    Lane.BACKSTAGE: "card.lane.backstage",
    Lane.SUPPORT: "card.lane.support",
}
_KEEPS = {
    "contact": "card.promise.contact",
    "reply": "card.promise.reply",
    "resolve": "card.promise.resolve",
    "said": "card.promise.said",
}
_DONE = {"kept": "做到了", "broken": "没做到"}


def bare(text: str, case: Case | None = None) -> str:
    """Words of the ledger as the card shows them: long numbers only by their end; nothing of who wants to stay unknown.

    Whoever works on such a case may come by its link, as the talk has it.
    """
    if case and case.secrecy is not Secrecy.OPEN:
        return veil.worded(case, text)
    return _NUMBER.sub(lambda found: "*" * (len(found[0]) - 4) + found[0][-4:], text)


def _person(data: HallData, no: str) -> str:
    """Name, work number and post, as everywhere."""
    staff = data.books.person(no)
    return render(data, words("person", name=staff.name, no=staff.no, post=staff.post)) or no


def fees(data: HallData, topic: str) -> list[str]:
    """What the handbook says about money in this matter, before any is due."""
    known = data.handbook.topics.get(topic)
    lines = render(data, words(f"answer:{topic}")).split("\n") if known else []
    found = [line for line in lines if _FEES.match(line)]
    found = found or [part for line in lines for part in _FREE.findall(line)]
    return found or [render(data, words("card.fees.none"))]


def _why(text: str, to: str, before: str) -> str:
    """Why the hands changed: the event without the lines that only name the two, who stand beside it anyway."""
    lines = text.split("\n")
    names = [line for line in lines[:2] if not any(no and f"（工号 {no}，" in line for no in (to, before))]
    return "\n".join([*names, *lines[2:]])


def changes(case: Case, events: Iterable[Event]) -> list[Json]:
    """Who answered for the case since when, by its public events, the first one first; why the hands changed."""
    found: list[Json] = []
    for event in events:
        to = str(event.facts.get("first_handler", ""))
        if event.move in _HANDS and to:
            before = str(event.facts.get("before", ""))
            why = _why(bare(str(event.text), case), to, before)
            found.append({"no": to, "at": event.at.isoformat(), "before": before, "text": why})
    first = found[0]["before"] if found else case.first_handler
    return [{"no": first, "at": case.opened_at.isoformat(), "before": "", "text": ""}, *found]


def following(data: HallData, case: Case, shown: Json) -> str:
    """Who acts next, and what."""
    who = _person(data, case.first_handler)
    state = shown["state"]
    if state in _OVER:
        return render(data, words(_OVER[state]))
    if case.transfer:
        asked = case.transfer.asks and not case.transfer.consented_at
        return render(data, words("card.next.consent" if asked else "card.next.leader"))
    if state in _WAITS:
        return render(data, words(_WAITS[state], who=who))
    step = next((one for one in shown["stages"] if one["state"] == "now"), None)
    step = step or next((one for one in shown["stages"] if one["state"] == "next"), None)
    if step is None:
        return render(data, words("card.next.handler", who=who))
    code = "card.next.step.customer" if step["lane"] == Lane.CUSTOMER else "card.next.step"
    return render(data, words(code, step=step["name"], who=who))


def _promises(data: HallData, shown: Json) -> list[Json]:
    """What was promised and what came of it, side by side."""
    names = {step["code"]: step["name"] for step in shown["stages"]}
    names |= {to: data.handbook.phrases[code] for to, code in _KEEPS.items()}
    return [
        {
            "name": names.get(one["to"], one["to"]),
            "promise_at": one["promise_at"],
            "ended_at": one["ended_at"],
            "state": one["state"],
            "said": _DONE.get(one["state"], "") if one["ended_at"] or one["broken"] else "",
        }
        for one in shown["promises"]
        if one["promise_at"]
    ]


def _timeline(data: HallData, case: Case, shown: Json, declined: Iterable[int]) -> list[Json]:
    """The public events, newest first, with names."""
    phrases, seqs = data.handbook.phrases, set(declined)
    found: list[Json] = []
    for event in reversed(shown["events"]):
        move = "decline" if event["seq"] in seqs else event["move"]
        staff = data.books.roster.staff.get(event["by"])
        who = f"{staff.name}（{staff.no}）" if staff else phrases.get(f"by.{event['by']}", event["by"])
        who = "" if staff and event["text"].startswith(f"{staff.name}（") else who
        label = phrases.get(f"move.{move}", "")
        found.append(
            {"at": event["at"], "who": who, "label": label, "text": bare(event["text"], case), "lane": event["lane"]}
        )
    return found


def card_json(edition: Edition, case: Case, ledger: Iterable[Event]) -> Json:
    """Everything the card says, from the customer's own Case JSON and the hands the public events name."""
    data, events = edition.data, tuple(event for event in ledger if event.public)
    shown = views.case_json(edition, case, events, None, views.NEVER)
    hands = changes(case, events)
    for hand in hands:
        hand["name"] = _person(data, hand["no"])
    declined = [event.seq for event in events if event.move == Move.REFUSE and "to" in event.facts]
    phrases = data.handbook.phrases
    lanes = [
        {
            "code": lane.value,
            "name": phrases[_LANES[lane]],
            "steps": [one | {"n": n} for n, one in enumerate(shown["stages"], 1) if one["lane"] == lane],
        }
        for lane in Lane
    ]
    return {
        "no": shown["no"],
        "matter": shown["topic_name"],
        "state": phrases.get(f"state.{shown['state']}", shown["state"]),
        "handler": _person(data, shown["first_handler"]["no"]),
        "since": hands[-1]["at"],
        "opened_at": shown["opened_at"],
        "cover": _cover(data, case),
        "hands": hands,
        "next": following(data, case, shown),
        "over": shown["state"] in (*_OVER, "resolved"),
        "lanes": [lane for lane in lanes if lane["steps"]],
        "papers": shown["papers"],
        "fees": fees(data, shown["topic"]),
        "promises": _promises(data, shown),
        "rating": shown["rating"],
        "timeline": _timeline(data, case, shown, declined),
        "rule": render(data, words("card.rule")),
        "share": render(data, words("card.share")),
        "object": render(data, words("card.object")),
    }


def _cover(data: HallData, case: Case) -> Json | None:
    """The named stand-in and till when."""
    if case.cover is None:
        return None
    return {
        "name": _person(data, case.cover.staff),
        "till": f"{case.cover.till.month}月{case.cover.till.day}日",
    }


async def show(request: web.Request) -> web.Response:
    """The card; a wrong or an old key is no page at all."""
    hall, key = request.app[HALL], request.match_info["key"]

    def looking(lists: Lists) -> Json | None:
        case = cards.case_by_key(lists, key)
        return card_json(hall.edition(), case, lists.events(case.no)) if case else None

    found = await hall.ledger.read(looking)
    if found is None:
        raise Refused(404, "not_found")
    return paper.page(request, "card.html", card=found)


async def link(request: web.Request, customer: str) -> web.Response:
    """Where one's own card is; a case from before cards gets one now. Anybody else's answers as no case at all."""
    hall, no = request.app[HALL], request.match_info["no"]

    def doing(page: Page) -> Case | None:
        try:
            case = page.case(no)
        except NoSuchCase:
            return None
        return cards.ensure(page, case) if case.customer == customer else None

    case = await hall.ledger.write(doing)
    if case is None:
        await reception.deny(hall, "customer", f"chat.card {customer}", clean(no)[:40])
        raise NoSuchCase(no)
    return answer(hall, {"card": f"{PATH}{case.card}", "text": say(hall, "card.share")})


async def unlinked(request: web.Request, response: web.StreamResponse) -> None:
    """The card's address leaves with no link of its page and stands in no index."""
    if request.path.startswith(PATH):
        response.headers.update(HEADERS)


def table() -> tuple[Route, ...]:
    """The card, and where it is."""
    return (
        routes.public("GET", f"{PATH}{{key}}", show),
        routes.customer("POST", "/api/chat/cases/{no}/card", link),
    )
