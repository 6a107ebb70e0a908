"""Buttons in 64 bytes, what a press stands for, and choices by number."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from bot.desk.case import Button, Kind, Letter
from bot.hall.records import Posted
from bot.telegram import buttons
from tests.kit import MONDAY
from tests.kit_hall import still_at

UNDER = tuple(
    Button(label, value)
    for label, value in zip(
        ("收到", "准延期", "派协办", "换首办", "我来回电"), (buttons.ACK, *buttons.DECISIONS), strict=True
    )
)
LABELS = st.lists(st.text(min_size=1, max_size=40), max_size=100)


def letter(seq: int, *labels: str, kind: str = Kind.QUESTION) -> Posted:
    made = tuple(Button(label, f"v{number}" * 20) for number, label in enumerate(labels))
    return Posted(seq, MONDAY, "customer:a", kind, "请选", "k", buttons=made)


@given(st.integers(1, 2**63 - 1), LABELS)
def test_callback_data_always_fits_in_64_bytes(seq: int, labels: list[str]) -> None:
    board = buttons.keyboard(letter(seq, *labels), UNDER)
    shown = [one for row in board.inline_keyboard for one in row] if board else []
    assert [one.text for one in shown] == labels
    assert all(1 <= len(str(one.callback_data).encode()) <= 64 for one in shown)
    assert len({one.callback_data for one in shown}) == len(shown)


def test_an_alert_has_its_own_buttons_and_nothing_else_has_them() -> None:
    board = buttons.keyboard(letter(2**63 - 1, kind=Kind.ALERT), UNDER)
    assert board
    rows = [[one.text for one in row] for row in board.inline_keyboard]
    assert rows == [["收到"], ["准延期", "派协办"], ["换首办", "我来回电"]]
    assert all(len(str(one.callback_data).encode()) <= 64 for row in board.inline_keyboard for one in row)
    assert buttons.keyboard(letter(7, kind=Kind.ALERT)) is None
    assert buttons.keyboard(letter(7), UNDER) is None


def test_scores_stand_in_one_row_short_labels_by_three_long_ones_alone() -> None:
    def rows(*labels: str) -> list[int]:
        board = buttons.keyboard(letter(1, *labels))
        assert board
        return [len(row) for row in board.inline_keyboard]

    assert rows("1", "2", "3", "4", "5") == [5]
    assert rows("接单", "答复", "阶段", "办结") == [3, 1]
    assert rows("周围一片都停了", "不清楚") == [1, 1]


def test_choices_by_number_where_the_text_has_none_yet() -> None:
    yes, no = Button("已解决", "y"), Button("没解决", "n")
    assert buttons.numbered("请确认", (yes, no)) == "1　已解决\n2　没解决"
    assert buttons.numbered("请确认：1 已解决　2 没解决", (yes, no)) == ""
    assert buttons.numbered("只有一个", (yes,)) == ""
    assert buttons.numbered("打分", tuple(Button(str(n), f"r{n}") for n in range(1, 6))) == ""


async def test_a_press_stands_for_what_its_letter_offered_to_this_address_or_for_nothing(tmp_path: Path) -> None:
    async with still_at(tmp_path, memory=True) as hall:
        asks = Letter("customer:a", Kind.QUESTION, "q", "?", "", (Button("好", "yes"), Button("不", "no")))
        told = Letter("staff:A001", Kind.ALERT, "w", "!")
        for one in (asks, told):
            await hall.ledger.write(lambda page, one=one: page.post(one, hall.clock.now(), str))  # type: ignore[misc]
        first, second = await hall.ledger.read(lambda lists: lists.letters(0))

        async def value(data: str, to: str = "customer:a") -> str:
            return await hall.ledger.read(lambda lists: buttons.value_of(lists, data, to))

        assert await value(f"{first.seq}.1") == "no"
        assert await value(f"{first.seq}.1", "customer:b") == buttons.STALE
        assert await value(f"{second.seq}.ack", "staff:A001") == buttons.ACK
        for decision in buttons.DECISIONS:
            assert await value(f"{second.seq}.{decision}", "staff:A001") == decision
            assert await value(f"{second.seq}.{decision}", "staff:A002") == buttons.STALE
            assert await value(f"{first.seq}.{decision}") == buttons.STALE
        strange = (
            f"{first.seq}.2",
            f"{second.seq}.fire",
            f"{first.seq}.ack",
            f"{second.seq}.0",
            "999.0",
            "0.0",
            "-1.0",
            "x",
            "",
            "1.1000",
        )
        for data in (*strange, "9" * 60, f"{first.seq}.0\n", f" {first.seq}.0"):
            assert await value(data) == buttons.STALE
