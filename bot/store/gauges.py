"""How much is due and not done yet, and since when. It takes nothing in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.deliveries import OPEN
from bot.store.tables import chats, deliveries, feeds, pages


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows are due, and since when the one has been that waits longest; None where there is none."""

    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Backlog:
    """What is due now."""

    feeds: Waiting
    pages: Waiting
    deliveries: Waiting


async def backlog(connection: AsyncConnection, now: datetime, *, console: bool, telegram: bool) -> Backlog:
    """What is due and nobody has taken in hand; of deliveries those to chats that take messages now and that somebody
    carries to."""
    taken = or_(chats.c.not_before.is_(None), chats.c.not_before <= now)
    return Backlog(
        await _waiting(connection, feeds.c.due_at, now, feeds.c.active),
        await _waiting(connection, pages.c.due_at, now),
        await _waiting(
            connection,
            deliveries.c.due_at,
            now,
            deliveries.c.status.in_(OPEN),
            deliveries.c.chat_id == chats.c.id,
            chats.c.state == "active",
            taken,
            or_(*([chats.c.id == 0] if console else []), *([chats.c.id != 0] if telegram else []), false()),
        ),
    )


async def _waiting(
    connection: AsyncConnection, due_at: ColumnElement[datetime], now: datetime, *also: ColumnElement[bool]
) -> Waiting:
    row = (await connection.execute(select(func.count(), func.min(due_at)).where(due_at <= now, *also))).one()
    return Waiting(row[0], row[1])
