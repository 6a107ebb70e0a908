"""Is the light back 来电了吗: yes or no in whatever words it is told, polite ones left out."""

import re

from intents.text import normalise

_LONGEST = 30
_YES = "来电|电来|(?<!师傅)(?<!人)(?<!们)(?<!车)来了|有电|通电|送电|送上电|恢复|正常|修好|好了|亮"
_BESIDE = (
    "谢|多|感|辛苦|麻烦|您|你们|你|师傅们|师傅|大家|嗯|哦|噢|是的|对|终于|总算|刚|才|已经|现在|这会儿|我们|咱们|我|咱"
    "|家里|家|这里|这儿|这边|屋里|楼里|都|全|也|好的|好|啦|了|啊|呀|哈|呢|的|哎|喽|[\U0001f300-\U0001faff❤\ufe0f]"
)
_WHOLLY = re.compile(f"(?>{_YES}|{_BESIDE})*+")
_LIT = re.compile(_YES)
_DARK = re.compile(
    "没(?:有)?(?:来电|电(?!费|话|池|梯|视|脑)|亮|送电|通电|恢复)|(?:还是?|仍然?|依然|一直|照样)(?:全|都)?(?:黑|暗|停着|没来(?!人))|黑[着的]"
)
_WHY = re.compile("为什么|为啥|怎么会|什么原因|什么时候")
_MARKS = re.compile(r"[\s，。！!,.~～、；;]+")


def lit(text: str) -> bool:
    """Whether the whole text says that the light is back, and nothing else."""
    plain = _MARKS.sub("", normalise(text))
    return 0 < len(plain) <= _LONGEST and bool(_LIT.search(plain)) and bool(_WHOLLY.fullmatch(plain))


def dark(text: str) -> bool:
    """Whether a short text says that it is dark still; one that goes on to say that it is back does not."""
    plain = _MARKS.sub("，", normalise(text))
    found = _DARK.search(plain) if len(plain) <= _LONGEST else None
    return found is not None and not _LIT.search(_DARK.sub("", plain[found.end() :])) and not _WHY.search(plain)
