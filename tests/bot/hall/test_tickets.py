import asyncio
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot.desk.case import Case, Secrecy, State
from bot.desk.errors import Missing
from bot.desk.roster import Staff
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Person
from bot.hall.tickets import NotForPost, bring_in
from tests.kit import CREW, GUIDE, LEADER, WORKER, hall_at
from tests.kit_hall import letters, moves_of, newest, outage, staff

PLAIN = Asked()
OUTAGE = (
    "【工单号】W-0417【客户姓名】顾念慈【联系电话】19900000777【户号】9900000777【用电地址】柳湾新村7栋302"
    "【业务类型】故障报修→低压停电【受理时间】2026-11-23 09:41【受理内容】家中无电，邻居正常，请派人。【坐席】三号"
)


def one(content: str, no: str = "W-1", **more: str) -> str:
    rows = {"工单号": no, "联系电话": "19900000778", **more, "受理内容": content}
    return "".join(f"【{key}】{value}" for key, value in rows.items() if value)


async def brought(hall: Hall, text: str, by: str = GUIDE) -> Case:
    """The case of the only ticket of a paste."""
    (found,) = await bring_in(hall, staff(hall, by), text, PLAIN)
    assert found.why == "", found.why
    return await hall.ledger.read(lambda lists: lists.case(found.no))


async def person_of(hall: Hall, case: Case) -> Person:
    found = await hall.ledger.read(lambda lists: lists.person(case.customer))
    assert found
    return found


async def count(hall: Hall) -> int:
    counts = await hall.ledger.read(lambda lists: lists.counts())
    return sum(counts.get(f"cases.{state}", 0) for state in State)


async def test_a_ticket_becomes_a_case_like_any_other(hall: Hall) -> None:
    case = await brought(hall, OUTAGE)
    assert (case.topic, case.state, case.first_handler) == ("outage_repair", State.OPEN, CREW)
    assert case.begun_at == datetime.fromisoformat("2026-11-23T09:41:00+08:00")
    assert {name: case.slots[name] for name in ("outer_no", "phone", "account_no", "address", "name")} == {
        "outer_no": "W-0417",
        "phone": "19900000777",
        "account_no": "9900000777",
        "address": "柳湾新村7栋302",
        "name": "顾念慈",
    }
    assert case.promises
    assert case.card
    kept = await person_of(hall, case)
    assert (kept.name, kept.phone, kept.channel) == ("顾念慈", "19900000777", "desk")
    told = [letter.text for letter in await letters(hall, f"staff:{CREW}")]
    assert any("家中无电，邻居正常" in text for text in told)


async def test_who_brought_it_and_the_rest_of_it_stays_in_the_hall(hall: Hall) -> None:
    case = await brought(hall, OUTAGE)
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    note = events[-1]
    assert (note.move, note.by, note.public) == ("note", GUIDE, False)
    for words in ("W-0417", "故障报修", "坐席：三号", "请打电话告诉"):
        assert words in str(note.text)
    assert all("坐席" not in str(event.text) for event in events if event.public)
    assert all("坐席" not in letter.text for letter in await letters(hall, f"customer:{case.customer}"))


async def test_the_same_ticket_is_one_case_however_often_it_is_pasted(hall: Hall) -> None:
    case = await brought(hall, OUTAGE)
    again = await bring_in(hall, staff(hall, WORKER), f"{OUTAGE}\n{OUTAGE}\n{one('过户多久', 'W-2')}", PLAIN)
    assert [found.no != "" for found in again] == [False, False, True]
    assert all(case.no in found.why and "已经录过" in found.why for found in again[:2])
    assert await count(hall) == 2


async def test_without_a_number_the_same_words_are_the_same_ticket(hall: Hall) -> None:
    text = one("门口的电表箱锁坏了", no="")
    first, second = await bring_in(hall, staff(hall, GUIDE), f"{text}{text}", PLAIN)
    assert first.no
    assert first.no in second.why
    assert await count(hall) == 1


async def test_a_retry_of_the_same_request_answers_the_same(hall: Hall) -> None:
    asked = Asked(id="r-1")
    first = await bring_in(hall, staff(hall, GUIDE), OUTAGE, asked)
    assert await bring_in(hall, staff(hall, GUIDE), OUTAGE, asked) == first
    assert first[0].no
    assert await count(hall) == 1


