"""One customer forgotten: whatever private column there is, nothing of his is left in it, and all of the others is."""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, text, update

from bot.desk.case import Alert, Button, Case, Event, Kind, Lane, Outcome, State
from bot.desk.errors import Changed
from bot.desk.incident import Incident, News, Phase
from bot.guide.thread import Thread
from bot.hall.memory import Erasing
from bot.hall.records import Attachment, Care, Carried, Heard, Person, RawUpdate, Reach, Session, TableVersion
from storage.page import SqlPage
from storage.tables import metadata, outbox
from tests.storage.given import NOW, a_case, a_letter, an_event, later

HIS, HERS = "w1", "w2"
NO = {HIS: "DL20261123-0001", HERS: "DL20261123-0002"}
SIGN = {HIS: "甲之密语", HERS: "乙之私言"}
CHAT = {HIS: 5001, HERS: 5002}
OWN_FILE, SHARED_FILE = "a" * 64, "b" * 64
PRIVATE = {
    table.name: [column.name for column in table.columns if column.info.get("private")]
    for table in metadata.sorted_tables
    if any(column.info.get("private") for column in table.columns)
}


def a_life(page: SqlPage, who: str) -> None:
    """A customer in every table that can hold something of him, his sign in every private column."""
    sign, no, to, chat = SIGN[who], NO[who], f"customer:{who}", CHAT[who]
    own = OWN_FILE if who == HIS else "c" * 64
    page.keep_person(Person(who, sign, f"{sign}电话", {f"{sign}户号": "P2"}))
    page.keep(Thread(who, slots={"phone": sign}, wake_at=later(5)))
    page.keep_care(Care(f"{sign}户号", who, f"{sign}机", f"{sign}两小时", f"{sign}儿子", f"{sign}电话", NOW))
    news = (News(1, "confirmed", NOW, "D001", f"{sign}家旁边的变压器"),)
    place = f"芦苇新村 {sign}"
    page.keep_incident(
        Incident(f"T{who}", Phase.CONFIRMED, place, place, NOW, "D001", f"据{sign}说", measures=sign, news=news)
    )
    page.keep_reach(Reach(to, ("web", "tg"), chat))
    page.open_session(Session("customer", who, made_at=NOW), f"secret {who}")
    files = tuple(Attachment(f"{sign}.jpg", "image/jpeg", 9, key) for key in (own, SHARED_FILE))
    page.hear(Heard(f"1{who}", who, "tg", f"{sign}说", files=files), NOW)
    page.done(page.undone(who)[0], f"{sign}说", {"said": sign}, NOW)
    page.hear(Heard(f"2{who}", who, "tg", f"{sign}还没答"), NOW)
    case = a_case(no, customer=who, seq=1, state=State.CLOSED, slots={"name": sign})
    buttons = (Button(sign, "x"),)
    told = [
        a_letter(f"r:tg:{who}:1:0", to, text=sign, buttons=buttons, case=no),
        a_letter(f"case:{no}:1", "staff:W001", Kind.NOTICE, text=f"{no} {sign}", buttons=buttons, case=no),
        a_letter(f"topic:{no}", f"topic:{no}", text=sign, case=no),
        a_letter(f"p:tg:{who}:2", "staff:W001", Kind.WORDS, text=f"客户说 {sign}"),
        a_letter(f"digest:{who}", "staff:D001", Kind.NOTICE, text=f"在办 {no}：{sign}"),
    ]
    alert = Alert(no, "r", "w", sign, (), NOW)
    page.record(Outcome(case, (an_event(no, 1, sign, said=sign),), tuple(told), (alert,)), str)
    for letter in page.lists().letters(0, to=to):
        page.shown(letter, NOW, sign)
        page.keep_carried(letter.seq, Carried(chat, letter.seq, "hash"))
    page.take_in(
        [RawUpdate("bot", chat, json.dumps({"said": sign}, ensure_ascii=False), str(chat), NOW, f"album{who}")]
    )
    page.set_aside(page.unread(str(chat), NOW, 1)[0], "shape")
    page.remember(f"proof:customer:{who}", "2026-11-23 1")
    page.remember(f"card:{who}", no)
    page.remember(f"request:A1:tickets:{who}", f"{no} {sign}")
    denied = Event(
        "", 0, NOW, Lane.SUPPORT, "customer", "deny", public=False, text=sign, facts={"what": f"proof {who}"}
    )
    page.note(denied, str)
    row = {"key": who, "name": sign, "phone": sign}
    old = {"key": f"k{who}", "customer": who, "slots": {"name": sign}, "text": sign, "topic": "bill_query"}
    for name, one in (("customer", row), ("case", old)):
        rows = json.dumps([one], ensure_ascii=False)
        page.keep_version(TableVersion(name, rows, rows, "A1", NOW, f"{sign}要改"))


