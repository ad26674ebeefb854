"""An article prepared for matching: its units, one after the other, on one line that is searched once. It knows
nothing of rules.

What only some articles need (where words and sentences begin) is worked out when first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

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


class Prepared:
    """An article's units that hold any text, and all of them on one line."""

    def __init__(self, article: Article, units: Sequence[Unit]) -> None:
        self.article = article
        self.units = units
        # Folded in one go: most of the time of a short text is the beginning and the end of each step.
        self._folded = words.fold(_BETWEEN.join([unit.text.replace(BORDER, " ") for unit in units]))
        self._words = words.split(self._folded.text)
        self.line = self._words.line
        self._breaks: dict[int, list[int]] = {}

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
        offsets, at = [0], 0
        for unit in self.units[:-1]:
            at += len(unit.text) + len(_BETWEEN)
            offsets.append(at)
        return offsets

    @cached_property
    def _arrays(self) -> tuple[Any, Any]:
        import numpy

        return numpy.array(self.bases), numpy.array(self._offsets)

    def unit_at(self, start: int) -> int:
        """The unit that the character at `start` of the line stands in."""
        return bisect_right(self.bases, start) - 1

    def spots(self, starts: Any, ends: Any) -> tuple[Any, Any, Any, Any]:
        """Of stretches of letters on the line (arrays of where they begin and end): the numbers of their first and last
        words, and where in their unit's text these begin and end."""
        bases, offsets = self._arrays
        _, on_line, begins, closes = self._words
        units = bases.searchsorted(starts, "right") - 1
        firsts = on_line.searchsorted(starts, "right") - 1
        lasts = on_line.searchsorted(ends - 1, "right") - 1
        begin, end = self._folded.spans(begins[firsts], closes[lasts])
        numbers, before = units << SHIFT, offsets[units]
        return numbers + firsts, numbers + lasts, begin - before, end - before

    def spot(self, start: int, end: int) -> tuple[int, int, int, int]:
        """The same for one stretch."""
        import numpy

        first, last, begin, stop = self.spots(numpy.array([start]), numpy.array([end]))
        return int(first[0]), int(last[0]), int(begin[0]), int(stop[0])

    def place(self, first: int, last: int) -> tuple[int, int, int]:
        """Where in their unit's text these words begin and end, and in which of its sentences."""
        start, end = self._folded.span(int(self._words.starts[first & _LOW]), int(self._words.ends[last & _LOW]))
        unit = first >> SHIFT
        offset = self._offsets[unit]
        return start - offset, end - offset, self.sentence(unit, start - offset)

    def sentence(self, unit: int, start: int) -> int:
        """The sentence, from 0, in which a character of a unit's text stands."""
        return bisect_right(self.breaks(unit), start)

    def is_one_sentence(self, unit: int, start: int, end: int) -> bool:
        """Whether no sentence ends between the first and the last of these characters of a unit's text."""
        # Letters and single spaces end no sentence: that spares most articles the search for sentences.
        if self.units[unit].text[start:end].replace(" ", "").isalnum():
            return True
        return self.sentence(unit, start) == self.sentence(unit, end - 1)

    def breaks(self, unit: int) -> list[int]:
        """Where in a unit its second and later sentences begin; a title is one sentence, whatever stops are in it."""
        known = self._breaks.get(unit)
        if known is None:
            part, _, text = self.units[unit]
            known = [] if part is Part.TITLE else sentences.breaks(text, self.article.language)
            self._breaks[unit] = known
        return known

    @cached_property
    def parts(self) -> Mapping[str, tuple[int, int]]:
        """The units of each part: the first, and the one after the last, of `title`, `lead`, `body`, and of all under
        the empty name. The units of a part stand side by side."""
        units, number = self.units, len(self.units)
        title = 1 if units and units[0].part is Part.TITLE else 0
        lead = title + 1 if title < number else title
        body = lead if lead > title and units[title].part is Part.LEAD else title
        return {"": (0, number), "title": (0, title), "lead": (title, lead), "body": (body, number)}

    def stretch(self, part: str) -> tuple[int, int]:
        """Where on the line a part begins and ends."""
        first, after = self.parts[part]
        bases = self.bases
        if first == after:
            return 0, 0
        return bases[first], bases[after] if after < len(bases) else len(self.line)


def prepare(article: Article) -> Prepared:
    """The article's title, standfirst and paragraphs as units. One without text is no unit; without a standfirst the
    first paragraph is the lead."""
    units = [Unit(Part.TITLE, None, article.title)] if article.title.strip() else []
    if article.standfirst.strip():
        units.append(Unit(Part.LEAD, None, article.standfirst))
    units += [Unit(Part.BODY, number, text) for number, text in enumerate(article.paragraphs) if text.strip()]
    return Prepared(article, units)
