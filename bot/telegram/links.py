"""The link to a customer's open card: a button where Telegram takes such a link, else the words as they are."""

import ipaddress
import re
from urllib.parse import urlsplit

_CARD = "/card/[A-Za-z0-9_-]{1,64}"
_AFTER = "。．.!！)）」』”\"' \t"
"""What may stand behind a link at the end of its line."""


def public(base_url: str) -> bool:
    """Whether others can follow a link there and Telegram makes a button of it: https, and no inner address."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ipaddress.ip_address(host).is_global
    except ValueError:
        names = host.split(".")
        return parts.scheme == "https" and len(names) > 1 and all(names) and names[-1] not in ("localhost", "local")


def parted(text: str, base_url: str) -> tuple[str, str]:
    """The text without the line that ends in a card's link, and the link; as it is where no button can be made."""
    if not base_url or not public(base_url):
        return text, ""
    lines = text.split("\n")
    for number, line in enumerate(lines):
        found = re.search(re.escape(base_url.rstrip("/")) + _CARD, line)
        if found:
            ends = not line[found.end() :].strip(_AFTER) and len(lines) > 1
            left = lines[:number] + lines[number + 1 :] if ends else lines
            return "\n".join(left), found[0]
    return text, ""
