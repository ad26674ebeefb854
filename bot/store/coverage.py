"""Counts of what a window brought, for the last lines of a digest. It judges nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Basis, Rhythm, Source
from bot.store import stories
from bot.store.tables import articles, deliveries, feeds, matches, subscriptions


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read in a window: `articles`, `feed_only` of them known by the feed's text alone; how many `sources` are
    asked now, and the names of those with a feed that could not be read when it was last asked."""

    articles: int
    feed_only: int
    sources: int
    failing: tuple[str, ...]


async def reading(connection: AsyncConnection, since: datetime, until: datetime) -> Reading:
    """What was first seen in the window, whether anything matched it or not."""
    inside = (articles.c.first_seen > since) & (articles.c.first_seen <= until)
    by_feed = func.coalesce(func.sum(case((articles.c.basis == Basis.FEED, 1), else_=0)), 0)
    total, feed_only = (await connection.execute(select(func.count(), by_feed).where(inside))).one()
    worst = select(feeds.c.source, func.max(feeds.c.failures).label("failures")).where(feeds.c.active)
    rows = (await connection.execute(worst.group_by(feeds.c.source).order_by(feeds.c.source))).all()
    return Reading(int(total), int(feed_only), len(rows), tuple(row.source for row in rows if row.failures))


async def waiting(
    connection: AsyncConnection, watchlist: str, since: datetime, until: datetime, sources: Mapping[str, Source]
) -> dict[int, int]:
    """Stories that rules matched in the window and that too few publishers have for any of them: how many the least
    demanding rule wants, by story."""
    query = (
        select(articles.c.story_id, func.min(matches.c.min_sources).label("wanted"))
        .join(matches, matches.c.article_id == articles.c.id)
        .where(
            matches.c.watchlist == watchlist,
            matches.c.created_at > since,
            matches.c.created_at <= until,
            articles.c.story_id.is_not(None),
        )
        .group_by(articles.c.story_id)
    )
    wanted = {row.story_id: row.wanted for row in await connection.execute(query) if row.wanted > 1}
    counted = {story.id for story in await stories.load_stories(connection, watchlist, sorted(wanted), sources)}
    return {story: number for story, number in wanted.items() if story not in counted}


async def rhythm_of(connection: AsyncConnection, delivery_id: int) -> Rhythm | None:
    """The rhythm of the subscription that a delivery is for; None where it is for none, or the subscription is gone."""
    query = (
        select(subscriptions.c.rhythm)
        .join(deliveries, deliveries.c.subscription_id == subscriptions.c.id)
        .where(deliveries.c.id == delivery_id)
    )
    found = await connection.scalar(query)
    return None if found is None else Rhythm(found)
