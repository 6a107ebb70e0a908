"""What a button asks for: whom one can name, refused before anybody writes for nothing, known by its own words."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.desk.case import Case, Kind, Letter, State
from bot.desk.errors import IllegalMove, NotYours, Paused, TransferWaits
from bot.desk.handing import transfer
from bot.desk.moves import Move
from bot.desk.pending import Pause
from bot.hall import counter, mirror
from bot.hall.house import Hall
from bot.hall.lists import Lists
from bot.hall.wording import render
from bot.telegram import asking
from bot.telegram.reading import Incoming, What
from tests.kit import CREW, LEADER, MONDAY, WORKER, edition, hall_at
from tests.kit_hall import newest, outage, staff, wants_person


async def outage_of(path: Path) -> Case:
    """An outage as it stands after the customer's words."""
    async with hall_at(path, memory=True) as hall:
        return (await outage(hall))[1]


def put(case: Case, move: Move, no: str, hours: int = 0) -> str:
    """The question as people read it."""
    data = edition().data
    by, now = data.books.person(no), MONDAY + timedelta(hours=hours)
    return render(data, asking.question(data, case, move, by, now))


async def test_every_question_names_its_case_and_its_move(tmp_path: Path) -> None:
    case = await outage_of(tmp_path)
    data = edition().data
    for move in asking.ASKED:
        assert put(case, move, CREW).startswith(f"【{case.no} {mirror.said_in(data, move)}】")


@pytest.mark.parametrize("move", [Move.HELP, Move.TRANSFER])
async def test_a_question_names_who_is_here_and_fits_those_who_know_the_matter_first(
    tmp_path: Path, move: Move
) -> None:
    case = await outage_of(tmp_path)
    hidden = replace(case, hidden_from=("A303",))
    named = put(hidden, move, CREW).split("在岗的同事：")[1].split("\n")[0]
    assert named.startswith("闻潮生（工号 A302")
    assert CREW not in named
    assert "A303" not in named
    assert named.count("工号") == asking.NAMED
    by_night = put(case, move, CREW, hours=14)
    assert "A201" not in by_night


async def test_whom_the_customer_avoids_is_not_named_as_successor(tmp_path: Path) -> None:
    case = await outage_of(tmp_path)
    barred = replace(case, customer="c-avoids")
    data = edition().data
    people = data.books.roster.staff
    avoiding = {**people, "A302": replace(people["A302"], avoid=frozenset({"c-avoids"}))}
    other = replace(data, books=replace(data.books, roster=replace(data.books.roster, staff=avoiding)))
    text = render(other, asking.question(other, barred, Move.TRANSFER, people[CREW], MONDAY))
    assert "A302" not in text


async def test_the_leader_may_name_himself_and_help_names_teams_and_posts(tmp_path: Path) -> None:
    case = await outage_of(tmp_path)
    data = edition().data
    alone = replace(data.books.roster, staff={no: data.books.person(no) for no in (CREW, LEADER)})
    few = replace(data, books=replace(data.books, roster=alone))
    text = render(few, asking.question(few, case, Move.REASSIGN, few.books.person(LEADER), MONDAY))
    assert f"工号 {LEADER}" in text
    none_left = render(few, asking.question(few, case, Move.TRANSFER, few.books.person(LEADER), MONDAY))
    assert "在岗的同事" not in none_left
    help_ = put(case, Move.HELP, CREW)
    assert "班组：引导台、综合柜台、后勤服务组、抢修班" in help_
    assert "岗位：引导岗、工作岗、服务岗、值班领导岗" in help_


async def test_what_the_desk_would_refuse_is_refused_at_the_button(tmp_path: Path) -> None:
    case = await outage_of(tmp_path)
    data = edition().data
    crew, worker = data.books.person(CREW), data.books.person(WORKER)
    with pytest.raises(NotYours):
        asking.allowed(data, case, Move.TRANSFER, worker, MONDAY)
    with pytest.raises(IllegalMove):
        asking.allowed(data, case, Move.RESOLVE, crew, MONDAY)
    asking.allowed(data, case, Move.TRANSFER, crew, MONDAY)
    waits = transfer(data.books, case, crew, "A302", "家里有急事", MONDAY).case
    with pytest.raises(TransferWaits):
        asking.allowed(data, waits, Move.TRANSFER, crew, MONDAY)
    asking.allowed(data, waits, Move.HELP, crew, MONDAY)


async def test_what_is_put_aside_already_is_not_asked_about_again(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await wants_person(hall)
        data, now = hall.edition().data, hall.clock.now()
        by = staff(hall, case.first_handler)
        with pytest.raises(IllegalMove):
            asking.allowed(data, case, Move.PAUSE, by, now)
        await counter.accept(hall, by, case.no)
        case = await newest(hall, case.customer)
        asking.allowed(data, case, Move.PAUSE, by, now)
        held = replace(case, pauses=(Pause("等客户来", by.no, now, now + timedelta(days=1), customer=True),))
        for state in (State.IN_PROGRESS, State.WAITING_CUSTOMER):
            with pytest.raises(Paused):
                asking.allowed(data, replace(held, state=state), Move.PAUSE, by, now)
        over = replace(held, pauses=(replace(held.pauses[0], ended_at=now),), state=State.WAITING_CUSTOMER)
        asking.allowed(data, over, Move.PAUSE, by, now)


async def heard(hall: Hall, no: str, text: str) -> str:
    """The move an answer to a message with these words does."""
    incoming = Incoming(What.WORDS, 7, reply_to=3, reply_text=text)

    def looking(lists: Lists) -> str:
        return asking.answered(hall, lists, no, incoming)

    return await hall.ledger.read(looking)


async def test_an_answer_is_known_by_the_words_of_a_question_that_was_put(tmp_path: Path) -> None:
    async with hall_at(tmp_path, memory=True) as hall:
        _, case = await outage(hall)
        data, now = hall.edition().data, hall.clock.now()
        text = render(data, asking.question(data, case, Move.HELP, staff(hall, CREW), now))
        shown = f"【演练】{text}"
        assert await heard(hall, case.no, shown) == Move.NOTE  # nobody put it
        letters = [
            Letter(mirror.to(case.no), Kind.ANSWER, f"{asking.key(Move.HELP)}:tg:9", text, case.no),
            Letter(mirror.to(case.no), Kind.ANSWER, "re:tg:10", "没有办：请写明内容。", case.no),
            Letter(mirror.to(case.no), Kind.ANSWER, "ask:accept:tg:11", "接单？", case.no),
        ]
        await hall.ledger.write(lambda page: [page.post(one, now, str) for one in letters])
        assert await heard(hall, case.no, shown) == Move.HELP
        assert await heard(hall, case.no, f"【演练】{case.no}\n{text}") == Move.HELP
        assert await heard(hall, case.no, text) == Move.NOTE
        assert await heard(hall, case.no, "【演练】没有办：请写明内容。") == Move.NOTE
        assert await heard(hall, case.no, "【演练】接单？") == Move.NOTE
        assert await heard(hall, case.no, "") == Move.NOTE
