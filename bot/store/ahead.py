"""What a clock that was ahead has left behind: hours that are still to come, though they are over. It is put right as
soon as the clock is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryStatus, Rhythm
from bot.store.tables import chats, deliveries, feeds, pages, subscriptions
from bot.tell.policy import next_digest

_CLOCKS_DIFFER = timedelta(minutes=1)
"""Those of two machines may, and no harm is done."""


async def recall(connection: AsyncConnection, now: datetime, default_zone: str) -> None:
    """What was asked, seen or written at a time that is still to come is due now; digests are due at their next hour.
    `default_zone` is that of chats without one of their own."""
    late = now + _CLOCKS_DIFFER
    polled = feeds.c.active & (feeds.c.last_polled > late) & (feeds.c.due_at > now)
    await connection.execute(update(feeds).where(polled).values(due_at=now, last_polled=now))
    seen = (pages.c.first_seen > late) & (pages.c.due_at > now)
    await connection.execute(update(pages).where(seen).values(due_at=now))
    # What is on its way has its lease, by the clock of whoever sends it.
    waits = deliveries.c.status != DeliveryStatus.SENDING
    written = (deliveries.c.created_at > late) & (deliveries.c.due_at > now) & waits
    await connection.execute(update(deliveries).where(written).values(due_at=now))
    await _recall_digests(connection, now, default_zone)


async def _recall_digests(connection: AsyncConnection, now: datetime, default_zone: str) -> None:
    query = select(subscriptions, chats.c.timezone).join(chats, chats.c.id == subscriptions.c.chat_id)
    for row in (await connection.execute(query.where(subscriptions.c.since > now + _CLOCKS_DIFFER))).all():
        due = next_digest(Rhythm(row.rhythm), row.at, ZoneInfo(row.timezone or default_zone), now)
        await connection.execute(
            update(subscriptions).where(subscriptions.c.id == row.id).values(due_at=due, since=now)
        )
