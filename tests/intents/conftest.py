"""A small invented handbook to break in every way, and the matcher of the one that ships."""

import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from intents import train
from intents.match import Matcher, load
from intents.reader import read_handbook, shipped
from intents.topic import Handbook

CACHE = Path(tempfile.gettempdir()) / "shouban-test/cache"

FACTS = """
[[fact]]
name = "call_95598"
value = "95598"
source = "供电服务热线"
as_of = 2026-11-23
confidence = "高"
"""
PROMISES = """
[[promise]]
id = "lamp.arrive.urban"
topics = ["lamp"]
to = "arrive"
zone = "urban"
promise = "45m"
source = "示例"

[[promise]]
id = "lamp.inside"
topics = ["lamp"]
to = "resolve"
internal = "5wd"
source = "示例"
"""
LAMP = '''
name = "路灯报修"
kind = "case"
post = "work"
opens_case = true
promises = ["lamp.arrive"]
source = "示例"
as_of = 2026-11-23
answer = """一般 {promise.lamp.arrive.urban}左右到。
电话 {call_95598}，厅址 {address_of_hall}，高 {height}。"""
examples = """
路灯不亮了
门口的灯坏了来修
巷子里一盏灯都没有
"""
checks = """
晚上回家那条路黑漆漆的
"""

[[asks]]
slot = "address"
needed = true

[[steps]]
code = "arrive"
name = "到场"
lane = "backstage"
promise = "lamp.arrive"
told = "师傅到了。"

[[closing]]
field = "cause"
label = "原因"

[facts.height]
value = "6 米"
source = "示例"
'''
BILL = '''
name = "账单"
kind = "account"
post = "guide"
source = "示例"
as_of = 2026-11-23
answer = """请说户号。"""
examples = """
这个月多少钱
查一下账单
上个月用了几度
"""
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A handbook of two topics, without a fault."""
    (tmp_path / "topics").mkdir()
    files = {
        "facts.toml": FACTS,
        "promises.toml": PROMISES,
        "phrases.toml": 'hello = "您好"\n"post.guide" = "引导岗"\n',
        "topics/lamp.toml": LAMP,
        "topics/bill.toml": BILL,
        "negatives.txt": "今天下雨吗\n帮我点个外卖\n# 一句说明\n",
        "uncovered.txt": "tariff: 一度电几块\nlamp: 灯罩碎了\n",
        "danger.txt": "+ 灯杆漏电\n- 灯杆上的广告\n",
        "words.txt": "路灯\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def spoil(folder: Path) -> Callable[[str, str, str], Path]:
    """Put other words into one file of the small handbook."""

    def change(name: str, old: str, new: str) -> Path:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return folder

    return change


@pytest.fixture(scope="session")
def handbook() -> Handbook:
    return read_handbook(shipped())


@pytest.fixture(scope="session")
def matcher(handbook: Handbook) -> Matcher:
    return load(train.ensure(handbook, CACHE))
