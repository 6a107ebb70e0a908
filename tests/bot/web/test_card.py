import html
import json
import re
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk.case import Case, Event, Lane, Outcome, Priority, Secrecy, State
from bot.desk.moves import Move
from bot.desk.pending import Callback, Cover, Task, Transfer
from bot.hall import counter, drill, handing
from bot.hall.counter import Asked
from bot.web import card
from tests.bot.web.kit import Door, door
from tests.kit import edition

CANARY = "金丝雀词"


async def card_of(out: Door, no: str, headers: dict[str, str]) -> str:
    """The path of the case's card, as its customer gets it."""
    found = await out.json("POST", f"/api/chat/cases/{no}/card", headers=headers)
    return str(found["card"])


async def case_of(out: Door, no: str) -> Case:
    return await out.hall.ledger.read(lambda lists: lists.case(no))


def words_of(page: str) -> str:
    """What a person reads on the page."""
    bare = re.sub(r"<[^>]+>", "\n", page.split("<body", 1)[1])
    return re.sub(r"\s*\n\s*", "\n", html.unescape(bare))


async def test_the_card_tells_who_what_when_and_how_to_object(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        path = await card_of(out, no, headers)
        out.web.cookie_jar.clear()
        text, answer = await out.page("GET", path)
        said = words_of(text)
        handler = (await case_of(out, no)).first_handler
        person = out.hall.edition().data.books.person(handler)
        info = out.hall.edition().data.info
        for word in (
            "停电报修",
            no,
            person.name,
            handler,
            "工作岗",
            "从 11月23日（周一）10:00 起负责",
            info.hotline,
            "12398",
            "演练",
        ):
            assert word in said, word
        for heading in ("谁负责", "走到哪一步", "费用", "答应您的时间和实际的时间", "办理经过", "有意见"):
            assert f">{heading}</h2>" in text
        assert f"等首办人{person.name}" in said
        assert "收费：供电这一侧的抢修不收费" in said
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
        assert '<meta name="robots" content="noindex">' in text
        assert "<script" not in text
        assert "<form" not in text


async def test_whoever_has_no_key_sees_the_page_of_any_other_mistake(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        path = await card_of(out, no, headers)
        nothing, _ = await out.page("GET", "/nowhere", 404)
        for wrong in (f"/card/{no}", f"{path}x", path[:-1], "/card/%E5%AF%86", f"/card/{'A' * 200}"):
            text, answer = await out.page("GET", wrong, 404)
            assert text == nothing, wrong
            assert answer.headers["Cache-Control"] == "no-store"


async def test_only_its_customer_is_told_where_the_card_is(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        key, others = await out.customer("别人")
        missing = await out.json("POST", "/api/chat/cases/DL20000101-0001/card", 404, headers=others)
        theirs = await out.json("POST", f"/api/chat/cases/{no}/card", 404, headers=others)
        assert {**missing, "message": ""} == {**theirs, "message": ""}
        kept = await out.hall.ledger.read(lambda lists: lists.events(""))
        denied = [event.facts for event in kept if event.move == "deny"]
        assert [fact["what"] for fact in denied] == [f"chat.card {key}"] * 2
        assert await card_of(out, no, headers) == await card_of(out, no, headers)


async def test_exactly_the_public_events_and_no_internal_word(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        case = await case_of(out, no)
        books = out.hall.edition().data.books
        handler, leader = books.person(case.first_handler), books.person("A001")
        await counter.accept(out.hall, handler, no)
        await counter.note(out.hall, handler, no, f"{CANARY}备注")
        await handing.help_(out.hall, handler, no, "A302", f"{CANARY}协办", Asked())
        await counter.accept(out.hall, books.person("A302"), no)
        await handing.help_done(out.hall, books.person("A302"), no, f"{CANARY}结果", Asked())
        await handing.priority(out.hall, leader, no, "urgent", f"{CANARY}缓急", Asked())
        await handing.reveal(out.hall, handler, no, ["phone"], f"{CANARY}查看", Asked())
        await handing.correct(out.hall, handler, no, {"name": "陈"}, f"{CANARY}更正", Asked())
        await counter.reply(out.hall, handler, no, "师傅十分钟后到")
        await counter.stage(out.hall, handler, no, "arrive")
        facts = dict.fromkeys([item.field for item in books.topics[case.topic].closing], f"{CANARY}清单")
        await counter.resolve(out.hall, handler, no, "换了熔丝", facts)
        path = await card_of(out, no, headers)
        text, _ = await out.page("GET", path)
        assert CANARY not in text
        assert "13800000001" not in text
        public = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["events"]
        assert text.count('<li class="') >= len(public)
        passed = text.split('<ol class="passed">')[1].split("</ol>")[0]
        assert passed.count("<li") == len(public)
        assert len(public) > 4
        for event in public:
            for line in filter(None, card.bare(event["text"]).split("\n")):
                assert html.escape(line, quote=False).replace('"', "&#34;") in passed
        assert "等您确认" in text
        assert "做到了" in text


async def test_a_change_of_hands_stands_on_the_card_with_its_reason(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        case = await case_of(out, no)
        books = out.hall.edition().data.books
        handler, leader = books.person(case.first_handler), books.person("A001")
        path = await card_of(out, no, headers)
        await handing.transfer(out.hall, handler, no, "A303", "我要去支援邻镇", Asked())
        await drill.settle(out.hall)
        text, _ = await out.page("GET", path)
        assert "等您答复：同不同意换首办人" in text
        assert "换过的首办人" not in text
        body = {"id": "yes", "button": f"consent.{no}"}
        await out.json("POST", "/api/chat/messages", 202, json=body, headers=headers)
        await drill.settle(out.hall)
        text, _ = await out.page("GET", path)
        assert "等值班领导定" in text
        await handing.reassign(out.hall, leader, no, "A303", "人手这样排更快", Asked())
        text, _ = await out.page("GET", path)
        hands = text.split('<ol class="hands">')[1].split("</ol>")[0]
        assert hands.index(handler.name) < hands.index("卓一苇")
        assert "人手这样排更快" in hands
        assert hands.count("卓一苇") == 1
        assert '<p class="handler">卓一苇（工号 A303，工作岗）</p>' in text


async def test_leave_is_told_with_who_stands_in_till_when(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        path = await card_of(out, no, headers)
        case = await case_of(out, no)
        text, _ = await out.page("GET", path)
        assert "代办" not in text
        away = replace(case, cover=Cover("A302", date(2026, 11, 25)))
        await out.hall.ledger.write(lambda page: page.record(Outcome(away, ()), str))
        text, _ = await out.page("GET", path)
        assert "到 11月25日 为止由闻潮生（工号 A302，工作岗）代办" in text


MOMENT = datetime.fromisoformat("2026-11-23T10:00:00+08:00")
STAFF = ("A001", "A301", "A302", "A999", "customer", "guide", "clock")
SAID = st.text("好的来电灯阿福0123456789<&>\n", max_size=20)
EVENTS = st.builds(
    Event,
    case=st.just("DL20261123-0001"),
    seq=st.integers(1, 99),
    at=st.just(MOMENT),
    lane=st.sampled_from(Lane),
    by=st.sampled_from(STAFF),
    move=st.sampled_from([move.value for move in Move]),
    public=st.booleans(),
    text=SAID,
    facts=st.dictionaries(st.sampled_from(("first_handler", "before", "to", "task")), st.sampled_from(STAFF)),
)
CASES = st.builds(
    Case,
    no=st.just("DL20261123-0001"),
    topic=st.sampled_from(("outage_repair", "owner_transfer", "complaint", "gone")),
    state=st.sampled_from([state for state in State if state is not State.DRAFT]),
    priority=st.sampled_from(Priority),
    customer=st.just(f"{CANARY}客户"),
    first_handler=st.sampled_from(STAFF[:4]),
    opened_at=st.just(MOMENT),
    begun_at=st.just(MOMENT),
    stage=st.sampled_from(("", "arrive", "sign", "gone")),
    slots=st.just({"name": f"{CANARY}名", "phone": "13800000001", "address": f"{CANARY}路"}),
    closing=st.just({"cause": f"{CANARY}原因"}),
    tasks=st.just((Task(1, "A302", "A301", f"{CANARY}协办", MOMENT, result=f"{CANARY}结果"),)),
    callback=st.just(Callback("A301", MOMENT, MOMENT, text=f"{CANARY}回访")),
    named=st.just((f"{CANARY}被反映人",)),
    transfer=st.sampled_from((None, Transfer("A302", f"{CANARY}理由", "A301", MOMENT))),
)


@settings(max_examples=200)
@given(case=CASES, events=st.lists(EVENTS, max_size=12))
def test_whatever_happened_the_card_holds_the_public_events_and_no_more(case: Case, events: list[Event]) -> None:
    within = [
        event if event.public else replace(event, text=f"{CANARY}{event.text}", facts={"x": CANARY}) for event in events
    ]
    told = card.card_json(edition(), case, within)
    assert CANARY not in json.dumps(told, ensure_ascii=False)
    assert "13800000001" not in json.dumps(told, ensure_ascii=False)
    public = [card.bare(str(event.text)) for event in events if event.public]
    assert [event["text"] for event in told["timeline"]] == public[::-1]
    assert told["next"]


async def test_who_wants_to_stay_unknown_is_not_named_by_his_own_words(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        path = await card_of(out, no, headers)
        await out.say(headers, "我叫顾念慈，电话19900000012", "name")
        named = replace(await case_of(out, no), slots={"name": "顾念慈"}, secrecy=Secrecy.CONFIDENTIAL)
        added = Event(
            no, named.seq + 1, named.opened_at, Lane.CUSTOMER, "customer", "correct", public=True, text="顾念慈"
        )
        moved = replace(named, seq=named.seq + 1)
        await out.hall.ledger.write(lambda page: page.record(Outcome(moved, (added,)), str))
        text, _ = await out.page("GET", path)
        assert "顾念慈" not in text
        assert "0012" not in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("打 13800000001 找我", "打 *******0001 找我"),
        ("户号9900000012。", "户号******0012。"),
        ("单号 DL20261123-0007", "单号 DL20261123-0007"),
        ("11月23日10:00，3幢502", "11月23日10:00，3幢502"),
    ],
)
def test_long_numbers_show_only_their_end(text: str, shown: str) -> None:
    assert card.bare(text) == shown


def test_every_matter_says_what_it_costs() -> None:
    data = edition().data
    for code, topic in data.handbook.topics.items():
        if topic.opens_case:
            lines = card.fees(data, code)
            assert lines
            assert all("费" in line or "钱" in line for line in lines), (code, lines)
    assert card.fees(data, "no_such_topic") == [data.handbook.phrases["card.fees.none"]]
