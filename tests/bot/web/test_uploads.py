import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.hall.taken import KEPT
from bot.web.answers import Refused
from bot.web.uploads import kind_of, safe_name

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 20


@pytest.mark.parametrize(
    ("name", "declared", "data", "kind"),
    [
        ("表.jpg", "image/jpeg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("表.jpg", "image/jpeg", PNG, "image/png"),
        ("photo", "image/png; x=1", b"whatever", "image/png"),
        ("账单.PDF", "", b"%PDF-1.7", "application/pdf"),
        ("录音.m4a", "audio/x-m4a", b"\0\0\0\x20ftypM4A", "audio/mp4"),
        ("说明.txt", "text/plain", "家里没电".encode(), "text/plain"),
        ("单.docx", "", b"PK\x03\x04..", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ],
)
def test_what_the_hall_takes(name: str, declared: str, data: bytes, kind: str) -> None:
    assert kind_of(name, declared, data) == kind


@pytest.mark.parametrize(
    ("name", "declared", "data"),
    [
        ("a.html", "image/png", PNG),
        ("a.svg", "image/svg+xml", b"<svg/>"),
        ("a.png", "image/png", b"<html><script>"),
        ("a.txt", "text/plain", b"\xef\xbb\xbf <!DOCTYPE html>"),
        ("a.jpg", "image/jpeg", b"MZ\x90"),
        ("a.jpg", "image/jpeg", b"\x7fELF"),
        ("a.png", "image/png", b"PK\x03\x04"),
        ("a.exe", "image/png", b"x"),
        ("a", "application/octet-stream", b"x"),
        ("a.zip", "application/zip", b"PK\x03\x04"),
        ("a.png", "image/png", b""),
    ],
)
def test_what_it_does_not_take(name: str, declared: str, data: bytes) -> None:
    with pytest.raises(Refused) as caught:
        kind_of(name, declared, data)
    assert (caught.value.status, caught.value.code) == (415, "type_not_taken")


@given(st.text(max_size=30), st.text(max_size=30), st.binary(max_size=60))
def test_nothing_outside_the_list_is_ever_kept(name: str, declared: str, data: bytes) -> None:
    with contextlib.suppress(Refused):
        assert kind_of(name, declared, data) in KEPT


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=200))
def test_names_are_harmless(name: str) -> None:
    kept = safe_name(name)
    assert kept
    assert len(kept) <= 91
    assert not set(kept) & set('\\/:*?"<>|\0\n\r\u202e')
    assert not kept.startswith(".")
    kept.encode("utf-8")


def test_names_stay_readable() -> None:
    assert safe_name("../../etc/电表 照片.jpg") == "电表 照片.jpg"
    assert safe_name("C:\\图\\a.png") == "a.png"
    assert safe_name("%E8%A1%A8.png") == "表.png"
    assert safe_name("100%.png") == "100%.png"
    assert safe_name("") == safe_name("..") == "文件"
