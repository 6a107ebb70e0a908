import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.script import traditional, writes_traditional


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("電錶過戶要什麼材料", True),
        ("我家停電了", True),
        ("电表过户要什么材料", False),
        ("停电", False),
        ("1", None),
        ("你好", None),
        ("", None),
    ],
)
def test_which_script_it_is(text: str, found: bool | None) -> None:  # noqa: FBT001 - a table of cases
    assert writes_traditional(text) is found


def test_the_halls_words_change_and_names_do_not() -> None:
    said = "首办人：关云（工号 A301），地址：青石镇竹溪路18号"
    assert traditional(said, ["关云", "青石镇竹溪路18号"]) == "首辦人：关云（工號 A301），地址：青石镇竹溪路18号"


def test_the_longest_name_is_kept_whole() -> None:
    assert traditional("青石镇云里路", ["青石镇", "青石镇云里路"]) == "青石镇云里路"


@given(st.text(st.characters(exclude_categories=("Co", "Cs")), max_size=60))
def test_what_is_kept_whole_is_never_changed(text: str) -> None:
    assert len(text) < 2 or traditional(text, [text]) == text
