"""Queries about deliveries: the outbox before a message is sent, the ledger after. It sends nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, case, delete, false, func, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import DeliveryKind, DeliveryStatus, Destination, Priority
from bot.store.database import insert
from bot.store.tables import chats, deliveries, told
from bot.store.words import storable

OPEN = (DeliveryStatus.PENDING, DeliveryStatus.UNCERTAIN)
"""What may be tried once more."""

_OF_ONE_CHAT = 3
"""Deliveries of one chat in one go; few, so that an urgent one that comes meanwhile has not long to wait."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message to one chat. `body` is the composed tree as JSON, None until its hour has come."""

    id: int
    key: str
    destination: Destination
    kind: DeliveryKind
    watchlist: str | None
    story_id: int | None
    since: datetime | None
    until: datetime | None
    body: list[Any] | None
    part: int
    status: DeliveryStatus
    due_at: datetime | None
    attempts: int
    repeats: int
    message_id: int | None
    error: str | None
    created_at: datetime
    sent_at: datetime | None
    priority: Priority = Priority.NORMAL


@dataclass(frozen=True, slots=True)
class Order:
    """A delivery to be written into the outbox. `key` names what it tells to whom; a second one is not taken."""

    key: str
    destination: Destination
    kind: DeliveryKind
    due_at: datetime | None
    watchlist: str | None = None
    story_id: int | None = None
    subscription_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None
    priority: Priority = Priority.NORMAL
    body: list[Any] | None = None
    part: int = 1
    status: DeliveryStatus = DeliveryStatus.PENDING


NOW_URGENT = "!urgent"
"""How the key of an alert ends that rings since its story has become urgent; no step can be called so."""


def rings_again(key: str) -> bool:
    """Whether this is the key of an alert about a story that was told before and has come a step further, or become
    urgent: it ends with the step, its name or, of those ordered long ago, its rank, or else with `NOW_URGENT`."""
    return key.startswith("alert:") and key.count(":") == len(("story", "chat", "topic", "step"))


_RINGS_AGAIN = "alert:%:%:%:%"
"""The same as a pattern of SQL."""


async def order(connection: AsyncConnection, wanted: Order, now: datetime, stories: Iterable[int] = ()) -> int | None:
    """Writes a delivery and the stories it tells. None where the outbox or the ledger has it already; one that was
    cancelled, and so told nobody anything, is ordered anew."""
    values = {
        "chat_id": wanted.destination.chat,
        "thread_id": wanted.destination.thread,
        "kind": wanted.kind,
        "watchlist": wanted.watchlist,
        "story_id": wanted.story_id,
        "subscription_id": wanted.subscription_id,
        "since": wanted.since,
        "until": wanted.until,
        "priority": wanted.priority,
        "body": wanted.body,
        "part": wanted.part,
        "status": wanted.status,
        "due_at": wanted.due_at,
        "created_at": now,
        "sent_at": now if wanted.status is DeliveryStatus.SENT else None,
        "error": None,
    }
    statement = insert(connection, deliveries).values(key=wanted.key, **values)
    cancelled = deliveries.c.status == DeliveryStatus.CANCELLED
    statement = statement.on_conflict_do_update(index_elements=["key"], set_=values, where=cancelled)
    delivery_id: int | None = (await connection.execute(statement.returning(deliveries.c.id))).scalar()
    if delivery_id is not None:
        await tell_stories(connection, delivery_id, stories)
    return delivery_id


async def tell_stories(connection: AsyncConnection, delivery_id: int, stories: Iterable[int]) -> None:
    """Notes that a delivery tells these stories."""
    for story_id in stories:
        statement = insert(connection, told).values(delivery_id=delivery_id, story_id=story_id)
        await connection.execute(statement.on_conflict_do_nothing(index_elements=["delivery_id", "story_id"]))


async def release_stories(connection: AsyncConnection, delivery_id: int, stories: Iterable[int]) -> None:
    """The delivery does not tell these stories after all: another one may."""
    gone = (told.c.delivery_id == delivery_id) & told.c.story_id.in_(list(stories))
    await connection.execute(delete(told).where(gone))


