from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from bot.desk.case import Case, Outcome, Priority
from bot.desk.pending import Callback, Transfer
from bot.hall import counter, drill, handing, todo
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.todo import First
from tests.kit import LEADER, hall_at, say

HANDLER, HELPER = "A301", "A302"


async def opened(hall: Hall, customer: str) -> Case:
    await say(hall, customer, "停电报修", "芦苇路8号3幢502", "只有我家", "13800000001")
    (case,) = await hall.ledger.read(lambda lists: lists.cases_of(customer))
    return await change(hall, case, first_handler=HANDLER)


async def change(hall: Hall, case: Case, **fields: object) -> Case:
    now = await hall.ledger.read(lambda lists: lists.case(case.no))
    changed = replace(now, **fields)  # type: ignore[arg-type]
    return await hall.ledger.write(lambda page: page.record(Outcome(changed, ()), str))


def reader(hall: Hall, no: str) -> todo.Reader:
    books = hall.edition().data.books
    return todo.reader(books, books.person(no), hall.clock.now())


async def first(hall: Hall, no: str) -> First | None:
    who = reader(hall, no)
    return await hall.ledger.read(lambda lists: todo.first(lists, who))


async def why(hall: Hall, no: str) -> tuple[str, str]:
    found = await first(hall, no)
    return (found.case.no, found.why) if found else ("", "")


async def test_what_presses_most_comes_first_and_says_why(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        assert await first(hall, HANDLER) is None
        one = await opened(hall, "c1")
        two = await opened(hall, "c2")
        by = hall.edition().data.books.person(HANDLER)
        assert await why(hall, HANDLER) == (one.no, "accept")
        await counter.accept(hall, by, one.no)
        assert await why(hall, HANDLER) == (two.no, "accept")
        await counter.accept(hall, by, two.no)
        now = hall.clock.now()
        calm = tuple(
            replace(one, promise_at=now + timedelta(hours=9), internal_at=now + timedelta(hours=8))
            for one in one.promises
        )
        await change(hall, one, promises=calm)
        await change(hall, two, promises=calm)
        assert (await why(hall, HANDLER))[1] == "next"
        soon = tuple(replace(one, internal_at=now + timedelta(minutes=20)) for one in calm)
        await change(hall, two, promises=soon)
        assert await why(hall, HANDLER) == (two.no, "soon")
        late = tuple(replace(one, promise_at=now - timedelta(minutes=1)) for one in calm)
        await change(hall, one, promises=late)
        assert await why(hall, HANDLER) == (one.no, "late")
        await change(hall, two, state="open", priority=Priority.EMERGENCY)
        assert await why(hall, HANDLER) == (two.no, "danger")


async def test_a_customer_who_waits_for_an_answer_comes_before_the_next_promise(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        by = hall.edition().data.books.person(HANDLER)
        await counter.accept(hall, by, case.no)
        await change(hall, case, promises=())
        await counter.reply(hall, by, case.no, "师傅已经出发了。")
        await drill.settle(hall)
        assert await why(hall, HANDLER) == (case.no, "oldest")
        await say(hall, "c1", "好，大概几点到呢")
        assert await why(hall, HANDLER) == (case.no, "waits")
        await counter.reply(hall, by, case.no, "十分钟后到。")
        await drill.settle(hall)
        assert await why(hall, HANDLER) == (case.no, "oldest")


async def test_a_task_waits_for_everybody_it_was_meant_for_until_somebody_takes_it(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        books = hall.edition().data.books
        await counter.accept(hall, books.person(HANDLER), case.no)
        await handing.help_(hall, books.person(HANDLER), case.no, "crew", "带梯子来", Asked())
        assert await why(hall, HELPER) == (case.no, "help")
        await counter.accept(hall, books.person(HELPER), case.no)
        assert await why(hall, HELPER) == (case.no, "help")
        assert await first(hall, "A303") is None
        await handing.help_done(hall, books.person(HELPER), case.no, "送到了", Asked())
        assert await first(hall, HELPER) is None


async def test_a_leader_is_led_to_what_only_he_decides(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        books = hall.edition().data.books
        now = hall.clock.now()
        assert await first(hall, LEADER) is None
        await change(hall, case, transfer=Transfer("A302", "支援邻镇", HANDLER, now, asks=False))
        assert await first(hall, LEADER) is None  # nobody has asked for his word yet
        await change(hall, case, transfer=None, transfers=9)
        await handing.transfer(hall, books.person(HANDLER), case.no, "A302", "支援邻镇", Asked())
        assert await why(hall, LEADER) == (case.no, "decide")
        await handing.reassign(hall, books.person(LEADER), case.no, HANDLER, "您最熟", Asked())
        assert await first(hall, LEADER) is None


async def test_a_callback_is_never_the_next_thing_of_the_one_rated(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        by = hall.edition().data.books.person(HANDLER)
        await counter.accept(hall, by, case.no)
        facts = {item.field: "已核实" for item in hall.edition().data.books.topics[case.topic].closing}
        await counter.resolve(hall, by, case.no, "换了熔丝", facts)
        await say(hall, "c1", "已解决", "1")
        assert await why(hall, LEADER) == (case.no, "callback")
        now = hall.clock.now()
        await change(hall, case, callback=Callback(LEADER, now, now), rating=None)
        assert await first(hall, LEADER) is None
        assert await why(hall, "A002") == (case.no, "callback")


async def test_who_stands_in_is_led_to_the_cases_of_the_one_away(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        await change(hall, case, first_handler="A203", state="open", promises=())
        assert await first(hall, "A202") is None
        who = reader(hall, "A202")
        standing = replace(who, standing=("A203",))
        found = await hall.ledger.read(lambda lists: todo.first(lists, standing))
        assert found
        assert (found.case.no, found.why) == (case.no, "accept")
        books = hall.edition().data.books
        then = hall.clock.now() + timedelta(days=17)
        assert todo.reader(books, books.person("A202"), then).standing == ("A203",)


async def test_news_is_what_others_did_since_one_last_looked(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        case = await opened(hall, "c1")
        books = hall.edition().data.books
        by, leader = books.person(HANDLER), books.person(LEADER)
        who = reader(hall, HANDLER)
        assert await hall.ledger.read(lambda lists: todo.news(lists, who)) == ("", ())
        await hall.ledger.write(lambda page: todo.look_through(page, who))
        since, found = await hall.ledger.read(lambda lists: todo.news(lists, who))
        assert (since, found) == (who.now.isoformat(), ())
        await counter.accept(hall, by, case.no)
        assert (await hall.ledger.read(lambda lists: todo.news(lists, who)))[1] == ()
        await counter.note(hall, leader, case.no, "客户家有老人")
        other = await opened(hall, "c2")
        (note, fresh) = (await hall.ledger.read(lambda lists: todo.news(lists, who)))[1]
        if note.case.no == other.no:
            note, fresh = fresh, note
        assert [str(event.text) for event in note.events] == ["客户家有老人"]
        assert (fresh.case.no, fresh.events[0].move) == (other.no, "open")
        await change(hall, case, hidden_from=(HANDLER,))
        assert [one.case.no for one in (await hall.ledger.read(lambda lists: todo.news(lists, who)))[1]] == [other.no]
