"""What has to be proven before what is told or done: four levels, one table; nothing else decides it."""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType

from intents.topic import Topic, TopicKind


class Level(StrEnum):
    """From what everybody may know to what only the person himself may change."""

    PUBLIC = "P0"
    OWN_CASE = "P1"
    """This chat opened the case."""
    ACCOUNT = "P2"
    """The account's number and the last character of its holder's name; acting for a parent, that account's own."""
    IDENTITY = "P3"
    """Who one is, shown at the counter or in the grid's own app: here it is only registered, never finished."""


TOPICS: Mapping[str, Level] = MappingProxyType(
    dict.fromkeys(("progress", "urge", "cancel_case"), Level.OWN_CASE)
    | dict.fromkeys(("bill_query", "invoice", "account_lookup"), Level.ACCOUNT)
    | dict.fromkeys(
        (
            "owner_transfer",
            "rename",
            "close_account",
            "class_change",
            "split_merge",
            "move_site",
            "payment_problem",
            "contact_change",
            "multi_person",
            "tou_switch",
        ),
        Level.IDENTITY,
    )
)
"""Matters; one that is not listed is public, to be registered by anybody."""
ACTIONS: Mapping[str, Level] = MappingProxyType(
    {
        "outages.place": Level.PUBLIC,
        "outages.account": Level.ACCOUNT,
        "case.show": Level.OWN_CASE,
        "case.urge": Level.OWN_CASE,
        "case.add": Level.OWN_CASE,
        "case.verdict": Level.OWN_CASE,
        "case.withdraw": Level.OWN_CASE,
        "account.bill": Level.ACCOUNT,
        "account.address": Level.ACCOUNT,
        "account.change": Level.IDENTITY,
    }
)
"""What is done in a talk, whatever the matter."""


def of(topic: Topic) -> Level:
    """What a matter needs; one about an account needs its proof, listed or not."""
    return TOPICS.get(topic.code, Level.ACCOUNT if topic.kind is TopicKind.ACCOUNT else Level.PUBLIC)
