"""Which language a text is in, and when nobody can tell."""

from __future__ import annotations

import pytest

from bot.read.language import base_code, tell_language

MALAY = (
    "Kerajaan Malaysia akan membincangkan perkara itu dengan pihak Jepun pada mesyuarat yang dijadualkan "
    "bulan hadapan, kata Menteri Pertahanan kepada pemberita."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Japan and Indonesia sign a deal on the transfer of defence equipment", "en"),
        ("Jepang dan Indonesia tandatangani kerja sama pertahanan di Tokyo", "id"),
        ("防衛相がインドネシアを訪問し会談した", "ja"),
        ("Le ministre de la défense du Japon est arrivé à Jakarta lundi pour des entretiens", "fr"),
        ("국방부 장관이 도쿄에서 회담을 가졌다", "ko"),
        (MALAY, "id"),
        ("", None),
        ("NATO", None),
        ("防衛省設置法改正", None),
    ],
)
def test_a_text_is_told_by_itself(text: str, language: str | None) -> None:
    assert tell_language(text).code == language


def test_malay_is_malay_where_the_source_says_so() -> None:
    assert tell_language(MALAY, "ms").code == "ms"


def test_a_few_words_are_of_the_sources_language() -> None:
    assert tell_language("Breaking", "id").code == "id"


def test_han_without_kana_is_japanese_where_page_or_source_say_so() -> None:
    assert tell_language("防衛省設置法改正", "ja").code == "ja"
    assert tell_language("防衛省設置法改正", None, "ja-JP").code == "ja"


def test_a_source_does_not_change_the_language_of_a_clear_text() -> None:
    assert (
        tell_language("The ministers of both countries met in Tokyo on Monday to sign the pact", "id", "id").code
        == "en"
    )


@pytest.mark.parametrize(
    ("tag", "code"), [("id-ID", "id"), ("in", "id"), ("EN_us", "en"), ("", None), (None, None), ("x-default", None)]
)
def test_a_tag_is_cut_to_its_code(tag: str | None, code: str | None) -> None:
    assert base_code(tag) == code
