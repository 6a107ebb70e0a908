from bot.desk.incident import News, Phase
from tests.kit_desk import NOW
from tests.kit_incidents import outage


def test_the_newest_news_counts_and_none_is_zero() -> None:
    assert outage().told == 0
    told = outage(Phase.CONFIRMED, news=(News(1, "confirmed", NOW, "B001"), News(2, "update", NOW, "B001")))
    assert told.told == 2
