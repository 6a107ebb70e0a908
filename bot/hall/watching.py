"""Who lives by a machine in an outage 生命支持用户: a case each, asked first, and one list for the duty leader."""

from dataclasses import dataclass, replace

from bot.desk import notices
from bot.desk.case import Case, Outcome
from bot.desk.errors import NoSuchCase
from bot.desk.notices import TOPIC, Concerned, News, Plan
from bot.desk.promises import LIVE
from bot.hall import cards
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.mirror import mirrored
from bot.hall.pages import Page
from bot.hall.views import masked
from bot.hall.wording import render
from intents.slots import mask


@dataclass(frozen=True, slots=True)
class Watch:
    """One such customer in one outage, what he is told, and the key of that letter."""

    plan: Plan
    who: Concerned
    news: News
    key: str


def _case_key(plan: Plan, customer: str) -> str:
    return f"notice.case:{plan.no}:{customer}"


def _written(hall: Hall, page: Page, outcome: Outcome) -> Case:
    data = hall.edition().data
    return page.record(mirrored(hall, page, outcome), lambda text: mask(render(data, text)))


def watch(hall: Hall, page: Page, one: Watch) -> int:
    """He is told, within one page with his case; 0: he has heard it."""
    data, now, who = hall.edition().data, hall.clock.now(), one.who
    page.thread(who.customer)  # his row is locked: of two processes one is second
    if page.lists().posted(one.key):
        return 0
    held = notices.held(data.books, one.plan, who, now)
    known = page.remembered(_case_key(one.plan, who.customer))
    if known:
        try:
            told = notices.moved(data.books, one.plan, page.case(known), one.news, now)
        except NoSuchCase:
            told = None
        if told:
            _written(hall, page, notices.keyed(told, one.key, held))
            return 1
    if known or one.news is not News.PLANNED or TOPIC not in data.books.topics:
        letter = notices.letter(data.books, one.plan, who, one.news, one.key, now)
        return int(page.post(letter, now, lambda text: mask(render(data, text))))
    no = page.next_no(f"DL{now.astimezone(data.books.calendar.zone):%Y%m%d}-")
    others = page.cases_of(who.customer)
    opened = notices.watched(data.books, one.plan, who, no, others, page.load(), now)
    carded = replace(opened, case=replace(opened.case, card=cards.fresh()))
    cards.remember(page, _written(hall, page, notices.keyed(carded, one.key, held)))
    page.remember(_case_key(one.plan, who.customer), no)
    listing = page.remembered(_list_key(one.plan))
    page.remember(_list_key(one.plan), f"{listing} {no}".strip())
    return 1


def _list_key(plan: Plan) -> str:
    return f"notice.list:{plan.no}"


def unlisted(lists: Lists, plan: Plan) -> bool:
    """Whether cases were opened that no list has named yet."""
    return bool(lists.remembered(_list_key(plan)))


def listed(hall: Hall, page: Page, plan: Plan, n: int) -> int:
    """Those opened since the last list, as one alert by masked names; it stands on the first of their cases."""
    data, now = hall.edition().data, hall.clock.now()
    numbers = page.remembered(_list_key(plan)).split()
    cases = [case for no in numbers if (case := page.case(no)).state in LIVE]
    if not cases or plan.begin_at <= now:  # where it is dark already each of them is an alert of its own
        return 0
    names = [
        f"{masked('name', case.slots.get('name', '')) or '（未留姓名）'}（{case.no}，首办 {case.first_handler}）"
        for case in cases
    ]
    outcome = notices.listed(data.books, plan, cases[0], names, f"care:{plan.no}:{n}", now)
    if outcome:
        _written(hall, page, outcome)
    page.remember(_list_key(plan), "")
    return int(outcome is not None)
