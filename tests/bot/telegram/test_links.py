"""The link to the open card: a button where others can follow it, words everywhere else."""

import pytest

from bot.telegram.links import parted, public

HALL = "https://hall.example.cn"
KEY = "/card/AbC_123-xyz"


@pytest.mark.parametrize(
    ("base", "is_public"),
    [
        (HALL, True),
        ("https://hall.example.cn:8443/sub", True),
        ("https://8.8.8.8", True),
        ("http://hall.example.cn", False),
        ("https://localhost", False),
        ("https://hall.localhost", False),
        ("https://printer.local", False),
        ("https://hall", False),
        ("https://127.0.0.1:8080", False),
        ("https://10.0.0.7", False),
        ("https://192.168.1.4", False),
        ("https://[::1]", False),
        ("https://hall..cn", False),
        ("", False),
    ],
)
def test_where_telegram_makes_a_button_of_a_link(base: str, is_public: bool) -> None:  # noqa: FBT001 - a table's cell
    assert public(base) is is_public


def test_the_line_with_the_link_becomes_the_button() -> None:
    text = f"已登记。\n随时看进度：{HALL}{KEY}\n不满意可回复“转人工”。"
    assert parted(text, HALL) == ("已登记。\n不满意可回复“转人工”。", HALL + KEY)
    assert parted(text.replace(KEY, f"{KEY}。"), f"{HALL}/") == ("已登记。\n不满意可回复“转人工”。", HALL + KEY)


def test_words_behind_the_link_stay_and_so_does_a_text_that_is_only_the_link() -> None:
    inline = f"看 {HALL}{KEY} 就知道办到哪了"
    assert parted(f"您好\n{inline}", HALL) == (f"您好\n{inline}", HALL + KEY)
    assert parted(HALL + KEY, HALL) == (HALL + KEY, HALL + KEY)


@pytest.mark.parametrize("base", ["http://hall.example.cn", "https://127.0.0.1:8080", "http://127.0.0.1:8080", ""])
def test_what_nobody_else_can_follow_stays_words(base: str) -> None:
    text = f"已登记。\n随时看进度：{base}{KEY}"
    assert parted(text, base) == (text, "")


def test_another_address_is_no_card() -> None:
    text = f"网上国网\nhttps://evil.example.cn{KEY}\n{HALL}/desk"
    assert parted(text, HALL) == (text, "")
