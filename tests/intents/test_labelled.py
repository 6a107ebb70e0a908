import pytest

from intents.faults import HandbookFaults
from intents.labelled import Labelled, read_labelled


def faults(*lines: bytes | str) -> list[str]:
    raw = b"\n".join(line if isinstance(line, bytes) else line.encode() for line in lines)
    with pytest.raises(HandbookFaults) as told:
        read_labelled(raw, "a.jsonl")
    return [str(one) for one in told.value.faults]


def test_every_key_of_a_line_is_read() -> None:
    raw = (
        '\ufeff{"text": "停电了", "intent": "outage_repair"}\r\n\n'
        '{"text": "", "intent": " hazard ", "also": ["fire", "life"], "danger": true, "note": 1}\n'
        '{"text": "你好", "intent": "greeting", "also": null, "danger": false}'
    )
    assert read_labelled(raw.encode(), "a.jsonl") == (
        Labelled("停电了", "outage_repair", (), None, 1),
        Labelled("", "hazard", ("fire", "life"), danger=True, line=3),
        Labelled("你好", "greeting", (), danger=False, line=4),
    )


def test_every_slip_is_told_with_its_line_and_all_at_once() -> None:
    good = '{"text": "停电了", "intent": "outage_repair"}'
    told = faults(
        good,
        "{text: 1}",
        b'{"text": "\xff", "intent": "a"}',
        "[1]",
        '{"text": "a"}',
        '{"intent": "a"}',
        '{"text": 1, "intent": "a"}',
        '{"text": "a", "intent": " "}',
        '{"text": "a", "intent": "a", "also": "b"}',
        '{"text": "a", "intent": "a", "danger": 1}',
        "[" * 100_000,
    )
    assert [line.split("：")[0] for line in told] == [f"a.jsonl 第 {at} 行" for at in range(2, 12)]
    for line, word in zip(
        told,
        (
            "看不懂",
            "UTF-8",
            '{"text"',
            "少了「intent」",
            "少了「text」",
            "要写成文字",
            "空的",
            "also",
            "true",
            "看不懂",
        ),
        strict=True,
    ):
        assert word in line


def test_a_file_of_nothing_is_no_exam() -> None:
    assert faults("") == ["a.jsonl：一句话也没有"]
    assert faults("\n \n") == ["a.jsonl：一句话也没有"]
