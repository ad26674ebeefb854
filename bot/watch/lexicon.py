"""All terms of all watchlists in one automaton: an article is searched once, however many rules there are.

It decides no rule and keeps no article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from bot.watch.operands import Operand, Operands
from bot.watch.rows import Rows
from bot.watch.terms import Term
from bot.watch.uses import PER_TERM, Use


class Places(NamedTuple):
    """Patterns on a line, in the order of their ends: the number, the beginning and the end of each, as arrays."""

    patterns: Any
    starts: Any
    ends: Any


class Lexicon:
    """Finds every term in one pass. Building it costs milliseconds; it never changes afterwards."""

    def __init__(self, uses: Iterable[Use], operands: Operands) -> None:
        import numpy
        from ahocorasick_rs import AhoCorasick

        unique = {
            (use.watchlist, use.concept, use.label, use.languages, use.term.text, use.term.clitics, use.excepts): use
            for use in uses
        }
        self.uses = sorted(unique.values(), key=lambda use: (use.concept or "", use.label or "", use.term.text))
        """Every use; its rank is its place in this list."""
        excepted = {(use.watchlist, use.concept) for use in self.uses if use.excepts}
        self.satisfied: Sequence[Sequence[Operand]] = [_satisfied(use, operands) for use in self.uses]
        """By rank, what a use satisfies."""
        self.exceptions: Mapping[int, Operand] = {
            rank: operands.exceptions(use.watchlist, use.concept)
            for rank, use in enumerate(self.uses)
            if use.concept is not None and not use.excepts and (use.watchlist, use.concept) in excepted
        }
        """For the ranks of uses with exceptions, what these are found by."""
        self.concepts: Mapping[tuple[str, str | None], Operand] = {
            (use.watchlist, use.concept): self.satisfied[rank][0]
            for rank, use in enumerate(self.uses)
            if not use.excepts
        }
        """By watchlist and name, what a concept is found by."""
        self.operands = len(operands)
        self.is_plain = bytes(rank not in self.exceptions and _is_plain(use.term) for rank, use in enumerate(self.uses))
        """By rank, whether the use holds wherever one of its patterns stands and no longer word covers it."""
        by_pattern: dict[str, list[int]] = defaultdict(list)
        for rank, use in enumerate(self.uses):
            for pattern in use.term.patterns:
                by_pattern[pattern].append(rank)
        self.listed: Sequence[Sequence[int]] = list(by_pattern.values())
        """By pattern, the ranks of the uses it stands for."""
        self.terms = [self.uses[ranks[0]].term for ranks in self.listed]
        self.is_cjk = numpy.array([term.cjk for term in self.terms], numpy.bool_)
        """By pattern, whether Han or Kana is in it."""
        self.before = numpy.array([term.starts_word for term in self.terms], numpy.int64)
        """By pattern, the spaces before its letters."""
        self.after = numpy.array([term.ends_word for term in self.terms], numpy.int64)
        """By pattern, the spaces after its letters."""
        lengths = (len(pattern) for pattern, term in zip(by_pattern, self.terms, strict=True) if term.cjk)
        self.longest = max(lengths, default=0)
        """Characters of the longest Han or Kana pattern."""
        self._languages = frozenset(code for use in self.uses for code in use.languages or ())
        self._meanings: dict[str | None, Meanings] = {}
        self._automaton = AhoCorasick(list(by_pattern), store_patterns=False) if by_pattern else None

    def meanings(self, language: str | None) -> Meanings:
        """What the patterns mean in an article of this language."""
        key = language if language is None or language in self._languages else ""
        known = self._meanings.get(key)
        if known is None:
            known = self._meanings[key] = Meanings(self, key)
        return known

    def places(self, line: str) -> Places:
        """The patterns that stand on a line; of each the first `PER_TERM` places."""
        import numpy

        found = self._automaton.find_matches_as_indexes(line, overlapping=True) if self._automaton is not None else ()
        columns = zip(*found, strict=True) if found else ((), (), ())
        places = Places(*(numpy.fromiter(column, numpy.int64, len(found)) for column in columns))
        return places if len(found) <= PER_TERM else _first(places)


class Meanings:
    """For each pattern the uses it stands for in one language, and what each of these satisfies: two arrays side by
    side."""

    def __init__(self, lexicon: Lexicon, language: str | None) -> None:
        import numpy

        spoken = [
            [rank for rank in ranks if lexicon.uses[rank].speaks(language)] if language is not None else ranks
            for ranks in lexicon.listed
        ]
        self._ranks = Rows([rank for rank in ranks for _ in lexicon.satisfied[rank]] for ranks in spoken)
        satisfied = (operand for ranks in spoken for rank in ranks for operand in lexicon.satisfied[rank])
        self._operands = numpy.fromiter(satisfied, numpy.int32, len(self._ranks.numbers))

    def of(self, patterns: Any) -> tuple[Any, Any, Any]:
        """What an array of patterns means: for each meaning the place of its pattern in that array, the rank of the
        use, and the operand."""
        of, places = self._ranks.places(patterns)
        return of, self._ranks.numbers[places], self._operands[places]


def _satisfied(use: Use, operands: Operands) -> Sequence[Operand]:
    if use.excepts and use.concept is not None:
        return (operands.exceptions(use.watchlist, use.concept),)
    return operands.of(use.watchlist, use.concept, use.label, use.term)


def _is_plain(term: Term) -> bool:
    """Whether it is one word, or one run of Han or Kana, in any case."""
    return term.exact is None and " " not in term.pattern.strip()


def _first(places: Places) -> Places:
    """Of each pattern the first `PER_TERM` places."""
    import numpy

    order = places.patterns.argsort(kind="stable")
    patterns = places.patterns[order]
    begins = numpy.flatnonzero(numpy.concatenate(([True], patterns[1:] != patterns[:-1])))
    within = numpy.arange(len(patterns)) - begins.repeat(numpy.diff(numpy.append(begins, len(patterns))))
    kept = numpy.sort(order[within < PER_TERM])
    return Places(places.patterns[kept], places.starts[kept], places.ends[kept])
