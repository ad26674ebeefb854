"""What of a lexicon stands in one article. It decides no rule.

Only what rules ask for is looked up: most terms found belong to rules that fail for the lack of another.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from typing import Any

from bot.model import Evidence, Labels
from bot.watch.expression import Groups
from bot.watch.lexicon import Lexicon
from bot.watch.longer import Longer
from bot.watch.operands import Operand
from bot.watch.terms import exact_holds
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import Hit, Use


class Found:
    """The terms found in one article. What `present` holds may be there; `hits` says what is."""

    def __init__(self, lexicon: Lexicon, text: Prepared) -> None:
        import numpy

        self.text = text
        self._lexicon = lexicon
        self._language = text.article.language
        self._places = lexicon.places(text.line)
        # Three arrays side by side: which place, the rank of a use that may hold there, and what that satisfies.
        self._at, self._ranks, self.operands = lexicon.meanings(self._language).of(self._places.patterns)
        marks = numpy.zeros(lexicon.operands, numpy.bool_)
        marks[self.operands] = True
        self._is_present = marks.tobytes()
        self._known: dict[Operand, Sequence[Hit]] = {}
        self.there: dict[Operand, Sequence[Hit]] = {}
        """The hits of those operands that are there, as far as they were looked up."""
        self._bits: dict[tuple[Operand, bool], int] = {}
        self._sentences: dict[tuple[int, int], int] = {}
        self.known: dict[tuple[Any, ...], Any] = {}
        """What deciding one rule found out, for the others."""
        self.told: dict[frozenset[Operand], tuple[Labels, tuple[Evidence, ...]]] = {}
        """Labels and evidence of what was found, for rules that rest on the same words."""
        self._evidence: dict[Hit, Evidence] = {}

    def operands_in(self, part: str) -> Any:
        """What may be there in the title or the lead, as an array."""
        low, high = self._places.ends.searchsorted(self.text.stretch(part), "right")
        begin, end = self._at.searchsorted((low, high))
        return self.operands[begin:end]

    def present(self, operands: Iterable[Operand]) -> list[Operand]:
        """Those of the operands that may be there."""
        marks = self._is_present
        return [operand for operand in operands if marks[operand]]

    def uses(self) -> Iterable[Use]:
        """The uses whose terms may be there, in no particular order."""
        return (use for use in map(self._lexicon.uses.__getitem__, set(self._ranks.tolist())) if not use.excepts)

    # --- hits ---------------------------------------------------------------------------------------------------------

    def look_up(self, operands: Any) -> None:
        """Finds the hits of all these operands (an array) in one go, which takes hardly longer than one of them."""
        import numpy

        wanted = numpy.zeros(self._lexicon.operands, numpy.bool_)
        wanted[operands] = True
        self._look_up(numpy.flatnonzero(wanted[self.operands]))

    def _look_up(self, meanings: Any) -> None:
        places, ranks, operands = self._at[meanings], self._ranks[meanings], self.operands[meanings].tolist()
        patterns, starts, ends = (column[places] for column in self._places)
        starts += self._lexicon.before[patterns]
        ends -= self._lexicon.after[patterns]
        uses, is_plain = self._lexicon.uses, self._lexicon.is_plain
        found: dict[Operand, list[Hit]] = {operand: [] for operand in operands}
        columns = (ranks, self._covered(patterns, starts, ends), starts, ends, *self.text.spots(starts, ends))
        rows = zip(operands, *(column.tolist() for column in columns), strict=True)
        for operand, rank, covered, start, end, first, last, begin, stop in rows:
            hit = Hit(first, last, rank, begin, stop, uses[rank])
            if (is_plain[rank] and not covered) or self._holds(hit, start, end):
                found[operand].append(hit)
        for operand, hits in found.items():
            if hits:
                # A word may contain a term between two `*` more than once.
                self.there[operand] = sorted(set(hits)) if len(hits) > 1 else hits
        self._known |= found
        self._known |= self.there

    def _covered(self, patterns: Any, starts: Any, ends: Any) -> Any:
        """For each stretch whether a longer Han or Kana term covers it."""
        is_cjk = self._lexicon.is_cjk[patterns]
        return is_cjk & self._longer.cover(starts, ends) if is_cjk.any() else is_cjk

    def _holds(self, hit: Hit, start: int, end: int) -> bool:
        """Whether a use holds where its pattern stands, at `start` to `end` of the line."""
        if not self._is_there(hit, start, end) or not self._is_exact(hit):
            return False
        may_hide = hit.use.term.cjk or hit.rank in self._lexicon.exceptions
        return not may_hide or self._within(hit, start, end) is None

    def _is_there(self, hit: Hit, start: int, end: int) -> bool:
        """Whether its words stand in one sentence."""
        return " " not in self.text.line[start:end] or self.text.is_one_sentence(hit.unit, hit.start, hit.end)

    def _is_exact(self, hit: Hit) -> bool:
        term = hit.use.term
        return term.exact is None or exact_holds(term, self.text.units[hit.unit].text[hit.start : hit.end])

    def _within(self, hit: Hit, start: int, end: int) -> tuple[int, int] | None:
        """The first and last word of the longer listed word, or the exception, that it stands in and is hidden by."""
        longer = self._longer.over(hit.use, start, end) if hit.use.term.cjk else None
        if longer is not None:
            return self.text.spot(*longer)[:2]
        exceptions = self.hits(self._lexicon.exceptions[hit.rank]) if hit.rank in self._lexicon.exceptions else ()
        around = (other for other in exceptions if other.first <= hit.first and hit.last <= other.last)
        return next(((other.first, other.last) for other in around), None)

    @cached_property
    def _longer(self) -> Longer:
        return Longer(self._lexicon, self.text, self._places)

    def hits(self, operand: Operand) -> Sequence[Hit]:
        """The hits of an operand, in the order of the text."""
        known = self._known.get(operand)
        if known is not None:
            return known
        if not self._is_present[operand]:
            return ()
        self._look_up((self.operands == operand).nonzero()[0])
        return self._known[operand]

    def hits_of(self, operands: Iterable[Operand]) -> list[Hit]:
        """The hits of any of the operands."""
        return [hit for operand in self.present(operands) for hit in self.hits(operand)]

    def has_any(self, operands: Collection[Operand]) -> bool:
        """Whether one of the operands is there."""
        if not self.there.keys().isdisjoint(operands):
            return True
        known = self._known
        return any(operand not in known and self.hits(operand) for operand in self.present(operands))

    def has_each(self, groups: Groups) -> bool:
        """Whether one of each group is there."""
        for group in groups:  # noqa: SIM110 - a generator costs as much as what it asks
            if not self.has_any(group):
                return False
        return True

    # --- sentences and paragraphs -------------------------------------------------------------------------------------

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
        unit = hit.first >> SHIFT
        if not by_sentence:
            return unit
        # Sentences get their numbers as they are met: most are never asked for. The first is the one without any hit.
        sentence = unit, self.text.sentence(unit, hit.start)
        return self._sentences.setdefault(sentence, len(self._sentences) + 1)

    @property
    def numbered(self) -> int:
        """How many sentences have their number."""
        return len(self._sentences)

    def places_of(self, part: str, by_sentence: bool) -> int:
        """A bit for each unit of a part, or for each of its sentences in which something was found."""
        low, high = self.text.parts[part]
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
            number = self.known[key] = sum(len(self.text.breaks(unit)) + 1 for unit in range(*self.text.parts[part]))
        return bits | (bits.bit_count() < number)

    # --- for readers --------------------------------------------------------------------------------------------------

    def unheld(self, operand: Operand) -> Iterator[tuple[Use, int, int, tuple[int, int] | None]]:
        """The uses of an operand that stand in the text and are no hits, with their first and last word, and the longer
        word or the exception that hides them: those of another language, not in their capitals, or hidden."""
        patterns, starts, ends = self._places
        starts, ends = starts + self._lexicon.before[patterns], ends - self._lexicon.after[patterns]
        spots = (column.tolist() for column in (patterns, starts, ends, *self.text.spots(starts, ends)))
        for pattern, start, end, first, last, begin, stop in zip(*spots, strict=True):
            for rank in self._lexicon.listed[pattern]:
                hit = Hit(first, last, rank, begin, stop, self._lexicon.uses[rank])
                if operand in self._lexicon.satisfied[rank] and self._is_there(hit, start, end):
                    within = self._within(hit, start, end)
                    holds = within is None and self._is_exact(hit)
                    if holds != hit.use.speaks(self._language):
                        yield hit.use, first, last, within

    def evidence(self, hit: Hit) -> Evidence:
        """The hit as a reader sees it; made once, however many rules rest on it."""
        known = self._evidence.get(hit)
        if known is None:
            first, _, _, start, end, use = hit
            unit = first >> SHIFT
            part, paragraph, text = self.text.units[unit]
            sentence, shown = self.text.sentence(unit, start), text[start:end]
            known = Evidence(use.concept, use.label, use.term.text, part, paragraph, sentence, start, end, shown)
            self._evidence[hit] = known
        return known
