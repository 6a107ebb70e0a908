"""Chinese made comparable: width, variants, noise, sentences, words; so that one meaning has one spelling."""

import re
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Protocol, cast

from opencc import OpenCC

HAN = "\u3400-\u4dbf\u4e00-\u9fff"
"""Character class of Chinese characters, for patterns."""

_UNSEEN = re.compile("[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
                     "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u20e3\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffd"
                     "\U000e0000-\U000e0fff]")  # fmt: skip
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANK = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_GAP = re.compile(rf"(?<=[{HAN}，。！？；：、]) (?=[{HAN}，。！？；：、])")
_MARKS = str.maketrans({",": "，", "?": "？", "!": "！", ";": "；", "～": "~", "﹑": "、"})
_END = re.compile(r"[。！？；…\n]+")
_HEAD = re.compile(
    r"^(?:你们?好呀?|您们?好|哈[喽啰罗]|hello|hi|嗨|喂+|在吗|在不在|有人(?:吗|在吗)|亲|早上好|上午好|下午好|晚上好|大家好"
    r"|(?:客服|师傅|老师|同志|领导|小姐姐?|帅哥|美女|工作人员)(?:们?(?:你|您)?好)?(?=[，。！？、 \n])"
    r"|请问一?下?|问一?下|打扰(?:一下|了)?|不好意思|麻烦(?:问|咨询|请教)?一?下?(?:你|您)?们?"
    r"|(?:我)?(?:就)?想?要?(?:请教|咨询|请问)(?:一下|下)?(?:你|您)?们?|(?:我)?想问(?:一?下|问)?(?:你|您)?们?)"
)
_TAIL = re.compile(
    r"(?:谢谢(?:啦|了|您|你们?|大家)?|多谢[了您]?|感谢[您你]?们?|麻烦(?:[你您]?们?了)|辛苦(?:[您你]?们?了)?|3q|thx|thanks"
    r"|急|在线等|求(?:解答|回复|告知|助)|[望请](?:回复|告知|解答)|祝好|祝您生活愉快|工作顺利"
    r"|[\U0001f64f\U0001f44d\U0001f339~，。！、… \n])$"
)
_PUNCT = re.compile(r"^[\s，。！？、；：~…·.\-]+")

_REACH = 40
"""How far from its end a text is searched for polite words."""

_NUMERALS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
_CHOICE = re.compile(
    r"^(?:我)?(?:就)?(?:想?要)?(?:选择?|点|按|回复?)?(?:的)?(?:是)?第?\(?([1-9一二两三四五六七八九])\)?"
    r"(?:[号个项条种])?(?:选项)?(?:[吧呗啊呀哦的了，。、！~.)])*$"
)
_EXPONENT = re.compile("[²³¹⁰-⁹₀-₉]")
"""Signs that hold a figure and choose nothing; ① does."""
_PERSON = re.compile(
    r"^(?:[转按选]?(?:0|零|o))?[号.。、]?(?:转|找|要|接)?(?:人工(?:客服|服务)?|真人|客服人员)?[吧。！]*$"
)


def safe(text: str) -> str:
    """Join surrogate pairs and drop lone ones, so that the text can be written anywhere."""
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "ignore")
    return text


def plain(text: str) -> str:
    """One width and no unseen characters, but the customer's own script and case: names stay as written."""
    text = _UNSEEN.sub("", safe(text).replace("\r", "\n"))
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


def normalise(text: str) -> str:
    """Fold what means the same into one spelling; doing it twice changes nothing."""
    for _ in range(4):
        folded = _fold(text)
        if folded == text:
            break
        text = folded
    return text


def _fold(text: str) -> str:
    text = _simplifier().convert(plain(text).lower())
    text = _LINES.sub("\n", _BLANK.sub(" ", text.translate(_MARKS))).strip()
    return _GAP.sub("", text)


@cache
def _simplifier() -> OpenCC:
    return OpenCC("t2s")


def strip_noise(text: str) -> str:
    """Take polite words off both ends of a normalised text; a text of nothing else stays as it is."""
    bare, tail = text[:-_REACH], text[-_REACH:]
    while found := _TAIL.search(tail):
        tail = tail[: found.start()]
    bare += tail
    for _ in range(6):
        shorter = _PUNCT.sub("", _HEAD.sub("", bare))
        if shorter == bare:
            break
        bare = shorter
    return bare if any(char.isalnum() for char in bare) else text


def sentences(text: str, longest: int = 120) -> Iterator[str]:
    """Cut a normalised text at its full stops; a run-on sentence is cut at commas."""
    for piece in _END.split(text):
        rest = piece.strip()
        while len(rest) > longest:
            cut = max(rest.rfind("，", 0, longest), rest.rfind(" ", 0, longest)) + 1 or longest
            yield rest[:cut].strip("， ")
            rest = rest[cut:].strip()
        if rest.strip("， "):
            yield rest


def choice(text: str) -> int | None:
    """Read an answer to a numbered menu: 1 １ ① 一 选1 第一个 1号吧; 0 is no choice, see `wants_person`."""
    found = _CHOICE.match(normalise(text).replace(" ", "").replace("元", ""))
    if not found or _EXPONENT.search(text):
        return None
    return _NUMERALS.get(found[1]) or int(found[1])


def wants_person(text: str) -> bool:
    """Whether a menu is answered with 0, 人工 or both: a person, whatever the menu."""
    bare = normalise(text).replace(" ", "")
    if _EXPONENT.search(text):
        return False
    return bool(bare) and bool(_PERSON.match(bare)) and bare not in {"o", "转", "找", "要", "接"}


class _Cutter(Protocol):
    def lcut(self, sentence: str, *, HMM: bool) -> list[str]: ...  # noqa: N803 - jieba's own name


@dataclass(frozen=True, slots=True)
class Words:
    """A dictionary that cuts a text into words."""

    cut: Callable[[str], list[str]]


def words(extra: Iterable[str], cache_dir: Path) -> Words:
    """Load jieba's dictionary with the hall's own words; the cache of the first load is kept in cache_dir."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1 is old Python; seen only when first compiled
        import jieba  # noqa: PLC0415 - 0.2 s and 60 MB that only those pay who cut words

    jieba.setLogLevel(60)
    tokenizer = jieba.Tokenizer()
    tokenizer.tmp_dir = str(cache_dir)
    tokenizer.initialize()
    for word in extra:
        tokenizer.add_word(word)
    cutter = cast("_Cutter", tokenizer)
    return Words(lambda text: cutter.lcut(text, HMM=False))
