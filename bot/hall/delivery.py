"""服务岗: carries letters from the outbox to their channels, each once, in order, dangerous ones first."""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.hall import fate
from bot.hall.fate import Fate
from bot.hall.house import OUTBOX, TOPIC, Hall
from bot.hall.pages import LedgerBusy, Page
from bot.hall.ports import Channel, Sender, TryLater, Uncertain, Undeliverable
from bot.hall.records import Posted

log = logging.getLogger(__name__)

BATCH = 200
PLACES = 32
"""Letters on their way at once."""
PUSHES = 1
"""Of those, broadcasts: whoever writes a word of his own waits for one of them at most."""
BROADCAST = 3
PATIENCE = 8
"""Tries before a letter that the door stumbles over dies visibly and the next one goes on."""
DOUBTS = 2
"""So often a letter of which nobody knows whether it went out may go out; more would be pestering."""
BACK_OFF = timedelta(seconds=2)
LONGEST = timedelta(days=3)
"""What could not be carried for so long is no news any more."""
GRACE = 3.0
"""Seconds that letters on their way get when the hall shuts."""
IDLE = 60.0
GROUP = f"{TOPIC}:*"


def _channels(hall: Hall, letter: Posted, *, lasting: bool) -> list[Channel]:
    found = (hall.channels.get(name) for name in letter.channels)
    return [channel for channel in found if channel is not None and channel.lasting is lasting]


def _sender(hall: Hall, letter: Posted) -> Sender | None:
    """The first channel the letter names that has to be sent through."""
    return next(iter(_channels(hall, letter, lasting=False)), None)  # type: ignore[return-value] # those are senders


