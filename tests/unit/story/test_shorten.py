"""What stays of an article whose full text is forgotten: what messages quote of it, with its marks."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from newsroom import article

from bot.model import Article, Evidence, Match, Part, Priority
from bot.story import key_sentences, matched_sentence
from bot.story.sentences import unit_text
from bot.story.shorten import shortened, with_shortened
from bot.watch.sentences import breaks


def evidence(text: str, word: str, language: str | None, part: Part, paragraph: int | None) -> Evidence:
    at = text.index(word)
    sentence = sum(1 for edge in breaks(text, language) if edge <= at)
    return Evidence("partner", word.lower(), word, part, paragraph, sentence, at, at + len(word), word)


def match(made: Article, *places: tuple[Part, int | None, str], watchlist: str = "japan") -> Match:
    pieces = tuple(
        evidence(unit_text(made, part, paragraph), word, made.language, part, paragraph)
        for part, paragraph, word in places
    )
    return Match(watchlist, "rule", Priority.NORMAL, {}, pieces)


def forget(made: Article, *matches: Match) -> tuple[Article, list[Match]]:
    kept = shortened(made, matches)
    rest = [
        Match(one.watchlist, one.rule, one.priority, one.labels, pieces)
        for one, pieces in zip(matches, kept.evidence, strict=True)
    ]
    return with_shortened(made, kept), rest


WORDS = {"en": (3, "Mogami"), "id": (2, "Mogami"), "ja": (6, "沿岸警備船")}


@pytest.mark.parametrize("language", sorted(WORDS))
def test_what_messages_quote_stays_and_the_rest_goes(language: str) -> None:
    whole = article(language)
    found = match(whole, (Part.BODY, *WORDS[language]))
    short, (rest,) = forget(whole, found)
    assert key_sentences(short, [rest]) == key_sentences(whole, [found])
    assert matched_sentence(short, [rest]) == matched_sentence(whole, [found])
    assert sum(map(len, short.paragraphs)) < sum(map(len, whole.paragraphs)) / 2


def test_evidence_in_what_is_kept_points_to_its_word_and_the_rest_goes() -> None:
    whole = article("en")
    found = match(
        whole,
        (Part.TITLE, None, "Indonesia"),
        (Part.BODY, 3, "Mogami"),
        (Part.BODY, 3, "Indonesia"),
        (Part.BODY, 5, "Natuna"),
    )
    short, (rest,) = forget(whole, found)
    assert [piece.text for piece in rest.evidence] == ["Indonesia", "Mogami", "Indonesia"]
    for piece in rest.evidence:
        assert unit_text(short, piece.part, piece.paragraph)[piece.start : piece.end] == piece.text


def test_a_standfirst_stays_a_text_of_its_own() -> None:
    whole = article("en")
    lead = "The two ministers met. Nothing was signed on Mogami frigates. More talks are due."
    whole = replace(whole, lead=lead)
    found = match(whole, (Part.LEAD, None, "Mogami"), (Part.BODY, 2, "Under"))
    short, (rest,) = forget(whole, found)
    assert short.standfirst.split(". ")[0] == "The two ministers met"
    assert matched_sentence(short, [rest]) == matched_sentence(whole, [found])
    for piece in rest.evidence:
        assert unit_text(short, piece.part, piece.paragraph)[piece.start : piece.end] == piece.text


def test_each_watchlist_keeps_its_own_sentence() -> None:
    whole = article("en")
    first = match(whole, (Part.BODY, 3, "Mogami"))
    second = match(whole, (Part.BODY, 5, "Natuna"), watchlist="seas")
    short, rest = forget(whole, first, second)
    for before, after in zip((first, second), rest, strict=True):
        assert matched_sentence(short, [after]) == matched_sentence(whole, [before])


def test_forgetting_twice_changes_nothing_more() -> None:
    whole = article("en")
    short, rest = forget(whole, match(whole, (Part.BODY, 3, "Mogami")))
    assert forget(short, *rest) == (short, rest)


def test_an_article_without_a_text_has_nothing_to_forget() -> None:
    bare = Article("https://example.org/1", "Indonesia", ())
    found = match(bare, (Part.TITLE, None, "Indonesia"))
    assert forget(bare, found) == (bare, [found])


def test_the_kept_text_is_made_of_whole_sentences_of_the_article() -> None:
    whole = article("en")
    short, _ = forget(whole, match(whole, (Part.BODY, 3, "Mogami")))
    assert all(any(kept in text for text in whole.paragraphs) for kept in short.paragraphs)
    assert all(re.search(r"[.!?]$", kept) for kept in short.paragraphs)
