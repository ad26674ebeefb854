"""Queries about messages that stand in their chat and are changed when their story grows. It edits nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store.deliveries import Delivery, delivery_of
from bot.store.tables import chats, deliveries, stories, told

_TICK = timedelta(milliseconds=1)


async def mark_for_edit(
    connection: AsyncConnection, story_id: int, now: datetime, every: timedelta, since: datetime
) -> int:
    """The alerts about a story, and about those that were put into it, that were sent after `since` are looked at
    again: `every` after they were sent or last changed at the earliest. Returns how many."""
    told_of = select(stories.c.id).where((stories.c.id == story_id) | (stories.c.merged_into == story_id))
    columns = ("id", "sent_at", "edited_at", "edit_at")
    query = select(*(deliveries.c[name] for name in columns)).where(
        deliveries.c.story_id.in_(told_of),
        deliveries.c.kind == DeliveryKind.ALERT,
        deliveries.c.status == DeliveryStatus.SENT,
        deliveries.c.message_id.is_not(None),
        deliveries.c.sent_at > since,
        # One that is due may be at work this moment, with what was known before.
        deliveries.c.edit_at.is_(None) | (deliveries.c.edit_at <= now),
        deliveries.c.chat_id != 0,
    )
    marked = 0
    for row in (await connection.execute(query)).all():
        at = max(now, (row.edited_at or row.sent_at) + every)
        if row.edit_at is not None:
            # Another moment than before: so whoever is at work on it sees that it was marked again.
            at = max(at, row.edit_at + _TICK)
        await connection.execute(update(deliveries).where(deliveries.c.id == row.id).values(edit_at=at))
        marked += 1
    return marked


@dataclass(frozen=True, slots=True)
class Edit:
    """A message to look at: since when it is `due`, and the hash of what it shows where it was changed before.
    `outlets` is how many families had its story when it was told, 0 where nobody noted it, `step` the rank of its step
    then."""

    delivery: Delivery
    due: datetime
    shown: str | None
    outlets: int
    step: int | None = None


async def due_edits(connection: AsyncConnection, now: datetime, limit: int) -> Sequence[Edit]:
    """The messages to look at now, the longest waiting first; none of chats that are paused or have asked for peace."""
    noted = (told.c.delivery_id == deliveries.c.id) & (told.c.story_id == deliveries.c.story_id)
    query = (
        select(deliveries, func.coalesce(told.c.outlets, 0).label("outlets"), told.c.step)
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .outerjoin(told, noted)
        .where(deliveries.c.edit_at <= now, chats.c.state == "active")
        .where(chats.c.not_before.is_(None) | (chats.c.not_before <= now))
        .order_by(deliveries.c.edit_at, deliveries.c.id)
        .limit(limit)
    )
    return [
        Edit(delivery_of(row), row.edit_at, row.shown, row.outlets, row.step) for row in await connection.execute(query)
    ]


async def edited(connection: AsyncConnection, one: Edit, shown: str, now: datetime, every: timedelta) -> None:
    """The message shows that now. Was it marked again meanwhile, it is looked at again, `every` later."""
    here = deliveries.c.id == one.delivery.id
    again = case((deliveries.c.edit_at != one.due, literal(now + every, type_=deliveries.c.edit_at.type)), else_=None)
    await connection.execute(update(deliveries).where(here).values(edit_at=again, edited_at=now, shown=shown))


async def nothing_to_edit(connection: AsyncConnection, one: Edit) -> None:
    """The message shows all there is, or cannot be changed: it is not looked at any more, unless it was marked again
    meanwhile."""
    here = (deliveries.c.id == one.delivery.id) & (deliveries.c.edit_at == one.due)
    await connection.execute(update(deliveries).where(here).values(edit_at=None))


async def edit_later(connection: AsyncConnection, delivery_id: int, at: datetime) -> None:
    """The message is looked at then."""
    await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(edit_at=at))


async def forget_message(connection: AsyncConnection, delivery_id: int) -> None:
    """The message is gone from its chat: what its story does next is told anew."""
    here = deliveries.c.id == delivery_id
    await connection.execute(update(deliveries).where(here).values(edit_at=None, message_id=None))
