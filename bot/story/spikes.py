"""Whether a label has far more stories than it usually has. It counts stories, never articles, and looks nothing up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from math import ceil, sqrt
from statistics import fmean, pstdev
from typing import NamedTuple

from bot.model import Labels
from bot.story.record import publishers

KNOWN = 0.5
"""So large a share of the baseline must be known: a watchlist is new before that."""

FAR = 2.0
"""So many times the usual, whatever the deviations say: of a label with a hundred stories a day, 130 are unlikely by
chance and yet no news."""

SETTLED = 3
"""Windows for which a rule must have kept its meaning: what an edit brings is no event."""

HIGHEST = 0.1
"""The share of a baseline's fullest windows that is left out: one burst does not hide the next."""

Label = tuple[str, str]
"""A concept and one of its labels."""


class Volume(StrEnum):
    """What a label's volume is, and so why it is told or not."""

    SPIKE = "spike"
    TOO_FEW = "too_few"
    USUAL = "usual"
    TOO_LITTLE_KNOWN = "too_little_known"
    RULE_CHANGED = "rule_changed"
    ALREADY_TOLD = "already_told"


@dataclass(frozen=True, slots=True)
class Limits:
    """What makes a spike, as configured. `threshold` is in standard deviations, `at_least` in stories."""

    window: timedelta
    baseline: timedelta
    threshold: float
    at_least: int
    spacing: timedelta

    @property
    def windows(self) -> int:
        """How many windows the baseline holds."""
        return max(1, self.baseline // self.window)


class Sighting(NamedTuple):
    """One article that a rule matched. `moment` is when it was published, or first seen where nothing says when;
    `listed` is when the first of the feeds that list it was first read, None where that is not known."""

    story: int
    rule: str
    version: str
    min_sources: int
    labels: Labels
    family: str
    matched: datetime
    moment: datetime
    listed: datetime | None


@dataclass(frozen=True, slots=True)
class Spike:
    """The verdict on one label: its stories in the window, and how many are usual (a mean). `stories` are those of the
    window, newest first."""

    volume: Volume
    label: Label
    count: int
    usual: float
    stories: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a watchlist: since when (its first match, or where the baseline begins), and the windows of the
    baseline, newest first, in which the bot saw nothing at all because it did not run."""

    since: datetime
    blind: frozenset[int] = frozenset()


def counted_stories(sightings: Iterable[Sighting], read_since: datetime) -> dict[Label, dict[int, datetime]]:
    """The stories of each label, each once, at the moment of its first report: forty reprints are one story. Matches
    that too few publishers have do not count, nor articles that only feeds list which were first read after
    `read_since`: a new source is no event."""
    found = [one for one in sightings if one.listed is None or one.listed <= read_since]
    number = publishers(((one.story, one.rule), one.family) for one in found)
    stories: dict[Label, dict[int, datetime]] = defaultdict(dict)
    for one in found:
        if number[one.story, one.rule] < one.min_sources:
            continue
        for concept, names in one.labels.items():
            for name in names:
                first = stories[concept, name]
                first[one.story] = min(one.moment, first.get(one.story, one.moment))
    return stories


def per_window(moments: Iterable[datetime], now: datetime, limits: Limits) -> list[int]:
    """How many of the moments fall into the window that ends now, and into each of those before it."""
    counts = [0] * (limits.windows + 1)
    for moment in moments:
        # What its clock dates a little ahead was published now.
        place = max(0, (now - moment) // limits.window)
        if place < len(counts):
            counts[place] += 1
    return counts


def spike(
    label: Label,
    moments: Mapping[int, datetime],
    known: Known,
    changed: datetime | None,
    last: datetime | None,
    now: datetime,
    limits: Limits,
) -> Spike:
    """The verdict on a label: `moments` are its stories, `changed` is when the youngest of the rules that brought them
    got its present meaning (None: before the baseline), `last` when readers were last told."""
    count, *before = per_window(moments.values(), now, limits)
    fresh = [story for story, moment in moments.items() if now - moment < limits.window]
    told = tuple(sorted(fresh, key=lambda story: (moments[story], story), reverse=True))

    def verdict(volume: Volume, usual: float = 0.0) -> Spike:
        return Spike(volume, label, count, usual, told)

    if count < limits.at_least:
        return verdict(Volume.TOO_FEW)
    baseline = _seen(before, known, now, limits)
    if len(baseline) < ceil(KNOWN * limits.windows):
        return verdict(Volume.TOO_LITTLE_KNOWN)
    usual = fmean(_trimmed(baseline))
    if not far_above(count, baseline, limits.threshold):
        return verdict(Volume.USUAL, usual)
    if changed is not None and changed > known.since:
        since = _seen(before, Known(changed, known.blind), now, limits)
        if len(since) < SETTLED:
            return verdict(Volume.RULE_CHANGED, usual)
        # What was usual before the edit is not what is usual now.
        usual = fmean(_trimmed(since))
        if not far_above(count, since, limits.threshold):
            return verdict(Volume.USUAL, usual)
    if last is not None and now - last < limits.spacing:
        return verdict(Volume.ALREADY_TOLD, usual)
    return verdict(Volume.SPIKE, usual)


def far_above(count: int, baseline: Sequence[int], threshold: float) -> bool:
    """Whether `count` lies so many standard deviations above what the windows of the baseline say, and is at least
    twice their mean.

    Counts of rare events are skewed: by `mean + 3 sqrt(mean)` a label with two stories a day rings by chance in one
    window of 220. Square roots make their spread even, 1/2 whatever the mean (Anscombe 1948, with its 3/8): the same
    label rings in one of 4,000. (Simulated, looked at every hour, 28 windows of a day known: at 1, 2, 5, 10 and 20
    stories a day 0.2, 0.4, 1.8, 2.4 and 0.7 false alarms a year; by mean and root 4.7, 9.5, 7.7, 5.5 and 0.2.) News
    comes in clumps: where the windows spread wider than chance does, it is their own spread that counts.
    """
    calm = _trimmed(baseline)
    mean = fmean(calm)
    clumps = max(1.0, pstdev(calm) / sqrt(max(mean, 1.0)))
    distance = 2 * (sqrt(count + 3 / 8) - sqrt(mean + 3 / 8))
    return distance >= threshold * clumps and count >= FAR * mean


def _trimmed(baseline: Sequence[int]) -> list[int]:
    return sorted(baseline)[: len(baseline) - int(HIGHEST * len(baseline))]


def _seen(before: Sequence[int], known: Known, now: datetime, limits: Limits) -> list[int]:
    """The counts of those windows that lie wholly in the known time and that the bot was awake in."""
    return [
        number
        for place, number in enumerate(before)
        if now - (place + 2) * limits.window >= known.since and place not in known.blind
    ]
