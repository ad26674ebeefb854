"""Who is told of a story, and how loudly. Each decision is a value that says why; nothing is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.model import Priority, Rhythm, Subscription

Ladders = Mapping[str, tuple[tuple[str, ...], ...]]
"""The names of the steps of each watchlist, from the lowest: of every concept of its that has steps."""


class Telling(StrEnum):
    """What becomes of a story for one subscription, and why."""

    ALERT = "alert"
    STEP = "step"
    LOUDER = "louder"
    URGENT = "urgent"
    PICTURE = "picture"
    AT_ITS_HOUR = "at_its_hour"
    LOW_PRIORITY = "low_priority"
    ALREADY_TOLD = "already_told"
    TOO_FEW_SOURCES = "too_few_sources"
    UNWANTED = "unwanted"


@dataclass(frozen=True, slots=True)
class Heard:
    """What a place was told of a story, or is about to be, in the steps of one watchlist. `step` is the rank of the
    highest step that it was told of, None without one, and `at` when it last was told of that, or else of the story.
    `noted`: it is known what the story was like then. `waiting`: a message is yet to be composed, and will tell the
    step that is known by then. `held` is how loud an alert is that nobody has tried to send yet, `told` how loudly it
    was told: as loudly as can be where nobody knows, or while an alert is on its way."""

    at: datetime
    step: int | None = None
    noted: bool = True
    waiting: bool = False
    held: Priority | None = None
    told: Priority = Priority.NORMAL


def telling(
    subscription: Subscription,
    priority: Priority | None,
    *,
    quiet: bool,
    heard: Heard | None,
    own: int | None = None,
    wanted: bool = True,
    known: bool = False,
) -> Telling:
    """How a matched story reaches a subscription. `priority`: the loudest of the matches of the new report that count;
    None while none does. `quiet`: it was found by a first look or in a flood. `heard`: what this destination was told
    of the story before; None where that is nothing. `own`: the rank of the step that is news in the new report; None
    where none is. `wanted`: the story is one of those that the subscription asks for. `known`: the report was read
    before, as it is."""
    instant = subscription.rhythm is Rhythm.INSTANT
    if not wanted:
        return Telling.UNWANTED
    if heard is not None:
        if not instant or priority is None or priority is Priority.LOW:
            return Telling.ALREADY_TOLD
        # First: an alert that is held tells no step of another watchlist, however loud it becomes.
        if not quiet and rises(heard, own):
            return Telling.STEP
        louder = heard.held is not None and priority is not heard.held and loudest((priority, heard.held)) is priority
        if louder:
            return Telling.LOUDER
        # A rule that somebody has made urgent meanwhile rings for new reports, not for those that it knows.
        return Telling.URGENT if not (quiet or known) and gets_urgent(heard, priority) else Telling.ALREADY_TOLD
    if priority is None:
        return Telling.TOO_FEW_SOURCES
    if not instant:
        return Telling.AT_ITS_HOUR
    if quiet:
        return Telling.PICTURE
    return Telling.LOW_PRIORITY if priority is Priority.LOW else Telling.ALERT


def rises(heard: Heard, step: int | None) -> bool:
    """Whether a step of this rank is further than what the place was told of, and nothing that waits will tell it. Of
    a place that was told of nobody knows what, no step is further."""
    if step is None or heard.waiting or not heard.noted:
        return False
    return heard.step is None or step > heard.step


def gets_urgent(heard: Heard, priority: Priority | None) -> bool:
    """Whether it is urgent now and was told as something less."""
    return priority is Priority.URGENT and heard.told is not Priority.URGENT and heard.held is None


def same_ladder(watchlist: str, other: str | None, ladders: Ladders) -> bool:
    """Whether two watchlists know the same steps. One that is gone may have been this one by another name."""
    return other is None or other not in ladders or ladders[other] == ladders.get(watchlist)


def rank_for(watchlist: str, rank: int | None, other: str | None, ladders: Ladders) -> int | None:
    """The rank that a step of the `other` watchlist has in this one, by its name; None where none is called so."""
    if rank is None or other is None or same_ladder(watchlist, other, ladders):
        return rank
    names = {steps[rank] for steps in ladders[other] if rank < len(steps)}
    ranks = (steps.index(name) for steps in ladders.get(watchlist, ()) for name in names if name in steps)
    return max(ranks, default=None)


def loudest(priorities: Iterable[Priority]) -> Priority | None:
    """The loudest of some priorities; None where there are none."""
    return min(priorities, key=list(Priority).index, default=None)


def alert_due(priority: Priority, now: datetime, hold: timedelta) -> datetime:
    """When an alert goes out: held so that copies can join it, urgent ones at once."""
    return now if priority is Priority.URGENT else now + hold


_WEEKLY = 0  # Monday


def next_digest(rhythm: Rhythm, at: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """The next hour of a digest strictly after `now`, in UTC; None for instant subscriptions. Where the clock skips
    the hour it is the moment after the gap; where the hour comes twice it is the first."""
    if rhythm is Rhythm.INSTANT:
        return None
    if rhythm is Rhythm.HOURLY:
        return now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    hour, minute = map(int, at.split(":"))
    day = now.astimezone(zone).date()
    for ahead in range(9):
        date = day + timedelta(days=ahead)
        moment = datetime.combine(date, time(hour, minute), zone).astimezone(now.tzinfo)
        if moment > now and _rings(rhythm, date.weekday()):
            return moment
    raise AssertionError("no digest hour within nine days")


def _rings(rhythm: Rhythm, weekday: int) -> bool:
    match rhythm:
        case Rhythm.WEEKDAYS:
            return weekday < 5
        case Rhythm.WEEKLY:
            return weekday == _WEEKLY
        case _:
            return True


class Hush(StrEnum):
    """Why the entries of one poll raise no alerts: they go into a starting picture."""

    FIRST_LOOK = "first_look"
    LONG_GAP = "long_gap"
    FLOOD = "flood"


LONG_GAP = timedelta(days=3)
"""After so long without a good poll, what has piled up is a picture, not news."""

FLOOD_ENTRIES = 10
FLOOD_SHARE = 0.8
"""So many new entries, and so large a share of the document: the feed has renumbered or republished its items."""


def hush(first: datetime | None, last: datetime | None, now: datetime, *, new: int, listed: int) -> Hush | None:
    """Whether the new entries of a poll are to be quiet. `first` and `last` are the feed's successes before it."""
    if first is None or last is None:
        return Hush.FIRST_LOOK
    if now - last > LONG_GAP:
        return Hush.LONG_GAP
    if new >= FLOOD_ENTRIES and new >= FLOOD_SHARE * listed:
        return Hush.FLOOD
    return None


def after_quiet(moment: datetime, quiet: tuple[time, time] | None, zone: ZoneInfo) -> datetime:
    """`moment`, or the end of the quiet hours it falls into. Hours that end where they begin are none."""
    if quiet is None or quiet[0] == quiet[1]:
        return moment
    start, end = quiet
    clock = moment.astimezone(zone)
    inside = start <= clock.time() < end if start < end else clock.time() >= start or clock.time() < end
    if not inside:
        return moment
    date = clock.date() + timedelta(days=1 if start > end and clock.time() >= start else 0)
    # Where the clock runs through the end twice, it is the one that comes after `moment`.
    fold = clock.fold if date == clock.date() else 0
    return datetime.combine(date, end.replace(fold=fold), zone).astimezone(moment.tzinfo)
