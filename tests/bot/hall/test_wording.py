from dataclasses import replace
from datetime import UTC, date, time
from decimal import Decimal
from string import Formatter
from typing import Any

import pytest

from bot.desk import promises
from bot.desk.case import Kept, Post, Priority, Promise, State
from bot.desk.hours import Opening
from bot.desk.words import Words, words
from bot.guide.supply import Energy, Month, Price, Tail, Yuan
from bot.hall import wording
from bot.hall.data import HallData
from intents.topic import PromiseRow, Situation
from tests.kit import CREW, MONDAY, edition

DATA = edition().data
PHRASES = DATA.handbook.phrases


def promised(to: str = "arrive", promise: str = "45m", **more: Any) -> Promise:
    return promises.start(PromiseRow("p", (), to, "依据", promise, **more), DATA.books.calendar, MONDAY)


TYPED: dict[str, Any] = {
    "handler": DATA.books.person(CREW),
    "leader": DATA.books.person("A001"),
    "by": DATA.books.person("A101"),
    "topic": "outage_repair",
    "topics": ("outage_repair", "owner_transfer"),
    "promise": promised(),
    "state": State.OPEN,
    "slots": {"address": "青石镇", "phone": "", "unheard": "x"},
    "since": MONDAY,
    "at": MONDAY,
    "accept_from": MONDAY,
    "told": words("step:outage_repair.arrive"),
    "first": words("answer:greeting"),
    "second": words("offer", topic="owner_transfer"),
    "count": 3,
    "score": 1,
    "hours": 120,
}
"""What fills a place of that name; anything else is text."""


EMPTY: tuple[object, ...] = (None, "", (), {})


def names(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name}


def facts(template: str) -> dict[str, Any]:
    return {name: TYPED.get(name, f"某{name}") for name in names(template)}


def shown(text: object, data: HallData = DATA) -> str:
    return wording.render(data, text)


@pytest.mark.parametrize("code", PHRASES)
def test_every_phrase_is_written_out_with_typed_facts(code: str) -> None:
    text = shown(Words(code, facts(PHRASES[code])))
    assert text.strip()
    for trace in ("{", "}", "Words(", "Staff(", "Promise(", "datetime", "None", "()"):
        assert trace not in text
    assert text.count("\n") >= PHRASES[code].strip("\n").count("\n")


@pytest.mark.parametrize("code", PHRASES)
def test_a_line_whose_fact_is_empty_is_left_out_and_the_others_stay(code: str) -> None:
    template = PHRASES[code].strip("\n")
    own = [name for name in names(template) if wording._shared(DATA, name, None) is None]
    for empty in own:
        for nothing in EMPTY:
            lines = shown(Words(code, facts(template) | {empty: nothing})).split("\n")
            kept = [line for line in template.split("\n") if empty not in names(line)]
            assert all(lines) or not kept
            whole = [shown(Words(code, facts(template)))]
            assert len("\n".join(lines)) < len(whole[0])
            for line in kept:
                if not names(line):
                    assert line in lines


def test_text_stays_text_and_a_customers_braces_are_no_template() -> None:
    assert shown("{handler} {0} {{x}}") == "{handler} {0} {{x}}"
    assert shown(7) == "7"
    told = shown(words("staff.customer_says", customer="w1", said="{handler} {__class__} {0} %s"))
    assert "{handler} {__class__} {0} %s" in told


def test_an_unknown_code_is_a_fault_not_a_silence() -> None:
    for code in ("no.such", "answer:no_such", "step:no_such.x"):
        with pytest.raises(wording.NoSuchPhrase, match=r"^" + code.replace(".", r"\.")):
            shown(words(code))


def test_a_moment_as_people_say_it() -> None:
    assert wording.moment(DATA, MONDAY) == "11月23日（周一）10:00"
    assert wording.moment(DATA, MONDAY.replace(hour=23, minute=59, second=59)) == "11月23日（周一）24:00"


