"""Queries about deliveries that nobody knows the fate of: sent or not when the program stopped. What a failed answer
means is decided in `run/deliver.py`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, case, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus
from bot.store.tables import deliveries


async def recover_sending(connection: AsyncConnection, now: datetime, delay: timedelta) -> int:
    """Deliveries a crash left in the middle of sending: nobody knows whether they arrived. Alerts are repeated once,
    later; all others wait for a human. Returns how many there were."""
    return len(await _uncertain(connection, deliveries.c.status == DeliveryStatus.SENDING, now, delay))


async def recover_overdue(connection: AsyncConnection, now: datetime, delay: timedelta) -> int:
    """The same for those whose lease ran out while this program lives."""
    overdue = (deliveries.c.status == DeliveryStatus.SENDING) & (deliveries.c.due_at <= now)
    return len(await _uncertain(connection, overdue, now, delay))


async def _uncertain(connection: AsyncConnection, which: Any, now: datetime, delay: timedelta) -> Sequence[Row[Any]]:
    repeatable = (deliveries.c.kind == DeliveryKind.ALERT) & (deliveries.c.repeats == 0)
    statement = update(deliveries).where(which)
    statement = statement.values(
        status=DeliveryStatus.UNCERTAIN,
        due_at=case((repeatable, now + delay), else_=None),
        error="the program stopped while this was being sent",
    )
    rows: Sequence[Row[Any]] = (await connection.execute(statement.returning(deliveries.c.id))).all()
    return rows
