"""Long texts in pieces: each fits, nothing is lost, no number is cut in two."""

import re

from hypothesis import example, given
from hypothesis import strategies as st

from bot.telegram.text import LONGEST_WORD, MOST, parts, units

NUMBER = "DL20261123-0007"
WRITTEN = st.text(alphabet=st.sampled_from("甲乙丙，。！？；\n 😀👨‍👩‍👧a1-　\t\ud83d"), max_size=300)


def bare(text: str) -> str:
    return re.sub(r"\s", "", text)


@given(WRITTEN, st.integers(2, 120))
@example("😀" * 50, 3)
@example("\n\n  \n", 2)
def test_each_piece_fits_none_is_blank_and_only_blanks_are_lost(text: str, most: int) -> None:
    found = parts(text, most)
    assert all(0 < units(one) <= most for one in found)
    assert all(one.strip() for one in found)
    assert "".join(map(bare, found)) == bare(text)


@given(st.integers(0, 200), st.integers(0, 200), st.integers(len(NUMBER), 150), st.sampled_from(["，", " ", "", "😀"]))
def test_a_case_number_is_never_cut_in_two(before: int, after: int, most: int, between: str) -> None:
    text = "字" * before + between + NUMBER + between + "字" * after
    assert sum(NUMBER in one for one in parts(text, most)) == 1


@given(st.integers(0, 30))
def test_many_numbers_without_a_pause_are_never_cut_in_two(shift: int) -> None:
    numbers = [f"DL20261123-{n:04d}" for n in range(400)]
    text = "啊" * shift + "是".join(numbers)
    whole = parts(text)
    assert len(whole) > 1
    assert [one for piece in whole for one in re.findall(r"DL20261123-\d{4}(?!\d)", piece)] == numbers


def test_a_word_longer_than_any_number_is_cut_where_it_must_be() -> None:
    text = "a" * (MOST * 2 + LONGEST_WORD)
    assert [len(one) for one in parts(text)] == [MOST, MOST, LONGEST_WORD]


def test_people_pause_at_the_end_of_a_sentence() -> None:
    text = "头一句说完了。" * 600
    pieces = parts(text)
    assert len(pieces) == 2
    assert all(one.endswith("。") for one in pieces)
    assert units("".join(pieces)) == units(text)


def test_what_fits_stays_whole_and_an_emoji_counts_two() -> None:
    assert parts("x" * MOST) == ["x" * MOST]
    assert units("😀字") == 3
    assert parts("😀" * (MOST // 2)) == ["😀" * (MOST // 2)]
    assert len(parts("😀" * (MOST // 2 + 1))) == 2
    assert parts(" ") == []
