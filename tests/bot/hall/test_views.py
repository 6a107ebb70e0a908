from dataclasses import replace
from datetime import timedelta

import pytest

from bot.desk.case import Button, Case, Event, Lane, Priority, Rating, Secrecy, State
from bot.desk.pending import Callback, Cover, Task, Transfer
from bot.guide.thread import Floor, Thread
from bot.hall import counter, handing, hands, views
from bot.hall.counter import Asked
from bot.hall.house import Hall
from bot.hall.records import Attachment, Line, OpenAlert, Posted
from intents.understanding import Understanding, Zone
from tests.kit import CREW, LEADER, MONDAY, WORKER, edition, say
from tests.kit_hall import CLOSING, newest, outage, staff, wants_person

EDITION = edition()
DATA = EDITION.data


async def seen(hall: Hall, case: Case, by: str = "") -> views.Json:
    """The Case JSON as its customer, or somebody of the hall, reads it."""
    events = await hall.ledger.read(lambda lists: lists.events(case.no))
    asker = staff(hall, by) if by else None
    return views.case_json(
        hall.edition(), await hall.ledger.read(lambda lists: lists.case(case.no)), events, asker, MONDAY
    )


async def worked(hall: Hall) -> tuple[str, Case]:
    customer, case = await outage(hall)
    await say(hall, customer, "就我一家", "19900001234")
    crew = staff(hall, CREW)
    await counter.accept(hall, crew, case.no)
    await counter.note(hall, crew, case.no, "家里有老人，别说漏嘴")
    await counter.stage(hall, crew, case.no, "arrive", "到了")
    return customer, await newest(hall, customer)


class TestMasking:
    @pytest.mark.parametrize(
        ("name", "value", "shown"),
        [
            ("phone", "19900001234", "*******1234"),
            ("account_no", "9900000101", "******0101"),
            ("phone", "1234", "1234"),
            ("name", "林", "林"),
            ("name", "林晚照", "林**"),
            ("name", "", ""),
            ("address", "青石镇", "青石镇"),
            ("scope", "single", "single"),
        ],
    )
    def test_enough_to_recognise_not_to_use(self, name: str, value: str, shown: str) -> None:
        assert views.masked(name, value) == shown

    async def test_staff_see_masked_slots_the_customer_his_own(self, hall: Hall) -> None:
        _, case = await worked(hall)
        assert (await seen(hall, case, CREW))["slots"]["phone"] == "*******1234"
        assert (await seen(hall, case))["slots"]["phone"] == "19900001234"


