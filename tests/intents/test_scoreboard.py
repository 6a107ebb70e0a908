from intents.labelled import Labelled
from intents.scoreboard import bar, lines, padded, percent
from intents.scoring import OUTSIDE, Heard, score
from intents.understanding import Understanding, Zone

NAMES = {"pay": "缴费", "bill": "电费电量查询"}


def one(want: str, got: str, *, danger: bool = False, alarm: bool = False, line: int = 0) -> Heard:
    zone = Zone.REFUSE if got == OUTSIDE else Zone.ANSWER
    return Heard(Labelled("话", want, line=line), danger, Understanding(got, 0.8, ("pay",), danger=alarm, zone=zone))


def told(*heard: Heard) -> str:
    return "\n".join(lines(score(heard), NAMES))


def test_all_figures_stand_in_it() -> None:
    text = told(
        one("pay", "pay"), one("pay", "bill"), one(OUTSIDE, OUTSIDE), one("bill", OUTSIDE, danger=True, line=4),
        one("pay", "pay", alarm=True, line=5),
    )  # fmt: skip
    assert "共 5 句：归我们管的 4 句，不归我们管的 1 句。" in text
    for label, figure in (
        ("听对（严）", "50.0 %"),
        ("前三个里有", "75.0 %"),
        ("说没听懂，说得对", "50.0 %"),
        ("不归我们管的，认出", "100.0 %"),
        ("分得清内外", "0.500"),
        ("险情听出", "0.0 %　共 1 句，漏了第 4 行"),
        ("险情虚惊", "每千句 250 次　共 1 次，第 5 行"),
        ("直接答", "3 句，其中答对 66.7 %"),
        ("给几个让客户选", "0 句"),
    ):
        (line,) = [line for line in text.splitlines() if line.strip().startswith(label)]
        assert figure in line


def test_the_weakest_are_drawn_with_what_they_were_taken_for() -> None:
    text = told(one("pay", "pay"), one("pay", "bill"), one("bill", OUTSIDE), one(OUTSIDE, "pay"))
    assert "  缴费                      █████·····   1/2 句　听成：电费电量查询 1" in text
    assert "电费电量查询 → 没听懂" in text
    assert "不归我们管的 → 缴费" in text
    assert text.index("听成：没听懂 1") < text.index("听成：电费电量查询 1")


def test_nothing_wrong_is_said_and_codes_without_a_name_stay() -> None:
    assert "每一项都听对了。" in told(one("pay", "pay"))
    assert "最容易混" not in told(one("pay", "pay"))
    assert "water → 缴费" in told(one("water", "pay"))


def test_long_lists_are_cut_and_the_rest_is_counted() -> None:
    text = told(*(one(f"c{at}", "pay", danger=True, line=at + 1) for at in range(30)))
    assert "另有 18 项也有听错的。" in text
    assert "另有 20 对。" in text
    assert "、20 等 行" in text


def test_small_things() -> None:
    assert (bar(0), bar(0.5), bar(1), bar(2)) == ("·" * 10, "█████·····", "█" * 10, "█" * 10)
    assert padded("电a", 5) == "电a  "
    assert padded("电费电费", 3) == "电费电费 "
    assert percent(None) == "—（没有这类句子）"
    assert percent(0.1234) == "12.3 %"
