import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.telegram.reading import Card, Incoming, Sent, Unreadable, What, clean, envelope, press_of, read, spoken
from tests.bot.telegram.raw import GROUP, PERSON, PRIVATE, file, member, message, picture, press


def test_words_of_a_private_chat() -> None:
    found = read(message(9, "我家停电了", number=4))
    assert (found.what, found.update, found.message, found.text) == (What.WORDS, 9, 4, "我家停电了")
    assert (found.chat, found.kind, found.user, found.name) == (77, "private", 77, "张 三")
    assert found.at is not None
    assert found.at.tzinfo is not None
    assert found.start is None


def test_an_edit_is_an_edit() -> None:
    found = read(message(9, "我家停电", kind="edited_message", edit_date=1_795_400_100))
    assert found.what is What.EDIT
    assert found.text == "我家停电"


@pytest.mark.parametrize(
    ("text", "start", "said"),
    [
        ("/start", "", "您好"),
        ("/start DL20261123-0007", "DL20261123-0007", "您好"),
        ("/start@hall_bot x", "x", "您好"),
        ("/start 中文 不行", "", "您好"),
        ("/help", None, "您好"),
        ("/cancel", None, "cancel"),
        ("/urge 快点", None, "urge 快点"),
        ("/报修", None, "报修"),
        ("停/送电", None, "停/送电"),
        ("/", None, ""),
    ],
)
def test_commands_are_words(text: str, start: str | None, said: str) -> None:
    found = read(message(1, text))
    assert found.start == start
    assert spoken(found) == said


def test_a_topic_is_known_by_its_mark_and_not_by_a_thread_alone() -> None:
    in_topic = message(1, "到场了", chat=GROUP, message_thread_id=12, is_topic_message=True)
    assert read(in_topic).thread == 12
    plain_reply = message(1, "到场了", chat=GROUP, message_thread_id=12)
    assert read(plain_reply).thread == 0


def test_what_is_answered_is_known_but_a_topic_s_first_message_is_no_answer() -> None:
    other = {"message_id": 3, "date": 1, "chat": GROUP, "from": PERSON, "text": "请写结果"}
    found = read(message(9, "好了", chat=GROUP, reply_to_message=other))
    assert (found.reply_to, found.reply_text) == (3, "请写结果")
    first = {"message_id": 2, "date": 1, "chat": GROUP, "forum_topic_created": {"name": "x", "icon_color": 1}}
    assert read(message(9, "好了", chat=GROUP, reply_to_message=first)).reply_to == 0


def test_a_press() -> None:
    found = read(press(8, "12.0"))
    assert (found.what, found.data, found.press, found.message) == (What.PRESS, "12.0", "q8", 5)
    assert (found.chat, found.user, found.reply_text) == (77, 77, "请选")
    topic = read(press(8, "12.0", chat=GROUP, message_thread_id=4, is_topic_message=True))
    assert (topic.chat, topic.thread) == (-1001, 4)


def test_a_press_under_a_message_too_old_to_be_seen() -> None:
    raw = press(8, "12.0")
    raw["callback_query"]["message"] = {"chat": PRIVATE, "message_id": 5, "date": 0}
    assert (read(raw).what, read(raw).chat) == (What.PRESS, 77)


def test_a_press_without_data_or_message_is_nothing() -> None:
    assert read(press(8, None)).what is What.NOTHING
    raw = press(8, "1.1")
    del raw["callback_query"]["message"]
    assert read(raw).what is What.NOTHING


def test_a_photo_is_its_largest_picture_that_may_be_fetched() -> None:
    sizes = [picture("s", 90, 1000), picture("m", 800, 90_000), picture("l", 4000, 9_000_000)]
    found = read(message(6, photo=sizes, caption="电表", media_group_id="g1"))
    assert found.files == (Sent("l", "photo-6.jpg", "image/jpeg", 9_000_000),)
    assert (found.text, found.album) == ("电表", "g1")
    assert read(message(6, photo=sizes), 100_000).files[0].file_id == "m"
    assert read(message(6, photo=sizes), 10).files[0].file_id == "s"


@pytest.mark.parametrize(
    ("kind", "body", "sent"),
    [
        ("voice", file(duration=3, mime_type="audio/ogg"), Sent("f1", "voice-6.ogg", "audio/ogg", 10)),
        ("voice", file(duration=3), Sent("f1", "voice-6.ogg", "audio/ogg", 10)),
        ("video_note", file(duration=3, length=240), Sent("f1", "video-6.mp4", "video/mp4", 10)),
        (
            "audio",
            file(duration=3, file_name="录音.m4a", mime_type="audio/mp4"),
            Sent("f1", "录音.m4a", "audio/mp4", 10),
        ),
        ("video", file(duration=3, width=1, height=1), Sent("f1", "video-6.mp4", "video/mp4", 10)),
        (
            "document",
            file(file_name="合同.pdf", mime_type="application/pdf"),
            Sent("f1", "合同.pdf", "application/pdf", 10),
        ),
        ("document", file(), Sent("f1", "file-6", "", 10)),
    ],
)
def test_files(kind: str, body: dict[str, Any], sent: Sent) -> None:
    assert read(message(6, **{kind: body})).files == (sent,)


