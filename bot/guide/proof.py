"""Proof of an account: the last character of the holder's name, however it is told."""

import re

from bot.guide.supply import Account
from intents.text import HAN, normalise

_MARKS = "，。！？；：、~…·.!?,;: \n\"'“”‘’「」『』《》【】()（）"
_SIGN = f"[{HAN}\U00020000-\U000323afA-Za-z0-9]"
"""Rare characters of names too."""
_LAST = "末(?:一个|尾那?个?)?字|尾字|最(?:后|末)(?:的|那|面的?)?一?个?字|末位|末尾"
_CALLED = rf"(?:的)?(?:{_LAST})(?:应该|就)?(?:是|叫|为)?[:：“\"']?({_SIGN})(?!{_SIGN}{{2}})"
_TOLD = (
    re.compile(_CALLED),
    re.compile(rf"{_SIGN}{{1,8}}的({_SIGN})字?$"),
    re.compile(rf"^(?:应该|就)?(?:是|叫|姓名)?[“\"']?({_SIGN})[”\"']?(?:这个)?字(?=$|[，。；])"),
    re.compile(rf"^(?:应该|就)?(?:是|叫)?[“\"']?({_SIGN})[”\"']?(?:吧|啊|呀|哦|呢|嘛|哈)?$"),
)
_NO_ANSWER = frozenset("是不嗯哦啊呃额哈喂诶唉")
_NO_NAME = re.compile("[呢吗吧的了是个月电费查户号多少不么怎啥谁几这那还要能可以有在没哪]")
LONGEST = 24
"""Characters of an answer to 「last character?」; a longer text is something else."""


def last_sign(name: str) -> str:
    """The last letter or character of a name, marks and brackets left out."""
    signs = [sign for sign in normalise(name) if sign.isalnum()]
    return signs[-1] if signs else ""


def told(text: str) -> str:
    """The character a customer tells: 强, 是强字, 建国的国, 最后一个字是强; empty where none is told."""
    bare = normalise(text).replace(" ", "").strip(_MARKS)
    if not bare or len(bare) > LONGEST:
        return ""
    clause = re.split("[，。；]", bare)[-1]
    for pattern in _TOLD:
        for part in (bare, clause):
            found = pattern.search(part)
            if found and found[1] not in _NO_ANSWER and _own(part, found):
                return found[1]
    return ""


def called(text: str) -> str:
    """The character told as the last one in so many words, beside other things."""
    found = _TOLD[0].search(normalise(text).replace(" ", ""))
    return found[1] if found and found[1] not in _NO_ANSWER else ""


def of_name(name: str) -> str:
    """The last character of a whole name that was told; words that are no name prove nothing."""
    return "" if _NO_NAME.search(name) else last_sign(name)


def only(text: str) -> str:
    """The character where the whole text is nothing but the answer; it can be no cry for help."""
    bare = normalise(text).replace(" ", "").strip(_MARKS)
    sign = told(bare)
    return sign if sign and (bare.strip("是字的叫就吧啊呀") == sign or _TOLD[1].fullmatch(bare)) else ""


def _own(text: str, found: re.Match[str]) -> bool:
    """「建国的国」 names a character of the word before it; 「电费的事」 does not."""
    before, sign, _ = text.rpartition("的")
    if not sign or found.re is not _TOLD[1]:
        return True
    return found[1] in before


def fits(account: Account | None, sign: str) -> bool:
    """Whether the character is the last of the holder's name; an account nobody has fits nothing."""
    return account is not None and bool(sign) and last_sign(account.holder) == normalise(sign)
