"""The end of a digest: what was left out and why, and what was read at all. It counts nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.model import Basis, Priority
from bot.speech import gettext as _
from bot.speech import ngettext
from bot.tell.rank import Ranked
from bot.tell.sections import Section
from bot.tell.tree import Italic, Node, Text
from bot.tell.wording import articles, listed, short, stories

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
    low = sum(map(_low, (each for section in found for each in (*section.shown, *section.headlines))))
    parts = [_capped(len(shown), headlines, unnamed)] if headlines or unnamed else []
    parts += [_("{number} by low-priority rules only").format(number=low)] if low else []
    by_feed = sum(map(_feed_only, (each for section in found for each in (*section.shown, *section.headlines))))
    parts += [_("{number} matched on the feed's summary only").format(number=by_feed)] if by_feed else []
    if not parts:
        return ""
    return f"{stories(len(shown) + headlines + unnamed)}: {'; '.join(parts)}"


def _capped(shown: int, headlines: int, unnamed: int) -> str:
    if not unnamed:
        sentence = _("{shown} in full, {headlines} as headlines (below the cap)")
    elif not headlines:
        sentence = _("{shown} in full, {unnamed} only counted (below the cap)")
    else:
        sentence = _("{shown} in full, {headlines} as headlines and {unnamed} only counted (below the cap)")
    return sentence.format(shown=shown, headlines=headlines, unnamed=unnamed)


def _low(each: Ranked) -> bool:
    reports = each.item.story.reports
    return all(match.priority is Priority.LOW for report in reports for match in report.matches)


def _feed_only(each: Ranked) -> bool:
    return all(report.article.basis is Basis.FEED for report in each.item.story.reports)


def _left_out(coverage: Coverage) -> str:
    parts = [
        _("{number} told as alerts already").format(number=coverage.alerted) if coverage.alerted else "",
        _("{number} told in earlier digests").format(number=coverage.told) if coverage.told else "",
        _waiting(coverage) if coverage.waiting else "",
    ]
    what = "; ".join(part for part in parts if part)
    return _("Left out: {what}").format(what=what) if what else ""


def _waiting(coverage: Coverage) -> str:
    sentence = (
        ngettext("{number} waits for a second publisher", "{number} wait for a second publisher", coverage.waiting)
        if coverage.wanted == 2
        else ngettext("{number} waits for more publishers", "{number} wait for more publishers", coverage.waiting)
    )
    return sentence.format(number=coverage.waiting)


def _read(coverage: Coverage) -> str:
    if not coverage.sources:
        return ""
    sentence = (
        _("Read: {articles}, {number} on the feed's summary only") if coverage.feed_only else _("Read: {articles}")
    )
    said = sentence.format(articles=articles(coverage.articles), number=coverage.feed_only)
    asked = (
        ngettext(
            "{number} source asked, {healthy} healthy", "{number} sources asked, {healthy} healthy", coverage.sources
        )
        if coverage.failing
        else ngettext("{number} source asked, healthy", "{number} sources asked, all healthy", coverage.sources)
    )
    healthy = coverage.sources - len(coverage.failing)
    return f"{said}; {asked.format(number=coverage.sources, healthy=healthy)}"


def _failing(coverage: Coverage) -> str:
    if not coverage.failing:
        return ""
    names = [short(name, NAME_CHARS) for name in coverage.failing]
    sentence = ngettext(
        "{number} source could not be read when last asked: {names}",
        "{number} sources could not be read when last asked: {names}",
        len(names),
    )
    return sentence.format(number=len(names), names=listed(names, NAMED))
