"""Which articles tell of the same step of the same event, and when that was. It finds no steps in a text, and leaves
open whether an article tells news or history.

Days come first, the best attested of them before others; then months, years, and reports that name no date.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.model import Step
from bot.story.accounts import (
    DAY,
    LATE_NEWS,
    MONTH,
    NEWS,
    YEAR,
    ZONES,
    Account,
    at_top,
    is_late,
    last_day,
    looks_back,
    names,
)
from bot.story.days import first_day
from bot.story.steps import FROM_PUBLICATION, FROM_SENTENCE

HISTORY = timedelta(days=400)
"""A passing word without a date tells of nothing new, where the same was reported within so long."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """The accounts of one step of one event, earliest first, and its date, as exact as the best of them say."""

    date: str
    date_from: str
    accounts: tuple[Account, ...]


def gathered(accounts: Iterable[Account]) -> list[Gathered]:
    """Accounts that tell of the same, together. A passing word that adds no date to what was reported before is left
    out."""
    kinds: dict[tuple[str, str], list[Account]] = defaultdict(list)
    for account in sorted(accounts, key=_order):
        kinds[account.step.concept, account.step.step].append(account)
    return [
        Gathered(line.date, FROM_SENTENCE if line.dated else FROM_PUBLICATION, tuple(sorted(line.members, key=_order)))
        for kind in kinds.values()
        for line in _lines(kind)
    ]


def _order(account: Account) -> tuple[datetime, int, str]:
    return account.moment, account.article_id, account.step.date


# --- lines ------------------------------------------------------------------------------------------------------------


class _Line:
    """Accounts of one step of one event, as far as they are found."""

    def __init__(self, *members: Account) -> None:
        self.members: list[Account] = []
        self.stories: set[int] = set()
        self.articles: set[int] = set()
        self.news: set[int] = set()
        self.apart: set[int] = set()
        self.names: frozenset[tuple[str, str]] = frozenset()
        self.add(*members)

    def add(self, *members: Account) -> None:
        """More of the same. The date follows the best of all."""
        self.members += members
        for account in members:
            self.stories.add(account.story)
            self.articles.add(account.article_id)
            self.names |= names(account.step.labels)
            if not is_late(account, account.step.date):
                self.news.add(account.story)
                self.apart |= account.apart
        self.date = _date(self.members)
        self.dated = any(
            account.step.date_from == FROM_SENTENCE and account.step.date == self.date for account in self.members
        )
        self.first, self.last = first_day(self.date), last_day(self.date)
        self.families = len({account.family for account in self.members})

    def fits(self, wanted: frozenset[tuple[str, str]], stories: Iterable[int]) -> bool:
        """Whether these labels may be of the same event: all of the lesser set, or some within one story, where one
        report names more parties than another."""
        together = not self.stories.isdisjoint(stories)
        if together:
            return not wanted or not self.names or bool(wanted & self.names)
        return bool(wanted) and bool(self.names) and (wanted <= self.names or self.names <= wanted)

    def parted(self, other: _Line) -> bool:
        """Whether somebody said that the stories whose news they are tell of two events."""
        return not self.apart.isdisjoint(other.news)

    def takes(self, account: Account) -> bool:
        """The same of an account."""
        return self.fits(names(account.step.labels), [account.story])


def _date(members: Sequence[Account]) -> str:
    """The most exact date that a sentence says, of several the one of most publishers, then of the best; without any
    the day of the first report, which says more than a year."""
    said = [account for account in members if account.step.date_from == FROM_SENTENCE]
    undated = [account.step.date for account in members if account.step.date_from != FROM_SENTENCE]
    if undated and all(len(account.step.date) == YEAR for account in said):
        return min(undated)
    exact = max(len(account.step.date) for account in said)
    best = [account for account in said if len(account.step.date) == exact]
    publishers = Counter(day for _, day in {(account.family, account.step.date) for account in best})
    return min(best, key=lambda one: (-publishers[one.step.date], one.tier, one.moment, one.step.date)).step.date


def _lines(accounts: Sequence[Account]) -> list[_Line]:
    """The accounts of one kind of step by event."""
    of_article: dict[int, list[Step]] = defaultdict(list)
    for account in accounts:
        of_article[account.article_id].append(account.step)
    told = [account for account in accounts if not looks_back(account.step, of_article[account.article_id])]
    said = [account for account in told if account.step.date_from == FROM_SENTENCE]
    undated = [account for account in told if account.step.date_from != FROM_SENTENCE]
    lines = _by_day([account for account in said if len(account.step.date) == DAY])
    _place(lines, [account for account in said if len(account.step.date) == MONTH], _within)
    for account in undated:
        if at_top(account.step):
            home = _home(account, lines, _near)
            if home is None:
                lines.append(_Line(account))
            else:
                home.add(account)
    _place(lines, [account for account in said if len(account.step.date) == YEAR], _within)
    _place(lines, [account for account in undated if not at_top(account.step)], _about, _known)
    return lines


# --- days -------------------------------------------------------------------------------------------------------------


def _by_day(accounts: Sequence[Account]) -> list[_Line]:
    """Accounts that name their day, those of the same day first. An article that tells of two days means two events."""
    groups: dict[str, list[_Line]] = defaultdict(list)
    for account in sorted(accounts, key=lambda one: (len(names(one.step.labels)), _order(one))):
        _group(account, groups[account.step.date])
    every = [group for listed in groups.values() for group in listed]
    lines: list[_Line] = []
    for group in sorted(every, key=lambda one: (-one.families, one.date, _order(one.members[0]))):
        near = [line for line in lines if _same_days(line, group)]
        if near:
            min(near, key=lambda line: (abs(line.first - group.first), -line.families)).add(*group.members)
        else:
            lines.append(group)
    return lines


def _group(account: Account, groups: list[_Line]) -> None:
    """Puts an account to the others of its day. Within a story it joins those that name fewer parties. Elsewhere one
    that names the parties of two events, each told of for itself, has a word for both."""
    fitting = [group for group in groups if group.takes(account) and not group.parted(_Line(account))]
    own = [group for group in fitting if account.story in group.stories]
    if own:
        own[0].add(account, *(one for other in own[1:] for one in other.members))
        groups[:] = [group for group in groups if group not in own[1:]]
    elif len(fitting) == 1:
        fitting[0].add(account)
    else:
        left = names(account.step.labels)
        for group in fitting:
            left -= group.names
            group.add(_only(account, group.names))
        if left or not fitting:
            groups.append(_Line(_only(account, left)))


def _same_days(line: _Line, group: _Line) -> bool:
    apart = abs(line.first - group.first)
    if apart > NEWS or not line.articles.isdisjoint(group.articles):
        return False
    together = not line.stories.isdisjoint(group.stories)
    near = apart <= (NEWS if together else ZONES)
    return near and line.fits(group.names, group.stories) and not line.parted(group)


# --- months, years, and no date ---------------------------------------------------------------------------------------

Suits = Callable[[_Line, Account], bool]


def _place(lines: list[_Line], accounts: Iterable[Account], suits: Suits, drop: Suits | None = None) -> None:
    """Accounts that say little of the time go into the line of their story that suits them, or else, label by label,
    into those of others: a sentence that looks back may speak of two events. What is left makes a line of its own, or
    is left out where it suits `drop` with any line."""
    for account in accounts:
        home = _home(account, [line for line in lines if account.story in line.stories], suits)
        if home is not None:
            home.add(account)
            continue
        left: list[tuple[str, str]] = []
        for pair in sorted(names(account.step.labels)) or [("", "")]:
            part = _only(account, [pair])
            home = _home(part, lines, suits)
            if home is None:
                left.append(pair)
            else:
                home.add(part)
        rest = _only(account, left)
        if left and not (drop and any(drop(line, rest) and line.takes(rest) for line in lines)):
            lines.append(_Line(rest))


def _only(account: Account, pairs: Collection[tuple[str, str]]) -> Account:
    """The account as far as it concerns these labels."""
    said = account.step.labels
    kept = {concept: tuple(each for each in found if (concept, each) in pairs) for concept, found in said.items()}
    labels = {concept: found for concept, found in kept.items() if found}
    return replace(account, step=replace(account.step, labels=labels))


def _home(account: Account, lines: Iterable[_Line], suits: Suits) -> _Line | None:
    """The line it belongs to, of those that suit it."""
    day = first_day(account.step.date)
    found = [line for line in lines if suits(line, account) and line.takes(account)]
    return min(
        found,
        key=lambda line: (account.story not in line.stories, not line.dated, -line.families, abs(line.first - day)),
        default=None,
    )


def _within(line: _Line, account: Account) -> bool:
    """Whether a line's date lies in the month or the year that is said."""
    return line.date.startswith(account.step.date)


def _near(line: _Line, account: Account) -> bool:
    """Whether a report of this day, which names none, may be news of a line's event."""
    day = first_day(account.step.date)
    before = LATE_NEWS if account.story in line.stories else NEWS
    return day - before <= line.last and line.first <= day + ZONES and not line.parted(_Line(account))


def _about(line: _Line, account: Account) -> bool:
    """Whether what a report of this day passes over may be a line's event."""
    day = first_day(account.step.date)
    return day - LATE_NEWS <= line.last and line.first <= day + ZONES


def _known(line: _Line, account: Account) -> bool:
    """Whether it may have been a line's event of before."""
    day = first_day(account.step.date)
    return line.first <= day <= line.last + HISTORY
