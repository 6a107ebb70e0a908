"""What happens beside the lines of a promise: pauses, words given in talk, quiet hours, hurry, clocks that jump."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.errors import NeverPauses
from bot.desk.pausing import Wish
from bot.hall import counter, drill, duty, reception
from bot.hall.house import Hall
from tests.kit import heard_by, say
from tests.kit_hall import newest, staff
from tests.kit_lines import (
    BOTH,
    DUTY,
    HANDLER,
    LEADER,
    SECOND,
    alerts_of,
    begun,
    case_of,
    code,
    lines_hall,
    moments,
    posted,
    shown,
)

SORRY = "没能按说好的时间"
DAY, SECOND_BEFORE = timedelta(days=1), timedelta(seconds=1)


def _at(text: str) -> datetime:
    (at,) = moments([text])
    assert at
    return at


async def _until(hall: Hall, text: str) -> None:
    assert await drill.forward(hall, _at(text))


async def _raised(hall: Hall, no: str) -> dict[str, tuple[str, ...]]:
    found = await alerts_of(hall, no)
    assert len({one.rung for one in found}) == len(found)
    return {one.rung: one.to for one in found}


async def _answer(hall: Hall, no: str, by: str, rungs: Iterable[str]) -> None:
    for one in await alerts_of(hall, no):
        if one.rung in rungs:
            await duty.acknowledge(hall, staff(hall, by), one.id)


async def _answer_all(hall: Hall, no: str) -> None:
    await _answer(hall, no, DUTY, [one.rung for one in await alerts_of(hall, no)])


async def test_a_pause_over_the_make_up_saturdays_gives_the_working_days_back(tmp_path: Path) -> None:
    """Five working days from 2026-02-12 end on 02-26; the 14th (Saturday, worked) and the 24th stood still."""
    lines = ("promise_at", "internal_at", "red_line_at")
    async with lines_hall(tmp_path, _at("2026-02-12T09:00:00")) as hall:
        case, by = await begun(hall, code("service.default")), staff(hall, HANDLER)
        told = await shown(hall, case.no, "service.default")
        assert [told[one] for one in lines] == ["2026-02-26T23:59:59+08:00", "2026-02-26T23:59:59+08:00", None]
        await _until(hall, "2026-02-13T10:00:00")
        wish = Wish("备用电表要从县里调来，到了就装。", _at("2026-02-27T09:00:00"))
        await counter.pause(hall, by, case.no, wish)
        await _until(hall, "2026-02-24T18:00:00")
        told = await shown(hall, case.no, "service.default")
        assert told["paused"]["reason"] == "备用电表要从县里调来，到了就装。"
        assert told["paused"]["until"] == "2026-02-27T09:00:00+08:00"
        assert await _raised(hall, case.no) == {}  # its half would have been at noon of the 24th
        (letter,) = await posted(hall, f"customer:{case.customer}", case.no, "备用电表要从县里调来")
        assert "2月27日（周五）09:00" in letter.text
        await counter.resume(hall, by, case.no)
        told = await shown(hall, case.no, "service.default")
        assert told["paused"] is None
        assert [told[one] for one in lines] == ["2026-02-28T23:59:59+08:00", "2026-02-28T23:59:59+08:00", None]
        for moment, rung, to in (
            ("2026-02-26T12:00:00", "half", HANDLER),
            ("2026-02-27T23:59:59", "most", LEADER),
            ("2026-02-28T23:59:59", "broken", DUTY),
        ):
            assert await drill.forward(hall, _at(moment) - SECOND_BEFORE)
            assert f"{rung}:service.default" not in await _raised(hall, case.no)
            await _until(hall, moment)
            assert (await _raised(hall, case.no))[f"{rung}:service.default"] == (to,)
            await _answer_all(hall, case.no)


async def test_who_was_promised_that_somebody_comes_is_not_put_aside(tmp_path: Path) -> None:
    async with lines_hall(tmp_path, _at("2026-11-23T10:00:00")) as hall:
        case = await begun(hall, code("outage.arrive.urban"), "芦苇新村7幢102")
        with pytest.raises(NeverPauses):
            await counter.pause(hall, staff(hall, HANDLER), case.no, Wish("等配件", _at("2026-11-24T10:00:00")))
        await _until(hall, "2026-11-23T10:45:00")
        assert (await shown(hall, case.no, "outage.arrive.urban"))["state"] == "broken"


async def test_the_call_after_a_complaint_runs_through_a_pause_and_the_answer_does_not(tmp_path: Path) -> None:
    """24 hours from 17:00 whatever is paused; the answer, due on 09-23, gets back the two days that stood still."""
    async with lines_hall(tmp_path, _at("2026-09-17T17:00:00")) as hall:
        case, by = await begun(hall, BOTH), staff(hall, HANDLER)
        await counter.pause(hall, by, case.no, Wish("要等客户把材料拿来", _at("2026-09-20T18:00:00"), ("户号",)))
        assert (await shown(hall, case.no, "complaint.contact"))["paused"] is None
        assert (await shown(hall, case.no, "complaint.reply"))["paused"]["wants"] == ["户号"]
        await _until(hall, "2026-09-18T17:00:00")
        raised = await _raised(hall, case.no)
        assert {"half:complaint.contact", "broken:complaint.contact"} <= set(raised)
        assert not [rung for rung in raised if "complaint.reply" in rung]
        assert (await shown(hall, case.no, "complaint.contact"))["state"] == "broken"
        await _until(hall, "2026-09-20T18:00:01")  # it wakes by itself; the 18th and the worked Sunday stood still
        told = await shown(hall, case.no, "complaint.reply")
        assert (told["paused"], told["promise_at"]) == (None, "2026-09-28T23:59:59+08:00")


async def test_a_word_given_in_talk_is_kept_or_warned_of_and_broken(tmp_path: Path) -> None:
    async with lines_hall(tmp_path, _at("2026-11-23T13:40:00")) as hall:
        by = staff(hall, HANDLER)
        good, late = await begun(hall, BOTH), await begun(hall, BOTH)
        for case in (good, late):
            await counter.reply(hall, by, case.no, "我去查，下午五点前给您回电")
        (word,) = [one for one in (await case_of(hall, late.no)).promises if one.by]
        assert word.promise_at == _at("2026-11-23T17:00:00")
        await _until(hall, "2026-11-23T16:00:00")
        await counter.reply(hall, by, good.no, "查到了：表没有问题，是上月抄表日晚了两天")
        await _until(hall, "2026-11-23T16:39:59")
        assert await posted(hall, f"staff:{HANDLER}", late.no, "您答应客户") == []
        await _until(hall, "2026-11-23T16:40:00")
        assert len(await posted(hall, f"staff:{HANDLER}", late.no, "您答应客户")) == 1
        await _until(hall, "2026-11-23T17:00:00")
        assert len(await posted(hall, f"staff:{HANDLER}", late.no, "您答应客户")) == 1
        assert await _raised(hall, late.no) == {f"broken:{word.id}": (DUTY,)}
        (sorry,) = await posted(hall, f"customer:{late.customer}", late.no, SORRY)
        assert "贺兰亭" in sorry.text
        (other,) = [one for one in (await case_of(hall, good.no)).promises if one.by]
        assert (await shown(hall, good.no, other.id))["kept"] is True
        assert await _raised(hall, good.no) == {}
        assert await posted(hall, f"staff:{HANDLER}", good.no, "您答应客户") == []


async def test_at_night_what_can_wait_waits_till_half_past_seven_and_danger_does_not(tmp_path: Path) -> None:
    async with lines_hall(tmp_path, _at("2026-11-23T21:00:00")) as hall:
        case = await begun(hall, BOTH)
        await _until(hall, "2026-11-23T22:00:00")
        await counter.stage(hall, staff(hall, HANDLER), case.no, "look", "")
        burning = (await reception.newcomer(hall)).key
        await say(hall, burning, "配电箱着火了，芦苇新村7幢102")
        danger = await newest(hall, burning)
        (alarm,) = await posted(hall, f"staff:{DUTY}", danger.no, "险情")
        assert (alarm.held_until, alarm.urgent, alarm.sent_at) == (None, True, _at("2026-11-23T22:00:00"))
        await _until(hall, "2026-11-24T07:29:59")
        assert "在查了" not in await _read(hall, case.customer)
        await _until(hall, "2026-11-24T07:30:00")
        assert (await _read(hall, case.customer)).count("在查了") == 1
        (letter,) = await posted(hall, f"customer:{case.customer}", case.no, "在查了")
        assert letter.sent_at == _at("2026-11-24T07:30:00")


async def _read(hall: Hall, customer: str) -> str:
    return "\n".join(line.text for line in await heard_by(hall, customer))


async def test_the_customer_hears_how_it_stands_before_he_asks(tmp_path: Path) -> None:
    """Ten days are promised inside: silence lasts two days at the most."""
    async with lines_hall(tmp_path, _at("2026-03-02T09:00:00")) as hall:
        case = await begun(hall, code("complaint.other"))
        await _until(hall, "2026-03-04T08:59:59")
        assert "跟您说一声" not in await _read(hall, case.customer)
        await _until(hall, "2026-03-04T09:00:00")
        assert (await _read(hall, case.customer)).count("跟您说一声") == 1
        await _until(hall, "2026-03-06T08:59:59")
        assert (await _read(hall, case.customer)).count("跟您说一声") == 1


async def test_five_times_hurried_is_one_nudge_and_one_alert(tmp_path: Path) -> None:
    async with lines_hall(tmp_path, _at("2026-11-23T10:00:00")) as hall:
        case = await begun(hall, code("service.default"))
        for words in ("催一下", "麻烦快点，催一下", "再催一下", "怎么还没好，催一下", "再帮我催催"):
            await say(hall, case.customer, words)
        assert (await case_of(hall, case.no)).urges == 5
        (nudge,) = await posted(hall, f"staff:{HANDLER}", case.no, "次催办")
        assert "第 1 次催办" in nudge.text
        assert await _raised(hall, case.no) == {"urges": (DUTY,)}


RUNGS = ["half:service.default", "most:service.default", "broken:service.default"]


@pytest.mark.parametrize("way", ["a month at once", "back and on again"])
async def test_a_clock_that_jumps_fires_each_rung_once(way: str, tmp_path: Path) -> None:
    """Five working days from 2026-02-28 end on 03-06."""
    async with lines_hall(tmp_path, _at("2026-02-28T12:00:00")) as hall:
        case = await begun(hall, code("service.default"))
        if way == "a month at once":
            await drill.jump(hall, _at("2026-03-31T12:00:00"))
        else:
            for moment in ("03-04T12:00:01", "03-03T09:00:00", "03-04T11:00:00", "03-06T08:00:00", "02-20T08:00:00"):
                await drill.jump(hall, _at(f"2026-{moment}"))
            assert list(await _raised(hall, case.no)) == RUNGS[:2]
            await _until(hall, "2026-03-07T08:00:00")
            await drill.jump(hall, _at("2026-03-05T08:00:00"))
            await _until(hall, "2026-03-31T12:00:00")
        assert list(await _raised(hall, case.no)) == RUNGS
        (sorry,) = await posted(hall, f"customer:{case.customer}", case.no, SORRY)
        assert "贺兰亭" in sorry.text
        assert len(await posted(hall, f"staff:{HANDLER}", case.no, "已用掉一半")) == 1
        assert len(await posted(hall, f"staff:{LEADER}", case.no, "只剩两成")) == 1
        assert len(await posted(hall, f"staff:{HANDLER}", case.no, "内部时限已到")) == 1
        assert len(await posted(hall, f"staff:{DUTY}", case.no, "承诺已超时")) == 1
        events = await hall.ledger.read(lambda lists: lists.events(case.no))
        fired = [one.move for one in events if one.facts.get("promise") == "service.default"]
        assert sorted(fired) == ["broken", "escalate", "escalate", "late"]
        assert (await _read(hall, case.customer)).count(SORRY) == 1


async def test_what_nobody_answers_climbs_to_the_second_duty_leader_and_stops_when_somebody_does(
    tmp_path: Path,
) -> None:
    """Twenty-four hours from 20:00; every half hour the next one is called, and after him nobody."""
    half, broken = "half:reconnect", "broken:reconnect"
    async with lines_hall(tmp_path, _at("2026-10-10T20:00:00")) as hall:
        case, other = await begun(hall, code("reconnect")), await begun(hall, code("reconnect"))
        seen = []
        await _until(hall, "2026-10-11T08:10:00")
        await _answer(hall, other.no, HANDLER, [half])
        for moment in ("08:29:59", "08:30:00", "09:00:00", "09:30:00", "15:00:00"):
            await _until(hall, f"2026-10-11T{moment}")
            seen.append((await _raised(hall, case.no))[half])
        ladder = (HANDLER, LEADER, DUTY, SECOND)
        assert seen == [ladder[:1], ladder[:2], ladder[:3], ladder, ladder]
        assert (await _raised(hall, other.no))[half] == (HANDLER,)
        for no in (LEADER, DUTY, SECOND):
            assert len(await posted(hall, f"staff:{no}", case.no, "没有人确认")) == 1
        await _until(hall, "2026-10-11T20:10:00")
        await _answer(hall, other.no, DUTY, [broken])
        await _until(hall, "2026-10-11T20:30:00")
        await _answer(hall, case.no, SECOND, [broken])
        await _until(hall, "2026-10-13T20:30:00")
        assert (await _raised(hall, case.no))[broken] == (DUTY, SECOND)
        assert (await _raised(hall, other.no))[broken] == (DUTY,)
