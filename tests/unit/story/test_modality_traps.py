"""Sentences that name a step which did not happen, or which did although a word beside it sounds like doubt."""

from __future__ import annotations

import pytest

from bot.story.modality import Doubt, doubt


def why(sentence: str, language: str | None) -> Doubt | None:
    """The doubt about the word in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return doubt(sentence.replace("[", "").replace("]", ""), start, end, language)


@pytest.mark.parametrize(
    ("sentence", "language", "doubted"),
    [
        ("Japan and Indonesia almost [signed] the accord on Tuesday.", "en", Doubt.NEGATED),
        ("The two sides very nearly [signed] a pact.", "en", Doubt.NEGATED),
        ("The two sides nearly [reached] an agreement in May.", "en", Doubt.NEGATED),
        ("Japan and Indonesia came close to [signing] the accord.", "en", Doubt.NEGATED),
        ("Japan was on the verge of [signing] the accord.", "en", Doubt.NEGATED),
        ("Jepang dan Indonesia hampir [menandatangani] perjanjian itu.", "id", Doubt.NEGATED),
        ("Kedua negara nyaris [menandatangani] perjanjian itu.", "id", Doubt.NEGATED),
    ],
)
def test_what_almost_happened_did_not(sentence: str, language: str, doubted: Doubt) -> None:
    assert why(sentence, language) is doubted


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("After failing to sign in May, Japan and Indonesia finally [signed] the accord.", "en"),
        ("Nearly a year after talks began, the two countries [signed] the accord.", "en"),
        ("The two countries, nearly a year after talks began, [signed] the accord.", "en"),
        ("Almost all ministers [signed] the accord.", "en"),
        ("Nearly two dozen ministers [signed] the accord.", "en"),
        ("Nearly every member [signed] the accord.", "en"),
        ("The ships they almost lost were [delivered] in May.", "en"),
        ("Hampir dua tahun setelah perundingan dimulai, kedua negara [menandatangani] perjanjian itu.", "id"),
        ("Hampir dua tahun setelah perundingan dimulai kedua negara [menandatangani] perjanjian itu.", "id"),
        ("Japan almost doubled its aid and [signed] the accord.", "en"),
        ("They all but ignored China and [signed] the accord.", "en"),
        ("Hampir semua menteri [menandatangani] perjanjian itu.", "id"),
    ],
)
def test_almost_may_belong_to_a_number_or_a_time(sentence: str, language: str) -> None:
    assert why(sentence, language) is None


@pytest.mark.parametrize(
    "sentence",
    [
        "Had Japan [signed] the accord in 2020, the ships would be in Jakarta.",
        "The ships would be in Jakarta had Japan [signed] the accord in 2020.",
        "If Japan had [signed] the accord in 2020, the ships would be in Jakarta.",
    ],
)
def test_what_would_have_followed_from_a_step_says_it_did_not_happen(sentence: str) -> None:
    assert why(sentence, "en") is Doubt.CONDITION


@pytest.mark.parametrize(
    "sentence",
    [
        "Officials had Japan's offer translated and [signed] the accord.",
        "The two had talks in May and [signed] the accord.",
        "Had it been easy? No, but Japan [signed] the accord.",
        "The minister said Tokyo had [signed] the accord.",
    ],
)
def test_had_within_a_statement_is_no_condition(sentence: str) -> None:
    assert why(sentence, "en") is None


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Tokyo wants the agreement with Indonesia [signed] before the summit.", "en"),
        ("Tokyo wants the agreement on defence equipment [signed] by March.", "en"),
        ("Japan aims to have the accord [signed] and ratified by March.", "en"),
        ("Japan aims to have the accord signed and [ratified] by March.", "en"),
        ("The minister hopes to see it [signed].", "en"),
        ("Jepang ingin perjanjian itu [ditandatangani] sebelum pertemuan puncak.", "id"),
        ("Jepang ingin agar perjanjian pertahanan dengan Indonesia itu [ditandatangani] sebelum Maret.", "id"),
    ],
)
def test_what_somebody_wants_done_is_not_done(sentence: str, language: str) -> None:
    assert why(sentence, language) in (Doubt.CALLED_FOR, Doubt.TO_COME)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Japan wanted closer ties and [signed] the accord in May.", "en"),
        ("The accord that Tokyo wants ratified was [signed] in May.", "en"),
        ("Japan, which wants more ships, [signed] the accord.", "en"),
        ("The minister hopes to see more of it after the two [signed] the accord.", "en"),
        ("Japan was able to get the accord [signed] in May.", "en"),
        ("Perjanjian yang ingin diperluas Jepang itu telah [ditandatangani].", "id"),
        ("The accord it wanted was [signed] on Tuesday.", "en"),
    ],
)
def test_a_wish_for_something_else_does_not_undo_a_step(sentence: str, language: str) -> None:
    assert why(sentence, language) is None


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The paper incorrectly reported that Japan had [signed] the accord.", "en"),
        ("An earlier version wrongly stated that the accord was [signed] in May.", "en"),
        ("The agency mistakenly reported that the two sides [signed] a pact.", "en"),
        ("Reports that Japan [signed] the accord are premature.", "en"),
        ("Reports that Japan [signed] the accord are untrue.", "en"),
        ("The ministry ruled out that Tokyo had [agreed] to the transfer.", "en"),
        ("Koran itu keliru melaporkan bahwa Jepang [menandatangani] perjanjian itu.", "id"),
        ("Kabar bahwa Jepang [menandatangani] perjanjian itu tidak benar.", "id"),
    ],
)
def test_a_false_report_of_a_step_tells_of_none(sentence: str, language: str) -> None:
    assert why(sentence, language) is Doubt.DENIED


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Under the draft, the agreement [enters into force] in May.", "en"),
        ("The draft says the agreement [enters into force] in May.", "en"),
        ("Menurut rancangan itu, perjanjian [mulai berlaku] pada Mei.", "id"),
        ("草案では、協定は5月に[発効]する。", "ja"),
    ],
)
def test_what_a_draft_says_has_not_happened(sentence: str, language: str) -> None:
    assert why(sentence, language) is Doubt.TO_COME


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The draft was [signed] in May.", "en"),
        ("After months on the draft, the two countries [signed] the accord.", "en"),
        ("Under a plan agreed last year, the ship was [delivered] in May.", "en"),
        ("Meski belum diratifikasi, perjanjian itu sudah [ditandatangani].", "id"),
        ("両国は草案をまとめ、5月に協定に[署名]した。", "ja"),
    ],
)
def test_a_draft_may_have_been_signed(sentence: str, language: str) -> None:
    assert why(sentence, language) is None


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The two ministers [agreed] to disagree.", "en"),
        ("Kedua menteri [sepakat] untuk tidak sepakat.", "id"),
        ("[Signed] copies of the treaty are on show in Tokyo.", "en"),
        ("A [signed] copy of the treaty is on show in Tokyo.", "en"),
        ("The minister gave him a [signed] photo.", "en"),
        ("The captain shows a [signed] ball.", "en"),
    ],
)
def test_a_word_of_a_step_may_mean_something_else(sentence: str, language: str) -> None:
    assert why(sentence, language) is Doubt.OTHER_MEANING


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("It is unclear whether Japan has [signed] the accord.", "en"),
        ("It remains unclear if the accord was [signed].", "en"),
        ("Tak jelas apakah Jepang sudah [menandatangani] perjanjian itu.", "id"),
        ("政府は協定に[署名]したか明らかにしていない。", "ja"),
        ("両国が協定に[署名]したかどうかは不明だ。", "ja"),
        ("両国が協定に[署名]したか否かは分かっていない。", "ja"),
    ],
)
def test_whether_it_happened_is_not_said(sentence: str, language: str) -> None:
    assert why(sentence, language) in (Doubt.QUESTION, Doubt.CONDITION)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("They [signed] copies of the accord in three languages.", "en"),
        ("いつ協定に[署名]したかは明らかにしていない。", "ja"),
        ("寸前で折り合い、協定に[署名]した。", "ja"),
    ],
)
def test_copies_that_are_signed_and_a_day_that_is_not_told_leave_a_step(sentence: str, language: str) -> None:
    assert why(sentence, language) is None


def test_on_the_point_of_signing_is_not_signed_in_japanese() -> None:
    assert why("両国は協定に[署名]寸前だった。", "ja") is Doubt.NEGATED
