"""Queries about messages that stand in their chat and are changed when their story grows. It edits nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store.deliveries import Delivery, delivery_of, rings_again
from bot.store.tables import chats, deliveries


async def mark_for_edit(
    connection: AsyncConnection, story_id: int, now: datetime, every: timedelta, since: datetime
) -> int:
    """The alerts about a story that were sent after `since` are looked at again: `every` after they were sent or last
    changed at the earliest. One that told a further step says what it rang for, and stays. Returns how many."""
    query = select(deliveries.c.id, deliveries.c.key, deliveries.c.sent_at, deliveries.c.edited_at).where(
        deliveries.c.story_id == story_id,
        deliveries.c.kind == DeliveryKind.ALERT,
        deliveries.c.status == DeliveryStatus.SENT,
        deliveries.c.message_id.is_not(None),
        deliveries.c.sent_at > since,
        deliveries.c.edit_at.is_(None),
        deliveries.c.chat_id != 0,
    )
    marked = 0
    for row in (await connection.execute(query)).all():
        if not rings_again(row.key):
            at = max(now, (row.edited_at or row.sent_at) + every)
            await connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(edit_at=at))
            marked += 1
    return marked


async def due_edits(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[tuple[Delivery, str | None]]:
    """The messages to look at now, the longest waiting first, each with the hash of what it shows where it was changed
    before; none of chats that are paused or have asked for peace."""
    query = (
        select(deliveries)
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(deliveries.c.edit_at <= now, chats.c.state == "active")
        .where(chats.c.not_before.is_(None) | (chats.c.not_before <= now))
        .order_by(deliveries.c.edit_at, deliveries.c.id)
        .limit(limit)
    )
    return [(delivery_of(row), row.shown) for row in await connection.execute(query)]


async def edited(connection: AsyncConnection, delivery_id: int, shown: str, now: datetime) -> None:
    """The message shows that now."""
    here = deliveries.c.id == delivery_id
    await connection.execute(update(deliveries).where(here).values(edit_at=None, edited_at=now, shown=shown))


async def edit_later(connection: AsyncConnection, delivery_id: int, at: datetime | None) -> None:
    """The message is looked at then, or not any more."""
    await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(edit_at=at))


async def forget_message(connection: AsyncConnection, delivery_id: int) -> None:
    """The message is gone from its chat: what its story does next is told anew."""
    here = deliveries.c.id == delivery_id
    await connection.execute(update(deliveries).where(here).values(edit_at=None, message_id=None))
