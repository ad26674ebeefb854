"""Forgets what is old, a little at a time, beside a running bot. It decides nothing but what the settings say."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta

from bot.log import get
from bot.run.engine import Engine
from bot.settings import Settings
from bot.store import AsyncConnection, facts, hours, retention
from bot.store.lines import FORGET
from bot.store.retention import START, Place
from bot.story.shorten import shortened

log = get(__name__)

CHUNK = 200
"""Articles let go of in one transaction: some milliseconds on SQLite, where readers of pages wait meanwhile."""

SKETCHES = 20
"""Articles whose sketches go in one transaction: each has hundreds of rows."""

MARGIN = timedelta(days=7)
"""So long after no window reaches an article its sketches stay, for windows that are made a little longer."""

FACTS = timedelta(days=180)
"""How long the facts of an article are kept at least: how common a fact is, is counted over some thousand articles,
and of a quiet watchlist these lie far back."""

EVERY = timedelta(hours=24)

FACT = "retention"
"""When it was last done, and up to which id entries were looked at."""

Look = Callable[[AsyncConnection, datetime, int, Place], Awaitable[list[Place]]]
LetGo = Callable[[AsyncConnection, Collection[int]], Awaitable[object]]


async def forget(engine: Engine, *, if_due: bool = False) -> dict[str, int]:
    """Forgets all that is older than the settings keep it; returns how much of what. With `if_due` only where that was
    not done within a day. Raises StoreError."""
    now, settings = engine.clock(), engine.config.settings
    async with engine.database.read() as connection:
        last, entry = _known(await facts.get_fact(connection, FACT))
    if if_due and last is not None and now - last < EVERY:
        return {}
    gone: Counter[str] = Counter()
    keep, matched = settings.retention.articles, settings.retention.matched
    if keep is not None:
        unmatched = retention.old_unmatched
        gone["articles"] = await _walk(engine, now - keep, CHUNK, unmatched, retention.forget_articles)
        gone["entries"], entry = await _entries(engine, now - keep, entry)
    if matched is not None:
        # A text that copies are still compared with is never shortened.
        before = now - max(matched, reach(settings))
        gone["texts"] = await _shorten(engine, before)
    before = now - reach(settings) - MARGIN
    gone["sketches"] = await _walk(engine, before, SKETCHES, retention.old_sketches, retention.forget_sketches)
    before = min(before, now - FACTS)
    gone["facts"] = await _walk(engine, before, CHUNK, retention.old_facts, retention.forget_facts)
    gone["lines"] = await _lines(engine, now - FORGET)
    async with engine.database.write() as connection:
        await hours.forget_mutes(connection, now)
        await facts.set_fact(connection, FACT, [now.isoformat(), entry], now)
    return dict(gone)


def reach(settings: Settings) -> timedelta:
    """The age from which on an article is compared with no new one."""
    return max(settings.stories.copies, settings.stories.window)


async def _walk(engine: Engine, before: datetime, size: int, look: Look, let_go: LetGo) -> int:
    """Lets go of all that `look` finds, `size` articles in one transaction."""
    after, number = START, 0
    while True:
        async with engine.database.read() as connection:
            found = await look(connection, before, size, after)
        if found:
            async with engine.database.write() as connection:
                await let_go(connection, [place.id for place in found])
            number += len(found)
        if len(found) < size:
            return number
        after = found[-1]


async def _entries(engine: Engine, before: datetime, after: int) -> tuple[int, int]:
    """Drops the texts of old entries without an article, from the id where the last walk ended; returns how many, and
    where this one ended. (Entries with one lose theirs together with it.)"""
    number = 0
    while True:
        async with engine.database.read() as connection:
            found, last = await retention.old_entries(connection, before, CHUNK, after)
        if found:
            async with engine.database.write() as connection:
                await retention.forget_entries(connection, found)
            number += len(found)
        if last is None:
            return number, after
        after = last


async def _shorten(engine: Engine, before: datetime) -> int:
    """Shortens old matched articles. What stays of them is found before the transaction begins: parting sentences
    takes longer than storing them."""
    after, number = START, 0
    while True:
        async with engine.database.read() as connection:
            found = await retention.old_full_texts(connection, before, SKETCHES, after)
            texts = await retention.full_texts(connection, [place.id for place in found])
        kept = []
        for text in texts:
            kept.append(shortened(text.article, [match for _, match in text.matches]))
            await asyncio.sleep(0)
        if texts:
            async with engine.database.write() as connection:
                for text, short in zip(texts, kept, strict=True):
                    await retention.shorten(connection, text, short.lead, short.paragraphs, short.evidence)
            number += len(texts)
        if len(found) < SKETCHES:
            return number
        after = found[-1]


async def _lines(engine: Engine, before: datetime) -> int:
    """Drops the lines that no page prints any more, source by source."""
    async with engine.database.read() as connection:
        sources = await retention.sources_of_old_lines(connection, before)
    number = 0
    for source in sources:
        async with engine.database.write() as connection:
            number += await retention.forget_lines(connection, source, before)
    return number


def _known(fact: object) -> tuple[datetime | None, int]:
    match fact:
        case [str() as moment, int() as entry]:
            return datetime.fromisoformat(moment), entry
    return None, 0
