"""How well rules do by readers' verdicts, and which words would keep unwanted stories out."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.story.precision import Judged, Precision, Suggestion, suggestions, wilson, words


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [
        # Worked by hand from the formula, and as published for 0 of 10, 8 of 10 and 81 of 263 (Newcombe 1998, table I).
        (0, 10, 0.0, 0.2775),
        (8, 10, 0.4902, 0.9433),
        (81, 263, 0.2553, 0.3662),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_the_interval_is_that_of_the_literature(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=5e-5)


def test_nothing_seen_says_nothing() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@pytest.mark.parametrize(("k", "n"), [(-1, 3), (4, 3)])
def test_more_than_all_is_refused(k: int, n: int) -> None:
    with pytest.raises(ValueError, match=f"{k} of {n}"):
        wilson(k, n)


@given(st.integers(0, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_between_0_and_1(pair: tuple[int, int]) -> None:
    k, n = pair
    low, high = wilson(k, n)
    assert 0 <= low <= high <= 1
    assert n == 0 or low <= k / n + 1e-12
    assert n == 0 or high >= k / n - 1e-12
    mirrored = wilson(n - k, n)
    assert math.isclose(mirrored[0], 1 - high, abs_tol=1e-12)


def test_more_verdicts_make_the_interval_narrower() -> None:
    few, many = Precision("w", "r", 3, 4, 4), Precision("w", "r", 75, 100, 90)
    assert few.share == many.share == 0.75
    assert many.interval[1] - many.interval[0] < few.interval[1] - few.interval[0]


def _stories(text: str, number: int, *, relevant: bool) -> list[Judged]:
    return [Judged(f"{text} number{'abcdefghij'[each]}", int(relevant), int(not relevant)) for each in range(number)]


GOOD = _stories("Japan and Indonesia signed a deal on frigates", 6, relevant=True)
BAD = _stories("The deal of Japan was a cup. Football fans in Indonesia", 6, relevant=False)


def _terms(stories: list[Judged], **given: object) -> set[str]:
    return {one.term for one in suggestions(stories, most=100, **given)}  # type: ignore[arg-type]  # words


def test_what_only_the_unwanted_stories_have_is_suggested_with_their_number() -> None:
    found = {one.term: one for one in suggestions([*GOOD, *BAD])}
    assert found["football fans"] == Suggestion("football fans", 6, 0)
    assert found["cup"] == Suggestion("cup", 6, 0)


def test_a_word_of_both_kinds_is_not_suggested() -> None:
    assert _terms([*GOOD, *BAD]).isdisjoint({"japan", "deal", "indonesia"})


def test_a_word_that_a_relevant_story_has_as_well_is_suggested_only_where_that_is_rare() -> None:
    wanted = _stories("football", 1, relevant=True)
    few = [*wanted, *_stories("frigates", 4, relevant=True), *_stories("football", 3, relevant=False)]
    many = [*wanted, *_stories("frigates", 8, relevant=True), *_stories("football", 9, relevant=False)]
    assert "football" not in _terms(few)
    assert "football" in _terms(many)


def test_of_a_word_and_two_in_a_row_with_it_only_the_two_are_suggested() -> None:
    assert _terms([*GOOD, *BAD]).isdisjoint({"football", "fans"})


def test_words_of_grammar_are_never_suggested() -> None:
    assert "the" not in _terms([*GOOD, *BAD])


@pytest.mark.parametrize("stories", [[*GOOD, *BAD[:2]], [*GOOD[:2], *BAD], BAD, []])
def test_too_few_of_a_kind_suggest_nothing(stories: list[Judged]) -> None:
    assert suggestions(stories) == []


def test_what_readers_are_divided_on_says_nothing() -> None:
    divided = [Judged(story.text, 1, 1) for story in BAD]
    assert suggestions([*GOOD, *divided]) == []


def test_a_word_that_the_rule_has_already_is_not_suggested() -> None:
    assert "cup" not in _terms([*GOOD, *BAD], known=["Cup"])


def test_no_more_words_are_suggested_than_asked_for() -> None:
    assert len(suggestions([*GOOD, *BAD], most=1)) == 1


def test_words_without_spaces_between_them_are_found() -> None:
    assert list(words("日本はサッカーで勝利した")) == ["日本", "サッカー", "勝利"]


def test_two_words_parted_by_a_full_stop_are_no_pair() -> None:
    assert list(words("A football cup. Japan won")) == ["football", "cup", "football cup", "japan", "won", "japan won"]


def test_a_word_of_all_news_counts_only_beside_another() -> None:
    assert list(words("home matches")) == ["matches", "home matches"]
