"""What all but happened, was only drafted or wished for, or was reported in error has not happened."""

from __future__ import annotations

import pytest

from bot.story.modality import Doubt, doubt


def judged(sentence: str, word: str, language: str) -> Doubt | None:
    start = sentence.index(word)
    return doubt(sentence, start, start + len(word), language)


@pytest.mark.parametrize(
    ("sentence", "word", "language"),
    [
        ("Japan and Indonesia almost signed the treaty in March.", "signed", "en"),
        ("Tokyo nearly signed an accord with Jakarta.", "signed", "en"),
        ("The two sides nearly reached an agreement on frigates.", "agreement", "en"),
        ("Japan came close to signing the treaty.", "signing", "en"),
        ("Had Japan signed the treaty in 2020, the ships would be here.", "signed", "en"),
        ("Japan wants the agreement with Indonesia signed before the summit.", "signed", "en"),
        ("Tokyo aims to have the accord signed and ratified by March.", "signed", "en"),
        ("Jakarta hopes to see the treaty signed this year.", "signed", "en"),
        ("The paper incorrectly reported that Japan had signed the treaty.", "signed", "en"),
        ("Reports that Japan signed the treaty are premature.", "signed", "en"),
        ("The minister ruled out that Tokyo had agreed to a base.", "agreed", "en"),
        ("Under the draft, the agreement with Japan enters into force in May.", "enters into force", "en"),
        ("Japan and China agreed to disagree on the islands.", "agreed", "en"),
        ("Signed copies of the treaty were on sale.", "Signed", "en"),
        ("It is unclear whether Japan signed the treaty.", "signed", "en"),
        ("Jepang dan Indonesia hampir menandatangani perjanjian itu.", "menandatangani", "id"),
        ("Kedua menteri nyaris menandatangani pakta pertahanan.", "menandatangani", "id"),
        ("Jepang ingin perjanjian itu ditandatangani sebelum KTT.", "ditandatangani", "id"),
        ("Media itu keliru melaporkan bahwa Jepang menandatangani perjanjian.", "menandatangani", "id"),
        ("Kabar bahwa Jepang menandatangani perjanjian itu tidak benar.", "menandatangani", "id"),
        ("Kedua negara sepakat untuk tidak sepakat soal pulau itu.", "sepakat", "id"),
        ("外相は協定に署名したか明らかにしていない。", "署名し", "ja"),
        ("両国が署名したかどうかは不明だ。", "署名し", "ja"),
        ("草案では協定は来年発効する。", "発効", "ja"),
    ],
)
def test_it_has_not_happened(sentence: str, word: str, language: str) -> None:
    assert judged(sentence, word, language) is not None


@pytest.mark.parametrize(
    ("sentence", "word", "language"),
    [
        ("After failing to sign in March, Japan and Indonesia finally signed the treaty.", "signed", "en"),
        ("Nearly a year after talks began, Japan and Indonesia signed the treaty.", "signed", "en"),
        ("Almost all ministers signed the treaty on Friday.", "signed", "en"),
        ("Japan, which wants closer ties, signed the treaty on Friday.", "signed", "en"),
        ("Having come to see the ships, the minister signed the treaty.", "signed", "en"),
        ("Hampir dua tahun setelah perundingan, kedua menteri menandatangani pakta.", "menandatangani", "id"),
        ("Meski belum diratifikasi, perjanjian itu sudah ditandatangani.", "ditandatangani", "id"),
        ("両国は協定に署名したことを明らかにした。", "署名し", "ja"),
    ],
)
def test_it_has_happened_all_the_same(sentence: str, word: str, language: str) -> None:
    assert judged(sentence, word, language) is None
