"""The list of tables: name, 中文, row, what makes two rows the same, the files people keep them in."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel

from bot.folder import figures, supply, tables


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the hall folder."""

    label: str
    row: type[BaseModel] | None
    """None: handed on as it stands (topics, phrases, settings)."""
    many: bool = True
    keys: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    """Names of CSV and JSONL files that hold it, beside its own."""
    blank: tuple[str, ...] = ()
    """Cells that say something also when they are empty in a CSV."""
    private: bool = False
    """Rows of customers: what they hold is not repeated in a fault."""


TABLES: Mapping[str, Table] = MappingProxyType(
    {
        "hall": Table("营业厅", tables.HallRow, many=False),
        "rules": Table("厅规", tables.RulesRow, many=False),
        "drill": Table("演练", tables.DrillRow, many=False),
        "settings": Table("程序设置", None, many=False),
        "phrases": Table("话术", None, many=False),
        "team": Table("班组", tables.TeamRow, keys=("key",), files=("teams",)),
        "staff": Table("人员", tables.StaffRow, keys=("no",), blank=("post",)),
        "shift": Table("班表", tables.ShiftRow, files=("shifts", "roster")),
        "leave": Table("请假", tables.LeaveRow, files=("leaves",)),
        "hours": Table("营业时间", tables.HoursRow, files=("calendar",)),
        "place": Table("地名", supply.PlaceRow, keys=("name", "town"), files=("places",)),
        "account": Table("户号", supply.AccountRow, keys=("no",), files=("accounts",), private=True),
        "bill": Table("账单", supply.BillRow, keys=("account", "month"), files=("bills",), private=True),
        "customer": Table("客户", supply.CustomerRow, keys=("key",), files=("customers",), private=True),
        "outage": Table("停电信息", supply.OutageRow, keys=("no",), files=("outages",)),
        "tariff": Table("电价", figures.TariffRow, keys=("region", "use", "voltage", "valid_from"), files=("tariffs",)),
        "promise": Table("时限", figures.PromiseLine, keys=("id", "zone", "valid_from"), files=("promises",)),
        "quota": Table("定额", figures.QuotaRow, keys=("month", "team"), files=("quotas",)),
        "finance": Table("收支", figures.FinanceRow, keys=("month", "team")),
        "case": Table("结转工单", figures.CaseRow, keys=("key",), files=("cases",), private=True),
        "topic": Table("业务", None, keys=("code",), files=("topics",)),
    }
)


def table_of_file(stem: str) -> str | None:
    """Which table a CSV or JSONL file of that name holds."""
    return next((name for name, table in TABLES.items() if table.many and stem in (name, *table.files)), None)