class TestCases:
    async def test_the_customer_reads_no_internal_word(self, hall: Hall) -> None:
        _, case = await worked(hall)
        await counter.resolve(hall, staff(hall, CREW), case.no, "好了", CLOSING)
        mine, theirs = await seen(hall, case), await seen(hall, case, CREW)
        assert "别说漏嘴" not in str(mine)
        assert "别说漏嘴" in str(theirs)
        assert "closing" not in mine
        assert CLOSING["contact"] not in str(mine)
        assert mine["moves"] == []
        assert all(event["public"] for event in mine["events"])
        assert not [event for event in mine["events"] if "facts" in event]
        assert "internal_at" not in str(mine)
        assert "internal_at" in theirs["promises"][0]

    async def test_what_the_contract_names_is_there(self, hall: Hall) -> None:
        _, case = await worked(hall)
        for by in ("", CREW):
            found = await seen(hall, case, by)
            named = "no topic state priority customer first_handler helpers opened_at promise stage rating events "
            named += "version slots stages papers transfer pauses urges links moves incident promises"
            assert set(named.split()) <= set(found)
            assert found["first_handler"] == {"no": CREW, "name": "雷九川", "post": "work"}
        assert found["closing"][0].keys() >= {"field", "label", "needed"}

    async def test_stages_are_done_now_and_next(self, hall: Hall) -> None:
        _, case = await worked(hall)
        states = [stage["state"] for stage in (await seen(hall, case))["stages"]]
        assert states == sorted(states, key=["done", "now", "next"].index)
        assert states.count("now") == 1
        await counter.resolve(hall, staff(hall, CREW), case.no, "好了", CLOSING)
        assert {stage["state"] for stage in (await seen(hall, case))["stages"]} == {"done"}

    async def test_moves_are_those_of_the_asker(self, hall: Hall) -> None:
        _, case = await outage(hall)
        assert "accept" in (await seen(hall, case, CREW))["moves"]
        assert (await seen(hall, case, WORKER))["moves"] == []
        assert "close" not in (await seen(hall, case, LEADER))["moves"]
        assert "resolve" not in (await seen(hall, case, CREW))["moves"]

    async def test_the_rating_is_null_until_it_is_given(self, hall: Hall) -> None:
        _, case = await outage(hall)
        asked = replace(case, rating=Rating(None, at=MONDAY, handler=CREW))
        assert views.case_row(EDITION, asked)["rating"] is None
        given = replace(case, rating=Rating(4, "还行", MONDAY, CREW))
        assert views.case_row(EDITION, given)["rating"] == {"score": 4, "words": "还行", "at": MONDAY.isoformat()}

    async def test_a_matter_and_a_person_the_folder_no_longer_has(self, hall: Hall) -> None:
        _, case = await wants_person(hall)
        gone = replace(case, topic="gone", first_handler="A999", promises=(), stage="x")
        row = views.case_json(EDITION, gone, (), staff(hall, LEADER), MONDAY)
        assert (row["topic_name"], row["promise"], row["stage_name"]) == ("gone", None, "")
        assert row["first_handler"] == {"no": "A999", "name": "", "post": ""}
        assert (row["stages"], row["closing"], row["papers"]) == ([], [], [])

    async def test_papers_are_missing_until_they_are_there(self, hall: Hall) -> None:
        _, case = await outage(hall)
        step = replace(DATA.books.steps(case.topic)[0], papers=("身份证明", "权属证明"))
        topic = replace(DATA.books.topics[case.topic], steps=(step, step))
        books = replace(DATA.books, topics={**DATA.books.topics, case.topic: topic})
        papered = replace(EDITION, data=replace(DATA, books=books))
        found = views.case_json(papered, replace(case, papers={"身份证明": "accepted"}), (), None, MONDAY)
        assert found["papers"] == [{"name": "身份证明", "state": "accepted"}, {"name": "权属证明", "state": "missing"}]

    async def test_a_promise_kept_or_broken(self, hall: Hall) -> None:
        _, case = await worked(hall)
        found = await seen(hall, case)
        arrive = next(one for one in found["promises"] if one["to"] == "arrive")
        assert (arrive["kept"], arrive["broken"], arrive["state"]) == (True, False, "kept")
        assert found["promise"]["to"] == "restore"


