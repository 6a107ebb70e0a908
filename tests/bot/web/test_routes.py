from pathlib import Path

import pytest
from aiohttp import web

from bot.desk.case import Post
from bot.desk.rights import OPERATIONS, may
from bot.web import routes, server
from bot.web.ways import Asker
from tests.bot.web.kit import door
from tests.kit_hall import forward

OPEN = ("public", "customer", "drill")
LOGGED_IN = {
    Post.GUIDE: "A101",
    Post.WORK: "A201",
    Post.SERVICE: "A401",
    Post.DUTY: "A001",
    Post.NONE: "A901",
}


async def nothing(request: web.Request, asker: Asker) -> web.Response:
    del request, asker
    return web.Response()


def test_a_staff_route_without_a_known_operation_cannot_be_made() -> None:
    with pytest.raises(routes.NoSuchOperation):
        routes.staff("GET", "/api/staff/secrets", "secrets.read", nothing)
    with pytest.raises(routes.NoSuchOperation):
        routes.staff("GET", "/api/staff/secrets", "", nothing)


def test_every_route_has_a_keeper_and_no_two_are_the_same() -> None:
    table = server.routes_table()
    assert all(operation in OPERATIONS or operation in OPEN for _, _, operation in table)
    assert len({(method, path) for method, path, _ in table}) == len(table)


def test_staff_paths_are_never_open() -> None:
    free = {path for _, path, operation in server.routes_table() if operation in OPEN}
    assert not [path for path in free if path.startswith(("/desk", "/board"))]
    assert [path for path in free if path.startswith("/api/staff/")] == ["/api/staff/login"]


def test_changes_have_operations_of_their_own() -> None:
    for method, path, operation in server.routes_table():
        if method != "GET" and operation in OPERATIONS:
            assert not operation.endswith((".list", ".show", ".messages", ".mine")), path


async def test_the_application_has_no_route_outside_the_table(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        app = server.make_app(out.hall)
        known = {(method, path) for method, path, _ in server.routes_table()}
        hung = {
            (route.method, route.resource.canonical)
            for route in app.router.routes()
            if route.resource and not isinstance(route.resource, web.StaticResource)
        }
        assert hung == known


@pytest.mark.parametrize("post", list(Post))
async def test_the_table_of_roles_holds_for_every_staff_route(tmp_path: Path, post: Post) -> None:
    async with door(tmp_path) as out:
        headers = await out.staff(LOGGED_IN[post])
        for method, path, operation in server.routes_table():
            if operation in OPEN or path.endswith("/stream") or operation == "logout":
                continue
            real = path.format(no="DL20000101-0001", customer="nobody", key="0" * 64, id="1", table="shift")
            async with out.web.request(method, real, headers=headers, allow_redirects=False) as answer:
                allowed = may(out.hall.edition().data.books.person(LOGGED_IN[post]), operation)
                if method != "GET" and "/hall/" in path:
                    continue  # which table may be written by whom stands in a table of its own
                assert (answer.status != 403) == allowed, (method, path, answer.status, await answer.text())
                assert answer.status < 500, (method, path)


async def test_nobody_gets_in_without_a_way_in(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        for headers in ({}, {"Authorization": "Bearer nonsense"}, {"Cookie": "hall_staff=nonsense"}):
            for method, path, operation in server.routes_table():
                if operation in ("public", "drill"):
                    continue
                real = path.format(no="DL20000101-0001", customer="nobody", key="0" * 64, id="1", table="shift")
                async with out.web.request(method, real, headers=headers, allow_redirects=False) as answer:
                    page = not path.startswith("/api/")
                    assert answer.status == (303 if page else 401), (method, path, answer.status)


async def test_a_refusal_by_post_is_kept(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        await out.json("GET", "/api/staff/audit", 403, headers=await out.staff("A201"))
        kept = await out.hall.ledger.read(lambda lists: lists.events(""))
        denied = [event for event in kept if event.move == "deny"]
        assert [(event.by, event.facts["what"]) for event in denied] == [("A201", "audit.list")]


async def test_who_is_lent_to_another_post_has_its_rights_for_that_while(tmp_path: Path) -> None:
    async with door(tmp_path) as out:
        worker = await out.staff("A201")
        await out.json("GET", "/api/staff/audit", 403, headers=worker)
        lent = {"staff": ["A201"], "days": ["2026-11-23"], "hours": "10:00-12:00", "post": "duty"}
        body = {"rows": [lent], "reason": "值班领导去开会，替两小时"}
        await out.json("POST", "/api/staff/hall/shift", json=body, headers=await out.staff("A001"))
        await out.json("GET", "/api/staff/audit", headers=worker)
        await forward(out.hall, hours=2, minutes=1)
        await out.json("GET", "/api/staff/audit", 403, headers=worker)
