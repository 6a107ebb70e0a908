"""What an outage does to each member's own case: joined, told once each news, resolved with it, taken out of it."""

from dataclasses import replace
from datetime import datetime

from bot.desk import pausing, promises, quiet
from bot.desk.books import Books
from bot.desk.case import CLOCK, Alert, Button, Case, Kind, Lane, Letter, Outcome, Promise, State
from bot.desk.clustering import REPORT
from bot.desk.dues import next_due
from bot.desk.incident import Incident, News, Sort
from bot.desk.incidents import ARRIVE
from bot.desk.moves import Move, after
from bot.desk.outcome import Draft, Entry, record, to_customer, to_staff
from bot.desk.promises import LIVE, Rung
from bot.desk.settling import settled
from bot.desk.words import Words, words

QUIET = (Rung.ACCEPT_REMIND, Rung.ACCEPT_ESCALATE)
"""What nobody is hurried with on a case whose outage a person has confirmed: it is worked on already."""
BACK, DARK = "来电了", "还没来电"
"""The two answers to the one question; they confirm or refuse the end of the case."""


def rung(incident: Incident) -> str:
    """The rung of the alert that asks somebody to confirm it."""
    return f"incident:{incident.no}"


def when(incident: Incident, now: datetime) -> Words:
    """When the light is to be back, or that nobody knows yet."""
    if incident.eta_at is None:
        return words("case.eta.none")
    return words("case.eta.late" if incident.eta_at <= now else "case.eta", eta=incident.eta_at)


def known(books: Books, incident: Incident, now: datetime, text: str = "") -> dict[str, object]:
    """What a customer may be told of an outage, and who answers for it."""
    return {
        "incident": incident.no,
        "area": incident.area,
        "cause": incident.cause,
        "eta": when(incident, now),
        "said": text,
        "responsible": books.person(incident.handler),
    }


def _facts(books: Books, case: Case, incident: Incident, now: datetime, text: str = "") -> dict[str, object]:
    handler = books.person(case.first_handler)
    return known(books, incident, now, text) | {"no": case.no, "topic": case.topic, "handler": handler}


def _entry(move: Move, by: str, text: Words, *, public: bool = True, **facts: str) -> Entry:
    return Entry(move, by, text, Lane.SUPPORT, public=public, facts=facts)


def joined(
    books: Books, case: Case, incident: Incident, by: str, now: datetime, *, told: int = 0, reason: str = ""
) -> Outcome:
    """The case belongs to the outage; its first handler stays. `told`: the news its customer knows already."""
    after(case.no, case.state, Move.LINK)
    moved = replace(case, incident=incident.no, told=told)
    moved = _unhurried(moved) if told else moved
    text = words("event.incident.joined", incident=incident.no, area=incident.area, reason=reason)
    entry = _entry(Move.LINK, by, text, public=told > 0, incident=incident.no)
    return record(books, moved, now, [entry])


def _unhurried(case: Case) -> Case:
    """Nobody is hurried, house by house, about what is worked on already; a promise that breaks is owned up to."""
    halves = (f"{rung}:{one.id}" for one in promises.running(case) for rung in (Rung.HALF, Rung.MOST))
    return replace(case, rungs=tuple(dict.fromkeys((*case.rungs, *QUIET, *halves))))


def _bare(case: Case) -> Case:
    """The case as if it had never belonged to any outage."""
    open_ = case.state is State.OPEN
    return replace(case, incident="", told=0, rungs=tuple(one for one in case.rungs if not open_ or one not in QUIET))


def left(books: Books, case: Case, incident: Incident, by: str, reason: str, now: datetime) -> Outcome:
    """The case is looked at by itself again; the customer hears it only if he had been told of the outage."""
    after(case.no, case.state, Move.UNLINK)
    tells = case.told > 0 and case.state in LIVE
    facts = _facts(books, case, incident, now) | {"reason": reason}
    text = words("event.incident.left", incident=incident.no, reason=reason)
    entry = _entry(Move.UNLINK, by, text, public=tells, incident=incident.no)
    moved = _bare(case)
    told = words("case.incident.left", **facts, promise=promises.next_promise(moved))
    letters = [to_customer(case, Kind.STATUS, told)] if tells else []
    return record(books, moved, now, [entry], letters)


