"""The life of an outage 停电事件: suspected, confirmed by a person, told on, over, everybody asked."""

import re
from dataclasses import dataclass, replace
from datetime import datetime

from bot.desk.books import Books
from bot.desk.case import Post
from bot.desk.errors import DeskError, Missing, NotYours
from bot.desk.incident import Incident, News, Phase, Sort
from bot.desk.roster import Staff, duty_leaders
from bot.desk.speech import fit, sensible

ARRIVE = "arrive"
STAGES = (ARRIVE, "repair")
"""Steps of the blueprint that all members reach together."""
_WORDS = re.compile(r"[^\W\d_].*[^\W\d_]", re.DOTALL)
"""Two letters at least."""


@dataclass(eq=False)
class NotYourIncident(NotYours):
    """Neither its handler nor a duty leader; kept as `deny`."""

    code = "not_your_incident"


@dataclass(eq=False)
class NotNow(DeskError):
    """Against the life of an outage: from here it does not go there."""

    no: str
    state: str
    move: str
    code = "incident_state"


@dataclass(eq=False)
class StillUntold(DeskError):
    """Members have not been asked yet whether the light is back: nothing can be closed over their heads."""

    no: str
    count: int
    code = "incident_untold"


@dataclass(eq=False)
class Elsewhere(DeskError):
    """The case belongs to an outage already."""

    no: str
    incident: str
    code = "incident_elsewhere"


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody says about an outage."""

    cause: str = ""
    eta_at: datetime | None = None
    text: str = ""
    stage: str = ""
    arrived_at: datetime | None = None


def leads(books: Books, by: Staff, now: datetime) -> bool:
    """Whether somebody is a duty leader at this moment."""
    return by.on and (by.post is Post.DUTY or by.no in {one.no for one in duty_leaders(books.roster, now)})


def permit(books: Books, incident: Incident, by: Staff, move: str, now: datetime) -> None:
    """NotYourIncident unless it is this person's to move."""
    if not by.on or (by.no != incident.handler and not leads(books, by, now)):
        raise NotYourIncident(incident.no, by.no, move, incident.handler)


def _worded(books: Books, text: str, field: str) -> str:
    """What goes to every house: fit for customers, and words, not a number or a sigh."""
    said = fit(books, text, field)
    if not _WORDS.search(said):
        raise Missing({field: "missing.text"})
    return said


def _said(books: Books, incident: Incident, word: Word, now: datetime) -> Incident:
    """The outage with what was said of it; Missing where customers cannot read it."""
    cause = _worded(books, word.cause, "cause") if word.cause else incident.cause
    if word.eta_at is not None and word.eta_at <= now:
        raise Missing({"eta_at": "missing.past"})
    if word.stage and word.stage not in STAGES:
        raise Missing({"stage": "missing.stage"})
    if word.arrived_at is not None and word.arrived_at > now:
        raise Missing({"arrived_at": "missing.future"})
    arrived = word.arrived_at or (now if word.stage == ARRIVE else None)
    return replace(
        incident,
        cause=cause,
        eta_at=word.eta_at or incident.eta_at,
        arrived_at=incident.arrived_at or arrived,
    )


def _with(incident: Incident, sort: Sort, by: str, now: datetime, text: str = "", stage: str = "") -> Incident:
    return replace(incident, news=(*incident.news, News(incident.told + 1, sort, now, by, text, stage)))


def _text(books: Books, word: Word) -> str:
    return _worded(books, word.text, "text") if word.text else ""


def _anything(word: Word) -> None:
    """Missing where nothing at all is said."""
    if not (word.cause or word.text or word.eta_at or word.stage):
        raise Missing({"text": "missing.text"})


def confirm(books: Books, incident: Incident, by: Staff, word: Word, now: datetime) -> Incident:
    """A person says: it is one outage. Also of one that only the hall's table had told of."""
    permit(books, incident, by, "confirm", now)
    by_row = incident.state is Phase.CONFIRMED and not incident.confirmed_by
    if incident.state is not Phase.SUSPECTED and not by_row:
        raise NotNow(incident.no, incident.state, "confirm")
    _anything(word)
    moved = _said(books, incident, word, now)
    moved = replace(moved, state=Phase.CONFIRMED, confirmed_at=incident.confirmed_at or now, confirmed_by=by.no)
    return _with(moved, Sort.CONFIRMED, by.no, now, _text(books, word), word.stage)


