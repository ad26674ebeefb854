"""Lists of numbers of unlike lengths, packed into arrays, so that many can be fetched in one go. It knows no rules.

An article of 4 kB has some 300 of 30,000 terms. Fetching what each of them means object by object waits for memory a
thousand times; an array is fetched in a few microseconds.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import accumulate, chain
from typing import Any


class Rows:
    """Row n is a list of numbers. Build it once; it never changes."""

    def __init__(self, rows: Iterable[Iterable[int]]) -> None:
        import numpy

        lists = [list(row) for row in rows]
        self._begins = numpy.array(list(accumulate(map(len, lists), initial=0)), numpy.int64)
        self.numbers = numpy.fromiter(chain.from_iterable(lists), numpy.int32, int(self._begins[-1]))
        """The numbers of all rows, one after the other."""

    def of(self, wanted: Any) -> Any:
        """The numbers of the rows `wanted` (an array of row numbers), one after the other, as an array."""
        return self.numbers[self.places(wanted)[1]]

    def places(self, wanted: Any) -> tuple[Any, Any]:
        """Where in `numbers` they stand, and before it an array of as many numbers: which of the rows wanted each of
        them comes from."""
        import numpy

        begins = self._begins[wanted]
        lengths = self._begins[wanted + 1] - begins
        ends = lengths.cumsum()
        of = numpy.arange(len(wanted)).repeat(lengths)
        places = numpy.arange(len(of))
        places += (begins - ends + lengths)[of]
        return of, places
