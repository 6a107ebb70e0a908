import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intents.spoken import Said, promised, until

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)  # a Monday


def closing(day: date) -> time:
    return time(16, 30) if day.weekday() >= 5 else time(17, 30)


def working(at: datetime, days: int) -> datetime:
    """A calendar of its own: Monday to Friday, but 2026-11-25 is a holiday."""
    day = at.date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5 and day != date(2026, 11, 25)
    return datetime.combine(day, time(23, 59, 59), at.tzinfo)


def at(words: str) -> datetime:
    """「24 12:00」 of this November, 「12-03 17:30」 of another month."""
    day, clock = words.split()
    return datetime.fromisoformat(f"2026-{day if '-' in day else f'11-{day}'}T{clock}").replace(tzinfo=ZONE)


TALK = [json.loads(line) for line in (Path(__file__).parent / "spoken.jsonl").read_text(encoding="utf-8").splitlines()]
"""Whole sentences of staff, written once the tables below were met, to see what they had not thought of."""

PROMISES = [
    # by the clock
    ("下午五点前给您回电", "23 17:00"),
    ("下午5点前给您回电。", "23 17:00"),
    ("下午５点半之前给您回电话", "23 17:30"),
    ("我下午三点一刻给您打电话", "23 15:15"),
    ("我们下午四点三刻给你回复", "23 16:45"),
    ("17:30前给您回电", "23 17:30"),
    ("１７：３０前给您答复", "23 17:30"),
    ("十七点前给您答复", "23 17:00"),
    ("17时30分前答复您", "23 17:30"),
    ("今天下午两点二十师傅到您家", "23 14:20"),
    ("晚上八点我再给您打电话", "23 20:00"),
    ("今晚八点半前给您送上电", "23 20:30"),
    ("今晚十二点前给您恢复供电", "24 00:00"),
    ("中午一点前给您回话", "23 13:00"),
    ("中午十二点之前给您回个电话", "23 12:00"),
    ("5pm前给您回电", "23 17:00"),
    ("下午三四点给您回电", "23 16:00"),
    ("五点前给您回电", "23 17:00"),
    ("11点前给您回电", "23 11:00"),
    ("大概十一点半左右师傅到您那儿", "23 11:30"),
    ("下午五點前給您回電", "23 17:00"),
    ("下午两点到四点之间师傅上门", "23 16:00"),
    ("明天上午九点到十一点师傅上门", "24 11:00"),
    ("明天上午10点至下午2点给您换表", "24 14:00"),
    ("明天三点前给您回电", "24 15:00"),
    ("明早八点师傅到您家", "24 08:00"),
    # days and their parts
    ("明天上午给您答复", "24 12:00"),
    ("明天中午给您答复", "24 13:00"),
    ("明天下午师傅过来装表", "24 18:00"),
    ("明天傍晚给您打电话", "24 19:00"),
    ("明晚给您回电", "24 21:00"),
    ("下午给您回电话", "23 18:00"),
    ("今天给您答复", "23 17:30"),
    ("明天给您办好", "24 17:30"),
    ("最迟后天给您办好", "25 17:30"),
    ("大后天之前给您换好", "26 17:30"),
    ("今天下班前回您电话", "23 17:30"),
    ("下班前给您一个准信", "23 17:30"),
    ("明天下班前答复您", "24 17:30"),
    ("周六下班前给您回话", "28 16:30"),
    ("周三之前装好", "25 17:30"),
    ("星期四给您送过去", "26 17:30"),
    ("礼拜五上午师傅上门安装", "27 12:00"),
    ("下周一上午师傅上门", "30 12:00"),
    ("下个星期二前给您答复", "12-01 17:30"),
    ("12月3号前给您回话", "12-03 17:30"),
    ("十二月三号下午给您装表", "12-03 18:00"),
    ("2026年12月3日上午10点师傅到场", "12-03 10:00"),
    ("25号（周三）上午师傅上门", "25 12:00"),
    ("30号前给您退款", "30 17:30"),
    ("本周内给您答复", "27 17:30"),
    ("这周给您办完", "27 17:30"),
    ("下周给您处理好", "12-04 17:30"),
    ("周末给您回电", "29 16:30"),
    ("周末前给您回电", "27 17:30"),
    ("月底前给您办结", "30 17:30"),
    ("下月底前给您结果", "12-31 17:30"),
    # so long from now
    ("半小时内到您家", "23 10:30"),
    ("两个小时之内联系您", "23 12:00"),
    ("一个半小时内给您回电", "23 11:30"),
    ("1.5小时内给您回电", "23 11:30"),
    ("45分钟内师傅到场", "23 10:45"),
    ("师傅二十分钟就到", "23 10:20"),
    ("一刻钟后给您打过去", "23 10:15"),
    ("半个钟头后我给您回电", "23 10:30"),
    ("一两个小时内给您答复", "23 12:00"),
    ("24小时内联系您", "24 10:00"),
    ("三天内给您答复", "26 17:30"),
    ("两三天内给您装好", "26 17:30"),
    ("3日内给您答复", "26 17:30"),
    ("一周内给您办好", "30 17:30"),
    ("3个工作日内答复您", "27 23:59"),
    ("五个工作日之内给您书面答复", "12-01 23:59"),
    ("从今天起三天内给您答复", "26 17:30"),
    # said in more words
    ("您放心，下午五点前，我一定给您回电。", "23 17:00"),
    ("请您在家等着，明天上午师傅上门。", "24 12:00"),
    ("今天下午到不了，明天上午给您装", "24 12:00"),
    ("我会给您回电，最迟下午五点前", "23 17:00"),
    ("师傅上门时间是明天上午", "24 12:00"),
    ("给您答复最迟周三", "25 17:30"),
    ("已经安排师傅明天上午上门", "24 12:00"),
    ("您反映的电压低的问题三天内答复您", "26 17:30"),
    ("您家的表周三之前装好", "25 17:30"),
    ("您还有别的要问吗？下午五点前给您回电。", "23 17:00"),
    ("昨天没找到您，今天下班前再联系您", "23 17:30"),
    ("您这件事我明天上午给您回音", "24 12:00"),
    ("不好意思，让您久等了，半小时内给您回电", "23 10:30"),
    ("同事明天下午两点跟您联系", "24 14:00"),
    ("停电抢修师傅半小时内到", "23 10:30"),
    ("不超过三天给您答复", "26 17:30"),
    ("下午五点前给您回电，没问题的", "23 17:00"),
    ("明天就给您办好了", "24 17:30"),
]

