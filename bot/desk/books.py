"""The desk's books: everything a rule may look up, in one frozen value."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.desk.case import Post
from bot.desk.hours import Calendar
from bot.desk.houserules import HouseRules
from bot.desk.roster import Roster, Staff
from intents.topic import PromiseRow, Step, Topic


@dataclass(frozen=True, slots=True)
class Books:
    """Topics, promises, roster, calendar and house rules of one hall at one time."""

    topics: Mapping[str, Topic]
    promises: tuple[PromiseRow, ...]
    roster: Roster
    calendar: Calendar
    rules: HouseRules
    forbidden: tuple[str, ...] = ()
    """Words no customer is to hear 服务忌语."""

    def person(self, no: str) -> Staff:
        """The person of that work number; one the folder no longer names is off and goes by number alone."""
        return self.roster.staff.get(no) or Staff(no, "", Post.NONE, on=False)

    def steps(self, topic: str) -> tuple[Step, ...]:
        """The blueprint steps of a topic; none for a topic the handbook no longer has."""
        known = self.topics.get(topic)
        return known.steps if known else ()