class TestPromises:
    def told(self, promise: Promise | None) -> str:
        return shown(words("event.kept", promise=promise)).partition("：")[2]

    def test_with_span_and_moment(self) -> None:
        assert "45 分钟" in self.told(promised())
        assert "10:45" in self.told(promised())

    def test_working_days_end_when_the_hall_closes(self) -> None:
        assert "11月30日（周一）17:30" in self.told(promised("resolve", "5wd"))

    def test_another_aim_has_words_too(self) -> None:
        assert "45 分钟" in self.told(promised("somewhere"))
        bare = {code: text for code, text in PHRASES.items() if not code.startswith("promise.")}
        plain = replace(DATA, handbook=replace(DATA.handbook, phrases=bare))
        assert shown(words("event.kept", promise=promised()), plain).endswith("45 分钟")

    def test_what_was_never_promised_in_public_is_not_told(self) -> None:
        assert self.told(promised(promise="", internal="2wd")) == ""
        assert self.told(None) == ""


def test_people_posts_states_and_topics_have_names() -> None:
    assert shown(words("staff.words", text=DATA.books.person(CREW))) == "雷九川（工号 A301，工作岗）"
    assert shown(words("staff.words", text=Post.DUTY)) == "值班领导岗"
    assert shown(words("staff.words", text=State.RESOLVED)) == PHRASES["state.resolved"]
    assert shown(words("staff.words", text=Priority.URGENT)) == "urgent"
    assert "停电报修、过户、nobody" in shown(words("mentioned", topics=("outage_repair", "owner_transfer", "nobody")))


def test_facts_of_a_case_one_a_line_by_their_names() -> None:
    assert shown(words("staff.words", text={"address": "青石镇", "phone": "", "odd": "x"})) == "地址：青石镇\nodd：x"


class TestAnswers:
    def test_with_source_and_date(self) -> None:
        text = shown(words("answer:owner_transfer"))
        assert DATA.books.topics["owner_transfer"].source in text
        assert "整理于 2026年11月23日" in text
        assert "5 个工作日" in text
        assert DATA.info.address in text

    def test_small_talk_needs_none(self) -> None:
        assert "依据" not in shown(words("answer:greeting"))

    def test_the_brief_is_the_first_screen(self) -> None:
        topic = DATA.books.topics["outage_repair"]
        two = replace(topic, answer="第一屏\n\n第二屏")
        data = replace(DATA, handbook=replace(DATA.handbook, topics=DATA.handbook.topics | {topic.code: two}))
        assert shown(words("brief:outage_repair"), data) == "第一屏"

    @pytest.mark.parametrize("code", DATA.books.topics)
    def test_every_answer_and_every_step_is_whole(self, code: str) -> None:
        topic = DATA.books.topics[code]
        for text in (shown(words(f"answer:{code}")), shown(words(f"brief:{code}"))):
            assert "{" not in text
            assert len(text.split("\n")) >= len(topic.answer.strip().split("\n\n")[0].split("\n"))
        for step in topic.steps:
            assert "{" not in shown(words(f"step:{code}.{step.code}"))
        assert shown(words(f"step:{code}.nowhere")) == ""

    def test_facts_given_come_before_facts_of_the_book(self) -> None:
        assert shown(words("staff.words", text="x", hall="别处")) == "x"
        greeting = DATA.books.topics["greeting"]
        assert "{hall}" in greeting.answer
        assert "别处" in shown(words("answer:greeting", hall="别处"))
        assert DATA.info.name in shown(words("answer:greeting"))

    def test_a_promise_that_stands_nowhere_drops_its_line(self) -> None:
        assert wording._shared(DATA, "promise.nowhere", None) is None
        assert wording._shared(DATA, "promise.outage.arrive.urban", None) == "45 分钟"
        assert wording._shared(DATA, "nothing", None) is None


class TestSafety:
    HAZARD = replace(
        DATA.books.topics["hazard"],
        situations=(
            Situation("shock", ("触电",), "先断电。"),
            Situation("fire", ("着火", "冒烟"), "打 {call_119}。"),
            Situation("flood", ("水",), "别下水。"),
        ),
    )
    WITH = replace(DATA, handbook=replace(DATA.handbook, topics=DATA.handbook.topics | {"hazard": HAZARD}))

    def test_the_words_of_the_situation_come_first_then_the_general_ones(self) -> None:
        lines = shown(words("safety:hazard", heard="着火了"), self.WITH).split("\n")
        assert lines[0] == "打 119。"
        assert lines[-1].startswith("人先离远")

    def test_at_most_two_situations(self) -> None:
        text = shown(words("safety:hazard", heard="触电 着火 水"), self.WITH)
        assert "先断电" in text
        assert "别下水" not in text

    @pytest.mark.parametrize("heard", ["", "不好了"])
    def test_the_general_ones_are_always_said(self, heard: str) -> None:
        assert shown(words("safety:hazard", heard=heard), self.WITH).startswith("人先离远")

    def test_heard_in_traditional_script(self) -> None:
        assert "打 119。" in shown(words("safety:hazard", heard="廚房著火冒煙"), self.WITH)


