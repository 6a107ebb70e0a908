"""What the hall's own people ask at the command line: who works here and who leaves, one case, one customer."""

import asyncio
import contextlib
import getpass
import sys
from collections.abc import AsyncIterator
from pathlib import Path

from bot import app, trial
from bot.desk import roster
from bot.desk.case import CLOCK
from bot.desk.errors import DeskError, NoSuchCase
from bot.desk.rights import may
from bot.desk.roster import Staff
from bot.hall import access, export, forgetting, leaving, refusals, tickets, views
from bot.hall.cabinet import TableFaults
from bot.hall.counter import Asked
from bot.hall.forgetting import HasLiveCases, NoSuchCustomer, SeveralCustomers
from bot.hall.house import Hall
from bot.settings import Settings
from bot.trial import DONE, FAULTS, WRONG
from storage.connect import settle
from storage.ledger import PATIENCE, AlreadyServed, serving_lock

MOST = 1_000_000
"""Bytes of pasted tickets that are read at once."""


async def staff(settings: Settings, what: str, no: str | None, *, practice: bool) -> int:
    """Links, the list, passwords, tokens."""
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


async def case(settings: Settings, no: str, *, as_json: bool, practice: bool) -> int:
    """One case with its events."""
    running = await app.open_hall(settings, practice=practice)
    hall = running.hall
    try:
        found = await hall.ledger.read(lambda lists: lists.case(no))
        events = await hall.ledger.read(lambda lists: lists.events(no))
    except NoSuchCase:
        trial.complain(f"没有单号 {no}。")
        return FAULTS
    finally:
        await hall.ledger.close()
    edition = hall.edition()
    leader = edition.data.books.person(found.first_handler)
    shown = views.case_json(edition, found, events, leader, hall.clock.now())
    if as_json:
        trial.say(trial.as_line(shown))
        return DONE
    trial.say(f"{shown['no']}　{shown['topic_name']}　{shown['state']}　首办人 {leader.name}（{leader.no}）")
    for event in shown["events"]:
        trial.say(f"{event['at'][:16]}　{event['lane']:<10}{event['by']:<9}{event['move']:<10}{event['text']}")
    return DONE


@contextlib.asynccontextmanager
async def _opened(settings: Settings, *, practice: bool) -> AsyncIterator[Hall]:
    """A hall to work on; it is let go of again."""
    running = await app.open_hall(settings, practice=practice)
    try:
        yield running.hall
    finally:
        await running.hall.ledger.close()


def _entitled(hall: Hall, no: str, operation: str) -> Staff | None:
    """Who does it: nobody sits at a command line by right, so it is done by somebody of the hall who may."""
    people = hall.edition().data.books.roster
    person = people.staff.get(no)
    if person is None or not person.on:
        trial.complain(
            f"没有工号 {no} 这个在岗的人；--by 要写经办人自己的工号。" if no else "请用 --by 写明经办人的工号。"
        )
        return None
    if not may(person, operation, roster.posts_at(people, no, hall.clock.now())):
        trial.complain(f"{person.name}（{no}）没有这项权限，没有做任何改动。")
        return None
    return person


async def off(settings: Settings, no: str, reason: str, by: str, *, practice: bool) -> int:
    """Somebody leaves; refused with the list while cases are held. A serving hall sees it within seconds."""
    try:
        with serving_lock(settings.database_url):
            return await _off(settings, no, reason, by, practice=practice)
    except AlreadyServed:
        done = await _off(settings, no, reason, by, practice=practice)
        if done == DONE:
            trial.say("厅正开着：登录和令牌现在就进不来了，派单几秒钟内跟着停。")
        return done


async def _off(settings: Settings, no: str, reason: str, by: str, *, practice: bool) -> int:
    async with _opened(settings, practice=practice) as hall:
        person = _entitled(hall, by, "people.off")
        if person is None:
            return WRONG
        data = hall.edition().data
        try:
            await leaving.off(hall, person, no, reason, Asked())
        except leaving.NoSuchPerson:
            trial.complain(refusals.phrase(data, "error.no_such_person"))
            return WRONG
        except leaving.HoldsCases as held:
            trial.complain(refusals.phrase(data, "error.holds_cases", count=len(held.cases)))
            for case_no in held.cases:
                trial.complain(f"  {case_no}")
            return FAULTS
        except DeskError as refused:
            trial.complain(refusals.sentence(data, refused))
            return WRONG
        except TableFaults as faulty:
            for fault in faulty.faults:
                trial.complain(fault)
            return FAULTS
        trial.say(f"{data.books.person(no).name}（{no}）已停用：不再派单，登录、令牌全部失效。")
        return DONE


