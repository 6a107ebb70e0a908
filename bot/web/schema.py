"""How shapes are written: objects, lists, words, moments, as JSON Schema."""

from collections.abc import Mapping

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


def maybe(shape: Schema) -> Schema:
    """This, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


TEXT: Schema = {"type": "string"}
MAYBE: Schema = {"type": ["string", "null"]}
YES: Schema = {"type": "boolean"}
COUNT: Schema = {"type": "integer", "minimum": 0}
WHOLE: Schema = {"type": "integer"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
MAYBE_MOMENT: Schema = {"type": ["string", "null"], "format": "date-time"}
ANY: Schema = {"type": "object"}
REQUEST_ID: Schema = {"type": "string", "pattern": f"^{ID.pattern}$", "description": "自己起的编号；同一编号只做一次"}
CHANGE: dict[str, Schema] = {
    "id": REQUEST_ID,
    "version": WHOLE | {"description": "改的是第几版；已不是最新的答 409 changed"},
    "dry": YES | {"description": "true：只试不做，答会通知几位客户、说什么"},
}
"""What every change may say beside its own."""
PREVIEW = obj(
    {"customers": COUNT, "cases": rows(TEXT), "text": TEXT},
    {"warnings": rows(TEXT)},
    "试做的结果：会通知谁、用哪些话，要提醒做的人什么",
)
