"""Whether free words can be an answer to what was asked, before it is read which."""

import re

_QUESTION = re.compile(
    r"[?？]|吗$|么$|呢$|嘛$|怎么|为什么|为啥|什么|多少|几点|多久|能不能|可不可以|可以吗|是不是|有没有|谁|哪里(?!人)|哪儿|咋|如何|凭什么|干嘛|告诉你|再说|待会|投诉|转人工|人工"
)
EMPTY = re.compile(
    r"^(?:好的?|嗯+|哦+|是的?|对的?|不是|不对|行|可以|没有|没了|无|不知道|不清楚|不晓得|不记得|忘了|忘记了|不想说|不告诉你?"
    r"|不方便|跳过|算了|随便|取消|不用了?|不办了"
    r"|谢谢.*|你好|您好|在吗|在|等等|稍等|等一下|知道了?"
    r"|收到|明白|人呢|有|啥|额|呃|ok|yes|no|\d|[一二三四五])[吧啊呀哦的了。！!~～ ]*$"
)
SAME = re.compile(
    r"^(?:电话|手机|号码|联系方式|地址|户号|名字)?(?:都|也|就|还|仍)*(?:是|用)?(?:(?:原来|原先|上次|上回|之前|以前|刚才|前面|老)(?:说|留|报|登记|填)?的?(?:那个|这个|那里|一样|号码?|电话|地方|地址|户号|地儿)"
    r"|(?:和|跟|同)?(?:原来|上次|上回|之前|以前|刚才)(?:的|说的|留的|那个|登记的)?(?:一样|相同|一个|没变|不变)?|没[有]?变|不变|没换)(?:号码|电话|地址|户号|地方)?[的吧啊呀了就行。！，]*$"
)
"""「还是原来那个」 tells nothing new: what is known stays."""
LONGEST = 240


def plausible(clean: str) -> bool:
    """Whether a normalised text can be an answer to what was asked: no question, no yes, no thanks."""
    return 0 < len(clean) <= LONGEST and not _QUESTION.search(clean) and not EMPTY.match(clean)
