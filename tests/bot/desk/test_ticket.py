import re
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.desk import ticket
from bot.desk.case import Secrecy
from bot.desk.errors import Missing
from bot.desk.ticket import LONGEST, MOST, Ticket, matter, noted, read, veiled
from bot.desk.words import Words
from intents.reader import read_handbook, shipped
from tests.kit_desk import BOOKS, LEADER, NOW, opened, person

WHOLE = (
    "【工单号】20261123000417【客户姓名】顾念慈【联系电话】19900000012【户号】9900000012"
    "【用电地址】芦苇新村7幢102【业务类型】故障报修→低压停电→一户停电【受理时间】2026-11-23 09:41:07"
    "【受理内容】客户来电反映家中无电，邻居正常，请尽快派人。【紧急程度】一般"
)
ID = "110101199003070935"


def test_a_whole_ticket_is_read_field_by_field() -> None:
    assert read(WHOLE) == (
        Ticket(
            no="20261123000417",
            name="顾念慈",
            phone="19900000012",
            account_no="9900000012",
            address="芦苇新村7幢102",
            business="故障报修→低压停电→一户停电",
            content="客户来电反映家中无电，邻居正常，请尽快派人。",
            at="2026-11-23T09:41",
            notes=(("紧急程度", "一般"),),
        ),
    )


@pytest.mark.parametrize(
    "text",
    [
        "[工单号]T-0001[联系电话]19900000012[受理内容]没电了",
        "[ 工单编号 ]：T-0001\n[手机号]: 199 0000 0012\n[诉求内容]：没电了",
        "【工单号】：T-0001；\r\n【来电号码】：１９９０００００012；\r\n【故障现象】：没电了；",
        "〔单号〕T-0001〔电话〕199-0000-0012〔内容〕没电了",
        "工单号：T-0001\n联系电话：19900000012\n受理内容：没电了",
        "工单号:T-0001;联系电话:19900000012;受理内容:没电了",
        "【受理内容】没电了【联系电话】+86 19900000012【工单号】T-0001",
        "\ufeff【工单\u200b号】Ｔ-０００１ 【联系电话】19900000012 【受理内容】 没电了 ",
    ],
)
def test_brackets_colons_width_and_order_do_not_matter(text: str) -> None:
    (found,) = read(text)
    assert (found.no, found.phone, found.content) == ("T-0001", "19900000012", "没电了")


def test_several_tickets_of_one_paste_are_parted_where_a_key_comes_again() -> None:
    paste = "【国网】您有新工单\n" + "\n\n".join(
        f"【工单号】T-{n}\n【客户姓名】甲{n}\n【联系电话】1990000001{n}\n【受理内容】第{n}件" for n in range(3)
    )
    found = read(paste)
    assert [(one.no, one.name, one.content) for one in found] == [(f"T-{n}", f"甲{n}", f"第{n}件") for n in range(3)]
    assert found[0].notes == (("国网", "您有新工单"),)
    assert [one.notes for one in found[1:]] == [(), ()]


def test_a_number_at_the_end_of_each_ticket_stays_with_it() -> None:
    found = read("【受理内容】甲【工单号】T-1【受理内容】乙【工单号】T-2")
    assert [(one.no, one.content) for one in found] == [("T-1", "甲"), ("T-2", "乙")]


def test_missing_and_unknown_keys_are_no_fault_and_nothing_is_lost() -> None:
    (found,) = read("转你一张单\n【受理内容】表箱门坏了【处理部门】开发区所【回复电话】无【受理时间】昨天")
    assert (found.no, found.phone, found.at, found.content) == ("", "", "", "表箱门坏了")
    assert found.notes == (("", "转你一张单"), ("处理部门", "开发区所"), ("回复电话", "无"), ("受理时间", "昨天"))
    assert ticket.lacking(found) == ""


def test_two_ways_to_say_a_field_are_one_ticket() -> None:
    (found,) = read("【工单号】T-1【来电号码】19900000012【联系电话】19900000099【受理内容】没电")
    assert found.phone == "19900000012"
    assert found.notes == (("联系电话", "*******0099"),)


def test_of_several_telephones_the_first_counts_and_the_rest_is_kept() -> None:
    (found,) = read("【工单号】T-1 （加急件，请先办）【联系电话（必填）*】19900000012/19900000099【受理内容】没电")
    assert (found.no, found.phone) == ("T-1", "19900000012")
    assert found.notes == (("工单号", "T-1 (加急件，请先办)"), ("联系电话", "*******0012/*******0099"))


def test_a_telephone_or_account_told_only_in_the_words_is_taken_and_hidden_there() -> None:
    (found,) = read("【工单号】T-1【受理内容】家里没电，户号9900000012，电话19900000012")
    assert (found.phone, found.account_no) == ("19900000012", "9900000012")
    assert found.content == "家里没电，户号******0012，电话*******0012"


def test_a_ticket_without_words_lacks_them() -> None:
    (found,) = read("【工单号】T-1【联系电话】19900000012")
    assert ticket.lacking(found) == "content"
    assert ticket.LABELS["content"] == "受理内容"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "missing.tickets"),
        ("随便说说，没有工单", "missing.tickets"),
        ("【天气】晴【心情】好", "missing.tickets"),
        ("】【[[][【】", "missing.tickets"),
        ("x" * (LONGEST + 1), "missing.tickets.long"),
        ("【工单号】T-1【内容】甲" * (MOST + 1), "missing.tickets.many"),
    ],
)
def test_what_holds_no_ticket_is_refused_with_what_is_missing(text: str, code: str) -> None:
    with pytest.raises(Missing) as refused:
        read(text)
    assert refused.value.fields == {"text": code}
    assert code in read_handbook(shipped()).phrases


