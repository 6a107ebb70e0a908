"""What the shipped topics ask to be written before a case is done 办结回复要素, by the kind of matter."""

import pytest

from intents.topic import Handbook, Topic

GENERAL = {"contact", "customer_view"}
"""Whether the customer was reached, and what he says of it: of every matter."""
BY_KIND = {
    "outage_repair": {"began_at", "reported_at", "arrived_at", "restored_at", "cause", "measures", "owner"},
    "hazard": {"reported_at", "arrived_at", "cleared_at", "cause", "measures", "injured", "owner"},
    "life_support": {"cause", "measures", "patient", "restored_at"},
    "new_resident": {"result", "delayed_by", "charges", "account_told", "owner"},
    "owner_transfer": {"result", "verified", "settled", "effective_at"},
    "complaint": {
        *("facts_found", "responsibility", "measures", "core_request"),
        *("notice_check", "outage_record", "measured", "bill_check"),
    },
    "theft_report": {"facts_found", "result", "measures", "secrecy_kept"},
    "opinion": {"result", "reason", "owner"},
    "praise": {"passed_on"},
    "human_agent": {"result"},
}
NEEDED = {
    "outage_repair": {"began_at", "arrived_at", "cause", "measures", "restored_at", "contact"},
    "hazard": {"arrived_at", "cause", "measures", "cleared_at", "injured", "contact"},
    "life_support": {"cause", "measures", "patient", "contact"},
    "new_resident": {"result", "delayed_by", "contact", "account_told", "charges"},
    "owner_transfer": {"result", "verified", "settled", "effective_at", "contact"},
    "complaint": {"facts_found", "responsibility", "measures", "core_request", "contact", "customer_view"},
    "theft_report": {"facts_found", "result", "measures", "secrecy_kept", "contact"},
    "opinion": {"result", "reason", "contact"},
    "praise": {"passed_on", "contact"},
    "human_agent": {"result"},
}
# what facts ask of a reply, by kind of matter: how far and what holds it up, what was checked, what it costs
_SUPPLY = {"result", "delayed_by", "charges"}
_CHANGE = {"result", "delayed_by"}
NEEDED_ELSEWHERE = {
    **dict.fromkeys(("new_lv_business", "new_hv", "capacity_up", "capacity_down", "suspend", "pv_grid"), _SUPPLY),
    **dict.fromkeys(("temp_supply", "move_meter", "move_site", "temp_swap", "split_merge", "rename"), _SUPPLY),
    "ev_charger": {"progress", "delayed_by", "finish_by", "charges"},
    "temp_remove": {"result", "kept_until", "settled", "charges"},
    "close_account": {*_CHANGE, "verified", "last_reading", "settled"},
    "class_change": {*_CHANGE, "verified", "effective_at", "refund_basis"},
    "multi_person": {*_CHANGE, "verified", "effective_at"},
    "tou_switch": {"result", "verified", "effective_at", "told_price"},
    "low_income": {"result", "period", "refund_basis", "next_place"},
    "bill_dispute": {"period", "checked", "result", "refund", "basis"},
    "payment_problem": {"paid", "checked", "result", "refund", "basis", "verified"},
    "reconnect": {"settled_at", "restored_at", "confirmed", "cause"},
    "meter_check": {"result", "process", "readings", "settled"},
    "meter_fault": {"cause", "measures", "readings", "settled"},
    "guarantee": {"result", "measures", "period"},
    "inspection": {"result", "measures", "visited_at"},
    "voltage": {"measured", "qualified", "cause", "retested"},
    "frequent_outage": {"history", "cause", "plan"},
    "behind_meter": {"cause", "measures", "charges"},
    "appliance_claim": {"cause", "items", "settled", "visited_at"},
    "facility_issue": {"verified", "result", "reason"},
    "grid_upgrade": {"verified", "plan", "reason"},
}


def fields(topic: Topic, *, needed: bool = False) -> set[str]:
    return {one.field for one in topic.closing if one.needed or not needed}


def test_every_topic_that_opens_a_case_has_its_checklist(handbook: Handbook) -> None:
    opens = {code for code, topic in handbook.topics.items() if topic.opens_case}
    assert set(BY_KIND) == set(NEEDED)
    assert set(BY_KIND) | set(NEEDED_ELSEWHERE) == opens


@pytest.mark.parametrize("code", NEEDED_ELSEWHERE)
def test_the_other_checklists_tell_who_was_reached_what_came_of_it_and_whose_it_is(
    handbook: Handbook, code: str
) -> None:
    topic = handbook.topics[code]
    assert fields(topic) >= {*GENERAL, "owner"}
    assert fields(topic, needed=True) >= {"contact", *NEEDED_ELSEWHERE[code]}
    labels = [one.label for one in topic.closing]
    assert len(set(labels)) == len(labels)


def test_every_fact_that_is_asked_for_has_a_name_for_people(handbook: Handbook) -> None:
    asked = {one.slot for topic in handbook.topics.values() for one in topic.asks}
    assert {slot for slot in asked if f"slot.{slot}" not in handbook.phrases} == set()


@pytest.mark.parametrize("code", BY_KIND)
def test_the_checklist_asks_what_its_kind_of_matter_must_tell(handbook: Handbook, code: str) -> None:
    topic = handbook.topics[code]
    assert fields(topic) == GENERAL | BY_KIND[code]
    assert fields(topic, needed=True) == NEEDED[code]
    labels = [one.label for one in topic.closing]
    assert len(set(labels)) == len(labels)


def test_nobody_closes_an_outage_with_restored_alone(handbook: Handbook) -> None:
    outages = [
        topic
        for topic in handbook.topics.values()
        if topic.opens_case
        and topic.code != "life_support"  # also opened for somebody who is only to be warned of a planned outage
        and topic.code not in ("behind_meter", "frequent_outage")  # the customer's own side, and a plan for later
        and ("outage" in topic.code or any(one.startswith("outage.") for one in topic.promises))
    ]
    assert len(outages) > 1
    for topic in outages:
        needed = fields(topic, needed=True)
        assert {"cause", "measures"} <= needed, topic.code
        assert needed & {"restored_at", "cleared_at"}, topic.code


@pytest.mark.parametrize("code", ["theft_report", "opinion"])
def test_where_there_is_no_public_promise_no_answer_names_a_day(handbook: Handbook, code: str) -> None:
    topic = handbook.topics[code]
    rows = {row.id: row for row in handbook.promises}
    assert topic.promises
    assert all(rows[one].promise == "" and rows[one].internal for one in topic.promises)
    assert "promise." not in topic.answer
    assert "没有统一的公开期限" in topic.answer


def test_a_report_tells_the_outside_lines_and_never_asks_who_one_is(handbook: Handbook) -> None:
    topic = handbook.topics["theft_report"]
    for words in ("{call_12398}", "{call_12345}", "我们不拦", "匿名", "保密"):
        assert words in topic.answer
    assert {one.slot for one in topic.asks} & {"name", "phone", "account_no"} == set()


@pytest.mark.parametrize("code", ["theft_report", "opinion", "praise"])
def test_a_new_matter_has_enough_to_learn_from_and_to_be_tried_with(handbook: Handbook, code: str) -> None:
    topic = handbook.topics[code]
    assert len(topic.examples) >= 40
    assert len(topic.checks) >= (15 if code == "theft_report" else 12)
