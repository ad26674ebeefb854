"""Dates that are counted: how long after something, or before it, a thing was."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.days import days_in, first_day
from bot.story.since import Counted, counted

FRIDAY = datetime(2026, 11, 20, 9, tzinfo=UTC)


def read(sentence: str, language: str | None) -> Counted | None:
    """What is said of the word in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    plain = sentence.replace("[", "").replace("]", "")
    return counted(plain, start, end, days_in(plain, language, FRIDAY), language, FRIDAY)


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("Five years after they [signed] the pact, exports are few.", "2021"),
        ("It is the fifth anniversary of the [signing].", "2021"),
        ("Thursday marks the first anniversary of the [signing].", "2025-11-19"),
        ("Today marks two years since they [signed] it.", "2024-11-20"),
        ("A decade after they [signed] it, it expires.", "2016"),
        ("He spoke on Thursday, two days after it was [signed].", "2026-11-17"),
        ("It was ratified on Monday, five months after it was [signed].", "2026-06"),
        ("It was ratified on Monday, eighteen months after it was [signed].", "2025-05"),
        ("It took effect on Monday, a week after it was [signed].", "2026-11"),
        ("Two days after it was [signed], Tokyo on Thursday sent it on.", "2026-11-17"),
        ("It took effect in July 2025, a year after it was [signed].", "2024"),
        ("He left on Sunday, the day after they [signed] it.", "2026-11-14"),
        ("They met on Sunday, two days before they [signed] it.", "2026-11-17"),
        ("The envoy, who landed on Sunday, spoke two days after it was [signed].", "2026-11-18"),
        ("It comes four months after the pact, which was sealed in 2024, [took effect].", "2026-07"),
        ("He landed on Monday and they [signed] it a day later.", "2026-11-17"),
        ("He landed on Monday; a day later, they [signed] it.", "2026-11-17"),
        ("More than two months after it was [signed], nothing moves.", "2026"),
    ],
)
def test_english_counts_from_the_date_it_names_or_from_today(sentence: str, date: str) -> None:
    assert read(sentence, "en") == Counted(date)


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("Ia tiba pada Senin (16/11) dan [bertemu] Presiden sehari kemudian.", "2026-11-17"),
        ("Setahun setelah Jepang-Indonesia [teken] pakta", "2025"),
        ("Setahun setelah Jepang dan Indonesia [meneken] pakta, ekspor sepi.", "2025"),
        ("Lima tahun sejak perjanjian itu [ditandatangani], belum ada kapal.", "2021"),
        ("Kapal tiba pada Kamis, dua hari setelah kontrak [diteken].", "2026-11-17"),
        ("Pertemuan berlangsung dua pekan setelah mereka [menandatangani] nota.", "2026-11"),
    ],
)
def test_indonesian_counts_too(sentence: str, date: str) -> None:
    assert read(sentence, "id") == Counted(date)


@pytest.mark.parametrize(
    ("sentence", "date"),
    [
        ("協定に[署名]して19日で1年となった。", "2025-11-19"),
        ("協定が[発効]して、11日で1年を迎えた。", "2025-11-11"),
        ("協定は11日、[発効]から1年を迎えた。", "2025-11-11"),
        ("協定は8日で[署名]から2年を迎える。", "2024-11-08"),
        ("協定の[署名]から5年の節目に当たる。", "2021"),
        ("協定[署名]から２年", "2024"),
        ("協定[署名]から1年で協力は進んだ。", "2025"),
    ],
)
def test_japanese_counts_behind_the_word(sentence: str, date: str) -> None:
    assert read(sentence, "ja") == Counted(date)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("Five years after they [signed] it in March 2021, exports are few.", "en"),
        ("It was [signed] on Monday.", "en"),
        ("It was [signed] on Monday and took effect a day later.", "en"),
        ("Three days after the storm, they [signed] it.", "en"),
        ("It must be ratified within 30 days after it is [signed].", "en"),
        ("2024年7月の[署名]から2年がたった。", "ja"),
        ("協定に[署名]した。", "ja"),
        ("協定は[発効]から5年間有効だ。", "ja"),
    ],
)
def test_a_sentence_with_the_date_itself_or_without_a_count_is_left_alone(sentence: str, language: str) -> None:
    assert read(sentence, language) is None


def test_what_lies_back_and_is_not_counted_has_no_date() -> None:
    assert read("It was sealed on Monday after three years of tough [talks].", "en") == Counted(None)
    assert read("3年に及ぶ[交渉]を経て、19日に合意した。", "ja") == Counted(None)
    assert read("A week later, they [signed] it.", "en") == Counted(None)
    assert read("Years after they [signed] it, exports are few.", "en") == Counted(None)
    assert read("Since they [signed] it, exports have grown.", "en") == Counted(None)
    assert read("Sejak keduanya [meneken] pakta, ekspor naik.", "id") == Counted(None)


LISTED = (
    "99 years after|a day before |in 2015|0 days after |29 February|二年|署名から|19日で|1年となった|の99日後| since "
)
PIECES = st.sampled_from(LISTED.split("|"))


@given(st.lists(st.one_of(PIECES, st.text(max_size=6)), max_size=7), st.sampled_from(["en", "id", "ja", None]))
def test_any_text_gives_a_real_date_that_is_not_to_come(pieces: list[str], language: str | None) -> None:
    before, text = "".join(pieces[:4]), "".join([*pieces[:4], "signed", *pieces[4:]])
    found = counted(text, len(before), len(before) + 6, days_in(text, language, FRIDAY), language, FRIDAY)
    if found is not None and found.date is not None:
        assert first_day(found.date) <= FRIDAY.date()
