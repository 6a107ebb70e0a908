"""Many hands, one who answers: help, transfer, reassignment, and all cases of one person at once."""

from collections.abc import Iterable, Mapping

from bot.desk import correcting, handing, helping, leading
from bot.desk.case import Case
from bot.desk.moves import Move
from bot.desk.roster import Staff
from bot.hall.counter import Asked, Preview, move
from bot.hall.house import Hall


async def help_(hall: Hall, by: Staff, no: str, to: str, text: str, asked: Asked) -> Case | Preview:
    """协办: somebody is called in, a task of his own; responsibility stays."""
    return await move(
        hall, by, no, Move.HELP, asked, lambda books, case, now: helping.ask(books, case, by, to, text, now)
    )


async def help_done(hall: Hall, by: Staff, no: str, text: str, asked: Asked) -> Case | Preview:
    """协办完成: the helper's own task."""
    return await move(
        hall, by, no, Move.HELP_DONE, asked, lambda books, case, now: helping.done(books, case, by, text, now)
    )


async def transfer(hall: Hall, by: Staff, no: str, to: str, reason: str, asked: Asked) -> Case | Preview:
    """移交: the customer is asked; until it is decided the first handler stays."""
    return await move(
        hall, by, no, Move.TRANSFER, asked, lambda books, case, now: handing.transfer(books, case, by, to, reason, now)
    )


async def reassign(hall: Hall, by: Staff, no: str, to: str, reason: str, asked: Asked) -> Case | Preview:
    """改派: the duty leader's, also his word on a transfer that is asked for."""
    return await move(
        hall, by, no, Move.REASSIGN, asked, lambda books, case, now: handing.reassign(books, case, by, to, reason, now)
    )


async def priority(hall: Hall, by: Staff, no: str, level: str, reason: str, asked: Asked) -> Case | Preview:
    """优先级: the duty leader's."""
    return await move(
        hall,
        by,
        no,
        Move.PRIORITY,
        asked,
        lambda books, case, now: leading.priority(books, case, by, level, reason, now),
    )


async def callback(hall: Hall, by: Staff, no: str, text: str, asked: Asked) -> Case | Preview:
    """回访: a duty leader's, never by the one rated or complained of."""
    return await move(
        hall, by, no, Move.CALLBACK, asked, lambda books, case, now: leading.callback(books, case, by, text, now)
    )


async def correct(
    hall: Hall, by: Staff, no: str, slots: Mapping[str, str], reason: str, asked: Asked
) -> Case | Preview:
    """更正: facts of the case; of a complaint also its class and level."""
    return await move(
        hall,
        by,
        no,
        Move.CORRECT,
        asked,
        lambda books, case, now: correcting.correct(books, case, by, slots, reason, now),
    )


async def reveal(hall: Hall, by: Staff, no: str, fields: Iterable[str], reason: str, asked: Asked) -> Case | Preview:
    """查看明文: kept with its reason; what is shown is read off the case afterwards."""
    names = tuple(fields)
    return await move(
        hall,
        by,
        no,
        Move.REVEAL,
        asked,
        lambda books, case, now: correcting.reveal(books, case, by, names, reason, now),
    )