class TestHands:
    async def test_a_change_of_hands_waits_for_whose_word(self, hall: Hall) -> None:
        _, case = await outage(hall)
        wish = Transfer("A302", "休假", CREW, MONDAY)
        decides = [
            (wish, "customer"),
            (replace(wish, consented_at=MONDAY), "leader"),
            (replace(wish, asks=False), "leader"),
        ]
        for one, word in decides:
            for asker in (staff(hall, CREW), None):
                found = views.case_json(EDITION, replace(case, transfer=one), (), asker, MONDAY)["transfer"]
                assert (found["to"]["no"], found["reason"], found["decides"]) == ("A302", "休假", word)
                assert found["asked_at"] == MONDAY.isoformat()
                assert EDITION.data.books.person("A302").name in found["text"]
        assert views.case_json(EDITION, case, (), None, MONDAY)["transfer"] is None

    async def test_tasks_and_callbacks_are_the_hall_s(self, hall: Hall) -> None:
        _, case = await outage(hall)
        task = Task(1, "crew", CREW, "查三号杆", MONDAY, due_at=MONDAY, helper="A302", taken_at=MONDAY)
        owed = Callback(CREW, MONDAY, MONDAY, by=LEADER, text="已道歉", done_at=MONDAY)
        full = replace(case, tasks=(task,), helpers=("A302",), callback=owed, asked_again=2)
        theirs = views.case_json(EDITION, full, (), staff(hall, CREW), MONDAY)
        assert theirs["tasks"] == [
            {
                "n": 1, "to": "crew", "by": CREW, "text": "查三号杆", "asked_at": MONDAY.isoformat(),
                "due_at": MONDAY.isoformat(), "helper": "A302", "taken_at": MONDAY.isoformat(), "done_at": None,
                "result": "",
            }
        ]  # fmt: skip
        assert (theirs["callback"]["about"]["no"], theirs["callback"]["by"]) == (CREW, LEADER)
        assert theirs["asked_again"] == 2
        mine = views.case_json(EDITION, full, (), None, MONDAY)
        assert not {"tasks", "callback", "asked_again", "closing", "hidden"} & set(mine)
        assert "查三号杆" not in str(mine)
        assert "已道歉" not in str(mine)
        assert [one["no"] for one in mine["helpers"]] == ["A302"]

    async def test_who_stands_in_and_who_had_it_when(self, hall: Hall) -> None:
        _, case = await outage(hall)
        away = replace(case, cover=Cover("A302", MONDAY.date()))
        assert views.case_json(EDITION, away, (), None, MONDAY)["cover"] == {
            "no": "A302", "name": EDITION.data.books.person("A302").name, "post": "work", "till": "2026-11-23",
        }  # fmt: skip
        await handing.reassign(hall, staff(hall, LEADER), case.no, "A302", "他去别处了", Asked())
        found = await seen(hall, case)
        assert [one["handler"]["no"] for one in found["handled"]] == [CREW, "A302"]
        bare = views.case_json(EDITION, case, (), None, MONDAY)
        assert [one["handler"]["no"] for one in bare["handled"]] == [CREW]

    async def test_whom_it_is_hidden_from_only_leaders_learn(self, hall: Hall) -> None:
        _, case = await outage(hall)
        hidden = replace(case, named=(WORKER,), hidden_from=(WORKER, "A202"))
        found = views.case_json(EDITION, hidden, (), staff(hall, LEADER), MONDAY)
        assert [(one["no"], one["named"]) for one in found["hidden"]] == [(WORKER, True), ("A202", False)]
        for reader in (CREW, "A102"):
            assert "hidden" not in views.case_json(EDITION, hidden, (), staff(hall, reader), MONDAY)
        assert WORKER not in str(views.case_json(EDITION, hidden, (), None, MONDAY))

    async def test_other_cases_that_are_hidden_are_not_linked(self, hall: Hall) -> None:
        _, case = await outage(hall)
        linked = replace(case, links=("DL1", "DL2"))
        found = views.case_json(EDITION, linked, (), staff(hall, CREW), MONDAY, {"DL2", case.no})
        assert found["links"] == ["DL1"]
        assert views.case_json(EDITION, linked, (), None, MONDAY)["links"] == ["DL1", "DL2"]

    @pytest.mark.parametrize(
        ("secrecy", "reader", "known"),
        [
            (Secrecy.CONFIDENTIAL, CREW, True),
            (Secrecy.CONFIDENTIAL, LEADER, True),
            (Secrecy.CONFIDENTIAL, WORKER, False),
            (Secrecy.ANONYMOUS, CREW, False),
            (Secrecy.ANONYMOUS, LEADER, False),
        ],
    )
    async def test_who_wants_to_stay_unknown_does(
        self,
        hall: Hall,
        secrecy: Secrecy,
        reader: str,
        known: bool,  # noqa: FBT001 - a row of the table
    ) -> None:
        customer, case = await outage(hall)
        told = {"name": "林晚照", "phone": "19900001234", "account_no": "9900000101"}
        secret = replace(case, secrecy=secrecy, slots={**case.slots, **told}, links=("DL1",))
        said = Event(case.no, 1, MONDAY, Lane.CUSTOMER, "customer", "open", public=True, text="我是林晚照19900001234")
        found = views.case_json(EDITION, secret, (said,), staff(hall, reader), MONDAY)
        assert found["secrecy"] == secrecy.value
        assert "19900001234" not in str(found)
        if known:
            assert found["slots"]["phone"] == "*******1234"
            assert found["customer"] == customer
        else:
            assert {found["slots"][name] for name in told} == {"***"}
            assert (found["customer"], found["links"]) == ("***", [])
            assert "林晚照" not in str(found)
        assert views.case_json(EDITION, secret, (said,), None, MONDAY)["slots"]["phone"] == "19900001234"