async def open_picture(connection: AsyncConnection, subscription_id: int) -> int | None:
    """The subscription's starting picture that has not been composed yet. Nobody composes it before this transaction
    ends: a story added to it is a story told."""
    query = select(deliveries.c.id).where(
        deliveries.c.subscription_id == subscription_id,
        deliveries.c.kind == DeliveryKind.PICTURE,
        deliveries.c.status == DeliveryStatus.PENDING,
        deliveries.c.body.is_(None),
    )
    found: int | None = await connection.scalar(query.limit(1).with_for_update())
    return found


async def hold_unwritten(connection: AsyncConnection, delivery_id: int) -> bool:
    """Whether a delivery still waits to be composed; if so nobody else composes it before this transaction ends."""
    query = select(deliveries.c.id).where(
        deliveries.c.id == delivery_id, deliveries.c.body.is_(None), deliveries.c.status.in_(OPEN)
    )
    return (await connection.execute(query.with_for_update())).first() is not None


async def stories_told(connection: AsyncConnection, delivery_id: int) -> list[int]:
    """The stories a delivery tells."""
    query = select(told.c.story_id).where(told.c.delivery_id == delivery_id).order_by(told.c.story_id)
    return [row.story_id for row in await connection.execute(query)]


def _carried(console: bool, telegram: bool) -> ColumnElement[bool]:
    """Chats that somebody carries messages to."""
    return or_(*([chats.c.id == 0] if console else []), *([chats.c.id != 0] if telegram else []), false())


async def due_deliveries(
    connection: AsyncConnection,
    now: datetime,
    limit: int,
    *,
    console: bool = True,
    telegram: bool = True,
    but: Collection[int] = (),
    doubtful_first: bool = False,
) -> list[Delivery]:
    """What is to be sent now, urgent first, then longest waiting; at most `limit`, and few to one chat, so that a busy
    one starves no other. Nothing for chats that are paused or have asked for peace, that nobody carries to, or that are
    among `but`. `doubtful_first`: before all others, what may have arrived already, and notices."""
    loudness = case((deliveries.c.priority == Priority.URGENT, 0), else_=1)
    # What is in doubt already, and notices, which may come twice: where trying may cast doubt on it.
    harmless = or_(deliveries.c.status == DeliveryStatus.UNCERTAIN, deliveries.c.kind == DeliveryKind.NOTICE)
    first = [case((harmless, 0), else_=1)] if doubtful_first else []
    order = (*first, loudness, deliveries.c.due_at, deliveries.c.id)
    turn = func.row_number().over(partition_by=deliveries.c.chat_id, order_by=order).label("turn")
    ready = (
        select(deliveries.c.id, turn, loudness.label("loudness"))
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            deliveries.c.due_at <= now,
            deliveries.c.status.in_(OPEN),
            chats.c.state == "active",
            or_(chats.c.not_before.is_(None), chats.c.not_before <= now),
            _carried(console, telegram),
            chats.c.id.not_in(but),
        )
        .subquery()
    )
    query = (
        select(deliveries)
        .join(ready, ready.c.id == deliveries.c.id)
        .where(ready.c.turn <= _OF_ONE_CHAT)
        .order_by(*first, ready.c.loudness, deliveries.c.due_at, deliveries.c.id)
        .limit(limit)
    )
    return [delivery_of(row) for row in await connection.execute(query)]


async def next_due(connection: AsyncConnection, *, console: bool = True, telegram: bool = True) -> datetime | None:
    """When the next delivery is due to a chat that can be written to and that somebody carries to, a chat's own wait
    included."""
    wait = case((chats.c.not_before > deliveries.c.due_at, chats.c.not_before), else_=deliveries.c.due_at)
    query = (
        select(wait.label("due"))
        .join(chats, chats.c.id == deliveries.c.chat_id)
        .where(
            deliveries.c.due_at.is_not(None),
            deliveries.c.status.in_(OPEN),
            chats.c.state == "active",
            _carried(console, telegram),
        )
        .order_by(wait)
        .limit(1)
    )
    found: datetime | None = await connection.scalar(query)
    return found


