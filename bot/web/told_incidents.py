"""Outages as they are described: what each route takes and answers."""

from collections.abc import Mapping

from bot.desk.incident import Phase, Sort
from bot.desk.incidents import STAGES
from bot.web import incidents, moves
from bot.web.schema import (
    COUNT,
    MAYBE,
    MAYBE_MOMENT,
    MOMENT,
    PREVIEW,
    TEXT,
    Schema,
    listing,
    obj,
    one_of,
    rows,
    text,
)
from bot.web.telling import CSV, JSON, PAGE, Told, changing

_HANDLER = obj({"no": TEXT, "name": TEXT, "post": TEXT})
_NEWS = obj({"n": COUNT, "kind": one_of(*Sort), "at": MOMENT, "by": TEXT, "text": TEXT})
INCIDENT = obj(
    {
        "no": TEXT,
        "state": one_of(*Phase) | {"description": "疑似、已确认、已送电、已收尾"},
        "area": TEXT,
        "cause": TEXT,
        "eta_at": MAYBE_MOMENT,
        "handler": _HANDLER,
        "cases": rows(TEXT) | {"description": "合并在里面的单；很多时只列一部分，总数看 size"},
        "size": COUNT,
    },
    {
        "opened_at": MOMENT,
        "began_at": MAYBE_MOMENT,
        "confirmed_at": MAYBE_MOMENT,
        "restored_at": MAYBE_MOMENT,
        "closed_at": MAYBE_MOMENT,
        "outage": MAYBE | {"description": "停电信息表里的编号"},
        "news": rows(_NEWS),
        "told": COUNT,
        "moves": rows(TEXT) | {"description": "问的人现在能做什么"},
        "version": COUNT,
    },
    "一处停电：很多家报的是同一件事",
)
_DONE: Schema = {"anyOf": [INCIDENT, PREVIEW]}
_WORD: Mapping[str, Schema] = {
    "cause": text("停电原因，说给客户"),
    "eta_at": MOMENT | {"description": "预计来电的时刻"},
    "text": text("还要说给每一家的话"),
    "stage": one_of(*STAGES) | {"description": "抢修到了哪一步，对每一家都算"},
    "arrived_at": MOMENT | {"description": "抢修人员到现场的时刻"},
}
_CASE: Mapping[str, Schema] = {"case": text("单号", moves.NAMED), "reason": text("为什么")}
_MOVES: Mapping[str, tuple[str, Mapping[str, Schema]]] = {
    "confirm": ("确认是同一处停电，一次告诉每一家", _WORD),
    "update": ("有新消息，一次告诉每一家", _WORD),
    "restore": ("送上电了：每张单办结，逐家问来电了没有", _WORD),
    "link": ("把一张单合并进来", _CASE),
    "unlink": ("把一张单拿出来单独查", _CASE),
    "close": ("都问过了，收尾；疑似的关掉要写原因", {"reason": text("为什么")}),
}
_REFUSALS = (400, 404, 409, 413, 422)

INCIDENTS: Mapping[tuple[str, str], Told] = {
    ("GET", "/api/staff/incidents"): Told(
        "停电事件，新的在前",
        listing(INCIDENT),
        query={
            "state": one_of(*incidents.STATES),
            "after": TEXT,
            "limit": {"type": "integer", "minimum": 1, "maximum": moves.MOST},
        },
        refusals=(422,),
        kinds=(JSON, CSV),
    ),
    ("POST", "/api/staff/incidents"): Told(
        "把几张单开成一处疑似停电",
        _DONE,
        changing({"cases": rows(text("单号", moves.NAMED)), "area": text("停电范围", 200)}),
        refusals=_REFUSALS,
    ),
    ("GET", "/api/staff/incidents/{no}"): Told("一处停电", INCIDENT, refusals=(404,)),
    **{
        ("POST", f"/api/staff/incidents/{{no}}/{move}"): Told(says, _DONE, changing(body), refusals=_REFUSALS)
        for move, (says, body) in _MOVES.items()
    },
    # ---- the same as pages
    ("GET", "/desk/incidents"): Told("停电事件页", status=(200, 303), query={"after": TEXT}, kinds=(PAGE,)),
    ("POST", "/desk/incidents"): Told(
        "把几张单开成一处疑似停电（页面表单）", status=(303,), refusals=_REFUSALS, kinds=(PAGE,)
    ),
    ("GET", "/desk/incidents/{no}"): Told("一处停电的页", status=(200, 303), refusals=(404,), kinds=(PAGE,)),
    **{
        ("POST", f"/desk/incidents/{{no}}/{move}"): Told(
            f"{says}（页面表单）", status=(200, 303), refusals=_REFUSALS, kinds=(PAGE,)
        )
        for move, (says, _) in _MOVES.items()
    },
}
