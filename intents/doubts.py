"""Why an answer cannot be taken as it is: a mobile for an account, digits too few, two numbers, which year."""

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from intents import figures, spans, sums
from intents.answers import SAME
from intents.dictation import figured, unmarked
from intents.text import normalise, plain


class Why(StrEnum):
    """What is doubtful about it."""

    MOBILE = "mobile"
    METER = "meter"
    CARD = "card"
    LENGTH = "length"
    PART = "part"
    TWO = "two"
    WHEN = "when"
    VAGUE = "vague"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why it is asked back, with the readings to choose from or the figures told so far."""

    why: Why
    choices: tuple[str, ...] = ()
    digits: str = ""


_METER = re.compile(r"(?:表|资产|条形?码|铭牌)(?:上|号码?|编号|后面|写的?|的?数字)*(?:是|为|:|：|\s)*\d{6}")
_CARD = re.compile(r"卡(?:号码?)?(?:是|为|:|：|\s)*\d{10}|(?<!\d)62\d{14,17}(?!\d)")
_DIGITS = re.compile(r"(?<!\d)\d(?:[ \-]?\d)*(?!\d)")
_ONLY_DIGITS = re.compile(
    r"(?:我家?的?)?(?:户号)?的?(?:是|前面|后面|前[几一二三四五六七八九\d]位|剩下的?|接着|先发|:|：|\s)*"
    r"(\d(?:[ \-]?\d)*)[ ，。…\-]*"
)
_FEWEST, _MOST = 3, 20
_SHORTEST = 10


def doubt(text: str, asked: str, today: date) -> Doubt | None:
    """What is doubtful about an answer that could not be read; None: it tells nothing of the kind."""
    clean = normalise(unmarked(text[:4096]))
    if SAME.search(clean):
        return Doubt(Why.SAME)
    if asked == "date":
        return _day(clean, today)
    if asked == "amount":
        return Doubt(Why.VAGUE) if sums.vague(clean) else None
    if asked not in ("account_no", "phone") or figures.has_id_number(text):
        return None
    line = figures.without_ids(figures.case_no(figured(plain(unmarked(text[:4096])), asked))[1])
    return _account(line) if asked == "account_no" else _phone(line)


def _day(clean: str, today: date) -> Doubt | None:
    both = spans.unclear(clean, today) or spans.several(clean, today)
    if len(both) < 2:  # noqa: PLR2004 - one is no doubt
        return None
    why = Why.WHEN if spans.unclear(clean, today) else Why.TWO
    return Doubt(why, tuple(one.isoformat() for one in both[:3]))


def _several(found: tuple[figures.Figure, ...]) -> tuple[str, ...]:
    kept = tuple(dict.fromkeys(one.digits for one in found if not one.denied))
    return kept[:4] if len(kept) > 1 else ()


def _account(line: str) -> Doubt | None:
    number, rest = figures.phone(line)
    told = _several(figures.accounts(rest, asked=True))
    if told:
        return Doubt(Why.TWO, told)
    if _METER.search(line):
        return Doubt(Why.METER)
    if _CARD.search(line) or any(figures.is_card(re.sub(r"\D", "", one[0])) for one in _DIGITS.finditer(line)):
        return Doubt(Why.CARD)
    if number:
        return Doubt(Why.MOBILE)
    return _length(line, part=True)


def _phone(line: str) -> Doubt | None:
    told = _several(figures.phones(line))
    return Doubt(Why.TWO, told) if told else _length(line, part=False)


def _length(line: str, *, part: bool) -> Doubt | None:
    """Figures of no such number: too few, too many, or its beginning."""
    runs = [re.sub(r"\D", "", one[0]) for one in _DIGITS.finditer(line)]
    runs = [one for one in runs if _FEWEST <= len(one) <= _MOST]
    if len(runs) != 1:
        return None
    begun = part and _FEWEST < len(runs[0]) < _SHORTEST and _ONLY_DIGITS.fullmatch(line.strip())
    return Doubt(Why.PART if begun else Why.LENGTH, digits=runs[0])
