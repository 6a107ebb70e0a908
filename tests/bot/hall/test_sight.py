"""A hidden case leaves no trace in ledger, talk and thread."""

from dataclasses import replace

from bot.desk.case import Case, Event, Lane, Secrecy
from bot.desk.outcome import record
from bot.guide.thread import Floor, Thread
from bot.hall import sight
from bot.hall.house import Hall
from bot.hall.records import Line
from tests.kit import CREW, LEADER, MONDAY, WORKER, say
from tests.kit_hall import newest, outage, sit_down, staff

OTHER = "DL20261123-0009"


async def kept(hall: Hall, case: Case) -> None:
    """The case as it is from now on."""
    books = hall.edition().data.books
    await hall.ledger.write(lambda page: page.record(record(books, case, MONDAY, []), str))


async def veiled(hall: Hall, customer: str, no: str) -> frozenset[str]:
    books = hall.edition().data.books
    return await hall.ledger.read(lambda lists: sight.veiled(lists, books, customer, staff(hall, no), MONDAY))


async def talk(hall: Hall, case: Case, no: str) -> list[str]:
    """What this person reads of the talk about the case."""
    books = hall.edition().data.books
    lines = await hall.ledger.read(lambda lists: sight.talk_about(lists, books, case, staff(hall, no), MONDAY))
    return [line.text for line in lines]


async def test_a_case_is_there_only_for_who_sees_it(hall: Hall) -> None:
    customer, case = await outage(hall)
    await kept(hall, replace(case, hidden_from=(CREW,)))
    for no, there in ((CREW, False), (LEADER, True)):
        found = await hall.ledger.read(lambda lists, no=no: sight.case(lists, case.no, staff(hall, no)))  # type: ignore[misc]
        assert (found is not None) is there
        assert await veiled(hall, customer, no) == (frozenset() if there else {case.no})
    assert await hall.ledger.read(lambda lists: sight.case(lists, OTHER, staff(hall, LEADER))) is None


async def test_a_secret_case_is_met_under_nobody_s_name(hall: Hall) -> None:
    customer, case = await outage(hall)
    await say(hall, customer, "我叫林晚照，电话19900001234")
    case = await newest(hall, customer)
    await kept(hall, replace(case, secrecy=Secrecy.CONFIDENTIAL))
    assert await veiled(hall, customer, WORKER) == {case.no}
    assert await veiled(hall, customer, CREW) == frozenset()
    case = replace(await newest(hall, customer), secrecy=Secrecy.ANONYMOUS)
    await kept(hall, case)
    assert await veiled(hall, customer, CREW) == {case.no}
    told = "".join(await talk(hall, case, CREW))
    assert case.no in told
    assert "19900001234" not in told
    assert "林晚照" not in told


def test_events_that_name_a_hidden_case_are_left_out() -> None:
    plain = Event("DL1", 1, MONDAY, Lane.CUSTOMER, "customer", "open", public=True, text="没电")
    said = replace(plain, seq=2, move="link", text=f"和 {OTHER} 连在一起")
    linked = replace(plain, seq=3, move="link", facts={"case": OTHER})
    assert sight.events((plain, said, linked), {OTHER}) == (plain,)
    assert sight.events((plain, said, linked), ()) == (plain, said, linked)


def test_lines_about_a_hidden_case_are_left_out() -> None:
    plain = Line(1, MONDAY, "guide", "您好")
    about = replace(plain, seq=2, case=OTHER)
    named = replace(plain, seq=3, text=f"投诉 {OTHER} 已登记", case="DL1")
    assert sight.lines((plain, about, named), {OTHER}) == (plain,)


def test_a_thread_that_is_somebody_else_s_business_reads_as_a_new_one() -> None:
    about = Thread("w1", "outage_repair", {"phone": "1"}, case=OTHER, floor=Floor.STAFF, speaker=LEADER)
    assert sight.thread(about, {OTHER}) == Thread("w1")
    assert sight.thread(about, ()) == about
    early = Thread("w1", "complaint", {"phone": "1"}, asking="about", draft=True)
    assert sight.thread(early, ()) == Thread("w1")
    opened = replace(early, case="DL1", draft=False)
    assert sight.thread(opened, ()) == opened


async def test_who_stays_unknown_is_unknown_in_his_earliest_words_too(hall: Hall) -> None:
    customer = await sit_down(hall)
    await say(
        hall, customer, "我叫张建国，我要举报楼下饭店偷电", "3", "盐仓巷8号", "就是后院，我是张建国，打19911112222"
    )
    case = await newest(hall, customer)
    assert case.secrecy is Secrecy.ANONYMOUS
    read = "\n".join(await talk(hall, case, LEADER))
    assert "偷电" in read
    assert "张建国" not in read
    assert "19911112222" not in read
    later = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100)[-1:])
    kept = [line for line in await hall.ledger.read(lambda lists: lists.lines(customer, 0, 100)) if "后院" in line.text]
    assert "张建国" not in kept[0].text + str(kept[0].heard) + later[0].text
