from pathlib import Path

import bot.folder.codes
import intents
from bot.folder.codes import shipped_codes


def test_every_code_has_a_chinese_name() -> None:
    codes = shipped_codes()
    assert len(codes) == 67
    assert codes["outage_repair"] == "停电报修"
    assert all(code.isascii() and not name.isascii() for code, name in codes.items())


def test_what_the_handbook_tells_of_is_listed() -> None:
    topics = Path(intents.__file__).parent / "handbook" / "topics"
    assert {path.stem for path in topics.glob("*.toml")} <= set(shipped_codes())
    assert bot.folder.codes.__doc__
