"""What is usual for a source, a rule, a host, and whether what happens now is far below it. It reads no clock and no
database: moments and counts come as arguments.

Nothing is judged without a history: a source, rule or host that is new has no usual yet.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

HISTORY = timedelta(days=28)
"""What is looked back on: four weekends."""

KNOWN_FOR = timedelta(days=14)
"""A history shorter than this says nothing about weekends."""

FEWEST_ENTRIES = 20
_SHORTEST, _LONGEST = timedelta(hours=12), timedelta(days=14)
_BEYOND = 2.0

_FEWEST_EXPECTED = 10
_SURE = 1e-4
_PART = 0.2

_FEWEST_PAGES, _FEWEST_BEFORE = 10, 30
_GOOD, _BAD, _MENDED = 0.7, 0.25, 0.5


def longest_silence(moments: Sequence[datetime], now: datetime) -> timedelta | None:
    """How long a source may be quiet before that is worth a word: twice its third longest gap of the last four weeks,
    12 hours at least and 14 days at most. The two longest may have been our own outage, or a holiday. None for fewer
    than 20 entries, or where the first of them is younger than two weeks."""
    known = sorted(moment for moment in moments if moment > now - HISTORY)
    if len(known) < FEWEST_ENTRIES or now - known[0] < KNOWN_FOR:
        return None
    gaps = sorted((later - earlier for earlier, later in pairwise(known)), reverse=True)
    return min(max(gaps[2] * _BEYOND, _SHORTEST), _LONGEST)


def far_below(days: Sequence[int]) -> tuple[int, float, int] | None:
    """Whether a rule matches far below its usual rate; `days` are its matches on each of the last 28 days, today last.
    Returns the days that were looked at, what is usual in so many, and what there was; None where it is as usual, or
    nobody can say. The days looked at are as many as bring ten matches by the median day, two to seven; it is far below
    where there were at most a fifth of that, fewer than half of what any such stretch had before, and chance (Poisson)
    would do that once in 10,000 times."""
    if len(days) < KNOWN_FOR.days:
        return None
    for length in range(2, 8):
        lately, before = sum(days[-length:]), list(days[:-length])
        if len(before) < KNOWN_FOR.days - length or not any(before):
            return None
        usual = sorted(before)[len(before) // 2] * length
        if usual < _FEWEST_EXPECTED:
            continue
        least = min(sum(before[start : start + length]) for start in range(len(before) - length + 1))
        if lately <= usual * _PART and 2 * lately < least and chance(lately, usual) < _SURE:
            return length, float(usual), lately
        return None
    return None


def chance(found: int, usual: float) -> float:
    """How likely so few or fewer are where `usual` are expected: the lower tail of a Poisson distribution."""
    term = total = math.exp(-usual)
    for number in range(1, found + 1):
        term *= usual / number
        total += term
    return min(total, 1.0)


def collapsed(before: tuple[int, int], lately: tuple[int, int]) -> bool:
    """Whether the pages of a host, which used to give their text, hardly do any more; both are how many gave it, and of
    how many."""
    (good, pages), (now, latest) = before, lately
    if pages < _FEWEST_BEFORE or latest < _FEWEST_PAGES:
        return False
    return good / pages >= _GOOD and now / latest <= _BAD


def mended(lately: tuple[int, int]) -> bool:
    """Whether they do again."""
    now, latest = lately
    return latest > 0 and now / latest >= _MENDED