async def set_body(connection: AsyncConnection, delivery: Delivery, parts: Sequence[list[Any]], now: datetime) -> None:
    """Stores a composed message. Its first part is this delivery; each further part becomes one of its own, and tells
    the same stories."""
    stories = await stories_told(connection, delivery.id)
    await connection.execute(update(deliveries).where(deliveries.c.id == delivery.id).values(body=parts[0]))
    for number, body in enumerate(parts[1:], start=2):
        part = Order(
            key=f"{delivery.key}#{number}",
            destination=delivery.destination,
            kind=delivery.kind,
            due_at=delivery.due_at,
            watchlist=delivery.watchlist,
            story_id=delivery.story_id,
            body=body,
            part=number,
        )
        await order(connection, part, now, stories)


async def postpone(connection: AsyncConnection, delivery_id: int, due_at: datetime, error: str | None = None) -> None:
    """Another time, and perhaps why."""
    values = {"due_at": due_at, **({"error": storable(error)} if error else {})}
    waiting = (deliveries.c.id == delivery_id) & deliveries.c.status.in_(OPEN)
    await connection.execute(update(deliveries).where(waiting).values(**values))


async def take_over(connection: AsyncConnection, louder: Order, now: datetime) -> None:
    """An alert that is still held becomes the louder one that would tell the same story to the same place: as loud, as
    early, and, where it is not composed yet, told as that one's watchlist tells it. One about a further step stays with
    its own watchlist: the louder one may know no such step."""
    held = (deliveries.c.story_id == louder.story_id) & (deliveries.c.status == DeliveryStatus.PENDING)
    here = (deliveries.c.chat_id == louder.destination.chat) & (deliveries.c.thread_id == louder.destination.thread)
    alert = held & here & (deliveries.c.kind == DeliveryKind.ALERT) & (deliveries.c.attempts == 0)
    theirs_at = literal(louder.due_at, type_=deliveries.c.due_at.type)
    sooner = case((deliveries.c.due_at > theirs_at, theirs_at), else_=deliveries.c.due_at)
    await connection.execute(update(deliveries).where(alert).values(due_at=sooner, priority=louder.priority))
    theirs = {"watchlist": louder.watchlist, "subscription_id": louder.subscription_id}
    first = deliveries.c.body.is_(None) & deliveries.c.key.not_like(_RINGS_AGAIN)
    await connection.execute(update(deliveries).where(alert, first).values(**theirs))


async def cancel(connection: AsyncConnection, delivery_id: int, reason: str) -> None:
    """There is nothing to tell after all."""
    gone = {"status": DeliveryStatus.CANCELLED, "due_at": None, "error": reason}
    await connection.execute(update(deliveries).where(deliveries.c.id == delivery_id).values(**gone))


async def release_holds(connection: AsyncConnection, now: datetime, held_until: datetime) -> None:
    """Deliveries that were only held to gather reports, until then at the latest, are due now: a single round has
    gathered all it will. Those that wait for longer, such as for the end of quiet hours, go on waiting."""
    waiting = (deliveries.c.status == DeliveryStatus.PENDING) & deliveries.c.body.is_(None)
    await connection.execute(
        update(deliveries)
        .where(waiting, deliveries.c.attempts == 0, deliveries.c.due_at > now, deliveries.c.due_at <= held_until)
        .values(due_at=now)
    )


def delivery_of(row: Row[Any]) -> Delivery:
    """A row of the table as a noun."""
    return Delivery(
        id=row.id,
        key=row.key,
        destination=Destination(row.chat_id, row.thread_id),
        kind=DeliveryKind(row.kind),
        watchlist=row.watchlist,
        story_id=row.story_id,
        since=row.since,
        until=row.until,
        body=row.body,
        part=row.part,
        status=DeliveryStatus(row.status),
        due_at=row.due_at,
        attempts=row.attempts,
        repeats=row.repeats,
        message_id=row.message_id,
        error=row.error,
        created_at=row.created_at,
        sent_at=row.sent_at,
        priority=Priority(row.priority),
    )
