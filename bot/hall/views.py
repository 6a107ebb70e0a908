"""The hall's values as the outside reads them: one renderer for customer, desk, command line and drill."""

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.desk import promises as clockwork
from bot.desk import rights
from bot.desk.case import Case, Event, Kind, Lane, Priority, State
from bot.desk.correcting import DECIDED
from bot.desk.roster import Staff
from bot.guide.thread import Thread
from bot.hall import clocks, hands, sight, veil, visiting
from bot.hall.data import Edition, HallData
from bot.hall.hands import at, person_json
from bot.hall.records import Line, OpenAlert, Posted
from intents.understanding import Understanding

Json = dict[str, Any]
NEVER = datetime.min.replace(tzinfo=UTC)


def understood_json(understood: Understanding) -> dict[str, object]:
    """The object of `hall understand`."""
    return {
        "intent": understood.intent,
        "score": round(understood.score, 4),
        "candidates": list(understood.candidates),
        "matters": list(understood.matters),
        "slots": dict(understood.slots),
        "danger": understood.danger,
        "zone": understood.zone.value,
    }


def masked(name: str, value: str) -> str:
    """A private slot as the desk shows it: enough to recognise, not to use."""
    if name in ("phone", "account_no") and len(value) > 4:  # noqa: PLR2004 - the last four stay
        return "*" * (len(value) - 4) + value[-4:]
    if name == "name" and value:
        return value[0] + "*" * (len(value) - 1)
    return value


def event_json(event: Event, *, inside: bool = True) -> Json:
    """One line of the ledger; the facts behind it (the closing checklist) stay inside the hall."""
    return {
        "seq": event.seq,
        "at": at(event.at),
        "lane": event.lane.value,
        "by": event.by,
        "move": event.move,
        "public": event.public,
        "text": str(event.text),
    } | ({"facts": dict(event.facts)} if inside else {})


def stages_json(data: HallData, case: Case) -> list[Json]:
    """The blueprint of this case: done, now, next."""
    over = case.state in (State.RESOLVED, State.CLOSED)

    def state(code: str) -> str:
        if over or code in case.stages_done:
            return "done"
        return "now" if code == case.stage else "next"

    return [
        {"code": step.code, "name": step.name, "state": state(step.code), "lane": step.lane, "post": step.post}
        for step in data.books.steps(case.topic)
    ]


def moves_of(data: HallData, case: Case, asker: Staff, now: datetime) -> list[str]:
    """What the asker may do to this case now."""
    return [move.value for move in rights.moves_of(case, asker, data.books.roster, now)]


def _papers(data: HallData, case: Case) -> list[Json]:
    theirs = (step for step in data.books.steps(case.topic) if step.lane == Lane.CUSTOMER)
    named = dict.fromkeys((*(paper for step in theirs for paper in step.papers), *case.papers))
    return [{"name": name, "state": case.papers.get(name, "missing")} for name in named]


def _closing(data: HallData, case: Case) -> list[Json]:
    topic = data.books.topics.get(case.topic)
    return [
        {"field": item.field, "label": item.label, "needed": item.needed, "value": case.closing.get(item.field, "")}
        for item in (topic.closing if topic else ())
    ]


def _rating(case: Case) -> Json | None:
    if case.rating is None or case.rating.score is None:
        return None
    return {"score": case.rating.score, "words": case.rating.words, "at": at(case.rating.at)}


def case_row(edition: Edition, case: Case, *, known: bool = True) -> Json:
    """A case in a list: everything but its events; `known`: whether the reader may know whose it is."""
    data = edition.data
    topic = data.books.topics.get(case.topic)
    nearest = clockwork.next_promise(case)
    step = next((step.name for step in data.books.steps(case.topic) if step.code == case.stage), "")
    return {
        "no": case.no,
        "topic": case.topic,
        "topic_name": topic.name if topic else case.topic,
        "state": case.state.value,
        "priority": case.priority.value,
        "customer": case.customer if known else veil.WHOLLY,
        "first_handler": person_json(data, case.first_handler),
        "helpers": [person_json(data, no) for no in case.helpers],
        "cover": hands.cover_json(data, case),
        "transfer": hands.transfer_json(data, case),
        "secrecy": case.secrecy.value,
        "opened_at": at(case.opened_at),
        "accepted_at": at(case.accepted_at),
        "resolved_at": at(case.resolved_at),
        "closed_at": at(case.closed_at),
        "promise": clocks.promise_json(data, case, nearest) if nearest else None,
        "promises": [clocks.promise_json(data, case, promise) for promise in case.promises],
        "stage": case.stage,
        "stage_name": step,
        "rating": _rating(case),
        "urges": case.urges,
        "version": case.version,
    }


def case_json(
    edition: Edition,
    case: Case,
    events: tuple[Event, ...],
    asker: Staff | None,
    now: datetime,
    hidden: Collection[str] = (),
) -> Json:
    """The whole Case JSON; asker None is the customer, who reads the same timeline without internal words.

    `hidden`: numbers of other cases of the customer that do not exist for this reader.
    """
    if asker is None:
        return _for_customer(edition, case, events)
    data = edition.data
    known = veil.knows(data.books, case, asker, now)
    others = set(hidden) - {case.no}
    seen = sight.events(events, others)
    row = _whole(edition, case, seen, known=known)
    row["events"] = [event_json(event) | {"text": veil.words_of(case, str(event.text), known=known)} for event in seen]
    row["links"] = [no for no in case.links if known and no not in others]
    row["slots"] = slots_json(case, known=known)
    row["closing"] = _closing(data, case)
    row["moves"] = moves_of(data, case, asker, now)
    return row | hands.inside(data, case, asker, now)


