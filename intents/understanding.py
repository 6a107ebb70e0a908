"""Understanding 理解: what one utterance seems to want, how sure, with which facts."""

from dataclasses import dataclass, field
from enum import StrEnum


class Zone(StrEnum):
    """What the guide post may do with it: answer, let the customer choose, or refuse and offer a person."""

    ANSWER = "answer"
    CHOOSE = "choose"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Understanding:
    """The object of `hall understand`; codes are those of the handbook."""

    intent: str
    """Best guess; out_of_scope where the zone is refuse."""
    score: float
    """Probability that candidates[0] is in scope and right, whatever the zone."""
    candidates: tuple[str, ...]
    matters: tuple[str, ...] = ()
    slots: dict[str, str] = field(default_factory=dict)
    danger: bool = False
    zone: Zone = Zone.REFUSE
    scores: tuple[float, ...] = ()
    """One for each candidate."""
    why: tuple[str, ...] = ()
    """Training lines or rules that decided, for `--why`."""
