"""What every route does, takes and answers, in one table beside the routes; the description is made of it."""

from collections.abc import Iterator, Mapping

from bot.desk.case import Priority
from bot.desk.moves import Move
from bot.desk.rights import TABLES
from bot.web import chat, moves, records, staff, tables
from bot.web.bodies import FORM, NEWCOMER, SAID
from bot.web.schema import (
    ANY,
    CHANGE,
    COUNT,
    MAYBE,
    MOMENT,
    PREVIEW,
    TEXT,
    WHOLE,
    YES,
    Schema,
    listing,
    obj,
    one_of,
    ref,
    rows,
    text,
)
from bot.web.shapes import CASE_STATES
from bot.web.telling import BYTES, CSV, EVENTS, JSON, PAGE, SEQ, Told, changing, number
from bot.web.told_alerts import ALERTS
from bot.web.told_care import CARE
from bot.web.told_incidents import INCIDENTS
from bot.web.told_pages import PAGES

_SLICED: dict[str, Schema] = {"after": TEXT, "limit": {"type": "integer", "minimum": 1, "maximum": staff.MOST}}
_BY_SEQ = {**_SLICED, "after": SEQ}
_LISTS = (JSON, CSV)
_REASON = text("为什么；不能是空话")
_OWN: Mapping[str, Schema] = {
    "text": text("说给客户或同事的话"),
    "reason": text("为什么"),
    "stage": text("到了哪个环节", 64),
    "to": text("工号；协办也可以写班组或岗位", moves.NAMED),
    "priority": one_of(*Priority),
    "facts": {"type": "object", "additionalProperties": text(), "description": "办结单上要填的"},
    "slots": {"type": "object", "additionalProperties": text(), "description": "要更正的项和新内容"},
    "fields": rows(text("单上的一项", moves.NAMED)),
    "wants": rows(text("等客户补的材料", moves.NAMED)) | {"maxItems": moves.MOST},
    "until": MOMENT | {"description": "挂起到什么时候"},
    "promise_at": MOMENT | {"description": "答应几点前做到；话里写了时间的不用填"},
}
_MOVES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "accept": ("接单，或接下请您协办的事", ()),
    "release": ("把对话交还机器人", ()),
    "reply": ("答复客户；答应了时间就记成承诺", ("text", "promise_at")),
    "note": ("内部备注，不出厅；电话里答应的时间也记成承诺", ("text", "promise_at")),
    "pause": ("挂起：时限停着，到日子自动接着办；协办人只停自己的事", ("reason", "wants", "until")),
    "resume": ("恢复：时限接着走", ()),
    "stage": ("进到一个环节", ("stage", "text")),
    "resolve": ("办结，等客户确认", ("text", "facts")),
    "reopen": ("重开", ("reason",)),
    "cancel": ("撤单", ("reason",)),
    "close": ("值班领导关单", ("reason",)),
    "help": ("请一位同事、一个班组或岗位协办", ("to", "text")),
    "help_done": ("协办的事办好了", ("text",)),
    "transfer": ("请求移交：问客户，定下来之前首办人不变", ("to", "reason")),
    "reassign": ("值班领导改派；写现在的首办人，就是不同意移交", ("to", "reason")),
    "priority": ("值班领导定缓急", ("priority", "reason")),
    "callback": ("值班领导回访过了", ("text",)),
    "correct": ("更正单上的内容", ("slots", "reason")),
    "reveal": ("查看明文，留下记录", ("fields", "reason")),
}


def _move(move: str) -> Told:
    says, own = _MOVES.get(move, (move, ()))
    case: Schema = ref("Revealed") if move == Move.REVEAL else ref("Case")
    answer: Schema = {"anyOf": [case, PREVIEW]}
    return Told(says, answer, changing({name: _OWN[name] for name in own}), refusals=(400, 404, 409, 413, 422))


_TABLE_BODY = changing(
    {"rows": {"anyOf": [rows(ANY), ANY], "description": "一行一个对象；只有一行的表直接写一个对象"}, "reason": _REASON}
)
_CHANGED: Schema = {"anyOf": [ref("TableVersion"), PREVIEW]}
_TABLES = {"table": one_of(*TABLES)}
_TABLE: dict[str, Schema] = {"table": TEXT, "version": COUNT}
_BY_PLACE = {"after": number(tables.HIGHEST), "limit": {"type": "integer", "minimum": 1, "maximum": tables.MOST}}
_TALK = {"after": SEQ, "limit": {"type": "integer", "minimum": 1, "maximum": staff.TALK}}

