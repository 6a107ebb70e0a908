"""Why the desk refuses; each error carries facts, the words are phrases `error.<code>`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(eq=False)
class DeskError(Exception):
    """The desk refuses; `code` names the phrase a person sees."""

    code = "refused"


@dataclass(eq=False)
class IllegalMove(DeskError):
    """Against the case's life: this state has no such move."""

    no: str
    state: str
    move: str
    code = "illegal_move"


@dataclass(eq=False)
class NotYours(DeskError):
    """Refused by post, right or duty; kept as `deny`."""

    no: str
    by: str
    move: str
    first_handler: str = ""
    code = "not_yours"


@dataclass(eq=False)
class NoSuchCase(DeskError):
    """No case of this number, or not for this asker: the two answer alike."""

    no: str
    code = "no_such_case"


@dataclass(eq=False)
class NoSuchIncident(DeskError):
    """No outage of this number."""

    no: str
    code = "no_such_incident"


@dataclass(eq=False)
class Changed(DeskError):
    """Somebody moved the case meanwhile: the version named is stale."""

    no: str
    version: int
    code = "changed"


@dataclass(eq=False)
class Missing(DeskError):
    """A word or reason is missing or empty of sense; field → phrase code or label."""

    fields: Mapping[str, str]
    code = "missing"


@dataclass(eq=False)
class NobodyToName(DeskError):
    """The hall has no staff at all who could answer for a case."""

    topic: str
    code = "nobody_to_name"


@dataclass(eq=False)
class FloorHeld(DeskError):
    """Somebody else speaks with this customer now: one speaker a talk."""

    no: str
    speaker: str
    code = "floor_held"


@dataclass(eq=False)
class Taken(DeskError):
    """Somebody else has this task already."""

    no: str
    helper: str
    at: datetime | None = None
    code = "taken"


@dataclass(eq=False)
class TransferWaits(DeskError):
    """A change of first handler is asked for already and not decided."""

    no: str
    to: str
    code = "transfer_waits"


@dataclass(eq=False)
class Paused(DeskError):
    """The case or the task is paused already, by whom and till when."""

    no: str
    by: str
    until: datetime
    code = "paused"


@dataclass(eq=False)
class NotPaused(DeskError):
    """Nothing is paused that could be taken up again."""

    no: str
    code = "not_paused"


@dataclass(eq=False)
class NeverPauses(DeskError):
    """What runs on this case stands still for nobody: somebody is to come, or to call within the day."""

    no: str
    code = "never_pauses"
