"""Settings: one TOML file and the environment, which wins; every secret also as …_FILE; read once, frozen."""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any


class BadSettings(Exception):
    """A setting is unknown or makes no sense; the text is Chinese."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What the program itself needs to know; the hall's own matters stand in its folder."""

    folder: Path
    """The hall folder: where hall.toml stands."""
    data_dir: Path
    database_url: str
    host: str = "127.0.0.1"
    port: int = 8080
    base_url: str = ""
    log: str = "text"
    rate_limit: int = 0
    drill_key: str = ""
    semantic: str = "auto"

    @property
    def address(self) -> str:
        """The address people open."""
        return self.base_url or f"http://{self.host}:{self.port}"


DEMO = Path(__file__).parent / "demo"
_NAMES = {
    "data_dir": "HALL_DATA_DIR",
    "database_url": "HALL_DATABASE_URL",
    "host": "HALL_HOST",
    "port": "HALL_PORT",
    "base_url": "HALL_BASE_URL",
    "log": "HALL_LOG",
    "rate_limit": "HALL_RATE_LIMIT",
    "drill_key": "HALL_DRILL_KEY",
    "semantic": "HALL_SEMANTIC",
}
_SECRETS = ("database_url", "drill_key")
_COUNTS = ("port", "rate_limit")
_CHOICES = {"log": ("text", "json"), "semantic": ("auto", "off")}


def _from_file(path: Path) -> dict[str, Any]:
    """The [settings] table of hall.toml; everything else in it belongs to the hall."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("settings", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # `hall check` and the folder's own reader say what is wrong with it, with file and line
    if not isinstance(table, dict):
        raise BadSettings(f"{path.name} 里的 [settings] 要写成一张表。")
    unknown = [key for key in table if key not in _NAMES]
    if unknown:
        raise BadSettings(f"{path.name} 的 [settings] 里不认识：{'、'.join(unknown)}。可以用：{'、'.join(_NAMES)}。")
    return table


def _from_environment(environment: Mapping[str, str]) -> dict[str, str]:
    found = {}
    for key, name in _NAMES.items():
        if environment.get(name):
            found[key] = environment[name]
        elif key in _SECRETS and environment.get(f"{name}_FILE"):
            try:
                found[key] = Path(environment[f"{name}_FILE"]).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError):
                raise BadSettings(f"{name}_FILE 指的文件读不了。") from None
    return found


def _number(key: str, value: object, least: int, most: int) -> int:
    try:
        number = int(str(value))
    except ValueError:
        number = -1
    if not least <= number <= most:
        raise BadSettings(f"{_NAMES[key]} 要写成 {least} 到 {most} 的整数。")
    return number


def read_settings(environment: Mapping[str, str], *, drill: bool = False, folder: Path | None = None) -> Settings:
    """Settings of this process; a drill keeps a database of its own. BadSettings."""
    config = Path(environment["HALL_CONFIG"]) if environment.get("HALL_CONFIG") else None
    if config is not None and not config.is_file():
        raise BadSettings(f"HALL_CONFIG 指的文件不存在：{config.name}")
    own = config or (Path("hall.toml") if Path("hall.toml").is_file() else None)
    home = folder or (own.resolve().parent if own else DEMO)
    found: dict[str, Any] = {**(_from_file(own) if own else {}), **_from_environment(environment)}
    for key, allowed in _CHOICES.items():
        if key in found and found[key] not in allowed:
            raise BadSettings(f"{_NAMES[key]} 只能是：{'、'.join(allowed)}。")
    if "port" in found:
        found["port"] = _number("port", found["port"], 0, 65535)
    if "rate_limit" in found:
        found["rate_limit"] = _number("rate_limit", found["rate_limit"], 0, 1_000_000)
    wordy = [key for key, value in found.items() if key not in _COUNTS and not isinstance(value, str)]
    if wordy:
        raise BadSettings(f"{'、'.join(_NAMES[key] for key in wordy)} 要写成一段文字（加引号）。")
    if "base_url" in found:
        found["base_url"] = found["base_url"].rstrip("/")
    data = Path(str(found.pop("data_dir", "data"))).resolve()
    url = str(found.pop("database_url", "")) or f"sqlite:///{data / 'hall.db'}"
    if drill:
        url = f"sqlite:///{data / 'drill.db'}"
    known = {field.name for field in fields(Settings)}
    return Settings(home, data, url, **{key: value for key, value in found.items() if key in known})


def environment() -> Mapping[str, str]:
    """This process's environment; asked once, by the command line."""
    return os.environ
