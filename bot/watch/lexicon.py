"""All terms of all watchlists in one automaton: an article is searched once, however many rules there are.

It decides no rule and keeps no article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.watch.operands import Operand, Operands
from bot.watch.rows import Rows
from bot.watch.uses import Use


class Listed(NamedTuple):
    """A use a pattern stands for, and what it satisfies. `plain`: the pattern is one whole Latin word in any case, so
    that where it stands the use holds."""

    rank: int
    use: Use
    operands: Sequence[Operand]
    plain: bool


class Lexicon:
    """Finds every term in one pass. Building it costs milliseconds; it never changes afterwards."""

    def __init__(self, uses: Iterable[Use], operands: Operands) -> None:
        from ahocorasick_rs import AhoCorasick

        unique = {
            (use.watchlist, use.concept, use.label, use.languages, use.term.text, use.term.clitics): use for use in uses
        }
        ranked = sorted(unique.values(), key=lambda use: (use.concept or "", use.label or "", use.term.text))
        by_pattern: dict[str, list[Listed]] = defaultdict(list)
        certain = [True] * len(operands)
        for rank, use in enumerate(ranked):
            asked = operands.of(use.watchlist, use.concept, use.label, use.term)
            certain += [True] * (len(operands) - len(certain))
            term = use.term
            plain = term.exact is None and term.starts_word and not term.cjk and " " not in term.pattern.strip()
            for pattern in term.patterns:
                by_pattern[pattern].append(Listed(rank, use, asked, plain))
            for operand in asked:
                certain[operand] &= plain
        self.operands = len(operands)
        self.certain = bytes(certain)
        """For each operand whether it is there where any of its patterns is."""
        self.listed = list(by_pattern.values())
        self.terms = [listed[0].use.term for listed in self.listed]
        self._lengths = [len(pattern) for pattern in by_pattern]
        lengths = (length for term, length in zip(self.terms, self._lengths, strict=True) if term.cjk)
        self.longest = max(lengths, default=0)
        """Characters of the longest Han or Kana pattern."""
        self._languages = frozenset(code for use in ranked for code in use.languages or ())
        self._tables: dict[str | None, Rows] = {}
        self._automaton = AhoCorasick(list(by_pattern), store_patterns=False) if by_pattern else None

    def table(self, language: str | None) -> Rows:
        """For each pattern what it satisfies in an article of this language."""
        key = language if language is None or language in self._languages else ""
        table = self._tables.get(key)
        if table is None:
            table = Rows(
                {operand for one in listed if one.use.speaks(key) for operand in one.operands} for listed in self.listed
            )
            self._tables[key] = table
        return table

    def places(self, line: str) -> list[tuple[int, int, int]]:
        """The patterns that stand on a line, in the order of their ends: number, beginning and end of each."""
        if self._automaton is None:
            return []
        places: list[tuple[int, int, int]] = self._automaton.find_matches_as_indexes(line, overlapping=True)
        return places

    def stretch(self, index: int, start: int) -> tuple[int, int]:
        """Where on the line a pattern's letters begin and end, without the spaces that stand for borders."""
        term = self.terms[index]
        return start + term.starts_word, start + self._lengths[index] - term.ends_word
