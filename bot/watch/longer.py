"""Han and Kana terms that stand inside a longer listed word. It knows the terms of one article."""

from __future__ import annotations

from bisect import bisect_left
from functools import cached_property
from typing import Any

from bot.watch.lexicon import Lexicon, Places
from bot.watch.terms import exact_holds
from bot.watch.text import SHIFT, Prepared
from bot.watch.uses import Use


class Longer:
    """All Han and Kana terms that stand in an article, for asking whether one of them hides another."""

    def __init__(self, lexicon: Lexicon, text: Prepared, places: Places) -> None:
        import numpy

        self._lexicon = lexicon
        self._text = text
        chosen = numpy.flatnonzero(lexicon.is_cjk[places.patterns])
        patterns = places.patterns[chosen]
        starts = places.starts[chosen] + lexicon.before[patterns]
        ends = places.ends[chosen] - lexicon.after[patterns]
        # The longest first of those that begin together.
        order = numpy.lexsort((-ends, starts))
        self._patterns, self._starts, self._ends = patterns[order], starts[order], ends[order]

    def cover(self, starts: Any, ends: Any) -> Any:
        """For each of these stretches of the line whether another term found covers it: an array."""
        import numpy

        # The furthest end of all that begin up to there; nothing begins before the first.
        furthest = numpy.concatenate(([-1], numpy.maximum.accumulate(self._ends)))
        earlier = furthest[self._starts.searchsorted(starts, "left")]
        together = furthest[self._starts.searchsorted(starts, "right")]
        return (earlier >= ends) | (together > ends)

    def over(self, use: Use, start: int, end: int) -> tuple[int, int] | None:
        """The longer listed word that covers these characters of the line, if one does: インド in インドネシア is no
        hit. A Han word that begins a longer one of another concept is a word in its own right (防衛 in 防衛省), since
        Japanese compounds put the modifier first; a term quoted in a rule counts as a concept of its own. Exceptions
        are a matter of their own concept, and so are stages of an event: 共同訓練を実施 takes no 訓練 from a rule."""
        runs = self._runs
        for at in range(bisect_left(runs, (start - self._lexicon.longest,)), bisect_left(runs, (start + 1,))):
            first, last, pattern = runs[at]
            if last >= end and (first, last) != (start, end):
                for rank in self._lexicon.listed[pattern]:
                    other = self._lexicon.uses[rank]
                    another = other.concept != use.concept or use.concept is None
                    apart = other.excepts or other.steps or use.steps
                    excused = another and (apart or (use.term.han and first == start))
                    if other.watchlist == use.watchlist and not excused and self._stands(other, first, last):
                        return first, last
        return None

    @cached_property
    def _runs(self) -> list[tuple[int, int, int]]:
        """Where they begin on the line, where they end, and their patterns."""
        return list(zip(self._starts.tolist(), self._ends.tolist(), self._patterns.tolist(), strict=True))

    def _stands(self, use: Use, start: int, end: int) -> bool:
        """Whether a use holds there, whatever it stands in."""
        is_row = " " in use.term.pattern.strip()
        if use.term.exact is None and not is_row:
            return True
        first, _, begin, stop = self._text.spot(start, end)
        unit = first >> SHIFT
        if is_row and not self._text.is_one_sentence(unit, begin, stop):
            return False
        return exact_holds(use.term, self._text.units[unit].text[begin:stop])