NO_PROMISES = [
    # what the customer should do
    "您下午五点前把材料送来",
    "请在周三前缴清",
    "请您明天上午来营业厅，我给您办",
    "您明天上午来我给您办",
    "明天上午您来厅里我给您办",
    "明天上午来营业厅给您办",
    "您周三之前装好内线再打给我",
    "麻烦您今天下班前给我回个电话",
    "请您三天内把身份证照片发给我们",
    "记得周五前来取发票",
    "您下午五点前联系我",
    "明天上午请在家留人",
    "请务必于12月3号前补齐资料",
    # opening hours
    "我们上午八点半到下午五点半开门",
    "营业时间是周一到周五上午九点到下午五点",
    "我们上午八点半到下午五点半为您办理业务",
    "周末下午四点半关门",
    "我下午五点半下班",
    "我们每天下午五点前给客户回电",
    "中午十二点到一点休息",
    # the past
    "昨天下午三点已经到过您家",
    "今天上午给您打过电话",
    "今天上午已给您回电",
    "上周五给您答复过",
    "11月20号给您回电，您没接",
    "今天上午九点给您回电",
    "下午三点给您回电的师傅姓王",
    "三天前给您装的表",
    "原定今天下午给您换表",
    "您说的下午五点前给您回电",
    "您要求明天给您答复",
    # questions and offers
    "下午五点给您回电可以吗",
    "下午五点给您回电，好吗？",
    "下午五点给您回电。您看行吗？",
    "明天上午师傅上门方便吗",
    "要不我明天上午给您打电话",
    "您看我下午五点给您回电行不行",
    "您几点在家？",
    "明天上午给您装，您在不在家",
    "明天上午还是下午给您装呢？",
    # outages
    "明天上午八点到十二点计划停电",
    "今天下午五点前恢复供电是计划停电公告上写的",
    "预计下午五点来电",
    "明天停电，晚上七点送电",
    "线路检修，明天下午六点前恢复供电",
    # general rules
    "一般四十五分钟左右到",
    "5 个工作日内办结",
    "5个工作日内答复",
    "通常三天内给您答复",
    "45分钟内到达现场",
    "收到材料后3个工作日内答复您",
    "缴费后24小时内给您恢复供电",
    "材料齐全之日起五个工作日内给您办结",
    "按规定7天内办完",
    "如果明天不下雨，上午给您装",
    "要是材料齐了，三天内给您办好",
    # refusals, hedges, nothing certain
    "今天下午到不了",
    "今天下午没法给您答复",
    "不能保证明天上午给您装好",
    "明天上午不能给您装",
    "明天上午的上门取消了",
    "争取明天上午给您答复",
    "可能明天上午给您答复",
    "预计下午五点前恢复供电",
    "我尽快给您回电",
    "马上给您回电",
    "我晚一点给您回电",
    "我快一点给您办",
    "过几天给您答复",
    "稍后给您回电",
    # figures that are no moments
    "您的户号是1234567890，我给您查",
    "有两点要给您说明",
    "3号楼的表箱给您换好",
    "中山路12号给您装表",
    "第三点给您解释一下",
    "这个月用了三天空调，我给您查查",
    "电费5.30元给您退",
    "一周三次给您抄表",
    "25点前给您回电",
    "13月40号前给您答复",
    "每周三给您发账单",
    "提前三天给您通知",
    "快递明天上午给您送到",
    "周一到周五上午上门",
    "明天周五给您答复",
    "好的",
    "",
]


