"""What a running hall counts beside its ledger; anybody adds one, whoever watches the hall reads all."""

from collections import Counter
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Meters:
    """Counts since this process began; none of them knows whom it was about."""

    heard: Counter[str] = field(default_factory=Counter)
    """Messages taken from customers, by channel."""
    throttled: Counter[str] = field(default_factory=Counter)
    """Times a channel's other side said: too many, by channel."""
    requests: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """Requests answered, by method, route and status."""
