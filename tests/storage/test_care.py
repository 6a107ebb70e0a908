from dataclasses import replace

from hypothesis import given

from bot.hall.records import Care
from storage.page import SqlPage
from tests.storage.given import NOW, anything, later
from tests.storage.test_rows import on_one_page

ENTRY = Care("9900000012", "w1", "制氧机", "约两小时", "儿子张三", "13800138000", NOW)


@on_one_page
@given(anything(Care))
def test_every_entry_comes_back_as_it_was(page: SqlPage, care: Care) -> None:
    page.wipe()
    care = replace(care, account=f"9{care.account}")  # an account has a number
    page.keep_care(care)
    assert page.lists().care(care.account) == page.lists().care_of(care.customer) == (care,)
    assert page.lists().care() == (() if care.ended_at else (care,))


def test_an_account_has_one_entry(page: SqlPage) -> None:
    page.keep_care(ENTRY)
    changed = replace(ENTRY, customer="w2", device="呼吸机", phone="")
    page.keep_care(changed)
    assert page.lists().care() == page.lists().care(ENTRY.account) == (changed,)
    assert page.lists().care_of("w1") == ()


def test_only_live_entries_are_told_of_and_ended_ones_can_be_looked_up(page: SqlPage) -> None:
    for n in (3, 1, 2):
        page.keep_care(replace(ENTRY, account=f"990000001{n}"))
    ended = replace(ENTRY, account="9900000012", ended_at=later(5))
    page.keep_care(ended)
    assert [one.account for one in page.lists().care()] == ["9900000011", "9900000013"]
    assert page.lists().care("9900000012") == (ended,)
    assert len(page.lists().care_of("w1")) == 3
    assert page.lists().care("none") == ()
    page.keep_care(replace(ended, ended_at=None, consented_at=later(9)))
    assert len(page.lists().care()) == 3
