"""Which hits stand near each other. It looks at positions only."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from itertools import pairwise

from bot.watch.uses import Hit


def near(columns: Sequence[Sequence[Hit]], distance: int, ordered: bool) -> list[Hit]:
    """The hits that take part in some choice of one from each column that lies in a stretch whose last word begins at
    most `distance` words after its first; if `ordered`, each beginning after the one before it began.

    A stretch begins with one of its hits, so a window is opened at each hit and nowhere else.
    """
    short = [_sorted(hit for hit in column if hit.last - hit.first <= distance) for column in columns]
    if not all(short):
        return []
    if ordered:
        return _in_order(short, distance)
    firsts = [[hit.first for hit in column] for column in short]
    earliest = [_earliest_ends(column) for column in short]
    begins = sorted({first for column in firsts for first in column})
    opened = [begin for begin in begins if _reached(begin, firsts, earliest, distance)]
    return [hit for column in short for hit in column if _between(opened, hit.last - distance, hit.first)]


def narrowest(columns: Sequence[Sequence[Hit]]) -> int:
    """By how many words the last begins after the first in the narrowest stretch that holds one hit of each column;
    none of which may be empty."""
    ordered = [_sorted(column) for column in columns]
    firsts = [[hit.first for hit in column] for column in ordered]
    earliest = [_earliest_ends(column) for column in ordered]
    best = _NEVER
    for begin in {first for column in firsts for first in column}:
        end = begin
        for column, ends in zip(firsts, earliest, strict=True):
            index = bisect_left(column, begin)
            if index == len(ends):
                end = _NEVER
                break
            end = max(end, ends[index])
        best = min(best, end - begin)
    return best


def _sorted(hits: Iterable[Hit]) -> list[Hit]:
    return sorted(hits, key=lambda hit: hit.first)


def _earliest_ends(column: Sequence[Hit]) -> list[int]:
    """For each hit, the earliest end among it and those after it."""
    ends = [hit.last for hit in column]
    for index in range(len(ends) - 2, -1, -1):
        ends[index] = min(ends[index], ends[index + 1])
    return ends


def _reached(begin: int, firsts: Sequence[list[int]], earliest: Sequence[list[int]], distance: int) -> bool:
    """Whether each column has a hit in the window that opens at `begin`."""
    for column, ends in zip(firsts, earliest, strict=True):
        index = bisect_left(column, begin)
        if index == len(ends) or ends[index] > begin + distance:
            return False
    return True


def _between(numbers: Sequence[int], low: int, high: int) -> bool:
    """Whether one of the sorted numbers is from `low` to `high`."""
    return bisect_left(numbers, low) < bisect_right(numbers, high)


def _in_order(columns: Sequence[Sequence[Hit]], distance: int) -> list[Hit]:
    """Of each hit, the latest beginning of a choice that comes to it from the left, and the earliest end of one that
    goes on from it to the right: it takes part if these lie in one stretch."""
    latest = _latest_beginnings(columns, distance)
    ends: list[int] = []
    taken: list[Hit] = []
    after: Sequence[Hit] = ()
    for number in range(len(columns) - 1, -1, -1):
        column, following = columns[number], ends
        ends = [0] * len(column)
        at, best = len(after), _NEVER
        for index in range(len(column) - 1, -1, -1):
            hit = column[index]
            while at and after[at - 1].first > hit.first:
                at -= 1
                best = min(best, following[at])
            ends[index] = hit.last if number == len(columns) - 1 else max(hit.last, best)
            if ends[index] <= latest[number][index] + distance:
                taken.append(hit)
        after = column
    return taken


_NEVER = 1 << 62


def _latest_beginnings(columns: Sequence[Sequence[Hit]], distance: int) -> list[list[int]]:
    latest = [[hit.first for hit in columns[0]]]
    for before, column in pairwise(columns):
        at, best = 0, -_NEVER
        row = []
        for hit in column:
            while at < len(before) and before[at].first < hit.first:
                best = max(best, latest[-1][at])
                at += 1
            row.append(best if hit.last <= best + distance else -_NEVER)
        latest.append(row)
    return latest
