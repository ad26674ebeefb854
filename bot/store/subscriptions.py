"""Subscriptions of chats to watchlists. It composes no digest and sends nothing.

Each function works on a connection of `Database.read()` or `Database.write()`, so that callers compose transactions.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryStatus, Destination, Rhythm, Subscription, Wants
from bot.store.chats import ChatState
from bot.store.database import insert
from bot.store.tables import chats, deliveries, subscriptions


async def subscribe(
    connection: AsyncConnection,
    destination: Destination,
    watchlist: str,
    *,
    rhythm: Rhythm,
    at: str,
    now: datetime,
    due_at: datetime | None,
    timezone: str = "UTC",
) -> Subscription:
    """The subscription: the one there is, unchanged, or else a new one that counts from `now`. The chat must have been
    let in, else IntegrityError. `timezone` is for chats that set none."""
    place = {"chat_id": destination.chat, "thread_id": destination.thread, "watchlist": watchlist}
    statement = insert(connection, subscriptions).values(**place, rhythm=rhythm, at=at, since=now, due_at=due_at)
    await connection.execute(statement.on_conflict_do_nothing(index_elements=list(place)))
    query = _subscriptions(timezone).where(_at(destination), subscriptions.c.watchlist == watchlist)
    return _subscription((await connection.execute(query)).one())


async def unsubscribe(connection: AsyncConnection, destination: Destination, watchlist: str) -> bool:
    """Ends a subscription, and what it has not been told yet. False where there was none. What was sent stays in the
    ledger."""
    here = _at(destination) & (subscriptions.c.watchlist == watchlist)
    gone = select(subscriptions.c.id).where(here)
    waiting = deliveries.c.subscription_id.in_(gone) & (deliveries.c.status == DeliveryStatus.PENDING)
    over = {"status": DeliveryStatus.CANCELLED, "due_at": None, "error": "unsubscribed"}
    await connection.execute(update(deliveries).where(waiting).values(**over))
    return (
        await connection.execute(delete(subscriptions).where(here).returning(subscriptions.c.id))
    ).first() is not None


async def set_rhythm(
    connection: AsyncConnection,
    subscription_id: int,
    *,
    rhythm: Rhythm,
    at: str,
    since: datetime,
    due_at: datetime | None,
) -> None:
    """Changes how a subscription is told, from `since` on; `due_at` is its next digest, None for instant."""
    await connection.execute(
        update(subscriptions)
        .where(subscriptions.c.id == subscription_id)
        .values(rhythm=rhythm, at=at, since=since, due_at=due_at)
    )


async def of(connection: AsyncConnection, where: Destination | int, timezone: str = "UTC") -> list[Subscription]:
    """What one destination, or a whole chat with all its topics, subscribes to, by topic and name."""
    here = _at(where) if isinstance(where, Destination) else subscriptions.c.chat_id == where
    query = _subscriptions(timezone).where(here)
    return await _all(connection, query.order_by(subscriptions.c.thread_id, subscriptions.c.watchlist))


async def subscribers_of(connection: AsyncConnection, watchlist: str, timezone: str = "UTC") -> list[Subscription]:
    """Who is to be told about a watchlist: subscriptions of active chats, oldest first."""
    query = _subscriptions(timezone).where(subscriptions.c.watchlist == watchlist, chats.c.state == ChatState.ACTIVE)
    return await _all(connection, query.order_by(subscriptions.c.id))


async def due(connection: AsyncConnection, now: datetime, limit: int, timezone: str = "UTC") -> list[Subscription]:
    """The subscriptions of active chats whose digest hour has come, longest waiting first, at most `limit`."""
    query = _subscriptions(timezone).where(subscriptions.c.due_at <= now, chats.c.state == ChatState.ACTIVE)
    return await _all(connection, query.order_by(subscriptions.c.due_at, subscriptions.c.id).limit(limit))


async def set_next_digest(
    connection: AsyncConnection, subscription_id: int, due_at: datetime | None, since: datetime
) -> None:
    """Writes a digest off: the next one is due at `due_at` and tells what came after `since`."""
    change = update(subscriptions).where(subscriptions.c.id == subscription_id)
    await connection.execute(change.values(due_at=due_at, since=since))


def _at(destination: Destination) -> Any:
    return (subscriptions.c.chat_id == destination.chat) & (subscriptions.c.thread_id == destination.thread)


def _subscriptions(timezone: str) -> Select[Any]:
    zone = func.coalesce(chats.c.timezone, timezone).label("timezone")
    return select(subscriptions, zone, chats.c.quiet).join(chats, chats.c.id == subscriptions.c.chat_id)


async def _all(connection: AsyncConnection, query: Select[Any]) -> list[Subscription]:
    rows: Sequence[Row[Any]] = (await connection.execute(query)).all()
    return [_subscription(row) for row in rows]


def _subscription(row: Row[Any]) -> Subscription:
    return Subscription(
        id=row.id,
        destination=Destination(row.chat_id, row.thread_id),
        watchlist=row.watchlist,
        rhythm=Rhythm(row.rhythm),
        since=row.since,
        at=row.at,
        timezone=row.timezone,
        due_at=row.due_at,
        wants=Wants(tuple(row.labels or ()), row.urgent_only, tuple(row.languages or ()), row.tier, row.silent),
        quiet=row.quiet,
    )
