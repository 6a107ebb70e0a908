"""A real child is SIGKILLed at every send and around commits of carrying: nothing lost, one a chat twice at most."""

import asyncio
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from storage.ledger import SqlLedger
from tests.bot.telegram.walking import PEOPLE, known_to_telegram
from tests.faults.child import Death
from tests.faults.telegram_child import Wires
from tests.faults.telegram_send_child import SendingChild
from tests.faults.test_telegram_kill import PATIENCE, Play, Stage
from tests.kit import edition
from tests.kit_hall import ADDRESS
from tests.standin.judges import judge
from tests.standin.kit import Addresses, running
from tests.standin.seen import Call

LONG = "".join(f"第{n}句，请听好。" for n in range(600))


@pytest.fixture(scope="module")
def standin() -> Iterator[Addresses]:
    with running() as addresses:
        yield addresses


class Walk(Play):
    """One customer, the hall's people, their group; a child that may die while it carries."""

    def __init__(self, addresses: Addresses, path: Path, death: Death) -> None:
        self.stage, self.path, self.deaths = Stage(addresses), path, 0
        self.customer = int(self.stage.ask("user", name="张三")["id"])
        self.staff = {no: int(self.stage.ask("user", name=no)["id"]) for no in PEOPLE}
        members = [{"user": one, "status": "member"} for one in self.staff.values()]
        self.group = int(self.stage.ask("group", title="群", members=members)["id"])
        self.wires = Wires(self.stage.token, self.stage.api, "polling", 0)
        self.edition = known_to_telegram(edition(), self.staff)
        self.child = self.new(death)

    def new(self, death: Death) -> SendingChild:
        """A hall in a process of its own."""
        return SendingChild(self.path, self.edition, self.wires, death, self.group)

    def look_after(self) -> None:
        """Who died is started once more."""
        if not self.child.process.is_alive():
            self.child.process.join()
            assert self.child.killed
            self.deaths += 1
            self.child = self.new(Death())

    def thread(self) -> int:
        """The case's topic; one that was made twice holds words only once."""
        end = time.monotonic() + PATIENCE
        while True:
            found = self.rows("SELECT thread FROM topics WHERE thread > 0")
            if found and found != [("busy",)]:
                return int(found[0][0])
            assert time.monotonic() < end, "no topic"
            self.look_after()
            threading.Event().wait(0.02)

    def in_topic(self, text: str) -> None:
        """The first handler writes into the topic."""
        ((by,),) = self.rows("SELECT first_handler FROM cases")
        self.stage.ask("write", user=self.staff[by], chat=self.group, thread=self.thread(), text=text)
        self.until_read()
        self.until_done()


def walk(on: Walk) -> None:
    """Words, a card with its edit, a topic, an answer in two parts, news to the staff."""
    on.do("write", text="停电报修")
    on.do("write", text=ADDRESS)
    on.until_done()
    on.in_topic("接单")
    on.in_topic("阶段 没有这一步")
    on.in_topic(f"答复 {LONG}")
    on.do("write", text="谢谢，我等着")
    on.until_done()


def bare(text: str) -> str:
    """Without blanks."""
    return "".join(text.split())


def judge_walk(on: Walk) -> dict[str, int]:
    """Everything owed was said, in order; of each chat at most the message in flight twice."""
    seen = on.child.finish()
    calls = [Call(**one) for one in on.stage.ask("calls", methods=[], polls=True)]
    assert not [one for one in judge(calls) if one.method != "answerCallbackQuery"]
    said = [one for one in calls if one.method == "sendMessage" and one.ok]
    again = Counter((one.chat, one.params["text"]) for one in said)
    assert max(again.values()) <= 2
    twice = [chat for (chat, _), many in again.items() if many > 1]
    assert len(twice) == len(set(twice))  # the one that was on its way there
    assert {state for (state,) in on.rows("SELECT state FROM outbox")} == {"sent"}
    chats: dict[str, int] = {f"customer:tg{on.customer}": on.customer}
    chats |= {f"staff:{no}": chat for no, chat in on.staff.items()}
    letters = on.rows("SELECT to_, text FROM outbox WHERE replaces IS NULL AND to_send = 0 ORDER BY rank > 0, seq")
    ends: dict[int, int] = {}
    for to, text in letters:
        chat = on.group if to.startswith("topic:") else chats[to]
        heard = "".join(bare(one.params["text"]) for one in said if one.chat == chat)
        at = heard.find(bare(text), ends.get(chat, 0))
        assert at >= 0, (to, text)
        ends[chat] = at + len(bare(text))
    moves = [move for (move,) in on.rows("SELECT move FROM events WHERE chain LIKE 'DL%' ORDER BY id")]
    assert moves == ["open", "open", "accept", "reply"]
    edits = [one for one in calls if one.method == "editMessageText"]
    assert [one.ok for one in edits].count(True) == 1
    assert all(one.ok or "not modified" in one.description for one in edits)
    topics: Any = on.stage.ask("chat", chat=on.group)["topics"]
    assert len(topics) <= 2
    assert asyncio.run(_broken(f"sqlite:///{on.path / 'hall.db'}")) is None
    on.stage.ask("end")
    return seen


async def _broken(url: str) -> object:
    ledger = SqlLedger(url)
    try:
        return await ledger.read(lambda lists: lists.broken_chain())
    finally:
        await ledger.close()


def one_walk(addresses: Addresses, path: Path, death: Death) -> tuple[int, dict[str, int]]:
    path.mkdir()
    on = Walk(addresses, path, death)
    try:
        walk(on)
        return on.deaths, judge_walk(on)
    finally:
        if on.child.process.is_alive():
            on.child.process.kill()


@pytest.mark.slow
@pytest.mark.parametrize("what", ["send", "sent", "before", "after"])
def test_killed_wherever_letters_go_out_nothing_is_lost_and_only_the_one_in_flight_repeats(
    standin: Addresses, what: str, tmp_path: Path
) -> None:
    deaths, seen = one_walk(standin, tmp_path / "whole", Death())
    assert deaths == 0
    total = seen[what]
    assert total >= 10
    tried = range(1 + (what in ("after", "sent")), total + 1, 2 if what in ("send", "sent") else 3)
    died = sum(one_walk(standin, tmp_path / f"{what}{n}", Death(what, n))[0] for n in tried)
    assert died >= len(tried) - 5 // tried.step  # pages are shared differently another time
