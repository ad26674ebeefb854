"""Sentences that an outlet's articles have in common word for word."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.model import Article, Source
from bot.story.background import Background
from bot.story.facts import Facts, facts
from bot.story.verbatim import sentences, without

NOON = datetime(2026, 5, 26, 12, tzinfo=UTC)
FOOT = "The Kodiaq Media house is a part of the Sentosa group of Surabaya."
OTHER_FOOT = "Our reporters follow the parliament of Jakarta since 1970!"


def article(number: int, *rest: str, outlet: str = "antara") -> Article:
    text = (f"Report number {number} of the harbour of Bitung.", *rest)
    source = Source(outlet, outlet, tier=3, family=outlet)
    return Article(f"https://{outlet}.example/{number}", "News", text, text[0], language="en", source=source)


def said(number: int, *rest: str, outlet: str = "antara") -> Facts:
    return facts(article(number, *rest, outlet=outlet), (), NOON)


def test_sentences_of_a_paragraph_are_marked_one_by_one() -> None:
    together = sentences(article(1, f"{FOOT} {OTHER_FOOT}"))
    assert together == sentences(article(2, OTHER_FOOT, FOOT))
    assert len(together) == 2


def test_case_and_punctuation_change_no_mark() -> None:
    assert sentences(article(1, FOOT)) == sentences(article(1, FOOT.upper().replace(".", " !")))


def test_the_first_paragraph_and_short_sentences_have_no_mark() -> None:
    assert sentences(article(1, "Read more here.", "He agreed.")) == frozenset()


def test_a_japanese_sentence_is_marked() -> None:
    assert len(sentences(article(1, "本紙は平日の午後に配信している。詳しくは電子版で。"))) == 1


def test_an_article_without_marked_sentences_keeps_the_others() -> None:
    left = without(article(1, f"{FOOT} It rained.", FOOT), sentences(article(1, FOOT)))
    assert left.paragraphs[1:] == ("It rained.",)


def test_what_an_outlet_printed_before_is_furniture_of_its_next_article() -> None:
    background = Background.of([said(1, FOOT)])
    marks = sentences(article(2, FOOT, OTHER_FOOT))
    assert background.furniture("antara", marks) == sentences(article(1, FOOT))


def test_what_another_outlet_printed_once_is_no_furniture_but_what_many_did_is() -> None:
    marks = sentences(article(9, FOOT))
    few = Background.of(said(number, FOOT, outlet=f"outlet{number}") for number in range(2))
    many = Background.of(said(number, FOOT, outlet=f"outlet{number}") for number in range(3))
    assert few.furniture("antara", marks) == frozenset()
    assert many.furniture("antara", marks) == marks


def test_what_was_forgotten_is_no_furniture() -> None:
    background = Background(remembered=1)
    background.add(said(1, FOOT))
    background.add(said(2, OTHER_FOOT))
    assert background.furniture("antara", sentences(article(3, FOOT))) == frozenset()


def test_facts_are_those_of_the_text_without_its_furniture() -> None:
    whole = said(1, FOOT)
    bare = facts(article(1, FOOT), (), NOON, sentences(article(1, FOOT)))
    assert {"kodiaq", "sentosa"} <= set(whole.names)
    assert not {"kodiaq", "sentosa"} & set(bare.names)
    assert "bitung" in bare.names
    assert bare.sentences == whole.sentences
