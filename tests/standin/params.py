"""What a call carried, read as the real server reads it: everything may come as a string."""

import json
from dataclasses import dataclass
from typing import Any

from tests.standin.errors import bad


@dataclass(frozen=True, slots=True)
class Upload:
    name: str
    mime: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Params:
    values: dict[str, Any]
    files: dict[str, Upload]

    def text(self, name: str) -> str:
        """A string, empty when it is not there."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        value = self.values.get(name)
        if value is None or value == "":
            return default
        try:
            return int(value)
        except (TypeError, ValueError):
            raise bad(f'parameter "{name}" must be an integer') from None

    def real(self, name: str) -> float | None:
        """A number with a fraction."""
        value = self.values.get(name)
        try:
            return None if value is None or value == "" else float(value)
        except (TypeError, ValueError):
            raise bad(f'parameter "{name}" must be a number') from None

    def flag(self, name: str) -> bool:
        """True, as the real server spells it."""
        return str(self.values.get(name, "")).lower() in {"true", "yes", "1"}

    def thing(self, name: str, called: str) -> Any:
        """An object or a list, which forms carry as JSON text; None when it is not there."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            return value
        try:
            return json.loads(value)
        except ValueError:
            raise bad(f"can't parse {called} JSON object") from None
