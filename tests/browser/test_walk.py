"""Headless Chromium walks a customer and a worker through the whole way on the real server."""

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.serving import Served
from tests.browser.walking import clean, enter, judged, person, say, sent, unfolded

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


def test_a_customer_and_a_worker_go_the_whole_way(browser: Browser, served: Served) -> None:
    customer = person(browser, served, 375, 740)
    customer.goto(served.address)
    log = customer.get_by_role("log")
    judged(customer)

    say(customer, "过户要带什么")
    expect(log).to_contain_text("权属证明")
    expect(log).to_contain_text("依据")
    customer.get_by_role("button", name="先不用").last.click()
    expect(log).to_contain_text("随时告诉我")

    say(customer, "我家停电了 <b>快来</b>")
    expect(log).to_contain_text("没电的是哪里")
    assert customer.locator("#log b").count() == 0
    say(customer, "青石镇竹溪路18号3幢502")
    expect(log).to_contain_text("雷九川")
    expect(log).to_contain_text("A301")
    judged(customer)

    leader = person(browser, served, 1280, 900)
    leader.goto(served.board)
    leader.get_by_role("button", name="进入").click()
    leader.goto(f"{served.address}/board")
    expect(leader.get_by_role("heading", name="值班看板")).to_be_visible()
    judged(leader)
    leader.goto(f"{served.address}/desk")
    leader.get_by_role("link", name="停电报修").first.click()
    expect(leader.locator("#brief")).to_contain_text("青石镇竹溪路18号3幢502")
    judged(leader)
    sent(leader.get_by_role("button", name="接单", exact=True))
    expect(log).to_contain_text("已接单")

    leader.get_by_text("内部备注（客户看不到）").click()
    leader.get_by_label("只在厅内留存").fill("客户家有老人，先去")
    sent(leader.get_by_role("button", name="记下备注"))
    expect(leader.locator("#time")).to_contain_text("客户家有老人，先去")

    leader.get_by_label("答复客户").fill("师傅十分钟后到")
    sent(leader.get_by_role("button", name="发给客户"))
    expect(log).to_contain_text("师傅十分钟后到")
    expect(leader.locator("#time")).to_contain_text("师傅十分钟后到")  # the page is the new one

    leader.locator("#form-resolve summary").click()
    leader.get_by_label("办得怎样，对客户说").fill("熔丝已换，送电正常")
    leader.get_by_role("button", name="办结", exact=True).click()
    assert leader.locator("#form-resolve input:invalid").count() >= 3
    for name in ("停电发生时间", "到场时间", "停电原因", "处理措施", "复电时间", "联系客户的时间和结果"):
        leader.locator("#form-resolve").get_by_label(name).fill("已核实")
    sent(leader.get_by_role("button", name="办结", exact=True))
    expect(log).to_contain_text("请您确认")

    customer.get_by_role("button", name="已解决").last.click()
    expect(log).to_contain_text("打个分")
    customer.get_by_role("button", name="5", exact=True).last.click()
    expect(log).to_contain_text("5 分")
    assert "客户家有老人" not in customer.content()
    customer.reload()
    expect(customer.get_by_role("log")).to_contain_text("5 分")
    judged(customer)
    leader.reload()
    expect(leader.locator("#case-head")).to_contain_text("已办结")
    judged(leader)


