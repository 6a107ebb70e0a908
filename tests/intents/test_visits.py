from datetime import date

import pytest

from intents.visits import Visit, read, told

TODAY = date(2026, 11, 23)  # a Monday


@pytest.mark.parametrize(
    ("text", "visit"),
    [
        ("下周三上午", Visit("2026-12-02", "08:00", "12:00", "下周三上午")),
        ("明天九点到十一点", Visit("2026-11-24", "09:00", "11:00", "明天九点到十一点")),
        ("明天上午10点到2点", Visit("2026-11-24", "10:00", "14:00", "明天上午10点到2点")),
        ("周六上午9-11点都行", Visit("2026-11-28", "09:00", "11:00", "周六上午9-11点都行")),
        ("后天下午三点以后", Visit("2026-11-25", "15:00", "", "后天下午三点以后")),
        ("明天8点前", Visit("2026-11-24", "", "08:00", "明天8点前")),
        ("25号到27号上午", Visit("2026-11-25", "08:00", "12:00", "25号到27号上午")),
        ("下班后", Visit("", "18:00", "21:00", "下班后")),
        ("随时", Visit("", "", "", "随时")),
        ("明天中午前", Visit("2026-11-24", "", "12:00", "明天中午前")),
    ],
)
def test_when_to_come(text: str, visit: Visit) -> None:
    line = read(text, TODAY, asked=True)
    assert told(line) == visit
    assert read(line, TODAY, asked=True) == line


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("我要装充电桩，下周三上午有空", "2026-12-02 下周三上午"),
        ("你们明天下午过来看看吧", "2026-11-24 明天下午"),
        ("周末在家，你们来装表", "2026-11-28/2026-11-29 周末"),
    ],
)
def test_before_it_is_asked_for_it_needs_a_word_of_coming(text: str, line: str) -> None:
    assert read(text, TODAY) == line


@pytest.mark.parametrize(
    "text", ["昨天师傅来过", "明天停电吗", "说好明天来，没来", "今天怎么还不来电", "下周三上午", "有空再说"]
)
def test_what_is_no_visit(text: str) -> None:
    assert read(text, TODAY) == ""


@pytest.mark.parametrize("text", ["谢谢", "什么时候来", "不知道", "跟上次一样"])
def test_what_is_no_answer(text: str) -> None:
    assert read(text, TODAY, asked=True) == ""
