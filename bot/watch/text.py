"""An article prepared for matching: its units on one line, to be searched once. It knows nothing of rules.

What only some articles need (where words and sentences begin in a unit) is worked out when first asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import NamedTuple

from bot.model import Article, Part
from bot.watch import sentences, words

STRIDE = 1 << 32
"""Words and sentences are numbered through the article, from a multiple of this in each unit: nothing that reaches
over a number of words can reach from one unit into the next."""


_SHORT = 4_000
"""Characters of a line in which counting spaces is quicker than keeping where words begin."""


class Spot(NamedTuple):
    """A stretch of words in one unit, by the numbers of the first and the last."""

    unit: int
    first: int
    last: int


class Unit:
    """The title, the standfirst or a paragraph."""

    def __init__(self, part: Part, paragraph: int | None, text: str, is_lead: bool, language: str | None) -> None:
        self.part = part
        self.paragraph = paragraph
        self.text = text
        self.is_lead = is_lead
        self._language = language
        self._folded = words.fold(text)
        self.line = words.line(self._folded.text)
        self._spaced = len(self.line) < _SHORT and not words.has_cjk(self.line)

    @cached_property
    def breaks(self) -> list[int]:
        """Where the second and later sentences begin; a title is one sentence, whatever stops are in it."""
        return [] if self.part is Part.TITLE else sentences.breaks(self.text, self._language)

    @cached_property
    def spans(self) -> list[tuple[int, int]]:
        """The place in the text of each word."""
        return words.spans(self._folded)

    @cached_property
    def _starts(self) -> list[int]:
        return words.starts(self.line)

    def sentence_at(self, word: int) -> int:
        """The sentence, counted within this unit, that the word stands in."""
        return bisect_right(self.breaks, self.spans[word][0])

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """First and last word of a stretch of this unit's line."""
        if self._spaced:
            first = self.line.count(" ", 0, start)
            return first, first + self.line.count(" ", start, end)
        first = bisect_right(self._starts, start) - 1
        return first, first if end - start == 1 else bisect_right(self._starts, end - 1, first) - 1

    def within_a_sentence(self, first: int, last: int) -> bool:
        """Whether no sentence ends between the two words."""
        if first == last:
            return True
        text = self.text[self.spans[first][0] : self.spans[last][1]]
        # Letters and single spaces end no sentence: that spares most articles the search for sentences.
        return text.replace(" ", "").isalnum() or self.sentence_at(first) == self.sentence_at(last)


class Prepared:
    """An article's units that hold any text, and all of them on one line."""

    def __init__(self, article: Article, units: tuple[Unit, ...]) -> None:
        self.article = article
        self.units = units
        self.line = "\n".join(f" {unit.line} " for unit in units)
        self._bases: list[int] = []
        base = 1
        for unit in units:
            self._bases.append(base)
            base += len(unit.line) + 3

    def spot(self, start: int, end: int) -> Spot | None:
        """The words at `start` to `end` of the line; None for words of two sentences."""
        number = bisect_right(self._bases, start) - 1
        base, unit = self._bases[number], self.units[number]
        first, last = unit.words_at(start - base, end - base)
        if not unit.within_a_sentence(first, last):
            return None
        return Spot(number, number * STRIDE + first, number * STRIDE + last)

    def span(self, spot: Spot) -> tuple[int, int]:
        """Where in its unit's text a spot begins and ends."""
        spans, offset = self.units[spot.unit].spans, spot.unit * STRIDE
        return spans[spot.first - offset][0], spans[spot.last - offset][1]

    def sentence(self, spot: Spot) -> int:
        """The number of the sentence a spot stands in."""
        return spot.unit * STRIDE + self.units[spot.unit].sentence_at(spot.first - spot.unit * STRIDE)

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
        return self._bases[numbers[0]] - 1, self._bases[numbers[-1]] + len(self.units[numbers[-1]].line) + 1

    @cached_property
    def sentence_count(self) -> int:
        """How many sentences there are in all."""
        return sum(len(unit.breaks) + 1 for unit in self.units)


def prepare(article: Article) -> Prepared:
    """The article's title, standfirst and paragraphs as units. One without text is no unit."""
    standfirst = article.standfirst
    parts: list[tuple[Part, int | None, str, bool]] = [(Part.TITLE, None, article.title, False)]
    if standfirst:
        parts.append((Part.LEAD, None, standfirst, True))
    parts += [(Part.BODY, n, text, n == 0 and not standfirst) for n, text in enumerate(article.paragraphs)]
    return Prepared(article, tuple(Unit(*part, article.language) for part in parts if part[2].strip()))
