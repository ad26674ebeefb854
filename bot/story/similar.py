"""How much two articles have in common: cosines of their facts and of their words, each weighted by how rare it is. It
does not say how much is enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Set
from typing import Protocol

from bot.story.facts import Facts

HEAD = 2.5
"""How much more a fact of the headline or the first paragraph weighs."""

_KINDS = {"n": 0.8, "p": 1.0, "q": 1.0, "d": 0.8, "s": 1.3}


class Rarities(Protocol):
    """How much a fact, and a word of a language, says."""

    def rarity(self, feature: str) -> float:
        """0 for a fact that all articles have."""

    def word_rarity(self, language: str, word: str) -> float:
        """0 for a word that all articles of its language have."""


def one_language(one: Facts, other: Facts) -> bool:
    """Whether words can be compared: an article of an uncertain language is compared as one of the other's."""
    return one.language == other.language or ("" in (one.language, other.language) and "ja" not in _both(one, other))


def in_common(one: Facts, other: Facts, rarities: Rarities) -> tuple[float, float]:
    """The cosines of facts and of words, 0 to 1; of words 0 across languages."""
    mine, yours = _facts(one, other, rarities), _facts(other, one, rarities)
    facts = _cosine(mine, yours)
    if not one_language(one, other):
        return facts, 0.0
    language = one.language or other.language
    words = _cosine(_words(one, language, rarities), _words(other, language, rarities))
    # Subjects and countries alone are no more than words: two articles of few facts may share their only one.
    return facts if sure(mine.keys() & yours.keys()) else min(facts, words), words


def sure(common: Set[str]) -> bool:
    """Whether what two articles have in common has a name, an amount or a day: countries and subjects they share with
    many others."""
    return any(each[0] in "nqd" for each in common)


def comparable(one: Facts, other: Facts) -> frozenset[str]:
    """What of `one` can be found in `other`: names by sound only against Japanese, else as they are written."""
    by_sound = (one.language == "ja") != (other.language == "ja")
    if by_sound:
        # Capitals (OSA, NATO) stand in Japanese texts as they are.
        latin = one.names if one.language == "ja" else other.names
        keep = {f"n:{name}" for name in latin if not name.startswith("~")}
        return frozenset(each for each in one.features() if each[0] != "n" or each[2] == "~" or each in keep)
    return frozenset(each for each in one.features() if one.language == "ja" or each[:3] != "n:~")


def _both(one: Facts, other: Facts) -> tuple[str, str]:
    return one.language, other.language


def _facts(one: Facts, other: Facts, rarities: Rarities) -> dict[str, float]:
    return {
        each: rarities.rarity(each) * _KINDS[each[0]] * (HEAD if each in one.head else 1.0)
        for each in comparable(one, other)
    }


def _words(one: Facts, language: str, rarities: Rarities) -> dict[str, float]:
    return {word: (1 + math.log(count)) * max(0.0, rarities.word_rarity(language, word)) for word, count in one.words}


def _cosine(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    dot = sum(weight * other[each] for each, weight in one.items() if each in other)
    if not dot:
        return 0.0
    return dot / math.sqrt(sum(w * w for w in one.values()) * sum(w * w for w in other.values()))
