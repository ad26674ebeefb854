"""Queries about deliveries that nobody knows the fate of: sent or not when the program stopped. What a failed answer
means is decided in `run/deliver.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, String, case, cast, exists, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store.deliveries import Delivery, delivery_of
from bot.store.tables import chats, deliveries


async def recover_sending(connection: AsyncConnection, now: datetime, delay: timedelta) -> int:
    """Deliveries a crash left in the middle of sending: nobody knows whether they arrived. Alerts are repeated once,
    later; all others wait for a human. Returns how many there were."""
    return len(await _uncertain(connection, deliveries.c.status == DeliveryStatus.SENDING, now, delay))


async def recover_overdue(connection: AsyncConnection, now: datetime, delay: timedelta) -> int:
    """The same for those whose lease ran out while this program lives."""
    overdue = (deliveries.c.status == DeliveryStatus.SENDING) & (deliveries.c.due_at <= now)
    return len(await _uncertain(connection, overdue, now, delay))


async def _uncertain(connection: AsyncConnection, which: Any, now: datetime, delay: timedelta) -> Sequence[Row[Any]]:
    once_more = (deliveries.c.kind == DeliveryKind.ALERT) & (deliveries.c.repeats == 0)
    # A notice costs nobody anything if it comes twice, and must come.
    repeatable = once_more | (deliveries.c.kind == DeliveryKind.NOTICE)
    statement = update(deliveries).where(which)
    statement = statement.values(
        status=DeliveryStatus.UNCERTAIN,
        due_at=case((repeatable, now + delay), else_=None),
        error="the program stopped while this was being sent",
    )
    rows: Sequence[Row[Any]] = (await connection.execute(statement.returning(deliveries.c.id))).all()
    return rows


ASKED = "notice:doubt:"
"""What the key of a question about a delivery in doubt begins with; the delivery's id follows."""


async def unasked(connection: AsyncConnection, since: datetime) -> list[Delivery]:
    """The digests and pictures in doubt, and the alerts whose one repeat is in doubt too, ordered since then, that
    nobody was asked about."""
    asked = deliveries.alias()
    key = literal(ASKED) + cast(deliveries.c.id, String)
    query = select(deliveries).where(
        deliveries.c.status == DeliveryStatus.UNCERTAIN,
        deliveries.c.kind.in_([DeliveryKind.DIGEST, DeliveryKind.PICTURE, DeliveryKind.ALERT]),
        deliveries.c.due_at.is_(None),
        deliveries.c.created_at >= since,
        deliveries.c.chat_id != 0,
        ~exists().where(asked.c.key == key),
    )
    return [delivery_of(row) for row in await connection.execute(query.order_by(deliveries.c.id))]


async def tried_soon(connection: AsyncConnection) -> bool:
    """Whether a message in doubt will be tried again by itself, in a chat that may be written to."""
    query = (
        select(deliveries.c.id)
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            deliveries.c.status == DeliveryStatus.UNCERTAIN,
            deliveries.c.due_at.is_not(None),
            chats.c.state == "active",
            chats.c.not_before.is_(None),
        )
    )
    return (await connection.execute(query.limit(1))).first() is not None


async def doubt_all(connection: AsyncConnection, why: str) -> int:
    """All that was still to be sent is in doubt, and waits for a human: of a database that has been put back nobody
    knows what was sent since. Returns how many there were."""
    open_ones = deliveries.c.status.in_([DeliveryStatus.PENDING, DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN])
    new = {"status": DeliveryStatus.UNCERTAIN, "due_at": None, "error": why}
    rows = await connection.execute(update(deliveries).where(open_ones).values(**new).returning(deliveries.c.id))
    return len(rows.all())
