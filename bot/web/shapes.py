"""The shapes of what the doors take and answer, as JSON Schema; limits are those of the rooms that read them."""

from collections.abc import Mapping

from bot.desk.case import Kind, Lane, Post, Priority, State
from bot.hall import drill
from bot.web import records, staff
from bot.web.chat import PAYLOAD
from bot.web.reading import ID, LONGEST

Schema = dict[str, object]


def ref(name: str) -> Schema:
    """A shape by name."""
    return {"$ref": f"#/components/schemas/{name}"}


def obj(needed: Mapping[str, Schema], more: Mapping[str, Schema] | None = None, says: str = "") -> Schema:
    """An object: what it always has, what it may have; shapes may grow fields."""
    found: Schema = {"type": "object", "properties": {**needed, **(more or {})}}
    if needed:
        found["required"] = list(needed)
    return found | ({"description": says} if says else {})


def rows(item: Schema) -> Schema:
    """A list of these."""
    return {"type": "array", "items": item}


def text(says: str = "", longest: int = LONGEST) -> Schema:
    """A text people write."""
    return {"type": "string", "maxLength": longest} | ({"description": says} if says else {})


def one_of(*values: str) -> Schema:
    """One of these words."""
    return {"type": "string", "enum": list(values)}


def listing(item: Schema, more: Mapping[str, Schema] | None = None) -> Schema:
    """One slice of a paged list."""
    needed: dict[str, Schema] = {"items": rows(item), "next": {"type": ["string", "null"]}, "total": COUNT}
    return obj(needed, more)


TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
YES: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
WHOLE: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
ANY: Schema = {"type": "object"}
REQUEST_ID: Schema = {"type": "string", "pattern": f"^{ID.pattern}$", "description": "自己起的编号；同一编号只做一次"}
BUTTON = obj({"label": TEXT, "value": TEXT})
CHANGE: dict[str, Schema] = {
    "id": REQUEST_ID,
    "version": WHOLE | {"description": "改的是第几版；已不是最新的答 409 changed"},
    "dry": YES | {"description": "true：只试不做，答会通知几位客户、说什么"},
}
"""What every change may say beside its own."""
PREVIEW = obj({"customers": COUNT, "cases": rows(TEXT), "text": TEXT}, says="试做的结果：会通知谁、用哪些话")

_PERSON = obj({"no": TEXT, "name": TEXT, "post": TEXT})
_PROMISE = obj(
    {"id": TEXT, "to": TEXT, "promise_at": MAYBE_MOMENT, "area": TEXT, "state": TEXT, "kept": YES, "broken": YES},
    {"internal_at": MAYBE_MOMENT, "red_line_at": MAYBE_MOMENT, "paused": {}, "ended_at": MAYBE_MOMENT},
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
    "opened_at": MOMENT,
    "promise": {"anyOf": [_PROMISE, {"type": "null"}]},
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
    "Case": obj(
        _ROW
        | {
            "events": rows(_EVENT),
            "slots": ANY,
            "stages": rows(obj({"code": TEXT, "name": TEXT, "state": one_of("done", "now", "next")})),
            "papers": rows(obj({"name": TEXT, "state": TEXT})),
            "moves": rows(TEXT),
        },
        {"closing": rows(ANY), "transfer": {}, "pauses": rows({}), "links": rows({}), "incident": MAYBE},
    ),
    "Staff": _STAFF,
    "Me": obj({"no": TEXT, "name": TEXT, "post": one_of(*Post), "rights": rows(TEXT), "csrf": TEXT}),
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
            "acked": {"anyOf": [obj({"by": TEXT, "at": MOMENT}), {"type": "null"}]},
        }
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
        {"incident": MAYBE},
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

NEWCOMER = obj(
    {}, {"name": text("怎么称呼"), "start": {"type": "string", "description": f"二维码里的 {PAYLOAD.pattern}"}}
)
SAID = obj(
    {"id": REQUEST_ID | {"minLength": 1}},
    {
        "text": text("说的话"),
        "button": {"type": "string", "maxLength": 256, "description": "按键的 value"},
        "location": obj(
            {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
            }
        ),
        "contact": obj({}, {"name": text(longest=60), "phone": text(longest=60)}),
        "replaces": REQUEST_ID | {"description": "更正哪一条"},
    },
    "文字、按键、位置、联系方式只说一样",
)
FORM = obj(
    {"id": REQUEST_ID},
    {"text": text(), "file": rows({"type": "string", "contentMediaType": "application/octet-stream"})},
    "文件一个或几个；几个是一本相册",
)
TURN = obj(
    {},
    {
        "now": MOMENT,
        "forward_seconds": {"type": "number", "minimum": 0},
        "speed": {"type": "number", "minimum": 0, "maximum": drill.FASTEST},
        "jump": YES | {"description": "true：直接拨到，可以往回"},
    },
)
CASE_STATES = one_of(*sorted(staff.STATES))
