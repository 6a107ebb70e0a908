"""Headless Chromium walks a customer and a worker through the whole way on the real server."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.serving import Served, hall_serve
from tests.kit import CACHE, edition

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]
SERIOUS = ("serious", "critical")
PATIENCE = 15_000
"""Milliseconds a page may take on a machine with other work."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    assert found, "chromium is needed: make browser"
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    edition()
    shutil.copytree(CACHE, tmp_path / "cache")
    with hall_serve(tmp_path) as hall:
        yield hall


def person(browser: Browser, served: Served, width: int, height: int) -> Page:
    """Somebody with a device of his own; nothing may leave this machine."""
    context = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN")
    page = context.new_page()
    strangers: list[str] = []
    page.on("request", lambda request: strangers.append(request.url) if served.address not in request.url else None)
    page.on("pageerror", lambda error: strangers.append(str(error)))
    page.on("close", lambda _: None)
    page.strangers = strangers  # type: ignore[attr-defined]
    return page


def say(page: Page, text: str) -> None:
    page.get_by_label("您要说的话").fill(text)
    page.get_by_role("button", name="发送").click()


def judged(page: Page) -> None:
    """No serious accessibility fault, no sideways scrolling, no request to strangers, no script error."""
    faults = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert faults == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in faults]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.strangers == []  # type: ignore[attr-defined]


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
    leader.get_by_role("button", name="接单", exact=True).click()
    expect(log).to_contain_text("已接单")

    leader.get_by_text("内部备注（客户看不到）").click()
    leader.get_by_label("只在厅内留存").fill("客户家有老人，先去")
    leader.get_by_role("button", name="记下备注").click()
    expect(leader.locator("#time")).to_contain_text("客户家有老人，先去")

    leader.get_by_label("答复客户").fill("师傅十分钟后到")
    leader.get_by_role("button", name="发给客户").click()
    expect(log).to_contain_text("师傅十分钟后到")

    leader.locator("#form-resolve summary").click()
    leader.get_by_label("办得怎样，对客户说").fill("熔丝已换，送电正常")
    leader.get_by_role("button", name="办结", exact=True).click()
    assert leader.locator("#form-resolve input:invalid").count() >= 3
    for name in ("停电发生时间", "到场时间", "停电原因", "处理措施", "复电时间", "联系客户的时间和结果"):
        leader.locator("#form-resolve").get_by_label(name).fill("已核实")
    leader.get_by_role("button", name="办结", exact=True).click()
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


def enter(page: Page, served: Served, no: str) -> None:
    """Sit down as somebody of the hall: the drill's own way in."""
    answer = page.request.post(f"{served.address}/drill/enter", data={"staff": no})
    page.goto(served.address + urlsplit(answer.json()["link"]).path)
    page.get_by_role("button", name="进入").click()


def clean(page: Page) -> None:
    """No accessibility fault of any weight."""
    faults = Axe().run(page).response["violations"]
    assert faults == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in faults]


@pytest.fixture
def drilled(tmp_path: Path) -> Iterator[Served]:
    edition()
    shutil.copytree(CACHE, tmp_path / "cache")
    with hall_serve(tmp_path, "--drill") as hall:
        yield hall


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
    worker.get_by_role("button", name="接单", exact=True).click()
    worker.locator("#form-transfer summary").click()
    worker.get_by_label("移交给谁：工号").fill(other)
    worker.get_by_label("为什么换人").fill("我要去支援邻镇")
    worker.get_by_role("button", name="移交给别人").click()
    expect(worker.locator("#form-decide")).to_contain_text("还没有答复")
    clean(worker)

    expect(log).to_contain_text("想请")
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
    leader.get_by_role("button", name="同意移交").click()
    expect(leader.get_by_text("已定，客户和有关的人都已收到通知")).to_be_visible()
    expect(leader.locator("#transfers")).to_have_count(0)
    judged(leader)
    leader.goto(f"{drilled.address}/desk/people")
    expect(leader.get_by_role("heading", name="人员", level=1)).to_be_visible()
    clean(leader)
    judged(leader)

    expect(log).to_contain_text(f"的首办人换成 {name}")
    shown = person(browser, drilled, 375, 740)
    shown.goto(drilled.address + path)
    expect(shown.locator(".handler")).to_contain_text(name)
    expect(shown.locator(".hands")).to_contain_text("同意，那边更缺人")
    expect(shown.locator(".passed")).to_contain_text("我要去支援邻镇")
    expect(shown.locator(".drill")).to_contain_text("演练")
    clean(shown)
    judged(shown)
    judged(customer)


def test_reading_works_without_script(browser: Browser, served: Served) -> None:
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    page = context.new_page()
    page.goto(served.desk)
    page.get_by_role("button", name="进入").click()
    page.goto(f"{served.address}/desk")
    expect(page.get_by_role("heading", name="工单台", level=1)).to_be_visible()
    page.goto(served.address)
    expect(page.locator("noscript, .trouble").first).to_be_attached()


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
