"""The chat on a bad line: what was typed is never lost, and never said as somebody else."""

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser.serving import Served
from tests.browser.walking import judged, person, say

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_words_sent_before_one_has_a_seat_wait_for_it(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    seats: list[Route] = []
    customer.route("**/api/chat/sessions", lambda route: seats.append(route))  # noqa: PLW0108 - a builtin is not taken
    customer.goto(drilled.address)
    say(customer, "我家停电了")
    log = customer.get_by_role("log")
    expect(log).to_contain_text("我家停电了")
    customer.wait_for_timeout(500)
    assert len(seats) == 1
    seats[0].continue_()
    expect(log).to_contain_text("没电的是哪里")
    expect(log.get_by_text("我家停电了", exact=True)).to_have_count(1)
    expect(customer.locator("#hint")).to_have_text("")
    assert len(seats) == 1
    customer.reload()
    expect(customer.get_by_role("log")).to_contain_text("没电的是哪里")
    judged(customer)


def test_a_talk_that_ended_begins_once_anew_and_keeps_what_was_typed(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    customer.goto(drilled.address)
    say(customer, "你好")
    log = customer.get_by_role("log")
    expect(log.locator("li.bubble").nth(1)).to_be_visible()
    customer.evaluate("localStorage.setItem('hall.token', 'gone')")
    customer.context.set_offline(True)
    customer.wait_for_timeout(300)
    seats: list[str] = []
    customer.on("request", lambda one: seats.append(one.url) if one.url.endswith("/api/chat/sessions") else None)
    say(customer, "我家停电了")
    customer.context.set_offline(False)
    expect(log).to_contain_text("没电的是哪里", timeout=30_000)
    expect(log.get_by_text("我家停电了", exact=True)).to_have_count(1)
    expect(customer.locator("#hint")).to_contain_text("为您开了新的")
    assert len(seats) == 1
