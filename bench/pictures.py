"""The README's pictures, from the real product: `make pictures`."""

import re
import sys
import tempfile
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.serving import Served, hall_serve

PICTURES = Path(__file__).parents[1] / "docs/pictures"
MORNING = "2026-12-01T10:00:00+08:00"
"""A Tuesday: everybody is on shift."""
PORT = "8088"
LATER = 40 * 60
"""Seconds until the first promises press."""


def say(page: Page, text: str, until: str) -> None:
    page.get_by_label("您要说的话").fill(text)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("log").get_by_text(until).last.wait_for()


def enter(browser: Browser, hall: Served, no: str) -> Page:
    """Sit down as somebody of the hall, at a desk's screen."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}, locale="zh-CN").new_page()
    answer = page.request.post(f"{hall.address}/drill/enter", data={"staff": no})
    page.goto(hall.address + urlsplit(answer.json()["link"]).path)
    page.get_by_role("button", name="进入").click()
    return page


def newcomer(browser: Browser, hall: Served) -> Page:
    """A customer with a phone."""
    phone = browser.new_context(
        viewport={"width": 390, "height": 780}, device_scale_factor=2, locale="zh-CN"
    ).new_page()
    phone.goto(hall.address)
    return phone


def outage(browser: Browser, hall: Served, leader: Page) -> None:
    """Three homes of one estate in the dark; the leader reads what he is about to send, then sends it."""
    homes = [newcomer(browser, hall) for _ in range(3)]
    for number, home in zip((3, 5, 7), homes, strict=True):
        say(home, f"停电了，听荷苑{number}幢", "首办人")
    leader.goto(f"{hall.address}/desk/incidents")
    leader.locator("#live").get_by_role("link").filter(has_text="听荷苑").click()
    confirm = leader.locator("#form-confirm")
    confirm.get_by_label("停电原因").fill("电缆接头烧坏")
    confirm.get_by_label("预计几点来电").fill(f"{MORNING[:10]}T12:30")
    confirm.get_by_label("先不发").check()
    confirm.get_by_role("button").click()
    leader.get_by_text("还没有发").wait_for()
    leader.screenshot(path=PICTURES / "incident.png")
    confirm.get_by_label("先不发").uncheck()
    confirm.get_by_role("button").click()
    homes[0].get_by_role("log").get_by_text("电缆接头烧坏").wait_for()
    late = newcomer(browser, hall)
    say(late, "听荷苑9幢也没电", "电缆接头烧坏")


def arrived(worker: Page, customer: Page) -> None:
    """The crew is there: the customer's card, edited where it stands."""
    worker.locator("#form-stage summary").click()
    worker.get_by_label("到了哪一步").select_option("arrive")
    worker.get_by_role("button", name="更新阶段").click()
    customer.get_by_role("log").get_by_text("抢修人员已到现场").wait_for()
    card = customer.get_by_role("log").get_by_text("步骤：").first
    card.evaluate("card => card.scrollIntoView({block: 'center'})")
    customer.wait_for_timeout(500)
    customer.screenshot(path=PICTURES / "live.png")


def take(browser: Browser, hall: Served) -> None:
    """One case whose hands are changing, one danger, one counter matter; then a picture of every page."""
    customer = newcomer(browser, hall)
    customer.request.post(f"{hall.address}/drill/clock", data={"now": MORNING, "jump": True})
    say(customer, "我家停电了", "没电的是哪里")
    say(customer, "青石镇竹溪路18号3幢502", "首办人")
    card = customer.locator('a[href^="/card/"]').first.get_attribute("href") or ""
    say(newcomer(browser, hall), "插座冒火花了，还有焦味", "安全险情")
    owner = newcomer(browser, hall)
    say(owner, "我要办过户", "现在登记办理")
    owner.get_by_role("button", name="现在登记办理").last.click()
    say(owner, "19900004321", "单号")
    shown = newcomer(browser, hall)
    shown.goto(hall.address + card)
    handler = shown.locator(".handler").inner_text().split("工号 ")[1].split("，")[0]
    worker = enter(browser, hall, handler)
    worker.goto(f"{hall.address}/desk")
    worker.get_by_role("link", name=re.compile("停电报修")).first.click()
    worker.get_by_role("button", name="接单", exact=True).click()
    customer.get_by_role("log").get_by_text("已接单，马上开始办").wait_for()
    worker.locator("#form-transfer summary").click()
    worker.get_by_label("移交给谁：工号").fill("A302" if handler != "A302" else "A301")
    worker.get_by_label("为什么换人").fill("我要去支援邻镇，怕耽误您")
    worker.get_by_role("button", name="移交给别人").click()
    customer.get_by_role("button", name="同意", exact=True).wait_for()
    customer.wait_for_timeout(500)
    customer.screenshot(path=PICTURES / "chat.png")
    customer.get_by_role("button", name="同意", exact=True).click()
    customer.get_by_role("log").get_by_text("记下您同意了").wait_for()
    worker.locator("#form-decide").get_by_text("已同意").wait_for()
    worker.goto(worker.url.split("?")[0])
    worker.screenshot(path=PICTURES / "case.png")
    shown.reload()
    shown.screenshot(path=PICTURES / "card.png")
    leader = enter(browser, hall, "A001")
    leader.goto(f"{hall.address}/desk")
    leader.screenshot(path=PICTURES / "desk.png")
    arrived(worker, customer)
    outage(browser, hall, leader)
    customer.request.post(f"{hall.address}/drill/clock", data={"forward_seconds": LATER, "speed": 0})
    leader.goto(f"{hall.address}/board")
    leader.screenshot(path=PICTURES / "alerts.png")
    leader.locator("#late").evaluate("part => part.scrollIntoView()")
    leader.set_viewport_size({"width": 1280, "height": 1100})
    leader.screenshot(path=PICTURES / "board.png")


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        hall_serve(Path(folder), "--drill", HALL_PORT=PORT) as hall,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        take(browser, hall)
        browser.close()
    return 0


sys.exit(main())
