"""The desk's refusals as people read them: a sentence, and what is wrong with each field."""

from bot.desk.case import State
from bot.desk.errors import DeskError, FloorHeld, IllegalMove, Missing, NotYours, Paused, Taken, TransferWaits
from bot.desk.incidents import Elsewhere, StillUntold
from bot.desk.words import words
from bot.hall.data import HallData
from bot.hall.wording import NoSuchPhrase, render


def facts(data: HallData, error: DeskError) -> dict[str, object]:
    """What the error's phrase is filled with."""
    match error:
        case NotYours():
            return {"handler": data.books.roster.staff.get(error.first_handler, error.first_handler)}
        case IllegalMove():
            return {"state": State(error.state)}
        case FloorHeld():
            return {"speaker": data.books.person(error.speaker)}
        case Taken():
            return {"helper": data.books.person(error.helper), "at": error.at}
        case TransferWaits():
            return {"to": data.books.person(error.to)}
        case StillUntold():
            return {"count": error.count}
        case Elsewhere():
            return {"incident": error.incident}
        case Paused():
            return {"by": data.books.person(error.by), "until": error.until}
        case _:
            return {}


def field(data: HallData, fault: str) -> str:
    """What is wrong with one field: a phrase, for a closing field with its label."""
    code, _, label = fault.partition(":")
    label = data.handbook.phrases.get(label, label)
    return phrase(data, code, label=label)


def phrase(data: HallData, code: str, **filled: object) -> str:
    """A phrase of the handbook, written out; a code without one says no more than no."""
    try:
        return render(data, words(code, **filled))
    except NoSuchPhrase:
        return render(data, words("error.refused"))


def sentence(data: HallData, error: DeskError) -> str:
    """The error as one text: the sentence, then the fields one a line."""
    head = phrase(data, f"error.{error.code}", **facts(data, error))
    rows = [field(data, fault) for fault in error.fields.values()] if isinstance(error, Missing) else []
    return "\n".join([head, *rows])
