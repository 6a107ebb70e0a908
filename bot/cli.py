"""The command `hall`: answers on stdout, complaints on stderr; exit 0 done, 1 faults found, 2 asked wrongly."""

import argparse
import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import app, doctor, office, trial, upkeep
from bot.folder.faults import FolderFaults
from bot.logs import set_up_logs
from bot.release import version
from bot.serve import serve
from bot.settings import BadSettings, Settings, environment, read_settings
from bot.telegram.probe import look
from bot.trial import DONE, FAULTS, WRONG
from intents.reader import HandbookFaults


class _Commands:
    """The subcommands; all but `serve` know `--drill`."""

    def __init__(self, parser: argparse.ArgumentParser) -> None:
        self._under = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def add(self, name: str, text: str) -> argparse.ArgumentParser:
        """One command."""
        sub = self._under.add_parser(name, help=text, description=text)
        if name != "serve":
            sub.add_argument("--drill", action="store_true", help="对演练的库操作")
        return sub


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hall", description="首办：供电营业厅的一站式客户助理")
    parser.add_argument("--version", action="version", version=f"shouban {version()}")
    commands = _Commands(parser)
    command = commands.add("serve", "开厅：网页聊天、工单台、看板")
    command.add_argument(
        "--drill", nargs="?", const="", default=None, metavar="目录", help="演练：自己的库，时钟由人拨"
    )
    command = commands.add("ask", "问一句，看引导岗怎么答")
    command.add_argument("words", nargs="+", metavar="句子")
    command.add_argument("--json", action="store_true")
    command.add_argument("--why", action="store_true", help="看是哪些训练句、哪条规则定的")
    commands.add("understand", "从标准输入一行一句，逐行输出理解结果（JSON）")
    command = commands.add("eval", "给一份标注好的句子打分：听对多少、混了哪些、多快")
    command.add_argument("file", type=Path, metavar="文件.jsonl", help='一行一个 {"text", "intent", "also", "danger"}')
    command.add_argument("--json", action="store_true")
    commands.add("talk", "在终端里对话")
    command = commands.add("replay", "把一份对话脚本演一遍，对不上就报出来")
    command.add_argument("stories", nargs="+", type=Path, metavar="story.toml")
    command = commands.add("check", "检查设置、业务手册、营业厅目录和库")
    command.add_argument("folder", nargs="?", type=Path, metavar="目录")
    command = commands.add("staff", "人员：发登录链接、看名单、设密码、发令牌、停用")
    command.add_argument("what", choices=["add", "link", "list", "password", "token", "off"])
    command.add_argument("no", nargs="?", metavar="工号")
    command.add_argument(
        "words", nargs="*", metavar="姓名|理由", help="add：新人的姓名，写进营业厅目录的 staff.toml；off：停用的理由"
    )
    command.add_argument("--post", choices=["guide", "work", "service", "duty", ""], default="work", help="add：岗位")
    command.add_argument("--by", default="", metavar="工号", help="off：经办人，要有停用人员的权限")
    command = commands.add("case", "看一张工单")
    command.add_argument("no", metavar="单号")
    command.add_argument("--json", action="store_true")
    _customers(commands)
    _keeping(commands)
    return parser


def _customers(commands: _Commands) -> None:
    """The commands about one customer, and the one that brings several."""
    for name, text in (
        ("forget", "删除一位客户的个人信息：话、姓名、号码、附件；单子只留办理过程，台账仍然相扣"),
        ("export", "把厅里存着的一位客户的全部资料写成一个 JSON（只有他自己的）"),
    ):
        command = commands.add(name, text)
        command.add_argument("customer", metavar="客户", help="客户编号、手机号或单号")
        command.add_argument("--by", default="", metavar="工号", help="经办人，记进台账")
    command = commands.add("import", "把粘贴来的短信工单（【工单号】…【受理内容】…）变成工单")
    command.add_argument("file", metavar="文件", help="- 是从标准输入读")
    command.add_argument("--by", default="", metavar="工号", help="经办人")


def _keeping(commands: _Commands) -> None:
    """The commands of whoever looks after the hall's memory."""
    commands.add("migrate", "把库升级到这一版（文件库先留一份副本）")
    command = commands.add("backup", "把库和附件备份成一个文件，不用停厅")
    command.add_argument("file", type=Path, metavar="文件")
    command.add_argument("--replace", action="store_true", help="文件已有就换掉")
    command = commands.add("restore", "从备份恢复到一个空库（先停厅）")
    command.add_argument("file", type=Path, metavar="文件")
    command.add_argument("--verify", action="store_true", help="恢复时核对每条链、行数、附件，不符就不恢复")
    command.add_argument("--replace", action="store_true", help="库里已有内容也换掉，原来的先备份")
    command = commands.add("audit", "把台账逐条写成 JSON 行")
    command.add_argument("file", type=Path, metavar="文件.jsonl")
    command.add_argument("--without-words", action="store_true", help="只写指纹，不写文字，可交给外人核对")
    command.add_argument("--replace", action="store_true", help="文件已有就换掉")
    command = commands.add("verify", "重算台账的每条链（库里的，或 hall audit 写出的）")
    command.add_argument("file", nargs="?", type=Path, metavar="文件.jsonl")
    command.add_argument("--with-database", action="store_true", help="再和库对：库里的台账有没有被整条重做")
    command = commands.add("doctor", "体检：报问题时附上它，没有密码和客户信息")
    command.add_argument("--json", action="store_true")


