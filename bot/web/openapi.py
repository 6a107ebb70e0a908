"""The interface described for programs: OpenAPI 3.1, made of the routes, the table beside them and the shapes."""

import re
from collections.abc import Iterable

from aiohttp import web

from bot.release import version
from bot.web.answers import Json, written
from bot.web.routes import Route, public
from bot.web.schema import TEXT, Schema, ref
from bot.web.shapes import SHAPES
from bot.web.telling import FORMS, JSON, PAGE, Told
from bot.web.told import told

DOCUMENT = web.AppKey("document", bytes)
_OPEN = {"public": "公开", "customer": "客户", "drill": "演练"}
_STAFF = "工作人员"
_PART: Schema = {"type": "string", "minLength": 1}
_PAGES = "网页"
_SAID = {
    200: "好了",
    202: "收下了",
    303: "到别处去看",
    400: "没看懂",
    401: "要先登录，或凭证不对",
    403: "不是您的事",
    404: "没有这个",
    409: "现在不能这样做，或别人刚动过",
    413: "太大",
    415: "这种内容收不了",
    422: "有一项不对",
    429: "太密，请稍等",
    503: "正忙，请稍后重试",
}
_WAYS: dict[str, list[Json]] = {
    "customer": [{"customer": []}],
    "drill": [{}, {"drill": []}],
}
_SCHEMES: Json = {
    "customer": {"type": "http", "scheme": "bearer", "description": "客户的对话凭证，坐下时领"},
    "token": {"type": "http", "scheme": "bearer", "description": "工作人员的个人令牌：hall staff token 工号"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "hall_staff", "description": "登录后的会话"},
    "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRF-Token", "description": "用会话改东西时要带"},
    "drill": {"type": "http", "scheme": "bearer", "description": "演练口令 HALL_DRILL_KEY；在本机可以不带"},
}
_ABOUT = """供电营业厅一站式客户助理的对外接口。

清单答 {"items","next","total"}，用 after、limit 翻页，Accept: text/csv 得表格。
每一处修改可带 id（同一编号只做一次）、version（已不是最新的答 409）、dry（只试不做）。
拒绝一律是 {"error","message"}，422 另有 "fields"。标“演练”的只在演练时有；演练里每个对象都带 "drill": true。"""


def _answers(route: Route, one: Told) -> dict[str, Json]:
    refusals = {*one.refusals, 429, 503} if route.path not in ("/healthz", "/readyz", "/metrics") else {*one.refusals}
    if route.operation not in ("public", "drill"):
        refusals |= {401} if route.operation == "customer" else {401, 403}
    if route.operation == "drill":
        refusals |= {403}
    if PAGE in one.kinds and route.operation != "public":
        refusals, one_status = refusals - {401}, {*one.status, 303}
    else:
        one_status = {*one.status}
    found: dict[str, Json] = {}
    for status in sorted(one_status):
        found[str(status)] = {"description": _SAID[status], "content": _content(one) if status < 300 else {}}  # noqa: PLR2004 - what is no redirect
    bad = PAGE if PAGE in one.kinds else JSON
    shape: Schema = {} if bad == PAGE else {"schema": ref("Error")}
    if route.path == "/readyz":
        shape = {"schema": one.answer}
    for status in sorted(refusals):
        found[str(status)] = {"description": _SAID[status], "content": {bad: shape}}
    return dict(sorted(found.items()))


def _content(one: Told) -> Json:
    return {kind: {"schema": one.answer or TEXT} if kind == JSON else {"schema": TEXT} for kind in one.kinds}


def _parameters(route: Route, one: Told) -> list[Json]:
    path = [
        {"name": name, "in": "path", "required": True, "schema": one.path.get(name, _PART)}
        for name in re.findall(r"{(\w+)}", route.path)
    ]
    return [*path, *({"name": name, "in": "query", "schema": schema} for name, schema in one.query.items())]


def _security(route: Route) -> list[Json]:
    if route.operation == "public":
        return []
    if route.operation in _WAYS:
        return _WAYS[route.operation]
    cookie: Json = {"cookie": []} if route.method == "GET" else {"cookie": [], "csrf": []}
    return [{"token": []}, cookie]


def _described(route: Route, one: Told) -> Json:
    tag = _PAGES if PAGE in one.kinds else _OPEN.get(route.operation, _STAFF)
    found: Json = {
        "operationId": re.sub(r"\W+", "_", f"{route.method.lower()}{route.path}").strip("_"),
        "summary": one.says,
        "tags": [tag],
        "parameters": _parameters(route, one),
        "responses": _answers(route, one),
        "security": _security(route),
        "x-operation": route.operation,
    }
    body = one.body or ({FORMS: {"type": "object"}} if PAGE in one.kinds and route.method == "POST" else {})
    if body:
        content = {kind: {"schema": schema} for kind, schema in body.items()}
        found["requestBody"] = {"content": content, "required": one.needed}
    if route.operation == "drill":
        found["x-drill"] = True
    return found


def document(routes: Iterable[Route]) -> Json:
    """The whole description."""
    known = told()
    paths: dict[str, Json] = {}
    for route in routes:
        if (one := known.get((route.method, route.path))) is not None:
            paths.setdefault(route.path, {})[route.method.lower()] = _described(route, one)
    return {
        "openapi": "3.1.0",
        "info": {"title": "首办 · 营业厅接口", "version": version(), "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": name} for name in (*_OPEN.values(), _STAFF, _PAGES)],
        "paths": paths,
        "components": {"schemas": SHAPES, "securitySchemes": _SCHEMES},
    }


def document_bytes(routes: Iterable[Route]) -> bytes:
    """The same as it is sent: made once, when the application is."""
    return written(document(routes)).encode()


async def show(request: web.Request) -> web.Response:
    """The description."""
    return web.Response(body=request.app[DOCUMENT], content_type=JSON)


def table() -> tuple[Route, ...]:
    """The one address."""
    return (public("GET", "/api/openapi.json", show),)
