"""What the places have heard of a story, for alerts about stories that go on. It decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.store.tables import deliveries, told
from bot.tell.policy import Heard, Ladders, loudest, rank_for, same_ladder

_FOR_ALERTS = ("wake:", "merged:")
"""What the keys of digests begin with that were made of alerts that had to wait."""


async def heard(
    connection: AsyncConnection,
    story_id: int,
    watchlist: str,
    ladders: Ladders,
    *,
    where: Destination | None = None,
    but: int | None = None,
    earlier_than: int | None = None,
) -> dict[Destination, Heard]:
    """What each destination, or only the one given, has had of the story, or is about to get, by other deliveries than
    `but`, or only by those that were ordered before another one, in the steps of the watchlist that asks. Who has had
    nothing is left out; what was cancelled told nobody anything."""
    at = func.coalesce(deliveries.c.sent_at, deliveries.c.created_at, type_=deliveries.c.sent_at.type).label("at")
    columns = ("chat_id", "thread_id", "key", "watchlist", "kind", "priority", "status", "attempts")
    query = (
        select(told.c.step, told.c.outlets, at, *(deliveries.c[name] for name in columns))
        .add_columns(deliveries.c.body.is_(None).label("unwritten"))
        .join(deliveries, deliveries.c.id == told.c.delivery_id)
        .where(
            told.c.story_id == story_id,
            deliveries.c.status != DeliveryStatus.CANCELLED,
            deliveries.c.id != (but or 0),
        )
        .order_by(deliveries.c.id)
    )
    if earlier_than is not None:
        query = query.where(deliveries.c.id < earlier_than)
    if where is not None:
        query = query.where(deliveries.c.chat_id == where.chat, deliveries.c.thread_id == where.thread)
    found: dict[Destination, list[Row[Any]]] = {}
    for row in await connection.execute(query):
        found.setdefault(Destination(row.chat_id, row.thread_id), []).append(row)
    return {place: _heard(rows, watchlist, ladders) for place, rows in found.items()}


def _heard(rows: Sequence[Row[Any]], watchlist: str, ladders: Ladders) -> Heard:
    """What the messages to one place, the first one first, say to a watchlist."""
    ranks = [rank_for(watchlist, row.step, row.watchlist, ladders) for row in rows]
    step = max((rank for rank in ranks if rank is not None), default=None)
    last = next(row for row, rank in reversed([*zip(rows, ranks, strict=True)]) if rank == step)
    pending = [row for row in rows if row.status == DeliveryStatus.PENDING]
    alerts = (row for row in pending if row.kind == DeliveryKind.ALERT and not row.attempts)
    held = next((Priority(row.priority) for row in alerts), None)
    # One that waits tells the steps of its own watchlist, and of no other.
    waiting = any(row.unwritten and same_ladder(watchlist, row.watchlist, ladders) for row in pending)
    return Heard(last.at, step, any(row.outlets for row in rows), waiting, held, _loudness(rows))


def _loudness(rows: Sequence[Row[Any]]) -> Priority:
    """How loudly the story was told. Of a digest or a picture nobody knows, but of those that stand for alerts none of
    which was urgent."""
    if any(row.status == DeliveryStatus.PENDING and row.kind == DeliveryKind.ALERT for row in rows):
        return Priority.URGENT
    rung = [row for row in rows if row.kind == DeliveryKind.ALERT or row.key.startswith(_FOR_ALERTS)]
    return loudest(Priority(row.priority) for row in rung) or Priority.URGENT
