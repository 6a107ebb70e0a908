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


def fields(topic: Topic, *, needed: bool = False) -> set[str]:
    return {one.field for one in topic.closing if one.needed or not needed}


def test_every_topic_that_opens_a_case_has_its_checklist(handbook: Handbook) -> None:
    opens = {code for code, topic in handbook.topics.items() if topic.opens_case}
    assert opens == set(BY_KIND) == set(NEEDED)


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
