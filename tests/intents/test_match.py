import re
import subprocess
import sys
import textwrap
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intents import train
from intents.match import Matcher, ModelUnreadable, load, understand
from intents.topic import Handbook
from intents.understanding import Zone
from tests.intents.conftest import CACHE

TODAY = date(2026, 11, 23)
ODD = st.text(max_size=120) | st.text(alphabet="停电过户户号电线着火，。？！1234567890 \n\u200b😀", max_size=200)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("家里突然没电了，能派人来修吗", "outage_repair"),
        ("買了二手房，電錶怎麼過戶", "owner_transfer"),
        ("转人工", "human_agent"),
        ("谢谢", "thanks"),
        ("今天股票怎么跌成这样", "out_of_scope"),
    ],
)
def test_plain_wishes(matcher: Matcher, text: str, intent: str) -> None:
    assert understand(matcher, text, today=TODAY).intent == intent


def test_a_line_of_the_handbook_is_understood_at_once(handbook: Handbook, matcher: Matcher) -> None:
    for code, topic in handbook.topics.items():
        for line in topic.examples[:8]:
            heard = understand(matcher, line, today=TODAY)
            assert heard.intent == code, line
            if code != "out_of_scope":
                assert (heard.zone, heard.candidates[0]) == (Zone.ANSWER, code)


def test_the_shape_of_an_understanding(matcher: Matcher) -> None:
    heard = understand(matcher, "我家没电了，户号9900000012", today=TODAY)
    assert heard.slots["account_no"] == "9900000012"
    assert 0 < len(heard.candidates) <= 5
    assert "out_of_scope" not in heard.candidates
    assert len(heard.scores) == len(heard.candidates)
    assert heard.score == heard.scores[0] == max(heard.scores)
    assert heard.why


def test_a_refused_text_still_has_guesses(matcher: Matcher) -> None:
    heard = understand(matcher, "明天会下雨吗，要不要带伞", today=TODAY)
    assert (heard.intent, heard.zone) == ("out_of_scope", Zone.REFUSE)
    assert heard.candidates
    assert heard.score < matcher.trust.refuse_below


def test_a_letter_may_hold_several_matters(matcher: Matcher) -> None:
    letter = "家里没电了，麻烦派师傅来修一下。另外我买了二手房，电表过户要带什么材料？"
    assert understand(matcher, letter, today=TODAY).matters == ("outage_repair", "owner_transfer")
    assert understand(matcher, "电表过户要带什么材料", today=TODAY).matters == ()


def test_the_strongest_sentence_of_a_long_letter_counts(matcher: Matcher) -> None:
    letter = (
        "我是一名退休教师，平时很少麻烦别人。" * 6 + "我想办电表过户，要带什么材料？" + "天气渐冷，祝各位保重身体。" * 4
    )
    assert "owner_transfer" in understand(matcher, letter, today=TODAY).candidates[:3]


@pytest.mark.parametrize(
    "text", ["", " ", "\u200b", "\n\n", "\ud800", "😀😀😀", "。。。", "\x00\x01", "ﷺ", "𠀀𠀁", "zzz qqq"]
)
def test_odd_texts_are_refused_quietly(matcher: Matcher, text: str) -> None:
    heard = understand(matcher, text, today=TODAY)
    assert heard.intent == "out_of_scope"
    assert not heard.danger


@settings(max_examples=150)
@given(text=ODD)
@example(text="\udcff" * 10)
@example(text="电" * 10_000)
def test_any_text_can_be_understood(matcher: Matcher, text: str) -> None:
    heard = understand(matcher, text, today=TODAY, places=("芦苇新村",), asked="address")
    assert 0 <= heard.score <= 1
    assert (heard.zone is Zone.REFUSE) == (heard.intent == "out_of_scope")


def test_danger_is_heard_by_rule_and_by_likeness(matcher: Matcher) -> None:
    assert understand(matcher, "表箱冒烟了", today=TODAY).why[0] == "rule:sparks"
    by_likeness = understand(matcher, "我家那口子修水泵，人趴在泵上不吭声了", today=TODAY)
    assert by_likeness.danger
    assert not any(why.startswith("rule:") for why in by_likeness.why)
    assert not understand(matcher, "昨晚梦见表箱冒烟了", today=TODAY).danger


@pytest.mark.parametrize("content", [b"", b"no model", b"PK\x03\x04broken"])
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "model.npz").write_bytes(content)
    with pytest.raises(ModelUnreadable):
        load(tmp_path / "model.npz")
    with pytest.raises(ModelUnreadable):
        load(tmp_path / "nothing.npz")


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    np.savez(tmp_path / "model.npz", meta=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelUnreadable):
        load(tmp_path / "model.npz")


@pytest.mark.parametrize("text", ["停电了，快来修。" * 1250, "电" * 10_000, "没电路" * 3333, "1 2-" * 2500])
def test_a_letter_of_ten_thousand_signs_is_read(matcher: Matcher, text: str) -> None:
    heard = understand(matcher, text, today=TODAY)
    assert 0 <= heard.score <= 1
    assert len(heard.candidates) <= 5
    assert not text.startswith("停电了") or heard.intent == "outage_repair"


@pytest.mark.slow
def test_the_serving_process_never_loads_what_only_training_needs(handbook: Handbook, matcher: Matcher) -> None:
    del matcher  # it made sure that the model is there
    script = textwrap.dedent("""
        import sys
        from datetime import date
        from pathlib import Path
        from intents.match import load, understand
        heard = understand(load(Path(sys.argv[1])), "我家停电了", today=date(2026, 11, 23))
        assert heard.intent == "outage_repair", heard
        print(",".join(name for name in ("sklearn", "scipy", "joblib") if name in sys.modules))
    """)
    path = train.ensure(handbook, CACHE)
    done = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == ""


def test_what_the_answers_tell_a_customer_to_say_is_understood(handbook: Handbook, matcher: Matcher) -> None:
    told = {
        (code, words)
        for code, topic in handbook.topics.items()
        for words in re.findall("[说回]「([^」]+)」", topic.answer)
    }
    assert told
    lost = [pair for pair in told if understand(matcher, pair[1], today=TODAY).zone is not Zone.ANSWER]
    assert not lost


@pytest.mark.parametrize("text", ["竹溪路18号3幢502", "9900000105", "三三零零，一一二二，三三"])
def test_what_is_only_told_names_no_matter(matcher: Matcher, text: str) -> None:
    assert understand(matcher, text, today=TODAY).zone is Zone.REFUSE


def test_a_report_before_a_bare_address_is_a_report(matcher: Matcher) -> None:
    heard = understand(matcher, "断电了 白鹭镇芦苇小区7号楼", today=TODAY, places=("白鹭镇", "芦苇小区"))
    assert heard.intent == "outage_repair"
