import csv
import io
import json
from dataclasses import replace
from pathlib import Path

from aiohttp import FormData

from bot.guide.thread import Thread
from bot.hall import counter, drill
from tests.bot.web.kit import OUTAGE, door


async def test_lists_are_paged_and_filtered(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        await out.say(headers, "转人工", "2")
        who = await out.staff("A001")
        everything = await out.json("GET", "/api/staff/cases", headers=who)
        assert everything["total"] >= 2
        assert everything["items"][0]["events"]
        first = await out.json("GET", "/api/staff/cases?limit=1", headers=who)
        assert len(first["items"]) == 1
        rest = await out.json("GET", f"/api/staff/cases?limit=1&after={first['next']}", headers=who)
        assert rest["items"][0]["no"] != first["items"][0]["no"]
        for query in (f"q={no.lower()}", f"customer={key}&topic=outage_repair", "state=open&topic=outage_repair"):
            found = await out.json("GET", f"/api/staff/cases?{query}", headers=who)
            assert no in [one["no"] for one in found["items"]]
        await out.json("GET", "/api/staff/cases?state=lost", 422, headers=who)
        await out.json("GET", "/api/staff/cases?limit=x", 422, headers=who)
        assert (await out.json("GET", "/api/staff/cases?after=rubbish", headers=who))["items"] == []


async def test_an_unfinished_form_is_in_no_list_unless_drafts_are_asked_for(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, headers = await out.customer("陈")
        await out.say(headers, "我要过户", "1")
        await out.say(headers, "现在登记办理", "2")
        who = await out.staff("A001")
        assert (await out.json("GET", "/api/staff/cases", headers=who))["total"] == 0
        drafts = await out.json("GET", "/api/staff/cases?state=draft", headers=who)
        (draft,) = drafts["items"]
        assert (draft["no"], draft["state"], draft["customer"]) == (None, "draft", key)
        assert draft["topic"] == "owner_transfer"
        assert draft["missing"]
        assert (draft["first_handler"], draft["promises"]) == (None, [])
        assert (await out.json("GET", "/api/staff/cases?state=draft&topic=hazard", headers=who))["items"] == []


async def test_mine_is_mine(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        mine = await out.json("GET", "/api/staff/cases?mine=1&state=live", headers=await out.staff(handler))
        assert no in [one["no"] for one in mine["items"]]
        other = await out.json("GET", "/api/staff/cases?mine=1", headers=await out.staff("A101"))
        assert no not in [one["no"] for one in other["items"]]


async def test_a_list_as_csv_runs_nothing(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, _ = await out.opened()
        leader = out.hall.edition().data.books.person("A001")
        await counter.note(out.hall, leader, no, '=HYPERLINK("http://evil")')
        who = {**await out.staff("A001"), "Accept": "text/csv"}
        for path in ("/api/staff/cases", "/api/staff/people"):
            async with out.web.get(path, headers=who) as answer:
                assert answer.content_type == "text/csv"
                rows = list(csv.reader(io.StringIO((await answer.text()).removeprefix("\ufeff"))))
                assert len(rows) > 1
                assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@"))]


async def test_a_customer_is_shown_masked_with_the_talk_as_it_was_heard(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, _ = await out.opened()
        who = await out.staff("A001")
        shown = await out.json("GET", f"/api/staff/customers/{key}", headers=who)
        assert shown["customer"] == key
        assert [case["no"] for case in shown["cases"]] == [no]
        assert shown["thread"]["floor"] == "guide"
        talk = await out.json("GET", f"/api/staff/customers/{key}/messages", headers=who)
        assert talk["items"][0]["heard"]["intent"] == "outage_repair"
        same = await out.json("GET", f"/api/staff/cases/{no}/messages", headers=who)
        assert same["items"] == talk["items"]
        part = await out.json("GET", f"/api/staff/customers/{key}/messages?limit=1", headers=who)
        assert part["next"] == str(talk["items"][0]["seq"])
        case = await out.json("GET", f"/api/staff/cases/{no}", headers=who)
        assert case["slots"]["phone"].startswith("****")
        await out.json("GET", "/api/staff/customers/nobody", 404, headers=who)
        await out.json("GET", "/api/staff/customers/nobody/messages", 404, headers=who)


async def test_people_and_one_s_own_letters(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        who = await out.staff(handler)
        people = await out.json("GET", "/api/staff/people", headers=who)
        me = next(one for one in people["items"] if one["no"] == handler)
        assert "telegram_id" not in me
        letters = await out.json("GET", f"/api/staff/letters?case={no}", headers=who)
        assert {letter["to"] for letter in letters["items"]} == {f"staff:{handler}"}
        await out.json("GET", f"/api/staff/letters?to=staff:{handler}", headers=who)
        await out.json("GET", "/api/staff/letters?to=staff:A001", 403, headers=who)


async def test_numbers_in_words_are_masked_wherever_staff_read_them(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        await out.say(headers, "换个电话13900001234，户号9900000101", "more")
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        bare = ("13800000001", "13900001234", "9900000101")
        for reader in (handler, "A001"):
            who = await out.staff(reader)
            for path in (
                f"cases/{no}",
                f"cases/{no}/messages",
                f"customers/{key}",
                f"customers/{key}/messages",
                "cases",
            ):
                text = json.dumps(await out.json("GET", f"/api/staff/{path}", headers=who), ensure_ascii=False)
                assert not [one for one in bare if one in text], path
            for path in ("letters", "audit"):
                async with out.web.get(f"/api/staff/{path}?limit=200", headers=who) as answer:
                    text = await answer.text()
                assert not [one for one in bare if one in text], path
        own = json.dumps(await out.talk(headers), ensure_ascii=False)
        assert "13900001234" in own


async def test_the_brief_comes_with_one_case_and_not_with_lists(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, _, headers = await out.opened()
        handler = (await out.json("GET", f"/api/chat/cases/{no}", headers=headers))["first_handler"]["no"]
        who = await out.staff(handler)
        brief = (await out.json("GET", f"/api/staff/cases/{no}", headers=who))["brief"]
        assert OUTAGE[0] in brief["wish"]
        assert brief["suggest"]["source"]
        assert brief["mood"]["level"] == "calm"
        assert "brief" not in (await out.json("GET", "/api/staff/cases", headers=who))["items"][0]
        assert "brief" not in await out.json("GET", f"/api/chat/cases/{no}", headers=headers)


async def test_a_complaint_still_being_told_is_nobody_s_draft(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        key, _ = await out.customer("陈")
        early = Thread(key, "complaint", {"about": "骂人"}, draft=True)
        await out.hall.ledger.write(lambda page: page.keep(replace(early, version=page.thread(key).version)))
        who = await out.staff("A001")
        for query in ("", "&topic=complaint"):
            drafts = await out.json("GET", f"/api/staff/cases?state=draft{query}", headers=who)
            assert (drafts["items"], drafts["total"]) == ([], 0)
        shown = await out.json("GET", f"/api/staff/customers/{key}", headers=who)
        assert (shown["thread"]["topic"], shown["thread"]["slots"]) == (None, {})


async def test_files_of_a_talk_go_with_what_they_belong_to(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        no, key, headers = await out.opened()
        form = FormData({"id": "pic"})
        form.add_field("file", b"\x89PNG\r\n\x1a\n" + b"0" * 64, filename="a.png", content_type="image/png")
        await out.json("POST", "/api/chat/messages", 202, data=form, headers=headers)
        await drill.settle(out.hall)
        who = await out.staff("A001")
        talk = (await out.json("GET", f"/api/staff/cases/{no}/messages", headers=who))["items"]
        (file,) = [file for line in talk for file in line["files"]]
        stored = file["url"].rsplit("/", 1)[-1]
        for path in (file["url"], f"/api/staff/cases/{no}/files/{stored}"):
            async with out.web.get(path, headers=who) as answer:
                assert answer.status == 200, path
                assert (await answer.read()).startswith(b"\x89PNG")
        await out.json("GET", f"/api/staff/cases/{no}/files/{'0' * 64}", 404, headers=who)
        assert file["url"].startswith(f"/api/staff/customers/{key}/")
