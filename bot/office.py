"""What the hall's own people ask at the command line: who works here and how they get in, one case."""

import sys

from bot import app, trial
from bot.desk.errors import NoSuchCase
from bot.hall import access, views
from bot.settings import Settings
from bot.trial import DONE, FAULTS, WRONG


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
