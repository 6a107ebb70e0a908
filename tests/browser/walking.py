"""How somebody walks through the pages, and what is asked of every one of them."""

from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page

from tests.browser.serving import Served

SERIOUS = ("serious", "critical")


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


def sent(button: Locator) -> None:
    """Press it and wait for the next page: the old one may show the news first, and lose what is typed."""
    with button.page.expect_navigation():
        button.click()


def judged(page: Page) -> None:
    """No serious accessibility fault, no sideways scrolling, no request to strangers, no script error."""
    faults = [one for one in Axe().run(page).response["violations"] if one["impact"] in SERIOUS]
    assert faults == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in faults]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.strangers == []  # type: ignore[attr-defined]


def enter(page: Page, served: Served, no: str) -> None:
    """Sit down as somebody of the hall: the drill's own way in."""
    answer = page.request.post(f"{served.address}/drill/enter", data={"staff": no})
    page.goto(served.address + urlsplit(answer.json()["link"]).path)
    page.get_by_role("button", name="进入").click()


def clean(page: Page) -> None:
    """No accessibility fault of any weight."""
    faults = Axe().run(page).response["violations"]
    assert faults == [], [(one["id"], [node["html"] for node in one["nodes"]]) for one in faults]


def unfolded(page: Page, address: str) -> None:
    """A page with all its folds open is clean and fits, on a phone and at a desk."""
    page.goto(address)
    for folded in page.locator("main details > summary").all():
        folded.click()
    for width in (375, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        clean(page)
        judged(page)