@pytest.fixture
def lived(page: SqlPage) -> SqlPage:
    for who in (HIS, HERS):
        a_life(page, who)
    return page


def erasing(**more: Any) -> Erasing:
    return Erasing(HIS, (NO[HIS],), later(60), (HIS, SIGN[HIS]), **more)


def signs(page: SqlPage, sign: str) -> set[tuple[str, str]]:
    """Table and column of every cell that holds this sign."""
    found = set()
    for table in metadata.sorted_tables:
        for row in page._page.execute(select(table)).mappings():
            found |= {(table.name, name) for name, value in row.items() if sign in str(value)}
    return found


def dump(page: SqlPage, without: str) -> dict[str, list[dict[str, Any]]]:
    """All rows that have nothing to do with somebody."""
    theirs = (without, NO[without], SIGN[without], str(CHAT[without]))
    return {
        table.name: [
            dict(row)
            for row in page._page.execute(select(table)).mappings()
            if not any(sign in str(value) for sign in theirs for value in row.values())
        ]
        for table in metadata.sorted_tables
    }


def test_the_test_knows_every_private_column(lived: SqlPage) -> None:
    wanted = {(table, name) for table, names in PRIVATE.items() for name in names} - {("events", "salt")}
    assert signs(lived, SIGN[HIS]) >= wanted
    assert signs(lived, SIGN[HERS]) >= wanted


def test_nothing_of_him_is_left_but_the_case_which_the_desk_writes_anew(lived: SqlPage) -> None:
    before = dump(lived, HIS)
    lived.erase(erasing())
    assert signs(lived, SIGN[HIS]) == {("cases", "body")}
    assert dump(lived, HIS)["outbox"] == before["outbox"]
    salts = "SELECT salt FROM events WHERE chain = :no OR facts LIKE '%proof w1%'"
    assert set(lived._page.execute(text(salts), {"no": NO[HIS]}).scalars()) == {""}
    assert lived.lists().broken_chain() is None
    assert lived.lists().reach("customer:w1") is None
    assert lived.session("customer", "secret w1", NOW) is None
    assert lived.thread(HIS) == Thread(HIS, version=1)
    assert lived.undone(HIS) == ()
    assert lived.remembered("proof:customer:w1") == lived.remembered("card:w1") == ""
    assert str(CHAT[HIS]) not in str(
        [list(row) for row in lived._page.execute(text("SELECT chat, album FROM updates"))]
    )
    assert lived.lists().carried(1) is None
    assert lived.lists().forms_due(later(99), 9) == (HERS,)


def test_an_outage_stays_everybodys(lived: SqlPage) -> None:
    read = lived.incident("Tw1")
    lived.erase(erasing())
    left = lived.incident("Tw1")
    assert (left.area, left.cause, left.news[0].text) == ("芦苇新村 ***", "据***说", "***家旁边的变压器")
    assert left.measures == "***"
    assert (left.version, left.handler, left.state) == (2, "D001", Phase.CONFIRMED)
    assert lived.incident("Tw2").version == 1
    with pytest.raises(Changed):  # whoever was about to write on it begins anew
        lived.keep_incident(read)


def test_his_consent_ends_and_his_account_may_be_entered_again(lived: SqlPage) -> None:
    lived.erase(erasing())
    assert [care.customer for care in lived.lists().care()] == [HERS]
    assert lived.lists().care_of(HIS) == ()
    kept = text("SELECT ended_at IS NOT NULL, account FROM care WHERE customer = 'w1'")
    assert [tuple(row) for row in lived._page.execute(kept)] == [(True, "")]
    again = Care(f"{SIGN[HIS]}户号", HIS, "制氧机", "", "", "", later(99))
    lived.keep_care(again)
    assert lived.lists().care(again.account) == (again,)


