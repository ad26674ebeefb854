"""What happened so far, of all that articles report: each step of each event once, on its date, with its sources. It
reads no database, and finds no steps in a text.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.model import Labels, Part, Step, Story
from bot.story.accounts import LATE_NEWS, MONTH, NEWS, ZONES, Account, at_top, is_late, last_day, looks_back, names
from bot.story.days import first_day
from bot.story.gathering import Gathered, gathered
from bot.story.record import labels as labels_of
from bot.story.record import merged
from bot.story.steps import FROM_SENTENCE


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a chronicle. `date` is ISO 8601, a day, a month or a year; `date_from` says whether a sentence says
    so, or whether it is only the day of the first report. `headline` is the title of the best report, `sentence` is
    quoted from the best one that has one. `sources` are the reports, one for each publisher, the earliest first."""

    date: str
    date_from: str
    concept: str
    step: str
    rank: int
    labels: Labels
    headline: str
    sentence: str
    stories: tuple[int, ...]
    sources: tuple[Account, ...]
    latest: datetime
    """When the last of all its reports was first seen."""

    @property
    def recalled(self) -> bool:
        """Whether only articles of much later tell of it: their headlines are about something else."""
        return all(is_late(source, self.date) for source in self.sources)


def chronicle(accounts: Iterable[Account], wanted: Collection[tuple[str, str]]) -> list[Entry]:
    """The steps that concern one of the labels `wanted` (a concept and its label each), in the order of date and
    rank."""
    asked = frozenset(wanted)
    about = [one for one in gathered(accounts) if any(asked & names(each.step.labels) for each in one.accounts)]
    entries = [_entry(one, asked) for one in about]
    return sorted(entries, key=lambda entry: (entry.date, entry.rank, entry.concept, entry.step, entry.stories))


def _entry(one: Gathered, asked: frozenset[tuple[str, str]]) -> Entry:
    def merit(account: Account) -> tuple[object, ...]:
        """News before what looks back on it, then the better source, then the earlier report."""
        late = is_late(account, one.date)
        return late, account.tier, account.article.basis == "feed", account.moment, account.article_id

    def saying(account: Account) -> tuple[object, ...]:
        """Whom it says it of, and when, and not the headline, which stands there already."""
        step = account.step
        about = bool(asked & names(step.labels))
        return (
            not about,
            is_late(account, one.date),
            step.part is Part.TITLE,
            account.tier,
            step.date_from != FROM_SENTENCE,
            merit(account),
        )

    quoted = min(one.accounts, key=saying)
    publishers: dict[str, Account] = {}
    for account in one.accounts:
        publishers.setdefault(account.family, account)
    return Entry(
        date=one.date,
        date_from=one.date_from,
        concept=quoted.step.concept,
        step=quoted.step.step,
        rank=quoted.step.rank,
        labels=merged(account.step.labels for account in sorted(one.accounts, key=saying)),
        headline=min(one.accounts, key=merit).article.title,
        sentence=quoted.step.sentence,
        stories=tuple(sorted({account.story for account in one.accounts})),
        sources=tuple(publishers.values()),
        latest=max(account.first_seen for account in one.accounts),
    )


# --- where a story stands ---------------------------------------------------------------------------------------------


def current_step(steps: Sequence[Step], story: Story) -> Step | None:
    """The highest-ranked of the steps that is news in this story; None where none is. One that a report retells, dated
    well before the story's first report or merely in some year, is not. News stands at the top: only where no report
    tells a step there do second paragraphs count, and what stands further down is another event's."""
    days = [(report.article.published or report.first_seen).date() for report in story.reports]
    known = names(labels_of(story))
    news = [
        step
        for step in steps
        if _is_news(step, steps, min(days), max(days)) and (not step.labels or names(step.labels) & known)
    ]
    top = [step for step in news if at_top(step)] or [step for step in news if step.paragraph == 1]
    return min(top, key=_standing, default=None)


def _is_news(step: Step, steps: Sequence[Step], first: date, last: date) -> bool:
    if step.date_from != FROM_SENTENCE:
        return not _only_looks_back(step, steps)
    if len(step.date) < MONTH:
        return False
    before = LATE_NEWS if at_top(step) else NEWS
    return last_day(step.date) >= first - before and first_day(step.date) <= last + ZONES


def _only_looks_back(step: Step, steps: Sequence[Step]) -> bool:
    """Whether headlines alone tell of it, over articles that begin with its date of long ago. Of a story's steps
    nobody knows here which are of one article."""
    told = [other for other in steps if other.date_from != FROM_SENTENCE and other.step == step.step]
    return all(looks_back(other, steps) for other in told)


def _standing(step: Step) -> tuple[object, ...]:
    return -step.rank, step.date_from != FROM_SENTENCE, step.part is Part.TITLE, step.date
