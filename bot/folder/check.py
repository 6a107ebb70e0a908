"""What is no fault but worth a thought: gaps in the roster, spans at odds, rules looser than a red line."""

import tomllib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from bot.desk.books import Books
from bot.desk.case import Post
from bot.desk.hours import Span, Unit, span
from bot.folder import build, coverage
from bot.folder.faults import Fault, ordered
from bot.folder.figures import CaseRow, PromiseLine, TariffRow
from bot.folder.gather import line_at
from bot.folder.parse import length, plain
from bot.folder.reader import FolderTables
from bot.folder.rows import about, of
from bot.folder.supply import AccountRow
from bot.folder.tables import HoursRow, RulesRow, ShiftRow, StaffRow
from bot.hall.data import HallData
from intents.reader import read_handbook, shipped
from intents.topic import Handbook, PromiseRow

POSTS = {Post.GUIDE: "引导岗", Post.WORK: "工作岗", Post.SERVICE: "服务岗", Post.DUTY: "值班领导岗"}
ASK_FROM = 10
"""The month from which next year's calendar is missed."""
READABLE = (10, 13, 16)
"""Lengths of account numbers that are recognised in a customer's words."""
SEASON = 60
"""Days ahead in which the hours of the next season are missed."""
SOURCE = 40
"""Signs of a source that a warning repeats."""

_PAIRS = (
    ("accept_remind", "accept_escalate", "接单提醒比接单升级还晚"),
    ("danger_ack", "danger_follow", "险情确认比险情跟进还晚"),
    ("draft_nudge", "draft_keep", "没填完的提醒比保留的时间还晚"),
    ("confirm_warn", "confirm_close", "办结确认的提醒比自动关单还晚"),
    ("confirm_close", "reopen", "自动关单比能重开的时间还晚"),
)


def _hall_line(folder: FolderTables, key: str, words: str) -> Fault:
    """A warning about a house rule, at its cell where the hall wrote one."""
    row = next((row for _, row in of(folder.entries, RulesRow)), None)
    return about(row, key, words, warning=True) if row else Fault("hall.toml", None, words, warning=True)


def _posts(folder: FolderTables, books: Books, today: date) -> Iterator[Fault]:
    first = next((row for _, row in of(folder.entries, ShiftRow)), None)
    for post, name in POSTS.items():
        found = coverage.gaps(books.calendar, books.roster, post, today)
        if not found:
            continue
        gap = found[0]
        when = "" if post is Post.DUTY else "营业时间里"
        words = (
            f"{name}{when}有时没有人在班，最早是 {gap.since:%Y-%m-%d %H:%M} 到 {gap.till:%m-%d %H:%M}"
            f"（往后 {coverage.LOOK} 天共 {len(found)} 段）"
        )
        file = first.file if first else "roster.toml"
        yield Fault(file, line_at(first, ()) if first else None, words, warning=True)


def _skills(folder: FolderTables, handbook: Handbook) -> Iterator[Fault]:
    staff = of(folder.entries, StaffRow)
    skilled = {code for person, _ in staff if person.state == "on" for code in person.skills}
    for code, topic in handbook.topics.items():
        if topic.opens_case and code not in skilled:
            file = staff[0][1].file if staff else "staff.toml"
            yield Fault(file, None, f"业务“{topic.name}”（{code}）没有人会办，工单都会派给值班领导", warning=True)


def _spans(folder: FolderTables) -> Iterator[Fault]:
    for early, late, words in _PAIRS:
        if getattr(folder.rules, early) > getattr(folder.rules, late):
            yield _hall_line(folder, early, f"{words}（{early} 大于 {late}）")


def _red_lines(folder: FolderTables) -> Iterator[Fault]:
    lines = tomllib.loads(Path(__file__).with_name("redlines.toml").read_text(encoding="utf-8"))["rule"]
    for line in lines:
        value: timedelta = getattr(folder.rules, line["name"])
        limit = plain(span(length(line["loosest"])))
        if value > limit if line["way"] == "most" else value < limit:
            said = line["loosest"]
            yield _hall_line(folder, line["name"], f"{line['label']}比底线 {said} 还松（{line['source']}）")


def _longer(one: str, other: str) -> bool:
    """Whether one span is surely longer than another: only spans of one kind can be compared."""
    if not one or not other:
        return False

    def kind(read: Span) -> str:
        return read.unit if read.unit in (Unit.WORK_HOUR, Unit.WORK_DAY) else ""

    first, second = span(one), span(other)
    return kind(first) == kind(second) and plain(first) > plain(second)


