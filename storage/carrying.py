"""What is owed to whom: shown at once where it lasts, sent one by one elsewhere, and what became of it."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Select,
    bindparam,
    case,
    func,
    or_,
    select,
    tuple_,
    update,
)

from bot.desk.case import Kind, Letter
from bot.hall.records import Posted
from storage import letters, rows
from storage.columns import Moment
from storage.dialect import insert
from storage.letters import CUSTOMER, FORGOTTEN
from storage.tables import OWED, outbox, talk

_Question: TypeAlias = Select[*tuple[Any, ...]]


def _due(some: FromClause) -> ColumnElement[bool]:
    return or_(some.c.next_try_at.is_(None), some.c.next_try_at <= bindparam("now"))


def _lane(flag: str) -> dict[str, FromClause]:
    """What is owed, lane by lane, by dialect: a walk along an index that stops at the limit, however much is owed.

    PostgreSQL is told to walk: going by old statistics of an empty outbox it would look through all of it.
    """
    owed = outbox.alias("owed")
    columns = [owed.c[name] for name in ("seq", "to_", "rank", "next_try_at", flag)]
    walk = select(*columns).where(owed.c[flag]).order_by(owed.c.rank, owed.c.seq).offset(0)
    return {"sqlite": owed, "postgresql": walk.subquery("lane")}


def _to_show(owed: FromClause) -> _Question:
    """What is due, but for what follows one put off to the same person."""
    letter, earlier = outbox.alias("letter"), outbox.alias("earlier")
    held_back = (
        select(earlier.c.seq)
        .where(
            earlier.c.to_ == owed.c.to_,
            earlier.c.next_try_at > bindparam("now"),
            earlier.c.to_show,
            tuple_(earlier.c.rank > 0, earlier.c.seq) < tuple_(owed.c.rank > 0, owed.c.seq),
        )
        .offset(0)
        .exists()
    )
    asked = select(letter).join_from(owed, letter, letter.c.seq == owed.c.seq).where(owed.c.to_show, _due(owed))
    return asked.where(~held_back).order_by(owed.c.rank, owed.c.seq).limit(bindparam("limit"))


def _heads(owed: FromClause) -> _Question:
    """Every address by its best letter that is due, and from there to the one whose turn it is."""
    head, better, first = outbox.alias("head"), outbox.alias("better"), outbox.alias("first")
    has_better = (
        select(better.c.seq)
        .where(
            better.c.to_ == owed.c.to_,
            better.c.to_send,
            _due(better),
            tuple_(better.c.rank, better.c.seq) < tuple_(owed.c.rank, owed.c.seq),
        )
        .offset(0)  # asked letter by letter: without it PostgreSQL would join all with all
        .exists()
    )
    earliest = select(func.min(first.c.seq)).where(first.c.to_ == owed.c.to_, first.c.to_send)
    turn = func.coalesce(earliest.where(first.c.rank == 0).scalar_subquery(), earliest.scalar_subquery())
    asked = select(head).join_from(owed, head, head.c.seq == turn).where(owed.c.to_send, _due(owed))
    return asked.where(~has_better, _due(head)).order_by(owed.c.rank, owed.c.seq).limit(bindparam("limit"))


_SEND = _lane("to_send")
_TO_SHOW = {dialect: _to_show(owed) for dialect, owed in _lane("to_show").items()}
_HEADS = {dialect: _heads(owed) for dialect, owed in _SEND.items()}
_THIS = outbox.c.seq == bindparam("letter")
_OPEN = outbox.c.state.in_(OWED)
_MOMENT = bindparam("moment", type_=Moment())
_SHOWN = update(outbox).where(_THIS, _OPEN, outbox.c.to_show)
_SHOWN = _SHOWN.values(
    to_show=False,
    state=case((outbox.c.to_send, outbox.c.state), else_="sent"),
    sent_at=_MOMENT,
    next_try_at=case((outbox.c.to_send, outbox.c.next_try_at)),
)
_ARRIVED = update(outbox).where(_THIS, outbox.c.state != "sent")
_ARRIVED = _ARRIVED.values(
    to_show=False, to_send=False, state="sent", sent_at=_MOMENT, next_try_at=None, held_until=None
)
_SENDING = update(outbox).where(_THIS, outbox.c.state == "waiting").values(state="sending")
_PUT_OFF = update(outbox).where(_THIS, _OPEN)
_PUT_OFF = _PUT_OFF.values(
    state="waiting", tries=outbox.c.tries + bindparam("more", type_=Integer()), next_try_at=bindparam("until")
)
_STILL = outbox.c.to_show & outbox.c.to_send
_DEAD = update(outbox).where(_THIS, _OPEN)
_DEAD = _DEAD.values(
    to_show=_STILL,
    to_send=False,
    state=case((_STILL, "waiting"), (outbox.c.sent_at.is_not(None), "sent"), else_="dead"),
    why=bindparam("cause"),
    next_try_at=None,
    held_until=None,
)
_CELLS = {name: bindparam(name, type_=talk.c[name].type) for name in talk.c.keys() if name != "seq"}  # noqa: SIM118 - a collection of columns is no mapping
_KNOWN = select(outbox.c.seq).where(outbox.c.seq == bindparam("letter_id"), outbox.c.why != FORGOTTEN).exists()
_NEW_LINE = insert(talk).from_select(list(_CELLS), select(*_CELLS.values()).where(_KNOWN))
_LINE = _NEW_LINE.on_conflict_do_nothing(index_elements=["letter_id"]).returning(talk.c.seq)
_LINE_OF = select(talk.c.seq).where(talk.c.letter_id == bindparam("letter"))
_SENDERS: Mapping[str, str] = {
    Kind.WORDS: "staff",
    Kind.ANSWER: "guide",
    Kind.RECEIPT: "guide",
    Kind.QUESTION: "guide",
}


def _in_turn(due: Collection[Posted]) -> tuple[Posted, ...]:
    """Addresses stay where their best letter put them; of one address the order is seq, but danger goes first."""
    turns: dict[str, list[Posted]] = {}
    for letter in due:
        turns.setdefault(letter.to, []).append(letter)
    following = {to: iter(sorted(own, key=lambda one: (one.rank > 0, one.seq))) for to, own in turns.items()}
    return tuple(next(following[letter.to]) for letter in due)


def to_show(page: Connection, now: datetime, limit: int) -> tuple[Posted, ...]:
    """Letters due that a lasting channel has still to show; one put off holds back what follows to the same person."""
    return _in_turn(
        [rows.posted_of(row) for row in page.execute(_TO_SHOW[page.dialect.name], {"now": now, "limit": limit})]
    )


def heads(page: Connection, now: datetime, limit: int, busy: Collection[str]) -> tuple[Posted, ...]:
    """The next letter of each address that is not busy; the best rank of what is due there decides between them."""
    # one found `sending` was left there by a crash and may have gone out: it goes again
    to_, asked = _SEND[page.dialect.name].c.to_, _HEADS[page.dialect.name]
    whole = [to for to in busy if not to.endswith("*")]
    if whole:
        asked = asked.where(to_.not_in(whole))
    for prefix in sorted({to[:-1] for to in busy if to.endswith("*")}):
        asked = asked.where(func.substr(to_, 1, len(prefix)) != prefix)
    return tuple(rows.posted_of(row) for row in page.execute(asked, {"now": now, "limit": limit}))


def _line_of(page: Connection, letter: int) -> int | None:
    """Seq of the talk line that shows this letter, if there is one yet."""
    found: int | None = page.execute(_LINE_OF, {"letter": letter}).scalar()
    return found


def _line(page: Connection, letter: Posted, at: datetime, name: str) -> int:
    """Seq of the one talk line that shows a customer this letter; 0 if he was forgotten while it was on its way."""
    if not letter.to.startswith(CUSTOMER):
        return 0
    line = {
        "customer": letter.to.removeprefix(CUSTOMER),
        "at": at,
        "sender": _SENDERS.get(letter.kind, "system"),
        "name": name,
        "text": letter.text,
        "buttons": rows.buttons_text(letter.buttons),
        "case_no": letter.case,
        "files": "",
        "ext_id": "",
        "heard": "",
        "letter_id": letter.seq,
        "replaces": letter.replaces and _line_of(page, letter.replaces),
    }
    seq = page.execute(_LINE, line).scalar()
    return int(seq or _line_of(page, letter.seq) or 0)


def say(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
    """Posted, and in the talk at once where nothing has to be carried; else it is owed like any other."""
    said = letters.say(page, letter, at, write)
    return said is not None and _line(page, said, at, "") > 0


def shown(page: Connection, letter: Posted, at: datetime, name: str) -> int:
    """A lasting channel has it; the seq of a customer's talk line."""
    page.execute(_SHOWN, {"letter": letter.seq, "moment": at})
    return _line(page, letter, at, name)


def sending(page: Connection, letter: Posted) -> None:
    """About to be sent."""
    page.execute(_SENDING, {"letter": letter.seq})


def arrived(page: Connection, letter: Posted, at: datetime, name: str) -> int:
    """The letter is sent; the seq of a customer's talk line."""
    page.execute(_ARRIVED, {"letter": letter.seq, "moment": at})
    return _line(page, letter, at, name)


def put_off(page: Connection, letter: Posted, until: datetime, *, counts: bool) -> None:
    """Waiting again, one try more where it counts."""
    page.execute(_PUT_OFF, {"letter": letter.seq, "until": until, "more": int(counts)})


def dead(page: Connection, letter: Posted, why: str) -> None:
    """Never to be sent; what a lasting channel shows has arrived all the same."""
    page.execute(_DEAD, {"letter": letter.seq, "cause": why})
