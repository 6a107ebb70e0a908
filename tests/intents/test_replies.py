from collections.abc import Callable
from pathlib import Path

import pytest

from intents.reader import HandbookFaults, read_handbook
from intents.replies import VARIABLES, bare, blanks, forbidden_in, forbidden_of
from intents.rows import Source
from intents.sense import templates
from intents.topic import Handbook, Reply

Spoil = Callable[[str, str, str], Path]
REPLY = """
[[reply]]
code = "late"
name = "要晚了"
text = "您好，{handler}，单 {no} 要晚到{几点}。也可以打 {call_95598}。"
topics = ["lamp"]
"""


@pytest.fixture
def with_replies(folder: Path) -> Path:
    (folder / "replies.toml").write_text(REPLY, encoding="utf-8")
    (folder / "forbidden.txt").write_text("# 忌语\n不归我管\n  你 问我，我问谁！\n", encoding="utf-8")
    return folder


def complaints(folder: Path) -> list[str]:
    with pytest.raises(HandbookFaults) as caught:
        read_handbook(folder)
    return [str(fault) for fault in caught.value.faults]


def test_facts_are_filled_in_and_what_the_case_or_a_person_fills_stays(with_replies: Path) -> None:
    handbook = read_handbook(with_replies)
    (reply,) = handbook.replies
    text = "您好，{handler}，单 {no} 要晚到{几点}。也可以打 95598。"
    assert reply == Reply("late", "要晚了", text, ("lamp",))
    assert list(blanks(reply)) == ["几点"]
    assert handbook.forbidden == ("不归我管", "你问我我问谁")


def test_a_handbook_without_either_file_has_none(folder: Path) -> None:
    handbook = read_handbook(folder)
    assert (handbook.replies, handbook.forbidden) == ((), ())


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("replies.toml", "{几点}", "9 点", "replies.toml 第 5 行：话里写了数字"),
        ("replies.toml", "{几点}", "９点", "第 5 行：话里写了数字"),
        ("replies.toml", "{几点}", "{clock}", "花括号里的「clock」哪里都没有写"),
        ("replies.toml", "{几点}", "{3点}", "花括号里的「3点」哪里都没有写"),
        ("replies.toml", "{几点}", "{几点", "花括号没有配对"),
        ("replies.toml", "{几点}", "｛几点｝", "花括号要用英文的"),
        ("replies.toml", "{几点}", "{{几点}}", "花括号要用英文的"),
        ("replies.toml", "要晚到", "不 归我，管", "第 5 行：话里有服务忌语「不归我管」"),
        ("replies.toml", '["lamp"]', '["bulb"]', "第 6 行：没有「bulb」这项业务"),
        ("replies.toml", 'topics = ["lamp"]', f'topics = ["lamp"]\n{REPLY}', "常用回复「late」写了两遍"),
        ("replies.toml", 'code = "late"', 'code = "晚"', "只能用英文小写字母"),
        ("replies.toml", 'name = "要晚了"', "", "缺「name」这一项"),
        ("replies.toml", "[[reply]]", "[reply]", "两层方括号"),
        ("forbidden.txt", "不归我管", "不管", "forbidden.txt 第 2 行：「不管」太短"),
        ("forbidden.txt", "不归我管", "不归我管\n不归我 管", "「不归我 管」写了两遍"),
    ],
)
def test_faults_name_file_line_and_what_to_mend(
    with_replies: Path, spoil: Spoil, name: str, old: str, new: str, message: str
) -> None:
    del with_replies  # written before it is spoilt
    assert any(message in told for told in complaints(spoil(name, old, new)))


def test_words_are_compared_without_blanks_and_punctuation() -> None:
    assert bare("不 归，我。管！") == "不归我管"
    assert forbidden_in("这个 不归、我管 啊", ("不归我管",)) == "不归我管"
    assert forbidden_in("这个归我管", ("不归我管",)) == ""


def test_comments_and_blank_lines_are_no_words() -> None:
    source = Source("forbidden.txt", "# 说明\n\n不归我管\n")
    assert forbidden_of(source) == ("不归我管",)
    assert source.faults == []


@pytest.mark.parametrize(
    "rude",
    [
        "这个不归我管，你找物业",
        "你问我，我问谁去啊",
        "不是说过了吗？材料要带原件",
        "跟你说了多少遍了！",
        "你去投诉吧",
        "规定就是这样，我有什么办法",
        "停电 不关我的事",
    ],
)
def test_how_clerks_brush_people_off_is_caught(handbook: Handbook, rude: str) -> None:
    assert forbidden_in(rude, handbook.forbidden)


@pytest.mark.parametrize(
    "kind",
    [
        "您不知道的话，我来查。",
        "户号不清楚没关系，我替您找。",
        "这件事我来管，您不用再找别人。",
        "您别着急，什么时候来都行。",
        "麻烦您了，真不好意思。",
        "您可以投诉，我们不拦，电话告诉您。",
        "水管的事归自来水公司管，我已经帮您联系好了。",
        "这次停电不是我们的事故引起的，是树压断了线，已经在修。",
        "我不确定，去问了再答复您。",
        "对不起，让您等着急了，没有及时说是我们不对。",
        "规定是要带原件，暂时没有也可以先受理。",
        "下班以后也能在网上办，明天来也行。",
    ],
)
def test_kind_words_pass(handbook: Handbook, kind: str) -> None:
    assert forbidden_in(kind, handbook.forbidden) == ""


def test_the_handbook_itself_says_nothing_forbidden(handbook: Handbook) -> None:
    said = [text for topic in handbook.topics.values() for text, *_ in templates(topic)]
    said += [*handbook.phrases.values(), *(reply.text for reply in handbook.replies)]
    assert {word for text in said if (word := forbidden_in(text, handbook.forbidden))} == set()


def test_the_shipped_lists_are_of_use(handbook: Handbook) -> None:
    assert 30 <= len(handbook.forbidden) <= 60
    assert 25 <= len(handbook.replies) <= 35
    assert all(f"blank.{name}" in handbook.phrases for name in VARIABLES)
    assert all(len(reply.text) <= 200 for reply in handbook.replies)
    assert sum(bool(list(blanks(reply))) for reply in handbook.replies) >= 15
    for code in ("outage_repair", "complaint", "owner_transfer", "new_resident"):
        assert [reply for reply in handbook.replies if code in reply.topics], code
