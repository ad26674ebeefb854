"""Queries about the volume of labels and the alarms about it. What is unusual is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Source
from bot.store.database import insert
from bot.store.tables import articles, entries, feeds, matches, pages, spikes
from bot.story.record import family
from bot.story.spikes import Label, Sighting

MOST = 100_000
"""Matches looked at in one go, the newest: some seconds of work and about a hundred megabytes."""

_PART = 500

_LOCK = 0x7370696B
"""A number of our own among PostgreSQL's advisory locks."""

_AHEAD = timedelta(hours=1)
"""So long before it is matched an article may be dated later than it was first seen; publishers' clocks are ahead by
ten minutes at most when it is stored."""


async def sightings(
    connection: AsyncConnection, watchlist: str, since: datetime, sources: Mapping[str, Source]
) -> tuple[list[Sighting], bool]:
    """The articles that the watchlist's rules matched since then, newest first, and whether these are all: no more
    than `MOST` are read. What a first look or a flood brought is left out where nothing says when it was published."""
    query = _sightings(watchlist).where(matches.c.created_at >= since - _AHEAD)
    newest = await _read(connection, query.order_by(matches.c.created_at.desc()).limit(MOST), sources)
    return newest, len(newest) < MOST


def _sightings(watchlist: str) -> Select[Any]:
    listed = (
        select(func.min(feeds.c.first_success))
        .join(entries, entries.c.feed_id == feeds.c.id)
        .where(entries.c.page_id == articles.c.page_id)
        .scalar_subquery()
        .label("listed")
    )
    return (
        select(
            articles.c.story_id, articles.c.source, articles.c.url, articles.c.published, articles.c.first_seen,
            matches.c.rule, matches.c.version, matches.c.min_sources, matches.c.labels, matches.c.created_at, listed,
        )
        .join(articles, articles.c.id == matches.c.article_id)
        .join(pages, pages.c.id == articles.c.page_id)
        .where(
            matches.c.watchlist == watchlist,
            articles.c.story_id.is_not(None),
            or_(~pages.c.quiet, and_(articles.c.published.is_not(None), articles.c.published_from != "seen")),
        )
    )  # fmt: skip


async def _read(connection: AsyncConnection, query: Select[Any], sources: Mapping[str, Source]) -> list[Sighting]:
    found: list[Sighting] = []
    # A part at a time, so that others have their turn between two of them.
    async with connection.stream(query) as result:
        async for part in result.partitions(_PART):
            found += [_sighting(row, sources) for row in part]
    return found


def _sighting(row: Row[Any], sources: Mapping[str, Source]) -> Sighting:
    return Sighting(
        row.story_id,
        row.rule,
        row.version,
        row.min_sources,
        {concept: tuple(names) for concept, names in row.labels.items()},
        family(sources.get(row.source) or Source(row.source, row.source), row.url),
        row.created_at,
        row.published or row.first_seen,
        row.listed,
    )


async def first_match(connection: AsyncConnection, watchlist: str, rules: Iterable[str]) -> datetime | None:
    """When one of these rules of the watchlist first matched anything that is still known: of a watchlist that took the
    name of another one the rules are new."""
    query = select(matches.c.created_at).where(matches.c.watchlist == watchlist, matches.c.rule.in_(list(rules)))
    found: datetime | None = await connection.scalar(query.order_by(matches.c.created_at).limit(1))
    return found


async def rule_since(
    connection: AsyncConnection, watchlist: str, rule: str, version: str, until: datetime
) -> datetime | None:
    """When a rule first matched with the meaning it has, where that was before `until`."""
    meaning = (matches.c.watchlist == watchlist) & (matches.c.rule == rule) & (matches.c.version == version)
    query = select(matches.c.created_at).where(meaning, matches.c.created_at < until)
    found: datetime | None = await connection.scalar(query.order_by(matches.c.created_at).limit(1))
    return found


async def saw_anything(connection: AsyncConnection, since: datetime, until: datetime) -> bool:
    """Whether the bot first saw any article in this time: else it did not run, or had no way out."""
    inside: ColumnElement[bool] = (articles.c.first_seen > since) & (articles.c.first_seen <= until)
    return bool(await connection.scalar(select(exists(select(articles.c.id).where(inside)))))


async def last_spikes(connection: AsyncConnection, watchlist: str) -> dict[Label, datetime]:
    """When readers were last told of each label's volume."""
    latest = func.max(spikes.c.at, type_=spikes.c.at.type)
    query = select(spikes.c.concept, spikes.c.label, latest.label("at")).where(spikes.c.watchlist == watchlist)
    rows = await connection.execute(query.group_by(spikes.c.concept, spikes.c.label))
    return {(row.concept, row.label): row.at for row in rows}


async def record_spike(
    connection: AsyncConnection, watchlist: str, label: Label, count: int, usual: float, now: datetime
) -> int:
    """Notes that readers are told of a label's volume; returns the note's id."""
    concept, name = label
    statement = insert(connection, spikes).values(
        watchlist=watchlist, concept=concept, label=name, count=count, usual=usual, at=now
    )
    return int((await connection.execute(statement.returning(spikes.c.id))).scalar_one())


async def take_turns(connection: AsyncConnection) -> None:
    """Waits until no other node decides about spikes: of two that look at once, the second must see what the first has
    told. SQLite's writers take turns anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
