"""The codes of every matter that ships or will: a roster may name skills before their handbook file is written."""

import tomllib
from collections.abc import Mapping
from pathlib import Path


def shipped_codes() -> Mapping[str, str]:
    """Code → name 名称, as codes.toml beside this file lists them."""
    names: dict[str, str] = tomllib.loads(Path(__file__).with_name("codes.toml").read_text(encoding="utf-8"))["names"]
    return names
