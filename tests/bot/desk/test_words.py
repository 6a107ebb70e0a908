from bot.desk.words import Words, words


def test_short_for_a_phrase_and_its_facts() -> None:
    assert words("case.opened", no="DL1") == Words("case.opened", {"no": "DL1"})
    assert words("empty").facts == {}
