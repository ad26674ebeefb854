"""An article prepared for matching: its units, one after the other, on one line that is searched once. It knows
nothing of rules.

What only some articles need (where words and sentences begin) is worked out when first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

from bot.model import Article, Part
from bot.watch import sentences, words
from bot.watch.words import BORDER

SHIFT = 32
"""A word's number has its unit above this bit and, below it, its place among the words of the article: nothing that
reaches over a number of words can reach from one unit into the next."""

_LOW = (1 << SHIFT) - 1

_BETWEEN = f" {BORDER} "


class Unit(NamedTuple):
    """The title, the standfirst or a paragraph."""

    part: Part
    paragraph: int | None
    text: str
    is_lead: bool


class Prepared:
    """An article's units that hold any text, and all of them on one line."""

    def __init__(self, article: Article, units: Sequence[Unit]) -> None:
        self.article = article
        self.units = units
        # Folded in one go: most of the time of a short text is the beginning and the end of each step.
        self._folded = words.fold(_BETWEEN.join([unit.text.replace(BORDER, " ") for unit in units]))
        self.line = f" {words.line(self._folded.text)} "
        self._breaks: dict[int, list[int]] = {}

    @cached_property
    def _line_starts(self) -> list[int]:
        return words.line_starts(self.line)

    @cached_property
    def _text_words(self) -> tuple[list[int], list[int]]:
        return words.word_places(self._folded.text)

    @cached_property
    def bases(self) -> list[int]:
        """Where on the line each unit begins."""
        bases = [0]
        at = self.line.find(BORDER)
        while at >= 0:
            bases.append(at)
            at = self.line.find(BORDER, at + 1)
        return bases

    @cached_property
    def _offsets(self) -> list[int]:
        """Where in the joined text each unit begins."""
        offsets, at = [], 0
        for unit in self.units:
            offsets.append(at)
            at += len(unit.text) + len(_BETWEEN)
        return offsets

    def unit_at(self, start: int) -> int:
        """The unit that the character at `start` of the line stands in."""
        return bisect_right(self.bases, start) - 1

    def word(self, start: int) -> tuple[int, int]:
        """The number of the word after the space at `start` of the line, twice: as first and last of one."""
        number = (bisect_right(self.bases, start) - 1 << SHIFT) + bisect_right(self._line_starts, start)
        return number, number

    def spot(self, start: int, end: int) -> tuple[int, int] | None:
        """The numbers of the first and the last word at `start` to `end` of the line; None for words of two
        sentences."""
        unit = bisect_right(self.bases, start) - 1 << SHIFT
        starts = self._line_starts
        first = bisect_right(starts, start) - 1
        last = first if end - start == 1 else bisect_right(starts, end - 1, first) - 1
        # No sentence ends within a word or a run of Han or Kana, which have no space on the line.
        is_row = self.line.find(" ", start, end) >= 0
        if is_row and not self._within_a_sentence(unit + first, unit + last):
            return None
        return unit + first, unit + last

    def place(self, first: int, last: int) -> tuple[int, int, int]:
        """Where in their unit's text these words begin and end, and in which of its sentences."""
        starts, ends = self._text_words
        start, end = starts[first & _LOW], ends[last & _LOW]
        if self._folded.at is not None:
            start, end = self._folded.span(start, end)
        unit = first >> SHIFT
        start -= self._offsets[unit]
        return start, end - self._offsets[unit], bisect_right(self.breaks(unit), start)

    def _within_a_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence ends between the two words."""
        starts, ends = self._text_words
        start, end = self._folded.span(starts[first & _LOW], ends[last & _LOW])
        offset, unit = self._offsets[first >> SHIFT], first >> SHIFT
        # Letters and single spaces end no sentence: that spares most articles the search for sentences.
        if self.units[unit].text[start - offset : end - offset].replace(" ", "").isalnum():
            return True
        return self.place(first, first)[2] == self.place(last, last)[2]

    def breaks(self, unit: int) -> list[int]:
        """Where in a unit its second and later sentences begin; a title is one sentence, whatever stops are in it."""
        known = self._breaks.get(unit)
        if known is None:
            part, _, text, _ = self.units[unit]
            known = [] if part is Part.TITLE else sentences.breaks(text, self.article.language)
            self._breaks[unit] = known
        return known

    @cached_property
    def parts(self) -> Mapping[str, tuple[int, int]]:
        """Where on the line each part begins and ends: `title`, `lead`, `body`, and the whole under the empty name. The
        units of a part stand side by side."""
        return {
            "": (0, len(self.line)),
            "title": self._stretch(unit.part is Part.TITLE for unit in self.units),
            "lead": self._stretch(unit.is_lead for unit in self.units),
            "body": self._stretch(unit.part is Part.BODY for unit in self.units),
        }

    def _stretch(self, chosen: Iterable[bool]) -> tuple[int, int]:
        numbers = [number for number, is_chosen in enumerate(chosen) if is_chosen]
        if not numbers:
            return 0, 0
        after = numbers[-1] + 1
        return self.bases[numbers[0]], self.bases[after] if after < len(self.bases) else len(self.line)


def prepare(article: Article) -> Prepared:
    """The article's title, standfirst and paragraphs as units. One without text is no unit."""
    standfirst = article.standfirst
    units = [Unit(Part.TITLE, None, article.title, False)] if article.title.strip() else []
    has_lead = bool(standfirst.strip())
    if has_lead:
        units.append(Unit(Part.LEAD, None, standfirst, True))
    for number, text in enumerate(article.paragraphs):
        if text.strip():
            units.append(Unit(Part.BODY, number, text, not has_lead))
            has_lead = True
    return Prepared(article, units)
