import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.answers import Refused
from bot.web.reading import LONGEST, clean, cleaned, id_of, number_of, parsed, text_of, texts_of


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_clean_text_can_always_be_stored(text: str) -> None:
    kept = clean(text)
    kept.encode("utf-8")
    assert "\0" not in kept
    assert clean(kept) == kept


def test_clean_keeps_what_people_write() -> None:
    assert clean("第一行\r\n第二行\t🔌 “引号”") == "第一行\n第二行\t🔌 “引号”"
    assert clean("a\ud800b\0c\x1b") == "a\ufffdbc"


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_a_clean_refusal(raw: bytes) -> None:
    with contextlib.suppress(Refused):
        assert isinstance(parsed(raw), dict)


@pytest.mark.parametrize(
    "raw", [b"[1]", b'"x"', b"{", b'{"a": NaN}', b"[" * 50_000, b'{"a": ' * 9000, b"\xff\xfe", b"1" * 5000]
)
def test_what_is_no_object_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused) as caught:
        parsed(raw)
    assert caught.value.status == 400


def test_nothing_is_an_empty_object() -> None:
    assert parsed(b"") == parsed(b" \n") == {}
    assert parsed(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_lone_surrogates_in_json_come_in_safely() -> None:
    body = parsed(rb'{"text": "\ud83d \u0000\ud83d\ude00"}')
    assert text_of(body, "text") == "\ufffd 😀"


def test_ten_thousand_characters_are_taken_and_more_is_said_politely() -> None:
    assert len(text_of({"text": "电" * LONGEST}, "text")) == LONGEST
    with pytest.raises(Refused) as caught:
        text_of({"text": "电" * (LONGEST + 1)}, "text")
    assert (caught.value.status, caught.value.code) == (413, "text_too_long")


@pytest.mark.parametrize("value", [["a"], {"a": 1}, True, 1.5])
def test_text_is_text(value: object) -> None:
    with pytest.raises(Refused) as caught:
        text_of({"text": value}, "text")
    assert caught.value.status == 422


def test_ids() -> None:
    assert id_of({}) == id_of({"id": None}) == ""
    assert id_of({"id": 7}) == "7"
    assert id_of({"id": "m-0a:b/c"}) == "m-0a:b/c"
    for bad in ("a b", "号", "x" * 129, "a\n", ["x"], True):
        with pytest.raises(Refused):
            id_of({"id": bad})


def test_tables_of_texts() -> None:
    assert texts_of({"facts": {"cause": "跳闸", "n": 3}}, "facts") == {"cause": "跳闸", "n": "3"}
    assert texts_of({}, "facts") == {}
    with pytest.raises(Refused):
        texts_of({"facts": ["x"]}, "facts")


def test_numbers_of_the_query() -> None:
    assert number_of({}, "after", 5, 9) == 5
    assert number_of({"after": "7"}, "after", 5, 9) == 7
    assert number_of({"after": "70"}, "after", 5, 9) == 9
    for bad in ("-1", "1.5", "x", "１", "9" * 30):
        with pytest.raises(Refused):
            number_of({"after": bad}, "after", 0, 9)


def test_a_form_is_cleaned_through_and_through() -> None:
    assert cleaned({"a\x00": ["\ud800", {"b": "甲\x07"}], "n": 1, "x": None}) == {
        "a": ["\ufffd", {"b": "甲"}],
        "n": 1,
        "x": None,
    }
