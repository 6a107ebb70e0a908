"""Cases and their alerts: looked up, counted, written by version."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, select, update

from bot.desk.case import Alert, Case, Outcome
from bot.desk.errors import NoSuchCase
from bot.hall.records import OpenAlert
from storage import events, letters, rows, stepping
from storage.dialect import insert
from storage.hiding import seen_with
from storage.tables import LIVE, alerts, cases

_CASE = select(cases).where(cases.c.no == bindparam("no"))
_CASES_OF = (
    select(cases).where(cases.c.customer == bindparam("customer")).order_by(cases.c.opened_at.desc(), cases.c.no.desc())
)
_LOAD = select(cases.c.first_handler, func.count()).where(cases.c.state.in_(LIVE)).group_by(cases.c.first_handler)
_DUE = (
    select(cases.c.no)
    .where(cases.c.due_at <= bindparam("now"))
    .order_by(cases.c.due_at, cases.c.no)
    .limit(bindparam("limit"))
)
_WRITTEN = stepping.written(cases)
_ALERT = insert(alerts)
_ALERT = _ALERT.on_conflict_do_update(index_elements=["case_no", "rung"], set_={"to_": _ALERT.excluded.to_})
_ANSWERED = update(alerts).where(alerts.c.acked_at.is_(None))
_ANSWERED = _ANSWERED.values(acked_by=bindparam("by"), acked_at=bindparam("moment"))
_ACKNOWLEDGE = _ANSWERED.where(alerts.c.id == bindparam("alert"))
_ACKNOWLEDGE_RUNG = _ANSWERED.where(alerts.c.case_no == bindparam("case"), alerts.c.rung == bindparam("step"))
_ONE_ALERT = select(alerts).where(alerts.c.id == bindparam("alert"))
_ALERTS = select(alerts).order_by(alerts.c.id.desc())
_OPEN_ALERTS = _ALERTS.where(alerts.c.acked_at.is_(None))


def case(page: Connection, no: str) -> Case:
    """The case. NoSuchCase."""
    row = page.execute(_CASE, {"no": no}).first()
    if row is None:
        raise NoSuchCase(no)
    return rows.case_of(row)


def cases_of(page: Connection, customer: str) -> tuple[Case, ...]:
    """All cases of a customer, newest first."""
    return tuple(rows.case_of(row) for row in page.execute(_CASES_OF, {"customer": customer}))


def load(page: Connection) -> Mapping[str, int]:
    """Open cases by first handler."""
    return dict(page.execute(_LOAD).all())


def due(page: Connection, now: datetime, limit: int) -> tuple[str, ...]:
    """Numbers of cases whose due_at has come, earliest first."""
    return tuple(page.execute(_DUE, {"now": now, "limit": limit}).scalars())


def _keep(page: Connection, moved: Case) -> Case:
    """New at version 1, or one version on from the one that was read. Changed."""
    kept = replace(moved, version=moved.version + 1)
    stepping.step(page, _WRITTEN, rows.case_row(kept))
    return kept


def _raise_alerts(page: Connection, raised: Iterable[Alert], write: Callable[[object], str]) -> None:
    """Each rung of a case raises one alert; a repeat only says whom it has reached by now."""
    page.execute(
        _ALERT,
        [
            {
                "case_no": alert.case,
                "rung": alert.rung,
                "why": alert.why,
                "text": write(alert.text),
                "to_": rows.packed(alert.to),
                "at": alert.at,
                "acked_by": "",
                "incident": alert.incident,
            }
            for alert in raised
        ],
    )


def _moment(outcome: Outcome) -> datetime:
    moments = [event.at for event in outcome.events] + [alert.at for alert in outcome.alerts]
    return moments[-1] if moments else outcome.case.opened_at


def record(page: Connection, outcome: Outcome, write: Callable[[object], str]) -> Case:
    """The case by its version, then its events, letters and alerts. Changed."""
    kept = _keep(page, outcome.case)
    if outcome.events:
        events.append(page, kept.no, outcome.events, write, begins=outcome.case.version == 0)
    letters.post_all(page, outcome.letters, _moment(outcome), write)
    if outcome.alerts:
        _raise_alerts(page, outcome.alerts, write)
    return kept


def acknowledge(page: Connection, alert: int, by: str, at: datetime) -> OpenAlert | None:
    """Somebody answers for it; the first one stays. None if there is none."""
    page.execute(_ACKNOWLEDGE, {"alert": alert, "by": by, "moment": at})
    return one_alert(page, alert)


def acknowledge_rung(page: Connection, no: str, rung: str, by: str, at: datetime) -> None:
    """Somebody answers for the alert of this case and rung, if there is one; the first one stays."""
    page.execute(_ACKNOWLEDGE_RUNG, {"case": no, "step": rung, "by": by, "moment": at})


def one_alert(page: Connection, alert: int) -> OpenAlert | None:
    """One alert by its number."""
    row = page.execute(_ONE_ALERT, {"alert": alert}).first()
    return None if row is None else rows.alert_of(row)


def alerts_raised(page: Connection, *, only_open: bool, asker: str, to: str, limit: int = 0) -> tuple[OpenAlert, ...]:
    """Alerts, newest first, as far as their cases exist for the asker; or only those that reached somebody."""
    asked = (_OPEN_ALERTS if only_open else _ALERTS).where(*seen_with(alerts.c.case_no, asker))
    if to:
        asked = asked.where(func.replace(alerts.c.to_, rows.packed(to), "") != alerts.c.to_)
    asked = asked.limit(limit) if limit else asked
    return tuple(rows.alert_of(row) for row in page.execute(asked))
