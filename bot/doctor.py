"""The hall's state for a bug report: what runs on what, what is wrong; no secret, nobody's words, names or numbers."""

import asyncio
import locale
import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, fields, is_dataclass
from datetime import timedelta
from enum import StrEnum
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from bot import app, editions
from bot.folder import build, reader
from bot.folder.faults import FolderFaults
from bot.hall.pages import LedgerBusy
from bot.release import NAME, version
from bot.settings import Settings
from bot.trial import DONE, FAULTS, as_line, say
from intents import train
from intents.reader import HandbookFaults, handbook_from, read_handbook, shipped
from storage import audit
from storage.connect import LedgerFault, UnknownDatabase
from storage.ledger import SqlLedger
from storage.survey import Condition, Survey, shown, survey

LITTLE = 200 * 1024 * 1024
"""Bytes of free disk below which the hall is about to stop writing."""
LONG_OWED = timedelta(hours=1)
"""A letter that should have gone so long ago tells that nobody carries letters."""
_SECRET = ("token", "secret", "key", "password", "chat")
"""What a setting's name holds whose value is nobody else's to know."""
_NOT_KEPT = {Condition.ABSENT: "还没有库，开厅时会建", Condition.OLDER: "旧版，开厅时会升级，先备份"}
_PHONE_STATES = {"ok": "正常", "off": "没有开"}

Telegram = Callable[[Settings], tuple[str, list[str]]]
"""Asks the messenger who we are: ok, off, unreachable, unauthorised or conflict; and what is to be mended."""


class State(StrEnum):
    """How a finding stands."""

    OK = "ok"
    NOTE = "note"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    key: str
    name: str
    value: str | int
    state: State = State.OK


def examine(
    settings: Settings, *, as_json: bool = False, practice: bool = False, telegram: Telegram | None = None
) -> int:
    """The whole report; 1 where something is wrong."""
    found = [
        *_program(),
        *_settings(settings),
        *_folder(settings),
        *_database(settings, practice=practice),
        *_machine(settings),
        *_messenger(settings, telegram),
    ]
    wrong = [one for one in found if one.state is State.WRONG]
    if as_json:
        say(as_line({"ok": not wrong, "findings": [asdict(one) for one in found]}))
    else:
        marks = {State.OK: "　", State.NOTE: "注", State.WRONG: "错"}
        for one in found:
            say(f"{marks[one.state]} {one.name}：{one.value}")
        say(f"共 {len(wrong)} 处有问题。" if wrong else "没有发现问题。")
    return FAULTS if wrong else DONE


def _program() -> Iterator[Finding]:
    yield Finding("program.version", "程序版本", version())
    yield Finding("program.python", "Python", f"{platform.python_implementation()} {platform.python_version()}")
    system = f"{platform.system()} {platform.release()} {platform.machine()} {'-'.join(platform.libc_ver())}"
    yield Finding("program.platform", "系统", system.strip())
    for name in _libraries():
        try:
            yield Finding(f"library.{name}", f"库 {name}", metadata.version(name))
        except metadata.PackageNotFoundError:
            yield Finding(f"library.{name}", f"库 {name}", "没有装", State.WRONG)


def _libraries() -> list[str]:
    """What the hall stands on, as its own package says."""
    try:
        wanted = metadata.requires(NAME) or []
    except metadata.PackageNotFoundError:
        wanted = []
    plain = [line for line in wanted if "extra ==" not in line]
    return sorted(
        {line.split(";")[0].split("[")[0].split("<")[0].split(">")[0].split("=")[0].strip() for line in plain}
    )


def _bare(address: str) -> str:
    """An address without user, password, path of secrets or options."""
    parts = urlsplit(address)
    if not parts.hostname:
        return address
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit((parts.scheme, f"{parts.hostname}{port}", parts.path, "", ""))


