from dataclasses import replace

import pytest

from bot.desk.case import State
from bot.guide.said import Act
from tests.kit_guide import ADDRESS, Talk, codes, means

OUTAGE = means("outage_repair", address=ADDRESS)


def solved() -> Talk:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    talk.resolve()
    return talk


@pytest.mark.parametrize(("text", "score"), [("满意", 4), ("很满意", 5), ("非常满意！", 5), ("好评", 5)])
def test_pleased_confirms_and_rates_in_one_word(text: str, score: int) -> None:
    talk = solved()
    decided = talk.say(text)
    assert [(act.what, act.score) for act in decided.acts] == [("confirm", 0), ("rate", score)]
    assert talk.case().state is State.CLOSED
    assert talk.case().rating.score == score  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["好了", "修好了", "已解决"])
def test_done_confirms_and_asks_for_the_score(text: str) -> None:
    talk = solved()
    assert talk.say(text).acts == (Act("confirm", talk.case().no),)
    assert talk.case().rating.score is None  # type: ignore[union-attr]


def test_not_pleased_rates_nothing() -> None:
    talk = solved()
    assert [act.what for act in talk.say("不满意").acts] in ([], ["add"])
    assert talk.case().state is State.RESOLVED


def test_pleased_where_nothing_is_done_changes_nothing() -> None:
    talk = Talk()
    talk.say("停电了", OUTAGE)
    talk.thread = replace(talk.thread, asking="", pending=(), menu=())
    decided = talk.say("满意")
    assert codes(decided) == ["declined"]
    assert talk.case().state is State.OPEN
    assert codes(talk.press(f"pleased.5.{talk.case().no}")) == ["button.stale"]


def test_an_old_menus_number_means_nothing_after_another_answer() -> None:
    talk = Talk()
    talk.say("过户", means("owner_transfer"))
    talk.say("电费怎么算", means("bill"))
    assert codes(talk.say("1")) == ["number.unclear"]


def test_after_thanks_it_still_does() -> None:
    talk = Talk()
    talk.say("过户", means("owner_transfer"))
    talk.say("谢谢", means("thanks"))
    talk.say("1")
    assert talk.thread.draft


def test_words_about_a_case_end_the_menu_before_it() -> None:
    talk = solved()
    talk.say("已解决")
    talk.say("5")
    talk.say("停电了", OUTAGE)
    talk.press("open.outage_repair")
    talk.thread = replace(talk.thread, asking="", pending=())
    talk.say("过户", means("owner_transfer"))
    talk.say("催一下", means("urge"))
    assert codes(talk.say("1")) == ["number.unclear"]
