"""The shapes of what the doors take and answer, as JSON Schema; limits are those of the rooms that read them."""

from bot.desk.case import Kind, Lane, Post, Priority, Secrecy, State
from bot.hall import mood
from bot.web import records, staff
from bot.web.schema import (
    ANY,
    COUNT,
    MAYBE,
    MAYBE_MOMENT,
    MOMENT,
    TEXT,
    YES,
    Schema,
    maybe,
    obj,
    one_of,
    ref,
    rows,
)

BUTTON = obj({"label": TEXT, "value": TEXT})
_PERSON = obj({"no": TEXT, "name": TEXT, "post": TEXT})
_PAUSE = obj(
    {
        "reason": TEXT,
        "by": _PERSON,
        "at": MOMENT,
        "until": MOMENT,
        "wants": rows(TEXT),
        "waits_for": one_of("customer", "hall"),
        "task": {"type": ["integer", "null"], "description": "只停一件协办时是它的编号"},
        "ended_at": MAYBE_MOMENT,
        "ended_by": MAYBE,
    },
    says="一次挂起；ended_at 是 null 的还停着",
)
_PROMISE = obj(
    {"id": TEXT, "to": TEXT, "promise_at": MAYBE_MOMENT, "area": TEXT, "state": TEXT, "kept": YES, "broken": YES},
    {
        "internal_at": MAYBE_MOMENT,
        "red_line_at": MAYBE_MOMENT,
        "paused": maybe(_PAUSE),
        "ended_at": MAYBE_MOMENT,
        "by": maybe(_PERSON) | {"description": "谁在话里答应的；null 是厅里的承诺"},
        "tentative": YES | {"description": "放假安排还没公布，日子以公布后为准"},
    },
)
_SECRECY = one_of(*Secrecy) | {"description": "保密 confidential、匿名 anonymous；其余是空"}
_COVER = obj({"no": TEXT, "name": TEXT, "post": TEXT, "till": {"type": "string", "format": "date"}})
_TRANSFER = obj(
    {
        "to": _PERSON,
        "reason": TEXT,
        "asked_at": MOMENT,
        "consented_at": MAYBE_MOMENT,
        "decides": one_of("customer", "leader"),
        "text": TEXT,
    },
    says="正在请求的移交；定下来之前首办人不变",
)
_TASK = obj(
    {
        "n": COUNT,
        "to": TEXT | {"description": "工号、班组或岗位"},
        "by": TEXT,
        "text": TEXT,
        "asked_at": MOMENT,
        "due_at": MAYBE_MOMENT,
        "helper": TEXT | {"description": "谁接了；还没有人接是空"},
        "taken_at": MAYBE_MOMENT,
        "done_at": MAYBE_MOMENT,
        "result": TEXT,
    }
)
_CALLBACK = obj(
    {"about": _PERSON, "asked_at": MOMENT, "due_at": MOMENT, "by": TEXT, "text": TEXT, "done_at": MAYBE_MOMENT}
)
_BRIEF = obj(
    {
        "wish": TEXT,
        "latest": maybe(obj({"text": TEXT, "at": MOMENT})),
        "mood": obj({"level": one_of(*mood.LEVELS), "signs": rows(TEXT)}),
        "slots": rows(obj({"name": TEXT, "value": TEXT})),
        "missing": rows(TEXT),
        "papers": rows(obj({"name": TEXT, "state": TEXT})),
        "promises": rows(ANY),
        "promised": rows(TEXT),
        "tried": rows(TEXT),
        "handler": TEXT,
        "cover": TEXT,
        "helpers": rows(TEXT),
        "links": rows(TEXT),
        "talking": TEXT,
        "suggest": maybe(obj({"text": TEXT, "source": TEXT, "topic": TEXT})),
        "over": YES,
    },
    says="接手时三十秒看清的",
)
_FILE = obj({"name": TEXT, "type": TEXT, "size": COUNT, "url": TEXT})
_EVENT = obj(
    {"seq": COUNT, "at": MOMENT, "lane": one_of(*Lane), "by": TEXT, "move": TEXT, "public": YES, "text": TEXT},
    {"facts": ANY},
)
_ROW: dict[str, Schema] = {
    "no": TEXT,
    "topic": TEXT,
    "state": one_of(*State),
    "priority": one_of(*Priority),
    "customer": TEXT,
    "first_handler": _PERSON,
    "helpers": rows(_PERSON),
    "cover": maybe(_COVER),
    "transfer": maybe(_TRANSFER),
    "secrecy": _SECRECY,
    "opened_at": MOMENT,
    "promise": maybe(_PROMISE),
    "promises": rows(_PROMISE),
    "stage": TEXT,
    "rating": {"type": ["object", "null"]},
    "urges": COUNT,
    "version": COUNT,
}
_MESSAGE = obj(
    {
        "seq": COUNT,
        "at": MOMENT,
        "from": one_of("customer", "guide", "staff", "system"),
        "text": TEXT,
        "buttons": rows(BUTTON),
        "files": rows(_FILE),
    },
    {"name": TEXT, "case": TEXT, "id": TEXT, "replaces": COUNT, "heard": ANY},
)
_STAFF = obj(
    {
        "no": TEXT,
        "name": TEXT,
        "post": one_of(*Post),
        "team": TEXT,
        "skills": rows(TEXT),
        "rights": rows(TEXT),
        "on": YES,
        "on_shift": YES,
    }
)