def test_the_tables_are_as_large_as_they_are_meant_to_be() -> None:
    assert len(PROMISES) + len(NO_PROMISES) >= 120
    assert min(len(PROMISES), len(NO_PROMISES)) >= 60
    every = [text for text, _ in PROMISES] + NO_PROMISES
    assert len(set(every)) == len(every)


@pytest.mark.parametrize(("text", "moment"), PROMISES)
def test_a_promise_is_read_with_its_moment(text: str, moment: str) -> None:
    said = promised(text, NOW, closing=closing, working=working)
    assert said is not None
    assert said.at.replace(second=0) == at(moment)
    assert said.at.tzinfo is ZONE
    assert said.words


@pytest.mark.parametrize("text", NO_PROMISES)
def test_what_is_no_promise_of_ours_is_none(text: str) -> None:
    assert promised(text, NOW, closing=closing, working=working) is None


@pytest.mark.parametrize("row", TALK, ids=lambda row: row["text"])
def test_whole_sentences_are_read_as_meant(row: dict[str, str | None]) -> None:
    said = promised(str(row["text"]), NOW)
    assert (said and said.at.strftime("%m-%d %H:%M")) == row["at"]


@pytest.mark.parametrize(
    ("said_at", "text", "moment"),
    [
        ("23 14:00", "三点前给您回电", "23 15:00"),  # the next time a dial shows it
        ("23 08:00", "五点前给您回电", "23 17:00"),
        ("23 18:00", "五点前给您回电", None),  # five in the morning is nobody's word: which day is not said
        ("23 18:00", "17:30前给您回电", None),
        ("23 14:00", "08:30给您回电", None),
        ("23 18:00", "今天下午五点前给您回电", None),
        ("23 18:00", "明天五点前给您回电", "24 17:00"),
        ("23 13:00", "上午给您答复", None),
        ("23 18:30", "今天给您答复", "23 21:00"),  # after closing somebody still works: the evening's end
        ("23 21:30", "今天给您答复", "23 23:59"),
        ("23 21:30", "今晚给您回电", "23 23:59"),
        ("23 18:30", "今天下班前给您回电", None),
        ("23 18:30", "周一给您答复", "30 17:30"),  # a bare weekday is the next one to come
        ("27 18:30", "这周三给您答复", None),
        ("28 10:00", "本周内给您答复", "29 16:30"),
        ("29 10:00", "周末给您答复", "29 16:30"),
        ("23 02:00", "五点前给您送上电", "23 05:00"),  # the night's own hours, said at night
        ("23 23:30", "一点前师傅到您家", "24 01:00"),
        ("23 22:00", "凌晨两点前给您送上电", "24 02:00"),
        ("23 22:00", "今晚一点半前给您送上电", "24 01:30"),
        ("30 10:00", "月底前给您答复", "30 17:30"),
        ("30 10:00", "3号前给您答复", "12-03 17:30"),
    ],
)
def test_what_the_hour_of_saying_changes(said_at: str, text: str, moment: str | None) -> None:
    said = promised(text, at(said_at), closing=closing, working=working)
    assert (said and said.at) == (at(moment) if moment else None)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("您好。下午五点前给您回电，请您留意。谢谢", "下午五点前给您回电"),
        ("查过了，明天上午，师傅给您装表。", "明天上午，师傅给您装表"),
        ("我会给您回电，最迟下午五点前", "我会给您回电，最迟下午五点前"),
    ],
)
def test_the_words_are_the_promise_and_nothing_else(text: str, words: str) -> None:
    said = promised(text, NOW)
    assert said is not None
    assert said.words == words


def test_of_two_promises_the_first_said_counts() -> None:
    said = promised("半小时内给您回电，明天上午师傅上门", NOW)
    assert said is not None
    assert said.at == at("23 10:30")


@pytest.mark.parametrize("read", [promised, until])
def test_the_words_stay_short_however_long_the_text(read: Callable[[str, datetime], Said | None]) -> None:
    said = read("下午五点到" * 500 + "下午六点给您回电", NOW)
    assert said is not None
    assert len(said.words) <= 200


