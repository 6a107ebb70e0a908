"""How the stand-in refuses, in the words of the real server."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Told:
    """An answer that is ok and says a word more."""

    result: Any
    description: str


class ApiError(Exception):
    """An answer that is not ok."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


class ControlError(Exception):
    """The test asked for something no person could do."""


def bad(what: str, **parameters: Any) -> ApiError:
    """400, with the prefix every such answer has."""
    return ApiError(400, f"Bad Request: {what}", **parameters)


def forbidden(what: str) -> ApiError:
    """403, with its prefix."""
    return ApiError(403, f"Forbidden: {what}")