def dark(case: Case, by: str) -> tuple[Case, tuple[Entry, ...]]:
    """Still dark after all: this case alone goes on by itself, what the outage wrote on it is not true of it."""
    if not case.incident:
        return case, ()
    text = words("event.incident.dark", incident=case.incident)
    entry = _entry(Move.UNLINK, by, text, incident=case.incident)
    return replace(case, incident="", told=0, closing={}), (entry,)


def suspect(books: Books, case: Case, incident: Incident, count: int, to: tuple[str, ...], now: datetime) -> Outcome:
    """The alert that asks a duty leader to confirm it, on the case of one member."""
    text = words(
        "alert.incident",
        incident=incident.no,
        area=incident.area,
        count=count,
        since=incident.began_at or incident.opened_at,
        handler=books.person(incident.handler),
    )
    alert = Alert(case.no, rung(incident), "incident", text, to, now, incident=incident.no)
    entry = _entry(Move.ESCALATE, CLOCK, words("event.incident.alert", incident=incident.no), public=False)
    people = dict.fromkeys((*to, incident.handler))
    letters = [to_staff(no, Kind.ALERT if no in to else Kind.NOTICE, text) for no in people]
    outcome = record(books, case, now, [entry], letters, alerts=[alert])
    return replace(outcome, letters=tuple(replace(one, incident=incident.no) for one in outcome.letters))


# ---- one piece of news, one letter


def news(books: Books, case: Case, incident: Incident, now: datetime) -> Outcome | None:
    """Everything this customer has not been told yet, in one letter; None: he knows it all.

    Whose case has ended meanwhile hears nothing more.
    """
    fresh = [one for one in incident.news if one.n > case.told]
    if not fresh:
        return None
    if case.state not in LIVE:
        return Outcome(replace(case, told=incident.told), ())
    sorts = {one.kind for one in fresh}
    if Sort.CALLED_OFF in sorts:
        outcome = _called_off(books, case, incident, fresh, now)
    elif Sort.RESTORED in sorts:
        outcome = _restored(books, case, incident, fresh, now)
    else:
        outcome = _told(books, case, incident, fresh, now)
    return _keyed(outcome, incident)


def _keyed(outcome: Outcome, incident: Incident) -> Outcome:
    """Its letter by case and news, so that no crash sends it twice; no push goes before danger."""
    no, case = incident.no, outcome.case
    news_of = (Kind.STATUS,)

    def one(letter: Letter) -> Letter:
        if letter.to != f"customer:{case.customer}" or letter.kind not in news_of:
            return letter
        return replace(letter, key=f"incident:{no}:{case.no}:{incident.told}", urgent=False, incident=no)

    return replace(outcome, letters=tuple(one(letter) for letter in outcome.letters))


def _texts(fresh: list[News]) -> str:
    return "\n".join(one.text for one in fresh if one.text)


def _told(books: Books, case: Case, incident: Incident, fresh: list[News], now: datetime) -> Outcome:
    moved = _unhurried(replace(case, told=incident.told))
    moved, kept = _reached(books, moved, incident, fresh)
    facts = _facts(books, case, incident, now, _texts(fresh))
    first = any(one.kind == Sort.CONFIRMED for one in fresh)
    text = words("event.incident.confirmed" if first else "event.incident.update", **facts)
    letter = words("case.incident.confirmed" if first else "case.incident.update", **facts)
    entry = _entry(Move.LINK if first else Move.NOTE, fresh[-1].by, text)
    outcome = record(books, moved, now, [entry, *kept], [to_customer(case, Kind.STATUS, letter)])
    return replace(outcome, case=_till_then(books, outcome.case, incident))


def _till_then(books: Books, case: Case, incident: Incident) -> Case:
    """Who was told when the light comes back is not told before then that nothing has changed."""
    if case.beat_at is None or incident.eta_at is None:
        return case
    moved = replace(case, beat_at=max(case.beat_at, quiet.awake(books, case, incident.eta_at)))
    return replace(moved, due_at=next_due(moved, books.rules))


def _reached(books: Books, case: Case, incident: Incident, fresh: list[News]) -> tuple[Case, tuple[Entry, ...]]:
    """The step all members have reached together: what was promised till then is kept, or was not."""
    stage = next((one for one in reversed(fresh) if one.stage), None)
    codes = [step.code for step in books.steps(case.topic)]
    if stage is None or stage.stage not in codes or case.stage not in codes:
        return case, ()
    here = codes.index(stage.stage)
    if here <= codes.index(case.stage) or case.state not in (State.ACCEPTED, State.IN_PROGRESS):
        return _arrived(case, incident)
    moved = replace(case, state=after(case.no, case.state, Move.STAGE), stage=stage.stage)
    moved = replace(moved, stages_done=tuple(dict.fromkeys((*case.stages_done, *codes[:here]))))
    return _arrived(moved, incident)


