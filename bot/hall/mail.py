"""What comes in and goes out through messengers, as the ledger keeps it: letters, raw updates, who is where."""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from typing import Protocol

from bot.desk.case import Letter
from bot.hall.records import Carried, Posted, RawUpdate, Reach


class MailPage(Protocol):
    """The part of a page that belongs to letters and messengers. Plain calls."""

    # the outbox
    def post(self, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
        """A letter into the outbox; False if its key was posted before.

        One that edits a letter takes its place: older edits of the same letter that nobody has begun to send are
        dead (`superseded`). Where there is no such letter nothing is posted: False. One that is held is in nobody's
        way until its time has come.
        """
        ...

    def release(self, now: datetime, limit: int) -> int:
        """Letters whose time in the hall is over go to their channels as if just posted; how many."""
        ...

    def say(self, letter: Letter, at: datetime, write: Callable[[object], str]) -> bool:
        """The hall's own words: posted and, where all its channels last and nothing is owed before it, in the talk.

        True: it has arrived. False: it is owed like any letter, or its key was posted before.
        """
        ...

    def to_show(self, now: datetime, limit: int) -> tuple[Posted, ...]:
        """Letters due that a lasting channel has still to show: best rank first, then seq."""
        ...

    def shown(self, letter: Posted, at: datetime, name: str = "") -> int:
        """A lasting channel has it now; a customer's gets its talk line, whose seq is returned (0 for staff).

        Nothing more to send: the letter is `sent`.
        """
        ...

    def heads(self, now: datetime, limit: int, busy: Collection[str] = ()) -> tuple[Posted, ...]:
        """The next letter to be sent to each address that is not `busy`, best rank first.

        Of one address the order is seq, but danger goes first; who waits behind an earlier letter lends it his rank.
        An address that ends in `*` is a prefix. A letter found `sending` was left there by a crash: it goes again.
        """
        ...

    def sending(self, letter: Posted) -> None:
        """About to be sent through a channel that cannot promise exactly once."""
        ...

    def arrived(self, letter: Posted, at: datetime, name: str = "") -> int:
        """The letter is sent; a customer's gets its talk line if it has none yet, whose seq is returned."""
        ...

    def put_off(self, letter: Posted, until: datetime, *, counts: bool = True) -> None:
        """Waiting again until then, one try more where it counts."""
        ...

    def dead(self, letter: Posted, why: str) -> None:
        """Never to be sent; one that a lasting channel shows has arrived all the same and is `sent`. `why` is kept."""
        ...

    # where things lie on the other side
    def keep_reach(self, reach: Reach) -> None:
        """Store how an address is reached, new or changed; letters posted from now on go that way."""
        ...

    def keep_topic(self, no: str, thread: int) -> None:
        """The forum topic of a case, new or in place of a lost one; 0: it is gone."""
        ...

    def keep_carried(self, letter: int, carried: Carried) -> None:
        """Where a letter lies on the other side."""
        ...

    # raw updates of a messenger
    def take_in(self, updates: Sequence[RawUpdate]) -> tuple[int, ...]:
        """Keep raw updates; the ids of those that are new (same bot, same id: no news)."""
        ...

    def unread(self, chat: str, now: datetime, limit: int) -> tuple[RawUpdate, ...]:
        """Raw updates of one chat still to be read, by id; those before the first whose time has not come."""
        ...

    def read_update(self, update: RawUpdate) -> None:
        """Its effect is in the ledger: body blanked, state `done`."""
        ...

    def set_aside(self, update: RawUpdate, why: str) -> None:
        """Nobody can read it: kept as it came, state `poison`, `why` a code."""
        ...

    def read_later(self, update: RawUpdate, until: datetime, *, counts: bool = True) -> None:
        """Not now; one try more where it counts."""
        ...

    def gather(self, bot: str, album: str, until: datetime) -> None:
        """Another part of an album came: all unread parts of it wait until then."""
        ...

    def forget_updates(self, before: datetime) -> int:
        """Read updates older than this go; how many."""
        ...
