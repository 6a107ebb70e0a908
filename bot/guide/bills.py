"""What an account owes and used, told to who has proven it: a month's bill, balance, arrears; no name, no address."""

from datetime import time

from bot.desk.words import Words, words
from bot.guide import menu, months
from bot.guide.said import Say, Scene, Turn
from bot.guide.supply import Account, Bill, Energy, Month, Tail, Yuan
from bot.guide.telling import HUMAN, lines, seek, slow, today
from bot.guide.thread import Thread
from bot.guide.wants import Finding, Sought, Want

OTHER = ("查别的户号", "account.other")
REACH = 12
"""Months looked back for the newest bill."""


def account_of(scene: Scene, no: str) -> Finding | Turn:
    """The account's own row."""
    return seek(scene, Want(Sought.ACCOUNT, account=no))


def standing(account: Account) -> tuple[Words, ...]:
    """Arrears and balance, those that are known."""
    said: list[Words] = []
    if account.arrears is not None and account.arrears > 0:
        said.append(words("bill.arrears", arrears=Yuan(account.arrears)))
    elif account.arrears is not None:
        said.append(words("bill.no_arrears"))
    if account.balance is not None:
        said.append(words("bill.balance", balance=Yuan(account.balance)))
    return tuple(said)


def _paid(scene: Scene, bill: Bill) -> Words:
    if bill.paid_at is not None:
        whole = bill.paid_at.time() == time()  # only the day is known
        return words("bill.paid", paid_at=bill.paid_at.date() if whole else bill.paid_at)
    if bill.due is not None and bill.due < today(scene):
        return words("bill.overdue", due=bill.due)
    return words("bill.unpaid", due=bill.due)


def _told(scene: Scene, bill: Bill) -> tuple[Words, ...]:
    figures = words(
        "bill.month",
        tail=Tail(bill.account),
        month=Month(bill.month),
        kwh=Energy(bill.kwh),
        amount=Yuan(bill.amount),
    )
    read: tuple[Words, ...] = ()
    if bill.from_reading is not None and bill.to_reading is not None:
        read = (words("bill.readings", since=Energy(bill.from_reading), till=Energy(bill.to_reading)),)
    return (figures, *read, _paid(scene, bill))


def tell(scene: Scene, thread: Thread, no: str) -> Turn:
    """The bill of the month asked for, else the newest; and how the account stands."""
    account = account_of(scene, no)
    if isinstance(account, Turn):
        return account
    asked = thread.slots.get("month", "")
    since, till = (asked, asked) if asked else (months.back(today(scene), REACH), months.back(today(scene), 0))
    found = seek(scene, Want(Sought.BILLS, account=no, since=since, till=till)) if not account.slow else account
    if isinstance(found, Turn):
        return found
    if account.slow or found.slow:
        return slow(scene, thread)
    newest = max((bill for bill in found.bills if bill.account == no), key=lambda bill: bill.month, default=None)
    if newest:
        said = _told(scene, newest)
    else:
        said = (words("bill.none", tail=Tail(no), month=Month(asked) if asked else words("bill.lately")),)
    stands = standing(account.account) if account.account else ()
    after, buttons = menu.offer(thread, scene.now, OTHER, HUMAN)
    return Turn(after, (Say(lines(*said, *stands), buttons),))


def owed(scene: Scene, thread: Thread, no: str) -> Turn:
    """How and where to pay, and what this account owes."""
    answer = words(f"answer:{thread.topic}", **scene.known)
    account = account_of(scene, no)
    if isinstance(account, Turn):
        return account
    if account.slow:
        return slow(scene, thread, answer)
    stands = standing(account.account) if account.account else ()
    if not stands:
        return Turn(thread, (Say(answer),))
    return Turn(thread, (Say(lines(words("bill.account", tail=Tail(no)), *stands, answer)),))
