"""What a place has heard of a story, for alerts about stories that go on. It decides nothing."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Priority
from bot.store.tables import deliveries, told
from bot.tell.policy import Heard


async def heard(
    connection: AsyncConnection, story_id: int, chat: int, thread: int, but: int | None = None
) -> Heard | None:
    """What the destination has had, or is about to get, of the story, by other deliveries than `but`; None where that
    is nothing. What was cancelled told nobody anything."""
    at = func.coalesce(deliveries.c.sent_at, deliveries.c.created_at, type_=deliveries.c.sent_at.type).label("at")
    query = (
        select(told.c.step, told.c.outlets, at, deliveries.c.kind, deliveries.c.priority, deliveries.c.status)
        .add_columns(deliveries.c.body.is_(None).label("unwritten"), deliveries.c.attempts)
        .join(deliveries, deliveries.c.id == told.c.delivery_id)
        .where(
            told.c.story_id == story_id,
            deliveries.c.chat_id == chat,
            deliveries.c.thread_id == thread,
            deliveries.c.status != DeliveryStatus.CANCELLED,
            deliveries.c.id != (but or 0),
        )
        .order_by(deliveries.c.id)
    )
    rows = list((await connection.execute(query)).all())
    if not rows:
        return None
    pending = [row for row in rows if row.status == DeliveryStatus.PENDING]
    alerts = (row for row in pending if row.kind == DeliveryKind.ALERT and not row.attempts)
    held = next((Priority(row.priority) for row in alerts), None)
    step = max((row.step for row in rows if row.step is not None), default=None)
    last = next(row for row in reversed(rows) if row.step == step)
    return Heard(last.at, step, any(row.outlets for row in rows), any(row.unwritten for row in pending), held)
