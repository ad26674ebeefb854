"""How well rules do by what readers say of their stories, and which words would have kept the unwanted ones out. It
reads no database and changes no rule.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from bot.story.usual import GRAMMAR, NEWS

Z = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""

FEWEST = 3
"""Not-relevant stories that must have a word before it is suggested, and relevant ones there must be to compare with:
below that anything is an accident."""

MOST = 5
"""Words suggested for one rule."""


def wilson(k: int, n: int, z: float = Z) -> tuple[float, float]:
    """The interval in which the true share lies where `k` of `n` were seen, for 95 % of such samples: Wilson's score
    interval (E. B. Wilson, J. Am. Stat. Assoc. 22, 1927, 209-212), which holds also for few and for shares near 0 and
    1. Nothing seen says nothing: from 0 to 1. Raises ValueError where `k` is not of `n`."""
    if not 0 <= k <= n:
        raise ValueError(f"{k} of {n}")
    if n == 0:
        return 0.0, 1.0
    share, square = k / n, z * z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = z / (1 + square / n) * math.sqrt(share * (1 - share) / n + square / (4 * n * n))
    # At its ends the interval is exact, which the square root is not.
    return (0.0 if k == 0 else middle - half), (1.0 if k == n else middle + half)


@dataclass(frozen=True, slots=True)
class Precision:
    """What readers said of one rule's stories: of `given` verdicts so many were that the story is relevant, and so
    many stories have one."""

    watchlist: str
    rule: str
    relevant: int
    given: int
    stories: int

    @property
    def share(self) -> float:
        """Of all verdicts those that say relevant."""
        return self.relevant / self.given

    @property
    def interval(self) -> tuple[float, float]:
        """Between what shares the true one most likely is."""
        return wilson(self.relevant, self.given)


@dataclass(frozen=True, slots=True)
class Judged:
    """A story as a rule matched it: its text, and how many readers found it relevant and irrelevant."""

    text: str
    relevant: int
    irrelevant: int

    @property
    def unwanted(self) -> bool | None:
        """Whether most say that it is not relevant; None where as many say the one as the other."""
        return None if self.relevant == self.irrelevant else self.irrelevant > self.relevant


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A word, or two in a row, that would be worth an exclusion: so many not-relevant stories have it, and so many
    relevant ones."""

    term: str
    irrelevant: int
    relevant: int


def suggestions(stories: Iterable[Judged], known: Collection[str] = (), most: int = MOST) -> list[Suggestion]:
    """Words that occur mainly in the not-relevant stories, the most telling first. None where there are too few of
    either kind to tell. `known` are words the rule has already.

    A word is taken where the share of not-relevant stories among those that have it is surely larger than among all:
    the lower end of its interval lies above that. Of a word and a longer one that stands in the same stories the
    longer one is taken: it excludes less by accident.
    """
    judged = [(frozenset(words(story.text)), story.unwanted) for story in stories if story.unwanted is not None]
    unwanted = sum(bad is True for _, bad in judged)
    if unwanted < FEWEST or len(judged) - unwanted < FEWEST:
        return []
    bad, good = Counter[str](), Counter[str]()
    for found, is_bad in judged:
        (bad if is_bad else good).update(found)
    usual = unwanted / len(judged)
    skipped = {term.casefold() for term in known}
    telling = [
        (wilson(count, count + good[term])[0], term)
        for term, count in bad.items()
        if count >= FEWEST and term not in skipped and wilson(count, count + good[term])[0] > usual
    ]
    ordered = sorted(telling, key=lambda pair: (-pair[0], -len(pair[1]), pair[1]))
    chosen: list[Suggestion] = []
    for _, term in ordered:
        if any(_of_one(term, other.term) for other in chosen):
            continue
        chosen.append(Suggestion(term, bad[term], good[term]))
        if len(chosen) == most:
            break
    return chosen


def _of_one(term: str, other: str) -> bool:
    """Whether one of the two says the other: they would exclude much the same."""
    return bool(set(term.split()) & set(other.split())) or term in other or other in term


_SPACED = re.compile(r"[^\W\d_]{3,}(?:['’-][^\W\d_]+)*")
"""A word of three letters or more; shorter ones are grammar."""

_KANA = re.compile(r"[\u30a1-\u30fa\u30fc]{3,}|[\u3400-\u9fff]{2,8}")
"""Where words are not spaced: foreign words, and runs of ideographs, as Japanese writes its nouns."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


def words(text: str) -> Iterator[str]:
    """The words of a text in lower case, and every two that follow each other with nothing but a space between. Words
    of grammar are left out, and alone those that any news has."""
    before: tuple[int, str] | None = None
    for found in _SPACED.finditer(text):
        if _UNSPACED.search(found[0]):
            yield from (run[0] for run in _KANA.finditer(found[0]))
            before = None
            continue
        word = found[0].casefold()
        if word in GRAMMAR:
            before = None
            continue
        if word not in NEWS:
            yield word
        if before is not None and text[before[0] : found.start()] == " ":
            yield f"{before[1]} {word}"
        before = (found.end(), word)
