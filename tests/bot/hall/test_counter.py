from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from bot.desk.case import Case, State
from bot.desk.errors import Changed, IllegalMove, Missing, NoSuchCase, NotYours
from bot.guide.thread import Floor, Thread
from bot.hall import counter, drill, reception
from bot.hall.counter import Asked, Preview
from bot.hall.house import Hall
from tests.kit import CREW, GUIDE, LEADER, WORKER, say, told
from tests.kit_hall import (
    ADDRESS,
    CLOSING,
    OUTAGE,
    hear,
    letters,
    moves_of,
    newest,
    outage,
    sit_down,
    staff,
    thread_of,
    wants_person,
)

PLAIN = Asked()
Doing = Callable[[Hall, str, Asked], Awaitable[Case | Preview]]


async def resolve(hall: Hall, no: str, asked: Asked = PLAIN) -> Case | Preview:
    return await counter.resolve(hall, staff(hall, CREW), no, "好了", CLOSING, asked)


async def worked(hall: Hall) -> tuple[str, Case]:
    customer, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    return customer, await newest(hall, customer)


async def test_a_whole_life_in_moves(hall: Hall) -> None:
    customer, case = await outage(hall)
    crew, leader = staff(hall, CREW), staff(hall, LEADER)
    await counter.accept(hall, crew, case.no)
    await counter.note(hall, crew, case.no, "家里有老人")
    await counter.stage(hall, crew, case.no, "arrive", "到了")
    await counter.reply(hall, crew, case.no, "十分钟就好")
    await counter.release(hall, crew, case.no)
    await resolve(hall, case.no)
    await counter.reopen(hall, crew, case.no, "又停了")
    await resolve(hall, case.no)
    await counter.close(hall, leader, case.no, "电话核实过")
    moves = await moves_of(hall, case.no)
    assert [move for move in moves if move not in ("open", "kept")] == [
        "accept", "note", "stage", "reply", "release", "resolve", "reopen", "resolve", "close",
    ]  # fmt: skip
    await drill.settle(hall)
    text = await told(hall, customer)
    assert "家里有老人" not in text
    for words in ("已接单", "已到现场", "十分钟就好", "重新办理", "请您确认", "电话核实过"):
        assert words in text
    assert (await newest(hall, customer)).state is State.CLOSED


async def test_cancelling(hall: Hall) -> None:
    customer, case = await outage(hall)
    found = await counter.cancel(hall, staff(hall, CREW), case.no, "重复报修")
    assert isinstance(found, Case)
    assert found.state is State.CANCELLED
    await drill.settle(hall)
    assert "重复报修" in await told(hall, customer)


MOVES: dict[str, Doing] = {
    "accept": lambda hall, no, asked: counter.accept(hall, staff(hall, WORKER), no, asked),
    "release": lambda hall, no, asked: counter.release(hall, staff(hall, WORKER), no, asked),
    "reply": lambda hall, no, asked: counter.reply(hall, staff(hall, WORKER), no, "x", asked),
    "note": lambda hall, no, asked: counter.note(hall, staff(hall, WORKER), no, "x", asked),
    "stage": lambda hall, no, asked: counter.stage(hall, staff(hall, WORKER), no, "arrive", "", asked),
    "resolve": lambda hall, no, asked: counter.resolve(hall, staff(hall, WORKER), no, "x", {}, asked),
    "reopen": lambda hall, no, asked: counter.reopen(hall, staff(hall, WORKER), no, "x", asked),
    "cancel": lambda hall, no, asked: counter.cancel(hall, staff(hall, WORKER), no, "x", asked),
    "close": lambda hall, no, asked: counter.close(hall, staff(hall, WORKER), no, "x", asked),
}


