"""The live card in the chat: put in place without a jump, told politely, once after a reload; 来电了 is a button."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.serving import Served
from tests.browser.walking import judged, person, say

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def worker(page: Page, drilled: Served, no: str) -> dict[str, str]:
    """A token of somebody of the hall."""
    answer = page.request.post(f"{drilled.address}/drill/enter", data={"staff": no})
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def move(page: Page, drilled: Served, no: str, name: str, **body: str) -> None:
    """The first handler does something on the case."""
    address = f"{drilled.address}/api/staff/cases/{no}"
    case = page.request.get(address, headers=worker(page, drilled, "A001")).json()
    by = worker(page, drilled, case["first_handler"]["no"])
    answer = page.request.post(f"{address}/{name}", data=body, headers=by)
    assert answer.ok, answer.text()


def test_the_card_is_put_in_place_without_a_jump(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 600)
    customer.goto(drilled.address)
    say(customer, "停电报修")
    expect(customer.get_by_role("log")).to_contain_text("没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502")
    card = customer.locator("li.bubble", has_text="已为您登记「停电报修」")
    expect(card).to_have_count(1)
    no = card.locator(".card-top span").inner_text().removeprefix("工单 ")
    place = customer.locator("li.bubble").evaluate_all(
        "all => all.findIndex(one => one.textContent.includes('已为您登记'))"
    )
    customer.locator("#talk").evaluate("room => { room.scrollTop = 0; }")
    customer.evaluate("document.title = document.title; window.scrolled = 0")
    customer.locator("#talk").evaluate("room => room.addEventListener('scroll', () => { window.scrolled += 1; })")
    card.get_by_role("button", name=f"看工单 {no} 的进度").focus()
    before = customer.locator("#talk").evaluate("room => room.scrollTop")
    move(customer, drilled, no, "accept")
    move(customer, drilled, no, "stage", stage="arrive")
    held = customer.locator("li.bubble").nth(place)
    expect(held).to_contain_text("◐到场")
    expect(held.locator(".by")).to_contain_text("更新")
    expect(customer.locator("li.bubble", has_text="步骤：")).to_have_count(1)
    assert held.evaluate(
        "one => one.contains(document.activeElement)"
    )  # whoever stood on its button stands there still
    assert abs(customer.locator("#talk").evaluate("room => room.scrollTop") - before) <= 2
    expect(customer.locator("#told")).to_contain_text(f"工单进度更新：「停电报修」{no}")
    assert held.get_attribute("aria-live") == "off"
    judged(customer)
    customer.reload()
    again = customer.locator("li.bubble", has_text="步骤：")
    expect(again).to_have_count(1)
    expect(again).to_contain_text("◐到场")
    expect(customer.locator("li.bubble", has_text="已为您登记「停电报修」")).to_have_count(0)
    assert (
        customer.locator("li.bubble").evaluate_all("all => all.findIndex(one => one.textContent.includes('步骤：'))")
        == place
    )
    expect(customer.locator("#told")).to_have_text("")  # what is read again is not told again


def test_a_card_leaves_newer_questions_open(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    customer.goto(drilled.address)
    say(customer, "停电报修")
    expect(customer.get_by_role("log")).to_contain_text("没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502")
    asked = customer.locator(".choices", has=customer.get_by_role("button", name="只有我家"))
    expect(asked).to_be_visible()
    card = customer.locator("li.bubble", has_text="已为您登记「停电报修」")
    no = card.locator(".card-top span").inner_text().removeprefix("工单 ")
    move(customer, drilled, no, "accept")
    move(customer, drilled, no, "stage", stage="arrive")
    expect(customer.locator("li.bubble", has_text="步骤：")).to_contain_text("◐到场")
    expect(asked).not_to_have_class("choices past")
    asked.get_by_role("button", name="只有我家").click()
    expect(asked.get_by_role("button", name="只有我家")).to_have_attribute("aria-pressed", "true")
    judged(customer)
