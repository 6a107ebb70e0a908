"""Whose account it is: asked for, proven by the last character of the holder's name, three times at most."""

import re
from dataclasses import replace

from bot.desk.case import Button
from bot.desk.words import words
from bot.guide import bills, doubting, matter, menu, months, others, outages, prices, proof
from bot.guide.said import Act, Say, Scene, Turn
from bot.guide.supply import Tail
from bot.guide.telling import HUMAN, about, day_of, seek, slow, today, with_slots
from bot.guide.thread import Thread
from bot.guide.wants import Sought, Want
from intents.text import normalise
from intents.topic import TopicKind

ACCOUNT, END = "account", "holder_end"
ASKED = (ACCOUNT, END)
"""Questions of these rooms; a form's own question about an account is another."""
LIMIT = 3
"""Failed proofs a day, of one customer and about one account; after that only a person helps."""
FOR = "for"
"""For whom of his family the customer acts: said, and kept with what is asked."""
LOST = ("不记得户号", "account.lost")
_OTHER = re.compile("别的户|另一?[个户处]|另外|别人|邻居|朋友|亲戚|老家|租客|房客|我[妈爸]|父母|爷爷|奶奶|不是这个户")


def concerns(scene: Scene, code: str) -> bool:
    """Whether a matter is about one account that has to be proven first."""
    topic = scene.books.topics.get(code)
    return topic is not None and topic.kind is TopicKind.ACCOUNT


def _fresh(scene: Scene, code: str) -> Thread:
    """The talk is about this matter now; the month that was asked for stays with it."""
    going = scene.thread.topic == code and scene.thread.asking in ASKED
    old = scene.thread.slots if going else {}
    month = months.read(scene.said.text, today(scene))
    day = day_of(scene)
    if day and not month and code == "bill_query":
        month = f"{day:%Y-%m}"
    kept = {"month": month} if month else {name: old[name] for name in ("month", "scope") if name in old}
    thread = replace(matter.laid_aside(scene.thread), topic=code, misses=0)
    whom = others.helped(scene.said.text) or old.get(FOR, "")
    return with_slots(thread, **kept, **{FOR: whom})


def begin(scene: Scene, code: str) -> Turn:
    """The account that was named, the only one proven, one of several, or the question for it."""
    thread = _fresh(scene, code)
    named = scene.said.understood.slots.get("account_no", "")
    if not named and not scene.thread.topic:  # told before anything was wished
        named = scene.thread.slots.get("account_no", "")
    if named and not doubting.own(scene, named):
        return named_one(scene, thread, named)
    if not scene.proven or _OTHER.search(normalise(scene.said.text)) or thread.slots.get(FOR):
        return ask(scene, thread)
    if len(scene.proven) == 1:
        return tell(scene, thread, scene.proven[0])
    options = [(f"…{no[-4:]}", f"account.{nth}") for nth, no in enumerate(scene.proven)]
    after, buttons = menu.offer(thread, scene.now, *options, bills.OTHER)
    return Turn(after, (Say(words("account.which"), buttons),))


def ask(scene: Scene, thread: Thread, *, again: bool = False) -> Turn:
    """Which account: the question, with the way out for who does not know."""
    topic = scene.books.topics.get(thread.topic)
    own = next((one.question for one in (topic.asks if topic else ()) if one.slot == "account_no"), "")
    whom, question = thread.slots.get(FOR, ""), own or words("ask.account_no")
    told = words("account.for", whom=whom, question=question) if whom else words("account.ask", question=question)
    said = words("account.ask.again") if again else told
    tries = thread.tries + 1 if thread.asking == ACCOUNT else 1
    after, buttons = menu.offer(replace(thread, asking=ACCOUNT, tries=tries), scene.now, LOST, HUMAN)
    return Turn(after, (Say(said, buttons),))


def named_one(scene: Scene, thread: Thread, no: str) -> Turn:
    """An account was named: told of at once where it is proven, else the proof is asked for."""
    if no in scene.proven:
        return tell(scene, thread, no)
    sign = proof.called(scene.said.text) or proof.of_name(scene.said.understood.slots.get("name", ""))
    if sign:  # told in one breath
        return check(scene, with_slots(thread, account_no=no), sign)
    same = thread.slots.get("account_no") == no and thread.asking == END
    return ask_end(replace(with_slots(thread, account_no=no), tries=thread.tries if same else 0))