def _short(source: str) -> str:
    """A source as far as a warning needs it."""
    return source if len(source) <= SOURCE else f"{source[:SOURCE]}…"


def _promises(folder: FolderTables, base: Handbook) -> Iterator[Fault]:
    known: dict[str, PromiseRow] = {row.id: row for row in base.promises}
    origins = (origin for _, origin in of(folder.entries, PromiseLine))
    for row, origin in zip(build.promise_rows(folder), origins, strict=True):
        for tight, loose, words in (
            ("internal", "promise", "内部时限比对外承诺还长"),
            ("promise", "red_line", "对外承诺比底线还长"),
            ("internal", "red_line", "内部时限比底线还长"),
        ):
            if _longer(getattr(row, tight), getattr(row, loose)):
                yield about(origin, tight, words, warning=True)
        line = known[row.id].red_line if row.id in known else ""
        looser = next((key for key in ("promise", "internal", "red_line") if _longer(getattr(row, key), line)), None)
        if looser:
            yield about(origin, looser, f"比底线 {line} 还松（{_short(known[row.id].source)}）", warning=True)
        elif line and not row.red_line:
            yield about(origin, "red_line", f"没写底线，手册里的底线 {line} 就不管用了", warning=True)


def _horizon(books: Books, today: date) -> Iterator[Fault]:
    known = books.calendar.known_until
    year = today.year + (today.month >= ASK_FROM)
    if known < date(year, 12, 31):
        words = (
            f"{year} 年的放假调休还不知道，那一年先按周一至周五算，时限的日子可能要改；"
            "放假通知公布后写进 calendar.toml：放假的日子 working = false（要有国庆那几天），周末上班的 working = true"
        )
        yield Fault("calendar.toml", None, words, warning=True)


def _weekly(folder: FolderTables) -> Iterator[Fault]:
    """A row that says of every week whether it is worked hides the holidays, the statutory ones too."""
    for one, row in of(folder.entries, HoursRow):
        if one.working is not None and one.days and one.days.weekdays and one.since is None:
            words = "这行没有写 from、to，working 会盖过节假日和调休，时限会算错；平常的行不用写 working"
            yield about(row, "working", words, warning=True)


def _unwritten(books: Books, today: date) -> Iterator[Fault]:
    """Where the rows of a season end and none follows, the hall would be shut without anybody having said so."""
    rows = books.calendar.hours
    bare = 0
    for day in (today + timedelta(days=ahead) for ahead in range(SEASON if rows else 0)):
        bare = 0 if any(day in row.dates or day.weekday() in row.weekdays for row in rows) else bare + 1
        if bare == coverage.LOOK:
            first = day - timedelta(days=bare - 1)
            words = f"{first:%Y-%m-%d} 起没有一行写着营业时间，会一直按关门算；请补上那时的营业时间"
            yield Fault("calendar.toml", None, words, warning=True)
            return


def _stages(folder: FolderTables, handbook: Handbook) -> Iterator[Fault]:
    for case, row in of(folder.entries, CaseRow):
        topic = handbook.topics.get(case.topic)
        if topic and case.stage and case.stage not in {step.code for step in topic.steps}:
            yield about(row, "stage", f"业务“{topic.name}”没有“{case.stage[:40]}”这个环节", warning=True)


def _numbers(folder: FolderTables) -> Iterator[Fault]:
    odd = [row for one, row in of(folder.entries, AccountRow) if not one.no.isdigit() or len(one.no) not in READABLE]
    if odd:
        words = f"有 {len(odd)} 个户号不是 10、13 或 16 位数字，客户在话里说了也认不出来"
        yield about(odd[0], "no", words, warning=True)


def _regions(folder: FolderTables) -> Iterator[Fault]:
    own = folder.info.region
    for one, row in of(folder.entries, TariffRow):
        if one.region != own:
            yield about(row, "region", f"这行电价的地区不是本厅的“{own}”", warning=True)


def warnings(folder: FolderTables, data: HallData, today: date, base: Handbook | None = None) -> tuple[Fault, ...]:
    """Everything worth a thought about a hall without fault; `base` is the handbook before the hall's own rows."""
    base = base or read_handbook(shipped())
    return ordered(
        [
            *folder.notes,
            *_posts(folder, data.books, today),
            *_skills(folder, data.handbook),
            *_spans(folder),
            *_red_lines(folder),
            *_promises(folder, base),
            *_horizon(data.books, today),
            *_weekly(folder),
            *_unwritten(data.books, today),
            *_stages(folder, data.handbook),
            *_numbers(folder),
            *_regions(folder),
        ]
    )
