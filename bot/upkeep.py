"""Keeps the hall's memory safe: migrate, backup, restore, audit, verify; says in Chinese what stood in the way."""

import logging
from pathlib import Path

from bot import app
from bot.hall.pages import LedgerBusy
from bot.release import version
from bot.settings import Settings
from bot.trial import DONE, FAULTS, WRONG, complain, say
from storage import audit as ledger
from storage import backup as backups
from storage import restore as restores
from storage.archive import AlreadyThere, BadArchive, NewerArchive
from storage.connect import LedgerFault, UnknownDatabase
from storage.ledger import AlreadyServed
from storage.migrate import NewerLedger
from storage.migrate import migrate as upgrade
from storage.survey import Condition, survey

log = logging.getLogger(__name__)

_SENTENCES: dict[type[Exception], tuple[int, str]] = {
    LedgerBusy: (
        FAULTS,
        "库正忙、连不上或读写不了，没有做任何改动，请稍后再试。用 PostgreSQL 的，看看服务和 HALL_DATABASE_URL 对不对。",
    ),
    NewerLedger: (FAULTS, "这个库是更新版本的程序写的，这一版读不了；请升级程序，或换回升级前的副本。"),
    NewerArchive: (FAULTS, "这份备份是更新版本的程序做的，这一版恢复不了；请先升级程序。没有做任何改动。"),
    LedgerFault: (
        FAULTS,
        "HALL_DATABASE_URL 指的库用不了：地址、用户、密码、权限不对，或者库坏了。用 hall doctor 看看；坏了请换回备份。",
    ),
    UnknownDatabase: (
        WRONG,
        "HALL_DATABASE_URL 认不出来：支持 sqlite:///文件 和 postgresql+psycopg://用户:密码@主机/库名。",
    ),
    AlreadyServed: (FAULTS, "这个库正有一个厅在服务，请先停掉它再恢复。没有做任何改动。"),
    AlreadyThere: (WRONG, "这个文件已经有了；要换掉它请加 --replace，或换个名字。"),
    backups.NothingThere: (FAULTS, "这里还没有库（或是空的），没有可做的。请看看 HALL_DATA_DIR、HALL_DATABASE_URL。"),
    restores.NotEmpty: (
        FAULTS,
        "这个库里已经有一个厅，没有做任何改动；确实要换掉它请加 --replace，会先把现有的备份一份。",
    ),
}
_BROKEN_ARCHIVE = {
    "format": "不是首办的备份",
    "manifest": "清单读不了",
    "parts": "缺了或多了部分",
    "content": "内容和清单对不上（损坏或被改过）",
    "torn": "文件损坏或没传完整",
}
_DISAGREES = {
    "rows": "表 {where} 的行数和清单不一样",
    "file": "附件 {where} 的内容和名字不符",
    "chain": "台账 {where} 第 {seq} 条对不上",
    "missing": "单子 {where} 整张不见了",
    "digest": "台账的指纹和清单不一样",
}


def explained(error: Exception) -> int | None:
    """Say in Chinese what stood in the way; the exit code, None if it is no error of these."""
    match error:
        case BadArchive():
            part = f"：{error.part}" if error.part else ""
            complain(f"这份备份用不了，{_BROKEN_ARCHIVE[error.why]}{part}。没有做任何改动。")
        case restores.Disagrees():
            what = _DISAGREES[error.what].format(where=error.where, seq=error.seq)
            complain(f"核对不通过：{what}。没有做任何改动；不加 --verify 可以照备份原样恢复。")
        case ledger.BadLedger():
            complain(f"这份台账第 {error.line} 行起读不下去：不是 hall audit 写出的样子，或被改过、截断了。")
        case _:
            known = next((told for kind, told in _SENTENCES.items() if isinstance(error, kind)), None)
            if known is None:
                return None
            complain(known[1])
            return known[0]
    return FAULTS


def unwritable(error: OSError) -> int:
    """Say which file cannot be read or written; the exit code."""
    if isinstance(error, FileNotFoundError | IsADirectoryError | NotADirectoryError):
        complain(f"没有这个文件或目录：{Path(str(error.filename or '')).name}")
        return WRONG
    complain(f"文件读写不了（{error.strerror or type(error).__name__}）；没有做任何改动。")
    return FAULTS


