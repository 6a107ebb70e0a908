"""Alerts, decisions and figures: what each of their routes does, takes and answers."""

from collections.abc import Mapping

from bot.desk.deciding import Decision
from bot.web import moves, staff
from bot.web.schema import COUNT, MOMENT, PREVIEW, TEXT, Schema, listing, obj, one_of, ref, text
from bot.web.telling import CSV, JSON, Told, changing

_SLICED: dict[str, Schema] = {"after": TEXT, "limit": {"type": "integer", "minimum": 1, "maximum": staff.MOST}}
_FIGURES = ("opened", "resolved", "late", "low_ratings", "unaccepted", "open")

ALERTS: Mapping[tuple[str, str], Told] = {
    ("GET", "/api/staff/alerts"): Told(
        "告警，新的在前：报给自己的，值班领导看全部；open=1 只看没人应的",
        listing(ref("Alert")),
        query={"open": TEXT, **_SLICED},
        refusals=(422,),
        kinds=(JSON, CSV),
    ),
    ("POST", "/api/staff/alerts/{id}/ack"): Told(
        "我来管这条告警：收到的人或值班领导", ref("Alert"), refusals=(404, 422)
    ),
    ("POST", "/api/staff/alerts/{id}/decide"): Told(
        "值班领导一键处理：准延期 pause、派协办 help、换首办人 reassign、我来回电 call；没写的按厅里的惯例补上",
        {"anyOf": [ref("Alert"), PREVIEW]},
        changing(
            {
                "decision": one_of(*Decision),
                "reason": text("为什么；客户会看到"),
                "text": text("对客户再说的话"),
                "to": text("派谁、换成谁：工号；协办也可以写班组或岗位", moves.NAMED),
                "until": MOMENT | {"description": "延到什么时候，或几点前回电"},
            }
        ),
        refusals=(400, 404, 409, 413, 422),
    ),
    ("GET", "/api/staff/figures"): Told(
        "一段时间的数字；from、to 是时刻（to 不含）或日子（含），不写是昨天一整天；unaccepted 和 open 是此刻的",
        listing(obj({"key": TEXT, "from": MOMENT, "to": MOMENT, **dict.fromkeys(_FIGURES, COUNT)})),
        query={"from": TEXT, "to": TEXT, "by": one_of("hall")},
        refusals=(413, 422),
        kinds=(JSON, CSV),
    ),
}