_CONTRACT = obj(
    {"code": one_of(*Post), "name": TEXT, "takes": rows(TEXT), "clock": rows(TEXT)},
    {"exit": rows(obj({"name": TEXT, "needs": rows(TEXT)}))},
    "现在所在的岗：接什么、按什么时限、交出去前要填齐什么",
)
_CASE = obj(
    _ROW
    | {
        "events": rows(_EVENT),
        "slots": ANY,
        "stages": rows(obj({"code": TEXT, "name": TEXT, "state": one_of("done", "now", "next")})),
        "papers": rows(obj({"name": TEXT, "state": TEXT})),
        "moves": rows(TEXT),
        "links": rows(TEXT),
        "handled": rows(obj({"handler": _PERSON, "since": MOMENT})),
    },
    {
        "closing": rows(ANY),
        "tasks": rows(_TASK),
        "callback": maybe(_CALLBACK),
        "asked_again": COUNT,
        "hidden": rows(_PERSON) | {"description": "对谁隐去；只有值班领导看得到"},
        "brief": _BRIEF,
        "pauses": rows(_PAUSE),
        "incident": MAYBE,
    },
)

SHAPES: dict[str, Schema] = {
    "Error": obj(
        {"error": TEXT | {"description": "代码"}, "message": TEXT | {"description": "给人看的一句话"}},
        {
            "fields": {"type": "object", "additionalProperties": TEXT, "description": "哪一项不对，为什么"},
            "faults": rows(TEXT),
            "cases": rows(TEXT),
        },
        "一切拒绝的样子",
    ),
    "Message": _MESSAGE,
    "Event": _EVENT,
    "CaseRow": obj(_ROW),
    "Draft": obj(
        {"no": {"type": "null"}, "topic": TEXT, "state": one_of(State.DRAFT), "customer": TEXT, "slots": ANY},
        {"missing": rows(TEXT), "begun_at": MAYBE_MOMENT},
        "没填完的登记：还没有单号、时限和首办人；state=draft 时才列出",
    ),
    "Case": _CASE,
    "Revealed": {"allOf": [ref("Case"), obj({"revealed": {"type": "object", "additionalProperties": TEXT}})]},
    "Reply": obj({"code": TEXT, "name": TEXT, "text": TEXT, "topics": rows(TEXT)}),
    "Staff": _STAFF,
    "Me": obj(
        {"no": TEXT, "name": TEXT, "post": one_of(*Post), "rights": rows(TEXT), "csrf": TEXT},
        {"contracts": rows(_CONTRACT)},
    ),
    "Customer": obj(
        {
            "customer": TEXT,
            "name": TEXT,
            "accounts": rows(obj({"no": TEXT, "proof": TEXT})),
            "cases": rows(ref("CaseRow")),
            "thread": obj({"topic": MAYBE, "slots": ANY, "missing": rows(TEXT), "floor": one_of("guide", "staff")}),
        },
        {"phone": TEXT},
    ),
    "Alert": obj(
        {
            "id": COUNT,
            "at": MOMENT,
            "why": TEXT,
            "rung": TEXT,
            "case": MAYBE,
            "text": TEXT,
            "to": rows(TEXT),
            "acked": maybe(obj({"by": TEXT, "at": MOMENT})),
        },
        {"incident": MAYBE},
    ),
    "Letter": obj(
        {
            "seq": COUNT,
            "at": MOMENT,
            "to": TEXT,
            "kind": one_of(*Kind),
            "case": MAYBE,
            "text": TEXT,
            "buttons": rows(BUTTON),
            "replaces": {"type": ["integer", "null"]},
            "channels": rows(TEXT),
            "state": one_of(*(state for state in records.STATES if state)),
            "tries": COUNT,
            "key": TEXT,
        },
        {"incident": MAYBE, "figures": {"type": "object", "additionalProperties": COUNT}},
    ),
    "AuditRow": {"allOf": [ref("Event"), obj({"row": COUNT, "case": MAYBE})]},
    "TableVersion": obj(
        {
            "table": TEXT,
            "version": COUNT,
            "by": TEXT | {"description": "工号；folder 是目录里的文件自己改了"},
            "at": MOMENT,
            "reason": TEXT,
            "before": rows(ANY),
            "after": rows(ANY),
        },
        {"total": COUNT},
    ),
    "Clock": obj({"now": MOMENT, "speed": {"type": "number"}}, {"hall": TEXT}),
}

CASE_STATES = one_of(*sorted(staff.STATES))
