"""Decides which lines are the furniture of a source: those that its other pages print too.

Never asks what a line says; sees marks and counts only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

SENTENCE, LINE, TEXT = "s", "l", "t"
"""What a mark begins with: a sentence, another line, the longest paragraph of a page."""
LEAST_PAGES = 4
"""Pages that must print a line: two or three articles of one series share paragraphs."""
SHARE = 0.08
"""Share of the recent pages that must print a line that is no sentence. With less, it is a heading or a place."""
LEAST_PAGES_OF_SENTENCE = 10
SHARE_OF_SENTENCE = 0.5
"""The same for sentences without links: half of what a source publishes has no sentence in common, however long a
story lasts; its newsletter box and its disclaimer are on nearly all pages."""


def is_copy(lines: Iterable[str], counts: Mapping[str, int]) -> bool:
    """Whether a page prints the longest paragraph of an earlier one, and so says nothing about what pages repeat. What
    many pages have for their longest paragraph is furniture itself, and tells no copy."""
    return any(line.startswith(TEXT) and 0 < counts.get(line, 0) < LEAST_PAGES for line in lines)


def furniture(counts: Mapping[str, int], pages: int) -> frozenset[str]:
    """Of the marks counted over `pages` recent pages of a source, those of its furniture."""
    return frozenset(line for line, count in counts.items() if _repeats(line, count, pages))


def _repeats(line: str, count: int, pages: int) -> bool:
    if line.startswith(TEXT):
        return False
    if line.startswith(SENTENCE):
        return count >= LEAST_PAGES_OF_SENTENCE and count >= SHARE_OF_SENTENCE * pages
    return count >= LEAST_PAGES and count >= SHARE * pages
