from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.chain import Link, canonical, first_break, hashed, salted
from tests.storage.given import NOW, later, texts


def chained(chain: str, words: list[str]) -> list[Link]:
    links: list[Link] = []
    prev = ""
    for seq, text in enumerate(words, 1):
        facts = canonical({"stage": str(seq)})
        link = Link(
            chain=chain,
            seq=seq,
            at=NOW,
            lane="frontstage",
            by="W001",
            move="note",
            public=True,
            text=text,
            facts=facts,
            salt=f"salt{seq}",
            text_hash=salted(f"salt{seq}", text),
            facts_hash=salted(f"salt{seq}", facts),
            prev_hash=prev,
        )
        prev = hashed(link)
        links.append(replace(link, hash=prev))
    return links


LINKS = chained("DL1", ["一", "二", "三"])


@given(st.lists(texts, max_size=5), st.lists(texts, min_size=1, max_size=3))
def test_whole_chains_fit(one: list[str], other: list[str]) -> None:
    links = chained("DL1", one) + chained("DL2", other)
    assert first_break(links, {"DL1": len(one), "DL2": len(other)}) is None


CHANGES: list[dict[str, object]] = [
    {"text": "改过"}, {"facts": "{}"}, {"at": later(1)}, {"by": "W002"}, {"move": "reply"}, {"lane": "support"},
    {"public": False}, {"hash": "0"}, {"prev_hash": "0"}, {"seq": 9}, {"salt": ""}, {"salt": "other"},
    {"text_hash": salted("salt2", "改过"), "text": "改过"},
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=",".join)
def test_whatever_is_changed_is_found(change: dict[str, object]) -> None:
    changed = [LINKS[0], replace(LINKS[1], **change), LINKS[2]]  # type: ignore[arg-type]
    assert first_break(changed, {"DL1": 3}) == ("DL1", 2)


def test_an_entry_rehashed_with_its_change_breaks_the_next_one() -> None:
    text_hash = salted("salt2", "改过")
    changed = replace(LINKS[1], text="改过", text_hash=text_hash)
    changed = replace(changed, hash=hashed(changed))
    assert first_break([LINKS[0], changed, LINKS[2]], {"DL1": 3}) == ("DL1", 3)


def test_what_is_taken_out_added_or_cut_off_is_found() -> None:
    assert first_break([LINKS[0], LINKS[2]], {"DL1": 3}) == ("DL1", 2)
    assert first_break(LINKS[:2], {"DL1": 3}) == ("DL1", 3)
    assert first_break(LINKS, {"DL1": 2}) == ("DL1", 3)
    assert first_break([], {"DL1": 1}) == ("DL1", 1)
    assert first_break(LINKS, {}) == ("DL1", 1)
    assert first_break([], {"DL1": 0}) is None


def test_words_blanked_with_their_salt_keep_the_chain() -> None:
    blanked = [LINKS[0], replace(LINKS[1], text="", facts="", salt=""), LINKS[2]]
    assert first_break(blanked, {"DL1": 3}) is None


def test_the_hash_depends_on_the_instant_not_on_its_zone() -> None:
    assert hashed(LINKS[0]) == hashed(replace(LINKS[0], at=NOW.astimezone()))
