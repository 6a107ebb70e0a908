from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from bot.desk.case import Case
from bot.desk.outcome import record
from bot.hall import counter, handing
from bot.hall.counter import Asked
from tests.bot.web.kit import Door, door
from tests.kit_hall import CLOSING, forward

LEADER, HANDLER, STRANGER = "A001", "A301", "A201"


async def kept(out: Door, no: str) -> Case:
    return await out.hall.ledger.read(lambda lists: lists.case(no))


async def late(out: Door, minutes: int = 50) -> tuple[str, int]:
    """A case nobody reached in time and its newest alert."""
    no, _, _ = await out.opened()
    await counter.accept(out.hall, out.hall.edition().data.books.person((await kept(out, no)).first_handler), no)
    await forward(out.hall, minutes=minutes)
    alerts = await out.hall.ledger.read(lambda lists: lists.alerts(only_open=True))
    return no, alerts[0].id


async def listed(out: Door, no: str, query: str = "") -> list[dict[str, Any]]:
    found = await out.json("GET", f"/api/staff/alerts{query}", headers=await out.staff(no))
    items: list[dict[str, Any]] = found["items"]
    assert found["total"] >= len(items)
    return items


async def decides(out: Door, alert: int, status: int = 200, by: str = LEADER, **body: object) -> Any:
    path = f"/api/staff/alerts/{alert}/decide"
    return await out.json("POST", path, status, json=body, headers=await out.staff(by))


