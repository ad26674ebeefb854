"""What a clock that was ahead has written, when the clock is right again; on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

from rows import ANALYST, MINUTE, a_feed, a_page
from sqlalchemy import select

from bot.model import DeliveryKind, Rhythm
from bot.store import chats, deliveries, subscriptions, tables
from bot.store.ahead import recall
from bot.store.database import Database
from bot.store.deliveries import Order

DAY = timedelta(days=1)


async def _written(database: Database, then: datetime) -> None:
    """A feed, a page, a subscription and an order of that time, each due a little later."""
    async with database.write() as connection:
        feed_id = await a_feed(connection, then)
        await a_page(connection, feed_id, 1, then)
        later = then + 10 * MINUTE
        await connection.execute(tables.feeds.update().values(last_polled=then, due_at=later))
        await connection.execute(tables.pages.update().values(due_at=later))
        await chats.upsert_chat(connection, ANALYST.chat, kind="private", title="", role="reader", now=then)
        await subscriptions.subscribe(
            connection, ANALYST, "japan", rhythm=Rhythm.DAILY, at="07:30", now=then, due_at=then + DAY
        )
        order = Order("alert:1", ANALYST, DeliveryKind.ALERT, later, "japan")
        await deliveries.order(connection, order, then, [])


async def _due(database: Database) -> list[datetime]:
    async with database.read() as connection:
        queries = [
            select(table.c.due_at) for table in (tables.feeds, tables.pages, tables.deliveries, tables.subscriptions)
        ]
        return [due for query in queries for due in await connection.scalars(query)]


async def test_hours_that_a_clock_gave_that_was_ahead_are_over(database: Database, now: datetime) -> None:
    await _written(database, now + 400 * DAY)
    async with database.write() as connection:
        await recall(connection, now, "Asia/Jakarta")
    # Half past seven in Jakarta: the noon of `now` is over.
    assert await _due(database) == [now, now, now, now.replace(hour=0, minute=30, second=0) + DAY]
    async with database.read() as connection:
        assert await connection.scalar(select(tables.subscriptions.c.since)) == now


async def test_hours_that_a_clock_gave_that_was_right_stay(database: Database, now: datetime) -> None:
    await _written(database, now - MINUTE)
    before = await _due(database)
    async with database.write() as connection:
        await recall(connection, now, "Asia/Jakarta")
    assert await _due(database) == before