def _mark(page: Page, landed: list[Fate]) -> None:
    for one in landed:
        one.mark(page)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What one look at the outbox found: letters now in the talk, letters to send, whether others wait for the pace."""

    shown: list[tuple[Posted, int]]
    claimed: list[Posted]
    waits: bool
    buried: int
    freed: int = 0
    """Letters that quiet hours held till now."""

    @property
    def more(self) -> bool:
        """Whether there may be more at once: a batch was full, or what held others back has died."""
        return self.buried > 0 or max(len(self.shown), self.freed) >= BATCH


class _Carrier:
    """Carries until nothing is due: letters to different addresses side by side, those to one address in order."""

    def __init__(self, hall: Hall) -> None:
        self.hall = hall
        self.flying: dict[str, Posted] = {}
        self.landed: list[Fate] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.seen = 0

    async def run(self) -> int:
        """Until nothing is due and nothing under way; how many letters were looked at."""
        hall = self.hall
        try:
            while True:
                ticket = hall.bell.ticket(OUTBOX)
                looked = await self._look()
                for letter in looked.claimed:
                    self._launch(letter)
                if self.landed or looked.more:
                    continue
                if not self.flying and not looked.waits:
                    return self.seen
                await hall.bell.wait(OUTBOX, self._patience(looked), ticket)
        finally:
            await self._land()

    def _patience(self, looked: _Looked) -> float:
        """Seconds until the pace lets something through; while letters fly their landing rings."""
        now, pace = self.hall.clock.now(), self.hall.pace
        moments = [pace.opens_at(now), *(pace.free_at(place, now) for place in pace.waiting(now))]
        later = [(at - now).total_seconds() for at in moments if at > now]
        return min(later) if looked.waits and later else IDLE

    async def _look(self) -> _Looked:
        """One page: what landed is marked, quiet hours let go, what lasts is shown, what may go out now is claimed."""
        hall, now, landed = self.hall, self.hall.clock.now(), list(self.landed)
        claim = self._claim(now)

        def doing(page: Page) -> _Looked:
            _mark(page, landed)
            freed = page.release(now, BATCH)
            shown = [(letter, self._show(page, letter, now)) for letter in page.to_show(now, BATCH)]
            return replace(claim(page, shown), freed=freed)

        while True:
            try:
                looked = await hall.ledger.write(doing)
            except LedgerBusy:
                if not landed and not self.flying:
                    raise
                await hall.clock.sleep(timedelta(seconds=0.5))  # what was sent is not forgotten: it would go out twice
            else:
                break
        del self.landed[: len(landed)]
        self.seen += len(looked.shown) + len(looked.claimed) + looked.buried
        for one in landed:
            kind, _, key = one.letter.to.partition(":")
            hall.bell.ring(f"talk:{key}" if kind == "customer" else f"staff:{key}")
        for letter, seq in looked.shown:
            for channel in _channels(hall, letter, lasting=True):
                await channel.send(letter, seq)
        return looked

    def _show(self, page: Page, letter: Posted, now: datetime) -> int:
        if _channels(self.hall, letter, lasting=True):
            return page.shown(letter, now, fate.speaker(self.hall, letter))
        fate.bury(letter, "no_channel", now).mark(page)
        return 0

    def _claim(self, now: datetime) -> Callable[[Page, list[tuple[Posted, int]]], _Looked]:
        """What may go out, decided before the page opens: the pace is the loop's own."""
        hall, pace, flying = self.hall, self.hall.pace, tuple(self.flying)
        busy, places = pace.waiting(now), PLACES - len(self.flying)
        room, group = pace.room(now), pace.room_at(GROUP, now)
        limit = places if room is None else min(places, room)
        pushes = PUSHES - sum(letter.rank >= BROADCAST for letter in self.flying.values())
        senders = any(not channel.lasting for channel in hall.channels.values())

        def claim(page: Page, shown: list[tuple[Posted, int]]) -> _Looked:
            claimed: list[Posted] = []
            left, buried = {"group": group, "push": pushes}, 0
            for letter in page.heads(now, max(limit, 0), (*flying, *busy)) if limit > 0 else ():
                sort = "push" if letter.rank >= BROADCAST else "group" if letter.to.startswith(f"{TOPIC}:") else ""
                if _sender(hall, letter) is None or letter.at + LONGEST < now:
                    fate.bury(letter, "late" if letter.at + LONGEST < now else "no_channel", now).mark(page)
                    buried += 1
                elif sort and left[sort] == 0:
                    continue
                elif (again := self._again(page, letter, now)) is None:
                    buried += 1
                else:
                    if sort and left[sort] is not None:
                        left[sort] -= 1  # type: ignore[operator] # looked at just now
                    page.sending(letter)
                    claimed.append(again)
            waits = not claimed and senders and self._waits(page, now, flying)
            return _Looked(shown, claimed, waits, buried)

        return claim

    def _again(self, page: Page, letter: Posted, now: datetime) -> Posted | None:
        """One left on its way by a crash may have gone out: that is a doubt; None: it has had all it may have."""
        if letter.state != "sending":
            return letter
        page.put_off(letter, now)
        if letter.tries + 1 < DOUBTS:
            return replace(letter, tries=letter.tries + 1)
        fate.bury(letter, "uncertain", now).mark(page)
        return None

    def _waits(self, page: Page, now: datetime, flying: tuple[str, ...]) -> bool:
        """Whether something due waits for the pace; in a drill it is put off, for its clock may stand."""
        if not self.hall.drill:
            return bool(page.heads(now, 1, flying))
        held = [letter for letter in page.heads(now, BATCH, flying) if _sender(self.hall, letter)]
        places = [self._place(letter) for letter in held]
        for letter, at in zip(held, self.hall.pace.ahead(places, now), strict=True):
            if at > now:
                page.put_off(letter, at, counts=False)
        return False

    def _place(self, letter: Posted) -> str:
        sender = _sender(self.hall, letter)
        return sender.place(letter) if sender else letter.to

    def _launch(self, letter: Posted) -> None:
        place, now, pace = self._place(letter), self.hall.clock.now(), self.hall.pace
        free = pace.free_at(place, now)
        if free > now:  # somebody took the last place while the page was open
            self.landed.append(fate.put_off(letter, free, counts=False))
            return
        pace.take(place, now)
        self.flying[letter.to] = letter
        task = asyncio.create_task(self._fly(letter))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _fly(self, letter: Posted) -> None:
        try:
            self.landed.append(await self._send(letter))
        finally:
            del self.flying[letter.to]
            self.hall.bell.ring(OUTBOX)

    async def _send(self, letter: Posted) -> Fate:
        """Through a channel that cannot promise exactly once; what became of it."""
        hall, now = self.hall, self.hall.clock.now
        sender = _sender(hall, letter)
        assert sender is not None  # noqa: S101 - claimed because there is one
        try:
            carried = await sender.send(letter, letter.seq)
        except TryLater as later:
            return self._later(letter, later)
        except Uncertain:
            doubts = letter.tries + 1
            return fate.bury(letter, "uncertain", now()) if doubts >= DOUBTS else fate.put_off(letter, now() + BACK_OFF)
        except Undeliverable as never:
            return fate.shut(hall, letter, never.why, now()) if never.shut else fate.bury(letter, never.why, now())
        except Exception:
            log.exception("send failed", extra={"case": letter.case, "channel": sender.name})
            if letter.tries + 1 >= PATIENCE:
                return fate.bury(letter, "tries", now())
            return fate.put_off(letter, now() + BACK_OFF * 2**letter.tries)
        return fate.arrived(hall, letter, carried, now())

    def _later(self, letter: Posted, later: TryLater) -> Fate:
        """Exactly as late as the other side asks: the letter is no worse for it."""
        until = self.hall.clock.now() + later.wait
        if later.whole:
            self.hall.pace.pause_all(until)
        else:
            self.hall.pace.pause(self._place(letter), until)
        return fate.put_off(letter, until, counts=False)

    async def _land(self) -> None:
        """The hall shuts: what is on its way may arrive, and what arrived is marked."""
        if self.tasks:
            await asyncio.wait(self.tasks, timeout=GRACE)
        for task in self.tasks:
            task.cancel()
        landed, self.landed = self.landed, []
        if landed:
            with contextlib.suppress(LedgerBusy):
                await self.hall.ledger.write(lambda page: _mark(page, landed))


async def carry(hall: Hall) -> int:
    """Carry what is due; how many letters were looked at."""
    async with hall.carrying:
        return await _Carrier(hall).run()
