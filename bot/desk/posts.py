"""The four posts 四岗: what each takes in, its clock, and what must be filled before it hands a case on."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from bot.desk.books import Books
from bot.desk.case import Case, Post
from bot.desk.moves import Move


@dataclass(frozen=True, slots=True)
class Contract:
    """One post's contract; all of it codes, the words are phrases `post.<post>.<part>`."""

    takes: tuple[str, ...]
    """Entry: talk, case, task, alert."""
    clock: tuple[str, ...]
    """House rules whose spans bind it."""
    exit: Mapping[Move, tuple[str, ...]]
    """Move by which it hands on → what must be filled; `asks`: the topic's needed facts, `papers`: none left open."""


_HANDS = {Move.HELP: ("to", "text"), Move.HELP_DONE: ("text",), Move.RESOLVE: ("text", "closing")}

CONTRACTS: Mapping[Post, Contract] = MappingProxyType(
    {
        Post.GUIDE: Contract(
            ("talk", "case", "task"),
            ("accept_remind", "accept_escalate"),
            {**_HANDS, Move.TRANSFER: ("to", "reason", "asks")},
        ),
        Post.WORK: Contract(
            ("case", "task"), ("accept_remind", "accept_escalate"), {**_HANDS, Move.TRANSFER: ("to", "reason")}
        ),
        Post.SERVICE: Contract(
            ("case", "task"),
            ("accept_remind", "accept_escalate", "papers_remind"),
            {**_HANDS, Move.TRANSFER: ("to", "reason", "papers")},
        ),
        Post.DUTY: Contract(
            ("alert", "case", "task"),
            ("danger_ack", "danger_follow", "callback", "consent_wait"),
            {**_HANDS, Move.TRANSFER: ("to", "reason"), Move.REASSIGN: ("to", "reason"), Move.CLOSE: ("reason",)},
        ),
    }
)


def owed(books: Books, case: Case, post: Post, move: Move = Move.TRANSFER) -> dict[str, str]:
    """What this post has still to fill in the case itself before it hands on: field → what is missing."""
    contract = CONTRACTS.get(post)
    wanted = contract.exit.get(move, ()) if contract else ()
    missing: dict[str, str] = {}
    topic = books.topics.get(case.topic)
    if "asks" in wanted and topic:
        open_ = [ask.slot for ask in topic.asks if ask.needed and not case.slots.get(ask.slot)]
        missing |= {slot: f"missing.exit.fact:slot.{slot}" for slot in open_}
    if "papers" in wanted:
        missing |= {
            f"papers.{name}": f"missing.exit.paper:{name}" for name, state in case.papers.items() if state == "asked"
        }
    return missing
