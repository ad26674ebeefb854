"""Gathers what a digest says besides its stories: steps, what moved, what was read, the week. It writes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.model import DeliveryKind, Destination, Step, Story
from bot.run.engine import Configuration
from bot.speech import gettext, language
from bot.store import AsyncConnection, coverage, spikes, stories
from bot.store import moved as store
from bot.store.steps import steps_of_stories
from bot.store.told import Told, last_told
from bot.story import sources
from bot.story.accounts import Account
from bot.story.chronicle import current_step
from bot.story.gathering import Gathered, gathered
from bot.story.record import merged, report_saying
from bot.story.spikes import counted_stories
from bot.tell.digests import Extras
from bot.tell.footer import Coverage
from bot.tell.moved import Before, News, news
from bot.tell.pictures import Series, VolumePlot
from bot.tell.policy import Ladders, rank_for
from bot.tell.sections import Caps
from bot.tell.steplist import Dated

PLOT_DAYS = 28
"""Days in the picture of a weekly digest: this week beside the three before it."""

PLOT_LABELS = 6
"""Labels in the picture, those with the most stories; more lines are not told apart."""


def caps_of(config: Configuration) -> Caps:
    """How much of a digest is shown."""
    wanted = config.settings.digests
    return Caps(wanted.stories, wanted.per_section, wanted.headlines)


async def extras_of(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str,
    found: Sequence[Story],
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    *,
    week: bool = False,
) -> Extras:
    """What a digest that somebody asks for says besides its stories, told or not; with the week's steps and picture
    where it is for a `week`."""
    extras = Extras(
        steps=await current_steps(connection, watchlist, found),
        coverage=await covered(connection, config, watchlist, since, until),
    )
    return await weekly(connection, config, watchlist, since, until, zone, extras) if week else extras


async def current_steps(connection: AsyncConnection, watchlist: str, found: Sequence[Story]) -> dict[int, Step]:
    """Each story's own step, by story; those without one are left out."""
    steps = await steps_of_stories(connection, watchlist, [story.id for story in found])
    current = {story.id: current_step(steps.get(story.id, ()), story) for story in found}
    return {story: step for story, step in current.items() if step is not None}


# --- what moved -----------------------------------------------------------------------------------------------------


async def moved_since(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str,
    where: Destination,
    since: datetime,
    until: datetime,
) -> list[int]:
    """The stories that something came into in the window, that this place was told of before it, and that have moved
    since they were told."""
    touched = await store.told_and_touched(connection, watchlist, where.chat, where.thread, since, until)
    if not touched:
        return []
    found = await stories.load_stories(connection, watchlist, touched, config.sources)
    told = await last_told(connection, touched, where.chat, where.thread)
    steps = await current_steps(connection, watchlist, found)
    moved = await news_of(connection, watchlist, found, told, steps, config.ladders())
    return sorted(moved)


async def news_of(
    connection: AsyncConnection,
    watchlist: str,
    found: Sequence[Story],
    told: Mapping[int, Told],
    steps: Mapping[int, Step],
    ladders: Ladders,
) -> dict[int, News]:
    """What is new in each story since it was told; stories never told, and those that have not moved, are left out. Of
    a story whose message is still to be composed nothing is new: that message will say it."""
    known = [story for story in found if story.id in told and not told[story.id].waiting]
    matched = await store.found_in(connection, watchlist, [story.id for story in known])
    result = {}
    for story in known:
        before = _before(told[story.id], watchlist, ladders)
        fresh = news(story, before, steps.get(story.id), matched.get(story.id, ()))
        if fresh is not None:
            result[story.id] = fresh
    return result


def _before(told: Told, watchlist: str, ladders: Ladders) -> Before:
    # What another watchlist told of the story counts other outlets; its steps are the same where they are called so.
    same = told.watchlist == watchlist
    loud = told.priority if same and told.kind is DeliveryKind.ALERT else None
    ranks = [rank_for(watchlist, rank, other, ladders) for other, rank in told.steps]
    step = max((rank for rank in ranks if rank is not None), default=None)
    return Before(told.outlets if same else 0, step, loud, told.at, noted=told.outlets > 0)


# --- what the window brought ----------------------------------------------------------------------------------------


