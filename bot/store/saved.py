"""Stories that readers keep for later. It decides nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, literal, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import saved, stories


@dataclass(frozen=True, slots=True)
class Saved:
    """A story, the watchlist it was read in, and when it was saved."""

    story: int
    watchlist: str
    at: datetime


async def save(connection: AsyncConnection, chat: int, user: int, story: int, watchlist: str, now: datetime) -> bool:
    """Keeps a story for somebody in a chat. False where it was kept before."""
    row = {"chat_id": chat, "user_id": user, "story_id": story, "watchlist": watchlist, "at": now}
    statement = insert(connection, saved).values(**row).on_conflict_do_nothing()
    return (await connection.execute(statement.returning(saved.c.story_id))).first() is not None


async def unsave(connection: AsyncConnection, chat: int, user: int, story: int) -> bool:
    """Whether a story was kept, and now is not."""
    mine = (saved.c.chat_id == chat) & (saved.c.user_id == user)
    gone = delete(saved).where(mine, saved.c.story_id == story).returning(saved.c.story_id)
    return (await connection.execute(gone)).first() is not None


async def saved_by(connection: AsyncConnection, chat: int, user: int, most: int, offset: int = 0) -> list[Saved]:
    """What somebody keeps in a chat, the latest first."""
    query = select(saved).where(saved.c.chat_id == chat, saved.c.user_id == user)
    rows = await connection.execute(query.order_by(saved.c.at.desc(), saved.c.story_id).limit(most).offset(offset))
    return [Saved(row.story_id, row.watchlist, row.at) for row in rows]


async def is_saved(connection: AsyncConnection, chat: int, user: int, story: int) -> bool:
    """Whether somebody keeps a story in a chat."""
    mine = (saved.c.chat_id == chat) & (saved.c.user_id == user) & (saved.c.story_id == story)
    return (await connection.execute(select(saved.c.story_id).where(mine))).first() is not None


async def headlines(connection: AsyncConnection, story_ids: Collection[int]) -> dict[int, str]:
    """The headlines of these stories as they last were, also where no rule matches them any more."""
    rows = await connection.execute(select(stories.c.id, stories.c.headline).where(stories.c.id.in_(story_ids)))
    return {row.id: row.headline for row in rows}


async def carry_saved(connection: AsyncConnection, gone: int, into: int) -> None:
    """A story that was put into another is kept as the other."""
    mine = select(saved.c.chat_id, saved.c.user_id, literal(into), saved.c.watchlist, saved.c.at)
    columns = ["chat_id", "user_id", "story_id", "watchlist", "at"]
    statement = insert(connection, saved).from_select(columns, mine.where(saved.c.story_id == gone))
    await connection.execute(statement.on_conflict_do_nothing())
    await connection.execute(delete(saved).where(saved.c.story_id == gone))
