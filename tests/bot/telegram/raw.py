"""Raw updates as Telegram writes them, for tests that need no server."""

from typing import Any

Json = dict[str, Any]
PERSON: Json = {"id": 77, "is_bot": False, "first_name": "张", "last_name": "三"}
PRIVATE: Json = {"id": 77, "type": "private", "first_name": "张"}
GROUP: Json = {"id": -1001, "type": "supergroup", "title": "工作群", "is_forum": True}


def message(update: int, text: str = "", *, number: int = 0, kind: str = "message", **more: Any) -> Json:
    """An update with a message of the person in the private chat, unless `more` says otherwise."""
    body: Json = {"message_id": number or update, "date": 1_795_400_000, "chat": PRIVATE, "from": PERSON}
    if text:
        body["text"] = text
    return {"update_id": update, kind: body | more}


def of(user: int, update: int, text: str, **more: Any) -> Json:
    """The same of another person."""
    person, chat = PERSON | {"id": user}, PRIVATE | {"id": user}
    return message(update, text, chat=chat, **{"from": person}, **more)


def press(update: int, data: str | None, *, chat: Json = PRIVATE, **more: Any) -> Json:
    """A press under a message of the bot."""
    bot = {"id": 1, "is_bot": True, "first_name": "小首"}
    under = {"message_id": 5, "date": 1_795_400_000, "chat": chat, "from": bot, "text": "请选"}
    query: Json = {"id": f"q{update}", "from": PERSON, "chat_instance": "1", "message": under | more}
    if data is not None:
        query["data"] = data
    return {"update_id": update, "callback_query": query}


def member(update: int, status: str, *, chat: Json = PRIVATE) -> Json:
    """The bot is stopped, or started again."""
    bot = {"id": 1, "is_bot": True, "first_name": "小首"}
    until = {"until_date": 0} if status == "kicked" else {}
    change = {
        "chat": chat,
        "from": PERSON,
        "date": 1_795_400_000,
        "old_chat_member": {"user": bot, "status": "member"},
        "new_chat_member": {"user": bot, "status": status, **until},
    }
    return {"update_id": update, "my_chat_member": change}


def file(number: str = "f1", size: int = 10, **more: Any) -> Json:
    """A file as it is announced."""
    return {"file_id": number, "file_unique_id": number, "file_size": size, **more}


def picture(number: str, width: int, size: int) -> Json:
    """One size of a photo."""
    return file(number, size, width=width, height=width)
