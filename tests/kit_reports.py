"""A handbook with a matter that is nobody else's business, and a talk about it."""

from dataclasses import replace

from bot.guide import secrecy
from intents.topic import Ask, TopicKind
from intents.understanding import Zone
from tests.kit_guide import ADDRESS, BOOKS, PHONE, REFUSED, Talk, matter, means

REPORT = matter(
    secrecy.REPORT,
    TopicKind.CASE,
    asks=(Ask("address", needed=True, question="偷电的是哪里？"), Ask("phone"), Ask("clue", question="您看到了什么？")),
    opens_case=True,
    promises=("service.default",),
)
WITH_REPORT = replace(BOOKS, topics={**BOOKS.topics, REPORT.code: REPORT})
SAYS = means(secrecy.REPORT)
KNOWN = {"phone": PHONE, "address": "自己的家", "name": "顾念慈", "account_no": "9900000012"}


def reporting(*replies: str, known: dict[str, str] | None = None) -> Talk:
    """Somebody who reports theft, and what he answered."""
    talk = Talk(books=WITH_REPORT, known=known)
    talk.say("楼下饭店偷电", SAYS)
    for reply in replies:
        talk.say(reply, means(zone=Zone.REFUSE, address=ADDRESS) if reply == ADDRESS else REFUSED)
    return talk
