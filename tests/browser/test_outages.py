"""A leader's phone while an estate is dark: confirmed, told on and restored by forms, without a script."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served
from tests.browser.walking import clean, enter, judged, person, say, sent

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
CAUSE = "电缆接头烧坏"


def dark(browser: Browser, served: Served, number: int) -> Page:
    """One home of the estate in the dark."""
    customer = person(browser, served, 375, 740)
    customer.goto(served.address)
    say(customer, f"停电了，望橹新村{number}幢")
    expect(customer.get_by_role("log")).to_contain_text("首办人")
    return customer


def test_an_outage_is_confirmed_and_restored_on_a_phone_without_script(browser: Browser, drilled: Served) -> None:
    homes = [dark(browser, drilled, number) for number in (2, 4)]
    leader = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 375, "height": 740}
    ).new_page()
    enter(leader, drilled, "A001")
    leader.goto(f"{drilled.address}/board")
    leader.locator("#incidents").get_by_role("link", name="望橹新村").click()
    confirm = leader.locator("#form-confirm")
    confirm.get_by_label("停电原因").fill(CAUSE)
    confirm.get_by_label("先不发").check()
    sent(confirm.get_by_role("button"))
    expect(leader.locator(".seen")).to_contain_text("会发给 2 位客户")
    confirm.get_by_label("先不发").uncheck()
    sent(confirm.get_by_role("button"))
    for home in homes:
        expect(home.get_by_role("log")).to_contain_text(CAUSE)
    watcher = person(browser, drilled, 375, 740)
    enter(watcher, drilled, "A001")
    for path in (leader.url.removeprefix(drilled.address).split("?")[0], "/desk/incidents"):
        watcher.goto(drilled.address + path)
        for folded in watcher.locator("main details > summary").all():
            folded.click()
        for width in (375, 1280):
            watcher.set_viewport_size({"width": width, "height": 800})
            clean(watcher)
            judged(watcher)
    leader.locator("#form-restore summary").click()
    leader.locator("#form-restore").get_by_label("怎么修好的").fill("接头已换好")
    sent(leader.locator("#form-restore").get_by_role("button"))
    for home in homes:
        expect(home.get_by_role("log")).to_contain_text("接头已换好")
        expect(home.get_by_role("button", name="还没来电")).to_be_visible()
