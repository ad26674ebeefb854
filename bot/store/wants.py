"""What of a watchlist a subscription wants, and where it is told. It decides nothing and sends nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryStatus, Wants
from bot.store.tables import articles, deliveries, matches, subscriptions


async def set_wants(connection: AsyncConnection, subscription_id: int, wants: Wants) -> None:
    """Writes down what a subscription wants from now on, all of it."""
    change = update(subscriptions).where(subscriptions.c.id == subscription_id)
    await connection.execute(
        change.values(
            labels=list(wants.labels) or None,
            urgent_only=wants.urgent_only,
            languages=list(wants.languages) or None,
            tier=wants.tier,
            silent=wants.silent,
        )
    )


async def move(connection: AsyncConnection, subscription_id: int, thread: int) -> bool:
    """Tells a subscription in another topic of its chat from now on. False where that topic follows the watchlist
    already."""
    theirs = subscriptions.alias()
    there = exists().where(
        theirs.c.chat_id == subscriptions.c.chat_id,
        theirs.c.watchlist == subscriptions.c.watchlist,
        theirs.c.thread_id == thread,
    )
    change = update(subscriptions).where(subscriptions.c.id == subscription_id, ~there)
    moved = await connection.execute(change.values(thread_id=thread).returning(subscriptions.c.id))
    if moved.first() is None:
        return False
    waiting = (deliveries.c.subscription_id == subscription_id) & (deliveries.c.status == DeliveryStatus.PENDING)
    await connection.execute(update(deliveries).where(waiting).values(thread_id=thread))
    return True


@dataclass(frozen=True, slots=True)
class Seen:
    """A story of a watchlist, and when its first report of a window was seen. It counts only where so many publishers
    have it."""

    watchlist: str
    story: int
    at: datetime
    min_sources: int


async def matched_stories(connection: AsyncConnection, since: datetime, until: datetime) -> list[Seen]:
    """The stories that a matching report came into in the window, each once for each of its watchlists."""
    query = (
        select(
            matches.c.watchlist,
            articles.c.story_id,
            func.min(articles.c.first_seen).label("at"),
            func.min(matches.c.min_sources).label("min_sources"),
        )
        .join(articles, matches.c.article_id == articles.c.id)
        .where(articles.c.story_id.is_not(None), articles.c.first_seen > since, articles.c.first_seen <= until)
        .group_by(matches.c.watchlist, articles.c.story_id)
        .order_by(matches.c.watchlist, articles.c.story_id)
    )
    rows = await connection.execute(query)
    return [Seen(row.watchlist, row.story_id, row.at, row.min_sources) for row in rows]
