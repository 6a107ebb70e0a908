"""The chain of events: each entry's hash holds the one before; words stand in it salted, so they can be blanked."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

HALL = "hall"
"""The chain of what belongs to no case."""


@dataclass(frozen=True, slots=True)
class Link:
    """One entry as its chain holds it; text, facts and salt are empty once somebody is forgotten."""

    chain: str
    seq: int
    at: datetime
    lane: str
    by: str
    move: str
    public: bool
    text: str
    facts: str
    salt: str
    text_hash: str
    facts_hash: str
    prev_hash: str
    hash: str = ""


def canonical(value: object) -> str:
    """The one JSON text of a value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def salted(salt: str, text: str) -> str:
    """sha256 of salt and text: tells nothing about the text without the salt."""
    return hashlib.sha256((salt + text).encode()).hexdigest()


def hashed(link: Link) -> str:
    """What the hash of an entry must be."""
    held = {
        "chain": link.chain,
        "seq": link.seq,
        "at": link.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "lane": link.lane,
        "by": link.by,
        "move": link.move,
        "public": link.public,
        "text_hash": link.text_hash,
        "facts": link.facts_hash,
        "prev_hash": link.prev_hash,
    }
    return hashlib.sha256(canonical(held).encode()).hexdigest()


def _words_fit(link: Link) -> bool:
    """Text and facts are those that were hashed, or both are blanked together with their salt."""
    if not link.salt:
        return not link.text and link.facts in ("", "{}")
    return link.text_hash == salted(link.salt, link.text) and link.facts_hash == salted(link.salt, link.facts)


def first_break(links: Iterable[Link], lengths: Mapping[str, int]) -> tuple[str, int] | None:
    """Chain and seq of the first entry that does not fit; `links` by chain and seq, `lengths` what each must have."""
    seen: dict[str, int] = {}
    chain, seq, prev = "", 0, ""
    for link in links:
        if link.chain != chain:
            chain, seq, prev = link.chain, 0, ""
        seq += 1
        fits = link.seq == seq and link.prev_hash == prev and link.hash == hashed(link) and _words_fit(link)
        if not fits or seq > lengths.get(chain, 0):
            return chain, seq
        prev = link.hash
        seen[chain] = seq
    for name in sorted(lengths):
        if seen.get(name, 0) != lengths[name]:
            return name, seen.get(name, 0) + 1
    return None
