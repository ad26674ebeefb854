"""What of an article survives translation."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Article, Match, Priority
from bot.story.facts import Facts, facts
from bot.story.names import names_in, skeleton, skeletons_in
from bot.story.numbers import numbers_in
from bot.story.places import places_in
from bot.story.subjects import looks_back, subjects_in

NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)


def said(text: str, language: str, title: str = "") -> Facts:
    return facts(Article("u", title, (text,), text, published=NOON, language=language), (), NOON)


@pytest.mark.parametrize(
    ("latin", "kana"),
    [("Prabowo", "プラボウォ"), ("Marles", "マールズ"), ("Sjamsoeddin", "シャムスディン"), ("Natuna", "ナトゥナ")],
)
def test_a_latin_name_sounds_like_its_katakana(latin: str, kana: str) -> None:
    assert skeleton(latin) in skeletons_in(f"きのう{kana}と会談した")


def test_a_ministers_surname_is_read_by_its_characters() -> None:
    assert skeleton("Hayasaka") in skeletons_in("早坂健一郎防衛相は26日")


def test_a_word_that_is_written_small_somewhere_is_no_name() -> None:
    found = names_in("On Monday Frigates arrived, and Sjafrie said the frigates were new")
    assert "sjafrie" in found
    assert "frigates" not in found


def test_a_word_that_only_begins_sentences_is_no_name() -> None:
    assert "officials" not in names_in("He left. Officials waved")


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("a grant of 2.4 billion yen", "en"),
        ("senilai 2,4 miliar yen", "id"),
        ("24億円を供与", "ja"),
        ("¥2.4 billion", "en"),
    ],
)
def test_an_amount_is_the_same_in_every_language(text: str, language: str) -> None:
    assert "2.4e+09 jpy" in numbers_in(text, language)


@pytest.mark.parametrize(
    ("text", "language"), [("three fast boats", "en"), ("tiga kapal cepat", "id"), ("高速艇3隻", "ja")]
)
def test_small_numbers_count_with_what_they_count(text: str, language: str) -> None:
    assert "3 ship" in numbers_in(text, language)


def test_a_year_is_no_amount() -> None:
    assert numbers_in("in 2027 and by 2028", "en") == {}


@pytest.mark.parametrize(
    ("text", "language"), [("France and Japan", "en"), ("Prancis dan Jepang", "id"), ("日仏が署名", "ja")]
)
def test_a_country_is_the_same_in_every_language(text: str, language: str) -> None:
    assert set(places_in(text, language)) == {"fr", "jp"}


@pytest.mark.parametrize(
    ("text", "language"),
    [("a reciprocal access agreement", "en"), ("pakta akses timbal balik", "id"), ("円滑化協定に署名", "ja")],
)
def test_a_treaty_is_the_same_in_every_language(text: str, language: str) -> None:
    assert "raa" in subjects_in(text, language)


def test_a_weekday_is_the_calendar_day_before_publication() -> None:
    assert said("They met on Monday in Jakarta.", "en").days == ("2026-05-25",)


def test_a_date_is_no_amount() -> None:
    assert said("They met on 25 May in Jakarta.", "en").numbers == ()


def test_anniversary_pieces_and_roundups_are_told_by_their_headlines() -> None:
    assert looks_back("One year on, what has the pact changed?")
    assert looks_back("Sepekan pertahanan: dari Tokyo ke Manila")
    assert not looks_back("Japan, Indonesia sign pact")


def test_facts_of_the_headline_are_marked() -> None:
    found = said("Nobody knows. France did not say.", "en", title="Japan signs a pact with Italy")
    assert {"p:it", "p:jp", "s:sign"} <= found.head


def test_captured_labels_are_kept() -> None:
    match = Match("japan", "rule", Priority.NORMAL, {"partner": ("nato",)}, ())
    assert facts(Article("u", "t", ("x",)), [match], NOON).labels == ("partner:nato",)


@given(st.text(max_size=200), st.sampled_from(["en", "id", "ja", "fr"]))
def test_facts_come_back_from_the_store_as_they_were(text: str, language: str) -> None:
    one = said(text, language, title=text)
    assert Facts.from_json(one.to_json()) == one