def _at_home(path: Path) -> str:
    """A path without the name of whose home it is in."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)


def _settings(settings: Settings) -> Iterator[Finding]:
    for one in fields(settings):
        value = getattr(settings, one.name)
        if one.name == "database_url":
            told = shown(value)
        elif any(word in one.name for word in _SECRET):
            told = "已设" if value else "未设"
        elif isinstance(value, Path):
            told = _at_home(value)
        elif is_dataclass(value):
            told = "默认" if value == one.default else "改过"
        else:
            told = _bare(value) if isinstance(value, str) and "://" in value else str(value)
        yield Finding(f"settings.{one.name}", f"设置 {one.name}", told)


def _folder(settings: Settings) -> Iterator[Finding]:
    """How many faults the hall folder has, and whether its model is taught; nothing is taught here."""
    try:
        ours = read_handbook(shipped())
        tables = reader.read_folder(settings.folder, ours.topics, ours.phrases)
        handbook = handbook_from(
            ours, topics=tables.topics, promises=build.promise_rows(tables), phrases=tables.phrases
        )
        build.build(tables, handbook)
    except (FolderFaults, HandbookFaults) as faults:
        told = f"{len(faults.faults)} 处错误，hall check 会说在哪里"
        yield Finding("folder.faults", "营业厅目录", told, State.WRONG)
        return
    yield Finding("folder.faults", "营业厅目录", "没有错误")
    taught = train.model_path(
        handbook, settings.data_dir / "cache", meaning=editions.school_of(settings).encoder is not None
    ).is_file()
    told = "已学好" if taught else "还没有，开厅时会学"
    yield Finding("folder.model", "理解模型", told, State.OK if taught else State.NOTE)


def _database(settings: Settings, *, practice: bool) -> Iterator[Finding]:
    try:
        seen = survey(settings.database_url)
        yield from _seen(seen)
        if seen.condition is Condition.CURRENT:
            yield _chains(settings.database_url)
            yield _owed(settings, practice=practice)
    except (LedgerBusy, LedgerFault) as fault:
        told = f"打不开（{fault.code if isinstance(fault, LedgerFault) else fault}）"
        yield Finding("database.condition", "库", told, State.WRONG)
    except UnknownDatabase:
        yield Finding("database.condition", "库", "HALL_DATABASE_URL 认不出来", State.WRONG)


def _seen(seen: Survey) -> Iterator[Finding]:
    if seen.condition is Condition.NEWER:
        yield Finding("database.condition", "库", f"比程序新（{seen.revision}），这一版读不了", State.WRONG)
    elif seen.condition in _NOT_KEPT:
        yield Finding("database.condition", "库", _NOT_KEPT[seen.condition], State.NOTE)
    else:
        yield Finding("database.condition", "库", "正常")
    yield Finding("database.kind", "库的种类", f"{seen.kind} {seen.server}".strip())
    yield Finding("database.revision", "库的版本", f"{seen.revision or '-'}（这一版程序：{seen.newest}）")
    yield Finding("database.size", "库的大小（字节）", seen.size)
    for table, count in seen.rows.items():
        yield Finding(f"rows.{table}", f"行数 {table}", count)


def _chains(url: str) -> Finding:
    found = audit.verify(url)
    if found.sound:
        return Finding("ledger.chains", "台账", f"{found.chains} 条链、{found.events} 条记录都相扣")
    where = " ".join(map(str, found.broken)) if found.broken else found.missing
    return Finding("ledger.chains", "台账", f"对不上：{where}", State.WRONG)


def _owed(settings: Settings, *, practice: bool) -> Finding:
    """How long the oldest letter that should be on its way waits; a drill's clock is not ours to compare."""

    async def look() -> Finding:
        ledger = SqlLedger(settings.database_url)
        try:
            count, since = await ledger.read(lambda lists: lists.owed())
        finally:
            await ledger.close()
        late = app.RealClock("UTC").now() - since if since else timedelta()
        if not since or practice:
            return Finding("letters.owed", "待送的通知", f"{count} 封")
        told = f"{count} 封，最早的等了 {round(late.total_seconds())} 秒"
        return Finding("letters.owed", "待送的通知", told, State.WRONG if late > LONG_OWED else State.OK)

    return asyncio.run(look())


def _machine(settings: Settings) -> Iterator[Finding]:
    home = settings.data_dir
    while not home.exists() and home != home.parent:
        home = home.parent
    free = shutil.disk_usage(home).free
    state = State.WRONG if free < LITTLE else State.OK
    yield Finding("disk.free", "磁盘剩余（字节）", free, state)
    writable = os.access(home, os.W_OK)
    told = "可写" if writable else "不可写"
    yield Finding("disk.writable", "数据目录", told, State.OK if writable else State.WRONG)
    now = app.RealClock("UTC").now()
    yield Finding("clock.now", "现在（UTC）", f"{now:%Y-%m-%d %H:%M:%S}")
    yield Finding("clock.zone", "本机时区", f"{now.astimezone():%Z %z}")
    coding = sys.getfilesystemencoding()
    wide = State.OK if coding.lower() in ("utf-8", "utf8") else State.WRONG
    yield Finding("locale", "语言环境", f"{locale.setlocale(locale.LC_CTYPE)}，文件名 {coding}", wide)


def _messenger(settings: Settings, ask: Telegram | None) -> Iterator[Finding]:
    if not settings.telegram_token:
        yield Finding("telegram", "Telegram", "没有设令牌")
    elif ask is None:
        yield Finding("telegram", "Telegram", "设了令牌，没有去问", State.NOTE)
    else:
        answer, faults = ask(settings)
        state = State.OK if answer in _PHONE_STATES else State.WRONG
        yield Finding("telegram", "Telegram", _PHONE_STATES.get(answer, answer), state)
        for number, fault in enumerate(faults, 1):
            yield Finding(f"telegram.{number}", "Telegram", fault, State.WRONG)
