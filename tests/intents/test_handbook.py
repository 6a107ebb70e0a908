"""The shipped handbook: enough to learn from, really different, and examined by what it has not learned."""

from intents.likeness import Pair, blanks, repeats, varieties
from intents.topic import Handbook, TopicKind

LINES, CHECKS = 60, 15
TALK_LINES, TALK_CHECKS = 25, 6
NEGATIVES = 400


def test_every_topic_has_enough_different_sentences_and_checks(handbook: Handbook) -> None:
    for found in varieties(handbook, blanks()):
        talk = handbook.topics[found.code].kind is TopicKind.TALK
        assert found.skeletons >= (TALK_LINES if talk else LINES), found.code
        assert found.checks >= (TALK_CHECKS if talk else CHECKS), found.code
        assert not found.monotonous, found


def test_there_are_enough_near_misses(handbook: Handbook) -> None:
    assert len(set(handbook.negatives)) >= NEGATIVES


def test_no_training_line_gives_a_check_away(handbook: Handbook) -> None:
    given_away: list[Pair] = list(repeats(handbook, blanks()))
    assert given_away == []
