"""What the rules' answers to an archive come to: matches, stories that ring, labels, readers' verdicts.

It judges no article and reads no database: it counts what was found.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, tzinfo
from typing import NamedTuple

from bot.model import Article, Basis, Priority, Source
from bot.story.precision import wilson
from bot.story.record import family, publishers


class Stored(NamedTuple):
    """An article as the archive holds it; `paragraphs` is JSON text. A tuple: they pass between processes by the
    hundred thousand."""

    id: int
    story_id: int | None
    first_seen: datetime
    published: datetime | None
    source: str
    language: str | None
    url: str
    title: str
    lead: str
    paragraphs: str
    basis: str = Basis.PAGE

    def article(self, sources: Mapping[str, Source]) -> Article:
        """The article, with as much as rules ask for and a sample shows."""
        return Article(
            url=self.url,
            title=self.title,
            paragraphs=tuple(json.loads(self.paragraphs)),
            lead=self.lead,
            published=self.published,
            language=self.language,
            source=self.publisher(sources),
            basis=Basis(self.basis),
        )

    def publisher(self, sources: Mapping[str, Source]) -> Source | None:
        """Its source; one that is no longer listed keeps its name."""
        return (sources.get(self.source) or Source(self.source, self.source)) if self.source else None

    def family(self, sources: Mapping[str, Source]) -> str:
        """Who stands behind it; an article of no source is its own publisher."""
        return family(self.publisher(sources), self.url)


Captured = frozenset[tuple[str, str]]
"""Labels, each with its concept."""

Answer = tuple[tuple[int, Captured], ...]
"""What a watchlist says of one article: the numbers of the rules that match it, each with the labels it captured."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that a watchlist matches, in its story. `early`: it was seen before the time that is looked at, and
    counts only for what its story was by then."""

    id: int
    story: int
    first_seen: datetime
    family: str
    answer: Answer
    early: bool = False

    @property
    def labels(self) -> Captured:
        """All that its rules captured."""
        return frozenset().union(*(labels for _, labels in self.answer))


@dataclass(frozen=True, slots=True)
class RuleFacts:
    """As much of a rule as counting needs. `wording` is the same for two rules that are written alike, `meaning` for
    two that differ in name only: the terms of their concepts count as well."""

    name: str
    priority: Priority
    min_sources: int
    wording: str
    meaning: str

    @property
    def rings(self) -> bool:
        """Whether it alerts at once; low ones appear in digests only."""
        return self.priority is not Priority.LOW


@dataclass(frozen=True, slots=True)
class Span:
    """The time that is looked at, in the zone whose days are counted. `since` is when it was asked to begin or the
    archive's first article was seen, whichever is later: an archive of three days says nothing about thirty."""

    since: datetime
    until: datetime
    zone: tzinfo

    def days(self) -> list[date]:
        """Every calendar day of it."""
        first, last = self.day(self.since), self.day(self.until)
        return [first + timedelta(days=number) for number in range((last - first).days + 1)]

    def day(self, moment: datetime) -> date:
        """The calendar day of a moment."""
        return moment.astimezone(self.zone).date()

    @property
    def length(self) -> float:
        """In days; less than a day counts as one, so that an hour does not stand for 24."""
        return max(1.0, (self.until - self.since) / timedelta(days=1))

    def a_day(self, number: int) -> float:
        """How many that is a day."""
        return round(number / self.length, 2)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What readers said of the stories that were told: how many stories have a verdict, and how many verdicts there
    are of each kind."""

    stories: int
    relevant: int
    irrelevant: int

    @property
    def precision(self) -> float:
        """The share of verdicts that say relevant."""
        return round(self.relevant / (self.relevant + self.irrelevant), 3)

    @property
    def interval(self) -> tuple[float, float]:
        """Between what shares the true one most likely is (95 %)."""
        low, high = wilson(self.relevant, self.relevant + self.irrelevant)
        return round(low, 3), round(high, 3)


@dataclass(frozen=True, slots=True)
class Count:
    """What one rule, or all of them together, come to. `ids` are the matched articles, earliest first; `rung` is when
    each story would ring."""

    ids: tuple[int, ...]
    stories: Mapping[int, int]
    rung: Mapping[int, datetime]
    matches_on: Mapping[date, int]
    alerts_on: Mapping[date, int]
    labels: Mapping[tuple[str, str], int]
    verdicts: Verdicts | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What a watchlist comes to: all rules together, and each. `hits` are those that count, by article."""

    every: Count
    rules: tuple[Count, ...]
    hits: Mapping[int, Hit] = field(repr=False)


