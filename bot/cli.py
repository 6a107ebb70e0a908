"""The command `hall`: answers on stdout, complaints on stderr; exit 0 done, 1 faults found, 2 asked wrongly."""

import argparse
import asyncio
import contextlib
import logging
import signal
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from bot import app, trial
from bot.desk.errors import NoSuchCase
from bot.folder.faults import FolderFaults
from bot.hall import access, views
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.logs import set_up_logs
from bot.settings import BadSettings, Settings, environment, read_settings
from bot.trial import DONE, FAULTS, WRONG
from bot.web import server
from intents.reader import HandbookFaults
from storage.connect import LedgerFault, UnknownDatabase
from storage.ledger import AlreadyServed, serving_lock
from storage.migrate import NewerLedger, migrate


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hall", description="首办：供电营业厅的一站式客户助理")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=text, description=text)
        if name != "serve":
            sub.add_argument("--drill", action="store_true", help="对演练的库操作")
        return sub

    serve = command("serve", "开厅：网页聊天、工单台、看板")
    serve.add_argument("--drill", nargs="?", const="", default=None, metavar="目录", help="演练：自己的库，时钟由人拨")
    ask = command("ask", "问一句，看引导岗怎么答")
    ask.add_argument("words", nargs="+", metavar="句子")
    ask.add_argument("--json", action="store_true")
    ask.add_argument("--why", action="store_true", help="看是哪些训练句、哪条规则定的")
    command("understand", "从标准输入一行一句，逐行输出理解结果（JSON）")
    command("talk", "在终端里对话")
    replay = command("replay", "把一份对话脚本演一遍，对不上就报出来")
    replay.add_argument("stories", nargs="+", type=Path, metavar="story.toml")
    check = command("check", "检查业务手册和营业厅目录")
    check.add_argument("folder", nargs="?", type=Path, metavar="目录")
    command("migrate", "把库升级到这一版（文件库先留一份副本）")
    staff = command("staff", "人员：发登录链接、看名单、设密码、发令牌")
    staff.add_argument("what", choices=["add", "link", "list", "password", "token"])
    staff.add_argument("no", nargs="?", metavar="工号")
    staff.add_argument("name", nargs="?", metavar="姓名", help="add：新人的姓名，写进营业厅目录的 staff.toml")
    staff.add_argument("--post", choices=["guide", "work", "service", "duty", ""], default="work", help="add：岗位")
    case = command("case", "看一张工单")
    case.add_argument("no", metavar="单号")
    case.add_argument("--json", action="store_true")
    return parser


def _settings(arguments: argparse.Namespace) -> Settings:
    given = getattr(arguments, "drill", None)
    practice = given is not None and given is not False
    folder = Path(given) if isinstance(given, str) and given else None
    return read_settings(environment(), drill=practice, folder=folder)


async def _serve(settings: Settings, *, practice: bool) -> int:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        lock = serving_lock(settings.database_url)
    except AlreadyServed:
        trial.complain("这个库已有一个厅在服务，请先停掉它，或换一个 HALL_DATA_DIR。")
        return FAULTS
    with contextlib.ExitStack() as stack:
        stack.enter_context(lock)
        running = await app.open_hall(settings, practice=practice)
        async with app.at_work(running) as hall, server.serving(hall, settings.host, settings.port) as address:
            await _welcome(replace(hall, base_url=settings.base_url or address), address)
            stop = asyncio.Event()
            loop = asyncio.get_running_loop()
            for sign in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(sign, stop.set)
            await stop.wait()
    return DONE


async def _welcome(hall: Hall, address: str) -> None:
    """The addresses and one-time links, printed once the door is open."""
    data = hall.edition().data
    people = data.books.roster.staff.values()
    worker = next((one for one in people if one.post == "work" and one.on), None)
    leader = next((one for one in people if one.post == "duty" and one.on), None)
    trial.say(f"{data.info.name} 开厅了{'（演练）' if hall.drill else ''}。Ctrl-C 关厅。")
    trial.say(f"  客户聊天  {address}/")
    if worker:
        trial.say(
            f"  工单台    {await access.one_time_link(hall, worker.no)}   （{worker.name} {worker.no}，一次有效）"
        )
    if leader:
        trial.say(
            f"  值班看板  {await access.one_time_link(hall, leader.no)}   （{leader.name} {leader.no}，一次有效）"
        )
    trial.say(f"  再要链接：hall staff link 工号{' --drill' if hall.drill else ''}")
    sys.stdout.flush()


