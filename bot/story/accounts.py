"""What one article says of a step: the noun that chronicles are made of, and what it tells of itself. It gathers none,
and finds no steps in a text.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.model import Article, Labels, Part, Step
from bot.story.days import first_day
from bot.story.record import family
from bot.story.steps import FROM_SENTENCE

NEWS = timedelta(days=3)
"""Reports of one event name days so far apart at most: its first or its last, a Friday told of in a Monday's paper."""

LATE_NEWS = timedelta(days=10)
"""So long after a step a report of it is news yet. Visits and exercises are dated by their first day."""

ZONES = timedelta(days=1)
"""Tokyo, Jakarta and Washington do not call an hour the same day."""

DAY, MONTH, YEAR = (len(form) for form in ("2026-05-17", "2026-05", "2026"))
"""Characters of a date, which say how exact it is."""


@dataclass(frozen=True, slots=True)
class Account:
    """One article's word for a step. Of the article no text is needed. `apart` are the stories that somebody said are
    another event than the article's own."""

    step: Step
    story: int
    article_id: int
    article: Article
    first_seen: datetime
    apart: frozenset[int] = frozenset()

    @property
    def moment(self) -> datetime:
        """When it was published, or else first seen."""
        return self.article.published or self.first_seen

    @property
    def family(self) -> str:
        """Who stands behind it."""
        return family(self.article.source, self.article.url)

    @property
    def tier(self) -> int:
        """How good its source is; 1 is best."""
        return self.article.source.tier if self.article.source else 3


def is_late(account: Account, said: str) -> bool:
    """Whether its article looks back on what was over by then, on a date in ISO 8601."""
    return account.moment.date() - last_day(said) > LATE_NEWS


def at_top(step: Step) -> bool:
    """Whether it is told where news is: in the title, the standfirst or the first paragraph."""
    return step.part is not Part.BODY or step.paragraph == 0


def names(labels: Labels) -> frozenset[tuple[str, str]]:
    """Labels, each with its concept."""
    return frozenset((concept, label) for concept, values in labels.items() for label in values)


def last_day(said: str) -> date:
    """The last day of a date in ISO 8601 that may be a month or a year."""
    first = first_day(said)
    if len(said) == DAY:
        return first
    if len(said) == YEAR:
        return first.replace(month=12, day=31)
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def looks_back(step: Step, others: Iterable[Step]) -> bool:
    """Whether a headline's step is that of an article which begins with its date of long ago: *a year since Japan and
    Indonesia signed*. `others` are the article's steps."""
    if step.part is not Part.TITLE or step.date_from == FROM_SENTENCE:
        return False
    before, mine = first_day(step.date) - LATE_NEWS, names(step.labels)
    return any(
        other.date_from == FROM_SENTENCE
        and at_top(other)
        and (other.concept, other.step) == (step.concept, step.step)
        and last_day(other.date) < before
        and (not mine or not other.labels or bool(mine & names(other.labels)))
        for other in others
    )
