from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from intents.reader import read_handbook, shipped
from intents.text import choice, normalise, plain, safe, sentences, strip_noise, wants_person, words

CHINESE = st.text(alphabet="電费廢乾著瞭後裏面臺灣憂鬱停了，。 \n\u200b\ufe0fＡ１①㈠ﾊﾟé́İ", max_size=40)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("電費怎麼交", "电费怎么交"),
        ("１２３ＡＢ", "123ab"),
        ("停\u200b电\u2060了", "停电了"),
        ("停 电 了", "停电了"),
        ("hello 停电 please", "hello 停电 please"),
        ("真的?!", "真的？！"),
        ("一\r\n\r\n二", "一\n二"),
        ("🈚️电", "无电"),
        ("a\x00b\x07", "ab"),
        ("", ""),
    ],
)
def test_what_means_the_same_is_spelt_the_same(text: str, folded: str) -> None:
    assert normalise(text) == folded


def test_surrogates_are_joined_or_dropped() -> None:
    assert safe("\ud83d\ude00 \ud800") == "\U0001f600 "
    assert normalise("停\udfff电").encode()


@given(st.text(max_size=80) | CHINESE)
@example("电\u0301费")
def test_normalising_twice_is_once(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    once.encode()


def test_names_keep_their_script() -> None:
    assert plain("陳大文") == "陳大文"


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("你好，请问电费怎么交？谢谢！", "电费怎么交？"),
        ("在吗？我想问一下，怎么过户", "怎么过户"),
        ("您好，麻烦问一下今天停电吗 🙏🙏", "今天停电吗"),
        ("你好", "你好"),
        ("谢谢", "谢谢"),
        ("谢谢王师傅冒雨抢修", "谢谢王师傅冒雨抢修"),
        ("👍", "👍"),
    ],
)
def test_politeness_is_no_intent_unless_there_is_nothing_else(text: str, bare: str) -> None:
    assert strip_noise(normalise(text)) == bare


def test_sentences_end_where_they_end() -> None:
    assert list(sentences("停电了。什么时候来！！\n户号在这")) == ["停电了", "什么时候来", "户号在这"]
    run_on = "，".join(["这句话没有句号"] * 60)
    pieces = list(sentences(run_on))
    assert all(len(piece) <= 120 for piece in pieces)
    assert "".join(pieces).replace("，", "") == run_on.replace("，", "")
    assert max(len(piece) for piece in sentences("电" * 500)) <= 120


@pytest.mark.parametrize(
    "text", ["1", "１", "①", "一", "1.", "1、", "选1", "第一个", "要1号", "1吧", "我要选第1项", "(1)", "1️⃣", " 1 "]
)
def test_a_number_is_chosen_in_many_ways(text: str) -> None:
    assert choice(text) == 1


@pytest.mark.parametrize("text", ["", "0", "10", "1234567890", "一般", "停电", "1 2", "第一次来", "1号线停电", "人工"])
def test_what_is_no_choice(text: str) -> None:
    assert choice(text) is None


def test_choices_go_to_nine() -> None:
    assert [choice(sign) for sign in "二两3⑤九"] == [2, 2, 3, 5, 9]


@pytest.mark.parametrize("text", ["0", "０", "人工", "转人工", "0 人工", "找真人吧", "人工客服"])
def test_nought_and_people(text: str) -> None:
    assert wants_person(text)


@pytest.mark.parametrize("text", ["", "转", "10", "人工费多少", "o", "零线断了"])
def test_what_asks_for_nobody(text: str) -> None:
    assert not wants_person(text)


@pytest.mark.slow
def test_the_halls_words_stay_whole(tmp_path: Path) -> None:
    cut = words(read_handbook(shipped()).words, tmp_path).cut
    assert cut("转人工问充电桩的分时电价") == ["转人工", "问", "充电桩", "的", "分时电价"]
    assert "一户多人口" in cut("一户多人口怎么办")
    assert list(tmp_path.iterdir())


@pytest.mark.parametrize("text", ["²", "2²", "选¹", "⁰", "₀"])
def test_an_exponent_chooses_nothing(text: str) -> None:
    assert choice(text) is None
    assert not wants_person(text)
