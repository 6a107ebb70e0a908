"""Thirty seconds at take-over: everything the next person must know, from the JSON that scripts read."""

from datetime import timedelta

from bot.desk.case import Case
from bot.hall import brief, counter, handing, sight, views
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.lists import Lists
from tests.kit import CREW, LEADER, WORKER, say
from tests.kit_hall import ADDRESS, CLOSING, OUTAGE, forward, newest, outage, staff, wants_person


async def told(hall: Hall, case: Case, by: str = CREW) -> brief.Json:
    """The brief as somebody reads it now."""
    edition, reader, now = hall.edition(), staff(hall, by), hall.clock.now()

    def looking(lists: Lists) -> brief.Json:
        found = lists.case(case.no)
        shown = views.case_json(edition, found, lists.events(case.no), reader, now)
        thread = views.thread_json(edition, lists.thread(case.customer))
        lines = sight.talk_about(lists, edition.data.books, found, reader, now)
        return brief.brief(hall, shown, thread, lines, found.begun_at)

    return await hall.ledger.read(looking)


async def test_who_wants_what_until_when(hall: Hall) -> None:
    customer, case = await outage(hall)
    found = await told(hall, case)
    assert found["wish"] == f"{OUTAGE}\n{ADDRESS}"
    assert {"name": "地址", "value": ADDRESS} in found["slots"]
    assert found["missing"]
    assert found["promises"][0]["lines"][0]["name"] == "承诺"
    (promised,) = found["promised"]
    assert "到场" in promised
    assert "最迟 11月23日（周一）10:45" in promised
    assert found["handler"] == f"{staff(hall, CREW).name}（{CREW}）"
    assert (found["cover"], found["helpers"], found["links"], found["talking"]) == ("", [], [], "")
    assert found["mood"] == {"level": "calm", "signs": []}
    assert found["over"] is False
    await say(hall, customer, "我电话19900001234，家里有老人")
    assert found["latest"]["text"] == ADDRESS
    found = await told(hall, await newest(hall, customer))
    assert found["latest"]["text"] == "我电话*******1234，家里有老人"
    assert "19900001234" not in str(found)


async def test_what_was_tried_is_told_in_short_lines(hall: Hall) -> None:
    customer, case = await outage(hall)
    crew = staff(hall, CREW)
    await counter.accept(hall, crew, case.no)
    await counter.note(hall, crew, case.no, "钥匙在门卫")
    await counter.reply(hall, crew, case.no, "师傅已经出发\n" + "路上有点堵" * 30)
    await counter.stage(hall, crew, case.no, "arrive", "到了")
    await handing.help_(hall, crew, case.no, WORKER, "查一下表", Asked())
    found = await told(hall, await newest(hall, customer))
    opened, accepted, replied, reached = [line.partition(" ")[2] for line in found["tried"]]
    assert opened.startswith("引导岗 开单，首办人雷九川")
    assert accepted == "雷九川（工号 A301，工作岗）接单"
    assert replied.startswith("雷九川（A301） 答复：师傅已经出发；路上有点堵")
    assert replied.endswith("…")
    assert len(replied) < brief.SHORT + 20
    assert reached == "雷九川（A301） 阶段：到场；到了"
    assert "钥匙" not in "".join(found["tried"])
    assert found["helpers"] == [f"{staff(hall, WORKER).name}（{WORKER}）"]
    assert found["talking"] == f"{crew.name}（{CREW}）"
    assert "已做到" in found["promised"][0]


async def test_a_suggestion_is_the_handbook_s_with_its_source(hall: Hall) -> None:
    customer, case = await outage(hall)
    data = hall.edition().data
    suggested = (await told(hall, case))["suggest"]
    assert suggested["source"] == data.handbook.topics["outage_repair"].source
    assert suggested["text"].startswith("马上为您安排抢修")
    assert "{" not in suggested["text"]
    assert "\n" not in suggested["text"]  # the first screen, no more
    await counter.reply(hall, staff(hall, CREW), case.no, "还有什么要问的")  # a person speaks: the guide is silent
    await say(hall, customer, "怎么交电费")
    suggested = (await told(hall, case))["suggest"]
    assert suggested["topic"] == data.handbook.topics["pay"].name
    assert suggested["source"] == data.handbook.topics["pay"].source
    _, other = await wants_person(hall)
    assert (await told(hall, other, "A101"))["suggest"] is None


async def test_a_broken_promise_and_an_end_are_said(hall: Hall) -> None:
    customer, case = await outage(hall)
    await forward(hall, minutes=50)
    found = await told(hall, case)
    assert "没有做到" in found["promised"][0]
    assert found["mood"]["level"] == "upset"
    crew = staff(hall, CREW)
    await counter.accept(hall, crew, case.no)
    await counter.resolve(hall, crew, case.no, "来电了", CLOSING)
    found = await told(hall, await newest(hall, customer))
    assert found["over"] is True


async def test_who_stands_in_is_named(hall: Hall) -> None:
    _, case = await outage(hall)
    shown = views.case_json(hall.edition(), case, (), staff(hall, LEADER), hall.clock.now())
    till = (hall.clock.now() + timedelta(days=2)).date()
    shown["cover"] = {"no": WORKER, "name": "x", "post": "work", "till": till.isoformat()}
    thread = views.thread_json(hall.edition(), await hall.ledger.read(lambda lists: lists.thread(case.customer)))
    found = brief.brief(hall, shown, thread, (), case.begun_at)
    assert staff(hall, WORKER).name in found["cover"]
    assert "11月25日" in found["cover"]
    assert found["wish"] == ""
    assert found["latest"] is None


def test_who_did_it_has_a_name(hall: Hall) -> None:
    assert brief.who(hall, "A001").endswith("（A001）")
    assert [brief.who(hall, by) for by in ("customer", "guide", "clock", "X9")] == ["客户", "引导岗", "时钟", "X9"]


async def test_the_timeline_is_newest_first_with_names(hall: Hall) -> None:
    _, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    shown = views.case_json(hall.edition(), case, events, staff(hall, CREW), hall.clock.now())
    found = brief.timeline(hall, shown)
    assert [one["seq"] for one in found] == sorted((one["seq"] for one in found), reverse=True)
    assert found[0]["who"] == f"{staff(hall, CREW).name}（{CREW}）"


async def test_a_word_given_in_talk_stands_under_the_name_of_who_gave_it(hall: Hall) -> None:
    _, case = await outage(hall)
    await counter.accept(hall, staff(hall, CREW), case.no)
    await counter.reply(hall, staff(hall, CREW), case.no, "您好，下午五点前给您回电话。")
    promised = (await told(hall, case))["promised"]
    assert "雷九川（A301）答应的回话：最迟 11月23日（周一）17:00" in promised