async def test_a_dry_run_keeps_nothing_and_says_what_would_be(hall: Hall) -> None:
    (found,) = await bring_in(hall, staff(hall, GUIDE), OUTAGE, Asked(dry=True))
    assert (found.no, found.why) == ("", "")
    assert "停电报修" in found.text
    assert CREW in found.text
    assert await count(hall) == 0
    assert await letters(hall, f"staff:{CREW}") == ()
    assert (await brought(hall, OUTAGE)).no.endswith("-0001")


async def test_a_customer_known_by_this_telephone_is_joined_and_nobody_else(hall: Hall) -> None:
    customer, case = await outage(hall)
    await hall.ledger.write(lambda page: page.keep_person(Person(customer, "顾念慈", "199-0000-0778")))
    joined = await brought(hall, one("过户要带什么材料，请回电", "W-1"))
    assert joined.customer == customer
    stranger = await brought(hall, one("过户要带什么材料，请回电", "W-2", 联系电话="19900000779", 客户姓名="顾念慈"))
    assert stranger.customer != customer
    same = await brought(hall, one("换个电表开关", "W-3", 联系电话="19900000779"))
    assert same.customer == stranger.customer
    assert (await newest(hall, customer)).no == joined.no
    assert case.no != joined.no


async def test_two_customers_of_one_telephone_are_not_guessed_between(hall: Hall) -> None:
    for key in ("w1", "w2"):
        await hall.ledger.write(lambda page, key=key: page.keep_person(Person(key, "", "19900000778")))  # type: ignore[misc] # bound now
    assert (await brought(hall, one("过户要带什么"))).customer not in ("w1", "w2")


async def test_a_customer_of_the_folder_is_known_before_he_ever_wrote(hall: Hall) -> None:
    known = next(one for one in hall.edition().data.customers.values() if one.phone)
    case = await brought(hall, one("过户要带什么", 联系电话=known.phone))
    assert case.customer == known.key
    assert (await person_of(hall, case)).name == known.name


async def test_the_matter_is_that_of_the_kind_else_of_the_words_else_a_persons(hall: Hall) -> None:
    text = "\n".join(
        [
            one("说不清楚的一件事，客户请回电话", "W-1", 业务类型="业务咨询"),
            one("买了二手房，电表怎么过户", "W-2", 业务类型="业务咨询"),
            one("窗口人员态度不好", "W-3", 业务类型="投诉→服务投诉", 联系电话="19900000780"),
            one("大厅里多放几把椅子", "W-4", 业务类型="建议"),
        ]
    )
    found = await bring_in(hall, staff(hall, GUIDE), text, PLAIN)
    assert [one.why for one in found] == [""] * 4
    cases = [await hall.ledger.read(lambda lists, no=one.no: lists.case(no)) for one in found]  # type: ignore[misc] # bound now
    assert [case.topic for case in cases] == ["human_agent", "owner_transfer", "complaint", "opinion"]


async def test_danger_comes_before_the_kind_but_a_complaint_stays_one_and_the_danger_is_told(hall: Hall) -> None:
    text = "电线断了掉在路上，还冒着火花，有人差点碰到"
    case = await brought(hall, one(text, "W-1", 业务类型="故障报修"))
    assert (case.topic, case.priority) == ("hazard", "emergency")
    (found,) = await bring_in(hall, staff(hall, GUIDE), one(text, "W-2", 业务类型="投诉"), PLAIN)
    assert "险情" in found.text
    kept = await hall.ledger.read(lambda lists: lists.case(found.no))
    assert kept.topic == "complaint"


async def test_a_complaint_is_hidden_from_whom_it_is_about(hall: Hall) -> None:
    clerk = staff(hall, WORKER)
    text = one("办事拖拉，态度差", "W-9", 业务类型="投诉", 被投诉人=f"{clerk.name}（{clerk.no}）")
    (found,) = await bring_in(hall, clerk, text, PLAIN)
    assert (found.no, "不显示" in found.why) == ("", True)
    case = await hall.ledger.read(lambda lists: lists.case("DL20261123-0001"))
    assert clerk.no in case.named
    assert clerk.no in case.hidden_from
    assert case.first_handler != clerk.no
    (again,) = await bring_in(hall, clerk, text, PLAIN)
    assert "已经录过" in again.why
    assert case.no not in again.why
    (other,) = await bring_in(hall, staff(hall, LEADER), text, PLAIN)
    assert case.no in other.why


