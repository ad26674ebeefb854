"""All terms of all watchlists in one automaton: an article is searched once, however many rules there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.watch.terms import Term, exact_holds
from bot.watch.text import Prepared

PER_TERM = 2000
"""Occurrences of one term that are kept per article: a text of 120,000 characters must not cost seconds."""


@dataclass(frozen=True, slots=True)
class Use:
    """A term in its place: the watchlist that lists it, under which concept and label, for which languages (None for
    all). A term quoted in a rule has no concept."""

    term: Term
    watchlist: str
    concept: str | None
    label: str | None
    languages: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: the words `first` to `last`, in one unit and one sentence, at `start` to `end` of the unit's
    text. `sentence` counts through the article."""

    use: Use
    unit: int
    sentence: int
    first: int
    last: int
    start: int
    end: int


Found = Mapping[str, list[Hit]]
"""The hits of each watchlist, in the order of the text."""


class Lexicon:
    """Finds every use of every term in one pass. Building it costs milliseconds; it never changes afterwards."""

    def __init__(self, uses: Iterable[Use]) -> None:
        from ahocorasick_rs import AhoCorasick

        by_pattern: dict[str, dict[Use, None]] = defaultdict(dict)
        for use in uses:
            by_pattern[use.term.pattern][use] = None
        self._patterns = list(by_pattern)
        self._uses = [tuple(found) for found in by_pattern.values()]
        self._automaton = AhoCorasick(self._patterns) if self._patterns else None

    def find(self, text: Prepared) -> Found:
        """Every hit in `text`, by watchlist."""
        found: dict[str, list[Hit]] = defaultdict(list)
        if self._automaton is None:
            return found
        raw = self._automaton.find_matches_as_indexes(text.line, overlapping=True)
        longer = self._enclosing(raw)
        seen: dict[int, int] = defaultdict(int)
        for index, start, end in raw:
            seen[index] += 1
            if seen[index] > PER_TERM:
                continue
            place: tuple[int, int, int, int, int, int] | None = None
            for use in self._uses[index]:
                if use.languages is not None and text.article.language not in (None, *use.languages):
                    continue
                if longer and self._hidden(use, start, longer.get((start, end), ())):
                    continue
                place = place or _place(text, start, end)
                hit = Hit(use, *place)
                if use.term.exact is None or exact_holds(use.term, text.units[hit.unit].text[hit.start : hit.end]):
                    found[use.watchlist].append(hit)
        for hits in found.values():
            hits.sort(key=lambda hit: (hit.first, -hit.last))
        return found

    def _enclosing(self, raw: list[tuple[int, int, int]]) -> dict[tuple[int, int], list[tuple[int, int]]]:
        """For each place of a Han or Kana term, the (pattern, start) of longer ones around it."""
        spans = [(start, end, index) for index, start, end in raw if self._uses[index][0].term.cjk]
        spans.sort(key=lambda span: (span[0], -span[1]))
        around: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        open_spans: list[tuple[int, int, int]] = []
        for span in spans:
            start, end, _ = span
            open_spans = [other for other in open_spans if other[1] > start]
            for other_start, other_end, other_index in open_spans:
                if other_end >= end and other_end - other_start > end - start:
                    around[start, end].append((other_index, other_start))
            open_spans.append(span)
        return around

    def _hidden(self, use: Use, start: int, longer: Iterable[tuple[int, int]]) -> bool:
        """Whether a longer listed word covers this hit: インド in インドネシア is no hit. A Han word that begins a
        longer one of another concept is a word in its own right (防衛 in 防衛省), since Japanese compounds put the
        modifier first."""
        for index, longer_start in longer:
            for other in self._uses[index]:
                if other.watchlist != use.watchlist:
                    continue
                constituent = use.term.han and longer_start == start and other.concept != use.concept
                if not constituent:
                    return True
        return False


def _place(text: Prepared, start: int, end: int) -> tuple[int, int, int, int, int, int]:
    """Unit, sentence, first and last word, and the span of those words in the unit's text, of a stretch of line."""
    while text.line[start] in " \n":
        start += 1
    while text.line[end - 1] in " \n":
        end -= 1
    first, last = text.word_at(start), text.word_at(end - 1)
    unit = text.word_units[first]
    begins, ends = text.spans[first][0], text.spans[last][1]
    sentence = text.units[unit].first_sentence + text.units[unit].sentence_at(begins)
    return unit, sentence, first, last, begins, ends
