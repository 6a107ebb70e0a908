"""What stands under an alert in a private chat: 收到, and what a duty leader may decide now."""

from collections.abc import Iterator, Mapping

from bot.desk.case import Button
from bot.desk.deciding import Decision
from bot.desk.errors import NoSuchCase
from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.hall import deciding, summons
from bot.hall.data import HallData
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.records import Posted
from bot.telegram.buttons import ACK

_LABELS: Mapping[str, str] = {
    ACK: "ack",
    Decision.PAUSE: "private.word.pause",
    Decision.HELP: "private.word.help",
    Decision.REASSIGN: "private.word.reassign",
    Decision.CALL: "private.word.call",
}


def label(data: HallData, value: str) -> str:
    """How people say what a button under an alert does."""
    return data.handbook.phrases[_LABELS[value]]


def offered(hall: Hall, lists: Lists, letter: Posted, by: Staff) -> Iterator[Button]:
    """The buttons under an alert: for those it concerns 收到, for leaders what they may decide now."""
    data, alert = hall.edition().data, summons.alert_of(lists, letter)
    if alert is None or alert.acked_by:
        return
    if summons.concerns(alert, by):
        yield Button(label(data, ACK), ACK)
    if not may(by, deciding.OPERATION):
        return
    try:
        for offer in deciding.offers(hall, lists, by, alert):
            yield Button(label(data, offer.decision), offer.decision.value)
    except NoSuchCase:
        return