@pytest.mark.parametrize(("row", "secrecy"), [({}, Secrecy.CONFIDENTIAL), ({"是否匿名": "是"}, Secrecy.ANONYMOUS)])
async def test_a_report_is_confidential_and_an_anonymous_one_leads_to_nobody(
    hall: Hall, row: dict[str, str], secrecy: Secrecy
) -> None:
    text = one("楼下面馆表前接线偷电", 业务类型="举报→窃电", 客户姓名="顾念慈", 户号="9900000777", **row)
    case = await brought(hall, text)
    assert (case.topic, case.secrecy) == ("theft_report", secrecy)
    kept = await person_of(hall, case)
    unnamed = secrecy is Secrecy.ANONYMOUS
    assert (kept.phone == "") is unnamed
    assert ("phone" not in case.slots) is unnamed
    assert ("name" not in case.slots) is unnamed


async def test_who_asks_in_words_not_to_be_named_is_not(hall: Hall) -> None:
    case = await brought(hall, one("楼下面馆偷电，客户要求匿名", 业务类型="举报", 客户姓名="顾念慈"))
    assert case.secrecy is Secrecy.ANONYMOUS
    assert (await person_of(hall, case)).name == ""


async def test_what_lacks_its_words_is_named_and_the_others_go_on(hall: Hall) -> None:
    lacks, fine = await bring_in(hall, staff(hall, GUIDE), f"【工单号】W-1【联系电话】19900000778{OUTAGE}", PLAIN)
    assert (lacks.no, lacks.why) == ("", "这一张缺【受理内容】，没有开单。补上再贴一次。")
    assert fine.no


async def test_no_ticket_at_all_is_refused(hall: Hall) -> None:
    with pytest.raises(Missing) as refused:
        await bring_in(hall, staff(hall, GUIDE), "今天下雨", PLAIN)
    assert refused.value.fields == {"text": "missing.tickets"}


async def test_who_is_at_none_of_the_posts_may_not_and_it_is_kept(hall: Hall) -> None:
    nobody = Staff("A999", "某", staff(hall, "A900").post)
    with pytest.raises(NotForPost):
        await bring_in(hall, nobody, OUTAGE, PLAIN)
    assert "deny" in await moves_of(hall)
    assert await count(hall) == 0


@pytest.mark.parametrize(
    ("at", "kept"),
    [("2026-11-24 09:00", False), ("2020-01-01 09:00", False), ("2026-11-20 08:00", True), ("前天", False)],
)
async def test_a_time_to_come_or_long_gone_is_a_slip_of_the_pen(hall: Hall, at: str, *, kept: bool) -> None:
    case = await brought(hall, one("没电了", 业务类型="故障报修", 受理时间=at))
    assert (case.begun_at < hall.clock.now() - timedelta(hours=1)) is kept


async def test_numbers_of_identity_never_reach_the_ledger(hall: Hall) -> None:
    secret, phone = "110101199003070935", "19900000555"
    text = one(f"证件{secret}，找他老婆{phone}", 客户姓名=f"顾念慈{secret}", 备注=f"另一个{phone}")
    case = await brought(hall, text)
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    told = [str(event.text) for event in events] + [letter.text for letter in await letters(hall)]
    assert not [words for words in told if secret in words or phone in words]
    assert secret not in repr(case) + repr(await person_of(hall, case))


async def test_a_second_live_case_of_the_same_matter_is_linked(hall: Hall) -> None:
    customer, before = await outage(hall)
    await hall.ledger.write(lambda page: page.keep_person(Person(customer, "", "19900000777")))
    case = await brought(hall, OUTAGE)
    assert case.links == (before.no,)


async def test_of_many_who_paste_the_same_at_once_one_wins(tmp_path: Path, url: str) -> None:
    async with hall_at(tmp_path, url=url) as hall:
        people = [staff(hall, no) for no in (GUIDE, WORKER, LEADER, CREW) * 3]
        texts = [OUTAGE + one("过户要带什么", "W-2"), one("过户要带什么", "W-2") + OUTAGE] * 6
        found = await asyncio.gather(*(bring_in(hall, by, text, PLAIN) for by, text in zip(people, texts, strict=True)))
        assert sorted(bool(each.no) for both in found for each in both) == [False] * 22 + [True] * 2
        assert all(each.no or "已经录过" in each.why for both in found for each in both)
        assert await count(hall) == 2
