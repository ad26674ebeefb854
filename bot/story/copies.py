"""Whether two articles are one report: a syndicated copy, a shortened or lengthened one. It knows no database."""

from __future__ import annotations

import re
from collections.abc import Hashable, Set
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from rapidfuzz import fuzz

from bot.model import Article
from bot.story.sketch import sequences, sketch, tokens
from bot.story.swaps import other_facts
from bot.watch.words import has_cjk

CONTAINED = 0.25
"""Share of the smaller sketch that two copies have in common at least. Measured: copies cut to 30 % and copies with
30 % of their words edited all lie above it, 400 rewritten reports of one event and 400 random pairs all below."""

OWN_CONTAINED = 0.4
"""The same for two articles of one outlet, which have its own lines and its own background paragraphs in common."""

SHARED = 4
"""Fewest hashes in common: below that a share says nothing."""

SHORT = 60
"""Texts of fewer words need like titles as well, unless they stand in the other word for word."""

WHOLE = 25
"""Words from which on two outlets' equal texts are one report whatever its headline; shorter ones may be a formula."""

VERBATIM = 0.9
"""Share of a short text that stands in another outlet's longer one word for word: then it is its beginning, whatever
the headlines."""

LIKE_TITLES = 85
"""Likeness of two titles in percent (rapidfuzz, words in any order) that supports a short text."""


_NUMBER = re.compile(r"\d+")


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
        # One outlet's text under two unlike titles is what stands on all of its pages.
        like = _titles_alike(one, other) or (_weight(words) >= WHOLE and one.source != other.source)
        return Verdict(Likeness.SAME_TEXT if like else Likeness.OTHER_TEXT, 1.0)
    own = one.source is not None and one.source == other.source
    least = min(_weight(words), _weight(other_words))
    if least < SHORT:
        # So few sequences that all of them are compared.
        contained = _contained(sequences(one.paragraphs), sequences(other.paragraphs))
        verbatim = contained >= VERBATIM and least >= WHOLE and not own
        enough = verbatim or (contained >= 2 * CONTAINED and _titles_alike(one, other))
    else:
        contained = _contained(sketch(one.paragraphs).hashes, sketch(other.paragraphs).hashes)
        enough = contained >= (OWN_CONTAINED if own else CONTAINED)
    if not enough:
        return Verdict(Likeness.OTHER_TEXT, contained)
    # In one order, whichever came first: what is equal may be laid side by side in two ways.
    if other_facts(*sorted((one, other), key=_order)):
        return Verdict(Likeness.OTHER_FACTS, contained)
    return Verdict(Likeness.COPY, contained)


def _order(article: Article) -> tuple[int, tuple[str, ...]]:
    return sum(map(len, article.paragraphs)), article.paragraphs


def _contained(one: Set[Hashable], other: Set[Hashable]) -> float:
    shared = len(one & other)
    return shared / min(len(one), len(other)) if shared >= SHARED else 0.0


def _weight(words: list[str]) -> int:
    return len(words) - sum(map(has_cjk, words)) // 2


def titles_alike(one: str, other: str) -> bool:
    """Whether two headlines say the same, in any order of words."""
    return bool(fuzz.token_sort_ratio(one.casefold(), other.casefold()) >= LIKE_TITLES)


def _titles_alike(one: Article, other: Article) -> bool:
    """Whether the titles are nearly the same words, with the same numbers."""
    numbers, other_numbers = (sorted(_NUMBER.findall(article.title)) for article in (one, other))
    alike = fuzz.token_sort_ratio(one.title.casefold(), other.title.casefold()) >= LIKE_TITLES
    return alike and numbers == other_numbers
