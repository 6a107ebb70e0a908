"""Which letter is which alert; whoever else was called reads who has it, once, in place, and nobody else does."""

from dataclasses import replace

from bot.desk.case import CLOCK, Case, Event, Kind, Lane, Letter, Outcome, Post, Priority, State
from bot.desk.moves import Move
from bot.desk.roster import Staff
from bot.desk.words import words
from bot.hall import counter, drill, duty, summons
from bot.hall.house import Hall
from bot.hall.records import OpenAlert, Posted, Reach
from tests.bot.hall.test_delivery import through
from tests.kit import CREW, LEADER, MONDAY
from tests.kit_hall import Mailbox, forward, letters, outage, staff


async def raised(hall: Hall, *, only_open: bool = True) -> tuple[OpenAlert, ...]:
    return await hall.ledger.read(lambda lists: lists.alerts(only_open=only_open))


async def unaccepted(hall: Hall, minutes: int = 31) -> Case:
    """An outage nobody takes up, in a hall whose leaders have a messenger."""
    through(hall, Mailbox())
    for number, one in enumerate(hall.edition().data.books.roster.staff.values()):
        if one.post is Post.DUTY:
            reach = Reach(f"staff:{one.no}", ("desk", "tg"), 900 + number)
            await hall.ledger.write(lambda page, reach=reach: page.keep_reach(reach))  # type: ignore[misc]
    _, case = await outage(hall)
    await forward(hall, minutes=minutes)
    return case


async def calls(hall: Hall) -> list[Posted]:
    """Letters of alarm."""
    return [one for one in await letters(hall) if one.kind == Kind.ALERT]


async def seen(hall: Hall) -> list[Posted]:
    """What tells the others who has it."""
    return [one for one in await letters(hall, edits=True) if one.key.endswith(":seen")]


async def test_each_letter_of_alarm_says_which_alert_it_is(hall: Hall) -> None:
    await unaccepted(hall, 200)
    known = await raised(hall)
    assert len(known) >= 3
    for letter in await calls(hall):
        found = await hall.ledger.read(lambda lists, letter=letter: summons.alert_of(lists, letter))  # type: ignore[misc]
        assert found
        assert found.rung == summons.rung_of(letter.key)
    told = {summons.rung_of(one.key) for one in await calls(hall)}
    assert told == {one.rung for one in known}


def alert(id_: int, rung: str, text: str, **more: str) -> OpenAlert:
    return OpenAlert(id_, MONDAY, "broken", rung, "DL1", text, ("A001",), **more)


async def test_an_unmarked_letter_is_known_by_its_words_else_the_newest_open_one_is_meant(hall: Hall) -> None:
    case = await unaccepted(hall, 200)
    known = await raised(hall)
    letter = (await calls(hall))[0]

    async def meant(text: str, no: str = case.no) -> OpenAlert | None:
        bare = replace(letter, key="shut:x", text=text, case=no)
        return await hall.ledger.read(lambda lists: summons.alert_of(lists, bare))

    for one in known:
        found = await meant(f"转给您：{one.text}")
        assert found
        assert found.text == one.text
    assert await meant("别的话") == known[0]
    assert await meant(known[0].text, "DL20200101-0001") is None
    for one in known:
        await duty.acknowledge(hall, staff(hall, LEADER), one.id)
    found = await meant(known[-1].text)
    assert found
    assert found.acked_by == LEADER


def test_what_is_called_out_again_is_known_by_its_ledger_line() -> None:
    facts = {"no": "DL1", "why": "x"}
    again = Letter("staff:A001", Kind.ALERT, "case:DL1:9:0", words("alert.follow", **facts), "DL1")
    line = Event(
        "DL1", 9, MONDAY, Lane.SUPPORT, CLOCK, Move.ESCALATE, public=False, text=words("event.follow", **facts)
    )
    case = Case("DL1", "t", State.OPEN, Priority.NORMAL, "c", "A301", MONDAY, MONDAY)
    (kept,) = summons.named(Outcome(case, (replace(line, facts={"rung": "danger"}),), (again,))).letters
    assert summons.rung_of(kept.key) == "danger"
    assert summons.named(Outcome(case, (), (kept,))).letters == (kept,)
    (bare,) = summons.named(Outcome(case, (line,), (again,))).letters
    assert bare == again
    status = replace(again, kind=Kind.STATUS)
    assert summons.named(Outcome(case, (replace(line, facts={"rung": "danger"}),), (status,))).letters == (status,)


async def test_the_others_who_were_called_read_who_has_it_once(hall: Hall) -> None:
    await unaccepted(hall, 240)
    up = next(one for one in await raised(hall) if len(one.to) > 1)
    by = staff(hall, up.to[-1])
    await duty.acknowledge(hall, by, up.id)
    await duty.acknowledge(hall, staff(hall, up.to[0]), up.id)
    others = [one for one in await calls(hall) if summons.rung_of(one.key) == up.rung and one.to != f"staff:{by.no}"]
    assert others
    told = await seen(hall)
    assert [(one.to, one.replaces) for one in told] == [(one.to, one.seq) for one in reversed(others)]
    for letter, original in zip(told, reversed(others), strict=True):
        assert letter.text.startswith(original.text)
        assert f"—— 已由{by.name}（工号 {by.no}" in letter.text
        assert letter.kind == Kind.STATUS
        assert letter.buttons == ()
    assert "desk" in told[0].channels


async def test_what_a_deed_answers_is_seen_too_and_who_has_only_the_desk_is_told_nothing(hall: Hall) -> None:
    case = await unaccepted(hall)
    assert "accept" in [one.why for one in await raised(hall)]
    await counter.accept(hall, staff(hall, CREW), case.no)
    (told,) = await seen(hall)
    assert "无人接单" in told.text
    assert CREW in told.text
    assert told.to != f"staff:{CREW}"


async def test_without_a_messenger_nobody_is_written_to_again(hall: Hall) -> None:
    _, case = await outage(hall)
    await forward(hall, minutes=31)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await drill.settle(hall)
    assert await seen(hall) == []


def test_whom_an_alert_concerns() -> None:
    alarm = alert(1, "half:x", "一")
    worker, leader = Staff("A301", "雷九川", Post.WORK), Staff("A002", "某人", Post.DUTY)
    assert not summons.concerns(alarm, worker)
    assert summons.concerns(replace(alarm, to=("A301",)), worker)
    assert summons.concerns(alarm, leader)
    assert not summons.concerns(replace(alarm, to=("A002",)), replace(leader, on=False))