_FIXED: dict[tuple[str, str], Told] = {
    ("GET", "/healthz"): Told("程序在不在", obj({"ok": YES})),
    ("GET", "/readyz"): Told(
        "能不能办事：库、发件箱、Telegram",
        obj(
            {
                "ready": YES,
                "database": TEXT,
                "outbox_age_s": {"type": ["number", "null"]},
                "telegram": one_of("ok", "off", "unreachable", "unauthorised", "conflict"),
            }
        ),
        refusals=(503,),
    ),
    ("GET", "/metrics"): Told("给监控看的数字（Prometheus）", kinds=("text/plain",), refusals=(503,)),
    ("GET", "/api/openapi.json"): Told("本文", ANY),
    # ---- the customer's chat
    ("POST", "/api/chat/sessions"): Told(
        "坐下：领一张对话凭证", obj({"token": TEXT, "customer": TEXT}), {JSON: NEWCOMER}, refusals=(400, 413, 422)
    ),
    ("POST", "/api/chat/messages"): Told(
        "说一句、按一个键或发文件；同一编号是同一条",
        obj({"id": TEXT, "accepted": YES}),
        {JSON: SAID, "multipart/form-data": FORM},
        status=(202,),
        refusals=(400, 413, 415, 422),
        needed=True,
    ),
    ("GET", "/api/chat/messages"): Told(
        "after 之后的消息；wait 是最多等几秒",
        obj({"messages": rows(ref("Message")), "last": COUNT}),
        query={"after": SEQ, "wait": number(chat.LONGEST_WAIT)},
        refusals=(422,),
    ),
    ("GET", "/api/chat/stream"): Told("同上，一直开着；Last-Event-ID 接着读", query={"after": SEQ}, kinds=(EVENTS,)),
    ("GET", "/api/chat/cases"): Told("自己的工单，新的在前", listing(ref("Case")), query=_SLICED, refusals=(422,)),
    ("GET", "/api/chat/cases/{no}"): Told("自己的一张工单", ref("Case"), refusals=(404,)),
    ("POST", "/api/chat/cases/{no}/card"): Told(
        "自己这张单的公开卡在哪里", obj({"card": TEXT, "text": TEXT}), refusals=(404, 413)
    ),
    ("GET", "/api/chat/files/{key}"): Told("自己对话里的文件", kinds=(BYTES,), refusals=(404,)),
    # ---- coming and going
    ("POST", "/api/staff/login"): Told(
        "用密码或一次性链接登录，得到 cookie 和 csrf",
        ref("Me"),
        {JSON: obj({}, {"no": text(longest=200), "password": text(longest=200), "link": text(longest=200)})},
        refusals=(400, 401, 403, 413, 422),
    ),
    ("POST", "/api/staff/logout"): Told("退出，这张凭证作废", obj({"ok": YES})),
    ("GET", "/api/staff/me"): Told("我是谁", ref("Me")),
    # ---- what staff look at
    ("GET", "/api/staff/cases"): Told(
        "工单清单，最急的在前；state=draft 列出还没填完的登记",
        listing({"anyOf": [ref("Case"), ref("Draft")]}),
        query={
            "mine": TEXT,
            "state": CASE_STATES,
            "topic": TEXT,
            "customer": TEXT,
            "handler": TEXT,
            "q": TEXT,
            "order": one_of(*staff.ORDERS),
            **_SLICED,
        },
        refusals=(422,),
        kinds=_LISTS,
    ),
    ("GET", "/api/staff/cases/{no}"): Told("一张工单，带接手简报", ref("Case"), refusals=(404,)),
    ("GET", "/api/staff/cases/{no}/messages"): Told(
        "和这张单的客户的全部对话", listing(ref("Message")), query=_TALK, refusals=(404, 422), kinds=_LISTS
    ),
    ("GET", "/api/staff/cases/{no}/files/{key}"): Told("说这张单时发来的文件", kinds=(BYTES,), refusals=(404,)),
    ("GET", "/api/staff/customers/{customer}"): Told("一位客户", ref("Customer"), refusals=(404,)),
    ("GET", "/api/staff/customers/{customer}/messages"): Told(
        "全部对话，客户的每句带着当时的理解", listing(ref("Message")), query=_TALK, refusals=(404, 422), kinds=_LISTS
    ),
    ("GET", "/api/staff/customers/{customer}/files/{key}"): Told("对话里的文件", kinds=(BYTES,), refusals=(404,)),
    ("GET", "/api/staff/people"): Told("厅里的人", listing(ref("Staff")), query=_SLICED, refusals=(422,), kinds=_LISTS),
    ("POST", "/api/staff/people/{no}/off"): Told(
        "停用一个人；还有没办结的单答 409 holds_cases",
        {"anyOf": [ref("Staff"), PREVIEW]},
        changing({"reason": _REASON}),
        refusals=(400, 404, 409, 413, 422),
    ),
    ("POST", "/api/staff/people/{no}/handover"): Told(
        "把一个人负责的单全部移交给另一位，要么都成，要么都不动",
        {"anyOf": [obj({"cases": rows(TEXT)}), PREVIEW]},
        changing({"to": _OWN["to"], "reason": _REASON}),
        refusals=(400, 404, 409, 413, 422),
    ),
    ("GET", "/api/staff/replies"): Told(
        "常用回复；带上 case 就把单上知道的填好，填不了的还是 {空}",
        listing(ref("Reply")),
        query={"topic": TEXT, "case": TEXT, **_SLICED},
        refusals=(404, 422),
        kinds=_LISTS,
    ),
    ("POST", "/api/staff/tickets"): Told(
        "把粘贴来的工单短信开成单，一张一张说成没成",
        {"anyOf": [obj({"items": rows(obj({"no": MAYBE, "why": TEXT, "text": TEXT}))}), PREVIEW]},
        changing({"text": text("【工单号】…【客户姓名】…，几张一起也行", records.TICKETS)}),
        refusals=(400, 403, 409, 413, 422),
    ),
    ("GET", "/api/staff/stream"): Told("自己的通知，和“有变化了”", query={"after": SEQ}, kinds=(EVENTS,)),
    ("GET", "/api/staff/letters"): Told(
        "发出的通知；值班领导、审计和管理员看全部，别人看自己的",
        listing(ref("Letter")),
        query={"to": TEXT, "case": TEXT, "state": one_of(*filter(None, records.STATES)), **_BY_SEQ},
        refusals=(422,),
        kinds=_LISTS,
    ),
    ("GET", "/api/staff/audit"): Told(
        "流转记录总账，旧的在前",
        listing(ref("AuditRow")),
        query={
            **dict.fromkeys(records.NARROW, TEXT),
            "from": TEXT | {"description": "时刻或日子"},
            "to": TEXT | {"description": "时刻（不含）或日子（含）"},
            **_BY_SEQ,
        },
        refusals=(422,),
        kinds=_LISTS,
    ),
    # ---- the hall's tables
    ("GET", "/api/staff/hall/{table}"): Told(
        "营业厅的一张表，现在有效的样子",
        listing(ANY, _TABLE),
        query=_BY_PLACE,
        refusals=(404, 422),
        kinds=_LISTS,
        path=_TABLES,
    ),
    ("PUT", "/api/staff/hall/{table}"): Told(
        "整张换掉；有错答 422 和 faults，什么都不变",
        _CHANGED,
        _TABLE_BODY,
        refusals=(400, 404, 409, 413, 422),
        path=_TABLES,
    ),
    ("POST", "/api/staff/hall/{table}"): Told(
        "按键加几行、改几行；没写的格子不动，null 去掉一格",
        _CHANGED,
        _TABLE_BODY,
        refusals=(400, 404, 409, 413, 422),
        path=_TABLES,
    ),
    ("GET", "/api/staff/hall/{table}/versions"): Told(
        "每一版：谁、何时、为什么、前后",
        listing(ref("TableVersion"), {"table": TEXT}),
        query=_BY_PLACE,
        refusals=(404, 422),
        kinds=_LISTS,
        path=_TABLES,
    ),
    ("POST", "/api/staff/hall/{table}/rollback"): Told(
        "回到旧的一版（成为新的一版）；0 是目录里原来的样子",
        _CHANGED,
        {JSON: obj({"version": WHOLE}, {"id": CHANGE["id"], "dry": CHANGE["dry"], "reason": _REASON})},
        refusals=(400, 404, 409, 413, 422),
        path=_TABLES,
    ),
}


def _of_moves() -> Iterator[tuple[tuple[str, str], Told]]:
    """A move by JSON, and by the form of a case's page."""
    for move in moves.DOINGS:
        yield ("POST", f"/api/staff/cases/{{no}}/{move}"), _move(move)
        page = Told(
            f"{_MOVES[move][0]}（页面表单）", status=(200, 303), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
        )
        yield ("POST", f"/desk/cases/{{no}}/{move}"), page


def told() -> Mapping[tuple[str, str], Told]:
    """Method and path → how it is described."""
    return {**_FIXED, **ALERTS, **CARE, **INCIDENTS, **PAGES, **dict(_of_moves())}
