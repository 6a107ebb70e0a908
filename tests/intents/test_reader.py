from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from intents.reader import HandbookFaults, handbook_from, read_handbook, shipped
from intents.topic import Fact, PromiseRow, TopicKind

Spoil = Callable[[str, str, str], Path]


def complaints(folder: Path) -> list[str]:
    with pytest.raises(HandbookFaults) as caught:
        read_handbook(folder)
    return [str(fault) for fault in caught.value.faults]


def test_the_shipped_handbook_has_no_fault() -> None:
    handbook = read_handbook(shipped())
    assert {"hazard", "outage_repair", "owner_transfer", "out_of_scope"} <= set(handbook.topics)
    assert handbook.topics["hazard"].kind is TopicKind.DANGER
    assert handbook.topics["hazard"].situations
    assert len(handbook.dangers) > 400


def test_a_folder_becomes_frozen_topics(folder: Path) -> None:
    handbook = read_handbook(folder)
    lamp = handbook.topics["lamp"]
    assert (lamp.name, lamp.kind, lamp.post, lamp.as_of) == ("路灯报修", TopicKind.CASE, "work", date(2026, 11, 23))
    assert lamp.examples == ("路灯不亮了", "门口的灯坏了来修", "巷子里一盏灯都没有")
    assert lamp.steps[0].told == "师傅到了。"
    assert lamp.asks[0].needed
    assert lamp.facts["height"] == Fact("height", "6 米", "示例")
    assert handbook.facts["call_95598"].confidence == "高"
    assert handbook.phrases == {"hello": "您好", "post.guide": "引导岗"}
    assert handbook.words == ("路灯",)
    assert handbook.dangers == (("灯杆漏电", True), ("灯杆上的广告", False))


def test_uncovered_sentences_join_the_negatives_until_their_matter_has_a_file(folder: Path) -> None:
    handbook = read_handbook(folder)
    assert handbook.negatives == ("今天下雨吗", "帮我点个外卖", "一度电几块")
    assert handbook.uncovered == (("一度电几块", "tariff"),)


def test_the_version_is_that_of_all_texts(folder: Path, spoil: Spoil) -> None:
    first = read_handbook(folder).version
    assert read_handbook(folder).version == first
    assert read_handbook(spoil("phrases.toml", "您好", "您好呀")).version != first


@pytest.mark.parametrize(
    ("name", "old", "new", "message"),
    [
        ("topics/lamp.toml", 'name = "路灯报修"', "name = “路灯报修”", "topics/lamp.toml 第 2 行：第 2 行用了中文引号"),
        ("topics/lamp.toml", 'post = "work"', 'post = "boss"', "topics/lamp.toml 第 4 行：「post」只能是 guide、work"),
        ("topics/lamp.toml", 'kind = "case"', 'kind = "thing"', "第 3 行：「kind」只能是"),
        ("topics/lamp.toml", 'lane = "backstage"', 'lane = "attic"', "第 27 行：「lane」只能是 customer、frontstage"),
        ("topics/lamp.toml", "opens_case = true", 'opens_case = "yes"', "第 5 行：「opens_case」只能写 true 或 false"),
        ("topics/lamp.toml", "opens_case = true", "opens_cases = true", "第 5 行：不认识「opens_cases」这一项"),
        ("topics/lamp.toml", 'source = "示例"\nas_of', "as_of", "缺「source」这一项"),
        ("topics/lamp.toml", "as_of = 2026-11-23", 'as_of = "明天"', "2026-11-23 这样的日期"),
        ("topics/lamp.toml", "{call_95598}", "{call_95589}", "第 10 行：花括号里的「call_95589」哪里都没有写"),
        ("topics/lamp.toml", "{call_95598}", "95598", "第 10 行：话里写了数字"),
        ("topics/lamp.toml", "{call_95598}", "９５５９８", "第 10 行：话里写了数字"),
        ("topics/lamp.toml", "{call_95598}", "{call_95598", "花括号没有配对"),
        (
            "topics/lamp.toml",
            "{promise.lamp.arrive.urban}",
            "{promise.lamp.leave}",
            "第 9 行：花括号里的「promise.lamp.leave」",
        ),
        ("topics/lamp.toml", "{promise.lamp.arrive.urban}", "{promise.lamp.inside}", "没有对外承诺"),
        ("topics/lamp.toml", '["lamp.arrive"]', '["lamp.arrives"]', "第 6 行：没有「lamp.arrives」这个时限"),
        (
            "topics/lamp.toml",
            '\npromise = "lamp.arrive"',
            '\npromise = "lamp.gone"',
            "第 28 行：没有「lamp.gone」这个时限",
        ),
        ("topics/lamp.toml", "师傅到了。", "师傅 5 分钟到。", "第 29 行：话里写了数字"),
        ("topics/lamp.toml", "晚上回家那条路黑漆漆的", "路灯不亮了", "既是 examples 又是 checks"),
        ("topics/lamp.toml", "门口的灯坏了来修", "路灯不亮了", "第 13 行：「路灯不亮了」在 examples 里写了两遍"),
        ("topics/lamp.toml", "门口的灯坏了来修", "查一下账单", "「查一下账单」在「账单」里已经有了"),
        ("topics/lamp.toml", "[[closing]]", "[closing]", "两层方括号"),
        ("topics/lamp.toml", 'field = "cause"', "field = 3", "「field」要写成"),
        ("topics/lamp.toml", 'slot = "address"', 'slot = "colour"', "要写 question 怎么问"),
        ("topics/lamp.toml", 'value = "6 米"', 'value = ""', "不能是空的"),
        ("topics/bill.toml", "这个月多少钱\n查一下账单\n上个月用了几度\n", "", "examples 里一句话也没有"),
        ("promises.toml", 'promise = "45m"', 'promise = "45分钟"', "promises.toml 第 7 行：「promise」要写成 45m"),
        ("promises.toml", 'id = "lamp.inside"', 'id = "lamp.arrive.urban"', "「lamp.arrive.urban」写了两遍"),
        ("facts.toml", 'value = "95598"', "values = 1", "facts.toml 第 4 行：不认识「values」"),
        ("phrases.toml", '"post.guide"', "post.guide", "名字里有点的要加引号"),
        ("uncovered.txt", "tariff: 一度电几块", "一度电几块", "uncovered.txt 第 1 行：要写成「业务代号: 客户的话」"),
        ("danger.txt", "+ 灯杆漏电", "灯杆漏电", "danger.txt 第 1 行：要以 +"),
        ("danger.txt", "- 灯杆上的广告", "- 灯杆漏电", "又写成 + 又写成 -"),
        ("negatives.txt", "今天下雨吗", "路灯不亮了", "negatives.txt 第 1 行：「路灯不亮了」在「路灯报修」里已经有了"),
    ],
)
def test_faults_name_file_line_and_what_to_mend(spoil: Spoil, name: str, old: str, new: str, message: str) -> None:
    assert any(message in complaint for complaint in complaints(spoil(name, old, new)))


