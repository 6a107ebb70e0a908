"""The life-support register as it is described: what each route takes and answers."""

from collections.abc import Mapping

from bot.web import staff
from bot.web.schema import MAYBE, MAYBE_MOMENT, TEXT, YES, Schema, listing, obj
from bot.web.telling import CSV, JSON, Told

_SLICED: dict[str, Schema] = {"after": TEXT, "limit": {"type": "integer", "minimum": 1, "maximum": staff.MOST}}
_TEXTS = ("key", "account", "name", "address", "device", "battery", "contact", "phone")
_ENTRY = obj(
    {
        **dict.fromkeys(_TEXTS, TEXT),
        "customer": MAYBE,
        "consented_at": MAYBE_MOMENT,
        "own": YES | {"description": "客户自己同意登记的；false 是用电档案里带来的"},
    }
)
_SAID = "不写 reason 是掩码，写了看明文；每次查看都留记录"

CARE: Mapping[tuple[str, str], Told] = {
    ("GET", "/api/staff/care"): Told(
        f"生命支持登记：值班领导和管理员；{_SAID}",
        listing(_ENTRY),
        query={"reason": TEXT, **_SLICED},
        refusals=(422,),
        kinds=(JSON, CSV),
    ),
    ("GET", "/api/staff/cases/{no}/care"): Told(
        f"这张生命支持单的客户登记了什么：正在办这张单的人；{_SAID}",
        listing(_ENTRY),
        query={"reason": TEXT},
        refusals=(404, 422),
    ),
}