def _arrived(case: Case, incident: Incident) -> tuple[Case, tuple[Entry, ...]]:
    """That somebody came is kept for all: the crew is where the fault is."""
    if incident.arrived_at is None:
        return case, ()
    return settled(case, lambda promise: promise.to == ARRIVE, incident.arrived_at)


def _closing(books: Books, case: Case, incident: Incident, now: datetime) -> dict[str, str]:
    """The closing checklist as far as the outage answers it; what somebody wrote on the case itself stays."""
    restored = incident.restored_at or now
    found = {
        "began_at": _moment(books, min(incident.began_at or case.begun_at, case.begun_at)),
        "arrived_at": _moment(books, incident.arrived_at) if incident.arrived_at else "",
        "cause": incident.cause,
        "measures": incident.measures,
        "restored_at": _moment(books, restored),
        "contact": _moment(books, now),
    }
    topic = books.topics.get(case.topic)
    asked = {item.field for item in (topic.closing if topic else ())}
    return {name: text for name, text in found.items() if text and name in asked} | dict(case.closing)


def _moment(books: Books, at: datetime) -> str:
    return f"{at.astimezone(books.calendar.zone):%Y-%m-%d %H:%M}"


def _restored(books: Books, case: Case, incident: Incident, fresh: list[News], now: datetime) -> Outcome:
    """The light is back: the case is done with the outage's facts, its customer asked; danger is not over by it."""
    facts = _facts(books, case, incident, now, _texts(fresh))
    by, at = fresh[-1].by, incident.restored_at or now
    if case.topic != REPORT:
        moved, kept = _arrived(replace(case, told=incident.told), incident)
        letter = to_customer(case, Kind.STATUS, words("case.incident.light", **facts))
        return record(
            books, moved, now, [_entry(Move.NOTE, by, words("event.incident.restored", **facts)), *kept], [letter]
        )
    taken: list[Entry] = []
    moved = pausing.lifted(books, case, by, now)
    if moved.state is State.OPEN:
        moved = replace(moved, state=after(case.no, moved.state, Move.ACCEPT), accepted_at=now)
        taken.append(_entry(Move.ACCEPT, by, words("event.incident.accepted", incident=incident.no)))
    moved, arrived = _arrived(moved, incident)
    state = after(case.no, moved.state, Move.RESOLVE)
    filled = _closing(books, moved, incident, now)
    moved, kept = settled(replace(moved, state=state, closing=filled), _any, at)
    moved = replace(moved, told=incident.told, resolved_at=at, transfer=None)  # its steps stay: nobody was in there
    entry = Entry(Move.RESOLVE, by, words("event.incident.restored", **facts), facts=filled)
    asked = to_customer(
        case,
        Kind.STATUS,
        words("case.incident.restored", **facts),
        Button(BACK, f"confirm.{case.no}"),
        Button(DARK, f"refuse.{case.no}"),
    )
    return record(books, moved, now, [*taken, *arrived, entry, *kept], [asked])


def _any(_promise: Promise) -> bool:
    return True


def _called_off(books: Books, case: Case, incident: Incident, fresh: list[News], now: datetime) -> Outcome:
    """There was no such outage: everybody's case goes on by itself."""
    moved = _bare(case)
    facts = _facts(books, case, incident, now, _texts(fresh)) | {"promise": promises.next_promise(moved)}
    entry = _entry(Move.UNLINK, fresh[-1].by, words("event.incident.called_off", incident=incident.no))
    letters: list[Draft] = [to_customer(case, Kind.STATUS, words("case.incident.called_off", **facts))]
    return record(books, moved, now, [entry], letters)


# ---- a report that comes while it runs


def opened(case: Case, incident: Incident) -> tuple[Case, tuple[Entry, ...]]:
    """A new case that joins at once; what is known its receipt tells."""
    moved = replace(case, incident=incident.no, told=incident.told)
    text = words("event.incident.joined", incident=incident.no, area=incident.area, reason="")
    entry = _entry(Move.LINK, CLOCK, text, public=incident.told > 0, incident=incident.no)
    return (_unhurried(moved) if incident.told else moved), (entry,)
