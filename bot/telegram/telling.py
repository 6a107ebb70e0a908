"""An answer to somebody of the hall, where he spoke: it goes out like every letter, once, in order, at the pace."""

from bot.desk.case import Kind, Letter
from bot.desk.words import Words
from bot.hall.house import Hall
from bot.hall.wording import render
from bot.telegram.reading import Incoming
from intents.slots import mask


async def tell(hall: Hall, to: str, no: str, told: Words, incoming: Incoming, key: str = "re") -> None:
    """Told again the same update, nothing is said twice."""
    letter = Letter(to, Kind.ANSWER, f"{key}:tg:{incoming.update}", told, no)
    data, now = hall.edition().data, hall.clock.now()
    await hall.ledger.write(lambda page: page.post(letter, now, lambda text: mask(render(data, text))))
    hall.outbox_has_work()