@pytest.mark.parametrize("move", MOVES)
async def test_a_stranger_is_refused_the_refusal_is_kept_and_nothing_changes(hall: Hall, move: str) -> None:
    customer, case = await outage(hall)
    before = await letters(hall), await moves_of(hall, case.no), await thread_of(hall, customer)
    with pytest.raises(NotYours):
        await MOVES[move](hall, case.no, Asked(id="1"))
    assert await newest(hall, customer) == case
    assert (await letters(hall), await moves_of(hall, case.no), await thread_of(hall, customer)) == before
    (event,) = [one for one in await hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
    assert (event.by, event.facts) == (WORKER, {"move": move, "case": case.no})


async def test_a_case_that_does_not_exist(hall: Hall) -> None:
    with pytest.raises(NoSuchCase):
        await counter.accept(hall, staff(hall, CREW), "DL20261123-0999")


class TestDry:
    async def test_it_says_whom_it_would_reach_in_which_words_and_keeps_nothing(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        before = await letters(hall), await moves_of(hall, case.no), await thread_of(hall, customer)
        found = await counter.reply(hall, staff(hall, CREW), case.no, "就来", Asked(id="d", dry=True))
        assert found == Preview(1, (case.no,), "就来")
        found = await counter.note(hall, staff(hall, CREW), case.no, "内部", Asked(dry=True))
        assert found == Preview(0, (case.no,), "")
        assert await newest(hall, customer) == case
        assert (await letters(hall), await moves_of(hall, case.no), await thread_of(hall, customer)) == before
        await counter.reply(hall, staff(hall, CREW), case.no, "就来", Asked(id="d"))
        assert "reply" in await moves_of(hall, case.no)

    async def test_what_fell_due_meanwhile_is_not_told_by_a_trial(self, still: Hall) -> None:
        customer = await sit_down(still)
        await hear(still, customer, OUTAGE, ADDRESS)
        await reception.drain(still, customer)
        case = await newest(still, customer)
        drill.practice(still).clock.turn_to(still.clock.now() + timedelta(hours=1))
        await counter.accept(still, staff(still, CREW), case.no, Asked(dry=True))
        assert await moves_of(still, case.no) == ["open", "open"]
        await counter.accept(still, staff(still, CREW), case.no)
        moves = await moves_of(still, case.no)
        assert moves[-1] == "accept"
        assert "escalate" in moves
        assert "broken" in moves

    async def test_a_trial_is_refused_like_the_real_thing(self, hall: Hall) -> None:
        _, case = await outage(hall)
        with pytest.raises(IllegalMove):
            await resolve(hall, case.no, Asked(dry=True))
        with pytest.raises(NotYours):
            await counter.accept(hall, staff(hall, WORKER), case.no, Asked(dry=True))


class TestAsking:
    async def test_a_stale_version_changes_nothing(self, hall: Hall) -> None:
        customer, case = await outage(hall)
        crew = staff(hall, CREW)
        await counter.note(hall, crew, case.no, "x", Asked(version=case.version))
        with pytest.raises(Changed) as changed:
            await counter.accept(hall, crew, case.no, Asked(version=case.version))
        assert changed.value.version == (await newest(hall, customer)).version
        assert (await newest(hall, customer)).state is State.OPEN

    async def test_the_same_request_is_done_once_whatever_happened_since(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        crew, asked = staff(hall, CREW), Asked(id="r1", version=case.version)
        for _ in range(3):
            await counter.reply(hall, crew, case.no, "就来", asked)
        await resolve(hall, case.no)
        again = await counter.reply(hall, crew, case.no, "就来", asked)
        assert again == await newest(hall, customer)
        assert (await moves_of(hall, case.no)).count("reply") == 1

    async def test_an_id_is_one_persons_and_one_cases(self, hall: Hall) -> None:
        _, one = await outage(hall)
        _, other = await outage(hall)
        await counter.note(hall, staff(hall, CREW), one.no, "x", Asked(id="1"))
        await counter.note(hall, staff(hall, LEADER), one.no, "x", Asked(id="1"))
        await counter.note(hall, staff(hall, other.first_handler), other.no, "x", Asked(id="1"))
        assert (await moves_of(hall, one.no)).count("note") == 2
        assert (await moves_of(hall, other.no)).count("note") == 1

    async def test_what_was_refused_may_be_asked_again_with_the_same_id(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        crew = staff(hall, CREW)
        with pytest.raises(Missing):
            await counter.resolve(hall, crew, case.no, "好了", {}, Asked(id="1"))
        await counter.resolve(hall, crew, case.no, "好了", CLOSING, Asked(id="1"))
        assert (await newest(hall, customer)).state is State.RESOLVED

    async def test_an_id_number_in_staffs_words_is_masked(self, hall: Hall) -> None:
        _, case = await worked(hall)
        await counter.reply(hall, staff(hall, CREW), case.no, "您的身份证110101199003070134已登记")
        assert "110101199003070134" not in str(await letters(hall))


class TestFloor:
    async def test_accepting_a_call_for_a_person_takes_it_accepting_work_does_not(self, hall: Hall) -> None:
        customer, case = await wants_person(hall)
        await counter.accept(hall, staff(hall, GUIDE), case.no)
        assert await thread_of(hall, customer) == Thread(
            customer, "human_agent", floor=Floor.STAFF, speaker=GUIDE, case=case.no, version=2
        )
        assert "现在由" not in str(await letters(hall))
        customer, case = await worked(hall)
        assert (await thread_of(hall, customer)).floor is Floor.GUIDE

    async def test_the_first_reply_takes_it_and_says_so_once(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        for text in ("您好", "就来"):
            await counter.reply(hall, staff(hall, CREW), case.no, text)
        texts = [letter.text for letter in await letters(hall, f"customer:{customer}")]
        assert len([text for text in texts if "现在由雷九川" in text]) == 1
        assert [text for text in texts if "现在由" in text or text in ("您好", "就来")][1:] == ["您好", "就来"]
        thread = await thread_of(hall, customer)
        assert (thread.floor, thread.speaker, thread.asking, thread.draft) == (Floor.STAFF, CREW, "", False)

    async def test_another_speaker_is_announced(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        await counter.reply(hall, staff(hall, CREW), case.no, "您好")
        await counter.reply(hall, staff(hall, LEADER), case.no, "我是值班领导")
        assert (await thread_of(hall, customer)).speaker == LEADER
        texts = [letter.text for letter in await letters(hall, f"customer:{customer}")]
        assert len([text for text in texts if "现在由" in text]) == 2

    @pytest.mark.parametrize("move", ["release", "resolve", "cancel"])
    async def test_given_back_the_guide_answers_again(self, hall: Hall, move: str) -> None:
        customer, case = await worked(hall)
        crew = staff(hall, CREW)
        await counter.reply(hall, crew, case.no, "您好")
        if move == "release":
            await counter.release(hall, crew, case.no)
        elif move == "resolve":
            await resolve(hall, case.no)
        else:
            await counter.cancel(hall, crew, case.no, "误报")
        thread = await thread_of(hall, customer)
        assert (thread.floor, thread.speaker) == (Floor.GUIDE, "")
        await say(hall, customer, "电表过户怎么办")
        assert "权属证明" in await told(hall, customer)

    async def test_ending_another_case_leaves_it(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        await wants_person(hall, customer)
        person = await newest(hall, customer)
        await counter.accept(hall, staff(hall, person.first_handler), person.no)
        await resolve(hall, case.no)
        assert (await thread_of(hall, customer)).floor is Floor.STAFF

    async def test_who_gives_it_back_gives_it_back_even_when_danger_came_between(self, hall: Hall) -> None:
        customer, case = await wants_person(hall)
        await counter.accept(hall, staff(hall, GUIDE), case.no)
        await say(hall, customer, "配电箱着火了！")
        assert (await thread_of(hall, customer)).case == case.no  # danger is opened beside the talk
        await counter.release(hall, staff(hall, GUIDE), case.no)
        assert (await thread_of(hall, customer)).floor is Floor.GUIDE

    async def test_a_form_is_laid_aside_when_a_person_speaks(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        await say(hall, customer, "电表过户怎么办", "1")
        assert (await thread_of(hall, customer)).draft
        await counter.reply(hall, staff(hall, CREW), case.no, "您好")
        thread = await thread_of(hall, customer)
        assert (thread.draft, thread.begun_at, thread.menu) == (False, None, ())

    async def test_nothing_more_is_asked_for_a_case_that_has_ended(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        assert (await thread_of(hall, customer)).asking == "scope"
        await resolve(hall, case.no)
        thread = await thread_of(hall, customer)
        assert (thread.asking, thread.pending, thread.menu_at) == ("", (), None)

    async def test_an_offer_of_another_matter_outlives_it_as_a_button(self, hall: Hall) -> None:
        customer, case = await worked(hall)
        await say(hall, customer, "电表过户怎么办")
        await resolve(hall, case.no)
        await say(hall, customer, button="open.owner_transfer")
        assert (await thread_of(hall, customer)).topic == "owner_transfer"


async def test_everybody_who_looks_on_is_rung(still: Hall) -> None:
    customer = await sit_down(still)
    await hear(still, customer, "转人工")
    await reception.drain(still, customer)
    ticket = still.bell.ticket("desk")
    await counter.accept(still, staff(still, GUIDE), (await newest(still, customer)).no)
    assert still.bell.ticket("desk") == ticket + 1
