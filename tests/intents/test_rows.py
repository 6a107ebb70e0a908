from datetime import date

import pytest

from intents.rows import Source, Taker, Unfit, code, day, flag, lines, one_of, span, take, texts
from intents.rows import text as words


def test_values_are_taken_as_they_are_meant() -> None:
    assert words(" 甲 ") == "甲"
    assert lines("一\n\n 二 \n") == ("一", "二")
    assert lines(["一", "", "二"]) == ("一", "二")
    assert texts(["甲", "乙"]) == ("甲", "乙")
    assert day("2026-11-23") == day(date(2026, 11, 23)) == date(2026, 11, 23)
    assert [span(text) for text in ("45m", "24h", "7d", "4wh", "5wd", "")] == ["45m", "24h", "7d", "4wh", "5wd", ""]
    assert one_of("a", "b", empty=True)("") == ""
    assert flag(value=True)


@pytest.mark.parametrize(
    ("taker", "value"),
    [
        (words, 3),
        (lines, [1]),
        (texts, "甲"),
        (day, "2026-13-01"),
        (day, 3),
        (span, "45"),
        (one_of("a"), ""),
        (one_of("a"), ["a"]),
        (flag, 1),
        (code, "Ab"),
        (code, "1a"),
    ],
)
def test_what_does_not_fit_is_refused(taker: Taker, value: object) -> None:
    with pytest.raises(Unfit):
        taker(value)


def test_missing_and_unknown_keys_are_blamed_once_each() -> None:
    source = Source("a.toml", 'code = "x"\nother = 1\n')
    assert take(source, {"code": "x", "other": 1}, {"code*": code, "name*": words}) == {"code": "x"}
    assert [fault.line for fault in source.faults] == [2, 0]
    assert source.faults[0].message.startswith("不认识「other」")
    assert source.faults[1].message == "缺「name」这一项"
    assert take(source, 3, {"code*": code}, "steps") == {}
