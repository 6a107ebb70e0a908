"""What does not exist for somebody: cases hidden from him, and whatever tells of them."""

from sqlalchemy import ColumnElement, and_, exists, func, select

from storage.chain import HALL
from storage.tables import HIDDEN, cases, events


def _from(asker: str) -> ColumnElement[bool]:
    """Cases hidden from this person; compared as written, big letters are not small ones."""
    return and_(HIDDEN, func.replace(cases.c.hidden, f" {asker} ", "") != cases.c.hidden)


def seen_cases(asker: str) -> tuple[ColumnElement[bool], ...]:
    """Narrows a question about cases to those that exist for the asker; nobody sees all."""
    return (~_from(asker),) if asker else ()


def hidden_cases(asker: str) -> tuple[ColumnElement[bool], ...]:
    """The contrary: the few that do not exist for the asker, found along their own index before all else is asked."""
    return (cases.c.no.in_(select(cases.c.no).where(_from(asker)).correlate(None)),)


def seen_with(case_no: ColumnElement[str], asker: str) -> tuple[ColumnElement[bool], ...]:
    """The same for rows that name their case in a column."""
    return (case_no.not_in(select(cases.c.no).where(_from(asker))),) if asker else ()


def seen_events(asker: str) -> tuple[ColumnElement[bool], ...]:
    """The same for the ledger: a hidden case's chain, and entries of the hall that name the case."""
    if not asker:
        return ()
    named = exists().where(
        _from(asker), events.c.chain == HALL, func.replace(events.c.facts, cases.c.no, "") != events.c.facts
    )
    return (*seen_with(events.c.chain, asker), ~named)
