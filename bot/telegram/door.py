"""The Telegram door as the hall keeps it open: polling or webhook, whatever the weather, and how it fares."""

import asyncio
import contextlib
import hashlib
import json
import logging
from collections.abc import Coroutine, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from telegram.error import BadRequest, Conflict, InvalidToken, RetryAfter, TelegramError

from bot.hall import unkept
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.hall.ports import BadMail
from bot.telegram import faults, inbound
from bot.telegram.client import Access, Mail, close, wait_of
from bot.telegram.hearing import CHANNEL, PREFIX, Ears
from bot.telegram.outbound import THIN
from bot.telegram.unkept import Unkept

log = logging.getLogger(__name__)

ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member")
"""What the hall wants to hear of; always said, for Telegram remembers what it was told last."""
LONG_POLL = timedelta(seconds=30)
CALM = timedelta(seconds=35)
SHORT = timedelta(milliseconds=250)
"""An empty answer that came sooner than this was no long poll: ask again a little later."""
BUSY = timedelta(seconds=1)
LONGEST = timedelta(seconds=60)
LOCKED_OUT = timedelta(seconds=60)
RENEW = timedelta(hours=1)
"""How often a webhook is said again: another hand may have changed it."""
KEEP = timedelta(days=3)
"""Read updates are known again for so long; Telegram itself repeats for one day."""
DAY = timedelta(days=1)
SIDE_BY_SIDE = 40
_BIGGEST = 2**63
_ANSWERS = 16


