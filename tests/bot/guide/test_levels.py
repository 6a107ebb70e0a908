import pytest

from bot.guide import levels
from bot.guide.levels import Level
from intents.reader import read_handbook, shipped
from intents.topic import TopicKind
from tests.kit_guide import BOOKS, PHONE, Talk, codes, means

SHIPPED = read_handbook(shipped()).topics


def test_every_shipped_matter_about_an_account_asks_for_its_proof() -> None:
    accounts = [topic for topic in SHIPPED.values() if topic.kind is TopicKind.ACCOUNT]
    assert accounts
    assert {levels.of(topic) for topic in accounts} == {Level.ACCOUNT}


@pytest.mark.parametrize(
    ("code", "level"),
    [
        ("pay", Level.PUBLIC),
        ("hall_info", Level.PUBLIC),
        ("outage_repair", Level.PUBLIC),
        ("progress", Level.OWN_CASE),
        ("bill_query", Level.ACCOUNT),
        ("owner_transfer", Level.IDENTITY),
    ],
)
def test_what_shipped_matters_need(code: str, level: Level) -> None:
    assert levels.of(SHIPPED[code]) is level


def test_what_changes_an_account_is_never_less_than_what_only_looks_at_it() -> None:
    assert levels.ACTIONS["account.change"] is Level.IDENTITY
    assert levels.ACTIONS["account.bill"] is levels.ACTIONS["account.address"] is Level.ACCOUNT
    assert {level for action, level in levels.ACTIONS.items() if action.startswith("case.")} == {Level.OWN_CASE}


def test_what_needs_an_identity_is_only_registered_here_and_says_so() -> None:
    talk = Talk(known={"phone": PHONE})
    talk.say("过户要带什么", means("owner_transfer"))
    decided = talk.say("1")
    assert decided.opening
    assert codes(decided) == ["level.counter", "ask.account_no"]
    assert len(decided.then) == 1
    other = Talk(known={"phone": PHONE})
    assert "level.counter" not in codes(other.say("x", means("bare")))
    assert BOOKS.topics["bare"].opens_case