def test_what_quiet_hours_hold_never_goes_out(lived: SqlPage) -> None:
    lived.post(a_letter("held", "customer:w1", text=SIGN[HIS], held_until=later(9)), NOW, str)
    lived.erase(erasing())
    assert lived.release(later(99), 9) == 0
    held = lived.lists().letters(0, to="customer:w1")[-1]
    assert (held.key, held.state, held.why, held.held_until) == ("held", "dead", "forgotten", None)


def test_nobody_else_loses_anything(lived: SqlPage) -> None:
    before, held = dump(lived, HIS), signs(lived, SIGN[HERS])
    lived.erase(erasing())
    after = dump(lived, HIS)
    for table in ("table_versions", "remembered"):  # versions hold both; files to be dropped are noted
        before.pop(table)
        after.pop(table)
    assert {name: [row for row in rows if row not in after[name]] for name, rows in before.items()} == {
        name: [] for name in before
    }
    assert signs(lived, SIGN[HERS]) == held


def test_rows_numbers_and_states_stay(lived: SqlPage) -> None:
    def counted() -> dict[str, int]:
        return {
            name: len(list(lived._page.execute(select(metadata.tables[name]))))
            for name in (
                "inbox",
                "outbox",
                "talk",
                "cases",
                "events",
                "alerts",
                "updates",
                "customers",
                "table_versions",
                "incidents",
                "care",
            )
        }

    before, cases = counted(), lived.lists().counts()
    lived.erase(erasing())
    assert counted() == before
    assert lived.lists().counts()["cases.closed"] == cases["cases.closed"]


def test_what_was_still_to_be_sent_never_goes_out(lived: SqlPage) -> None:
    posted = a_letter("late", "customer:w1", text=SIGN[HIS], urgent=True)
    lived.post(posted, NOW, str)
    lived.erase(erasing())
    assert {letter.to for letter in (*lived.heads(later(99), 99), *lived.to_show(later(99), 99))} == {
        "staff:W001", "staff:D001", f"topic:{NO[HERS]}", "customer:w2",
    }  # fmt: skip
    dead = [one for one in lived.lists().letters(0, to="customer:w1") if one.state != "sent"]
    assert [(one.state, one.why) for one in dead] == [("dead", "forgotten")]


def test_tables_of_the_hall_keep_his_key_and_every_other_row(lived: SqlPage) -> None:
    rows = json.dumps([{"key": HIS, "name": SIGN[HIS]}, {"key": HERS, "name": SIGN[HERS]}], ensure_ascii=False)
    lived.keep_version(TableVersion("customer", rows, "[]", "A1", NOW, "两位"))
    lived.erase(erasing())
    newest = {one.table: json.loads(one.rows) for one in lived.lists().newest_versions()}
    assert newest["customer"] == [{"key": HIS}, {"key": HERS, "name": SIGN[HERS]}]
    olds = lived.lists().versions("case")
    assert json.loads(olds[0].rows) == [{"key": "kw1", "customer": HIS, "topic": "bill_query"}]
    assert (olds[0].reason, SIGN[HERS] in olds[1].reason) == ("", True)


def test_only_whole_words_mean_him(page: SqlPage) -> None:
    for what in ("proof gu", "guide", "gu2", "chat.words gu", "agu"):
        page.note(Event("", 0, NOW, Lane.SUPPORT, "customer", "deny", public=False, facts={"what": what}), str)
    page.erase(Erasing("gu", (), NOW, ("gu", "王")))
    left = [event.facts.get("what") for event in page.lists().events("")]
    assert left == [None, "guide", "gu2", None, "agu"]
    assert page.lists().broken_chain() is None


def test_his_files_go_unless_somebody_else_sent_the_same(lived: SqlPage) -> None:
    lived.erase(erasing())
    assert lived.to_drop(9) == (OWN_FILE,)
    assert lived.remembered(f"drop:{SHARED_FILE}") == ""
    lived.dropped(OWN_FILE)
    assert lived.to_drop(9) == ()
    lived.hear(Heard("9", HERS, files=(Attachment("x", "y", 1, "d" * 64),)), NOW)
    lived.remember(f"drop:{'d' * 64}", "now")
    assert lived.to_drop(9) == ()


def test_files_that_stay_do_not_hide_those_that_go(lived: SqlPage) -> None:
    lived.remember(f"drop:{SHARED_FILE}", "now")
    lived.remember(f"drop:{'e' * 64}", "now")
    assert lived.to_drop(1) == ("e" * 64,)
    lived.dropped("e" * 64)
    assert lived.to_drop(1) == ()
    assert lived.remembered(f"drop:{SHARED_FILE}") == ""