class _Pushed:
    """One update that was pushed and is not acknowledged yet."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw, self.done = raw, False
        self.error: Exception | None = None


def _parsed(body: bytes) -> Any:  # noqa: ANN401 - JSON comes as it comes
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise BadMail from None


def _is_update(raw: object) -> bool:
    number = raw.get("update_id") if isinstance(raw, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < _BIGGEST


class TelegramDoor:
    """The Messenger port; one object a hall."""

    def __init__(self, hall: Hall, access: Access, ears: Ears) -> None:
        self._hall, self._access, self._ears = hall, access, ears
        self._mail = Mail(ears.bot)
        self._unkept = Unkept(ears.bot)
        self._status = "off" if access.mode == "off" else "unreachable"
        self._told = ""
        self._well_since: datetime | None = None
        self._offset: int | None = None
        self._cleared = self._greeted = self._known = False
        self._errands: set[asyncio.Task[None]] = set()
        self._pile: list[_Pushed] = []
        self._hand = asyncio.Lock()
        self._answers = asyncio.Semaphore(_ANSWERS)
        self.secret = ""
        if access.mode == "webhook":
            made = hashlib.sha256(f"webhook:{access.token}".encode()).hexdigest()
            self.secret = access.secret or made

    def status(self) -> str:
        """ok, off, unreachable, unauthorised or conflict."""
        return self._status

    # ---------------------------------------------------------------- what comes

    async def take(self, body: bytes) -> None:
        """Keep one pushed update; those that come together share a page. BadMail, LedgerBusy."""
        raw = _parsed(body)
        if not _is_update(raw):
            raise BadMail
        pushed = _Pushed(raw)
        self._pile.append(pushed)
        async with self._hand:
            if not pushed.done:
                pile, self._pile = self._pile, []
                await self._take_pile(pile)
        if pushed.error:
            raise pushed.error

    async def _take_pile(self, pile: list[_Pushed]) -> None:
        error: Exception | None = LedgerBusy("cut short")
        try:
            await self._keep([one.raw for one in pile])
            error = None
        except Exception as failed:  # noqa: BLE001 - whoever pushed is told, and pushes again
            error = failed
        finally:
            for one in pile:
                one.done, one.error = True, error

    async def _keep(self, raws: Sequence[Mapping[str, Any]]) -> None:
        """Into the ledger; then presses are answered, and albums looked at when they are whole."""
        taking = asyncio.ensure_future(inbound.take(self._hall, self._ears, raws, self._hall.clock.now()))
        try:
            if not (await asyncio.wait((taking,), timeout=unkept.PATIENCE))[0]:
                await self._unkept.warn(self._hall, raws)  # who is in danger does not wait for the ledger
            taken = await taking
        except asyncio.CancelledError:
            taking.cancel()
            raise
        except Exception:
            await self._unkept.warn(self._hall, raws)
            raise
        for press in taken.presses:
            self._errand(self._answer(press))
        for chat in taken.albums:
            self._errand(self._wake(chat, inbound.ALBUM))

    async def drain(self, conversation: str) -> None:
        """Read what lies unread of one chat, in order."""
        chat = conversation.removeprefix(PREFIX)
        wait = await inbound.drain(self._hall, self._ears, chat)
        if wait is not None:
            self._errand(self._wake(chat, wait))

    def _errand(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(doing)
        self._errands.add(task)
        task.add_done_callback(self._errands.discard)

    async def _answer(self, press: str) -> None:
        """The button stops glowing; too late is no harm."""
        async with self._answers:
            with contextlib.suppress(TelegramError):
                await self._ears.bot.answer_callback_query(press)

    async def _wake(self, chat: str, wait: timedelta) -> None:
        await self._hall.clock.sleep(wait)
        self._hall.engine.has_work(PREFIX + chat)

    # ---------------------------------------------------------------- the watch at the door

    async def run(self) -> None:
        """Ask Telegram for updates, or tell it where to push, until cancelled; no failure ends it."""
        if self._access.mode == "off":
            return
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self._forget())
                group.create_task(self._watch())
        finally:
            await self._shut()

    async def _shut(self) -> None:
        errands = tuple(self._errands)
        for task in errands:
            task.cancel()
        await asyncio.gather(*errands, return_exceptions=True)
        await self._mail.close()

    async def close(self) -> None:
        """Let go of the bot's connections, once nothing goes out through it any more."""
        await close(self._ears.bot)

    async def _watch(self) -> None:
        failures = 0
        while True:
            try:
                await self._greet()
                await (self._poll() if self._access.mode == "polling" else self._hook())
            except LedgerBusy:
                wait = BUSY  # Telegram keeps what was not confirmed and hands it out again
            except RetryAfter as flood:
                wait = wait_of(flood)
            except TelegramError as error:
                failures = 0 if self._status == "ok" else failures
                wait = min(BUSY * 2 ** min(failures, 10), LONGEST)
                if isinstance(error, InvalidToken):
                    self._is("unauthorised", type(error).__name__)
                    wait = LOCKED_OUT
                else:
                    self._is("conflict" if isinstance(error, Conflict) else "unreachable", type(error).__name__)
                failures, self._well_since = failures + 1, None
            except Exception:
                log.exception("telegram stumbled", extra={"channel": CHANNEL})
                wait = BUSY
            await self._hall.clock.sleep(wait)

    async def _greet(self) -> None:
        """Whether it knows us; what answers that thinly or not at all may carry messages all the same."""
        if self._greeted:
            return
        try:
            await self._ears.bot.initialize()
            self._known = True
        except InvalidToken as refused:
            if not faults.unknown(refused.__cause__):
                raise
        except THIN:
            self._known = True
        self._greeted = True

    async def _clear(self) -> None:
        """No webhook beside the poll; where it cannot be taken away, the poll itself learns of it."""
        try:
            await self._ears.bot.delete_webhook(drop_pending_updates=False)
        except BadRequest:
            pass
        except InvalidToken as refused:
            if not faults.unknown(refused):
                raise
        self._cleared = True

    def _is(self, status: str, why: str = "") -> None:
        """How it fares; a change is one line in the log."""
        self._status = status
        if status == self._told:
            return
        self._told = status
        told = {
            "ok": "telegram is reached",
            "conflict": "another copy of this bot asks for updates, or a webhook is set elsewhere: this one waits",
            "unauthorised": "telegram does not know this token",
            "unreachable": "telegram is not reached",
        }
        level = logging.INFO if status == "ok" else logging.WARNING
        log.log(level, told[status], extra={"channel": CHANNEL} | ({"why": why} if why else {}))

    def _well(self) -> None:
        """It answers; after a conflict that counts only when a whole long poll went by without another."""
        if self._status == "conflict":
            now = self._hall.clock.now()
            self._well_since = self._well_since or now
            if now - self._well_since < CALM:
                return
        self._is("ok")

    async def _poll(self) -> None:
        """Hand after hand: what is in the ledger is confirmed by asking for what follows."""
        if not self._cleared:
            await self._clear()
        clock = asyncio.get_running_loop().time
        while True:
            begun = clock()
            # when it was out of reach, the first answer is to tell at once that it is back
            wait = LONG_POLL if self._status in ("ok", "conflict") else timedelta()
            raws = [raw for raw in await self._mail.updates(self._offset, ALLOWED, wait) if _is_update(raw)]
            self._well()
            if raws:
                await self._keep(raws)
                self._offset = max(int(raw["update_id"]) for raw in raws) + 1
                continue
            self._offset = None  # all is confirmed; after a quiet week Telegram counts anew
            if wait and clock() - begun < SHORT.total_seconds():
                await self._hall.clock.sleep(SHORT)

    async def _hook(self) -> None:
        """Tell Telegram where to push, now and then again."""
        while True:
            try:
                await self._ears.bot.set_webhook(
                    url=f"{self._access.base_url}/telegram/webhook",
                    secret_token=self.secret,
                    allowed_updates=list(ALLOWED),
                    max_connections=SIDE_BY_SIDE,
                    drop_pending_updates=False,
                )
            except InvalidToken as refused:
                if not (self._known and faults.unknown(refused)):
                    raise
            self._is("ok")
            await self._hall.clock.sleep(RENEW)

    async def _forget(self) -> None:
        """Once a day what was read long ago goes."""
        while True:
            before = self._hall.clock.now() - KEEP
            try:
                await self._hall.ledger.write(lambda page, before=before: page.forget_updates(before))  # type: ignore[misc]
            except Exception:
                log.exception("forgetting failed", extra={"channel": CHANNEL})
            await self._hall.clock.sleep(DAY)
