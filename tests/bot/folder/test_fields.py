from datetime import date, datetime
from typing import Annotated
from zoneinfo import ZoneInfo

import pytest
from pydantic import BaseModel, ValidationError

from bot.folder import fields as f
from bot.folder.parse import BadForm


class Sheet(BaseModel):
    """One cell of many kinds, as a CSV or a TOML file has it."""

    text: f.Text = ""
    yes: f.Yes = False
    whole: f.Whole = 0
    names: f.Names = ()
    paid: f.Paid | None = None
    inner: Annotated[dict[str, int], f.Inner] = {}
    slots: f.Slots = {}


def read(**cells: object) -> Sheet:
    return Sheet.model_validate(cells, context={"zone": ZoneInfo("Asia/Shanghai")})


def test_cells_of_a_csv_and_of_toml_read_alike() -> None:
    assert read(yes="true", whole="12") == read(yes=True, whole=12)
    assert read(yes="是").yes
    assert not read(yes="否").yes
    assert read(names="甲; 乙；丙;") == read(names=["甲", "乙", "丙"]) == read(names='["甲", "乙", "丙"]')
    assert read(inner='{"a": 1}') == read(inner={"a": 1})
    assert read(slots='{"a": "x", "b": null, "c": [1]}').slots == {"a": "x", "c": "[1]"}
    assert read(text="  x\r\ny ").text == "x\r\ny"


def test_a_bill_may_be_paid_on_a_day_or_at_a_moment() -> None:
    midnight = datetime.fromisoformat("2026-11-18T00:00:00+08:00")
    assert read(paid=date(2026, 11, 18)).paid == midnight == read(paid="2026-11-18").paid
    assert read(paid="2026-11-18T09:30:00+08:00").paid == midnight.replace(hour=9, minute=30)


@pytest.mark.parametrize("cells", [{"text": 5}, {"yes": 1}, {"whole": 1.5}, {"whole": True}, {"names": "甲\x00"}])
def test_what_is_of_another_kind_is_refused(cells: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        read(**cells)


def test_what_runs_backwards_is_refused_and_what_is_left_out_says_nothing() -> None:
    f.in_order(date(2026, 1, 1), None, date(2026, 1, 1), None)
    with pytest.raises(BadForm, match="先后倒了"):
        f.in_order(date(2026, 1, 2), None, date(2026, 1, 1))


def test_zones_by_name() -> None:
    assert f.zone_of("Asia/Shanghai") == "Asia/Shanghai"
    assert [f.zone_of(value) for value in ("", "Nowhere", "../x", "Asia", None, 8, "\x00", "é" * 300)] == [""] * 8
