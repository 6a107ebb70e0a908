import pytest

from bot.guide import others
from bot.guide.said import Act
from intents.reader import read_handbook, shipped
from tests.kit_desk import TALKER
from tests.kit_guide import MINE, Talk, codes, means, said, scene

OTHERS_DATA = (
    "隔壁老王家欠多少",
    "我前夫家的电费",
    "张三住哪",
    "这户是谁的",
    "帮我看看前妻家这个月用了多少电",
    "李四的电话是多少",
    "3幢502户主是谁",
    "楼上那家有没有欠费",
    "老李家电费交了没",
    "查一下张伟家的电费",
    "房东欠费吗",
    "那个号是谁的户名",
    "我同事的电费",
    "邻居家電費多少",
    "7幢302那家交了电费没有",
    "是谁举报我偷电的",
    "是不是有人投诉我",
    "举报我的人是谁",
    "我邻居是不是投诉我了",
    "张三是不是在你们这儿报过修",
)
HIS_OWN = (
    "我家欠多少电费",
    "帮我妈查电费",
    "给我爸交电费",
    "隔壁有电我家没电",
    "邻居家电费比我少一半，是不是我的表坏了",
    "我的户号是多少",
    "你们电话多少",
    "其他电费问题",
    "供电所在哪",
    "房东收我一块五一度合法吗",
    f"查下{MINE}的电费",
    "小区停电了吗",
    "我妈家电费多少",
    "户名写错了怎么改",
    "",
)


@pytest.mark.parametrize("text", OTHERS_DATA)
def test_asked_for_straight_or_roundabout_nothing_is_told_and_it_is_kept(text: str) -> None:
    talk = Talk(proven=(MINE,))
    decided = talk.say(text, means("bill_query"))
    assert codes(decided) == ["others.denied"]
    assert decided.acts == (Act("deny", slots={"what": "others"}),)
    assert decided.case == ""
    assert talk.denied == ["others"]
    assert talk.systems.asked == []


@pytest.mark.parametrize("text", HIS_OWN)
def test_ones_own_ones_familys_and_what_is_public_is_no_such_question(text: str) -> None:
    assert not others.asked(scene(said(text)))


def test_no_sentence_of_the_shipped_matters_is_refused_by_mistake() -> None:
    topics = read_handbook(shipped()).topics.values()
    caught = [one for topic in topics for one in (*topic.examples, *topic.checks) if others.asked(scene(said(one)))]
    assert caught == []


def test_with_its_number_the_accounts_own_proof_decides() -> None:
    assert not others.asked(scene(said("隔壁9900000013欠多少", means("bill_query", account_no="9900000013"))))


def test_to_a_person_who_speaks_it_is_passed_on() -> None:
    talk = Talk()
    talk.floor(TALKER)
    assert talk.say("隔壁老王家欠多少").acts == (Act("pass_on"),)


@pytest.mark.parametrize(
    ("text", "whom"),
    [
        ("帮我妈查电费", "妈妈"),
        ("我爸家的电费", "爸爸"),
        ("替我奶奶问问", "奶奶"),
        ("我妈让我问电费怎么交", ""),
        ("电费", ""),
    ],
)
def test_for_whom_of_his_family_one_acts(text: str, whom: str) -> None:
    assert others.helped(text) == whom


def test_whose_a_number_is_is_not_told_either() -> None:
    decided = Talk().say(f"{MINE}这个户是谁的名字", means(account_no=MINE))
    assert codes(decided) == ["others.denied"]
