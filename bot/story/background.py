"""What is common among the articles at hand: a rare fact in common says much, and where unrelated articles are alike,
likeness says little. It stores nothing.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict, deque
from collections.abc import Collection, Iterable
from functools import partial
from statistics import median

from bot.story.facts import Facts
from bot.story.similar import in_common
from bot.story.usual import FACTS, NEWS, NEWS_SHARE

REMEMBERED = 2000
"""Articles that frequencies are counted over, the latest."""

PRIOR = 30
"""How many articles the guesses below are worth, before enough are stored."""

FEW = 8
"""Articles that may have a fact by chance, of however few."""

GUESS = 0.02
"""Share of articles that have a fact nothing is known of yet; with many articles it no longer matters."""

SEEN_OFTEN = 3
"""Articles from which on a sentence they all have says nothing, whoever published them; of one family one is enough."""

COMPARED, PAIRS = 60, 300
"""Latest articles of a language of which each new one is compared with two, and the latest of these likenesses."""

USUAL_LIKENESS, PRIOR_PAIRS = 0.02, 30
"""How alike two unrelated articles are where nothing is known yet, and how many pairs that is worth. Measured: .012 in
general news, .023 and .030 where all news is of one subject."""


UNLIKE = 0.01
"""How alike articles of the most mixed news are taken to be at least."""


class Background:
    """Counts over the latest articles. `add` each of them once, in order; the oldest are forgotten."""

    def __init__(self, remembered: int = REMEMBERED) -> None:
        self._counts: Counter[str] = Counter()
        self._kept: deque[frozenset[str]] = deque()
        self._languages: Counter[str] = Counter()
        self._spoken: deque[str] = deque()
        self._remembered = remembered
        self._sentences: Counter[int] = Counter()
        self._printed: Counter[tuple[str, int]] = Counter()
        self._pages: deque[tuple[str, frozenset[int]]] = deque()
        self._latest: defaultdict[str, deque[Facts]] = defaultdict(partial(deque, maxlen=COMPARED))
        self._pairs: defaultdict[str, deque[float]] = defaultdict(
            partial(deque, [USUAL_LIKENESS] * PRIOR_PAIRS, maxlen=PAIRS)
        )

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
        self._pages.append((one.family, one.sentences))
        self._counts.update(seen)
        self._languages[one.language] += 1
        self._sentences.update(one.sentences)
        self._printed.update((one.family, each) for each in one.sentences)
        self._compare(one)
        if len(self._kept) > self._remembered:
            self._forget()

    def _forget(self) -> None:
        self._counts.subtract(self._kept.popleft())
        self._languages[self._spoken.popleft()] -= 1
        family, sentences = self._pages.popleft()
        self._sentences.subtract(sentences)
        self._printed.subtract((family, each) for each in sentences)
        if len(self._counts) > 200_000:
            self._counts = +self._counts
            self._sentences, self._printed = +self._sentences, +self._printed

    def _compare(self, one: Facts) -> None:
        latest, pairs = self._latest[one.language], self._pairs[one.language]
        for other in {len(latest) // 3, len(latest) * 2 // 3} if len(latest) > 2 else ():
            pairs.append(sum(in_common(one, latest[other], self)) / 2)
        latest.append(one)

    def usual_likeness(self, language: str) -> float:
        """How alike two articles of a language are that have nothing to do with each other: the median of the mean of
        both cosines."""
        return max(UNLIKE, median(self._pairs[language]))

    def furniture(self, family: str, sentences: Collection[int]) -> frozenset[int]:
        """Those of an article's sentences that its family printed before, or that many articles have."""
        return frozenset(
            each
            for each in sentences
            if self._printed[family, each] > 0 or self._sentences[each] >= SEEN_OFTEN
        )  # fmt: skip

    def rarity(self, feature: str) -> float:
        """How much a fact says: 0 for one that all articles have."""
        return self._rarity(feature, len(self._kept), FACTS.get(feature, GUESS))

    def seen(self, feature: str) -> float:
        """The share of articles that have a fact, or a word written `language.word`, as far as is known: of few
        articles nobody can tell, so `FEW` of them count as none."""
        return max(0, self._counts.get(feature, 0) - FEW) / max(1, len(self._kept))

    def word_rarity(self, language: str, word: str) -> float:
        """The same of a word among the articles of its language."""
        guess = NEWS_SHARE if word in NEWS else GUESS
        return self._rarity(f"{language}.{word}", self._languages[language], guess)

    def _rarity(self, feature: str, total: int, guess: float) -> float:
        seen = self._counts.get(feature, 0)
        return math.log((total + PRIOR + 1) / (seen + guess * PRIOR + 0.5))
