"""Queries about the ledger: what became of messages, for people who ask. What is to be sent is in `deliveries`."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store.deliveries import Delivery, delivery_of
from bot.store.tables import deliveries


async def revise_due(connection: AsyncConnection, delivery_id: int, now: datetime) -> bool:
    """Makes a delivery due again by hand. False where there is none that can be."""
    statement = (
        update(deliveries)
        .where(
            deliveries.c.id == delivery_id,
            deliveries.c.status.in_([DeliveryStatus.DEAD, DeliveryStatus.UNCERTAIN, DeliveryStatus.PENDING]),
        )
        .values(status=DeliveryStatus.PENDING, due_at=now, repeats=0)
    )
    return (await connection.execute(statement.returning(deliveries.c.id))).first() is not None


async def delivery(connection: AsyncConnection, delivery_id: int) -> Delivery | None:
    """The delivery of that id."""
    row = (await connection.execute(select(deliveries).where(deliveries.c.id == delivery_id))).first()
    return None if row is None else delivery_of(row)


async def list_deliveries(connection: AsyncConnection, status: str | None, limit: int) -> list[Delivery]:
    """The ledger, newest first."""
    query = select(deliveries).order_by(deliveries.c.id.desc()).limit(limit)
    if status is not None:
        query = query.where(deliveries.c.status == status)
    return [delivery_of(row) for row in await connection.execute(query)]


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many deliveries there are in each status."""
    query = select(deliveries.c.status, func.count()).group_by(deliveries.c.status)
    return {row[0]: row[1] for row in await connection.execute(query)}


async def delivery_by_message(connection: AsyncConnection, chat: int, message_id: int | None) -> Delivery | None:
    """The delivery behind a message of a chat; without a message id, its latest alert."""
    query = select(deliveries).where(deliveries.c.chat_id == chat).order_by(deliveries.c.id.desc()).limit(1)
    if message_id is None:
        query = query.where(deliveries.c.kind == DeliveryKind.ALERT, deliveries.c.status == DeliveryStatus.SENT)
    else:
        query = query.where(deliveries.c.message_id == message_id)
    row = (await connection.execute(query)).first()
    return None if row is None else delivery_of(row)
