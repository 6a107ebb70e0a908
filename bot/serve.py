"""Opens the hall's door until somebody shuts it: `hall serve`."""

import asyncio
import contextlib
import signal
import sys
from dataclasses import replace

from bot import app, trial
from bot.hall import access
from bot.hall.house import Hall
from bot.hall.pages import LedgerBusy
from bot.settings import Settings
from bot.trial import DONE, FAULTS
from bot.web import server
from storage.ledger import AlreadyServed, serving_lock
from storage.migrate import migrate


async def serve(settings: Settings, *, practice: bool) -> int:
    """The hall at work until SIGTERM or Ctrl-C."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    try:
        lock = await asyncio.to_thread(taken, settings.database_url)
    except AlreadyServed:
        trial.complain("这个库已有一个厅在服务，请先停掉它，或换一个 HALL_DATA_DIR。")
        return FAULTS
    async with contextlib.AsyncExitStack() as stack:
        stack.enter_context(lock)
        running = await app.open_hall(settings, practice=practice)
        hall = await stack.enter_async_context(app.at_work(running))
        try:
            address = await stack.enter_async_context(server.serving(hall, settings.host, settings.port))
        except OSError as error:
            trial.complain(f"HALL_HOST、HALL_PORT 指的地址开不了门（{error.strerror or '用不了'}），可能别的程序占着。")
            return FAULTS
        await _welcome(replace(hall, base_url=settings.base_url or address), address)
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(sign, stop.set)
        await stop.wait()
    return DONE


def taken(url: str) -> contextlib.AbstractContextManager[object]:
    """The right to serve this database; one that is not there yet is made first, for nobody can be serving it."""
    try:
        return serving_lock(url)
    except LedgerBusy:
        migrate(url)  # refused too where the server is the trouble
        return serving_lock(url)


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