def _whole(edition: Edition, case: Case, events: tuple[Event, ...], *, known: bool = True) -> Json:
    """What customer and staff read alike."""
    row = case_row(edition, case, known=known)
    return row | {
        "handled": hands.handled_json(edition.data, case, events),
        "stages": stages_json(edition.data, case),
        "papers": _papers(edition.data, case),
        "links": list(case.links),
        "pauses": [clocks.pause_json(edition.data, one) for one in case.pauses],
        "incident": case.incident or None,
    }


def _for_customer(edition: Edition, case: Case, events: tuple[Event, ...]) -> Json:
    """The open ledger's one rule: exactly the public events, and nothing that only the hall goes by."""
    row = _whole(edition, case, events)
    for promise in (*row["promises"], row["promise"] or {}):
        promise.pop("internal_at", None)
    told = [event_json(event, inside=False) for event in events if event.public]
    slots = visiting.shown({name: value for name, value in case.slots.items() if name not in DECIDED})
    row["pauses"] = [one for one in row["pauses"] if not one["task"]]
    return row | {"events": told, "slots": slots, "moves": []}


def slots_json(case: Case, *, known: bool = True) -> Json:
    """A case's facts as staff read them: private ones masked, wholly where nobody may know whose case it is."""
    told = {
        name: veil.WHOLLY if not known and name in veil.PERSONAL and value else masked(name, value)
        for name, value in case.slots.items()
    }
    return visiting.shown(told)


def draft_json(edition: Edition, thread: Thread) -> Json:
    """An unfinished form as a case in state draft: no number, no promise, no first handler."""
    topic = edition.data.books.topics.get(thread.topic)
    bare = Case(
        no="",
        topic=thread.topic,
        state=State.DRAFT,
        priority=Priority(topic.priority) if topic else Priority.NORMAL,
        customer=thread.customer,
        first_handler="",
        opened_at=thread.begun_at or NEVER,
        begun_at=thread.begun_at or NEVER,
        slots=thread.slots,
        version=thread.version,
    )
    row = case_json(edition, bare, (), None, NEVER) | {"closing": [], "begun_at": at(thread.begun_at)}
    row["slots"] = visiting.shown({name: masked(name, value) for name, value in thread.slots.items()})
    row["missing"] = [ask.slot for ask in (topic.asks if topic else ()) if not thread.slots.get(ask.slot)]
    return row | {"no": None, "first_handler": None, "opened_at": None}


def line_json(line: Line) -> Json:
    """One message of the talk."""
    found: Json = {
        "seq": line.seq,
        "at": at(line.at),
        "from": line.sender,
        "text": line.text,
        "buttons": [{"label": button.label, "value": button.value} for button in line.buttons],
        "files": [
            {"name": file.name, "type": file.type, "size": file.size, "url": f"/api/chat/files/{file.key}"}
            for file in line.files
        ],
    }
    optional = {"name": line.name, "case": line.case, "id": line.id, "replaces": line.replaces}
    found.update({key: value for key, value in optional.items() if value})
    return found


def heard_json(line: Line) -> Json:
    """One message as staff read it: the customer's own with how it was understood."""
    return line_json(line) | ({"heard": dict(line.heard)} if line.heard is not None else {})


def letter_json(letter: Posted) -> Json:
    """One letter of the outbox."""
    return {
        "seq": letter.seq,
        "at": at(letter.at),
        "to": letter.to,
        "kind": letter.kind,
        "case": letter.case or None,
        "incident": letter.incident or None,
        "text": letter.text,
        "buttons": [{"label": button.label, "value": button.value} for button in letter.buttons],
        "replaces": letter.replaces,
        "channels": list(letter.channels),
        "state": "waiting" if letter.state == "sending" else letter.state,
        "tries": letter.tries,
        "key": letter.key,
    } | ({"figures": dict(letter.figures)} if letter.kind == Kind.DIGEST else {})


def alert_json(alert: OpenAlert) -> Json:
    """One alert of the board."""
    return {
        "id": alert.id,
        "at": at(alert.at),
        "why": alert.why,
        "rung": alert.rung,
        "case": alert.case or None,
        "incident": alert.incident or None,
        "text": veil.covered(alert.text),
        "to": list(alert.to),
        "acked": {"by": alert.acked_by, "at": at(alert.acked_at)} if alert.acked_by else None,
    }


def thread_json(edition: Edition, thread: Thread) -> Json:
    """The talk's thread as staff read it."""
    topic = edition.data.books.topics.get(thread.topic)
    missing = [ask.slot for ask in (topic.asks if topic else ()) if not thread.slots.get(ask.slot)]
    return {
        "topic": thread.topic or None,
        "slots": {name: masked(name, value) for name, value in thread.slots.items()},
        "missing": missing if thread.draft or thread.pending else [],
        "asking": thread.asking or None,
        "draft": thread.draft,
        "floor": thread.floor.value,
        "speaker": thread.speaker or None,
    }


def slice_json(items: list[Json], following: str, total: int) -> Mapping[str, object]:
    """One slice of a paged list."""
    return {"items": items, "next": following or None, "total": total}
