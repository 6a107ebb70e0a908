"""Words still to be written out: a phrase's code and its facts, so that rules carry no prose."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Words:
    """A phrase and what fills it: text, figures, moments, people, topics, promises; written out by the hall."""

    code: str
    """A code of phrases.toml, or `step:TOPIC.CODE` for what a blueprint step tells the customer."""
    facts: Mapping[str, object] = field(default_factory=dict)


def words(code: str, **facts: object) -> Words:
    """Short for Words(code, facts)."""
    return Words(code, facts)
