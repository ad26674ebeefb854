"""A term in its place in a watchlist, and where it was found. It finds none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from bot.watch.terms import Term
from bot.watch.text import SHIFT

PER_TERM = 1000
"""Occurrences of one term that are kept per article: a text of 120,000 characters must not cost seconds."""


@dataclass(frozen=True, slots=True, eq=False)
class Use:
    """A term in its place: the watchlist that lists it, under which concept and label, for which languages (None for
    all). A term quoted in a rule has no concept. One that `excepts` is a longer phrase within which the terms of its
    concept do not count. `steps`: its concept's labels are stages of an event. Each use is itself and equal to no
    other."""

    term: Term
    watchlist: str
    concept: str | None
    label: str | None
    languages: frozenset[str] | None
    excepts: bool = False
    steps: bool = False

    def speaks(self, language: str | None) -> bool:
        """Whether the term is looked for in an article of this language; an uncertain one may be any."""
        return language is None or self.languages is None or language in self.languages


class Hit(NamedTuple):
    """A use found in the words `first` to `last`, which are characters `start` to `end` of their unit's text. `rank`
    puts hits of the same words into the same order on every run. A tuple: hits sort and are made by the thousand."""

    first: int
    last: int
    rank: int
    start: int
    end: int
    use: Use

    @property
    def unit(self) -> int:
        """The unit it stands in."""
        return self.first >> SHIFT
