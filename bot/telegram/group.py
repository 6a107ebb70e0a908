"""The staff's forum group: set by its number, followed when Telegram gives it another one."""

from bot.hall.lists import Lists
from bot.hall.pages import Page


def _moved(configured: int) -> str:
    """Kept under the number that was set: whoever sets another one means another group."""
    return f"tg.staff_chat.{configured}"


def group_of(lists: Lists, configured: int) -> int:
    """The group as it is numbered today."""
    return int(lists.remembered(_moved(configured)) or configured)


def follow(page: Page, configured: int, moved_to: int) -> None:
    """It is numbered so from now on."""
    page.remember(_moved(configured), str(moved_to))
