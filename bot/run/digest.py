"""The third step: a subscription's hour has come. It writes the digest into the outbox and composes nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.errors import StoreError
from bot.log import get, stopwatch
from bot.model import DeliveryKind, Rhythm, Subscription
from bot.run.digesting import moved_since
from bot.run.engine import Configuration, Engine
from bot.run.waking import rest
from bot.store import chats, deliveries, stories, subscriptions
from bot.store.deliveries import Order
from bot.tell import next_digest

log = get(__name__)

AT_ONCE = 50
"""Subscriptions served in one visit."""

LATECOMERS = timedelta(minutes=5)
"""So far before the last digest the next one begins to look: a match carries the time its transaction began, and may
have been stored just after that digest was ordered. What was told is not told again, unless it moved."""


async def digest(engine: Engine) -> int:
    """Orders every digest that is due, each in one transaction with the subscription's next hour. Returns how many
    hours were served; an hour without news orders nothing."""
    # What is loaded anew meanwhile counts from the next visit on.
    config = engine.config
    async with engine.database.read() as connection:
        due = await subscriptions.due(connection, engine.clock(), AT_ONCE, config.settings.timezone)
    served = 0
    for subscription in due:
        try:
            await _one(engine, config, subscription, engine.clock())
            served += 1
        except StoreError:
            raise
        except Exception as error:
            # One bad thing stays one bad thing: its hour stays due, and the others have theirs.
            log.exception("step failed", subscription=subscription.id, reason=str(error))
    return served


async def _one(engine: Engine, config: Configuration, subscription: Subscription, now: datetime) -> None:
    where, zone, took = subscription.destination, ZoneInfo(subscription.timezone), stopwatch()
    due = subscription.due_at or now
    since, outcome = now, "nothing"
    async with engine.database.write() as connection:
        later = await rest(connection, config.settings, subscription, now)
        if later is not None:
            # Its window grows meanwhile.
            await subscriptions.set_next_digest(connection, subscription.id, later, subscription.since)
            return
        chat = await chats.get_chat(connection, where.chat)
        begin = subscription.since - LATECOMERS
        found = await stories.untold_since(
            connection, subscription.watchlist, where.chat, where.thread, begin, now, config.sources
        )
        # Told before, and news again: more outlets, a further step, a louder rule, a report that was changed.
        found += await moved_since(connection, config, subscription.watchlist, where, begin, now)
        if found or (chat is not None and chat.say_empty):
            # Keyed by the local time it was due: where the clocks go back, a day's hour that comes twice is one digest.
            period = due if subscription.rhythm is Rhythm.HOURLY else due.astimezone(zone)
            order = Order(
                key=f"digest:{subscription.id}:{period:%Y-%m-%dT%H:%M}",
                destination=where,
                kind=DeliveryKind.DIGEST,
                due_at=now,
                watchlist=subscription.watchlist,
                subscription_id=subscription.id,
                since=subscription.since,
                until=now,
            )
            outcome = "ordered"
            if await deliveries.order(connection, order, now, found) is None:
                # This hour's digest is ordered already: what it does not tell is left to the next one.
                since, outcome = subscription.since, "ordered before"
        following = next_digest(subscription.rhythm, subscription.at, zone, now)
        await subscriptions.set_next_digest(connection, subscription.id, following, since)
    log.info(
        "digest",
        subscription=subscription.id,
        chat=where.chat,
        watchlist=subscription.watchlist,
        stories=len(found),
        outcome=outcome,
        seconds=took(),
    )
