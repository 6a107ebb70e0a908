"""Where models are kept and which encoder hears with them: what an edition needs to learn its handbook."""

from dataclasses import dataclass
from pathlib import Path

from intents import match, train
from intents.match import Matcher
from intents.meaning import Encoder
from intents.topic import Handbook


@dataclass(frozen=True, slots=True)
class School:
    """The folder of models, and the encoder; without one, handbooks are learned and heard without it."""

    cache: Path
    encoder: Encoder | None = None


def learned(school: School, handbook: Handbook) -> Matcher:
    """Hand out the matcher of a handbook, taught now in a child process if it is not there yet. TrainingFailed."""
    return match.load(train.ensure(handbook, school.cache, meaning=school.encoder is not None), school.encoder)
