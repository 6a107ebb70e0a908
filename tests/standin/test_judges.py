"""The judges see what is wrong, all of it and nothing else."""

import json
from typing import Any

import pytest

from tests.standin.judges import Violation, judge, judge_call
from tests.standin.kit import Call, World, fresh
from tests.standin.seen import Addresses

NINE: list[tuple[str, dict[str, Any], str]] = [
    ("sendMessage", {"chat_id": 1}, "model"),
    ("sendMessage", {"chat_id": 1, "text": "好", "colour": "red"}, "unknown field"),
    (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "好",
            "reply_markup": {"inline_keyboard": [[{"text": "甲", "callback_data": "a", "x": 1}]]},
        },
        "unknown field",
    ),
    ("deleteMessage", {"chat_id": 1, "message_id": "seven"}, "model"),
    ("sendTelegram", {"chat_id": 1, "text": "好"}, "unknown method"),
    ("sendMessage", {"chat_id": 1, "text": "停" * 4097}, "rule"),
    ("sendMessage", {"chat_id": 1, "text": "电费<100元 & 更多", "parse_mode": "HTML"}, "rule"),
    (
        "sendMessage",
        {
            "chat_id": 1,
            "text": "好",
            "reply_markup": {"inline_keyboard": [[{"text": "甲", "callback_data": "汉" * 22}]]},
        },
        "rule",
    ),
    ("createForumTopic", {"chat_id": -1001, "name": "停" * 129}, "topic name"),
]


async def _seed(world: World, *, form: bool) -> list[Call]:
    for method, params, _ in NINE:
        flat = {key: one if isinstance(one, str) else json.dumps(one) for key, one in params.items()}
        how: dict[str, Any] = {"data": flat} if form else {"json": params}
        async with world.session.post(f"{world.api}/bot{world.token}/{method}", **how) as answer:
            assert not (await answer.json())["ok"]
    return await world.calls()


@pytest.mark.parametrize("form", [True, False])
async def test_nine_wrong_calls_are_nine_violations(standin: Addresses, *, form: bool) -> None:
    async with fresh(standin) as world:
        found = judge(await _seed(world, form=form))
    assert [(one.n, one.rule) for one in found] == [(no, rule) for no, (_, _, rule) in enumerate(NINE, 1)]


def said(method: str, **params: Any) -> list[Violation]:
    return judge_call(Call(1, 0.0, method, params, {}))


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"chat_id": "1", "text": "   "}),
    ("sendMessage", {"chat_id": "1", "text": "好", "parse_mode": "html5"}),
    ("sendMessage", {"chat_id": "0", "text": "好"}),
    ("sendMessage", {"chat_id": "tg:5", "text": "好"}),
    ("sendMessage", {"chat_id": "-1001", "text": "好", "message_thread_id": "1"}),
    ("sendMessage", {"chat_id": "1", "text": "https://t.me/hall_bot?start=工单7"}),
    ("sendMessage", {"chat_id": "1", "text": f"https://t.me/hall_bot?start={'a' * 65}"}),
    ("sendMessage", {"chat_id": "1", "text": "DL-7 已受理!", "parse_mode": "MarkdownV2"}),
    ("sendMessage", {"chat_id": "1", "text": "好", "disable_notification": "perhaps"}),
    ("sendMessage", {"chat_id": "1", "text": "好", "reply_parameters": '{"message": 5}'}),
    ("sendPhoto", {"chat_id": "1", "photo": "id", "caption": "停" * 1025}),
    ("sendMediaGroup", {"chat_id": "1", "media": '[{"type": "photo", "media": "a", "caption": "%s"}]' % ("停" * 1025)}),
    ("answerCallbackQuery", {"callback_query_id": "1", "text": "停" * 201}),
    ("createForumTopic", {"chat_id": "-1001", "name": " "}),
]


@pytest.mark.parametrize(("method", "params"), WRONG)
def test_one_wrong_thing_is_one_violation(method: str, params: dict[str, Any]) -> None:
    assert len(said(method, **params)) == 1


RIGHT: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"chat_id": "7123456789", "text": "12345", "disable_notification": "true"}),
    ("sendMessage", {"chat_id": -1001234567890, "text": "好", "message_thread_id": 7}),
    ("sendMessage", {"chat_id": "@hall", "text": "https://t.me/hall_bot?start=DL20261123-0007_x"}),
    ("sendMessage", {"chat_id": "1", "text": "<b>5</b> &lt;6", "parse_mode": "HTML"}),
    ("getUpdates", {"offset": "-1", "timeout": "10", "allowed_updates": '["message","callback_query"]'}),
    ("sendPhoto", {"chat_id": "1", "photo": "attach://file0", "caption": "回执"}),
    ("editMessageText", {"chat_id": "1", "message_id": "5", "text": "好", "reply_markup": '{"inline_keyboard":[]}'}),
    ("setMessageReaction", {"chat_id": "1", "message_id": "5", "reaction": '[{"type":"emoji","emoji":"👍"}]'}),
    ("setWebhook", {"url": "https://hall.example/hook", "secret_token": "s", "max_connections": "40"}),
    ("copyMessages", {"chat_id": "1", "from_chat_id": "2", "message_ids": "[1,2]"}),
    ("setMyCommands", {"commands": '[{"command":"start","description":"开始"}]', "language_code": "zh"}),
]


@pytest.mark.parametrize(("method", "params"), RIGHT)
def test_right_calls_pass(method: str, params: dict[str, Any]) -> None:
    assert said(method, **params) == []


def test_an_uploaded_file_stands_for_its_field() -> None:
    files = {"document": {"name": "a.pdf", "mime": "application/pdf", "size": 3}}
    assert judge_call(Call(1, 0.0, "sendDocument", {"chat_id": "1"}, files)) == []
    assert [one.rule for one in said("sendDocument", chat_id="1")] == ["model"]


async def test_a_pardon_covers_what_it_names(world: World) -> None:
    world.pardon("sendTelegram")
    async with world.session.get(f"{world.api}/bot{world.token}/sendTelegram") as answer:
        assert answer.status == 404
