"""The third step: a subscription's hour has come. It writes the digest into the outbox and composes nothing."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.log import get
from bot.model import DeliveryKind, Subscription
from bot.run.engine import Engine
from bot.store import chats, deliveries, stories
from bot.store.deliveries import Order
from bot.tell import next_digest

log = get(__name__)

AT_ONCE = 50
"""Subscriptions served in one visit."""


async def digest(engine: Engine) -> int:
    """Orders every digest that is due, each in one transaction with the subscription's next hour. Returns how many
    hours were served; an hour without news orders nothing."""
    zone = engine.config.settings.timezone
    async with engine.database.read() as connection:
        due = await chats.due_subscriptions(connection, engine.clock(), AT_ONCE, zone)
    for subscription in due:
        await _one(engine, subscription, engine.clock())
    return len(due)


async def _one(engine: Engine, subscription: Subscription, now: datetime) -> None:
    where, zone = subscription.destination, ZoneInfo(subscription.timezone)
    due = subscription.due_at or now
    async with engine.database.write() as connection:
        found = await stories.untold_since(
            connection, subscription.watchlist, where.chat, where.thread, subscription.since, now
        )
        if found:
            # Keyed by the local time it was due: where the clocks go back, an hour that comes twice is one digest.
            order = Order(
                key=f"digest:{subscription.id}:{due.astimezone(zone):%Y-%m-%dT%H:%M}",
                destination=where,
                kind=DeliveryKind.DIGEST,
                due_at=now,
                watchlist=subscription.watchlist,
                subscription_id=subscription.id,
                since=subscription.since,
                until=now,
            )
            await deliveries.order(connection, order, now, found)
        following = next_digest(subscription.rhythm, subscription.at, zone, now)
        await chats.set_next_digest(connection, subscription.id, following, now)
    log.info("digest", chat=where.chat, watchlist=subscription.watchlist, stories=len(found))
