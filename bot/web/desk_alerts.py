"""Alerts as pages: everybody's own, a leader's four taps with what the customer would read, who answered."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from bot.desk.deciding import Decision
from bot.desk.errors import DeskError
from bot.desk.ladder import GRAVE
from bot.hall import brief, deciding, veil, views
from bot.hall.counter import Preview
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import OpenAlert
from bot.web import alerts, desk_facts, paper, routes, ways
from bot.web.answers import HALL, Json, Refused, refusal, refused_json
from bot.web.desk import frame
from bot.web.reading import clean, form_of, number_of
from bot.web.routes import Route
from bot.web.ways import Asker

HERE = "/desk/alerts"
MOST = 30
"""Alerts on one page."""
OFFERED = 6
"""Alerts that a leader can decide on the spot; the others are a tap away."""
_FIELDS = ("reason", "text", "to", "until")


def called(hall: Hall, why: str) -> str:
    """Why an alert was raised, as people say it."""
    return hall.edition().data.handbook.phrases.get(f"why.{why}", "告警")


def _offer(hall: Hall, one: deciding.Offer) -> Json:
    until = one.wish.until
    return {
        "decision": one.decision.value,
        "to": desk_facts.called(hall, one.wish.to) if one.wish.to else "",
        "until": until.isoformat() if until else "",
        "text": veil.covered(one.text),
    }


def _card(hall: Hall, alert: OpenAlert, offers: Sequence[Json]) -> Json:
    kind, now = called(hall, alert.why), hall.clock.now()
    shown = views.alert_json(alert)
    acked = f"{brief.who(hall, alert.acked_by)}" if alert.acked_by else ""
    return shown | {
        "kind": kind,
        "grave": alert.why in GRAVE,
        "text": shown["text"].removeprefix(kind).strip(),
        "age": paper.span(now - alert.at),
        "reached": [brief.who(hall, no) for no in alert.to],
        "acked_by": acked,
        "acked_at": alert.acked_at.isoformat() if alert.acked_at else "",
        "offers": list(offers),
        "helpers": [],
        "also": [],
        "decides": False,
    }


def cards(hall: Hall, lists: Lists, asker: Asker, found: Sequence[OpenAlert], *, decide: bool = True) -> list[Json]:
    """Alerts as a page shows them; the first few with what a leader may decide, and what its customer would read.

    A decision answers all that is open of one trouble: the alerts of a case stand together, under one decision.
    """
    leads = decide and alerts.leads(hall, asker.staff)
    shown: list[Json] = []
    for one in found:
        if decide and shown and one.case and shown[-1]["case"] == one.case:
            shown[-1]["also"].append(_card(hall, one, []))
            continue
        open_ = leads and len(shown) < OFFERED
        offers = [_offer(hall, offer) for offer in deciding.offers(hall, lists, asker.staff, one)] if open_ else []
        card = _card(hall, one, offers)
        if offers:
            case = lists.case(one.case)
            card |= {"helpers": desk_facts.to_choose(hall, case)["helpers"], "version": case.version}
        shown.append(card | {"decides": leads and not open_})
    return shown


def grave_first(found: Sequence[OpenAlert]) -> list[OpenAlert]:
    """What can hurt first, then the newest; those of one case together."""
    ranked = sorted(found, key=lambda one: one.why not in GRAVE)
    place: dict[str, int] = {}
    for n, one in enumerate(ranked):
        place.setdefault(one.case or f"#{one.id}", n)
    return sorted(ranked, key=lambda one: place[one.case or f"#{one.id}"])


@dataclass(frozen=True, slots=True)
class _Shown:
    """What this showing has beside the alerts: the one it is about, a refusal or a preview with what was typed."""

    status: int = 200
    only: int = 0
    trouble: Json | None = None
    preview: Json | None = None
    typed: Mapping[str, str] = field(default_factory=dict)


async def _page(request: web.Request, asker: Asker, shown: _Shown) -> web.Response:
    hall = request.app[HALL]
    after = number_of(request.query, "after", 0, alerts.HIGHEST)

    def looking(lists: Lists) -> Json:
        waiting = grave_first(alerts.raised(hall, lists, asker.staff, only_open=True))
        if shown.only:
            waiting = [one for one in waiting if one.id == shown.only]
        every = () if shown.only else alerts.raised(hall, lists, asker.staff, only_open=False)
        answered = [one for one in every if one.acked_by]
        rest = [one for one in answered if not after or one.id < after]
        return {
            "waiting": cards(hall, lists, asker, waiting[:MOST]),
            "total": len(waiting),
            "answered": cards(hall, lists, asker, rest[:MOST], decide=False),
            "answered_total": len(answered),
            "next": str(rest[MOST - 1].id) if len(rest) > MOST else "",
        }

    facts = await hall.ledger.read(looking)
    facts |= {
        "gone": bool(shown.only and not facts["waiting"]),
        "only": shown.only,
        "all": alerts.leads(hall, asker.staff),
        "trouble": shown.trouble,
        "preview": shown.preview,
        "typed": dict(shown.typed),
        "back": HERE,
        "request_id": secrets.token_urlsafe(12),
    }
    return paper.page(request, "alerts.html", shown.status, **facts, **frame(request, asker, "alerts"))


async def page(request: web.Request, asker: Asker) -> web.Response:
    """The alerts that reached the reader, for a leader all; `id`: that one alone."""
    return await _page(request, asker, _Shown(only=number_of(request.query, "id", 0, alerts.HIGHEST)))


def _back(form: Mapping[str, object], done: str) -> web.Response:
    target = ways.local(str(form.get("back", "")), "/board")
    return web.Response(status=303, headers={"Location": f"{target}?done={done}"})


async def acknowledge(request: web.Request, asker: Asker) -> web.Response:
    """Somebody answers for an alert, by its button."""
    form = await form_of(request)
    await alerts.answered(request, asker)
    return _back(form, "ack")


def _moment(text: str) -> str:
    """What a field of day and hour sends, as the interface takes it; anything else is refused there."""
    try:
        return datetime.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        return text


async def decide(request: web.Request, asker: Asker) -> web.Response:
    """A leader's tap: done and back to where he was; only looked at, or refused: the alert again, with what is said."""
    hall, form = request.app[HALL], await form_of(request)
    number = number_of(request.match_info, "id", 0, alerts.HIGHEST)
    typed = {name: clean(str(form.get(name, "")))[:4096] for name in _FIELDS}
    decision = clean(str(form.get("decision", "")))[:40]
    body: Json = {**typed, "until": _moment(typed["until"].strip()), "decision": decision}
    version = str(form.get("version", ""))[:18]
    body["version"] = int(version) if version.isascii() and version.isdigit() else None
    body |= {"id": clean(str(form.get("id", "")))[:128], "dry": bool(form.get("look"))}
    try:
        done = await alerts.decided(request, asker, body)
    except (DeskError, Refused) as error:
        refused = refusal(hall, error)
        if refused.status == 404:  # noqa: PLR2004 - there is no alert to show it on
            raise
        trouble = refused_json(hall, refused) | {"alert": number, "decision": decision}
        return await _page(request, asker, _Shown(refused.status, number, trouble, None, typed))
    if isinstance(done, Preview):
        preview = {"alert": number, "decision": decision, "text": veil.covered(done.text)}
        return await _page(request, asker, _Shown(200, number, None, preview, typed))
    return _back(form, f"decided_{Decision(decision.strip())}")


def table() -> tuple[Route, ...]:
    """The alerts' page and its buttons."""
    return (
        routes.staff("GET", HERE, "alerts.list", page, page=True),
        routes.staff("POST", "/board/alerts/{id}/ack", "alerts.ack", acknowledge, page=True),
        routes.staff("POST", "/board/alerts/{id}/decide", "alerts.decide", decide, page=True),
    )
