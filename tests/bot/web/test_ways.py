import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.web.ways import local


@pytest.mark.parametrize("path", ["//evil", "/\\evil", "https://evil", "evil", "", "/a\nb", "/a\\b", "javascript:1"])
def test_never_to_another_house(path: str) -> None:
    assert local(path, "/desk") == "/desk"


@given(st.text(max_size=40))
def test_what_is_followed_begins_with_one_slash(path: str) -> None:
    found = local(path, "/desk")
    assert found.startswith("/")
    assert not found.startswith("//")
    assert "\r" not in found
    assert "\n" not in found


def test_our_own_pages_are_kept() -> None:
    assert local("/desk/cases/DL20261123-0001?x=1", "/desk") == "/desk/cases/DL20261123-0001?x=1"
