"""What a case waits for, in the customer's words: why nothing seems to happen, and what was promised besides."""

from bot.desk import promises
from bot.desk.books import Books
from bot.desk.case import Case, Kept, Promise, State
from bot.desk.promises import LIVE
from bot.desk.words import Words, words

ASKED = "asked"
"""What a paper's state is while it is waited for."""


def papers(case: Case) -> tuple[str, ...]:
    """The customer's papers that the running pause still waits for."""
    pause = promises.paused(case)
    return tuple(name for name in pause.wants if case.papers.get(name, ASKED) == ASKED) if pause else ()


def held(case: Case) -> dict[str, object]:
    """The pause that runs: our own reason, or what is waited for from the customer, and till when."""
    pause = promises.paused(case)
    yours = bool(pause and pause.customer)
    return {
        "pause": pause.reason if pause and not yours else "",
        "yours": pause.reason if pause and yours else "",
        "until": pause.until if pause else None,
        "papers": papers(case),
    }


def hands(books: Books, case: Case) -> Words | None:
    """What keeps the hands busy: a helper's part, a change of first handler that is not decided."""
    if case.state not in LIVE:
        return None
    wish = case.transfer
    if wish:
        code = "case.waits.consent" if wish.asks and not wish.consented_at else "case.waits.leader"
        return words(code, to=books.person(wish.to))
    helping = [books.person(task.helper) for task in case.tasks if task.helper and task.done_at is None]
    return words("case.waits.help", helpers=helping) if helping else None


def own(case: Case) -> Promise | None:
    """The next promise of the hall's own."""
    return next((one for one in promises.running(case) if one.to != promises.SAID), None)


def given(case: Case) -> tuple[Promise, ...]:
    """Promises made in talk that run, earliest first: tracked like any other, by the name of who made them."""
    return tuple(one for one in promises.running(case) if one.to == promises.SAID)


def late(case: Case) -> bool:
    """Whether a promise to the customer is broken and not made good."""
    return case.state is not State.RESOLVED and any(
        one.kept is Kept.BROKEN and one.ended_at is None for one in case.promises
    )
