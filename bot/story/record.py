"""What a story says of itself: headline, labels, sources. Derived from its reports, never kept beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from bot.model import Match, Report, Story
from bot.story.sentences import key_sentences


def counted(story: Story) -> Story | None:
    """The story with only the matches that count, and only the reports that have one; None where none has. A match
    counts once so many independent publishers (its `min_sources`) have an article that the same rule matches."""
    families: dict[str, set[str]] = {}
    for report in story.reports:
        for match in report.matches:
            families.setdefault(match.rule, set()).add(_family(report))
    reports = []
    for report in story.reports:
        matches = tuple(match for match in report.matches if len(families[match.rule]) >= match.min_sources)
        if matches:
            reports.append(replace(report, matches=matches))
    return replace(story, reports=tuple(reports)) if reports else None


def best_report(story: Story) -> Report:
    """The report to quote: from the best tier, read from its page rather than from the feed, then the earliest."""
    return min(story.reports, key=_rank)


def _rank(report: Report) -> tuple[int, bool, datetime]:
    source = report.article.source
    return (source.tier if source else 3, report.article.basis == "feed", report.first_seen)


def headline(story: Story) -> str:
    """The title of the best report."""
    return best_report(story).article.title


def labels(story: Story) -> dict[str, tuple[str, ...]]:
    """All labels that its reports' matches captured, by concept, in the order they were captured."""
    return merge_labels(match for report in story.reports for match in report.matches)


def merge_labels(matches: Iterable[Match]) -> dict[str, tuple[str, ...]]:
    """The labels of several matches as one mapping."""
    merged: dict[str, dict[str, None]] = {}
    for match in matches:
        for concept, names in match.labels.items():
            merged.setdefault(concept, {}).update(dict.fromkeys(names))
    return {concept: tuple(names) for concept, names in merged.items()}


def first_seen(story: Story) -> datetime:
    """When the first of its reports was seen."""
    return min(report.first_seen for report in story.reports)


def published(story: Story) -> datetime | None:
    """The earliest printed date among its reports."""
    dates = [report.article.published for report in story.reports if report.article.published]
    return min(dates, default=None)


def summary(story: Story) -> list[str]:
    """At most two sentences of the best report."""
    best = best_report(story)
    return key_sentences(best.article, best.matches)


def sources(story: Story) -> Mapping[str, Report]:
    """The reports by publisher, the best one first, one for each family: reprints within a family count once."""
    result: dict[str, Report] = {}
    best = best_report(story)
    for report in (best, *sorted(story.reports, key=lambda report: report.first_seen)):
        result.setdefault(_family(report), report)
    return result


def _family(report: Report) -> str:
    """Who stands behind a report; an article of no source is its own publisher."""
    source = report.article.source
    return (source.family or source.name) if source else report.article.url
