"""Whether two articles are one report: a syndicated copy, a shortened or lengthened one. It knows no database."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from bot.model import Article
from bot.story.sketch import Sketch, sketch, tokens

CONTAINED = 0.25
"""Share of the smaller sketch that two copies have in common at least. Measured: copies cut to 30 % and copies with
30 % of their words edited all lie above it, 400 rewritten reports of one event and 400 random pairs all below."""

SHARED = 4
"""Fewest hashes in common: below that a share says nothing."""

SHORT = 60
"""Texts of fewer words need like titles as well."""

LIKE_TITLES = 85
"""Likeness of two titles in percent (rapidfuzz, words in any order) that supports a short text."""

SWAPPED_FACTS = 2
"""Numbers or names that stand in place of others, from which on two texts are one template filled twice (weather,
markets, "exercise X begins"), not one report."""

DATELINE = 15
"""Words at the beginning that are not compared: outlets put their own place and date there."""


class Likeness(StrEnum):
    """Why two articles are one report, or why not."""

    COPY = "copy"
    SAME_TEXT = "same_text"
    OTHER_TEXT = "other_text"
    OTHER_FACTS = "other_facts"
    TOO_FAR_APART = "too_far_apart"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer, and the share of the smaller text found in the larger one."""

    likeness: Likeness
    contained: float

    @property
    def joined(self) -> bool:
        """Whether the two belong to one story."""
        return self.likeness in (Likeness.COPY, Likeness.SAME_TEXT)


def compare(one: Article, other: Article, apart: timedelta, window: timedelta) -> Verdict:
    """Whether `one` and `other`, published `apart` from each other, are copies of one report."""
    if apart > window:
        return Verdict(Likeness.TOO_FAR_APART, 0.0)
    words, other_words = tokens(one.paragraphs), tokens(other.paragraphs)
    if words == other_words and words:
        like = len(words) >= SHORT or _titles_alike(one, other)
        return Verdict(Likeness.SAME_TEXT if like else Likeness.OTHER_TEXT, 1.0)
    first, second = sketch(one.paragraphs), sketch(other.paragraphs)
    contained = _contained(first, second)
    short = min(first.words, second.words) < SHORT
    if contained < CONTAINED or (short and not (contained >= 2 * CONTAINED and _titles_alike(one, other))):
        return Verdict(Likeness.OTHER_TEXT, contained)
    if _swapped_facts(one, other, words, other_words) >= SWAPPED_FACTS:
        return Verdict(Likeness.OTHER_FACTS, contained)
    return Verdict(Likeness.COPY, contained)


def _contained(one: Sketch, other: Sketch) -> float:
    shared = len(one.hashes & other.hashes)
    return shared / min(len(one.hashes), len(other.hashes)) if shared >= SHARED else 0.0


def _titles_alike(one: Article, other: Article) -> bool:
    return fuzz.token_sort_ratio(one.title.casefold(), other.title.casefold()) >= LIKE_TITLES


_NAME = re.compile(r"[^\W\d_]+")


def _names(article: Article) -> frozenset[str]:
    """Words that are never written small in the article: names of people, places, ships, in Latin script."""
    text = " ".join(article.paragraphs)
    found = _NAME.findall(text)
    small = {word for word in found if word[0].islower()}
    return frozenset(word.casefold() for word in found if word[0].isupper() and word.casefold() not in small)


def _swapped_facts(one: Article, other: Article, words: list[str], other_words: list[str]) -> int:
    """How many numbers and names of one text stand exactly where the other has different ones."""
    names, other_names = _names(one), _names(other)
    swapped = 0
    for step in Levenshtein.opcodes(words, other_words):
        if step.tag != "replace" or step.src_start < DATELINE or step.dest_start < DATELINE:
            continue
        source = words[step.src_start : step.src_end]
        target = other_words[step.dest_start : step.dest_end]
        if len(source) > 4 or len(target) > 4:
            continue
        swapped += any(_is_fact(word, names) for word in source) and any(_is_fact(word, other_names) for word in target)
    return swapped


def _is_fact(word: str, names: frozenset[str]) -> bool:
    return word[0].isdigit() or word in names
