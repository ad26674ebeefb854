"""What of a lexicon stands in one article. It decides no rule.

What a rule asks for is worked out when first asked for: most terms found belong to rules that fail for the lack of
another.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bot.model import Evidence, Labels
from bot.watch.expression import Groups
from bot.watch.lexicon import Lexicon
from bot.watch.operands import Operand
from bot.watch.terms import Term, exact_holds
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import PER_TERM, Hit, Use


class Found:
    """The terms found in one article. What `present` holds may be there; `hits` says what is."""

    def __init__(self, lexicon: Lexicon, text: Prepared) -> None:
        import numpy

        self.text = text
        self._lexicon = lexicon
        self._in_order = lexicon.places(text.line)
        self._language = text.article.language
        self._table = lexicon.table(self._language)
        self._places: dict[int, list[int]] = defaultdict(list)
        for pattern, start, _ in self._in_order:
            self._places[pattern].append(start)
        found = numpy.fromiter(self._places, numpy.int32, len(self._places))
        self._pairs = self._table.pairs(found)
        marks = numpy.zeros(lexicon.operands, numpy.bool_)
        marks[self._pairs[1]] = True
        self.operands = marks.nonzero()[0]
        """What may be there, as an array."""
        self._is_present = marks.tobytes()
        self._hits: dict[Operand, Sequence[Hit]] = {}
        self._units: dict[Operand, int] = {}
        self._bits: dict[tuple[Operand, bool], int] = {}
        self._sentences: dict[tuple[int, int], int] = {}
        self.known: dict[tuple[Any, ...], Any] = {}
        """What deciding one rule found out, for the others."""
        self.told: dict[tuple[str, frozenset[Operand]], tuple[Labels, tuple[Evidence, ...]]] = {}
        """Labels and evidence of what was found, for rules that rest on the same words."""
        self._evidence: dict[tuple[int, int, int], Evidence] = {}

    def _patterns(self, operand: Operand) -> Sequence[int]:
        """The patterns found of an operand."""
        numbers, begins, patterns = self._by_operand
        at = bisect_left(numbers, operand)
        return patterns[begins[at] : begins[at + 1]] if at < len(numbers) and numbers[at] == operand else ()

    @cached_property
    def _by_operand(self) -> tuple[list[Operand], list[int], list[int]]:
        """What may be there, in order; where its patterns begin in the list of all of them; and that list."""
        patterns, operands = self._pairs
        order = operands.argsort(kind="stable")
        begins = operands[order].searchsorted(self.operands).tolist()
        return self.operands.tolist(), [*begins, len(order)], patterns[order].tolist()

    def operands_in(self, part: str) -> Any:
        """What may be there in the title or the lead, where an article begins, as an array."""
        import numpy

        low, high = self.text.parts[part]
        patterns = set()
        for pattern, start, end in self._in_order:
            if end > high:
                break
            if start >= low:
                patterns.add(pattern)
        return self._table.of(numpy.fromiter(patterns, numpy.int32, len(patterns)))

    def present(self, operands: Iterable[Operand]) -> list[Operand]:
        """Those of the operands that may be there."""
        marks = self._is_present
        return [operand for operand in operands if marks[operand]]

    def lacks(self, groups: Groups) -> bool:
        """Whether nothing of one of the groups is there."""
        return any(not self.present(group) for group in groups)

    def uses(self) -> Iterable[Use]:
        """The uses whose terms may be there, in no particular order."""
        for pattern in self._places:
            for listed in self._lexicon.listed[pattern]:
                if listed.use.speaks(self._language):
                    yield listed.use

    def units(self, operand: Operand) -> int:
        """A bit for each unit that may hold the operand."""
        known = self._units.get(operand)
        if known is None:
            known = 0
            for pattern in self._patterns(operand):
                for start in self._places[pattern]:
                    known |= 1 << self.text.unit_at(start)
            self._units[operand] = known
        return known

    def hits(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        known = self._hits.get(operand)
        if known is not None:
            return known
        found: list[Hit] = []
        if self._is_present[operand]:
            for pattern in self._patterns(operand):
                for rank, use, satisfied, plain in self._lexicon.listed[pattern]:
                    if operand in satisfied and (use.languages is None or use.speaks(self._language)):
                        starts = self._places[pattern][:PER_TERM]
                        spots = map(self.text.word, starts) if plain else self._held(pattern, use)
                        found += [Hit(first, last, rank, use) for first, last in spots]
            if len(found) > 1:
                found.sort()
        self._hits[operand] = found
        return found

    def has_any(self, operands: Iterable[Operand]) -> bool:
        """Whether one of the operands is there."""
        marks, certain = self._is_present, self._lexicon.certain
        for operand in operands:  # noqa: SIM110 - a generator costs as much as what it asks
            if marks[operand] and (certain[operand] or self.hits(operand)):
                return True
        return False

    def places(self, operand: Operand, by_sentence: bool) -> int:
        """A bit for each sentence, or each unit, that holds the operand."""
        key = operand, by_sentence
        known = self._bits.get(key)
        if known is None:
            known = 0
            for hit in self.hits(operand):
                known |= 1 << self.place_of(hit, by_sentence)
            self._bits[key] = known
        return known

    def place_of(self, hit: Hit, by_sentence: bool) -> int:
        """The number of the bit of the sentence, or the unit, that a hit stands in."""
        if not by_sentence:
            return hit.unit
        # Sentences get their numbers as they are met: most are never asked for. The first is the one without any hit.
        sentence = hit.unit, self.text.place(hit.first, hit.last)[2]
        return self._sentences.setdefault(sentence, len(self._sentences) + 1)

    def places_of(self, part: str, by_sentence: bool) -> int:
        """A bit for each unit of a part, or for each of its sentences in which something was found."""
        low, high = self.units_of(part)
        if not by_sentence:
            return (1 << high) - (1 << low)
        key = "places", part, len(self._sentences)
        if key not in self.known:
            self.known[key] = sum(1 << bit for (unit, _), bit in self._sentences.items() if low <= unit < high)
        bits: int = self.known[key]
        return bits

    def every_place(self, by_sentence: bool, part: str) -> int:
        """The same, with one more bit for all the sentences in which nothing was found."""
        bits = self.places_of(part, by_sentence)
        if not by_sentence:
            return bits
        key = "sentences", part
        number: int | None = self.known.get(key)
        if number is None:
            number = self.known[key] = sum(len(self.text.breaks(unit)) + 1 for unit in range(*self.units_of(part)))
        return bits | (bits.bit_count() < number)

    def units_of(self, part: str) -> tuple[int, int]:
        """The units of a part: the first, and the one after the last."""
        low, high = self.text.parts[part]
        is_there = low < high and self.text.units
        return (self.text.unit_at(low), self.text.unit_at(high - 1) + 1) if is_there else (0, 0)

    def hits_of(self, operands: Iterable[Operand]) -> list[Hit]:
        """The hits of any of the operands."""
        found: list[Hit] = []
        marks, hits = self._is_present, self._hits
        for operand in operands:
            if marks[operand]:
                known = hits.get(operand)
                found += self.hits(operand) if known is None else known
        return found

    def _held(self, pattern: int, use: Use) -> Sequence[tuple[int, int]]:
        """Where a pattern stands and the use holds."""
        spots = (self._spot(place) for place in self._stretches(pattern) if not self._hiding(use, *place))
        # A word may contain a term between two `*` more than once.
        return list(dict.fromkeys(spot for spot in spots if spot is not None and self._shown_as(use.term, *spot)))

    def unheld(self, operand: Operand) -> Iterator[tuple[Use, int, int, tuple[int, int] | None]]:
        """The uses of an operand that stand in the text and are no hits, with their first and last word, and the longer
        word that hides them: those of another language, not in their capitals, or hidden."""
        for pattern in self._places:
            for _, use, satisfied, _ in self._lexicon.listed[pattern]:
                if operand in satisfied:
                    held, spoken = set(self._held(pattern, use)), use.speaks(self._language)
                    for place in self._stretches(pattern):
                        spot, longer = self._spot(place), self._hiding(use, *place)
                        if spot is not None and (spot in held) != spoken:
                            yield use, *spot, self._spot(longer) if longer else None

    def _stretches(self, pattern: int) -> list[tuple[int, int]]:
        return [self._lexicon.stretch(pattern, start) for start in self._places[pattern][:PER_TERM]]

    def _spot(self, place: tuple[int, int]) -> tuple[int, int] | None:
        return self.text.spot(*place)

    def _shown_as(self, term: Term, first: int, last: int) -> bool:
        if term.exact is None:
            return True
        start, end, _ = self.text.place(first, last)
        return exact_holds(term, self.text.units[first >> SHIFT].text[start:end])

    def _hiding(self, use: Use, start: int, end: int) -> tuple[int, int] | None:
        """The longer listed word that covers these characters of the line, if one does: インド in インドネシア is no
        hit. A Han word that begins a longer one of another concept is a word in its own right (防衛 in 防衛省), since
        Japanese compounds put the modifier first; a term quoted in a rule counts as a concept of its own."""
        if not use.term.cjk:
            return None
        runs = self._runs
        for at in range(bisect_left(runs, (end - self._lexicon.longest,)), bisect_left(runs, (start + 1,))):
            first, last, pattern = runs[at][0], -runs[at][1], runs[at][2]
            if last >= end and (first, last) != (start, end):
                for _, other, _, _ in self._lexicon.listed[pattern]:
                    another = other.concept != use.concept or use.concept is None
                    excused = use.term.han and first == start and another
                    if other.watchlist == use.watchlist and not excused and self._stands(other.term, first, last):
                        return first, last
        return None

    def _stands(self, term: Term, start: int, end: int) -> bool:
        spot = self.text.spot(start, end)
        return spot is not None and self._shown_as(term, *spot)

    @cached_property
    def _runs(self) -> list[tuple[int, int, int]]:
        """All Han and Kana terms found: where they begin on the line, where they end (below zero, so that the longest
        come first), and their patterns."""
        runs: list[tuple[int, int, int]] = []
        for pattern, starts in self._places.items():
            if self._lexicon.terms[pattern].cjk:
                before, after = self._lexicon.stretch(pattern, 0)
                runs += [(start + before, -start - after, pattern) for start in starts]
        runs.sort()
        return runs

    def evidence(self, hit: Hit) -> Evidence:
        """The hit as a reader sees it; made once, however many rules rest on it."""
        key = hit[:3]
        known = self._evidence.get(key)
        if known is None:
            first, last, _, use = hit
            part, paragraph, text, _ = self.text.units[first >> SHIFT]
            start, end, sentence = self.text.place(first, last)
            shown = text[start:end]
            known = Evidence(use.concept, use.label, use.term.text, part, paragraph, sentence, start, end, shown)
            self._evidence[key] = known
        return known
