"""What becomes of messages when stories are merged or split. It composes and sends nothing.

A chat that has had either of two stories has had the story they became. A message on its way, and one that may have
arrived, is left alone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, exists, func, literal, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.store.database import insert
from bot.store.deliveries import Order, cancel, order, rings_again, tell_stories
from bot.store.stories import was_told
from bot.store.tables import articles, deliveries, steps, told
from bot.store.told import UNHEARD

_LOUDNESS = [Priority.URGENT, Priority.NORMAL, Priority.LOW]


async def carry_messages(connection: AsyncConnection, gone: int, into: int) -> None:
    """Of a story that was put into another: what was told of it was told of the other. A waiting alert is cancelled
    where the chat has had the other, or is about to, unless it is about a further step, and tells the other elsewhere;
    a waiting digest leaves out what its chat has had."""
    for waiting in await _waiting(connection, gone):
        other = await _other_message(connection, waiting, into)
        if other is None or rings_again(waiting.key):
            # Whether its step is news after what the other message told is seen when it is composed.
            # The alert's key stays: no other may be ordered for this story, and it finds the message by its story.
            if waiting.kind == DeliveryKind.ALERT:
                await connection.execute(
                    update(deliveries).where(deliveries.c.id == waiting.id).values(story_id=into, body=None)
                )
            continue
        if waiting.kind == DeliveryKind.ALERT:
            await cancel(connection, waiting.id, f"its story was put into story {into}, which this chat has had")
            await _hasten(connection, waiting, other)
            continue
        await _leave_out(connection, waiting, [gone], f"it told only story {gone}, part of {into}")
    for waiting in await _waiting(connection, into):
        if rings_again(waiting.key) or not await _other_message(connection, waiting, gone, heard=True):
            continue
        if waiting.kind == DeliveryKind.ALERT:
            await cancel(connection, waiting.id, f"story {gone} was put into its story, and this chat has had that")
        else:
            await _leave_out(connection, waiting, [gone, into], f"it told only story {into}, now one with {gone}")
    await copy_told(connection, gone, into)


async def _leave_out(connection: AsyncConnection, digest: Row[Any], stories: list[int], why: str) -> None:
    """Takes stories out of a digest that waits; without any other it is cancelled."""
    here = told.c.delivery_id == digest.id
    await connection.execute(delete(told).where(here, told.c.story_id.in_(stories)))
    if not await connection.scalar(select(exists().where(here))):
        await cancel(connection, digest.id, f"{why}, which this chat has had")


async def copy_told(connection: AsyncConnection, of: int, also: int) -> None:
    """Whoever was told of one story was told of the other."""
    known = select(told.c.delivery_id, literal(also), told.c.outlets, told.c.step).where(told.c.story_id == of)
    statement = insert(connection, told).from_select(["delivery_id", "story_id", "outlets", "step"], known)
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["delivery_id", "story_id"]))


async def forget_steps(connection: AsyncConnection, story: int) -> None:
    """Of a story that articles were taken out of: a step that only they report was told of another event, and the
    story's own rings when it comes."""
    reported = (
        select(func.max(steps.c.rank))
        .join(articles, articles.c.id == steps.c.article_id)
        .where(articles.c.story_id == story, steps.c.watchlist == deliveries.c.watchlist)
        .correlate(deliveries)
        .scalar_subquery()
    )
    query = (
        select(told.c.delivery_id, reported.label("rank"))
        .join(deliveries, deliveries.c.id == told.c.delivery_id)
        .where(told.c.story_id == story, told.c.step > func.coalesce(reported, -1))
    )
    for row in (await connection.execute(query)).all():
        here = (told.c.delivery_id == row.delivery_id) & (told.c.story_id == story)
        await connection.execute(update(told).where(here).values(step=row.rank))


async def divide_messages(connection: AsyncConnection, story: int, made: int, now: datetime) -> None:
    """Of a story that articles were taken out of: what waits to be composed would have told both, and so does."""
    for waiting in await _waiting(connection, story):
        if await was_told(connection, made, waiting.chat_id, waiting.thread_id):
            continue
        if waiting.kind != DeliveryKind.ALERT:
            await tell_stories(connection, waiting.id, [made])
            continue
        wanted = Order(
            key=f"alert:{made}:{waiting.chat_id}:{waiting.thread_id}",
            destination=Destination(waiting.chat_id, waiting.thread_id),
            kind=DeliveryKind.ALERT,
            due_at=waiting.due_at,
            watchlist=waiting.watchlist,
            story_id=made,
            subscription_id=waiting.subscription_id,
            priority=Priority(waiting.priority),
        )
        await order(connection, wanted, now, [made])
        await connection.execute(update(deliveries).where(deliveries.c.id == waiting.id).values(body=None))


async def _waiting(connection: AsyncConnection, story_id: int) -> list[Row[Any]]:
    """Messages that tell the story and have not been composed, or surely have not arrived."""
    query = (
        select(deliveries)
        .join(told, told.c.delivery_id == deliveries.c.id)
        .where(told.c.story_id == story_id, deliveries.c.status == DeliveryStatus.PENDING)
        .where((deliveries.c.kind == DeliveryKind.ALERT) & (deliveries.c.part == 1) | deliveries.c.body.is_(None))
        .order_by(deliveries.c.id)
        .with_for_update()
    )
    return list((await connection.execute(query)).all())


async def _other_message(
    connection: AsyncConnection, waiting: Row[Any], story_id: int, *, heard: bool = False
) -> Row[Any] | None:
    """Another message to the same place that tells this story; of several one that waits. `heard`: none that waits."""
    out = (*UNHEARD, DeliveryStatus.PENDING) if heard else UNHEARD
    query = (
        select(deliveries)
        .join(told, told.c.delivery_id == deliveries.c.id)
        .where(
            told.c.story_id == story_id,
            deliveries.c.id != waiting.id,
            deliveries.c.chat_id == waiting.chat_id,
            deliveries.c.thread_id == waiting.thread_id,
            deliveries.c.status.not_in(out),
        )
        .order_by((deliveries.c.status == DeliveryStatus.PENDING).desc(), deliveries.c.id)
        .limit(1)
    )
    return (await connection.execute(query)).first()


async def _hasten(connection: AsyncConnection, waiting: Row[Any], other: Row[Any]) -> None:
    """An alert that waits in place of another is as loud and as early as the other would have been."""
    if other.kind != DeliveryKind.ALERT or other.status != DeliveryStatus.PENDING or other.attempts:
        return
    louder = min(waiting.priority, other.priority, key=lambda name: _LOUDNESS.index(Priority(name)))
    due = min((due for due in (waiting.due_at, other.due_at) if due is not None), default=None)
    await connection.execute(update(deliveries).where(deliveries.c.id == other.id).values(priority=louder, due_at=due))