class TestLines:
    def test_only_what_is_there_is_told(self) -> None:
        line = Line(3, MONDAY, "guide", "您好", buttons=(Button("是", "yes"),))
        found = views.line_json(line)
        assert found == {
            "seq": 3, "at": MONDAY.isoformat(), "from": "guide", "text": "您好",
            "buttons": [{"label": "是", "value": "yes"}], "files": [],
        }  # fmt: skip
        assert views.heard_json(line) == found

    def test_all_of_it(self) -> None:
        picture = Attachment("a.jpg", "image/jpeg", 3, "key")
        line = Line(4, MONDAY, "customer", "x", "林", (), "DL1", (picture,), "m1", {"intent": "bill"}, 3)
        found = views.heard_json(line)
        assert found["files"] == [{"name": "a.jpg", "type": "image/jpeg", "size": 3, "url": "/api/chat/files/key"}]
        assert {name: found[name] for name in ("name", "case", "id", "replaces")} == {
            "name": "林", "case": "DL1", "id": "m1", "replaces": 3,
        }  # fmt: skip
        assert found["heard"] == {"intent": "bill"}
        assert "heard" not in views.line_json(line)


@pytest.mark.parametrize(
    ("state", "shown"), [("waiting", "waiting"), ("sending", "waiting"), ("sent", "sent"), ("dead", "dead")]
)
def test_a_letter_half_sent_is_still_waiting_to_the_outside(state: str, shown: str) -> None:
    letter = Posted(1, MONDAY, "customer:w1", "answer", "您好", "k", channels=("web",), state=state, tries=2)
    found = views.letter_json(letter)
    assert found["state"] == shown
    assert (found["case"], found["incident"], found["key"], found["tries"]) == (None, None, "k", 2)


def test_an_alert_open_and_acknowledged() -> None:
    alert = OpenAlert(1, MONDAY, "accept", "accept_escalate", "", "无人接单", ("A001",))
    assert views.alert_json(alert)["acked"] is None
    assert views.alert_json(alert)["case"] is None
    acked = replace(alert, case="DL1", acked_by="A001", acked_at=MONDAY)
    assert views.alert_json(acked)["acked"] == {"by": "A001", "at": MONDAY.isoformat()}


def test_the_thread_masks_what_is_private_and_names_what_is_missing() -> None:
    draft = Thread("w1", "outage_repair", {"phone": "19900001234"}, asking="address", draft=True)
    found = views.thread_json(EDITION, draft)
    assert found["slots"] == {"phone": "*******1234"}
    assert found["missing"] == ["address", "scope"]
    assert (found["floor"], found["speaker"], found["asking"], found["draft"]) == ("guide", None, "address", True)
    quiet = Thread("w1", "gone", floor=Floor.STAFF, speaker="A101")
    found = views.thread_json(EDITION, quiet)
    assert (found["missing"], found["floor"], found["speaker"]) == ([], "staff", "A101")
    assert views.thread_json(EDITION, Thread("w1"))["topic"] is None


def test_what_was_understood_is_the_object_of_hall_understand() -> None:
    understood = Understanding("bill", 0.123456, ("bill",), ("bill", "x"), {"phone": "1"}, zone=Zone.CHOOSE)
    assert views.understood_json(understood) == {
        "intent": "bill", "score": 0.1235, "candidates": ["bill"], "matters": ["bill", "x"], "slots": {"phone": "1"},
        "danger": False, "zone": "choose",
    }  # fmt: skip


def test_moments_carry_their_zone() -> None:
    assert hands.at(None) is None
    assert hands.at(MONDAY + timedelta(hours=1)) == "2026-11-23T11:00:00+08:00"


def test_a_slice() -> None:
    assert views.slice_json([{"a": 1}], "", 1) == {"items": [{"a": 1}], "next": None, "total": 1}
    assert views.slice_json([], "x", 9)["next"] == "x"


def test_over_is_over() -> None:
    case = Case("DL1", "outage_repair", State.CLOSED, Priority.URGENT, "w", CREW, MONDAY, MONDAY)
    assert {stage["state"] for stage in views.stages_json(DATA, case)} == {"done"}
