from dataclasses import replace
from datetime import date

import pytest

from intents.likeness import blanks, nearest, repeats, varieties
from intents.topic import Handbook, Topic, TopicKind

NO_PLACES = blanks()


def topic(code: str, *, examples: tuple[str, ...] = (), checks: tuple[str, ...] = ()) -> Topic:
    return Topic(
        code=code,
        name=f"「{code}」",
        kind=TopicKind.ANSWER,
        post="guide",
        answer="答",
        source="示例",
        as_of=date(2026, 11, 23),
        examples=examples,
        checks=checks,
    )


def book(*topics: Topic) -> Handbook:
    return Handbook({one.code: one for one in topics}, (), {}, {}, (), (), "1")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("上个月用了 120 度，多少钱", "这个月用了八十度多少钱？"),
        ("明天上午几点来", "后天下午几点来"),
        ("我妈的户头要过户", "我老公的户头要过户"),
        ("万柳路22号3幢停电了", "青石街8号12幢停电了"),
        ("周三停电吗", "星期天停电吗"),
        ("交了300.5元没到账", "交了五百元没到账"),
        ("昨天报的装", "前天報的裝"),
        ("昨晚上停的", "今早停的"),
    ],
)
def test_what_only_fills_a_sentence_makes_no_other(one: str, other: str) -> None:
    assert NO_PLACES.skeleton(one) == NO_PLACES.skeleton(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("一直停电", "停电"),
        ("万一停电怎么办", "停电怎么办"),
        ("线路老化了", "电路老化了"),
        ("0", "88"),
        ("今天", "明天"),
    ],
)
def test_what_says_something_is_not_blanked(one: str, other: str) -> None:
    assert NO_PLACES.skeleton(one) != NO_PLACES.skeleton(other)


def test_the_halls_places_are_blanked_the_longest_name_first() -> None:
    blank = blanks(("荷苑", "听荷苑", "望橹新村", "里"))
    assert blank.skeleton("听荷苑停电") == blank.skeleton("荷苑停电") == blank.skeleton("望橹新村停电")
    assert blank.skeleton("家里停电") != blank.skeleton("家停电")


def test_a_topic_tells_its_lines_skeletons_and_the_commonest() -> None:
    lines = (*(f"用了{at}度" for at in range(10, 13)), *("怎么交", "去哪交", "几时交", "谁来收"))
    (found,) = varieties(book(topic("pay", examples=lines, checks=("在哪儿付钱",))), NO_PLACES)
    assert (found.lines, found.skeletons, found.checks) == (7, 5, 1)
    assert found.commonest == ("用了10度", "用了11度", "用了12度")
    assert found.share == pytest.approx(3 / 7)
    assert found.monotonous


def test_the_border_is_one_in_twenty() -> None:
    different = tuple(chr(0x5000 + at) * 3 for at in range(100))
    pair = ("用了10度", "用了11度")
    for lines, monotonous in (((*pair, *different[:38]), False), ((*pair, *different[:37]), True), (different, False)):
        (found,) = varieties(book(topic("pay", examples=lines)), NO_PLACES)
        assert found.monotonous is monotonous
    (found,) = varieties(book(topic("pay")), NO_PLACES)
    assert (found.lines, found.share, found.monotonous) == (0, 0, False)
    (found,) = varieties(book(topic("pay", examples=("怎么交",))), NO_PLACES)
    assert not found.monotonous


def test_a_check_that_repeats_a_line_is_found_wherever_the_line_stands() -> None:
    handbook = replace(
        book(
            topic("pay", checks=("这个月电费怎么交", "昨天晚上停的电")), topic("bill", examples=("下个月电费怎么交呀",))
        ),
        negatives=("大前天早上停的电", "水费怎么交"),
        uncovered=(("水费怎么交", "water"),),
        dangers=(("电线掉下来了", True),),
    )
    first, second = repeats(handbook, NO_PLACES)
    assert (first.code, first.check, first.file, first.taught) == (
        "pay",
        "这个月电费怎么交",
        "topics/bill.toml",
        "下个月电费怎么交呀",
    )
    assert 80 < first.likeness < 100
    assert (second.file, second.taught, second.likeness, second.more) == ("negatives.txt", "大前天早上停的电", 100, 0)


def test_further_lines_too_alike_are_counted_and_just_eighty_is_no_repeat() -> None:
    handbook = book(topic("pay", examples=("电费怎么交呢", "电费怎么交呀"), checks=("电费怎么交啊",)))
    (found,) = repeats(handbook, NO_PLACES)
    assert found.more == 1
    # one of five characters differs: 2 × 4 / 10
    assert list(repeats(book(topic("pay", examples=("甲乙丙丁戊",), checks=("甲乙丙丁己",))), NO_PLACES)) == []
    assert list(repeats(book(topic("pay", checks=("甲",))), NO_PLACES)) == []
    assert list(repeats(book(topic("pay", examples=("甲",))), NO_PLACES)) == []


def test_the_likest_lines_come_first() -> None:
    assert nearest(["电费怎么交", "怎么缴费", "停电了"], "电费怎么交", 2, 20) == (
        ("电费怎么交", 100.0),
        ("怎么缴费", 44.4),
    )
    assert nearest(["停电了"], "电费怎么交", 2, 60) == ()
