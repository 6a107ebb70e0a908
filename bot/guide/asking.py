"""Open questions that are no form: which account, its proof, which place; and what is asked in between."""

import re
from dataclasses import replace

from bot.desk.words import words
from bot.guide import account, doubting, form, matter, menu, months, outages, proof
from bot.guide.answer import topic_turn
from bot.guide.said import Say, Scene, Turn
from bot.guide.telling import HUMAN, today, with_slots
from intents import figures, slots
from intents.dictation import figured, unmarked
from intents.text import normalise, plain
from intents.topic import TopicKind
from intents.understanding import Zone

OWN = (*account.ASKED, outages.PLACE)
LOOKUP = "account_lookup"
FEW = 4
"""Words beside an account number that say nothing else."""
_STANDS = re.compile("欠|余额|(?:交|缴|付)(?:了|清|过|没)|没[交缴付]|扣(?:了|款)没?")
SHORT = 10
"""Words of a question about the bill that was just told."""
COURTESIES = ("greeting", "thanks", "goodbye", "chitchat")
_OTHER_ONE = re.compile(
    "(?:那|还有|再查|再看|看看|查)*(?:另外?[一那]?个?[户处套]?|另外的|别的那?户)(?:户号|户)?(?:的|也查|查一?下|多少|怎么样)*"
)
_ENOUGH = ("算了", "不查了", "不问了", "不用查了", "别查了")


def open_(scene: Scene) -> bool:
    """Whether one of these questions is open."""
    return scene.thread.asking in OWN and not scene.thread.draft


def _other(scene: Scene) -> str:
    """A sure other matter than the one the question belongs to."""
    understood = scene.said.understood
    if understood.zone is not Zone.ANSWER or understood.intent in (scene.thread.topic, *COURTESIES):
        return ""
    return understood.intent if understood.intent in scene.books.topics else ""


def _sign(scene: Scene) -> str:
    """The character told as proof; of a whole name its last one."""
    told = proof.told(scene.said.text)
    if told or _other(scene):
        return told
    name = slots.read(scene.said.text, today=today(scene), asked="name").get("name", "")
    return proof.of_name(name)


def _number(scene: Scene) -> str:
    """The account a message names, also one that takes the place of a wrong one; the sender's own number is none."""
    no = _named(scene)
    return "" if doubting.own(scene, no) else no


def _named(scene: Scene) -> str:
    told = scene.said.understood.slots.get("account_no", "")
    if told or scene.thread.asking not in account.ASKED:
        return told
    free = slots.read(scene.said.text, today=today(scene), asked="account_no").get("account_no", "")
    others = dict.fromkeys(_accounts(scene.said.text)) if not free else {}
    others.pop(scene.thread.slots.get("account_no", ""), None)
    return free or doubting.whole(scene) or (next(iter(others)) if len(others) == 1 else "")


def _accounts(text: str) -> list[str]:
    """Every number of a text that may be an account: of two the one that was not said before is meant."""
    line = figures.without_ids(figures.case_no(figured(plain(unmarked(text)), "account_no"))[1])
    return [one.digits for one in figures.accounts(figures.phone(line)[1], asked=True) if not one.denied]


def told_sign(scene: Scene) -> Turn | None:
    """The bare proof: a character or 「建国的国」; whatever it sounds like, and before any menu's number."""
    if scene.thread.asking != account.END or not open_(scene) or scene.said.button:
        return None
    sign = proof.only(scene.said.text)
    return account.check(scene, scene.thread, sign) if sign else None


def _place_alone(scene: Scene) -> bool:
    """Whether an address was told with hardly a sign beside it: an answer, whatever it sounds like."""
    address = scene.said.understood.slots.get("address", "")
    return bool(address) and len(normalise(scene.said.text).strip("，。！ ")) <= len(address) + 2


def _answered(scene: Scene) -> Turn | None:
    """The question itself is answered, or another account named; None: it is not."""
    thread = scene.thread
    no = _number(scene)
    if no:
        known = with_slots(thread, **{doubting.PART: ""})
        return account.named_one(scene, known, no)
    if thread.asking == account.END:
        sign = _sign(scene)
        return account.check(scene, thread, sign) if sign else None
    here = not _other(scene) or form.only_a_place(scene.said.text) or _place_alone(scene)
    if thread.asking == outages.PLACE and scene.said.sort != "location" and here:
        place = "" if form.declined(scene.said.text) else outages.heard(scene)
        return outages.answered(scene, place) if place else None
    return None


def put(scene: Scene, *, again: bool = False) -> Turn:
    """The open question once more."""
    thread = scene.thread
    if thread.asking == account.ACCOUNT:
        return account.ask(scene, thread, again=again)
    if thread.asking == account.END:
        return account.ask_end(thread, "account.end.again" if again else "account.end")
    return outages.ask(thread, "outage.where.again" if again else "outage.where")


def _between(scene: Scene, other: str) -> Turn:
    """Something else is asked: answered without buttons that would stand against the question, then it is put again."""
    turn = topic_turn(scene, other)
    if turn.wants or turn.opening or turn.acts or turn.thread.asking:
        return turn
    says = tuple(replace(say, buttons=()) for say in turn.says)
    if scene.thread.tries >= form.TRIES:
        return Turn(replace(scene.thread, misses=0), says)
    again = put(scene, again=False)
    return Turn(replace(again.thread, misses=0), (*says, *again.says))


