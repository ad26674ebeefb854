"""The end of a digest: what was left out and why, and what was read at all. It counts nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Basis, Priority
from bot.tell.rank import Ranked
from bot.tell.sections import Section
from bot.tell.tree import Italic, Node, Text
from bot.tell.wording import listed, number, short

NAMED = 5
"""Failing sources that are named; the rest are counted."""

NAME_CHARS = 40


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the window brought besides the stories told. Of its other stories: `alerted` were told here as alerts and
    `told` in earlier digests, and have not moved since; `waiting` are not told before so many publishers as their
    rules want have them, `wanted` where that is one number. Of the reading: `articles` first seen in the window,
    `feed_only` of them known by the feed's text alone; `sources` are asked, `failing` (by title) could not be read
    when one of their feeds was last asked."""

    alerted: int = 0
    told: int = 0
    waiting: int = 0
    wanted: int | None = None
    articles: int = 0
    feed_only: int = 0
    sources: int = 0
    failing: tuple[str, ...] = ()


def footer(found: Sequence[Section], coverage: Coverage) -> list[Node]:
    """The last lines of a digest."""
    lines = [line for line in (_stories(found), _left_out(coverage), _read(coverage), _failing(coverage)) if line]
    return [Italic(Text("\n".join(lines)))] if lines else []


def _stories(found: Sequence[Section]) -> str:
    shown = [each for section in found for each in section.shown]
    headlines = sum(len(section.headlines) for section in found)
    unnamed = sum(section.unnamed for section in found)
    kinds = [f"{headlines} as headlines"] if headlines else []
    kinds += [f"{unnamed} only counted"] if unnamed else []
    low = sum(map(_low, (each for section in found for each in (*section.shown, *section.headlines))))
    parts = [f"{len(shown)} in full, {' and '.join(kinds)} (below the cap)"] if kinds else []
    parts += [f"{low} by low-priority rules only"] if low else []
    by_feed = sum(map(_feed_only, (each for section in found for each in (*section.shown, *section.headlines))))
    parts += [f"{by_feed} matched on the feed's summary only"] if by_feed else []
    if not parts:
        return ""
    return f"{number(len(shown) + headlines + unnamed, 'story', 'stories')}: {'; '.join(parts)}"


def _low(each: Ranked) -> bool:
    reports = each.item.story.reports
    return all(match.priority is Priority.LOW for report in reports for match in report.matches)


def _feed_only(each: Ranked) -> bool:
    return all(report.article.basis is Basis.FEED for report in each.item.story.reports)


def _left_out(coverage: Coverage) -> str:
    parts = [
        f"{coverage.alerted} told as alerts already" if coverage.alerted else "",
        f"{coverage.told} told in earlier digests" if coverage.told else "",
    ]
    if coverage.waiting:
        verb = "waits" if coverage.waiting == 1 else "wait"
        what = "a second publisher" if coverage.wanted == 2 else "more publishers"
        parts.append(f"{coverage.waiting} {verb} for {what}")
    parts = [part for part in parts if part]
    return f"Left out: {'; '.join(parts)}" if parts else ""


def _read(coverage: Coverage) -> str:
    if not coverage.sources:
        return ""
    said = f"Read: {number(coverage.articles, 'article', 'articles')}"
    said += f", {coverage.feed_only} on the feed's summary only" if coverage.feed_only else ""
    healthy = coverage.sources - len(coverage.failing)
    well = f"{healthy} healthy" if coverage.failing else "healthy" if coverage.sources == 1 else "all healthy"
    return f"{said}; {number(coverage.sources, 'source', 'sources')} asked, {well}"


def _failing(coverage: Coverage) -> str:
    if not coverage.failing:
        return ""
    names = [short(name, NAME_CHARS) for name in coverage.failing]
    said = number(len(names), "source", "sources")
    return f"{said} could not be read when last asked: {listed(names, NAMED)}"
