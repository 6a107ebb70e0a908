"""Pages: Jinja templates beside this file, everything escaped, moments and spans said as people say them."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.hall.house import Hall
from bot.hall.wording import moment
from bot.web.answers import HALL

HERE = Path(__file__).parent
STATIC = HERE / "static"
PAPER = web.AppKey("paper", Environment)
_DAY = 24 * 60
LAST = (23, 59, 59)
"""How a promise by the day ends."""


def environment() -> Environment:
    """The templates' environment: escaping on, a name that is not there is an error."""
    paper = Environment(
        loader=FileSystemLoader(HERE / "templates", encoding="utf-8"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    paper.filters["span"] = span
    paper.filters["iso"] = datetime.fromisoformat
    return paper


def span(length: timedelta) -> str:
    """A span as people say it: 「2 天 3 小时」, 「45 分钟」."""
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    if minutes >= _DAY:
        return f"{days} 天 {hours} 小时" if hours else f"{days} 天"
    if hours:
        return f"{hours} 小时 {minutes % 60} 分" if minutes % 60 else f"{hours} 小时"
    return f"{minutes} 分钟"


def when(hall: Hall, at: str | datetime | None) -> str:
    """A moment in the hall's zone: today only the hour, else with the day."""
    if not at:
        return ""
    data = hall.edition().data
    zone = data.books.calendar.zone
    local = (datetime.fromisoformat(at) if isinstance(at, str) else at).astimezone(zone)
    if local.date() == hall.clock.now().astimezone(zone).date():
        return "今天 24:00" if (local.hour, local.minute, local.second) == LAST else f"今天 {local:%H:%M}"
    return moment(data, local)


def on_day(hall: Hall, at: str | datetime | None) -> str:
    """A moment with its day, also today: what is printed is read tomorrow."""
    if not at:
        return ""
    return moment(hall.edition().data, datetime.fromisoformat(at) if isinstance(at, str) else at)


def left(hall: Hall, at: str | None) -> tuple[str, str]:
    """What is left until a moment, and how pressing it is: calm, soon or late."""
    if not at:
        return "", "calm"
    rest = datetime.fromisoformat(at) - hall.clock.now()
    if rest < timedelta():
        return f"已超 {span(rest)}", "late"
    return f"还剩 {span(rest)}", "soon" if rest <= timedelta(minutes=30) else "calm"


def render(hall: Hall, paper: Environment, name: str, **facts: object) -> str:
    """A page's text."""
    info = hall.edition().data.info
    now = hall.clock.now()
    return paper.get_template(name).render(
        hall=info,
        drill=hall.drill,
        now=when(hall, now),
        clock=now.isoformat(),
        when=lambda at: when(hall, at),
        on_day=lambda at: on_day(hall, at),
        left=lambda at: left(hall, at),
        **facts,
    )


def page(
    request: web.Request, name: str, status: int = 200, headers: Mapping[str, str] | None = None, **facts: object
) -> web.Response:
    """A page as an answer."""
    text = render(request.app[HALL], request.app[PAPER], name, **facts)
    return web.Response(text=text, status=status, headers=headers, content_type="text/html", charset="utf-8")
