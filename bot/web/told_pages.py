"""The pages people look at, the messenger's webhook and the drill: what each route does, takes and answers."""

from collections.abc import Mapping

from bot.web.bodies import TURN
from bot.web.schema import ANY, COUNT, TEXT, YES, obj, ref, rows
from bot.web.telling import JSON, PAGE, SEQ, Told, number

ALERT = number(10**18)

PAGES: Mapping[tuple[str, str], Told] = {
    # ---- pages people look at
    ("GET", "/"): Told("客户聊天页", kinds=(PAGE,)),
    ("GET", "/login"): Told("登录页", query={"next": TEXT}, kinds=(PAGE,)),
    ("POST", "/login"): Told("登录", status=(303,), refusals=(400, 401, 403, 413), kinds=(PAGE,)),
    ("GET", "/link/{secret}"): Told("一次性登录链接", kinds=(PAGE,)),
    ("POST", "/link/{secret}"): Told("用掉这条链接", status=(303,), refusals=(401, 403), kinds=(PAGE,)),
    ("POST", "/logout"): Told("退出", status=(303,), refusals=(400, 413), kinds=(PAGE,)),
    ("GET", "/desk"): Told("工单台", status=(200, 303), refusals=(422,), kinds=(PAGE,)),
    ("GET", "/desk/next"): Told("下一件：去现在最该办的一张单", status=(303,), kinds=(PAGE,)),
    ("GET", "/desk/me"): Told("我能做什么：我的岗位和权限", status=(200, 303), kinds=(PAGE,)),
    ("POST", "/desk/looked"): Told("看过了：以后再有的才算新的", status=(303,), refusals=(400, 413), kinds=(PAGE,)),
    ("POST", "/desk/tickets"): Told(
        "把粘贴来的工单短信开成单（页面表单）", status=(200, 303), refusals=(400, 409, 413, 422), kinds=(PAGE,)
    ),
    ("GET", "/desk/people"): Told("厅里的人：谁手上有几张单", status=(200, 303), kinds=(PAGE,)),
    ("POST", "/desk/people/{no}/handover"): Told(
        "把一个人负责的单全部移交（页面表单）", status=(303,), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
    ),
    ("POST", "/desk/people/{no}/off"): Told(
        "停用一个人（页面表单）", status=(303,), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
    ),
    ("GET", "/desk/cases/{no}"): Told("一张工单的页", status=(200, 303), refusals=(404,), kinds=(PAGE,)),
    ("GET", "/board"): Told("值班看板", status=(200, 303), kinds=(PAGE,)),
    ("GET", "/desk/alerts"): Told(
        "告警页：报给我的，值班领导看全部；id 只看一条",
        status=(200, 303),
        query={"id": ALERT, "after": ALERT},
        refusals=(422,),
        kinds=(PAGE,),
    ),
    ("POST", "/board/alerts/{id}/ack"): Told(
        "我来管这条告警（页面表单）", status=(303,), refusals=(400, 404, 413, 422), kinds=(PAGE,)
    ),
    ("POST", "/board/alerts/{id}/decide"): Told(
        "一键处理这条告警（页面表单）", status=(200, 303), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
    ),
    ("POST", "/board/lend"): Told(
        "借调：一个人临时站到别的岗位", status=(303,), refusals=(400, 404, 409, 413, 422), kinds=(PAGE,)
    ),
    ("GET", "/card/{key}"): Told("一张单的公开卡，凭猜不到的链接看", refusals=(404,), kinds=(PAGE,)),
    # ---- pushed by a messenger
    ("POST", "/telegram/webhook"): Told(
        "Telegram 推来的一条更新；口令在 X-Telegram-Bot-Api-Secret-Token",
        obj({"ok": YES}),
        {JSON: ANY},
        refusals=(400, 403, 404, 413),
    ),
    # ---- the drill
    ("GET", "/drill/clock"): Told("演练的钟", ref("Clock")),
    ("POST", "/drill/clock"): Told(
        "拨钟；到期的都做完才答，太久答 202", ref("Clock"), {JSON: TURN}, status=(200, 202), refusals=(400, 413, 422)
    ),
    ("POST", "/drill/load"): Told(
        "换一个营业厅：目录的 zip，或各表合成的一个 JSON 对象",
        ref("Clock"),
        {JSON: ANY, "application/zip": {"type": "string", "contentMediaType": "application/zip"}},
        refusals=(400, 413, 415, 422),
    ),
    ("POST", "/drill/enter"): Told(
        "扮成任何人坐下",
        obj({"token": TEXT, "link": TEXT}, {"customer": TEXT, "no": TEXT}),
        {JSON: obj({}, {"customer": {"anyOf": [TEXT, obj({}, {"name": TEXT})]}, "staff": TEXT})},
        refusals=(400, 413, 422),
    ),
    ("GET", "/drill/outbox"): Told(
        "发了什么给谁",
        obj({"items": rows(ref("Letter")), "last": COUNT}),
        query={"after": SEQ, "to": TEXT, "kind": TEXT, "state": TEXT, "limit": {"type": "integer", "minimum": 1}},
        refusals=(422,),
    ),
    ("GET", "/drill/customers/{customer}"): Told("一位客户，什么都不遮", ref("Customer"), refusals=(404,)),
}
