import pytest

from bot.desk import rules
from bot.desk.case import Case
from tests.kit_desk import BOOKS, CREW, NOW, opened, person


@pytest.fixture
def repair() -> Case:
    """An outage somebody is on the way to."""
    case = opened("outage_repair", zone="rural").case
    return rules.accept(BOOKS, case, person(CREW), NOW).case
