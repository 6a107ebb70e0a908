import tomllib

from hypothesis import given
from hypothesis import strategies as st

from bot.folder.lines import locate, nearest

TEXT = '''# a comment with [brackets] and = signs
top = 1
"quoted key" = "a = [b]"

[hall]
name = "one # two"   # three
long = """
[not a table]
still = "the string"
"""
nest.deep = 5

[[staff]]
no = 'A'
skills = [
  "x",   # first
  "y",
]
[[staff]]
no = "B"
tiers = [{ to = 1, price = 0.5 },
         { price = 2026-01-01 00:00:00 }]
[staff.more]
key = "z"
'''


def test_tables_keys_and_elements_are_found_on_their_lines() -> None:
    lines = locate(TEXT)
    assert lines[("top",)] == 2
    assert lines[("quoted key",)] == 3
    assert lines[("hall",)] == 5
    assert lines[("hall", "name")] == 6
    assert lines[("hall", "long")] == 7
    assert lines[("hall", "nest", "deep")] == 11
    assert lines[("staff", 0)] == 13
    assert lines[("staff", 0, "skills", 1)] == 17
    assert lines[("staff", 1)] == 19
    assert lines[("staff", 1, "tiers", 0, "price")] == 21
    assert lines[("staff", 1, "tiers", 1, "price")] == 22
    assert lines[("staff", 1, "more", "key")] == 24
    assert ("still",) not in lines


def test_what_has_no_line_of_its_own_takes_that_of_its_table() -> None:
    lines = locate(TEXT)
    assert nearest(lines, ("staff", 1, "name")) == 19
    assert nearest(lines, ("gone",)) is None


def _paths(value: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [path, *(found for key, one in value.items() for found in _paths(one, (*path, key)))]
    if isinstance(value, list):
        return [path, *(found for index, one in enumerate(value) for found in _paths(one, (*path, index)))]
    return [path]


PIECES = st.sampled_from(
    [
        "a = 1\n",
        "b = [1, [2, 3], {c = 4}]\n",
        "[t]\n",
        "[[r]]\n",
        "[r.s]\n",
        "x.y = 'p#q'\n",
        '"k" = """m\n[n]"""\n',
        "# c\n",
        "\n",
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_every_place_of_a_good_text_is_found(pieces: list[str]) -> None:
    text = "".join(pieces)
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = locate(text)
    for path in _paths(values):
        assert not path or 1 <= lines[path] <= len(text.splitlines())
