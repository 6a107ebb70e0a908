"""A leader's phone: an alert decided in one tap, without a script; a clerk's: a pause with its day."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served
from tests.browser.walking import clean, enter, judged, person, say, sent, unfolded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def reported(browser: Browser, served: Served) -> Page:
    """A customer whose outage is on its way."""
    customer = person(browser, served, 375, 740)
    customer.goto(served.address)
    say(customer, "我家停电了")
    expect(customer.get_by_role("log")).to_contain_text("没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502")
    expect(customer.get_by_role("log")).to_contain_text("首办人")
    return customer


def later(page: Page, served: Served, minutes: int) -> None:
    """Time passes in the drill."""
    answer = page.request.post(f"{served.address}/drill/clock", data={"forward_seconds": minutes * 60, "speed": 0})
    assert answer.ok


def test_a_leader_decides_in_one_tap_on_a_phone_without_script(browser: Browser, drilled: Served) -> None:
    customer = reported(browser, drilled)
    later(customer, drilled, 50)
    leader = browser.new_context(
        java_script_enabled=False, locale="zh-CN", viewport={"width": 375, "height": 740}
    ).new_page()
    enter(leader, drilled, "A001")
    leader.goto(f"{drilled.address}/board")
    first = leader.locator("article.alert").first
    expect(first).to_contain_text("客户会读到")
    told = first.locator(".taps li", has_text="我来回电").locator("p").inner_text().removeprefix("客户会读到：")
    first.locator("summary").click()
    first.get_by_label("对客户再说一句").fill("让您久等了，对不起")
    first.get_by_label("先不做，只看客户会读到什么").check()
    sent(first.get_by_role("button", name="我来回电"))
    expect(leader.locator(".seen")).to_contain_text("让您久等了，对不起")
    assert "亲自给您回电" not in customer.get_by_role("log").inner_text()
    leader.get_by_label("先不做").uncheck()
    sent(leader.get_by_role("button", name="我来回电"))
    expect(leader.get_by_text("已告诉客户您会回电")).to_be_visible()
    log = customer.get_by_role("log")
    expect(log).to_contain_text("让您久等了，对不起")
    expect(log).to_contain_text(told.splitlines()[0])


def test_the_alerts_page_and_the_board_are_clean_for_everybody(browser: Browser, drilled: Served) -> None:
    customer = reported(browser, drilled)
    later(customer, drilled, 50)
    for no in ("A001", "A301", "A202"):
        page = person(browser, drilled, 375, 740)
        enter(page, drilled, no)
        for path in ("/board", "/desk/alerts"):
            unfolded(page, drilled.address + path)


def test_a_case_is_put_aside_and_taken_up_on_a_phone(browser: Browser, drilled: Served) -> None:
    customer = reported(browser, drilled)
    log = customer.get_by_role("log")
    no = log.inner_text().split("工号 ")[1].split("，")[0]
    worker = person(browser, drilled, 375, 740)
    enter(worker, drilled, no)
    worker.goto(f"{drilled.address}/desk")
    worker.get_by_role("link", name="打开下一件").click()
    sent(worker.get_by_role("button", name="接单", exact=True))
    worker.locator("#form-stage summary").click()
    worker.get_by_label("到了哪一步").select_option("arrive")
    sent(worker.get_by_role("button", name="更新阶段"))
    worker.locator("#form-pause summary").click()
    worker.locator("#form-pause").get_by_label("为什么").fill("要等一只熔断器")
    sent(worker.get_by_role("button", name="挂起", exact=True))
    expect(worker.locator("#pauses")).to_contain_text("要等一只熔断器")
    expect(log).to_contain_text("要先放一放：要等一只熔断器")
    clean(worker)
    judged(worker)
    sent(worker.get_by_role("button", name="接着办"))
    expect(log).to_contain_text("接着办了")
    expect(worker.locator("#form-pause")).to_be_visible()
    worker.get_by_label("答复客户").fill("师傅正在换")
    worker.get_by_label("我答应几点前做到").fill("2099-12-01T18:00")
    sent(worker.get_by_role("button", name="发给客户"))
    expect(log).to_contain_text("师傅正在换")
    expect(worker.locator("#time")).to_contain_text("答应 12月1日")