async def _customer(hall: Hall, text: str) -> str | None:
    """The customer that is meant; None is told."""
    try:
        return await hall.ledger.read(lambda lists: forgetting.find(lists, text))
    except NoSuchCustomer:
        trial.complain(f"没有这位客户：{text}。可以写客户编号、手机号或单号。")
    except SeveralCustomers as several:
        trial.complain(f"这个号码有 {len(several.keys)} 位客户，请写客户编号：{'、'.join(several.keys)}。")
    return None


def _who(hall: Hall, by: str) -> tuple[str, dict[str, str]] | None:
    """By whom, for the ledger: a work number if one is named, else the clock, and whose account of the machine ran it.

    The command line belongs to whoever runs the machine, who need not be anybody of the hall.
    """
    if by and by not in hall.edition().data.books.roster.staff:
        trial.complain(f"没有工号 {by} 这个人。")
        return None
    try:
        account = getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        account = "?"
    return by or CLOCK, {"how": "command", "account": account}


async def _tables_with(hall: Hall, customer: str) -> list[str]:
    """The hall's own tables in which he stands; they are its business records, which nobody but the hall may change."""
    data = hall.edition().data
    person = await hall.ledger.read(lambda lists: lists.person(customer))
    own = any(no in data.accounts for no in (person.accounts if person else ()))
    return [*(["客户表（customer）"] if customer in data.customers else []), *(["户号表（account）"] if own else [])]


async def forget(settings: Settings, customer: str, by: str, *, practice: bool) -> int:
    """Everything private of one customer is blanked; refused while a case of his is open."""
    async with _opened(settings, practice=practice) as hall:
        who, key = _who(hall, by), await _customer(hall, customer)
        if who is None or key is None:
            return WRONG if who is None else FAULTS
        tables = await _tables_with(hall, key)
        try:
            done = await forgetting.forget(hall, key, *who)
        except HasLiveCases as live:
            trial.complain(f"这位客户还有 {len(live.cases)} 张没办完的单，办结关单以后才能删除。没有做任何改动：")
            for no in live.cases:
                trial.complain(f"  {no}")
            return FAULTS
        await asyncio.to_thread(settle, settings.database_url, PATIENCE)
    trial.say(
        f"已删除：他说过的话、姓名、号码、附件 {done.files} 个、登录；{len(done.cases)} 张单只留办理过程，台账完好。"
    )
    if done.topics:
        trial.say(f"工作群里这些单的话题还在，请在群里删掉：{'、'.join(done.topics)}。")
    if tables:
        trial.say(
            f"营业厅自己的资料里还有他：{'、'.join(tables)}（连同在工单台改过的旧版本），要不要删改请厅里自己定。"
        )
    trial.say("以前做的备份、升级前的副本、写出的台账和导出的文件里还有，请按规定另行销毁。")
    return DONE


async def hand_out(settings: Settings, customer: str, by: str, *, practice: bool) -> int:
    """All that is kept of one customer as one JSON object on stdout."""
    async with _opened(settings, practice=practice) as hall:
        who, key = _who(hall, by), await _customer(hall, customer)
        if who is None or key is None:
            return WRONG if who is None else FAULTS
        trial.say(trial.as_line(await export.export(hall, key, *who)))
        return DONE


def _pasted(source: str) -> str:
    """The pasted text of a file or of stdin, however it was encoded."""
    raw = sys.stdin.buffer.read(MOST) if source == "-" else Path(source).read_bytes()[:MOST]
    for encoding in ("utf-8-sig", "gb18030"):
        with contextlib.suppress(UnicodeDecodeError):
            return raw.decode(encoding)
    return raw.decode("utf-8", "replace")


async def bring(settings: Settings, source: str, by: str, *, practice: bool) -> int:
    """Pasted tickets become cases; each that was refused says why."""
    try:
        text = _pasted(source)
    except OSError:
        trial.complain(f"没有这个文件，或者读不了：{Path(source).name}")
        return WRONG
    async with _opened(settings, practice=practice) as hall:
        person = _entitled(hall, by, "tickets.bring")
        if person is None:
            return WRONG
        try:
            brought = await tickets.bring_in(hall, person, text, Asked())
        except DeskError as refused:
            trial.complain(refusals.sentence(hall.edition().data, refused))
            return FAULTS
    for one in brought:
        if one.why:
            trial.complain(one.why)
        else:
            trial.say(one.no)
    return FAULTS if any(one.why for one in brought) or not brought else DONE
