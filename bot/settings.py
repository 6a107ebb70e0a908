"""Settings: one TOML file and the environment, which wins; every secret also as …_FILE; read once, frozen."""

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from bot.hall.pace import NO_LIMITS, Rate, Rates

TELEGRAM_RATES = Rates(Rate(30, timedelta(seconds=1)), Rate(1, timedelta(seconds=1)), Rate(20, timedelta(seconds=60)))
"""What Telegram states: about 30 a second in all, one a second to a chat, 20 a minute to a group."""


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
    business_url: str = ""
    business_token: str = ""
    telegram_token: str = ""
    telegram_mode: str = "off"
    """off, polling or webhook."""
    telegram_api: str = "https://api.telegram.org"
    telegram_files: str = "https://api.telegram.org"
    telegram_rates: Rates = TELEGRAM_RATES
    telegram_secret: str = ""
    telegram_staff_chat: int = 0
    files: str = "files"
    """Where in `data_dir` what people sent is kept."""

    @property
    def files_dir(self) -> Path:
        """What people sent, by content."""
        return self.data_dir / self.files

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
    "business_url": "HALL_BUSINESS_URL",
    "business_token": "HALL_BUSINESS_TOKEN",
    "telegram_token": "TELEGRAM_BOT_TOKEN",
    "telegram_mode": "TELEGRAM_MODE",
    "telegram_api": "TELEGRAM_API_BASE_URL",
    "telegram_files": "TELEGRAM_FILE_BASE_URL",
    "telegram_rates": "TELEGRAM_RATES",
    "telegram_secret": "TELEGRAM_WEBHOOK_SECRET",
    "telegram_staff_chat": "TELEGRAM_STAFF_CHAT_ID",
}
_SECRETS = ("database_url", "drill_key", "business_token", "telegram_token", "telegram_secret")
_COUNTS = ("port", "rate_limit", "telegram_staff_chat")
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
_TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,100}")
_RATE = re.compile(r"(all|chat|group)=(\d{1,6})(?:/(\d{1,5})s)?")
_NO_RATES = ("off", "none", "0", "unlimited")
_NEVER_IN_A_FILE = ("business_token", "telegram_token", "telegram_secret")
"""Secrets do not lie beside the hall's tables, which people pass around."""
_CHOICES = {"log": ("text", "json"), "semantic": ("auto", "off"), "telegram_mode": ("off", "polling", "webhook")}


def _from_file(path: Path) -> dict[str, Any]:
    """The [settings] table of hall.toml; everything else in it belongs to the hall."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8")).get("settings", {})
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return {}  # `hall check` and the folder's own reader say what is wrong with it, with file and line
    if not isinstance(table, dict):
        raise BadSettings(f"{path.name} 里的 [settings] 要写成一张表。")
    open_ = [key for key in _NAMES if key not in _NEVER_IN_A_FILE]
    told = [key for key in table if key in _NEVER_IN_A_FILE]
    if told:
        names = "、".join(_NAMES[key] for key in told)
        raise BadSettings(f"{path.name} 不放口令：请把 {names} 写进环境变量或 …_FILE。")
    unknown = [key for key in table if key not in open_]
    if unknown:
        raise BadSettings(f"{path.name} 的 [settings] 里不认识：{'、'.join(unknown)}。可以用：{'、'.join(open_)}。")
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
        number = least - 1
    if not least <= number <= most:
        raise BadSettings(f"{_NAMES[key]} 要写成 {least} 到 {most} 的整数。")
    return number


def rates(told: str) -> Rates:
    """`off`, or any of `all=30/1s chat=1/1s group=20/60s`; what is not named stays as Telegram has it."""
    if told.strip().lower() in _NO_RATES:
        return NO_LIMITS
    found = {field.name: getattr(TELEGRAM_RATES, field.name) for field in fields(Rates)}
    for word in re.split(r"[,;\s]+", told.strip()):
        named = _RATE.fullmatch(word)
        if named is None:
            raise BadSettings("TELEGRAM_RATES 要写成 off，或 all=30/1s chat=1/1s group=20/60s 这样。")
        name, most, span = named.groups()
        found[name] = Rate(int(most), timedelta(seconds=int(span)) if span else found[name].span)
    return Rates(**found)


def _telegram(found: dict[str, Any], *, drill: bool) -> None:
    """The Telegram door's settings, checked together; a token alone means polling."""
    token = str(found.get("telegram_token", ""))
    if token and not _TOKEN.fullmatch(token):
        raise BadSettings("TELEGRAM_BOT_TOKEN 不像一个机器人令牌（数字、冒号、字母）。")
    if token and drill and not found.get("telegram_api"):
        raise BadSettings(
            "演练不连真的 Telegram：请去掉 TELEGRAM_BOT_TOKEN，或把 TELEGRAM_API_BASE_URL 指到演练用的服务。"
        )
    mode = found.setdefault("telegram_mode", "polling" if token else "off")
    if mode != "off" and not token:
        raise BadSettings(f"TELEGRAM_MODE 是 {mode}，还要有 TELEGRAM_BOT_TOKEN。")
    secret = str(found.get("telegram_secret", ""))
    if secret and not _SECRET.fullmatch(secret):
        raise BadSettings("TELEGRAM_WEBHOOK_SECRET 只能用字母、数字、_ 和 -，最多 256 个。")
    if mode == "webhook" and not (secret and found.get("base_url")):
        raise BadSettings("TELEGRAM_MODE=webhook 还要有 TELEGRAM_WEBHOOK_SECRET 和 HALL_BASE_URL（外面能打开的地址）。")
    if "telegram_rates" in found:
        found["telegram_rates"] = rates(str(found["telegram_rates"]))
    if found.get("telegram_api"):
        found.setdefault("telegram_files", found["telegram_api"])


def _database(url: str, data: Path, *, drill: bool) -> str:
    """The database's address; a drill keeps its own, on a server beside the hall's."""
    if not drill or not url.startswith("postgres"):
        return url if url and not drill else f"sqlite:///{data / ('drill.db' if drill else 'hall.db')}"
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path=f"{parts.path}_drill"))


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
    if "telegram_staff_chat" in found:
        found["telegram_staff_chat"] = _number("telegram_staff_chat", found["telegram_staff_chat"], -(2**52), 2**52)
    for key in ("base_url", "business_url", "telegram_api", "telegram_files"):
        if key in found:
            found[key] = found[key].rstrip("/")
    _telegram(found, drill=drill)
    data = Path(str(found.pop("data_dir", "data"))).resolve()
    url = _database(str(found.pop("database_url", "")), data, drill=drill)
    found["files"] = "drill-files" if drill else "files"
    known = {field.name for field in fields(Settings)}
    return Settings(home, data, url, **{key: value for key, value in found.items() if key in known})


def environment() -> Mapping[str, str]:
    """This process's environment; asked once, by the command line."""
    return os.environ
