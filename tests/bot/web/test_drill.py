from dataclasses import replace
from pathlib import Path

from tests.bot.web.kit import OUTAGE, door


async def test_the_clock_is_read_and_turned(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        assert (await out.json("GET", "/drill/clock"))["now"] == "2026-11-23T10:00:00+08:00"
        turned = await out.json("POST", "/drill/clock", json={"forward_seconds": 3600})
        assert turned["now"] == "2026-11-23T11:00:00+08:00"
        found = await out.json("POST", "/drill/clock", 422, json={"now": "gestern"})
        assert "ISO 8601" in found["message"]
        await out.json("POST", "/drill/clock", 422, json={"forward_seconds": -1})
        await out.json("POST", "/drill/clock", 400, data=b"{")


async def test_sit_down_as_anybody_and_see_what_was_sent(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        found = await out.json("POST", "/drill/enter", json={"customer": {"name": "顾念慈"}})
        headers = {"Authorization": f"Bearer {found['token']}"}
        for text in OUTAGE:
            await out.say(headers, text)
        sent = await out.json("GET", f"/drill/outbox?to=customer:{found['customer']}")
        assert sent["items"]
        assert all(letter["drill"] for letter in sent["items"])
        assert sent["last"] == sent["items"][-1]["seq"]
        bare = await out.json("GET", f"/drill/customers/{found['customer']}")
        assert bare["name"] == "顾念慈"
        assert bare["cases"][0]["slots"]["phone"] == "13800000001"
        staff = await out.json("POST", "/drill/enter", json={"staff": "A001"})
        me = await out.json("GET", "/api/staff/me", headers={"Authorization": f"Bearer {staff['token']}"})
        assert me["no"] == "A001"
        await out.json("POST", "/drill/enter", 422, json={"staff": "nobody"})
        await out.json("POST", "/drill/enter", 422, json={"customer": "nobody"})


async def test_only_from_this_machine_or_with_the_key(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        far = {"X-Forwarded-For": "203.0.113.7"}
        await out.json("GET", "/drill/clock", 403, headers=far)
        await out.json("POST", "/drill/clock", 403, json={"speed": 0}, headers={"Sec-Fetch-Site": "cross-site"})
        await out.json("POST", "/drill/clock", 403, json={"speed": 0}, headers={"Origin": "https://evil.example"})
        practice = out.hall.practice
    assert practice is not None
    async with door(tmp_path, practice=replace(practice, key="schlüssel")) as out:
        await out.json("GET", "/drill/clock", headers=far | {"Authorization": "Bearer schlüssel"})
        await out.json("GET", "/drill/clock", 403, headers=far | {"Authorization": "Bearer falsch"})


async def test_a_faulty_folder_is_told_and_changes_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        found = await out.json("POST", "/drill/load", 422, json={"nonsense": []})
        assert found["error"] == "folder_faults"
        assert found["message"]
        await out.json("POST", "/drill/load", 422, data=b"PK rubbish")
        await out.json("POST", "/drill/load", 400, data=b"{")
        await out.json("GET", "/drill/clock")
