"""Bytes become text: labels are checked against the bytes, and an unlabelled page is read as it was meant."""

from __future__ import annotations

import pytest

from bot.read.encoding import decode

JAPANESE = "防衛省は日本とインドネシアの防衛装備協力を発表した。" * 4


@pytest.mark.parametrize("name", ["cp932", "euc_jp"])
def test_an_unlabelled_japanese_page_is_read_in_its_old_encoding(name: str) -> None:
    assert decode(JAPANESE.encode(name), "text/html") == JAPANESE


def test_an_unlabelled_western_page_is_read_as_windows_1252() -> None:
    assert decode("the Ministers’ Meeting — café".encode("cp1252"), "text/html") == "the Ministers’ Meeting — café"


def test_one_wrong_byte_does_not_turn_an_unlabelled_utf8_page_into_another_alphabet() -> None:
    assert decode(JAPANESE.encode() + b"\xff" + "終".encode()) == JAPANESE + "\ufffd終"


def test_utf8_is_utf8_whatever_the_header_says() -> None:
    assert decode("日本".encode(), "text/html; charset=iso-8859-1") == "日本"


def test_shift_jis_means_what_browsers_take_it_for() -> None:
    assert decode("①㈱防衛".encode("cp932"), "text/html; charset=Shift_JIS") == "①㈱防衛"
