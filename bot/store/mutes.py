"""What chats and topics do not want to hear of for a while or for ever. It decides nothing about messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import delete, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Destination
from bot.store.database import insert
from bot.store.tables import mutes


class Muted(StrEnum):
    """What is muted; the target of a mute is a story's id, a source's name, or `watchlist/rule`; of all it is empty."""

    ALL = "all"
    STORY = "story"
    SOURCE = "source"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Mute:
    """One of them; for ever where `until` is None."""

    id: int
    destination: Destination
    kind: Muted
    target: str
    until: datetime | None


async def mute(
    connection: AsyncConnection,
    where: Destination,
    kind: Muted,
    target: str,
    now: datetime,
    *,
    until: datetime | None = None,
    user: int | None = None,
) -> int:
    """Mutes something in a place, in place of what held for it before; the mute's id."""
    said = {"until": until, "user_id": user, "at": now}
    statement = insert(connection, mutes).values(
        chat_id=where.chat, thread_id=where.thread, kind=kind, target=target, **said
    )
    by = ["chat_id", "thread_id", "kind", "target"]
    statement = statement.on_conflict_do_update(index_elements=by, set_=said)
    return int((await connection.execute(statement.returning(mutes.c.id))).scalar_one())


async def unmute(connection: AsyncConnection, where: Destination, kind: Muted, target: str) -> bool:
    """Whether something was muted, and now is not."""
    here = (mutes.c.chat_id == where.chat) & (mutes.c.thread_id == where.thread)
    gone = delete(mutes).where(here, mutes.c.kind == kind, mutes.c.target == target)
    return (await connection.execute(gone.returning(mutes.c.id))).first() is not None


async def mutes_of(connection: AsyncConnection, where: Destination, now: datetime) -> Sequence[Mute]:
    """What is muted in a place now, by kind and target."""
    query = select(mutes).where(
        mutes.c.chat_id == where.chat,
        mutes.c.thread_id == where.thread,
        or_(mutes.c.until.is_(None), mutes.c.until > now),
    )
    rows = await connection.execute(query.order_by(mutes.c.kind, mutes.c.target))
    return [
        Mute(row.id, Destination(row.chat_id, row.thread_id), Muted(row.kind), row.target, row.until) for row in rows
    ]


async def carry_mutes(connection: AsyncConnection, gone: int, into: int) -> None:
    """A mute of a story that was put into another holds for the other."""
    old = (mutes.c.kind == Muted.STORY) & (mutes.c.target == str(gone))
    for row in (await connection.execute(select(mutes).where(old))).all():
        place = Destination(row.chat_id, row.thread_id)
        await mute(connection, place, Muted.STORY, str(into), row.at, until=row.until, user=row.user_id)
    await connection.execute(delete(mutes).where(old))