def test_the_quick_way_leaves_what_age_takes(lived: SqlPage) -> None:
    lived.erase(erasing(thorough=False))
    left = signs(lived, SIGN[HIS])
    assert left == {
        ("cases", "body"), ("outbox", "text"), ("outbox", "buttons"), ("inbox", "body"), ("events", "text"),
        ("table_versions", "rows"), ("table_versions", "before"), ("table_versions", "reason"), ("remembered", "value"),
        ("incidents", "place"), ("incidents", "body"),
    }  # fmt: skip
    assert all(SIGN[HIS] not in one.text for one in lived.lists().letters(0, to="customer:w1"))
    assert all(event.text == "" for event in lived.lists().events(NO[HIS]))


def test_a_key_that_tells_who_he_is_is_given_up(lived: SqlPage) -> None:
    case = lived.case(NO[HIS])
    lived.erase(erasing(key="x9"))
    lived.record(Outcome(replace(case, customer="x9", slots={}), ()), str)
    assert lived.person(HIS) is None
    assert lived.person("x9") == Person("x9")
    for table in metadata.sorted_tables:
        for row in lived._page.execute(select(table)).mappings():
            if table.name != "table_versions":
                assert not {HIS, f"customer:{HIS}"} & set(map(str, row.values())), table.name
                assert f":{HIS}:" not in str(row.values()), table.name
    assert lived.lists().last_seq("x9") > 0
    assert lived.lists().broken_chain() is None


def test_who_comes_back_is_known_again(lived: SqlPage) -> None:
    lived.erase(erasing())
    lived.keep_person(Person(HIS, "又来了"))
    assert lived.person(HIS) == Person(HIS, "又来了")
    forgotten = lived._page.execute(text("SELECT forgotten_at FROM customers WHERE key = 'w1'")).scalar()
    assert forgotten is not None


def test_forgotten_once_more_is_no_fault(lived: SqlPage) -> None:
    for _ in range(2):
        lived.erase(erasing())
    assert signs(lived, SIGN[HIS]) == {("cases", "body")}
    assert lived.lists().broken_chain() is None


def test_a_customer_is_found_by_key_number_and_telephone(page: SqlPage) -> None:
    page.keep_person(Person("w1", phone="13800138000"))
    page.keep_person(Person("w2"))
    page.keep_person(Person("13900139000"))
    one: Case = a_case("DL20261123-0001", slots={"phone": "13700137000"})
    page.record(Outcome(one, ()), str)
    page.record(Outcome(a_case("DL20261123-0002", customer="w2", slots={"phone": "13800138000"}), ()), str)
    named = page.lists().named
    assert named("w1") == named("DL20261123-0001") == named("13700137000") == ("w1",)
    assert named("13800138000") == ("w1", "w2")
    assert named("13900139000") == ("13900139000",)
    for nobody in ("", "%", "w", "W1", "1370013700", "DL", '"'):
        assert named(nobody) == ()


def test_letters_that_are_gone_stay_found_by_their_key(lived: SqlPage) -> None:
    lived.erase(erasing())
    assert not lived.post(a_letter(f"r:tg:{HIS}:1:0", "customer:w1"), NOW, str)
    lived._page.execute(update(outbox).values(tries=0))  # the table is as writable as before


@pytest.mark.parametrize("thorough", [True, False])
def test_a_letter_on_its_way_meanwhile_leaves_nothing_behind(lived: SqlPage, *, thorough: bool) -> None:
    """Another process serves: it has read the letter before, and says afterwards that it arrived."""
    for n in (1, 2):
        lived.post(a_letter(f"late{n}", "customer:w1", text=SIGN[HIS]), NOW, str)
    under_way = [one for one in lived.lists().letters(0, to="customer:w1") if one.key.startswith("late")]
    lived.sending(under_way[0])
    lines = lived.lists().last_seq(HIS)
    lived.erase(erasing(thorough=thorough))
    assert [lived.arrived(under_way[0], NOW, SIGN[HIS]), lived.shown(under_way[1], NOW, SIGN[HIS])] == [0, 0]
    lived.keep_carried(under_way[0].seq, Carried(CHAT[HIS], 1, "h"))
    assert lived.lists().last_seq(HIS) == lines
    assert lived.lists().carried(under_way[0].seq) is None
    assert ("talk", "text") not in signs(lived, SIGN[HIS])
