import tomllib
from dataclasses import replace

import pytest

from bot.desk import posts, rights
from bot.desk.case import Post, State
from bot.desk.houserules import HouseRules
from bot.desk.moves import Move
from intents.topic import Ask
from tests.kit_desk import BOOKS, HANDBOOK, case_in

ASKED = replace(
    BOOKS,
    topics={
        **BOOKS.topics,
        "owner_transfer": replace(
            BOOKS.topics["owner_transfer"],
            asks=(Ask("account_no", needed=True), Ask("address", needed=True), Ask("visit", needed=False)),
        ),
    },
)


def test_each_of_the_four_posts_has_its_contract_and_nobody_else() -> None:
    assert set(posts.CONTRACTS) == set(Post) - {Post.NONE}
    for contract in posts.CONTRACTS.values():
        assert set(contract.takes) <= {"talk", "case", "task", "alert"}
        assert all(hasattr(HouseRules(), rule) for rule in contract.clock)
        assert set(contract.exit) <= set(rights.MOVES)


def test_what_must_be_filled_can_be_said_to_people() -> None:
    phrases = tomllib.loads((HANDBOOK / "phrases.toml").read_text(encoding="utf-8"))
    assert {"missing.exit.fact", "missing.exit.paper"} <= set(phrases)


@pytest.mark.parametrize(
    ("post", "owed"),
    [
        (Post.GUIDE, {"account_no": "missing.exit.fact:slot.account_no"}),
        (Post.SERVICE, {"papers.身份证": "missing.exit.paper:身份证"}),
        (Post.WORK, {}),
        (Post.DUTY, {}),
        (Post.NONE, {}),
    ],
)
def test_what_a_post_still_owes_before_it_hands_on(post: Post, owed: dict[str, str]) -> None:
    case = case_in(State.ACCEPTED, slots={"address": "芦苇新村"}, papers={"身份证": "asked", "房产证": "missing"})
    assert posts.owed(ASKED, case, post) == owed
    filled = replace(case, slots={**case.slots, "account_no": "1"}, papers={"身份证": "got"})
    assert posts.owed(ASKED, filled, post) == {}
    assert posts.owed(ASKED, case, post, Move.NOTE) == {}
    assert set(posts.owed(replace(BOOKS, topics={}), case, post)) <= {"papers.身份证"}
