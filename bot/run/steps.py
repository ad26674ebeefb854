"""Which steps an article reports, stored beside its matches. It decides none: that is the story room's business.

Articles are read for steps as they come. Those stored before there were steps, or before a watchlist's concepts of
them were changed, are read by `backfill_steps`, a few at a time.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.model import Article, Match, Step
from bot.run.engine import Configuration
from bot.store import AsyncConnection, facts
from bot.store.database import Database
from bot.store.steps import Unread, last_article, save_steps, save_steps_of, unchanged, unread
from bot.story.steps import find_steps
from bot.watch import Watchlist
from bot.watch.rules import digest

FACT = "steps"
"""By watchlist: by which words its articles were read for steps, up to which id, and up to which they are to be."""

READING = 6
"""Raised when sentences are read in another way: then all articles are read again."""

BATCH = 50
"""Articles of one transaction. Each takes some milliseconds to read, and others have their turn in between."""


async def record_steps(
    connection: AsyncConnection,
    config: Configuration,
    article_id: int,
    article: Article,
    first_seen: datetime,
    found: Sequence[Match],
    now: datetime,
) -> None:
    """Stores the article's steps in place of those it had: none where nothing matches any more. An article without a
    printed date is of the day when it was first seen."""
    await save_steps(connection, article_id, find_steps(_dated(article, first_seen), found, config.watchlists), now)


def _dated(article: Article, first_seen: datetime) -> Article:
    return article if article.published is not None else replace(article, published=first_seen)


# --- articles of before -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Progress:
    """How far a watchlist's articles were read by the words whose hash is `version`: up to the id `done` of `until`."""

    version: str
    done: int
    until: int


async def read_archive(
    database: Database, config: Configuration, clock: Callable[[], datetime], said: Callable[[int], None] | None = None
) -> int:
    """Reads all that `backfill_steps` would, batch by batch; how many articles. `said` hears how many after each. Does
    nothing but a query where there is nothing to do. Raises StoreError."""
    number = 0
    while read := await backfill_steps(database, config, clock(), BATCH):
        number += read
        if said is not None:
            said(number)
    return number


async def backfill_steps(database: Database, config: Configuration, now: datetime, limit: int = BATCH) -> int:
    """Reads the next stored articles for steps that were not read by today's words, at most `limit` of one watchlist;
    how many. 0 means that none is left. May be stopped at any time, and called from several processes. Raises
    StoreError."""
    for name, watchlist in config.watchlists.lists.items():
        while (progress := await _begin(database, watchlist, now)) is not None:
            async with database.read() as connection:
                found, done = await unread(connection, name, progress.done, progress.until, limit, config.sources)
            steps = [await _steps(config, one, name) for one in found]
            async with database.write() as connection:
                same = await unchanged(connection, found)
                for one, listed in zip(found, steps, strict=True):
                    if one.id in same:
                        await save_steps_of(connection, name, one.id, listed, now)
                await _note(connection, name, replace(progress, done=done), now)
            if found:
                return len(found)
    return 0


async def _steps(config: Configuration, one: Unread, watchlist: str) -> list[Step]:
    # Reading sentences takes milliseconds: whoever waits for the loop has a turn first.
    await asyncio.sleep(0)
    return find_steps(_dated(one.article, one.first_seen), one.matches, config.watchlists).get(watchlist, [])


async def _begin(database: Database, watchlist: Watchlist, now: datetime) -> _Progress | None:
    """Where to go on with a watchlist; None where all of it is read."""
    version = _version(watchlist)
    async with database.read() as connection:
        known = _known(await facts.get_fact(connection, FACT)).get(watchlist.name)
        last = await last_article(connection)
    if known is None and not version:
        return None
    if known is None or known.version != version:
        known = _Progress(version, 0, last)
        async with database.write() as connection:
            await _note(connection, watchlist.name, known, now)
    return known if known.done < known.until else None


def _version(watchlist: Watchlist) -> str:
    """A hash of what a watchlist's steps are found by, and their order; empty where it has none."""
    concepts = [[digest(concept), list(concept.labels)] for concept in watchlist.concepts.values() if concept.steps]
    return hashlib.sha256(json.dumps([READING, concepts]).encode()).hexdigest()[:16] if concepts else ""


async def _note(connection: AsyncConnection, watchlist: str, progress: _Progress, now: datetime) -> None:
    known = _known(await facts.get_fact(connection, FACT)) | {watchlist: progress}
    value = {name: [one.version, one.done, one.until] for name, one in known.items()}
    await facts.set_fact(connection, FACT, value, now)


def _known(fact: object) -> dict[str, _Progress]:
    known: dict[str, _Progress] = {}
    for name, one in fact.items() if isinstance(fact, dict) else ():
        match one:
            case [str() as version, int() as done, int() as until]:
                known[name] = _Progress(version, done, until)
    return known
