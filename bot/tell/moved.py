"""What is new in a story since a place was told of it: more outlets, a further step, a louder rule, a changed report.

It asks no database: what was told, and what was found since, is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Labels, Priority, Report, Step, Story
from bot.story.record import counted, family, merged
from bot.tell.policy import loudest

MANY = 3
"""New outlets from which on a story that several had has moved; two more of a story that runs everywhere are none."""

CONFIRMED = 2
"""New outlets from which on a story that only one had has moved: others have it now."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule found in an article of a story: `at` is since when it counts as news, `joined` since when the article
    is in the story."""

    rule: str
    priority: Priority
    labels: Labels
    at: datetime
    joined: datetime


@dataclass(frozen=True, slots=True)
class Before:
    """What a place was told of a story: how many outlets had it (0: nobody noted it, or other rules did), the rank of
    its step (None without one), how loud it was (None: nobody knows), and when; `noted`: all that is known."""

    outlets: int
    step: int | None
    priority: Priority | None
    at: datetime
    noted: bool = True


@dataclass(frozen=True, slots=True)
class News:
    """What has come in since: `outlets` more of them, the latest first in `reports`, one for each; the further `step`;
    the louder `priority`; and what a report says that was changed: further `rules`, and its `labels`."""

    since: datetime
    outlets: int = 0
    reports: tuple[Report, ...] = ()
    step: Step | None = None
    priority: Priority | None = None
    rules: tuple[str, ...] = ()
    labels: Labels | None = None


def news(story: Story, before: Before, step: Step | None, found: Sequence[Found]) -> News | None:
    """What makes the story worth telling again; None where nothing does. New outlets are told with any other news, and
    alone where they are `MANY`, or `CONFIRMED` of a story that one outlet had."""
    latest = sorted(_first_reports(story), key=lambda report: report.first_seen, reverse=True)
    more = _more(latest, before)
    outlets = more if more >= MANY or (more >= CONFIRMED and len(latest) - more == 1) else 0
    further = step if step is not None and before.noted and _above(step, before.step) else None
    louder = _louder(story, before, found)
    rules, labels = _changed(found, before.at)
    if not (outlets or further or louder or rules or labels):
        return None
    return News(before.at, more, tuple(latest[:more]), further, louder, rules, labels or None)


def _first_reports(story: Story) -> list[Report]:
    """The earliest report of each family."""
    first: dict[str, Report] = {}
    for report in sorted(story.reports, key=lambda report: report.first_seen):
        first.setdefault(family(report.article.source, report.article.url), report)
    return list(first.values())


def _more(latest: Sequence[Report], before: Before) -> int:
    if before.outlets:
        return max(0, len(latest) - before.outlets)
    return sum(report.first_seen > before.at for report in latest)


def _above(step: Step, before: int | None) -> bool:
    return before is None or step.rank > before


def _louder(story: Story, before: Before, found: Iterable[Found]) -> Priority | None:
    """The loudness of the story, where it is above what was told."""
    then = before.priority or _loudness_then(story, before.at, found)
    now = loudest(match.priority for report in story.reports for match in report.matches)
    order = list(Priority)
    if then is None or now is None or order.index(now) >= order.index(then):
        return None
    return now


def _loudness_then(story: Story, at: datetime, found: Iterable[Found]) -> Priority | None:
    """How loudly the rules spoke that matched then, and whose matches counted among the reports of then."""
    reports = tuple(report for report in story.reports if report.first_seen < at)
    then = counted(replace(story, reports=reports)) if reports else None
    rules = {match.rule for report in then.reports for match in report.matches} if then else set()
    return loudest(each.priority for each in found if each.at <= at and each.rule in rules)


def _changed(found: Sequence[Found], at: datetime) -> tuple[tuple[str, ...], Labels]:
    """The rules and the labels that came in with reports which were in the story then and have been changed since."""
    changed = [each for each in found if each.at > at >= each.joined]
    known = [each for each in found if each.at <= at]
    rules = tuple(dict.fromkeys(each.rule for each in changed if each.rule not in {old.rule for old in known}))
    old = merged(each.labels for each in known)
    labels = {
        concept: fresh
        for concept, names in merged(each.labels for each in changed).items()
        if (fresh := tuple(name for name in names if name not in old.get(concept, ())))
    }
    # What counts as news once more was matched by a rule or found a label; which one, nobody knows any more.
    return (rules, labels) if rules or labels else ((), merged(each.labels for each in changed))
