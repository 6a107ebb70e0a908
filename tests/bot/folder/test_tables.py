from dataclasses import fields

from bot.desk.houserules import HouseRules
from bot.folder.tables import RulesRow


def test_every_house_rule_can_be_written_and_what_ships_is_the_desks() -> None:
    assert set(RulesRow.model_fields) == {field.name for field in fields(HouseRules)}
    shipped = RulesRow()
    for field in fields(HouseRules):
        if field.name != "quiet":
            assert getattr(shipped, field.name) == getattr(HouseRules(), field.name)
    assert (shipped.quiet.since, shipped.quiet.till) == HouseRules().quiet