def test_without_a_calendar_it_is_the_custom_one() -> None:
    by_closing, by_days = promised("今天下班前回您电话", NOW), promised("5个工作日内答复您", NOW)
    assert by_closing is not None
    assert by_closing.at == at("23 17:30")
    assert by_days is not None
    assert by_days.at.date() == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("text", "moment", "words"),
    [
        ("挂起 等客户补材料 到周五", "27 17:30", "周五"),
        ("等备件 12月5号", "12-05 16:30", "12月5号"),
        ("客户出差，下周一上午回来", "30 12:00", "下周一上午"),
        ("挂起 三天 等客户", "26 17:30", "三天"),
        ("挂起 2小时", "23 12:00", "2小时"),
        ("等客户到明天下午三点", "24 15:00", "明天下午三点"),
        ("昨天说好的，等到周五", "27 17:30", "周五"),
        ("挂起 等3个工作日", "27 23:59", "3个工作日"),
        ("到月底", "30 17:30", "月底"),
    ],
)
def test_until_is_the_first_moment_named_whatever_it_is_about(text: str, moment: str, words: str) -> None:
    said = until(text, NOW, closing=closing, working=working)
    assert said is not None
    assert said.at.replace(second=0) == at(moment)
    assert said.words == words


@pytest.mark.parametrize("text", ["挂起 等客户补材料", "昨天", "3号楼换表", "", "户号 1234567890"])
def test_until_without_a_moment_is_none(text: str) -> None:
    assert until(text, NOW, closing=closing) is None


PIECES = (
    *("下午五点前", "明天上午", "今天下班前", "周三之前", "3个工作日内", "半小时内", "12月3号", "17:30", "99:99"),
    *("三百天", "月底", "2月底", "下周", "周末", "凌晨", "晚上", "十二点", "一", "二十", "点", "半", "刻", "号", "月"),
    *("年", "到", "-", "给您", "回电", "师傅", "上门", "装好", "我", "您", "请", "不", "了", "过", "吗", "？", "。"),
    *("，", "：", "（", "）", "后", "内", "前", "「", "」", "9999年12月31日", "2027年2月29日", "999个工作日内", "约"),
)
ZONES = ("Asia/Shanghai", "UTC", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia")
texts = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
moments = st.datetimes(timezones=st.sampled_from([ZoneInfo(name) for name in ZONES]))


@settings(max_examples=400)
@given(text=texts, now=moments, read=st.sampled_from([promised, until]))
def test_nothing_raises_and_nothing_lies_in_the_past(
    text: str, now: datetime, read: Callable[[str, datetime], Said | None]
) -> None:
    said = read(text, now)
    if said is not None:
        assert said.at.tzinfo is now.tzinfo
        assert said.at.astimezone(UTC) > now.astimezone(UTC)


@settings(max_examples=200)
@given(
    hour=st.integers(1, 11),
    part=st.sampled_from(["上午", "下午", "晚上"]),
    days=st.integers(1, 3),
    act=st.sampled_from(["给您回电", "师傅上门", "答复您", "我给您办好"]),
)
def test_a_day_a_part_and_an_hour_are_always_that_moment(hour: int, part: str, days: int, act: str) -> None:
    if part == "晚上" and hour < 5:
        return
    said = promised(f"{['', '明天', '后天', '大后天'][days]}{part}{hour}点前{act}", NOW)
    assert said is not None
    assert said.at == datetime(2026, 11, 23 + days, hour + 12 * (part != "上午"), tzinfo=ZONE)


HOSTILE = (
    *("五点", "下午五点到", "给您", "三天内给您", "周一到", "1-", "1到", "十", "您", "您说", "请", "不", "「", "（"),
    *("，", "12月", "明天上午", "半", "3个", "5:", "上午到", "1 ", "给您回", "师傅", "是", "在不", "了", "一二"),
    *("下午五点前，", "号", "3号", "过", "我会给您，", " ", "\n", "最迟", "周", "下个", "约明天，三点"),
)


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("tail", ["", "给您回电", "x"])
def test_a_hostile_text_costs_no_more_than_its_length(piece: str, tail: str) -> None:
    promised("暖", NOW)  # the dictionary of scripts is loaded once, by whoever comes first
    took = []
    for length in (1024, 4096):
        text = (piece * length)[: length - len(tail)] + tail
        rounds = []
        for _ in range(3):
            begun = process_time()
            promised(text, NOW)
            until(text, NOW)
            rounds.append(process_time() - begun)
        took.append(min(rounds))
    assert took[1] < 0.5
    assert took[1] < 10 * took[0] + 0.02  # four times the length; sixteen times would be a square