async def _staff(settings: Settings, what: str, no: str | None, *, practice: bool) -> int:
    running = await app.open_hall(settings, practice=practice)
    hall = running.hall
    people = hall.edition().data.books.roster.staff
    try:
        if what == "list":
            for one in people.values():
                trial.say(f"{one.no}\t{one.name}\t{one.post.value or '-'}\t{one.team}\t{'在岗' if one.on else '停用'}")
            return DONE
        if no not in people or no is None:
            trial.complain(f"没有工号 {no} 这个人；请先写进 staff.toml。")
            return WRONG
        if what == "password":
            await access.set_password(hall, no, sys.stdin.readline().rstrip("\n"))
            trial.say("密码已设。")
        elif what == "token":
            trial.say(await access.personal_token(hall, no))
        else:
            trial.say(await access.one_time_link(hall, no))
        return DONE
    finally:
        await hall.ledger.close()


async def _case(settings: Settings, no: str, *, as_json: bool, practice: bool) -> int:
    running = await app.open_hall(settings, practice=practice)
    hall = running.hall
    try:
        case = await hall.ledger.read(lambda lists: lists.case(no))
        events = await hall.ledger.read(lambda lists: lists.events(no))
    except NoSuchCase:
        trial.complain(f"没有单号 {no}。")
        return FAULTS
    finally:
        await hall.ledger.close()
    edition = hall.edition()
    leader = edition.data.books.person(case.first_handler)
    shown = views.case_json(edition, case, events, leader, hall.clock.now())
    if as_json:
        trial.say(trial.as_line(shown))
        return DONE
    trial.say(f"{shown['no']}　{shown['topic_name']}　{shown['state']}　首办人 {leader.name}（{leader.no}）")
    for event in shown["events"]:
        trial.say(f"{event['at'][:16]}　{event['lane']:<10}{event['by']:<9}{event['move']:<10}{event['text']}")
    return DONE


def _run(arguments: argparse.Namespace) -> int:
    settings = _settings(arguments)
    set_up_logs(settings.log)
    practice = arguments.drill not in (None, False)
    match arguments.command:
        case "serve":
            return asyncio.run(_serve(settings, practice=practice))
        case "ask":
            text = " ".join(arguments.words)
            return asyncio.run(trial.ask(settings, text, as_json=arguments.json, why=arguments.why))
        case "understand":
            return trial.understand(settings)
        case "talk":
            return asyncio.run(trial.talk(settings))
        case "replay":
            return asyncio.run(trial.replay(settings, arguments.stories))
        case "check":
            return trial.check(replace(settings, folder=arguments.folder) if arguments.folder else settings)
        case "migrate":
            settings.data_dir.mkdir(parents=True, exist_ok=True)
            kept = migrate(settings.database_url)
            trial.say(f"库已是最新。{f'升级前的副本：{kept.name}' if kept else ''}")
            return DONE
        case "staff":
            if arguments.what == "add" and arguments.no and arguments.name:
                app.add_staff(settings.folder, arguments.no, arguments.name, arguments.post)
            return asyncio.run(_staff(settings, arguments.what, arguments.no, practice=practice))
        case _:
            return asyncio.run(_case(settings, arguments.no, as_json=arguments.json, practice=practice))


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
    except LedgerBusy:
        trial.complain("库正忙或读写不了，请稍后再试；没有做任何改动。")
        return FAULTS
    except NewerLedger:
        trial.complain("这个库是更新版本的程序写的，这一版读不了；请升级程序，或换回升级前的副本。")
        return FAULTS
    except (LedgerFault, UnknownDatabase):
        trial.complain("HALL_DATABASE_URL 指的库用不了：现在支持 sqlite:///文件；文件坏了请换回副本。")
        return FAULTS
    except KeyboardInterrupt:
        return DONE
    except BrokenPipeError:
        return DONE
    finally:
        logging.shutdown()
