"""What a customer is handed out is all of his own, and of nobody else's."""

import base64
import json
from dataclasses import replace
from datetime import datetime

from bot.hall import counter, export, handing, proofs, reception
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import AuditQuery, Care, Heard, Person
from tests.kit import LEADER, say
from tests.kit_hall import ADDRESS, outage, sit_down, staff

HOW = {"how": "test"}
INSIDE = ("客户脾气急先安抚", "请带两米梯子去")
HERS = "我姓欧阳住在隔壁"


async def test_all_of_his_own_and_nothing_internal(hall: Hall) -> None:
    other = await sit_down(hall)
    await say(hall, other, HERS)
    customer = await sit_down(hall, name="沈清和")
    photo = await hall.files.keep("门牌.jpg", "image/jpeg", b"\xff\xd8 his door")
    await reception.receive(hall, Heard("p", customer, text="看照片", files=(photo,)))
    customer, case = await outage(hall, customer)
    await say(hall, customer, "电话19912345678")
    await hall.ledger.write(lambda page: proofs.prove(page, customer, "9900000012"))
    by = staff(hall, case.first_handler)
    await counter.accept(hall, by, case.no)
    await counter.note(hall, by, case.no, INSIDE[0])
    await handing.help_(hall, by, case.no, "A201", INSIDE[1], Asked())
    await counter.reply(hall, by, case.no, "师傅二十分钟到")

    found = await export.export(hall, customer, LEADER, HOW)

    text = json.dumps(found, ensure_ascii=False)
    assert [word for word in (*INSIDE, HERS, other) if word in text] == []
    assert (found["customer"], found["name"]) == (customer, "沈清和")
    assert found["accounts"] == [{"no": "9900000012", "proof": "P2"}]
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 999))
    assert [one["seq"] for one in found["messages"]] == [line.seq for line in lines]
    assert {"看照片", ADDRESS} <= {one["text"] for one in found["messages"]}
    (matter,) = found["cases"]
    assert matter["slots"] == {"address": ADDRESS, "phone": "19912345678"}
    assert {event["public"] for event in matter["events"]} == {True}
    assert "师傅二十分钟到" in [event["text"] for event in matter["events"]]
    assert {one["to"] for one in found["letters"]} == {f"customer:{customer}"}
    assert base64.b64decode(found["files"][0]["data"]) == b"\xff\xd8 his door"
    kept = await hall.ledger.read(lambda lists: lists.audit(AuditQuery(move="export")))
    assert [(event.by, event.facts["customer"]) for _, event in kept.items] == [(LEADER, customer)]


async def test_what_device_he_lives_by_is_his_to_read(hall: Hall) -> None:
    customer = await sit_down(hall)
    now = hall.clock.now()
    entry = Care("9900000012", customer, "制氧机", "约两小时", "儿子", "13800138000", now)
    ended = replace(entry, account="9900000013", ended_at=now)
    for one in (ended, entry, replace(entry, account="9900000014", customer="other", device="呼吸机")):
        await hall.ledger.write(lambda page, one=one: page.keep_care(one))  # type: ignore[misc]
    found = await export.export(hall, customer, LEADER, HOW)
    told = {"device": "制氧机", "battery": "约两小时", "contact": "儿子", "phone": "13800138000"}
    told |= {"consented_at": now.isoformat()}
    assert [{**one, "consented_at": now.isoformat()} for one in found["care"]] == [
        {"account": "9900000012", **told, "ended_at": None},
        {"account": "9900000013", **told, "ended_at": found["care"][1]["ended_at"]},
    ]
    moments = [found["care"][0]["consented_at"], found["care"][1]["ended_at"]]
    assert [datetime.fromisoformat(one) for one in moments] == [now, now]


async def test_who_never_said_a_word_and_a_file_that_is_gone(hall: Hall) -> None:
    await hall.ledger.write(lambda page: page.keep_person(Person("quiet")))
    found = await export.export(hall, "quiet", "clock", HOW)
    assert [found[name] for name in ("messages", "cases", "care", "letters", "files")] == [[], [], [], [], []]
    customer = await sit_down(hall)
    photo = await hall.files.keep("a.jpg", "image/jpeg", b"\xff\xd8 x")
    await reception.receive(hall, Heard("p", customer, text="看", files=(photo, photo)))
    await reception.drain(hall, customer)
    await hall.files.drop(photo.key)
    found = await export.export(hall, customer, "clock", HOW)
    assert [(one["name"], one["data"]) for one in found["files"]] == [("a.jpg", None)]


async def test_a_long_talk_is_handed_out_whole(hall: Hall) -> None:
    customer = await sit_down(hall)
    for n in range(export.AT_ONCE // 2 + 5):
        heard = Heard(f"{n}", customer, text="你好。")
        await reception.receive(hall, heard)
    await reception.drain(hall, customer)
    found = await export.export(hall, customer, "clock", HOW)
    lines = await hall.ledger.read(lambda lists: lists.lines(customer, 0, 9999))
    assert len(found["messages"]) == len(lines) > export.AT_ONCE
