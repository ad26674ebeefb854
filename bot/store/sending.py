"""Queries around one try to send a delivery: whose turn it is, that it begins, what became of it. It sends nothing."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryStatus
from bot.store.database import insert
from bot.store.deliveries import OPEN, Delivery
from bot.store.tables import deliveries, facts, subscriptions
from bot.store.words import storable


async def earlier_part_unsent(connection: AsyncConnection, delivery: Delivery) -> bool:
    """Whether an earlier part of the same message is still on its way: parts go out in order."""
    if delivery.part == 1:
        return False
    first_key = delivery.key.rsplit("#", 1)[0]
    earlier = [first_key, *(f"{first_key}#{number}" for number in range(2, delivery.part))]
    # One that waits for a human is not waited for: it may have arrived, and the rest must not be lost with it.
    on_its_way = deliveries.c.status.in_([*OPEN, DeliveryStatus.SENDING]) & deliveries.c.due_at.is_not(None)
    query = select(deliveries.c.id).where(deliveries.c.key.in_(earlier), on_its_way)
    return (await connection.execute(query.limit(1))).first() is not None


async def begin_sending(connection: AsyncConnection, delivery: Delivery, now: datetime, lease: timedelta) -> bool:
    """Marks a delivery as being sent, before the first byte leaves. False where somebody else did or it is over."""
    statement = (
        update(deliveries)
        .where(
            deliveries.c.id == delivery.id,
            deliveries.c.attempts == delivery.attempts,
            deliveries.c.status == delivery.status,
        )
        .values(
            status=DeliveryStatus.SENDING,
            attempts=delivery.attempts + 1,
            repeats=delivery.repeats + (delivery.status is DeliveryStatus.UNCERTAIN),
            due_at=now + lease,
        )
    )
    return (await connection.execute(statement.returning(deliveries.c.id))).first() is not None


async def mark(
    connection: AsyncConnection,
    delivery: Delivery,
    status: DeliveryStatus,
    *,
    due_at: datetime | None = None,
    message_id: int | None = None,
    error: str | None = None,
    sent_at: datetime | None = None,
) -> None:
    """What became of the try that `begin_sending` began with this delivery. Whoever comes too late, when it was taken
    for lost and tried again, changes nothing; while nobody has tried again, the answer is still welcome."""
    values: dict[str, Any] = {"status": status, "due_at": due_at, "error": storable(error) if error else None}
    if message_id is not None:
        values["message_id"] = message_id
    if sent_at is not None:
        values["sent_at"] = sent_at
    statement = update(deliveries).where(
        deliveries.c.id == delivery.id,
        deliveries.c.attempts == delivery.attempts + 1,
        deliveries.c.status.in_([DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN]),
    )
    await connection.execute(statement.values(**values))


async def proved(connection: AsyncConnection, delivery_id: int, message_id: int, now: datetime) -> bool:
    """Somebody has pressed a button of this message: it arrived, whatever became of the answer that said so. It is not
    sent again. False where that was known, is of another message, or where the button may be of another part."""
    doubtful = deliveries.c.status.in_([DeliveryStatus.UNCERTAIN, DeliveryStatus.SENDING])
    parts = deliveries.alias()
    further = exists().where(parts.c.key == deliveries.c.key + "#2")
    statement = update(deliveries).where(deliveries.c.id == delivery_id, deliveries.c.message_id.is_(None), doubtful)
    statement = statement.where(~further)
    new = {"status": DeliveryStatus.SENT, "message_id": message_id, "due_at": None, "sent_at": now, "error": None}
    return (await connection.execute(statement.values(**new).returning(deliveries.c.id))).first() is not None


async def is_silent(connection: AsyncConnection, delivery_id: int) -> bool:
    """Whether the subscription that a delivery is for wants no sound."""
    query = select(subscriptions.c.silent).join(deliveries, deliveries.c.subscription_id == subscriptions.c.id)
    return bool(await connection.scalar(query.where(deliveries.c.id == delivery_id)))


async def sent_since(connection: AsyncConnection, since: datetime) -> list[tuple[int, datetime]]:
    """The chats that something was sent to since then, and when, the oldest first: what Telegram counts as well."""
    sent = select(deliveries.c.chat_id, deliveries.c.sent_at.label("at")).where(deliveries.c.sent_at >= since)
    edited = select(deliveries.c.chat_id, deliveries.c.edited_at.label("at")).where(deliveries.c.edited_at >= since)
    rows = (await connection.execute(sent.union_all(edited))).all()
    found = [(row.chat_id, row.at) for row in rows]
    for row in await connection.execute(select(facts.c.name, facts.c.value).where(facts.c.name.startswith(_SAID))):
        moments = map(datetime.fromisoformat, row.value)
        found += [(int(row.name.removeprefix(_SAID)), at) for at in moments if at >= since]
    return sorted(found, key=lambda each: each[1])


async def on_their_way(connection: AsyncConnection, since: datetime) -> list[int]:
    """The chats of messages that were on their way when the program died, or whose fate nobody knows, ordered since
    then or tried again soon."""
    doubtful = deliveries.c.status.in_([DeliveryStatus.SENDING, DeliveryStatus.UNCERTAIN])
    recent = (deliveries.c.due_at >= since) | (deliveries.c.created_at >= since)
    return list(await connection.scalars(select(deliveries.c.chat_id).where(doubtful, recent)))


_SAID = "said:"
_COUNTED = timedelta(minutes=1)


async def note_said(connection: AsyncConnection, chat: int, now: datetime) -> None:
    """Notes that something that is no delivery, an answer or an edit of a menu, is said in a chat now."""
    name = f"{_SAID}{chat}"
    known = await connection.scalar(select(facts.c.value).where(facts.c.name == name))
    kept = [moment for moment in known or [] if datetime.fromisoformat(moment) > now - _COUNTED]
    new = {"value": [*kept, now.isoformat()], "at": now}
    statement = insert(connection, facts).values(name=name, **new)
    await connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=new))