def migrate(settings: Settings) -> int:
    """The newest tables; a file is copied first."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    kept = upgrade(settings.database_url)
    say(f"库已是最新。{f'升级前的副本：{kept.name}' if kept else ''}")
    return DONE


def _files(settings: Settings) -> Path:
    return settings.files_dir


def backup(settings: Settings, target: Path, *, again: bool) -> int:
    """One archive of everything, while the hall goes on."""
    now = app.RealClock("UTC").now()
    taken = backups.back_up(settings.database_url, _files(settings), target, at=now, version=version(), again=again)
    manifest = taken.manifest
    say(f"备份好了：{target.name}，{sum(manifest.tables.values())} 行，{len(manifest.files)} 个附件。")
    if manifest.ledger:
        say(f"台账指纹（请另记一处）：{manifest.ledger}")
    for key in taken.damaged:
        complain(f"附件 {key} 的内容和名字不符，照原样收进了备份。")
    return FAULTS if taken.damaged else DONE


def restore(settings: Settings, source: Path, *, verify: bool, replace: bool) -> int:
    """A backup into an empty database, or in place of one that is kept beside."""
    now = app.RealClock("UTC").now()
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    keep = settings.data_dir / f"before-restore-{now:%Y%m%d-%H%M%S}.zip" if replace else None
    plan = restores.Plan(now, version(), verify, keep)
    done = restores.restore(settings.database_url, _files(settings), source, plan)
    manifest = done.manifest
    if done.kept:
        say(f"原来的备份在 {done.kept.name}。")
    say(f"恢复好了：{sum(manifest.tables.values())} 行，{len(manifest.files)} 个附件（备份于 {manifest.at[:16]}Z）。")
    if manifest.revision != done.revision:
        say(f"备份是旧版的库（{manifest.revision}），已升级到 {done.revision}。")
    if done.verdict:
        say(f"核对过：行数、附件都相符，{done.verdict.chains} 条链 {done.verdict.events} 条记录全部相扣。")
        say(f"台账指纹：{done.verdict.digest}")
    return DONE


def _needs_ledger(settings: Settings) -> None:
    """NothingThere, NewerLedger, or an older one that has to be migrated first."""
    condition = survey(settings.database_url, count=False).condition
    if condition is Condition.ABSENT:
        raise backups.NothingThere
    if condition is Condition.NEWER:
        raise NewerLedger


def audit(settings: Settings, target: Path, *, words: bool, again: bool) -> int:
    """The ledger of events as JSON lines."""
    _needs_ledger(settings)
    now = app.RealClock("UTC").now()
    written = ledger.write_out(settings.database_url, target, now, words=words, again=again)
    say(f"台账写好了：{target.name}，{written.chains} 条链，{written.events} 条记录。")
    say(f"台账指纹（请另记一处）：{written.digest}")
    return DONE


def verify(settings: Settings, source: Path | None, *, with_database: bool) -> int:
    """Recompute every chain, of the database or of a file."""
    if source is None or with_database:
        _needs_ledger(settings)
    found = ledger.verify_file(source) if source else ledger.verify(settings.database_url)
    if found.broken:
        complain(f"台账对不上：{_chain(found.broken[0])}第 {found.broken[1]} 条。")
    if found.missing:
        complain(f"台账对不上：给过号的单子 {found.missing} 整张不见了。")
    other = ledger.compare(settings.database_url, source) if source and with_database and found.sound else None
    if other:
        complain(f"库和这份台账不一样：{_chain(other[0])}第 {other[1]} 条。")
    if other or not found.sound:
        return FAULTS
    say(f"台账完好：{found.chains} 条链，{found.events} 条记录全部相扣{'，和库里一致' if with_database else ''}。")
    say(f"台账指纹：{found.digest}")
    return DONE


def _chain(name: str) -> str:
    return "厅的台账" if name == "hall" else f"工单 {name} "


def check(settings: Settings) -> int:
    """What `hall check` says of the database; one that is not there yet is no fault."""
    try:
        found = survey(settings.database_url, count=False)
    except (LedgerBusy, LedgerFault, UnknownDatabase) as error:
        return explained(error) or FAULTS
    if found.condition is Condition.NEWER:
        return explained(NewerLedger()) or FAULTS
    if found.condition is Condition.OLDER:
        complain(f"提醒：库还是旧版（{found.revision}），开厅时会升级到 {found.newest}；先做个备份：hall backup 文件。")
    return DONE