def test_hands_change_with_the_customer_and_the_leader_and_the_card_says_so(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    customer.goto(drilled.address)
    log = customer.get_by_role("log")
    say(customer, "我家停电了")
    expect(log).to_contain_text("没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502")
    expect(log).to_contain_text("首办人：")
    expect(log.locator('a[href^="/card/"]').first).to_be_visible()
    customer.get_by_role("button", name="我的工单").click()
    customer.get_by_role("button", name="公开工单卡").click()
    link = customer.locator(".card-link a")
    expect(link).to_be_focused()
    judged(customer)
    path = link.get_attribute("href") or ""
    customer.get_by_role("button", name="关上").click()

    card = browser.new_context(viewport={"width": 375, "height": 740}, java_script_enabled=False).new_page()
    card.goto(drilled.address + path)
    expect(card.get_by_role("heading", name="停电报修")).to_be_visible()
    handler = card.locator(".handler").inner_text()
    no = handler.split("工号 ")[1].split("，")[0]
    other, name = ("A302", "闻潮生") if no != "A302" else ("A301", "雷九川")

    worker = person(browser, drilled, 1280, 900)
    enter(worker, drilled, no)
    worker.goto(f"{drilled.address}/desk")
    worker.get_by_role("link", name="打开下一件").click()
    expect(worker.get_by_text("先办这张，因为：等您接单")).to_be_visible()
    sent(worker.get_by_role("button", name="接单", exact=True))
    worker.locator("#form-transfer summary").click()
    worker.get_by_label("移交给谁：工号").fill(other)
    worker.get_by_label("为什么换人").fill("我要去支援邻镇")
    sent(worker.get_by_role("button", name="移交给别人"))
    expect(worker.locator("#form-decide")).to_contain_text("还没有答复")
    clean(worker)

    expect(log).to_contain_text("您同意吗")
    customer.get_by_role("button", name="同意", exact=True).last.click()
    expect(log).to_contain_text("值班领导定")
    expect(worker.locator("#form-decide")).to_contain_text("已同意")
    card.reload()
    expect(card.locator(".handler")).to_have_text(handler)
    expect(card.locator("p.next")).to_contain_text("等值班领导定")

    leader = person(browser, drilled, 1280, 900)
    enter(leader, drilled, "A001")
    leader.goto(f"{drilled.address}/board")
    expect(leader.locator("#transfers")).to_contain_text(name)
    clean(leader)
    leader.locator("#transfers").get_by_label("您的理由").fill("同意，那边更缺人")
    sent(leader.get_by_role("button", name="同意移交"))
    expect(leader.get_by_text("已定，客户和有关的人都已收到通知")).to_be_visible()
    expect(leader.locator("#transfers")).to_have_count(0)
    judged(leader)
    leader.goto(f"{drilled.address}/desk/people")
    expect(leader.get_by_role("heading", name="人员", level=1)).to_be_visible()
    clean(leader)
    judged(leader)

    expect(log).to_contain_text(f"换了首办人，现在是{name}")
    shown = person(browser, drilled, 375, 740)
    shown.goto(drilled.address + path)
    expect(shown.locator(".handler")).to_contain_text(name)
    expect(shown.locator(".hands")).to_contain_text("同意，那边更缺人")
    expect(shown.locator(".passed")).to_contain_text("我要去支援邻镇")
    expect(shown.locator(".drill")).to_contain_text("演练")
    clean(shown)
    judged(shown)
    judged(customer)


def test_every_page_is_clean_on_a_phone_and_at_a_desk(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    customer.goto(drilled.address)
    say(customer, "我要投诉，沈砚秋态度很差")
    expect(customer.get_by_role("log")).to_contain_text("首办人")
    leader = person(browser, drilled, 375, 740)
    enter(leader, drilled, "A001")
    leader.goto(f"{drilled.address}/desk")
    complaint = leader.get_by_role("link", name="投诉").first.get_attribute("href") or ""
    editor = person(browser, drilled, 375, 740)
    enter(editor, drilled, "A903")
    expect(editor.get_by_role("heading", name="您能做什么")).to_be_visible()
    seen = [(leader, path) for path in ("/desk", "/desk/me", "/desk/people", "/board", complaint, "/login", "/none")]
    for page, path in [*seen, (editor, "/desk/me"), (editor, "/desk"), (customer, "/")]:
        unfolded(page, drilled.address + path)


def test_a_clerk_works_without_script(browser: Browser, drilled: Served) -> None:
    customer = person(browser, drilled, 375, 740)
    customer.goto(drilled.address)
    say(customer, "我家停电了")
    expect(customer.get_by_role("log")).to_contain_text("没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502")
    link = customer.get_by_role("log").locator('a[href^="/card/"]').first
    expect(link).to_be_visible()
    phone = {"width": 375, "height": 740}
    page = browser.new_context(java_script_enabled=False, locale="zh-CN", viewport=phone).new_page()
    page.goto(drilled.address)
    expect(page.locator("noscript, .trouble").first).to_be_attached()
    page.goto(drilled.address + (link.get_attribute("href") or ""))
    no = page.locator(".handler").inner_text().split("工号 ")[1].split("，")[0]
    enter(page, drilled, no)
    page.goto(f"{drilled.address}/desk")
    page.locator("details.contract summary").click()
    expect(page.locator("details.contract")).to_contain_text("交出去之前")
    page.get_by_role("link", name="打开下一件").click()
    page.get_by_role("link", name="现在可做").click()
    sent(page.get_by_role("button", name="接单", exact=True))
    expect(page.get_by_text("已接单，客户已收到通知")).to_be_visible()
    page.get_by_label("常用回复").select_option(index=1)
    sent(page.get_by_role("button", name="放进答复框"))
    page.get_by_label("答复客户").fill("师傅已经出发")
    sent(page.get_by_role("button", name="发给客户"))
    expect(customer.get_by_role("log")).to_contain_text("师傅已经出发")
    page.locator("#form-help summary").click()
    page.get_by_label("请谁").fill("A303")
    page.get_by_label("请帮什么").fill("带一只熔丝")
    sent(page.get_by_role("button", name="请人协办"))
    expect(page.locator(".tasks")).to_contain_text("带一只熔丝")


def test_eight_tabs_of_the_desk_stay_alive(browser: Browser, served: Served) -> None:
    context = browser.new_context(locale="zh-CN")
    first = context.new_page()
    first.goto(served.desk)
    first.get_by_role("button", name="进入").click()
    for _ in range(8):
        page = context.new_page()
        page.goto(f"{served.address}/desk")
        expect(page.get_by_role("heading", name="工单台", level=1)).to_be_visible()
    customer = person(browser, served, 375, 740)
    customer.goto(served.address)
    say(customer, "转人工")
    expect(customer.get_by_role("log")).to_contain_text("首办人")