def _doubted(scene: Scene) -> Turn | None:
    """What only seems to be an account number is asked back with the reason; who tries to tell it has one try more."""
    thread = scene.thread
    if thread.asking != account.ACCOUNT or thread.tries > form.TRIES or not doubting.bare(scene.said.text):
        return None
    turn = doubting.again(scene, scene.thread, "account_no")
    if turn is None:
        return None
    asking = replace(turn.thread, asking=account.ACCOUNT)
    told = doubting.of(scene, "account_no")
    choices = [(doubting.label("account_no", no), f"account.no.{no}") for no in (told.choices if told else ())]
    thread, buttons = menu.offer(asking, scene.now, *(choices or [account.LOST]), HUMAN)
    return Turn(thread, tuple(replace(say, buttons=buttons) for say in turn.says))


def _stuck(scene: Scene) -> Turn:
    """Asked often enough: a person may help, the question stays open."""
    thread = scene.thread
    if thread.asking == account.ACCOUNT:
        return account.lost(scene, thread)
    misses = thread.misses + 1
    if misses >= matter.MISSES:
        return account.person(scene, replace(thread, misses=0), "miss.person")
    again = put(scene, again=True)
    return Turn(replace(again.thread, misses=misses), again.says)


def answering(scene: Scene) -> Turn | None:
    """An open question of these rooms: answered, called off, not known, or something asked in between."""
    thread, text = scene.thread, scene.said.text
    if not open_(scene):
        return None
    bare = normalise(text).strip("。.!！~，, 吧啊呢了")
    if form.cancelled(text) or bare in [word.strip("了") for word in _ENOUGH]:
        return Turn(replace(matter.laid_aside(thread), topic="", misses=0), (Say(words("declined")),))
    answered = _answered(scene)
    if answered:
        return answered
    doubted = _doubted(scene)
    if doubted:
        return doubted
    other = _other(scene)
    if other == LOOKUP and thread.asking == account.ACCOUNT and form.declined(text):
        return account.lost(scene, thread)  # 户号不记得了 answers the question
    if other:
        topic = scene.books.topics[other]
        return topic_turn(scene, other) if topic.kind is TopicKind.DANGER else _between(scene, other)
    if form.declined(text) and thread.asking == account.ACCOUNT:
        return account.lost(scene, thread)
    if form.declined(text) and thread.asking == account.END:
        return account.person(scene, thread, "account.no_end")
    return put(scene, again=True) if thread.tries < form.TRIES else _stuck(scene)


def _accounts_matter(scene: Scene) -> str:
    """What a bare account number is probably about: what was just talked of, else its bill."""
    nearest = scene.said.understood.candidates[0] if scene.said.understood.zone is Zone.CHOOSE else ""
    codes = (nearest, scene.thread.topic, "bill_query")
    rooms = ("bill_query", "tier_price", "pay", outages.TOPIC)
    return next((code for code in codes if code in rooms and code in scene.books.topics), "")


def _another_named(scene: Scene, beside: str) -> bool:
    """Whether the words beside the number name a matter that opens a case: 我要过户."""
    topics = scene.books.topics.values()
    return any(topic.opens_case and len(topic.name) > 1 and topic.name in beside for topic in topics)


def _with_a_number(scene: Scene) -> bool:
    """An account number and hardly a word beside it, or words that are probably about an account."""
    understood = scene.said.understood
    if understood.zone is Zone.ANSWER or not understood.slots.get("account_no") or not scene.looks:
        return False
    beside = re.sub(r"[\d\s，。：]|户号|是", "", normalise(scene.said.text))
    likely = understood.zone is Zone.CHOOSE and account.concerns(scene, understood.candidates[0])
    if _another_named(scene, beside) or doubting.own(scene, understood.slots["account_no"]):
        return False
    return bool(_accounts_matter(scene)) and (likely or len(beside) <= FEW)


def _other_of_several(scene: Scene) -> Turn | None:
    """「另一户呢」 after one of several accounts was told; None: other words."""
    text, thread = normalise(scene.said.text).strip("。！？!?~，呢吧啊呀 "), scene.thread
    here = thread.topic in ("bill_query", "pay", "tier_price") and len(scene.proven) > 1
    if not here or scene.said.understood.zone is Zone.ANSWER or not _OTHER_ONE.fullmatch(text):
        return None
    rest = [no for no in scene.proven if no != thread.slots.get("account_no")]
    return account.tell(scene, thread, rest[0]) if len(rest) == 1 else account.begin(scene, thread.topic)


def following(scene: Scene) -> Turn | None:
    """A word more about what was just told: another month, another place; None: it is no such word."""
    understood, thread = scene.said.understood, scene.thread
    other = _other_of_several(scene)
    if other:
        return other
    if _with_a_number(scene):
        return account.begin(scene, _accounts_matter(scene))
    asks = "停电" in normalise(scene.said.text) and outages.TOPIC in understood.candidates[:3]
    if asks and understood.zone is not Zone.ANSWER and outages.TOPIC in scene.books.topics:
        return outages.turn(scene)
    address = understood.slots.get("address", "")
    bare = bool(address) and len(normalise(scene.said.text).strip("，。！？呢吧啊 ")) <= len(address) + 1
    if thread.topic == outages.TOPIC and bare:
        return outages.turn(scene)
    if understood.zone is Zone.ANSWER and understood.intent != thread.topic:
        return None
    if thread.topic == "bill_query" and scene.proven and months.read(scene.said.text, today(scene)):
        return account.begin(scene, "bill_query")
    short = len(normalise(scene.said.text)) <= SHORT and understood.zone is not Zone.ANSWER
    if thread.topic in ("bill_query", "pay") and scene.proven and short and _STANDS.search(normalise(scene.said.text)):
        return account.begin(scene, "bill_query")
    if thread.topic == outages.TOPIC and understood.slots.get("address") and understood.zone is Zone.REFUSE:
        return outages.turn(scene)
    return None
