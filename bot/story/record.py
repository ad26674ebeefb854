"""What a story says of itself: headline, labels, sources. Derived from its reports, never kept beside them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.model import Labels, Match, Report, Source, Story
from bot.story.passages import key_sentences

Group = TypeVar("Group", bound=Hashable)


def publishers(found: Iterable[tuple[Group, str]]) -> Mapping[Group, int]:
    """How many families have an article in each group, of pairs of a group and a family."""
    families: dict[Group, set[str]] = {}
    for group, name in found:
        families.setdefault(group, set()).add(name)
    return {group: len(names) for group, names in families.items()}


def family(source: Source | None, url: str) -> str:
    """Who stands behind the article at `url`; one of no source is its own publisher."""
    return (source.family or source.name) if source else url


def counted(story: Story) -> Story | None:
    """The story with only the matches that count, and only the reports that have one; None where none has. A match
    counts once so many independent publishers (its `min_sources`) have an article that the same rule matches."""
    number = publishers((match.rule, _family(report)) for report in story.reports for match in report.matches)
    reports = []
    for report in story.reports:
        matches = tuple(match for match in report.matches if number[match.rule] >= match.min_sources)
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
    return merged(match.labels for match in matches)


def merged(found: Iterable[Labels]) -> dict[str, tuple[str, ...]]:
    """Several mappings of labels as one, each label once."""
    together: dict[str, dict[str, None]] = {}
    for labels in found:
        for concept, names in labels.items():
            together.setdefault(concept, {}).update(dict.fromkeys(names))
    return {concept: tuple(names) for concept, names in together.items()}


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
    return family(report.article.source, report.article.url)
