"""An alert as it is called out: which letter is which alert, and what the others see once somebody has answered it."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from bot.desk.case import Event, Kind, Letter, Outcome
from bot.desk.errors import NoSuchCase
from bot.desk.pending import Raised
from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.desk.words import Words, words
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.pages import Page
from bot.hall.records import LASTING, LetterQuery, OpenAlert, Posted

STAFF = "staff:"
_MARK = ":alert:"
_MANY = 1000


def rung_of(key: str) -> str:
    """The rung of the alert a letter of this key tells of; empty: it does not say."""
    return key.partition(_MARK)[2]


def _rung(letter: Letter, rungs: Mapping[str, object], events: tuple[Event, ...]) -> str:
    """By the words of an alert just raised; who is called once more is called with the facts of its ledger line."""
    found = next((rung for rung, text in rungs.items() if text == letter.text), "")
    if found or not isinstance(letter.text, Words):
        return found
    facts = letter.text.facts
    lines = (event for event in events if isinstance(event.text, Words) and event.text.facts == facts)
    return next((event.facts["rung"] for event in lines if "rung" in event.facts), "")


def named(outcome: Outcome) -> Outcome:
    """The outcome whose letters of alarm say in their keys which alert they are."""
    rungs = {alert.rung: alert.text for alert in outcome.alerts}

    def keyed(letter: Letter) -> Letter:
        rung = _rung(letter, rungs, outcome.events) if letter.kind is Kind.ALERT and not rung_of(letter.key) else ""
        return replace(letter, key=f"{letter.key}{_MARK}{rung}") if rung else letter

    return replace(outcome, letters=tuple(keyed(letter) for letter in outcome.letters))


def alert_of(lists: Lists, letter: Posted) -> OpenAlert | None:
    """The alert a letter tells of: as its key says, else by its words, else the newest of the case that is open."""
    rung = rung_of(letter.key)
    for only_open in (True, False):  # those that are open are few
        ours = [one for one in lists.alerts(only_open=only_open) if one.case == letter.case]
        meant = [one for one in ours if (one.rung == rung if rung else one.text in letter.text)]
        if meant:
            return meant[0]
        if ours and not rung and only_open:
            return ours[0]
    return None


def concerns(alert: OpenAlert, by: Staff) -> bool:
    """Whether this person may say that he has it: whom it has reached, and every leader."""
    return may(by, "alerts.ack") and (by.no in alert.to or may(by, "alerts.all"))


def _just(page: Page, outcome: Outcome) -> tuple[Raised, ...]:
    """Alerts of the case that somebody answers for now and nobody did before."""
    mine = [one for one in outcome.case.raised if one.acked_by]
    if not mine:
        return ()
    try:
        before = {one.rung for one in page.lists().case(outcome.case.no).raised if one.acked_by}
    except NoSuchCase:
        return ()
    return tuple(one for one in mine if one.rung not in before)


def answered(hall: Hall, page: Page, outcome: Outcome) -> Iterator[Letter]:
    """Whoever else was called reads under his alert who has it now, in place; its buttons are gone."""
    just = {one.rung: one for one in _just(page, outcome)}
    if not just:
        return
    people, no = hall.edition().data.books, outcome.case.no
    query = LetterQuery(case=no, kind=Kind.ALERT, limit=_MANY, newest=True)
    for letter in page.lists().letters_for(query).items:
        one = just.get(rung_of(letter.key))
        if one is None or letter.state == "dead" or letter.to == f"{STAFF}{one.acked_by}":
            continue
        reach = page.lists().reach(letter.to)
        if reach and set(reach.channels) - set(LASTING):
            told = words("alert.seen", text=letter.text, by=people.person(one.acked_by), at=one.acked_at)
            yield Letter(letter.to, Kind.STATUS, f"{letter.key}:seen", told, no, edits=letter.key)
