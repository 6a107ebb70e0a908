"""Asks Telegram who we are and what we may: for whoever sets the hall up, before a customer notices."""

from telegram import Bot, ChatMemberAdministrator
from telegram.error import BadRequest, ChatMigrated, Conflict, Forbidden, InvalidToken, TelegramError

from bot.telegram.client import Access, close, make_bot

_SAID = {
    "unreachable": "连不上 Telegram：TELEGRAM_API_BASE_URL 指的地址打不开，或者这台机器出不去；网页聊天和工单台照常。",
    "unauthorised": "Telegram 不认这个令牌：请核对 TELEGRAM_BOT_TOKEN。",
    "conflict": "另有一个程序在用同一个令牌收消息，请停掉一个。",
}


async def look(access: Access) -> tuple[str, list[str]]:
    """(ok, unreachable, unauthorised or conflict; what is to be mended, in Chinese)."""
    bot = make_bot(access)
    try:
        await bot.initialize()
        return "ok", await _faults(bot, access)
    except TelegramError as error:
        status = "unreachable"
        if isinstance(error, InvalidToken):
            status = "unauthorised"
        elif isinstance(error, Conflict):
            status = "conflict"
        return status, [_SAID[status]]
    finally:
        await close(bot)


async def _faults(bot: Bot, access: Access) -> list[str]:
    found = await _group(bot, access.staff_chat) if access.staff_chat else []
    hook = await bot.get_webhook_info()
    if access.mode == "webhook" and hook.url and not hook.url.startswith(access.base_url):
        found.append("这个机器人的 webhook 现在指着别处；开厅后会改到本厅，另一处就收不到了。")
    if access.mode == "polling" and hook.url:
        found.append("这个机器人现在设着 webhook；本厅用轮询，开厅后会把它去掉。")
    return found


async def _group(bot: Bot, group: int) -> list[str]:
    """Whether cases can have topics in the staff group."""
    try:
        chat = await bot.get_chat(group)
        me = await bot.get_chat_member(group, bot.id)
    except ChatMigrated as moved:
        return [f"员工群升级过，号码变了：请把 TELEGRAM_STAFF_CHAT_ID 改成 {moved.new_chat_id}。"]
    except (BadRequest, Forbidden):
        return ["员工群找不到：请核对 TELEGRAM_STAFF_CHAT_ID，并把机器人拉进群。"]
    if not chat.is_forum:
        return ["员工群没有开“话题”：工单会混在一起。请在群设置里打开话题。"]
    if not isinstance(me, ChatMemberAdministrator) or not me.can_manage_topics:
        return ["机器人在员工群里还不能管理话题：请设为管理员，并给“管理话题”的权限。"]
    return []