@pytest.mark.parametrize(
    ("value", "at"),
    [
        ("2026-11-23 09:41:07", "2026-11-23T09:41"),
        ("2026/1/3 9:05", "2026-01-03T09:05"),
        ("2026年11月23日9时41分", "2026-11-23T09:41"),
        ("2026.11.23", "2026-11-23T00:00"),
        ("2026-13-40 09:00", ""),
        ("2026-11-23 29:00", "2026-11-23T00:00"),
        ("刚才", ""),
    ],
)
def test_moments(value: str, at: str) -> None:
    (found,) = read(f"【工单号】T-1【受理时间】{value}【受理内容】甲")
    assert found.at in (at, "") if "29:" in value else found.at == at


@pytest.mark.parametrize(
    ("row", "secrecy"),
    [
        ("【是否匿名】是", Secrecy.ANONYMOUS),
        ("【保密要求】匿名", Secrecy.ANONYMOUS),
        ("【保密要求】保密", Secrecy.CONFIDENTIAL),
        ("【是否保密】是", Secrecy.CONFIDENTIAL),
        ("【是否保密】否", Secrecy.OPEN),
        ("【匿名】不匿名", Secrecy.OPEN),
        ("【保密要求】不公开", Secrecy.CONFIDENTIAL),
        ("【保密要求】可公开", Secrecy.OPEN),
        ("", Secrecy.OPEN),
    ],
)
def test_secrecy(row: str, secrecy: Secrecy) -> None:
    (found,) = read(f"【工单号】T-1{row}【受理内容】甲")
    assert found.secrecy is secrecy


def test_an_identity_card_is_no_number_of_a_ticket_nor_a_telephone() -> None:
    (found,) = read(f"【工单号】{ID}【联系电话】{ID}【户号】{ID}【客户姓名】顾念慈{ID}【受理内容】证件{ID}")
    assert (found.no, found.phone, found.account_no) == ("", "", "")
    assert ID not in repr(found)
    assert found.content == "证件**************0935"
    (other,) = read("【工单号】202611230941070417【受理内容】甲")
    assert other.no == "202611230941070417"


def test_days_moments_and_our_own_numbers_stay_readable() -> None:
    said = "2026-11-23 10:15 停的，单号 DL20261123-0007，20261123 又停，电压 198 伏，欠 1234.50 元"
    assert veiled(said) == said
    assert (
        veiled("打 051788880000 或tel 199-0000-0012，表号 000123456789")
        == "打 ********0000 或tel *******0012，表号 ********6789"
    )


ODD = st.text(max_size=300) | st.lists(
    st.sampled_from(
        ["【工单号】", "[联系电话]", "【受理内容】", "【", "】", "：", "\n", "户号：", ID, "19900000012", "停电", "x"]
    )
    | st.text(alphabet="0123456789０１２ -Xx【】[]:：\n\u200b", max_size=25),
    max_size=12,
).map("".join)


@given(ODD)
@example(f"【受理内容】{' '.join(ID)}")
@example("【工单号】\u2028 【联系电话】\u2028")
@example("【受理内容】１９９０００００012【备注】110101 19900307 0935")
def test_any_text_is_read_or_refused_and_what_is_read_is_masked(text: str) -> None:
    try:
        found = read(text)
    except Missing:
        return
    for one in found:
        told = [one.name, one.address, one.business, one.content, *(value for _, value in one.notes)]
        for words in told:
            runs = re.findall(r"(?<!\d)(?<!DL)\d{7,}(?!\d)", words)
            assert all(re.fullmatch(r"20\d{6}", run) for run in runs), words
            assert veiled(words) == words
        assert one.phone == "" or (one.phone.isdigit() and 7 <= len(one.phone) <= 12)
        assert len(one.account_no) in (0, 10, 13, 16)


TOPICS = read_handbook(shipped()).topics


@pytest.mark.parametrize(
    ("business", "code"),
    [
        ("故障报修→低压停电→一户停电→其它原因", "outage_repair"),
        ("停电报修", "outage_repair"),
        ("投诉→停送电投诉→抢修服务", "complaint"),
        ("意见-供电质量-频繁停电", "frequent_outage"),
        ("建议", "opinion"),
        ("举报/窃电", "theft_report"),
        ("行风举报", "complaint"),
        ("表扬", "praise"),
        ("业务办理>低压居民新装", "new_resident"),
        ("变更用电、过户", "owner_transfer"),
        ("停电查询", ""),
        ("业务咨询", ""),
        ("", ""),
    ],
)
def test_the_kind_of_business_names_a_matter_of_ours(business: str, code: str) -> None:
    assert matter(business, TOPICS) == code


def test_a_matter_the_hall_does_not_have_is_none() -> None:
    without = {code: topic for code, topic in TOPICS.items() if code not in ("complaint", "outage_repair")}
    assert matter("投诉", without) == ""
    assert matter("故障报修", without) == ""


def test_who_brought_it_and_what_else_it_said_stays_in_the_hall() -> None:
    case = opened("outage_repair").case
    (one,) = read(f"{WHOLE}【坐席】三号")
    later = NOW + timedelta(minutes=1)
    outcome = noted(BOOKS, case, person(LEADER), one, later, reached=False)
    (event,) = outcome.events
    assert (event.public, event.by, event.move, event.seq) == (False, LEADER, "note", case.seq + 1)
    assert isinstance(event.text, Words)
    assert event.text.facts["rest"] == "紧急程度：一般\n坐席：三号"
    assert event.text.facts["call"]
    assert outcome.letters == ()
    assert noted(BOOKS, case, person(LEADER), one, later, reached=True).events[0].text.facts["call"] == ""  # type: ignore[union-attr] # Words
