"""Queries about alerts that wait for longer than they should. What becomes of them is decided elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.store.tables import chats, deliveries

MOST = 5000
"""Alerts looked at in one go, those that wait longest first."""


@dataclass(frozen=True, slots=True)
class Late:
    """An alert that nobody has composed or tried to send yet, and when it was ordered."""

    id: int
    destination: Destination
    watchlist: str
    story: int
    subscription_id: int | None
    created_at: datetime


async def any_late(connection: AsyncConnection, since: datetime) -> bool:
    """Whether an alert has been due since then."""
    query = select(deliveries.c.id).join(chats, chats.c.id == deliveries.c.chat_id).where(_late(since))
    return await connection.scalar(query.limit(1)) is not None


async def late_alerts(connection: AsyncConnection, since: datetime) -> list[Late]:
    """The alerts of open chats that have been due since then, the longest waiting first."""
    query = select(deliveries).join(chats, chats.c.id == deliveries.c.chat_id).where(_late(since))
    rows = await connection.execute(query.order_by(deliveries.c.due_at, deliveries.c.id).limit(MOST))
    return [
        Late(
            row.id,
            Destination(row.chat_id, row.thread_id),
            row.watchlist,
            row.story_id,
            row.subscription_id,
            row.created_at,
        )
        for row in rows
    ]


def _late(since: datetime) -> ColumnElement[bool]:
    return and_(
        deliveries.c.due_at <= since,
        deliveries.c.kind == DeliveryKind.ALERT,
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.priority != Priority.URGENT,
        deliveries.c.body.is_(None),
        deliveries.c.attempts == 0,
        deliveries.c.watchlist.is_not(None),
        deliveries.c.story_id.is_not(None),
        chats.c.state == "active",
    )
