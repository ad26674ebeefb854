"""What happened so far, of all that articles report: each step once, on its date, with its sources. It reads no
database, and finds no steps in a text.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from bot.model import Labels, Part, Step, Story
from bot.story.days import first_day
from bot.story.record import labels as labels_of
from bot.story.steps import FROM_SENTENCE

NEWS = timedelta(days=3)
"""A step this long before a story's first report is its news: a Friday's signing in a Monday's paper."""

LATE_NEWS = timedelta(days=10)
"""The same where the beginning of a report says so: visits and exercises are dated by their first day."""

ZONES = timedelta(days=1)
"""Tokyo, Jakarta and Washington do not call an hour the same day."""

_DAY, _MONTH = len("2026-05-17"), len("2026-05")


def current_step(steps: Sequence[Step], story: Story) -> Step | None:
    """The highest-ranked of the steps that is news in this story; None where none is. One that a report retells, dated
    well before the story's first report or merely in some year, is not."""
    days = [_moment(report.article.published or report.first_seen) for report in story.reports]
    names = _names(labels_of(story))
    news = [step for step in steps if _is_news(step, min(days), max(days)) and _concerns(step, names)]
    return min(news, key=_merit, default=None)


def _is_news(step: Step, first: date, last: date) -> bool:
    if step.date_from != FROM_SENTENCE:
        return True
    if len(step.date) < _MONTH:
        return False
    at_top = step.part is not Part.BODY or step.paragraph == 0
    begins, ends = first_day(step.date), last_day(step.date)
    return ends >= first - (LATE_NEWS if at_top else NEWS) and begins <= last + ZONES


def _concerns(step: Step, names: frozenset[tuple[str, str]]) -> bool:
    """Whether a step is about a label of the story; one about none is about all of them."""
    return not step.labels or bool(_names(step.labels) & names)


def _merit(step: Step) -> tuple[int, bool, bool, str]:
    return -step.rank, step.date_from != FROM_SENTENCE, step.part is Part.TITLE, step.date


def last_day(said: str) -> date:
    """The last day of a date in ISO 8601 that may be a month or a year."""
    first = first_day(said)
    if len(said) == _DAY:
        return first
    ahead = (first.replace(day=28) + timedelta(days=4)).replace(day=1) if len(said) == _MONTH else None
    return (ahead or first.replace(year=first.year + 1)) - timedelta(days=1)


def _moment(time: datetime) -> date:
    return time.date()


def _names(labels: Labels) -> frozenset[tuple[str, str]]:
    return frozenset((concept, label) for concept, values in labels.items() for label in values)
