"""Every row of the table of promises, as a story: each line at its moment, to whom it belongs, once."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.desk.case import Case
from bot.hall import counter, drill, duty
from bot.hall.house import Hall
from intents.reader import read_handbook, shipped
from tests.kit import heard_by
from tests.kit_hall import staff
from tests.kit_lines import (
    DUTY,
    HANDLER,
    LEADER,
    SECOND,
    alerts_of,
    begun,
    code,
    lines_hall,
    moments,
    posted,
    rows,
    shown,
)

Row = Mapping[str, Any]
LINES = ("half", "most", "internal", "broken", "red_line")
CALLED = {"half": HANDLER, "most": LEADER, "internal": DUTY, "broken": DUTY, "red_line": SECOND}
SAID = {"half": "已用掉一半", "most": "只剩两成", "internal": "内部时限", "broken": "承诺已超时", "red_line": "碰底线"}
SORRY = "没能按说好的时间"
SECOND_BEFORE = timedelta(seconds=1)


def test_the_stories_tell_of_every_row_as_it_is_written() -> None:
    """Ids and spans copied by hand; a row that changes, goes or comes wants its story."""
    known = [(row.id, row.promise, row.internal, row.red_line) for row in read_handbook(shipped()).promises]
    assert sorted((row["id"], *row["spans"]) for row in rows()) == sorted(known)


async def _until(hall: Hall, at: datetime) -> None:
    assert await drill.forward(hall, at)


async def _two(hall: Hall, row: Row, at: datetime) -> tuple[Case, Case]:
    """One that nobody will keep and one that will be kept, the clock of the promise just begun."""
    near, two = row.get("near", ""), [await begun(hall, code(row["id"]), row.get("near", "")) for _ in range(2)]
    assert near in two[0].slots.get("address", "")
    if "since" in row:
        for case in two:
            assert row["id"] not in [one.id for one in case.promises]
        await _until(hall, at)
        for case in two:
            await counter.stage(hall, staff(hall, HANDLER), case.no, row["since"], "")
    return two[0], two[1]


async def _keep(hall: Hall, row: Row, no: str) -> None:
    """What the promise is to: he calls, he is through, or the step is reached."""
    by = staff(hall, HANDLER)
    match row["to"]:
        case "contact":
            await counter.reply(hall, by, no, "我是首办人，来跟您核对一下情况")
        case "resolve":
            await counter.resolve(hall, by, no, "已经办好，请您核对", {})
        case step:
            await counter.stage(hall, by, no, step, "")


def _fires(lines: list[datetime | None], at: datetime) -> list[str]:
    """The lines that lie at this moment, lowest first."""
    _, _, internal, public, red = lines
    named = dict(zip(LINES, lines, strict=True))
    assert named == {"half": lines[0], "most": lines[1], "internal": internal, "broken": public, "red_line": red}
    return [name for name, moment in named.items() if moment == at]


async def _answer_all(hall: Hall) -> None:
    for one in await hall.ledger.read(lambda lists: lists.alerts(only_open=True)):
        await duty.acknowledge(hall, staff(hall, DUTY), one.id)


async def _no_more_than(hall: Hall, no: str, id_: str, rungs: list[str]) -> None:
    found = [one.rung for one in await alerts_of(hall, no) if one.rung.endswith(f":{id_}")]
    assert found == [f"{rung}:{id_}" for rung in rungs]


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["id"])
async def test_each_line_fires_at_its_moment_to_whom_it_belongs_once_and_nothing_of_what_is_kept(
    row: Row, tmp_path: Path
) -> None:
    (at,) = moments([row["at"]])
    lines = moments(row["lines"])
    assert at
    assert lines[0]
    id_, public = row["id"], lines[3] is not None
    async with lines_hall(tmp_path, at - timedelta(minutes=10) if "since" in row else at) as hall:
        late, good = await _two(hall, row, at)
        told = await shown(hall, late.no, id_)
        spans = [
            told[name] and datetime.fromisoformat(told[name]) for name in ("internal_at", "promise_at", "red_line_at")
        ]
        assert spans == lines[2:]
        assert (told["state"], told["kept"], told["broken"], told["paused"]) == ("running", False, False, None)
        raised: list[str] = []
        for moment in sorted({one for one in lines if one}):
            await _until(hall, moment - SECOND_BEFORE)
            await _no_more_than(hall, late.no, id_, raised)
            if moment == lines[0]:
                await _keep(hall, row, good.no)
            await _until(hall, moment)
            now = [rung for rung in _fires(lines, moment) if rung != "internal" or not public]
            raised += now
            await _no_more_than(hall, late.no, id_, raised)
            assert {one.rung: one.to for one in await alerts_of(hall, late.no) if one.at == moment} == {
                f"{rung}:{id_}": (CALLED[rung],) for rung in now
            }
            broken = bool(public and lines[3] and moment >= lines[3])
            told = await shown(hall, late.no, id_)
            assert (told["state"], told["broken"], told["kept"]) == ("broken" if broken else "running", broken, False)
            assert len(await posted(hall, f"customer:{late.customer}", late.no, SORRY)) == broken
            await _answer_all(hall)
            if public and moment == lines[3]:
                await _heard_in_the_morning(hall, row, late, moment)
        await _told_once(hall, row, late, lines)
        await _kept(hall, row, good, lines[0] - SECOND_BEFORE)


async def _told_once(hall: Hall, row: Row, late: Case, lines: list[datetime | None]) -> None:
    """Each of those who had to hear of a line was written to once; the customer reads who answers for it."""
    id_, public = row["id"], lines[3]
    for rung, moment in zip(LINES, lines, strict=True):
        if moment is None:
            continue
        wanted = "内部时限已到" if rung == "internal" and public else SAID[rung]
        to = HANDLER if rung == "internal" and public else CALLED[rung]
        (letter,) = await posted(hall, f"staff:{to}", late.no, wanted)
        assert letter.at == moment
    events = await hall.ledger.read(lambda lists: lists.events(late.no))
    moves = Counter(one.move for one in events if one.facts.get("promise") == id_)
    internal = lines[2] is not None
    alerts = sum(moment is not None for moment in (lines[0], lines[1], lines[4]))
    assert moves == Counter({"escalate": alerts, "late": internal, "broken": public is not None})
    if public is None:
        assert not [one for one in await heard_by(hall, late.customer) if "时限" in one.text and "内部" in one.text]
        return
    (sorry,) = await posted(hall, f"customer:{late.customer}", late.no, SORRY)
    assert "贺兰亭" in sorry.text
    assert "石向东" in sorry.text
    assert (await _read(hall, late)).count(SORRY) == 1


async def _heard_in_the_morning(hall: Hall, row: Row, late: Case, broken: datetime) -> None:
    """The customer reads of it at once by day; what can wait is not read before the quiet hours end."""
    if row.get("urgent") or 7 < broken.hour < 22:
        assert SORRY in await _read(hall, late)
        return
    morning = (broken + timedelta(hours=8)).replace(hour=7, minute=30, second=0)
    await _until(hall, morning - SECOND_BEFORE)
    assert SORRY not in await _read(hall, late)
    await _until(hall, morning)
    assert SORRY in await _read(hall, late)


async def _read(hall: Hall, case: Case) -> str:
    return "\n".join(line.text for line in await heard_by(hall, case.customer))


async def _kept(hall: Hall, row: Row, good: Case, at: datetime) -> None:
    """What was kept in time raised nothing, and the ledger says so."""
    told = await shown(hall, good.no, row["id"])
    assert (told["state"], told["kept"], told["broken"]) == ("kept", True, False)
    assert datetime.fromisoformat(told["ended_at"]) == at
    assert [one.rung for one in await alerts_of(hall, good.no) if one.rung.endswith(f":{row['id']}")] == []
    events = await hall.ledger.read(lambda lists: lists.events(good.no))
    assert [one.move for one in events if one.facts.get("promise") == row["id"]] == ["kept"]
    assert SORRY not in await _read(hall, good)
