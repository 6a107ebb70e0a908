import re

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, Table, Text, UniqueConstraint
from sqlalchemy.types import TypeDecorator

from storage.columns import Moment, Writing
from storage.tables import metadata

TABLES = metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]


def is_text(column: Column[object]) -> bool:
    kind = column.type.impl if isinstance(column.type, TypeDecorator) else column.type
    return isinstance(kind, Text)


@pytest.mark.parametrize("column", [one for one in COLUMNS if is_text(one)], ids=str)
def test_each_text_column_is_private_or_free_and_takes_any_text(column: Column[object]) -> None:
    assert set(column.info) in ({"private"}, {"free"})
    assert isinstance(column.type, Writing)
    assert not column.nullable


def test_only_text_columns_are_marked() -> None:
    assert [str(one) for one in COLUMNS if one.info and not is_text(one)] == []


def test_words_of_people_are_private() -> None:
    private = {str(one) for one in COLUMNS if one.info.get("private")}
    assert private == {
        "inbox.body", "talk.name", "talk.text", "talk.buttons", "talk.files", "talk.heard", "threads.body",
        "customers.name", "customers.phone", "customers.accounts", "cases.body", "events.text", "events.facts",
        "events.salt", "outbox.text", "outbox.buttons", "alerts.text", "updates.body", "table_versions.rows",
        "table_versions.before", "table_versions.reason", "incidents.place", "incidents.body", "care.account",
        "care.device", "care.battery", "care.contact", "care.phone",
    }  # fmt: skip


def test_whatever_is_called_a_moment_has_a_zone() -> None:
    for column in COLUMNS:
        is_called = column.name in ("at", "held_until") or column.name.endswith("_at")
        assert isinstance(column.type, Moment) == is_called, column


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_every_constraint_and_index_has_a_name_by_the_convention(table: Table) -> None:
    for constraint in table.constraints:
        kind = {UniqueConstraint: "uq", ForeignKeyConstraint: "fk"}.get(type(constraint), "pk")
        assert re.fullmatch(rf"{kind}_{table.name}\w*", str(constraint.name)), constraint
    for index in table.indexes:
        assert re.fullmatch(rf"ix_{table.name}_\w+", str(index.name)), index


def test_foreign_keys_are_few_and_named() -> None:
    named = {str(one.name) for table in TABLES for one in table.foreign_key_constraints}
    assert named == {"fk_talk_letter_id_outbox", "fk_alerts_case_no_cases", "fk_carried_letter_outbox"}