# --- counting -------------------------------------------------------------------------------------------------------


def counted(hits: Iterable[Hit], rules: Sequence[RuleFacts]) -> list[Hit]:
    """The hits with only the rules that count: those whose story has an article of enough publishers (`min_sources`)
    that the same rule matches."""
    hits = list(hits)
    if all(rule.min_sources <= 1 for rule in rules):
        return hits
    number = publishers(((hit.story, rule), hit.family) for hit in hits for rule, _ in hit.answer)
    result = []
    for hit in hits:
        answer = tuple(
            (rule, labels) for rule, labels in hit.answer if number[hit.story, rule] >= rules[rule].min_sources
        )
        if answer:
            result.append(replace(hit, answer=answer))
    return result


def count(
    hits: Iterable[Hit], rules: Sequence[RuleFacts], span: Span, verdicts: Mapping[int, tuple[int, int]]
) -> Counts:
    """What these hits come to. `verdicts` gives for a story how many readers found it relevant and irrelevant."""
    ordered = sorted(counted(hits, rules), key=lambda hit: (hit.first_seen, hit.id))
    by_rule: list[list[Hit]] = [[] for _ in rules]
    for hit in ordered:
        for rule, _ in hit.answer:
            by_rule[rule].append(hit)
    rung = [_rung(found, facts) for found, facts in zip(by_rule, rules, strict=True)]
    together: dict[int, datetime] = {}
    for each in rung:
        for story, moment in each.items():
            together[story] = min(moment, together.get(story, moment))
    return Counts(
        _count(ordered, together, span, verdicts),
        tuple(_count(found, each, span, verdicts) for found, each in zip(by_rule, rung, strict=True)),
        {hit.id: hit for hit in ordered if not hit.early},
    )


def _rung(hits: Sequence[Hit], rule: RuleFacts) -> dict[int, datetime]:
    """When each story of these hits, earliest first, rings by the rule: once it has enough publishers."""
    if not rule.rings:
        return {}
    rung: dict[int, datetime] = {}
    families: dict[int, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.story in rung:
            continue
        if rule.min_sources > 1:
            families[hit.story].add(hit.family)
        if rule.min_sources <= 1 or len(families[hit.story]) >= rule.min_sources:
            rung[hit.story] = hit.first_seen
    return rung


def _count(
    hits: Sequence[Hit], rung: Mapping[int, datetime], span: Span, verdicts: Mapping[int, tuple[int, int]]
) -> Count:
    inside = [hit for hit in hits if not hit.early]
    # A story that rang before the time looked at rings no more in it.
    alerts = {story: moment for story, moment in rung.items() if moment >= span.since}
    labels = Counter(label for hit in inside for label in hit.labels)
    return Count(
        ids=tuple(hit.id for hit in inside),
        stories={hit.id: hit.story for hit in inside},
        rung=alerts,
        matches_on=Counter(span.day(hit.first_seen) for hit in inside),
        alerts_on=Counter(map(span.day, alerts.values())),
        labels=labels,
        verdicts=_verdicts({hit.story for hit in inside}, verdicts),
    )


def _verdicts(stories: Iterable[int], verdicts: Mapping[int, tuple[int, int]]) -> Verdicts | None:
    found = [verdicts[story] for story in stories if story in verdicts]
    if not found:
        return None
    return Verdicts(len(found), sum(yes for yes, _ in found), sum(no for _, no in found))


def keys(counts: Sequence[Counts]) -> list[tuple[int, int]]:
    """Side and rule of all rules."""
    return [(side, rule) for side, each in enumerate(counts) for rule in range(len(each.rules))]