def test_a_moment_is_told_in_the_halls_own_zone() -> None:
    assert wording.moment(DATA, MONDAY.astimezone(UTC)) == "11月23日（周一）10:00"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Yuan(Decimal(90)), "90.00 元"),
        (Yuan(Decimal("0.125")), "0.12 元"),
        (Energy(Decimal("180.0")), "180 度"),
        (Energy(Decimal("1E+3")), "1000 度"),
        (Price(Decimal("0.5283")), "每度 0.5283 元"),
        (Price(Decimal("0.50")), "每度 0.5 元"),
        (Month("2026-09"), "2026年9月"),
        (Tail("9900000101"), "尾号 0101"),
        (date(2026, 11, 23), "2026年11月23日（周一）"),
        (Opening(time(8, 30), time(12)), "08:30–12:00"),
        ((Opening(time(8, 30), time(12)), Opening(time(14), None)), "08:30–12:00、14:00–24:00"),
    ],
)
def test_figures_are_written_out_by_their_kind(value: object, text: str) -> None:
    assert shown(words("staff.words", text=value)) == text


def test_a_receipt_shows_an_account_by_its_last_figures_and_a_scope_in_words() -> None:
    slots = {"account_no": "9900000101", "scope": "area", "about": "电费"}
    assert shown(words("staff.words", text=slots)) == "户号：尾号 0101\n范围：周围一片\n要办的事：电费"


def test_what_follows_the_first_screen_with_its_source() -> None:
    topic = DATA.books.topics["tier_price"]
    whole, rest = shown(words("answer:tier_price")), shown(words("rest:tier_price"))
    assert whole.endswith(rest)
    assert topic.source in rest
    assert shown(words("brief:tier_price")) not in rest
    short = replace(topic, answer="一屏就完。")
    handbook = replace(DATA.handbook, topics={**DATA.handbook.topics, "tier_price": short})
    assert shown(words("rest:tier_price"), replace(DATA, handbook=handbook)).startswith("（依据")


class TestPromisedDays:
    def promise(self, day: str, **more: Any) -> Promise:
        row = PromiseRow("p", (), "reply", "依据", "5wd")
        made = promises.start(row, DATA.books.calendar, MONDAY.replace(year=2026, month=int(day[:2]), day=int(day[3:])))
        return replace(made, **more)

    def said(self, promise: Promise) -> str:
        return shown(words("staff.words", text=promise))

    def test_the_day_is_explained_where_nobody_would_count_it_so(self) -> None:
        told = self.said(self.promise("02-12"))
        assert told == ("5 个工作日内答复您（最迟 2月26日（周四）17:30）（2月14日补班，算工作日，春节放假，不算）")

    def test_an_ordinary_week_needs_no_word(self) -> None:
        assert self.said(self.promise("11-23")) == "5 个工作日内答复您（最迟 11月30日（周一）17:30）"

    def test_a_tentative_day_says_so_until_it_is_settled(self) -> None:
        tentative = self.promise("11-23", tentative=True)
        assert self.said(tentative).endswith("（放假安排未公布，日期以公布后为准）")
        assert "未公布" not in self.said(replace(tentative, ended_at=MONDAY))

    def test_a_broken_one_says_that_it_is_past(self) -> None:
        assert self.said(self.promise("11-23", kept=Kept.BROKEN)).endswith("（已过，对不起）")

    def test_a_word_given_in_talk_names_who_gave_it(self) -> None:
        given = promises.given(1, CREW, MONDAY, MONDAY.replace(hour=17, minute=30))
        assert self.said(given) == "雷九川（工号 A301，工作岗）答应 11月23日（周一）17:30 前回话"
