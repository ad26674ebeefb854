"""Which one of a series a text speaks of."""

from __future__ import annotations

import pytest

from bot.story.numbers import numbers_in
from bot.story.ordinals import ordinals_in, other_one


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Round 3 of talks", "en"),
        ("the third round of talks", "en"),
        ("perundingan putaran ketiga", "id"),
        ("putaran ke-3", "id"),
        ("第3回会合", "ja"),
    ],
)
def test_the_third_round_is_one_in_every_language(text: str, language: str) -> None:
    assert ordinals_in(text, language) == {"round 3"}


def test_a_number_that_counts_is_none_of_a_series() -> None:
    assert ordinals_in("three rounds of 2 parts, no 3.5 percent", "en") == frozenset()


def test_two_of_a_series_are_others_unless_one_is_common() -> None:
    third, fourth = ordinals_in("round 3", "en"), ordinals_in("the 4th round", "en")
    assert other_one(third, fourth)
    assert not other_one(third, third | fourth)
    assert not other_one(third, ordinals_in("phase 4", "en"))
    assert not other_one(third, frozenset())


def test_talks_number_two_count_no_ships() -> None:
    text = "after talks number 2 between the two governments on ships"
    assert numbers_in(text, "en") == {}
    assert numbers_in("two grey ships", "en") == {"2 ship": "two grey ships"}


def test_an_article_of_a_law_and_a_type_of_aircraft_count_nothing() -> None:
    assert numbers_in("Article 51 and F-16 and Pasal 33", "en") == {}
