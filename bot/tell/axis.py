"""Dates along a line: which pixel a day has, and which days get a name. It draws nothing."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from bot.speech.dates import Form, dated

_ISO = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)

_SHORTEST = timedelta(days=10)
"""A line is no shorter, so that two days side by side do not look like ends of an age."""

_APART = 112.0
"""Pixels between two names on the line, at least."""


def span_of(iso: str) -> tuple[date, date] | None:
    """The first and last day of an ISO day, month or year; None for what is no date."""
    found = _ISO.fullmatch(iso)
    if found is None:
        return None
    year, month, day = (int(part) if part else None for part in found.groups())
    assert year is not None
    try:
        if month is None:
            return date(year, 1, 1), date(year, 12, 31)
        if day is None:
            return date(year, month, 1), date(year, month, monthrange(year, month)[1])
        return date(year, month, day), date(year, month, day)
    except ValueError:
        return None


def day_name(day: date) -> str:
    """`16 Nov`."""
    return dated(day, Form.DAY_OF_YEAR)


def day_words(iso: str, with_year: bool) -> str:
    """An ISO day, month or year in words: `17 May`, with its year `17 May 2018`; `May 2018`; `2018`."""
    span = span_of(iso)
    if span is None:
        return ""
    first, last = span
    if first == last:
        return dated(first, Form.DAY) if with_year else day_name(first)
    return dated(first, Form.MONTH if first.month == last.month else Form.YEAR)


@dataclass(frozen=True, slots=True)
class Axis:
    """Days from `first` to `last` on the pixels from `left` to `right`."""

    first: date
    last: date
    left: float
    right: float

    @classmethod
    def over(cls, spans: Sequence[tuple[date, date]], left: float, right: float) -> Axis:
        """The axis that holds all of `spans`, which are not empty."""
        first, last = min(start for start, _ in spans), max(end for _, end in spans)
        if (short := _SHORTEST - (last - first)) > timedelta():
            first = first - short / 2 if first.toordinal() > _SHORTEST.days else first
            last = last + short / 2 if last.year < date.max.year else last
        return cls(first, last, left, right)

    @property
    def long(self) -> bool:
        """Whether a day of it needs its year to be told."""
        return self.last - self.first > timedelta(days=330)

    def x(self, day: date) -> float:
        """The pixel of a day."""
        return self.left + (self.right - self.left) * (day - self.first).days / max((self.last - self.first).days, 1)

    def ticks(self) -> list[tuple[date, str]]:
        """Days and their names, as close as names can stand: days, weeks, months or years."""
        for kind in (self._days(1), self._days(2), self._days(7), self._days(14)):
            if self._apart(days := list(kind)):
                return [(day, day_name(day)) for day in days]
        for months in (1, 2, 3, 6):
            if self._apart(days := list(self._months(months))):
                return [(day, dated(day, Form.MONTH_OF_YEAR)) for day in days]
        years = 1
        while not self._apart(days := [date(year, 1, 1) for year in self._years(years)]):
            years *= 2 if str(years)[0] == "1" else 5
        return [(day, dated(day, Form.YEAR)) for day in days]

    def _apart(self, days: Sequence[date]) -> bool:
        return all(self.x(later) - self.x(day) >= _APART for day, later in pairwise(days))

    def _days(self, every: int) -> Iterator[date]:
        # Counted back from the last day, which is the one a reader looks for; more than fifty would never fit.
        count = min((self.last - self.first).days // every, 50)
        return (self.last - timedelta(every * at) for at in range(count, -1, -1))

    def _months(self, every: int) -> Iterator[date]:
        for year in range(self.first.year, min(self.last.year, self.first.year + 50) + 1):
            for month in range(1, 13, every):
                if self.first <= (day := date(year, month, 1)) <= self.last:
                    yield day

    def _years(self, every: int) -> Iterator[int]:
        for year in range(self.first.year, self.last.year + 1):
            if year % every == 0 and self.first <= date(year, 1, 1) <= self.last:
                yield year
