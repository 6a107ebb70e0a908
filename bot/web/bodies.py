"""What customers and the drill send, as JSON Schema."""

from bot.hall import drill
from bot.web.chat import PAYLOAD
from bot.web.schema import MOMENT, REQUEST_ID, YES, obj, rows, text

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
