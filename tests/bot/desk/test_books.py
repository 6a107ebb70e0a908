from bot.desk.case import Post
from tests.kit_desk import BOOKS, GONE


def test_a_person_is_found_whether_still_with_the_hall_or_not() -> None:
    assert BOOKS.person(GONE).name == "路远"
    forgotten = BOOKS.person("B000")
    assert (forgotten.no, forgotten.name, forgotten.post, forgotten.on) == ("B000", "", Post.NONE, False)


def test_a_topic_the_handbook_no_longer_has_has_no_steps() -> None:
    assert [step.code for step in BOOKS.steps("owner_transfer")] == ["apply", "sign", "done"]
    assert BOOKS.steps("forgotten") == ()
