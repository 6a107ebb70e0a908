"""The README's pictures, from the real product: `make pictures`."""

import re
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.serving import hall_serve

PICTURES = Path(__file__).parents[1] / "docs/pictures"


def say(page: Page, text: str, until: str) -> None:
    page.get_by_label("您要说的话").fill(text)
    page.get_by_role("button", name="发送").click()
    page.get_by_role("log").get_by_text(until).last.wait_for()


def main() -> int:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        hall_serve(Path(folder)) as hall,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        customer = browser.new_context(viewport={"width": 390, "height": 780}, device_scale_factor=2).new_page()
        customer.goto(hall.address)
        say(customer, "我家停电了", "没电的是哪里")
        say(customer, "青石镇竹溪路18号3幢502", "首办人")
        leader = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
        leader.goto(hall.board)
        leader.get_by_role("button", name=re.compile("进入")).click()
        second = browser.new_context().new_page()
        second.goto(hall.address)
        say(second, "插座冒火花了，还有焦味", "安全险情")
        third = browser.new_context().new_page()
        third.goto(hall.address)
        say(third, "转人工", "首办人")
        leader.goto(f"{hall.address}/desk")
        leader.screenshot(path=PICTURES / "desk.png")
        leader.get_by_role("link", name=re.compile("停电报修")).first.click()
        leader.get_by_role("button", name="接单", exact=True).click()
        customer.get_by_role("log").get_by_text("已接单").wait_for()
        leader.screenshot(path=PICTURES / "case.png")
        customer.screenshot(path=PICTURES / "chat.png")
        leader.goto(f"{hall.address}/board")
        leader.screenshot(path=PICTURES / "board.png")
        browser.close()
    return 0


sys.exit(main())
