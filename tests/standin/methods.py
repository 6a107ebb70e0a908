"""Which function answers which method of the Bot API; names are compared without case, as there."""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.standin import chats, media, talking, webhook
from tests.standin.params import Params
from tests.standin.world import World

Method = Callable[[World, Params], Any]
KINDS = ("photo", "document", "voice", "video", "audio", "animation", "sticker", "video_note")

METHODS: dict[str, Method] = {
    "getme": chats.get_me,
    "setwebhook": webhook.set_webhook,
    "deletewebhook": webhook.delete_webhook,
    "getwebhookinfo": webhook.info,
    "sendmessage": talking.send_message,
    "sendlocation": talking.send_location,
    "sendcontact": talking.send_contact,
    "sendmediagroup": media.send_group,
    **{f"send{kind.replace('_', '')}": partial(media.send_media, kind=kind) for kind in KINDS},
    "getfile": media.get_file,
    "editmessagetext": talking.edit_text,
    "editmessagecaption": talking.edit_caption,
    "editmessagereplymarkup": talking.edit_markup,
    "deletemessage": talking.delete_message,
    "deletemessages": talking.delete_messages,
    "answercallbackquery": talking.answer_press,
    "copymessage": talking.copy_message,
    "copymessages": talking.copy_messages,
    "forwardmessage": talking.forward_message,
    "forwardmessages": talking.forward_messages,
    "sendchataction": talking.chat_action,
    "pinchatmessage": talking.pin,
    "unpinchatmessage": talking.unpin,
    "setmessagereaction": talking.react,
    "getchat": chats.get_chat,
    "getchatmember": chats.get_member,
    "getchatadministrators": chats.get_administrators,
    "getchatmembercount": chats.member_count,
    "leavechat": chats.leave,
    "createforumtopic": chats.create_topic,
    "editforumtopic": chats.edit_topic,
    "closeforumtopic": chats.close_topic,
    "reopenforumtopic": chats.reopen_topic,
    "deleteforumtopic": chats.delete_topic,
    "setmycommands": chats.set_commands,
    "getmycommands": chats.get_commands,
    "deletemycommands": chats.delete_commands,
    "setmyname": chats.nothing,
    "setmydescription": chats.nothing,
    "setmyshortdescription": chats.nothing,
    "setchatmenubutton": chats.nothing,
    "close": chats.nothing,
    "logout": chats.nothing,
}