def update(books: Books, incident: Incident, by: Staff, word: Word, now: datetime) -> Incident:
    """Something new: the cause, another moment, a step reached, a word."""
    permit(books, incident, by, "update", now)
    if incident.state is not Phase.CONFIRMED:
        raise NotNow(incident.no, incident.state, "update")
    _anything(word)
    return _with(_said(books, incident, word, now), Sort.UPDATE, by.no, now, _text(books, word), word.stage)


def restore(books: Books, incident: Incident, by: Staff, word: Word, now: datetime) -> Incident:
    """The light is back: every member is asked. What it was has to be told by then."""
    permit(books, incident, by, "restore", now)
    if incident.state is not Phase.CONFIRMED:
        raise NotNow(incident.no, incident.state, "restore")
    moved = _said(books, incident, replace(word, eta_at=None), now)
    if not moved.cause:
        raise Missing({"cause": "missing.cause"})
    text = _text(books, word)
    moved = replace(moved, state=Phase.RESTORED, restored_at=now, measures=text or incident.measures)
    return _with(moved, Sort.RESTORED, by.no, now, text)


def close(books: Books, incident: Incident, by: Staff, reason: str, now: datetime, untold: int = 0) -> Incident:
    """Everybody has been asked; or it was no common outage after all, which takes a reason.

    `untold`: how many members have not been asked yet. Their own cases live on as they stand.
    """
    permit(books, incident, by, "close", now)
    if incident.state is Phase.SUSPECTED:
        sensible(reason, "reason")
    elif incident.state is not Phase.RESTORED:
        raise NotNow(incident.no, incident.state, "close")
    if untold:
        raise StillUntold(incident.no, untold)
    return ended(incident, now)


def ended(incident: Incident, now: datetime) -> Incident:
    """The outage as it is when nothing is left to do about it."""
    return replace(incident, state=Phase.CLOSED, closed_at=now)


def let_go(incident: Incident, case: str) -> Incident:
    """The outage without a case that never joins it again by itself."""
    return replace(incident, apart=tuple(dict.fromkeys((*incident.apart, case))))


def take_back(incident: Incident, case: str) -> Incident:
    """The outage that a person puts a case into, whatever was before."""
    return replace(incident, apart=tuple(one for one in incident.apart if one != case))


# ---- what the hall's own outage table says of it


OVER = ("restored", "cancelled")


@dataclass(frozen=True, slots=True)
class Row:
    """The hall's own row of a fault, as the desk reads it."""

    no: str
    area: str
    state: str
    begin_at: datetime
    eta_at: datetime | None = None
    cause: str = ""
    handler: str = ""

    def mark(self) -> str:
        """What of it concerns customers, in short."""
        over = self.state if self.state in OVER else ""
        return f"{over}|{self.eta_at.isoformat() if self.eta_at else ''}|{self.cause}"


def of_row(row: Row, handler: str, by: str, now: datetime) -> Incident:
    """An outage the hall's own table tells of: known already, nobody need confirm it."""
    begun = Incident(
        no=row.no,
        state=Phase.CONFIRMED,
        area=row.area,
        place="",
        opened_at=now,
        handler=handler,
        began_at=row.begin_at,
    )
    return adopted(begun, row, by, now)


def adopted(incident: Incident, row: Row, by: str, now: datetime) -> Incident:
    """A suspected outage turns out to be one of the hall's table, or one of the table begins."""
    told = replace(
        incident,
        state=Phase.CONFIRMED,
        confirmed_at=now,
        cause=row.cause or incident.cause,
        eta_at=row.eta_at or incident.eta_at,
        outage=row.no,
        row=row.mark(),
    )
    return _with(told, Sort.CONFIRMED, by, now)


def by_row(incident: Incident, row: Row, by: str, now: datetime) -> Incident | None:
    """What a change of the row means; None: nothing new, or people have ended it already."""
    if incident.row == row.mark() or incident.state is not Phase.CONFIRMED:
        return None
    told = replace(incident, row=row.mark(), cause=row.cause or incident.cause, eta_at=row.eta_at or incident.eta_at)
    if row.state == "restored":
        return _with(replace(told, state=Phase.RESTORED, restored_at=now), Sort.RESTORED, by, now)
    if row.state == "cancelled":
        return _with(replace(told, state=Phase.RESTORED), Sort.CALLED_OFF, by, now)
    return _with(told, Sort.UPDATE, by, now)