def ask_end(thread: Thread, code: str = "account.end") -> Turn:
    """The question that proves an account; whether there is such an account is not told."""
    after = replace(menu.clear(thread), asking=END, tries=thread.tries + 1, misses=0)
    whom, tail = thread.slots.get(FOR, ""), Tail(thread.slots.get("account_no", ""))
    said = words("account.end.for", tail=tail, whom=whom) if whom and code == "account.end" else words(code, tail=tail)
    return Turn(after, (Say(said, (Button(*HUMAN),)),))


def lost(scene: Scene, thread: Thread) -> Turn:
    """The number is not known: where it stands; it is not looked up by name or address, a person checks that."""
    if thread.asking == ACCOUNT and "about" in thread.slots:  # that was told before
        return person(scene, thread, "account.no_number")
    after = replace(about(scene, thread), asking=ACCOUNT, tries=thread.tries + 1)
    after, buttons = menu.offer(after, scene.now, HUMAN)
    return Turn(after, (Say(words("account.lost"), buttons),))


def person(scene: Scene, thread: Thread, code: str, *acts: Act) -> Turn:
    """Only a person helps now; he is told what it is about."""
    turn = matter.human(replace(scene, thread=about(scene, thread)))
    return replace(turn, says=(Say(words(code)), *turn.says), acts=(*acts, *turn.acts))


def check(scene: Scene, thread: Thread, sign: str) -> Turn:
    """The proof: right, and it is told; wrong like unknown, counted, and after three a person."""
    no = thread.slots.get("account_no", "")
    found = seek(scene, Want(Sought.ACCOUNT, account=no))
    if isinstance(found, Turn):
        return found
    if found.slow:
        return slow(scene, with_slots(thread, holder_end=sign))
    bare = with_slots(thread, holder_end="")
    wrong = scene.wrong.get(no, 0)
    if wrong >= LIMIT:
        return person(scene, bare, "account.stopped")
    if not proof.fits(found.account, sign):
        failed = Act("disprove", slots={"account_no": no})
        if wrong + 1 >= LIMIT:
            return person(scene, bare, "account.stopped", failed)
        after = replace(menu.clear(bare), asking=END, tries=1)
        left = LIMIT - wrong - 1
        return Turn(after, (Say(words("account.wrong", left=left), (Button(*HUMAN),)),), acts=(failed,))
    turn = tell(scene, bare, no)
    return replace(turn, acts=(Act("prove", slots={"account_no": no}), *turn.acts)) if turn.wants is None else turn


def tell(scene: Scene, thread: Thread, no: str) -> Turn:
    """What the matter asked for, of a proven account."""
    quiet = replace(menu.clear(with_slots(thread, account_no=no)), asking="", tries=0, misses=0)
    rooms = {"bill_query": bills.tell, "pay": bills.owed, "tier_price": prices.tell, "outage_query": outages.tell}
    room = rooms.get(thread.topic)
    if room is None:
        return Turn(quiet, (Say(words(f"answer:{thread.topic}", **scene.known)),))
    turn = room(scene, quiet, no)
    return turn if turn.wants is None else Turn(scene.thread, wants=turn.wants)


def pressed(scene: Scene, rest: str) -> Turn | None:
    """A button of these rooms: one of several accounts, another one, none known, once more; None: none of them."""
    what, _, code = rest.partition(".")
    thread = scene.thread
    if what == "begin" and code in scene.books.topics:
        return begin(scene, code)
    if what == "other":
        return ask(scene, replace(with_slots(thread, account_no=""), asking=""))
    if what == "lost":
        return lost(scene, thread)
    if what == "no":
        return named_one(scene, thread, code)
    if what == "again":
        return _again(scene, thread)
    if what.isdecimal() and int(what) < len(scene.proven):
        return tell(scene, thread, scene.proven[int(what)])
    return None


def _again(scene: Scene, thread: Thread) -> Turn:
    """Once more what a silent system could not answer: nothing is asked that was told."""
    no, sign = thread.slots.get("account_no", ""), thread.slots.get("holder_end", "")
    if thread.topic == outages.TOPIC and not no:
        return outages.again(scene, thread)
    if no in scene.proven:
        return tell(scene, thread, no)
    if no and sign:
        return check(scene, thread, sign)
    return begin(scene, thread.topic) if thread.topic in scene.books.topics else Turn(thread, (Say(words("declined")),))
