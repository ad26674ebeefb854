"""By what earlier reports of an event are found among many articles: hashes of its rarest facts. It compares none."""

from __future__ import annotations

from datetime import timedelta
from hashlib import blake2b
from itertools import combinations

from bot.story.background import Background
from bot.story.facts import Facts
from bot.story.similar import HEAD

FACTS, WORDS = 14, 8
"""Facts and words of an article that it is found by, the rarest; those of the headline and the first paragraph weigh
more."""

SOUGHT = 2
"""So many times as many are looked for: what is rarest in one report is not so in each."""

TOO_COMMON = 0.001
"""Share of articles from which on a fact alone finds nobody: looking it up would cost too much."""

PAIRS = 2
"""Subjects with places of the headline and first paragraph, on the day of publication: what reports of one event in
two languages share although each fact alone is common."""

NAMES = 4
"""Names of the headline and first paragraph of which each two together are a trace: of an event that many report, its
names alone are common."""


def traces(one: Facts, background: Background) -> frozenset[int]:
    """What an article is found by; 63-bit hashes."""
    return _single(one, background, 1) | _named(one, background) | _paired(one, background, (0,))


def sought(one: Facts, background: Background) -> frozenset[int]:
    """What its earlier reports are looked for by: more of the same, and on the days before and after as well."""
    return _single(one, background, SOUGHT) | _named(one, background) | _paired(one, background, (-1, 0, 1))


def _single(one: Facts, background: Background, times: int) -> frozenset[int]:
    weighed = sorted(
        (-background.rarity(each) * (HEAD if each in one.head else 1.0), each)
        for each in one.features()
        if background.seen(each) < TOO_COMMON
    )[: FACTS * times]
    words = sorted(
        (-background.word_rarity(one.language, word) * min(count, 3), f"{one.language}.{word}")
        for word, count in one.words
        if background.seen(f"{one.language}.{word}") < TOO_COMMON
    )[: WORDS * times]
    return frozenset(_hash(each) for _, each in (*weighed, *words))


def _named(one: Facts, background: Background) -> frozenset[int]:
    names = sorted(
        (each for each in one.head if each.startswith("n:")), key=lambda each: (-background.rarity(each), each)
    )[:NAMES]
    return frozenset(_hash("+".join(sorted(pair))) for pair in combinations(names, 2))


def _paired(one: Facts, background: Background, days: tuple[int, ...]) -> frozenset[int]:
    subjects, places = (
        sorted((each for each in one.head if each.startswith(kind)), key=lambda each: (-background.rarity(each), each))
        for kind in ("s:", "p:")
    )
    pairs = [f"{place}+{subject}" for subject in subjects for place in places[:4] if place != "p:jp"][:PAIRS]
    when = [(one.moment + timedelta(days=each)).date().isoformat() for each in days]
    return frozenset(_hash(f"{pair}+{day}") for pair in pairs for day in when)


def _hash(feature: str) -> int:
    return int.from_bytes(blake2b(feature.encode(), digest_size=8).digest()) >> 1
