"""The outbox: letters owed, in the order in which each person must get them, and what became of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from sqlalchemy import Connection, and_, bindparam, exists, func, or_, select, update
from sqlalchemy.dialects.sqlite import insert

from bot.desk.case import Kind, Letter
from bot.hall.records import Posted
from storage import rows
from storage.tables import OWED, customers, outbox, talk

_CHANNEL = select(customers.c.channel).where(customers.c.key == bindparam("customer")).scalar_subquery()
_GIVEN = ("key", "to_", "kind", "text", "case_no", "buttons", "urgent", "speaker", "at", "replaces")
_POST = (
    insert(outbox)
    .values(
        {
            **{column: bindparam(column) for column in _GIVEN},
            "channels": func.coalesce(_CHANNEL, bindparam("channel")),
            "state": "waiting",
            "tries": 0,
            "why": "",
        }
    )
    .on_conflict_do_nothing(index_elements=["key"])
)
_POST_ONE = _POST.returning(outbox.c.seq)
_EARLIER = outbox.alias("earlier")
_HELD_BACK = exists().where(
    _EARLIER.c.to_ == outbox.c.to_,
    _EARLIER.c.next_try_at > bindparam("now"),
    or_(
        _EARLIER.c.urgent > outbox.c.urgent,
        and_(_EARLIER.c.urgent == outbox.c.urgent, _EARLIER.c.seq < outbox.c.seq),
    ),
)
_WAITING = (
    select(outbox)
    .where(
        outbox.c.state.in_(OWED),
        or_(outbox.c.next_try_at.is_(None), outbox.c.next_try_at <= bindparam("now")),
        ~_HELD_BACK,
    )
    .order_by(outbox.c.urgent.desc(), outbox.c.seq)
    .limit(bindparam("limit"))
)
_THIS = outbox.c.seq == bindparam("letter")
_SENT = update(outbox).where(_THIS).values(state="sent", sent_at=bindparam("moment"), next_try_at=None)
_SENT = _SENT.where(outbox.c.sent_at.is_(None))
_SENDING = update(outbox).where(_THIS, outbox.c.state == "waiting").values(state="sending")
_PUT_OFF = (
    update(outbox)
    .where(_THIS, outbox.c.state.in_(OWED))
    .values(state="waiting", tries=outbox.c.tries + 1, next_try_at=bindparam("until"))
)
_DEAD = update(outbox).where(_THIS, outbox.c.state.in_(OWED)).values(state="dead", why=bindparam("cause"))
_DEAD = _DEAD.values(next_try_at=None)
_LINE = insert(talk).on_conflict_do_nothing(index_elements=["letter_id"]).returning(talk.c.seq)
_LINE_OF = select(talk.c.seq).where(talk.c.letter_id == bindparam("letter"))
_CUSTOMER = "customer:"
_SENDERS: Mapping[str, str] = {
    Kind.WORDS: "staff",
    Kind.ANSWER: "guide",
    Kind.RECEIPT: "guide",
    Kind.QUESTION: "guide",
}


def _row(letter: Letter, at: datetime, write: Callable[[object], str]) -> dict[str, object]:
    is_customers = letter.to.startswith(_CUSTOMER)
    return {
        "key": letter.key,
        "to_": letter.to,
        "kind": letter.kind,
        "text": write(letter.text),
        "case_no": letter.case,
        "buttons": rows.buttons_text(letter.buttons),
        "urgent": letter.urgent,
        "speaker": letter.speaker,
        "at": at,
        "replaces": letter.replaces,
        "customer": letter.to.removeprefix(_CUSTOMER) if is_customers else None,
        "channel": "web" if is_customers else "desk",
    }


def post(page: Connection, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
    """A letter into the outbox; False if its key was posted before."""
    return page.execute(_POST_ONE, _row(letter, at, write)).first() is not None


def post_all(page: Connection, letters: Iterable[Letter], at: datetime, write: Callable[[object], str]) -> None:
    """Several letters at once; those posted before stay as they are."""
    listed = [_row(letter, at, write) for letter in letters]
    if listed:
        page.execute(_POST, listed)


def waiting(page: Connection, now: datetime, limit: int) -> tuple[Posted, ...]:
    """Owed letters whose time has come, urgent first; one put off holds back what follows to the same person."""
    # one found `sending` was left there by a crash and may have gone out: it goes again
    return tuple(rows.posted_of(row) for row in page.execute(_WAITING, {"now": now, "limit": limit}))


def arrived(page: Connection, letter: Posted, at: datetime, name: str) -> int:
    """The letter is sent; a customer's gets its one talk line, whose seq is returned."""
    page.execute(_SENT, {"letter": letter.seq, "moment": at})
    if not letter.to.startswith(_CUSTOMER):
        return 0
    line = {
        "customer": letter.to.removeprefix(_CUSTOMER),
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
        "replaces": letter.replaces,
    }
    seq = page.execute(_LINE, line).scalar()
    if seq is None:
        seq = page.execute(_LINE_OF, {"letter": letter.seq}).scalar_one()
    return int(seq)


def sending(page: Connection, letter: Posted) -> None:
    """About to be sent."""
    page.execute(_SENDING, {"letter": letter.seq})


def put_off(page: Connection, letter: Posted, until: datetime) -> None:
    """Waiting again, one try more."""
    page.execute(_PUT_OFF, {"letter": letter.seq, "until": until})


def dead(page: Connection, letter: Posted, why: str) -> None:
    """Never to be sent."""
    page.execute(_DEAD, {"letter": letter.seq, "cause": why})


def listed(page: Connection, after: int, limit: int, **wanted: str) -> tuple[Posted, ...]:
    """Letters after a seq, oldest first; `wanted` narrows by column where it is not empty."""
    asked = select(outbox).where(outbox.c.seq > after).order_by(outbox.c.seq).limit(limit)
    asked = asked.where(*(outbox.c[column] == value for column, value in wanted.items() if value))
    return tuple(rows.posted_of(row) for row in page.execute(asked))
