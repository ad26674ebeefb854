"""How common each fact and word is among the articles at hand: a rare one in common says much. It stores nothing."""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable

from bot.story.facts import Facts

REMEMBERED = 2000
"""Articles that frequencies are counted over, the latest."""

PRIOR = 30
"""How many articles the guesses below are worth, before enough are stored."""

FEW = 8
"""Articles that may have a fact by chance, of however few."""

GUESS = 0.02
"""Share of articles that have a fact nothing is known of yet; with many articles it no longer matters."""

_USUAL = {
    "p:jp": 0.95, "s:defmin": 0.5, "s:agree": 0.5, "s:sign": 0.4, "s:exercise": 0.3, "s:visit": 0.3, "s:training": 0.3,
    "s:export": 0.2, "s:pm": 0.3, "s:agreement": 0.3, "s:opening": 0.3, "s:closing": 0.2, "s:army": 0.1,
    "s:parliament": 0.2, "s:summit": 0.2, "s:frigate": 0.2, "s:destroyer": 0.2, "s:scs": 0.15, "p:us": 0.3,
    "p:cn": 0.3, "p:id": 0.3, "p:au": 0.2, "p:ph": 0.2,
}  # fmt: skip
"""Facts that are common wherever Japan's defence is followed."""


class Background:
    """Counts over the latest articles. `add` each of them once, in order; the oldest are forgotten."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._counts: Counter[str] = Counter()
        self._kept: deque[frozenset[str]] = deque()
        self._languages: Counter[str] = Counter()
        self._spoken: deque[str] = deque()
        self._remembered = remembered

    @classmethod
    def of(cls, articles: Iterable[Facts]) -> Background:
        """Of these articles."""
        made = cls()
        for each in articles:
            made.add(each)
        return made

    def add(self, one: Facts) -> None:
        """Counts an article."""
        seen = one.features() | {f"{one.language}.{word}" for word, _ in one.words}
        self._kept.append(seen)
        self._spoken.append(one.language)
        self._counts.update(seen)
        self._languages[one.language] += 1
        if len(self._kept) > self._remembered:
            self._counts.subtract(self._kept.popleft())
            self._languages[self._spoken.popleft()] -= 1
            if len(self._counts) > 200_000:
                self._counts = +self._counts

    def rarity(self, feature: str) -> float:
        """How much a fact says: 0 for one that all articles have."""
        return self._rarity(feature, len(self._kept), _USUAL.get(feature, GUESS))

    def seen(self, feature: str) -> float:
        """The share of articles that have a fact, or a word written `language.word`, as far as is known: of few
        articles nobody can tell, so `FEW` of them count as none."""
        return max(0, self._counts.get(feature, 0) - FEW) / max(1, len(self._kept))

    def word_rarity(self, language: str, word: str) -> float:
        """The same of a word among the articles of its language."""
        return self._rarity(f"{language}.{word}", self._languages[language], GUESS)

    def _rarity(self, feature: str, total: int, guess: float) -> float:
        seen = self._counts.get(feature, 0)
        return math.log((total + PRIOR + 1) / (seen + guess * PRIOR + 0.5))
