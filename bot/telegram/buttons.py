"""Inline buttons in 64 bytes: the number of the letter and of the button; what it means stays in the ledger."""

import re
from collections.abc import Sequence

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.desk.case import Button, Kind
from bot.desk.deciding import Decision
from bot.hall.lists import Lists
from bot.hall.records import Posted

STALE = "stale"
"""A value that no letter ever offered: the guide answers politely and changes nothing."""
ASK = "ask"
"""Letters keyed so want a direct answer."""
ACK = "ack"
"""The value of the button under an alert by which somebody says that he has it."""
DECISIONS = tuple(decision.value for decision in Decision)
"""The values of those by which a duty leader decides."""
SHORT = 5
"""Labels of so many characters stand side by side."""
WIDE = 3
"""Buttons side by side; the five of a rating stand in one row."""
_ABREAST = 2
"""Decisions side by side: a hurried thumb hits the one it means."""
_DATA = re.compile(rf"(\d{{1,15}})\.(\d{{1,3}}|{'|'.join((ACK, *DECISIONS))})")


def keyboard(
    letter: Posted, under: Sequence[Button] = (), link: tuple[str, str] = ("", "")
) -> InlineKeyboardMarkup | None:
    """The buttons of a letter; `under` are those of an alert, `link` label and address of a page."""
    made = [_button(letter, str(number), button.label) for number, button in enumerate(letter.buttons)]
    tight = all(len(button.label) == 1 for button in letter.buttons)
    wide = len(made) if tight else WIDE if all(len(one.text) <= SHORT for one in made) else 1
    rows = _rows(made, wide)
    if letter.kind == Kind.ALERT:
        rows += _rows([_button(letter, one.value, one.label) for one in under if one.value == ACK], 1)
        rows += _rows([_button(letter, one.value, one.label) for one in under if one.value != ACK], _ABREAST)
    label, address = link
    rows += [[InlineKeyboardButton(label, url=address)]] if address else []
    return InlineKeyboardMarkup(rows) if rows else None


def _rows(made: list[InlineKeyboardButton], wide: int) -> list[list[InlineKeyboardButton]]:
    return [made[start : start + wide] for start in range(0, len(made), max(wide, 1))]


def _button(letter: Posted, which: str, label: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"{letter.seq}.{which}")


def numbered(text: str, buttons: tuple[Button, ...]) -> str:
    """The same choices as lines with numbers, for whoever rather types; none where the text has them already."""
    if len(buttons) < 2 or any(button.label.isdigit() for button in buttons):  # noqa: PLR2004 - one is no choice
        return ""
    choices = [(f"{number} {button.label}", f"{number}　{button.label}") for number, button in enumerate(buttons, 1)]
    told = all(narrow in text or wide in text for narrow, wide in choices)
    return "" if told else "\n".join(wide for _, wide in choices)


def pressed(lists: Lists, data: str) -> tuple[Posted, str] | None:
    """The letter and the value a press belongs to; None for what no letter of ours ever carried."""
    found = _DATA.fullmatch(data)
    if found is None:
        return None
    letter = next(iter(lists.letters(int(found[1]) - 1, limit=1)), None)
    if letter is None or letter.seq != int(found[1]):
        return None
    if not found[2].isdigit():
        return (letter, found[2]) if letter.kind == Kind.ALERT else None
    number = int(found[2])
    return (letter, letter.buttons[number].value) if number < len(letter.buttons) else None


def value_of(lists: Lists, data: str, to: str) -> str:
    """The value of a press if its letter was sent to this address; anything else is stale."""
    found = pressed(lists, data)
    return found[1] if found and found[0].to == to else STALE