def _settings(arguments: argparse.Namespace) -> Settings:
    given = getattr(arguments, "drill", None)
    practice = given is not None and given is not False
    folder = Path(given) if isinstance(given, str) and given else None
    return read_settings(environment(), drill=practice, folder=folder)


def _check(settings: Settings, folder: Path | None) -> int:
    """Everything that can be wrong, worst code last."""
    database = upkeep.check(settings)
    _, faults = _telegram(settings)
    for fault in faults:
        trial.complain(fault)
    own = trial.check(replace(settings, folder=folder) if folder else settings)
    return max(own, database, FAULTS if faults else DONE)


def _telegram(settings: Settings) -> tuple[str, list[str]]:
    """How the Telegram door would fare, and what is to be mended; nothing is asked where there is none."""
    if settings.telegram_mode == "off":
        return "off", []
    return asyncio.run(look(app.telegram_access(settings)))


def _kept(arguments: argparse.Namespace, settings: Settings) -> int:
    """The commands that look after the hall's memory."""
    match arguments.command:
        case "migrate":
            return upkeep.migrate(settings)
        case "backup":
            return upkeep.backup(settings, arguments.file, again=arguments.replace)
        case "restore":
            return upkeep.restore(settings, arguments.file, verify=arguments.verify, replace=arguments.replace)
        case "audit":
            return upkeep.audit(settings, arguments.file, words=not arguments.without_words, again=arguments.replace)
        case "verify":
            return upkeep.verify(settings, arguments.file, with_database=arguments.with_database)
        case _:
            return doctor.examine(settings, as_json=arguments.json, practice=arguments.drill, telegram=_telegram)


def _tried(arguments: argparse.Namespace, settings: Settings) -> int:
    """The commands that try the hall out."""
    match arguments.command:
        case "ask":
            text = " ".join(arguments.words)
            return asyncio.run(trial.ask(settings, text, as_json=arguments.json, why=arguments.why))
        case "understand":
            return trial.understand(settings)
        case "eval":
            return trial.evaluate(settings, arguments.file, as_json=arguments.json)
        case "talk":
            return asyncio.run(trial.talk(settings))
        case "replay":
            return asyncio.run(trial.replay(settings, arguments.stories))
        case _:
            return _check(settings, arguments.folder)


def _staff(arguments: argparse.Namespace, settings: Settings, *, practice: bool) -> int:
    """The commands about the hall's own people."""
    text = " ".join(arguments.words)
    if arguments.what == "off":
        done = office.off(settings, arguments.no or "", text, arguments.by, practice=practice)
        return asyncio.run(done)
    if arguments.what == "add" and arguments.no and text:
        app.add_staff(settings.folder, arguments.no, text, arguments.post)
    return asyncio.run(office.staff(settings, arguments.what, arguments.no, practice=practice))


def _run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    set_up_logs(settings.log)
    practice = arguments.drill not in (None, False)
    match arguments.command:
        case "serve":
            return asyncio.run(serve(settings, practice=practice))
        case "ask" | "understand" | "eval" | "talk" | "replay" | "check":
            return _tried(arguments, settings)
        case "staff":
            return _staff(arguments, settings, practice=practice)
        case "case":
            return asyncio.run(office.case(settings, arguments.no, as_json=arguments.json, practice=practice))
        case "forget":
            return asyncio.run(office.forget(settings, arguments.customer, arguments.by, practice=practice))
        case "export":
            return asyncio.run(office.hand_out(settings, arguments.customer, arguments.by, practice=practice))
        case "import":
            return asyncio.run(office.bring(settings, arguments.file, arguments.by, practice=practice))
        case _:
            try:
                return _kept(arguments, settings)
            except OSError as error:
                return upkeep.unwritable(error)


def main(argv: Sequence[str] | None = None) -> int:
    """The command `hall`."""
    arguments = _parser().parse_args(argv)
    try:
        return _run(arguments)
    except BadSettings as bad:
        trial.complain(str(bad))
        return WRONG
    except (FolderFaults, HandbookFaults) as faults:
        for fault in app.spoken(faults):
            trial.complain(fault)
        return FAULTS
    except (KeyboardInterrupt, BrokenPipeError):
        return DONE
    except Exception as error:
        code = upkeep.explained(error)
        if code is None:
            raise
        return code
    finally:
        logging.shutdown()
