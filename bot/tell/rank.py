"""How much a story matters to the readers of a digest: a score with its reasons. It decides nobody's hour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import log2

from bot.model import Part, Priority, Step, Story
from bot.speech import gettext as _
from bot.speech import later, ngettext
from bot.story import best_report, published, sources
from bot.story.record import first_seen
from bot.tell.moved import News
from bot.tell.policy import loudest
from bot.tell.wording import step_name

PRIORITY: Mapping[Priority, float] = {Priority.URGENT: 120.0, Priority.NORMAL: 30.0, Priority.LOW: 0.0}
"""The editor's word weighs most: an urgent rule more than all else together, a normal one as much as eight outlets. A
low one is outweighed by what is signed, official and everywhere."""

STEP, STEP_UP, STEP_MOST = 8.0, 3.0, 17.0
"""A stage of an event is news; a later stage more than an earlier one, up to the fourth of a concept, in most the
signing: what follows that is routine as often as it is news."""

DOUBLED, OUTLETS_MOST = 10.0, 30.0
"""Points each time the number of outlets doubles: from one to two says more than from eight to nine. Above eight they
only say that everybody copies."""

TIER: Mapping[int, float] = {1: 10.0, 2: 5.0}
"""Who reports it, by the best of its sources: official or wire, quality press, other."""

NEW, MOVED = 6.0, 3.0
"""A story of the last day that its reader does not know; one that has moved since."""

TITLED = 8.0
"""What was looked for stands in the headline: it is what the report is about."""

_RULE: Mapping[Priority, str] = {
    Priority.URGENT: later("urgent rule"),
    Priority.NORMAL: later("normal rule"),
    Priority.LOW: later("low rule"),
}

FRESH = timedelta(hours=36)
"""How long before the end of the digest a new story was published at most; what is printed earlier is late."""


@dataclass(frozen=True, slots=True)
class Item:
    """A story for a digest: its step, and what is new since the reader was told of it; None: was never told."""

    story: Story
    step: Step | None = None
    news: News | None = None


@dataclass(frozen=True, slots=True)
class Ranked:
    """An item with its score, and what it rests on in short words, the heaviest first."""

    item: Item
    score: float
    reasons: tuple[str, ...]


def rank(items: Iterable[Item], until: datetime) -> list[Ranked]:
    """The items, the weightiest first; of equal ones the latest, then the one with the lower id. `until` is the end of
    the digest."""
    ranked = [judged(item, until) for item in items]
    return sorted(ranked, key=lambda each: (-each.score, -_moment(each.item.story).timestamp(), each.item.story.id))


def judged(item: Item, until: datetime) -> Ranked:
    """One item's score and its reasons."""
    points = [(value, word) for value, word in _points(item, until) if value]
    points.sort(key=lambda each: -each[0])
    return Ranked(item, round(sum(value for value, _ in points), 3), tuple(word for _, word in points))


def _points(item: Item, until: datetime) -> Iterable[tuple[float, str]]:
    story = item.story
    priority = loudest(match.priority for report in story.reports for match in report.matches) or Priority.LOW
    yield PRIORITY[priority], _(_RULE[priority])
    if item.step is not None:
        yield min(STEP + STEP_UP * item.step.rank, STEP_MOST), step_name(item.step.step)
    outlets = len(sources(story))
    yield (
        min(DOUBLED * log2(outlets), OUTLETS_MOST),
        ngettext("{number} outlet", "{number} outlets", outlets).format(number=outlets),
    )
    source = best_report(story).article.source
    tier = source.tier if source else 3
    yield TIER.get(tier, 0.0), _("official source or wire") if tier == 1 else _("quality press")
    if item.news is not None:
        yield MOVED, _("moved")
    elif until - _moment(story) <= FRESH:
        yield NEW, _("new")
    if _titled(story):
        yield TITLED, _("in the headline")


def _titled(story: Story) -> bool:
    best = best_report(story)
    return any(piece.part is Part.TITLE for match in best.matches for piece in match.evidence)


def _moment(story: Story) -> datetime:
    return published(story) or first_seen(story)
