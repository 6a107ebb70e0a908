import pytest
from hypothesis import given
from hypothesis import strategies as st

from intents.danger import danger, guarded
from intents.text import normalise
from intents.topic import Handbook


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("有人触电了，快来", "shock"),
        ("摸水龙头手发麻", "shock"),
        ("表箱著火啦", "fire"),
        ("插座在冒烟", "sparks"),
        ("电线断了掉在路上", "wire_down"),
        ("水淹到插座了", "flood"),
        ("电线皮破了，铜丝露在外面", "exposed"),
        ("电线杆歪了快倒了", "damage"),
        ("停电了，我爸的呼吸机电池快没了", "life_support"),
        ("再不来电我就不想活了", "self_harm"),
        ("停电把我困在电梯里", "lift"),
        ("屋里煤气味很大，开关还打火", "gas"),
        ("chu dian le kuai jiu ren", "shock"),
        ("tie men lou dian da shou", "shock"),
        ("kai guan mao huo xing", "sparks"),
        ("dian gan yao dao le", "damage"),
        ("羊走过表箱，腿一蹬就没了", "shock"),
        ("扶一下窗框，胳膊一阵酥", "shock"),
        ("插座有㷫味，仲有燶味", "sparks"),
        ("表箱里哔哔剥剥，缝里透红", "sparks"),
        ("雪把电线压得很低", "wire_down"),
        ("家里做腹透的，机器停了，几点来电", "life_support"),
        ("她洗血做到一半没电了", "life_support"),
        ("安眠药已经准备好了，你们看着办", "self_harm"),
        ("遗书放在桌上了", "self_harm"),
        ("今天谁也别想走出这个厅", "threat"),
        ("货梯卡在半空，有人拍门", "lift"),
    ],
)
def test_each_situation_is_named(text: str, why: str) -> None:
    assert why in danger(text)


@pytest.mark.parametrize(
    ("now", "not_now"),
    [
        ("表箱冒烟了", "表箱没有冒烟"),
        ("变压器着火了", "昨晚梦见变压器着火了"),
        ("有人触电了", "电影里有人触电了"),
        ("电线掉地上了", "如果电线掉地上了怎么办"),
        ("插座冒火花", "十年前插座冒火花"),
        ("洗澡触电了", "怎么预防洗澡触电"),
        ("电线断了还没修好", "电线断了已经修好了，谢谢"),
        ("着火了", "哈哈着火了，开玩笑的"),
        ("我家着火了", "我肺都气炸了，心里冒火"),
        ("电线断了", "网线断了"),
        ("家里呼吸机没电了", "呼吸机用户怎么申请电费优惠"),
        ("电线杆歪了", "电线杆没歪，我看错了"),
        ("刚才变压器着火了现在没事但还在冒烟", "前年隔壁村变压器着火了现在没事"),
        ("不是讲笑话，真触电了", "朋友讲笑话说触电了"),
        ("电蚊拍漏电，手被电麻了", "蚊子被电蚊拍电得噼里啪啦"),
        ("砰的一下变压器黑了", "砰的一下跳闸，屋里黑了，推上去又好了"),
        ("电线杆倒了", "移动的杆子倒了"),
        ("我手上有刀", "小王拿着刀切西瓜"),
        ("变压器着火了，快来", "变压器着火该用什么灭火器"),
        ("洗澡触电了", "感谢师傅把我爸从触电里救回来，现在出院了"),
        ("我不想活了", "我不想活在这种天天停电的小区"),
        ("有人救救他，被电了", "救救孩子吧，停电三小时作业都写不了"),
        ("没着火，不过插座冒烟", "插座不冒烟"),
        ("表箱冒火花", "我家狗取名火花"),
        ("电线掉了", "孙子睡梦中喊电线掉了"),
        ("电线断了", "这条线一个月断了五次"),
        ("插座起火了", "做橱窗要一段讲插座起火的文字"),
        ("油烟机插头冒烟", "油烟机冒烟太大"),
        ("变压器压着杆子", "变压器杆子堵着门"),
        ("移动电源着火了", "移动公司的线杆歪着"),
        ("呼吸机没电了", "家有呼吸机，有没有电费补助"),
        ("楼下表箱冒烟，刚修过又冒", "表箱冒烟那回你们来得快，还没说声谢"),
        ("屋里有焦味", "说有焦味，原来是楼上糊锅"),
        ("看得见变压器冒火", "看得人冒火"),
        ("水里有电，我被电麻了", "账单一到，我被电麻了"),
        ("dian xian duan le", "dian fei duan xin"),
    ],
)
def test_a_tale_of_danger_is_none(now: str, not_now: str) -> None:
    assert danger(now)
    assert not danger(not_now)


def test_a_tale_told_in_danger_is_danger() -> None:
    assert danger("电视剧看到一半，插座突然冒烟了")
    assert danger("不是开玩笑，真的着火了")
    assert danger("我可没开玩笑，门口电缆在冒烟")
    assert danger("不是做梦，插座真着了")
    assert danger("刚才在看新闻，忽然电视后面窜出火来")
    assert danger("没起火，但是表箱一直冒烟")
    assert danger("去年就歪的电线杆，现在要倒了")


def test_who_laughs_over_his_own_shock_is_in_danger() -> None:
    assert danger("哈哈我家水龙头一拧就打手")
    assert not guarded(normalise("哈哈我家水龙头一拧就打手"))
    assert not danger("哈哈，说我触电了")
    assert not danger("说个段子，我家水龙头一拧就打手")


def test_why_it_is_dark_is_no_question_about_dangers() -> None:
    assert danger("为什么停电，门口那根线断在地上了")
    assert not guarded(normalise("为什么停电，门口那根线断在地上了"))
    assert not danger("电线为什么会断在地上")


def test_a_question_in_another_sentence_leaves_the_danger() -> None:
    assert not guarded(normalise("过户要申请吗？另外隔壁充电桩在冒烟"))
    assert guarded(normalise("过户要申请吗？另外表箱冒烟怎么预防"))


def test_what_is_only_denied_is_guarded() -> None:
    assert guarded(normalise("没有冒烟，没有焦味，就是没电"))
    assert not guarded(normalise("没有冒烟，但是墙摸着烫"))


def test_one_dangerous_sentence_of_a_letter_is_enough() -> None:
    letter = "你好，我想问过户要带什么材料。" * 20 + "另外楼下电箱在冒火花。" + "谢谢。" * 20
    assert danger(letter) == ("sparks",)


def test_guards() -> None:
    assert guarded(normalise("昨晚那部电视剧里说的"))
    assert guarded(normalise("一般要注意什么"))
    assert not guarded(normalise("现在怎么办"))
    assert guarded(normalise("我嗓子冒烟了"))
    assert not guarded(normalise("我嗓子冒烟了，表箱也冒烟了"))


def test_the_handbooks_sentences_that_only_sound_like_it_fire_no_rule(handbook: Handbook) -> None:
    assert [line for line, hurts in handbook.dangers if not hurts and danger(line)] == []


def test_rules_alone_hear_most_of_it(handbook: Handbook) -> None:
    """The rest are lines that only the ears can hear: half of them were written to be told by no single word."""
    hurts = [line for line, danger_there in handbook.dangers if danger_there]
    assert sum(bool(danger(line)) for line in hurts) / len(hurts) > 0.55


@given(st.text(alphabet="电线断了没有着火冒烟触漏水，。人手麻不是如果梦见", max_size=120) | st.text(max_size=80))
def test_any_text_can_be_judged(text: str) -> None:
    assert danger(text) == danger(normalise(text))