async def covered(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str | None,
    since: datetime,
    until: datetime,
    *,
    where: Destination | None = None,
    told_here: Iterable[int] = (),
) -> Coverage:
    """What the window brought besides the stories that are told; `where` is the place whose earlier messages count. Of
    stories only where they are those of one watchlist."""
    read = await coverage.reading(connection, since, until)
    wait: Mapping[int, int] = {}
    kinds: list[DeliveryKind] = []
    if watchlist is not None:
        wait = await coverage.waiting(connection, watchlist, since, until, config.sources)
    if watchlist is not None and where is not None:
        touched = await store.told_and_touched(connection, watchlist, where.chat, where.thread, since, until)
        here = set(told_here)
        told = await last_told(connection, [story for story in touched if story not in here], where.chat, where.thread)
        kinds = [each.kind for each in told.values()]
    wanted = set(wait.values())
    return Coverage(
        alerted=kinds.count(DeliveryKind.ALERT),
        told=len(kinds) - kinds.count(DeliveryKind.ALERT),
        waiting=len(wait),
        wanted=wanted.pop() if len(wanted) == 1 else None,
        articles=read.articles,
        feed_only=read.feed_only,
        sources=read.sources,
        failing=tuple(config.sources[name].title if name in config.sources else name for name in read.failing),
    )


# --- the week -------------------------------------------------------------------------------------------------------


async def weekly(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
    extras: Extras,
) -> Extras:
    """With the week's steps and the picture of the last four weeks."""
    dated = await steps_between(connection, config, watchlist, since, until, zone)
    return replace(extras, dated=dated, picture=await volume_plot(connection, config, watchlist, until, zone))


async def steps_between(
    connection: AsyncConnection,
    config: Configuration,
    watchlist: str,
    since: datetime,
    until: datetime,
    zone: ZoneInfo,
) -> list[Dated]:
    """The steps of the window's stories by date, from its first day in the reader's zone on, each with the best report
    that says so; told or not. Stories that tell of one event are one line."""
    found = await stories.stories_between(connection, watchlist, since, until, config.sources)
    steps = await current_steps(connection, watchlist, found)
    # A step ahead of the window, or long before it, is no step of this week. Tokyo is ahead of UTC's days.
    first, last = since.astimezone(zone).date().isoformat(), (until + timedelta(hours=14)).date().isoformat()
    by_id = {story.id: story for story in found}
    accounts = []
    for story_id, step in steps.items():
        report = report_saying(step, by_id[story_id])
        accounts.append(Account(step, story_id, report.article_id, report.article, report.first_seen))
    dated = [_dated(one, by_id) for one in gathered(accounts)]
    return sorted(
        (each for each in dated if first[: len(each.step.date)] <= each.step.date <= last),
        key=lambda each: (each.step.date, each.step.rank, each.report.article_id),
    )


def _dated(one: Gathered, by_id: Mapping[int, Story]) -> Dated:
    """The accounts of one event as a line: what the best of them says, and how many publishers have it."""
    best = min(one.accounts, key=lambda account: (account.tier, account.moment, account.article_id))
    labels = merged(account.step.labels for account in (best, *one.accounts))
    step = replace(best.step, date=one.date, date_from=one.date_from, labels=labels)
    outlets = {name for account in one.accounts for name in sources(by_id[account.story])}
    return Dated(step, report_saying(best.step, by_id[best.story]), len(outlets))


async def volume_plot(
    connection: AsyncConnection, config: Configuration, watchlist: str, until: datetime, zone: ZoneInfo
) -> VolumePlot | None:
    """How many stories a day each label of the grouping concept had in the last four weeks, by the reader's days; the
    labels with the most. None where there was nothing."""
    card = config.card(watchlist)
    last = until.astimezone(zone).date()
    days = [last - timedelta(days=back) for back in range(PLOT_DAYS - 1, -1, -1)]
    begin = until - timedelta(days=PLOT_DAYS + 1)
    sightings, _ = await spikes.sightings(connection, watchlist, begin, config.sources)
    place = {day: at for at, day in enumerate(days)}
    counts: dict[str, list[int]] = {}
    for (concept, label), moments in counted_stories(sightings, until).items():
        if concept != card.group_by:
            continue
        for moment in moments.values():
            at = place.get(min(moment, until).astimezone(zone).date())
            if at is not None:
                counts.setdefault(label, [0] * len(days))[at] += 1
    if not counts:
        return None
    most = sorted(counts.items(), key=lambda item: (-sum(item[1]), item[0]))[:PLOT_LABELS]
    series = tuple(
        Series(card.label_names.get((card.group_by or "", label), label), tuple(each)) for label, each in most
    )
    return VolumePlot(
        gettext("{title}: stories a day").format(title=card.title),
        tuple(day.isoformat() for day in days),
        series,
        language(),
    )
