"""What every route does, takes and answers, in one table beside the routes; the description is made of it."""

from collections.abc import Iterator, Mapping

from bot.desk.rights import TABLES
from bot.web import chat, moves, records, staff, tables
from bot.web.shapes import (
    ANY,
    CASE_STATES,
    CHANGE,
    COUNT,
    FORM,
    NEWCOMER,
    PREVIEW,
    SAID,
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
from bot.web.telling import BYTES, CSV, EVENTS, JSON, PAGE, SEQ, Told, changing, number
from bot.web.told_pages import PAGES

_SLICED: dict[str, Schema] = {"after": TEXT, "limit": {"type": "integer", "minimum": 1, "maximum": staff.MOST}}
_BY_SEQ = {**_SLICED, "after": SEQ}
_LISTS = (JSON, CSV)
_REASON = text("为什么；不能是空话")
_OWN = {"text": "说给客户或同事的话", "reason": "为什么", "stage": "到了哪个环节"}
_NEEDS: dict[str, tuple[str, ...]] = {
    "reply": ("text",),
    "note": ("text",),
    "stage": ("stage", "text"),
    "resolve": ("text",),
    "reopen": ("reason",),
    "cancel": ("reason",),
    "close": ("reason",),
}
_MOVES = {
    "accept": "接单",
    "release": "把对话交还机器人",
    "reply": "答复客户",
    "note": "内部备注，不出厅",
    "stage": "进到一个环节",
    "resolve": "办结，等客户确认",
    "reopen": "重开",
    "cancel": "撤单",
    "close": "值班领导关单",
}


def _move(move: str) -> Told:
    own: dict[str, Schema] = {name: text(_OWN[name]) for name in _NEEDS.get(move, ())}
    if move == "stage":
        own["stage"] = text(_OWN["stage"], 64)
    if move == "resolve":
        own["facts"] = {"type": "object", "additionalProperties": text(), "description": "办结单上要填的"}
    answer: Schema = {"anyOf": [ref("Case"), PREVIEW]}
    return Told(_MOVES.get(move, move), answer, changing(own), refusals=(400, 404, 409, 413, 422))


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
    ("GET", "/api/staff/cases/{no}"): Told("一张工单", ref("Case"), refusals=(404,)),
    ("GET", "/api/staff/cases/{no}/messages"): Told(
        "和这张单的客户的全部对话", listing(ref("Message")), query=_TALK, refusals=(404, 422), kinds=_LISTS
    ),
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
    ("GET", "/api/staff/alerts"): Told(
        "告警，新的在前；open=1 只看没人应的",
        listing(ref("Alert")),
        query={"open": TEXT, **_SLICED},
        refusals=(422,),
        kinds=_LISTS,
    ),
    ("POST", "/api/staff/alerts/{id}/ack"): Told("我来管这条告警", ref("Alert"), refusals=(404, 422)),
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
            f"{_MOVES.get(move, move)}（页面表单）", status=(303,), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
        )
        yield ("POST", f"/desk/cases/{{no}}/{move}"), page


def told() -> Mapping[tuple[str, str], Told]:
    """Method and path → how it is described."""
    return {**_FIXED, **PAGES, **dict(_of_moves())}
