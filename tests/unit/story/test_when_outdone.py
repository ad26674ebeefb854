"""A date since which something has not been outdone is not its own."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.story.days import days_in
from bot.story.when import day_of

PUBLISHED = datetime(2026, 5, 20, 9, tzinfo=UTC)


def day(sentence: str, language: str) -> str | None:
    """The date of the word in square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    text = sentence.replace("[", "").replace("]", "")
    return day_of(text, start, end, days_in(text, language, PUBLISHED), language, PUBLISHED)


@pytest.mark.parametrize(
    ("sentence", "language"),
    [
        ("The two held the biggest [joint exercise] since 2019 off Java.", "en"),
        ("The two held [joint drills], the largest since 2019, off Java.", "en"),
        ("With the most ships since 2019, the two held [joint drills] off Java.", "en"),
        ("Japan [delivered] the most ships since 2019.", "en"),
        ("They held [talks] for the third time since 2019.", "en"),
        ("Keduanya menggelar [latihan bersama] terbesar sejak 2019.", "id"),
        ("両国は2019年以来最大の[共同訓練]を実施した。", "ja"),
    ],
)
def test_the_biggest_since_a_year_is_not_of_that_year(sentence: str, language: str) -> None:
    assert day(sentence, language) is None


@pytest.mark.parametrize(
    ("sentence", "dated"),
    [
        ("The two held [joint drills] on Monday, the biggest since 2019.", "2026-05-18"),
        ("The pact [signed] in 2019 is the most important since 1945.", "2019"),
        ("The pact has been [in force] since 2019.", "2019"),
    ],
)
def test_a_date_of_its_own_stays(sentence: str, dated: str) -> None:
    assert day(sentence, "en") == dated