def test_every_fault_is_told_at_once(spoil: Spoil) -> None:
    spoil("topics/lamp.toml", 'post = "work"', 'post = "boss"')
    spoil("topics/bill.toml", "请说户号。", "请说 10 位户号。")
    told = complaints(spoil("facts.toml", 'name = "call_95598"', "name = “call”"))
    assert {complaint.split(" ")[0] for complaint in told} >= {"facts.toml", "topics/bill.toml", "topics/lamp.toml"}


def test_other_encodings_and_empty_folders_are_faults(folder: Path, tmp_path: Path) -> None:
    (folder / "topics" / "bill.toml").write_bytes('name = "账单"'.encode("gbk"))
    assert complaints(folder) == ["topics/bill.toml：不是 UTF-8 编码；用记事本「另存为」，编码选 UTF-8"]
    assert complaints(tmp_path / "nowhere") == ["topics：一项业务也没有"]


def test_a_byte_order_mark_and_windows_lines_are_no_fault(folder: Path) -> None:
    path = folder / "topics" / "bill.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert read_handbook(folder).topics["bill"].examples[0] == "这个月多少钱"


def own_topic(**changes: object) -> dict[str, object]:
    row: dict[str, object] = {
        "name": "电价",
        "kind": "answer",
        "post": "guide",
        "source": "本厅",
        "as_of": "2026-11-23",
        "answer": "见 {hall} 公示。",
        "examples": "一度电多少钱\n电价表",
    }
    return row | changes


def test_a_halls_own_rows_take_the_shipped_ones_place(folder: Path) -> None:
    base = read_handbook(folder)
    promise = PromiseRow("lamp.arrive.urban", ("lamp",), "arrive", "本厅", promise="30m", zone="urban")
    own = handbook_from(
        base,
        topics={"tariff": own_topic(), "bill": own_topic(name="本厅账单")},
        promises=[promise],
        phrases={"hello": "欢迎"},
    )
    assert own.topics["tariff"].as_of == date(2026, 11, 23)
    assert own.topics["bill"].name == "本厅账单"
    assert {row.id: row.promise for row in own.promises}["lamp.arrive.urban"] == "30m"
    assert own.phrases["hello"] == "欢迎"
    assert own.uncovered == ()
    assert "一度电几块" not in own.negatives
    assert own.version != base.version
    assert handbook_from(base) is base


def test_a_halls_own_rows_are_checked_like_the_shipped_ones(folder: Path) -> None:
    base = read_handbook(folder)
    with pytest.raises(HandbookFaults) as caught:
        handbook_from(base, topics={"tariff": own_topic(post="boss", answer="一度 5 角，见 {nothing}")})
    with pytest.raises(HandbookFaults) as unfilled:
        handbook_from(base, topics={"tariff": own_topic(answer="一度 5 角，见 {nothing}")})
    assert str(caught.value).startswith("handbook/topics/tariff.toml：「post」")
    assert "话里写了数字" in str(unfilled.value)
    assert "「nothing」" in str(unfilled.value)
