"""Tries a watchlist, or a new version of it, on the archive: what it would have matched and told.

read the archive | judge (2 processes) | group into stories | count | look for what alone causes the hits | samples
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.run.engine import Configuration
from bot.run.trial import causes, grouping, reading, samples
from bot.run.trial.desk import Desk, Progress
from bot.run.trial.exclusions import exclusions
from bot.run.trial.outcome import Tried, Version
from bot.run.trial.pool import Workers
from bot.run.trial.reading import Gathered
from bot.run.trial.work import Met
from bot.store import archive, feedback
from bot.store.database import Database
from bot.story.change import change
from bot.story.trial import Counts, Hit, RuleFacts, Span, count
from bot.watch.trial import Files, Listed, Side, wording


async def try_rules(
    config: Configuration,
    files: Files,
    database: Database,
    watchlist: str,
    since: datetime,
    until: datetime,
    *,
    progress: Progress = lambda what, done, total: None,
) -> Tried:
    """What the watchlist, and its new version where `files` has one, would have matched from `since` to `until`.
    Raises ConfigErrors, StoreError, WorkerError."""
    sides = await asyncio.to_thread(files.sides)
    async with database.read() as connection:
        stretch = await archive.stretch(connection, since, until)
        verdicts = await feedback.verdicts(connection, watchlist, since)
    async with Workers(files, config.sources) as workers:
        desk = Desk(database, workers, sides, progress)
        gathered = await reading.gather(desk, stretch)
        stories, estimated = await grouping.group(desk, gathered.met, config.settings.stories.window)
        early = await reading.early(desk, gathered.met, stories, since)
        span = Span(max(since, stretch.earliest), until, ZoneInfo(config.settings.timezone))
        facts = [_facts(side) for side in sides]
        counts = [
            count(
                [*_hits(gathered.met, stories, side), *_hits(early, stories, side, early=True)], rules, span, verdicts
            )
            for side, rules in enumerate(facts)
        ]
        versions = await _versions(desk, gathered, facts, counts, verdicts)
        compared = change(counts[0], counts[1], facts[0], facts[1]) if len(sides) > 1 else None
        added, dropped = ((), ()) if compared is None else await samples.of_change(desk, compared, versions, stories)
    return Tried(
        watchlist=watchlist,
        asked=since,
        span=span,
        articles=gathered.articles,
        languages=gathered.languages,
        before=versions[0],
        after=versions[1] if len(sides) > 1 else None,
        change=compared,
        added=added,
        dropped=dropped,
        estimated=estimated,
    )


def _facts(side: Side) -> tuple[RuleFacts, ...]:
    return tuple(
        RuleFacts(rule.name, rule.priority, rule.min_sources, wording(rule), side.meaning(rule))
        for rule in side.watchlist.rules
    )


def _hits(met: Iterable[Met], stories: Mapping[int, int], side: int, *, early: bool = False) -> list[Hit]:
    return [
        Hit(each.id, stories[each.id], each.first_seen, each.family, each.answers[side], early)
        for each in met
        if each.answers[side]
    ]


async def _versions(
    desk: Desk,
    gathered: Gathered,
    facts: Sequence[tuple[RuleFacts, ...]],
    counts: Sequence[Counts],
    verdicts: Mapping[int, tuple[int, int]],
) -> list[Version]:
    """The sides with their dead terms, dominant terms, words to exclude, and samples."""
    dominant = await causes.dominant(desk, gathered.causes, counts)
    excluded = await exclusions(desk, counts, verdicts)
    shown = await samples.of_rules(desk, facts, counts)
    return [
        Version(
            title=side.watchlist.title,
            rules=facts[number],
            counts=counts[number],
            dead=_dead(side, gathered),
            dominant=dominant[number],
            samples=shown[number],
            exclusions=excluded[number],
        )
        for number, side in enumerate(desk.sides)
    ]


def _dead(side: Side, gathered: Gathered) -> tuple[Listed, ...]:
    """The listed terms that no article has, of the languages that there are articles of."""
    name = side.watchlist.name
    return tuple(
        listed
        for number, listed in enumerate(side.listed)
        if (name, number) not in gathered.terms
        and (gathered.languages[listed.language] if listed.language else gathered.articles)
    )