def test_a_place_and_a_venue() -> None:
    place = {"latitude": 30.5, "longitude": 114.25}
    assert read(message(6, location=place)).location == (30.5, 114.25)
    venue = {"location": place, "title": "青石镇", "address": "竹溪路18号"}
    found = read(message(6, location=place, venue=venue))
    assert (found.location, found.text) == ((30.5, 114.25), "青石镇 竹溪路18号")
    with pytest.raises(Unreadable):
        read(message(6, location={"latitude": 300.0, "longitude": 1.0}))


def test_a_contact_is_one_s_own_only_if_telegram_says_so() -> None:
    card = {"phone_number": "13800000001", "first_name": "张"}
    assert read(message(6, contact=card | {"user_id": 77})).contact == Card("张", "13800000001", own=True)
    assert read(message(6, contact=card | {"user_id": 78})).contact == Card("张", "13800000001", own=False)
    assert read(message(6, contact=card)).contact == Card("张", "13800000001", own=False)


def test_what_nobody_can_take_is_named() -> None:
    dice = read(message(6, dice={"emoji": "🎲", "value": 3}))
    assert (dice.what, dice.unsupported) == (What.NOTHING, "dice")
    sticker = file(type="regular", width=1, height=1, is_animated=False, is_video=False)
    assert read(message(6, sticker=sticker)).unsupported == "sticker"


def test_service_messages_bots_and_channels_are_nothing() -> None:
    assert read(message(6, new_chat_members=[PERSON], chat=GROUP)) == Incoming(
        **{**_shape(read(message(6, new_chat_members=[PERSON], chat=GROUP))), "what": What.NOTHING, "unsupported": ""}
    )
    assert read(message(6, "x", **{"from": PERSON | {"is_bot": True}})).what is What.NOTHING
    channel = {"id": -100, "type": "channel", "title": "c"}
    assert read(message(6, "x", kind="channel_post", chat=channel)).what is What.NOTHING
    assert read(message(6, "x", chat=GROUP, sender_chat=channel)).what is What.NOTHING


def _shape(found: Incoming) -> dict[str, Any]:
    return {name: getattr(found, name) for name in Incoming.__slots__}


def test_who_stops_the_bot_and_who_starts_it_again() -> None:
    assert read(member(6, "kicked")).blocked is True
    assert read(member(6, "member")).blocked is False
    assert read(member(6, "kicked")).what is What.MEMBER
    assert read(member(6, "member", chat=GROUP)).what is What.NOTHING


def test_a_group_that_moved() -> None:
    old = {"id": -5, "type": "group", "title": "工作群"}
    found = read(message(6, chat=old, migrate_to_chat_id=-1005))
    assert (found.what, found.chat, found.moved_to) == (What.MIGRATED, -5, -1005)


def test_unknown_kinds_and_unknown_fields_are_no_harm() -> None:
    assert read({"update_id": 6, "wholly_new": {"a": 1}}).what is What.NOTHING
    assert read(message(6, "在", something_new={"b": [1]})).text == "在"


@pytest.mark.parametrize(
    "raw",
    [
        {"update_id": 6, "message": {"message_id": 1}},
        {"update_id": 6, "message": 5},
        {"update_id": 6, "message": {"message_id": 1, "date": "gestern", "chat": {"id": 1, "type": "private"}}},
        {"update_id": 6, "callback_query": {"id": 1}},
        message(6, text="x", date=10**30),
        message(6, photo=[{"file_id": 3}]),
        {"update_id": 6, "message": message(6)["message"] | {"text": {"a": 1}}},
        {"update_id": 6, "message": message(6)["message"] | {"chat": {"id": "x", "type": "private"}, "text": "x"}},
        {"update_id": 2**70},
        {"update_id": True},
        {},
    ],
)
def test_poison_is_unreadable_and_nothing_else(raw: dict[str, Any]) -> None:
    with pytest.raises(Unreadable) as shapeless:
        read(raw)
    assert shapeless.value.why


def test_text_is_made_safe_to_keep() -> None:
    assert clean("a\x00b\ud800c\r\nd") == "ab\ufffdc\nd"
    assert read(message(6, "漏\x00电")).text == "漏电"


def test_the_envelope_tells_whose_order_it_is() -> None:
    assert envelope(message(1, "x")) == ("77", "")
    assert envelope(message(1, photo=[], media_group_id="g")) == ("77", "g")
    assert envelope(message(1, photo=[], media_group_id="g", chat=GROUP)) == ("-1001", "")
    assert envelope(press(1, "x")) == ("77", "")
    assert envelope(member(1, "kicked")) == ("77", "")
    assert envelope(message(1, "x", kind="edited_message")) == ("77", "")
    for odd in ({}, {"message": 5}, {"message": {"chat": 5}}, {"message": {"chat": {"id": "x"}}}, {"poll": {}}):
        assert envelope(odd) == ("", "")


def test_the_number_of_a_press() -> None:
    assert press_of(press(3, "x")) == "q3"
    assert press_of(message(3, "x")) == ""
    assert press_of({"callback_query": {"id": 5}}) == ""


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = st.sampled_from(["text", "chat", "from", "photo", "date", "contact", "location", "message_id", "entities"])


@given(st.dictionaries(_FIELDS, _JSON, max_size=4))
def test_whatever_comes_is_read_or_unreadable(fields: dict[str, Any]) -> None:
    raw = {"update_id": 6, "message": message(6, "x")["message"] | fields}
    envelope(raw)
    json.dumps(raw)
    try:
        found = read(raw)
    except Unreadable:
        return
    assert isinstance(found.text, str)
    assert isinstance(found.chat, int)
