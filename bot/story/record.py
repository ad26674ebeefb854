"""What a story says of itself: headline, labels, outlets, key sentences. Derived from its reports, never kept beside
them.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from bot.model import Labels, Match, Report, Source, Step, Story
from bot.story.passages import key_passages
from bot.story.sentences import Sentence, matched_sentence, unit_text

Group = TypeVar("Group", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A sentence, as it stands, and the report that it is of."""

    report: Report
    sentence: Sentence

    @property
    def text(self) -> str:
        """What it says."""
        return self.sentence.text


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


def languages(story: Story) -> tuple[str, ...]:
    """The languages that its reports are in, that of the earliest first; of a report whose language is uncertain
    none."""
    return tuple(dict.fromkeys(report.article.language for report in story.reports if report.article.language))


def report_for(story: Story, language: str | None) -> Report:
    """The report to quote to a reader of this language: the best one that is in it, else, or where the reader takes
    any (None), the best one."""
    own = tuple(report for report in story.reports if language and report.article.language == language)
    return best_report(replace(story, reports=own) if own else story)


def summary(story: Story, language: str | None = None) -> list[Quoted]:
    """At most two sentences that say what happened, both of one report: the best one in the reader's language, else
    the best one (`report_for`). Of a report of nothing but a headline there are none: then the best one speaks."""
    for report in (report_for(story, language), best_report(story)):
        found = [Quoted(report, sentence) for sentence in key_passages(report.article, report.matches)]
        if found:
            return found
    return []


def evidence_of(story: Story, language: str | None = None) -> Quoted | None:
    """The sentence that shows best why the story matched, in the reader's language where a report is; None without
    evidence."""
    for report in (report_for(story, language), best_report(story)):
        sentence = matched_sentence(report.article, report.matches)
        if sentence is not None:
            return Quoted(report, sentence)
    return None


def report_saying(step: Step, story: Story) -> Report:
    """The report that has the step's sentence."""
    for report in (best_report(story), *story.reports):
        article = report.article
        if step.paragraph is not None and step.paragraph >= len(article.paragraphs):
            continue
        if step.sentence in unit_text(article, step.part, step.paragraph):
            return report
    return best_report(story)


def said_in(report: Report, step: Step) -> Quoted:
    """The sentence of a report that says a step, with the words in it that a rule found."""
    text = unit_text(report.article, step.part, step.paragraph)
    start = max(text.find(step.sentence), 0)
    end = start + len(step.sentence)
    marks = {
        (piece.start - start, piece.end - start)
        for match in report.matches
        for piece in match.evidence
        if (piece.part, piece.paragraph) == (step.part, step.paragraph) and start <= piece.start < piece.end <= end
    }
    return Quoted(report, Sentence(step.sentence, tuple(sorted(marks)), step.part, step.paragraph))


def sources(story: Story) -> Mapping[str, Report]:
    """The reports by publisher, the best one first, one for each family: reprints within a family count once."""
    result: dict[str, Report] = {}
    best = best_report(story)
    for report in (best, *sorted(story.reports, key=lambda report: report.first_seen)):
        result.setdefault(_family(report), report)
    return result


def _family(report: Report) -> str:
    return family(report.article.source, report.article.url)
