import asyncio
import sqlite3
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.hall import access, drill
from bot.hall.house import Hall
from bot.hall.records import Session
from tests.kit import WORKER
from tests.kit_hall import moves_of, sit_down, still_at

PASSWORD = "白鹭飞过青石镇"


def later(hall: Hall, **span: float) -> None:
    clock = drill.practice(hall).clock
    clock.turn_to(clock.now() + timedelta(**span))


def without(hall: Hall, no: str) -> Hall:
    """The same hall after somebody has left it."""
    edition = hall.edition()
    books = edition.data.books
    people = {**books.roster.staff, no: replace(books.roster.staff[no], on=False)}
    gone = replace(books, roster=replace(books.roster, staff=people))
    changed = replace(edition, data=replace(edition.data, books=gone))
    return replace(hall, edition=lambda: changed)


async def cookie(hall: Hall) -> str:
    entered = await access.link(hall, (await access.one_time_link(hall, WORKER)).rpartition("/")[2])
    assert entered
    return entered[1]


class TestPasswords:
    async def test_the_right_one_lets_in_and_is_kept_as_a_login(self, still: Hall) -> None:
        await access.set_password(still, WORKER, PASSWORD)
        entered = await access.login(still, WORKER, PASSWORD)
        assert entered
        session, secret = entered
        assert (session.kind, session.subject) == ("cookie", WORKER)
        assert session.csrf
        found = await access.who(still, secret)
        assert found
        assert found[0].no == WORKER
        assert await moves_of(still) == ["login"]

    @pytest.mark.parametrize(
        ("no", "password"), [(WORKER, ""), (WORKER, "x"), ("A301", PASSWORD), ("nobody", PASSWORD)]
    )
    async def test_anything_else_does_not_and_is_kept(self, still: Hall, no: str, password: str) -> None:
        await access.set_password(still, WORKER, PASSWORD)
        assert await access.login(still, no, password) is None
        (event,) = await still.ledger.read(lambda lists: lists.events(""))
        assert (event.move, event.by) == ("login_denied", no if no != "nobody" else "customer")
        assert PASSWORD not in str(event)

    async def test_who_has_left_the_hall_is_left_outside(self, still: Hall) -> None:
        await access.set_password(still, WORKER, PASSWORD)
        assert await access.login(without(still, WORKER), WORKER, PASSWORD) is None

    async def test_a_new_one_takes_the_old_ones_place(self, still: Hall) -> None:
        await access.set_password(still, WORKER, "alt")
        await access.set_password(still, WORKER, PASSWORD)
        assert await access.login(still, WORKER, "alt") is None
        assert await access.login(still, WORKER, PASSWORD)


class TestLinks:
    async def test_it_is_good_once(self, still: Hall) -> None:
        address = await access.one_time_link(still, WORKER)
        assert address.startswith(f"{still.base_url}/link/")
        secret = address.rpartition("/")[2]
        assert await access.link(still, secret)
        assert await access.link(still, secret) is None
        assert await moves_of(still) == ["login", "login_denied"]

    async def test_of_many_who_use_it_at_once_one_gets_in(self, still: Hall) -> None:
        secret = (await access.one_time_link(still, WORKER)).rpartition("/")[2]
        entered = await asyncio.gather(*(access.link(still, secret) for _ in range(5)))
        assert len([one for one in entered if one]) == 1

    async def test_it_dies_after_half_an_hour(self, still: Hall) -> None:
        one, other = [(await access.one_time_link(still, WORKER)).rpartition("/")[2] for _ in range(2)]
        later(still, minutes=29)
        assert await access.link(still, one)
        later(still, minutes=1)
        assert await access.link(still, other) is None

    @pytest.mark.parametrize("secret", ["", "x", "\ud800", "' OR 1=1 --"])
    async def test_an_invented_one_is_nothing(self, still: Hall, secret: str) -> None:
        assert await access.link(still, secret) is None

    async def test_it_is_used_up_even_by_one_who_may_not_enter(self, still: Hall) -> None:
        secret = (await access.one_time_link(still, WORKER)).rpartition("/")[2]
        assert await access.link(without(still, WORKER), secret) is None
        assert await access.link(still, secret) is None


class TestCookies:
    async def test_idle_for_half_a_day_it_ends_for_good(self, still: Hall) -> None:
        secret = await cookie(still)
        later(still, hours=12)
        assert await access.who(still, secret)
        later(still, hours=12, seconds=1)
        assert await access.who(still, secret) is None
        later(still, hours=-13)
        assert await access.who(still, secret) is None

    async def test_used_it_lives_a_week_and_no_longer(self, still: Hall) -> None:
        secret = await cookie(still)
        for _ in range(20):
            later(still, hours=8)
            assert await access.who(still, secret)
        later(still, hours=8)
        assert await access.who(still, secret) is None

    async def test_who_has_left_the_hall_is_out_at_once(self, still: Hall) -> None:
        secret = await cookie(still)
        assert await access.who(without(still, WORKER), secret) is None
        assert await access.who(still, secret)

    async def test_logged_out_it_is_nothing(self, still: Hall) -> None:
        one, other = await cookie(still), await cookie(still)
        await access.logout(still, one)
        assert await access.who(still, one) is None
        assert await access.who(still, other)

    async def test_it_is_no_token_and_a_token_is_none_of_it(self, still: Hall) -> None:
        secret, token = await cookie(still), await access.personal_token(still, WORKER)
        assert await access.who(still, secret, "token") is None
        assert await access.who(still, token) is None
        assert await access.who(still, token, "token")


class TestTokens:
    async def test_a_personal_one_rests_for_months_and_lives_a_year(self, still: Hall) -> None:
        token = await access.personal_token(still, WORKER)
        later(still, days=200)
        assert await access.who(still, token, "token")
        later(still, days=164)
        assert await access.who(still, token, "token")
        later(still, days=1)
        assert await access.who(still, token, "token") is None

    async def test_a_customers_outlives_restarts_and_opens_no_desk(self, tmp_path: Path) -> None:
        async with still_at(tmp_path) as hall:
            customer = await sit_down(hall)
            token = await access.customer_session(hall, customer)
        async with still_at(tmp_path) as hall:
            later(hall, days=900)
            assert await access.customer_of(hall, token) == customer
            assert await access.customer_of(hall, token + "x") is None
            assert await access.who(hall, token) is None
            assert await access.who(hall, token, "token") is None

    async def test_no_secret_lies_in_the_database(self, tmp_path: Path) -> None:
        async with still_at(tmp_path) as hall:
            await access.set_password(hall, WORKER, PASSWORD)
            secrets = [
                PASSWORD,
                await cookie(hall),
                (await access.one_time_link(hall, WORKER)).rpartition("/")[2],
                await access.personal_token(hall, WORKER),
                await access.customer_session(hall, "w1"),
            ]
        with sqlite3.connect(tmp_path / "hall.db") as base:
            tables = [row[0] for row in base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            kept = "".join(repr(base.execute(f'SELECT * FROM "{table}"').fetchall()) for table in tables)  # noqa: S608 - our own
        base.close()
        for secret in secrets:
            assert secret not in kept


async def test_a_session_nobody_has_seen_yet_counts_from_now(still: Hall) -> None:
    session = Session("cookie", WORKER, expires_at=still.clock.now() + timedelta(days=1))
    await still.ledger.write(lambda page: page.open_session(session, "s"))
    assert await access.who(still, "s")