async def test_everybody_sees_what_reached_him_leaders_all(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await late(out)
        assert {one["why"] for one in await listed(out, HANDLER)} == {"half"}
        assert {one["why"] for one in await listed(out, "A002")} >= {"half", "most", "broken"}
        assert await listed(out, STRANGER) == []
        await out.json("GET", "/api/staff/alerts", 403, headers=await out.staff("A901"))
        assert {one["case"] for one in await listed(out, LEADER, "?open=1")} == {no}


async def test_alerts_are_paged_newest_first(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await late(out)
        who = await out.staff(LEADER)
        every = (await out.json("GET", "/api/staff/alerts", headers=who))["items"]
        first = await out.json("GET", "/api/staff/alerts?limit=1", headers=who)
        second = await out.json("GET", f"/api/staff/alerts?limit=1&after={first['next']}", headers=who)
        assert [first["items"][0]["id"], second["items"][0]["id"]] == [one["id"] for one in every[:2]]
        assert every == sorted(every, key=lambda one: -one["id"])


async def test_whom_it_reached_answers_for_it_or_a_leader_and_nobody_else(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, alert = await late(out, 23)
        path = f"/api/staff/alerts/{alert}/ack"
        refused = await out.json("POST", path, 403, headers=await out.staff(STRANGER))
        assert refused["error"] == "not_your_alert"
        denied = [one for one in await out.hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
        assert [(one.by, one.facts["what"]) for one in denied] == [(STRANGER, "alerts.ack")]
        done = await out.json("POST", path, headers=await out.staff(HANDLER))
        assert done["acked"]["by"] == HANDLER
        again = await out.json("POST", path, headers=await out.staff(LEADER))
        assert again["acked"]["by"] == HANDLER
        await out.json("POST", "/api/staff/alerts/9999/ack", 404, headers=await out.staff(STRANGER))


async def test_a_decision_is_tried_then_done_then_done_already(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert = await late(out)
        until = (out.hall.clock.now() + timedelta(hours=1)).isoformat()
        body: dict[str, Any] = {"decision": "call", "reason": "亲自过问", "text": "对不起", "until": until}
        tried = await decides(out, alert, **body, dry=True)
        assert (tried["customers"], tried["cases"]) == (1, [no])
        assert "亲自给您回电" in tried["text"]
        version = (await kept(out, no)).version
        await decides(out, alert, 409, **body, version=version - 1)
        done = await decides(out, alert, **body, version=version, id="x1")
        assert (done["id"], done["acked"]["by"]) == (alert, LEADER)
        await decides(out, alert, **body, id="x1")
        shown = await out.json("GET", f"/api/staff/cases/{no}", headers=await out.staff(LEADER))
        (said,) = [one for one in shown["promises"] if one["by"]]
        assert (said["by"]["no"], datetime.fromisoformat(said["promise_at"])) == (LEADER, datetime.fromisoformat(until))
        letters = await out.json("GET", f"/api/staff/letters?case={no}&limit=200", headers=await out.staff(LEADER))
        assert len([one for one in letters["items"] if "亲自给您回电" in one["text"]]) == 1


async def test_only_leaders_decide_and_what_is_refused_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert = await late(out)
        before = await kept(out, no)
        await decides(out, alert, 403, STRANGER, decision="call")
        await decides(out, alert, 403, HANDLER, decision="call")
        denied = [one for one in await out.hall.ledger.read(lambda lists: lists.events("")) if one.move == "deny"]
        assert {(one.by, one.facts["what"]) for one in denied} == {
            (STRANGER, "alerts.decide"),
            (HANDLER, "alerts.decide"),
        }
        assert (await decides(out, alert, 422))["fields"].keys() == {"decision"}
        assert (await decides(out, alert, 422, decision="help", to="Z9"))["fields"].keys() == {"to"}
        assert (await decides(out, alert, 422, decision="call", until="x"))["fields"].keys() == {"until"}
        assert (await decides(out, alert, 409, decision="pause"))["error"] == "never_pauses"
        assert (await decides(out, 9999, 404, decision="call"))["error"] == "no_such_alert"
        assert await kept(out, no) == before


async def test_who_is_lent_to_the_leaders_decides_too(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, alert = await late(out)
        lent = {"staff": [STRANGER], "days": ["2026-11-23"], "hours": "10:00-12:00", "post": "duty"}
        body = {"rows": [lent], "reason": "值班领导去开会，替两小时"}
        await out.json("POST", "/api/staff/hall/shift", json=body, headers=await out.staff(LEADER))
        await decides(out, alert, by=STRANGER, decision="help", reason="带上备用熔丝")
        case = await kept(out, no)
        assert (case.tasks[0].by, case.tasks[0].text) == (STRANGER, "带上备用熔丝")


async def test_the_figures_of_a_span_are_one_row(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _ = await late(out)
        books = out.hall.edition().data.books
        await counter.resolve(out.hall, books.person(HANDLER), no, "好了", CLOSING)
        who = await out.staff(LEADER)
        today = await out.json("GET", "/api/staff/figures?from=2026-11-23&to=2026-11-23", headers=who)
        (row,) = today["items"]
        assert {name: row[name] for name in ("key", "opened", "resolved", "late", "low_ratings")} == {
            "key": "hall",
            "opened": 1,
            "resolved": 1,
            "late": 1,
            "low_ratings": 0,
        }
        assert (row["from"], row["to"]) == ("2026-11-23T00:00:00+08:00", "2026-11-24T00:00:00+08:00")
        usual = (await out.json("GET", "/api/staff/figures", headers=who))["items"][0]
        assert (usual["from"], usual["opened"]) == ("2026-11-22T00:00:00+08:00", 0)
        hour = "from=2026-11-23T10:00:00%2B08:00&to=2026-11-23T10:30:00%2B08:00"
        assert (await out.json("GET", f"/api/staff/figures?{hour}", headers=who))["items"][0]["late"] == 0
        for query in ("from=2026-11-23&to=2026-11-22", "from=x", "by=person"):
            await out.json("GET", f"/api/staff/figures?{query}", 422, headers=who)
        await out.json("GET", "/api/staff/figures", 403, headers=await out.staff(STRANGER))
        await out.json("GET", "/api/staff/figures", headers=await out.staff("A901"))


async def test_a_change_of_hands_that_is_asked_for_is_no_case_for_a_call_alone(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, _ = await out.opened()
        case = await kept(out, no)
        by = out.hall.edition().data.books.person(case.first_handler)
        await counter.accept(out.hall, by, no)
        await handing.transfer(out.hall, by, no, "A303", "我去支援邻镇", Asked())
        await forward(out.hall, hours=49)
        asked = next(one for one in await listed(out, LEADER, "?open=1") if one["why"] == "transfer")
        other = next(one for one in await listed(out, LEADER, "?open=1") if one["why"] == "broken")
        await decides(out, other["id"], decision="call")
        assert asked["id"] in [one["id"] for one in await listed(out, LEADER, "?open=1")]
        await decides(out, asked["id"], decision="reassign", to="A303", reason="同意")
        assert (await kept(out, no)).first_handler == "A303"
        assert asked["id"] not in [one["id"] for one in await listed(out, LEADER, "?open=1")]


async def test_alerts_are_acknowledged_once(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "变压器冒火了，芦苇路8号")
        who = await out.staff("A001")
        alert = (await out.json("GET", "/api/staff/alerts?open=1", headers=who))["items"][0]
        assert alert["acked"] is None
        done = await out.json("POST", f"/api/staff/alerts/{alert['id']}/ack", headers=who)
        assert done["acked"]["by"] == "A001"
        assert (await out.json("GET", "/api/staff/alerts?open=1", headers=who))["items"] == []
        assert (await out.json("GET", "/api/staff/alerts", headers=who))["total"] == 1
        await out.json("POST", "/api/staff/alerts/9999/ack", 404, headers=who)
        await out.json("POST", "/api/staff/alerts/x/ack", 422, headers=who)


async def test_an_alert_of_a_hidden_case_is_none(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        _, headers = await out.customer()
        await out.say(headers, "变压器冒火了，芦苇路8号")
        no = (await out.json("GET", "/api/chat/cases", headers=headers))["items"][0]["no"]
        case = await out.hall.ledger.read(lambda lists: lists.case(no))
        books = out.hall.edition().data.books
        hidden = record(books, replace(case, hidden_from=("A002",)), out.hall.clock.now(), [])
        await out.hall.ledger.write(lambda page: page.record(hidden, str))
        alert = (await out.json("GET", "/api/staff/alerts", headers=await out.staff("A001")))["items"][0]
        who = await out.staff("A002")
        assert (await out.json("GET", "/api/staff/alerts", headers=who))["items"] == []
        await out.json("POST", f"/api/staff/alerts/{alert['id']}/ack", 404, headers=who)
        again = (await out.json("GET", "/api/staff/alerts", headers=await out.staff("A001")))["items"][0]
        assert again["acked"] is None
