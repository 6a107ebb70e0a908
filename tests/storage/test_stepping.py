import pytest
from sqlalchemy import Connection, select

from bot.desk.errors import Changed
from storage import rows, stepping
from storage.connect import writing
from storage.tables import cases
from tests.storage.given import a_case

WAYS = stepping.written(cases)
NO = "DL20261123-0001"


def stands(page: Connection) -> list[tuple[int, str]]:
    return [(version, text) for version, text in page.execute(select(cases.c.version, cases.c.customer))]


def test_a_row_goes_one_version_on_and_only_from_the_one_that_was_read(url: str) -> None:
    engine = writing(url, 1.0)
    with engine.begin() as page:
        stepping.step(page, WAYS, rows.case_row(a_case(NO, version=1, customer="a")))
        stepping.step(page, WAYS, rows.case_row(a_case(NO, version=2, customer="b")))
        for stale in (1, 2, 4):
            with pytest.raises(Changed) as refused:
                stepping.step(page, WAYS, rows.case_row(a_case(NO, version=stale, customer="c")))
            assert (refused.value.no, refused.value.version) == (NO, stale - 1)
        assert stands(page) == [(2, "b")]
    engine.dispose()
