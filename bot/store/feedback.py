"""Queries about readers' verdicts on stories: which were worth telling. What follows from them is decided elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import and_, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import feedback, stories


class Verdict(StrEnum):
    """What a reader says of a story."""

    RELEVANT = "relevant"
    IRRELEVANT = "irrelevant"


async def record(
    connection: AsyncConnection, story_id: int, watchlist: str, chat: int, user: int, verdict: Verdict, now: datetime
) -> bool:
    """Notes a user's verdict on a story as a watchlist told it in a chat; of several the last one counts. False where
    the story is gone: a message may outlive what it told."""
    if await connection.scalar(select(stories.c.id).where(stories.c.id == story_id)) is None:
        return False
    said = {"verdict": verdict, "at": now}
    statement = insert(connection, feedback).values(
        story_id=story_id, chat_id=chat, user_id=user, watchlist=watchlist, **said
    )
    by = ["story_id", "chat_id", "user_id", "watchlist"]
    await connection.execute(statement.on_conflict_do_update(index_elements=by, set_=said))
    return True


async def verdict_of(connection: AsyncConnection, story_id: int, watchlist: str, chat: int) -> Verdict | None:
    """The last verdict that was given on a story in a chat."""
    here = (feedback.c.story_id == story_id) & (feedback.c.watchlist == watchlist) & (feedback.c.chat_id == chat)
    said = await connection.scalar(select(feedback.c.verdict).where(here).order_by(feedback.c.at.desc()).limit(1))
    return None if said is None else Verdict(said)


async def take_back(connection: AsyncConnection, story_id: int, watchlist: str, chat: int, user: int) -> None:
    """Forgets a user's verdict on a story."""
    mine = (feedback.c.chat_id == chat) & (feedback.c.user_id == user) & (feedback.c.watchlist == watchlist)
    await connection.execute(delete(feedback).where(mine, feedback.c.story_id == story_id))


async def verdicts(connection: AsyncConnection, watchlist: str, since: datetime) -> Mapping[int, tuple[int, int]]:
    """How many found each story of the watchlist relevant, and how many irrelevant, by the verdicts given since then,
    by the story's id."""
    relevant = func.sum(case((feedback.c.verdict == Verdict.RELEVANT, 1), else_=0)).label("relevant")
    query = (
        select(feedback.c.story_id, relevant, func.count().label("given"))
        .where(feedback.c.watchlist == watchlist, feedback.c.at >= since)
        .group_by(feedback.c.story_id)
        .order_by(feedback.c.story_id)
    )
    rows = await connection.execute(query)
    return {row.story_id: (int(row.relevant), int(row.given - row.relevant)) for row in rows}


async def carry_over(connection: AsyncConnection, old: int, new: int) -> None:
    """Moves the verdicts given in a chat to the one it became; of two by one user on one story the last one counts."""
    ours, theirs = feedback.alias(), feedback.alias()
    same = [ours.c[name] == theirs.c[name] for name in ("story_id", "user_id", "watchlist")]
    doubles = (
        select(case((ours.c.at > theirs.c.at, theirs.c.id), else_=ours.c.id))
        .select_from(ours.join(theirs, and_(*same)))
        .where(ours.c.chat_id == old, theirs.c.chat_id == new)
    )
    surpassed = (await connection.execute(doubles)).scalars().all()
    await connection.execute(delete(feedback).where(feedback.c.id.in_(surpassed)))
    await connection.execute(update(feedback).where(feedback.c.chat_id == old).values(chat_id=new))


async def carry_stories(connection: AsyncConnection, gone: int, into: int) -> None:
    """Moves the verdicts on a story to the one it was put into; of two by one user in one chat the last one counts."""
    ours, theirs = feedback.alias(), feedback.alias()
    same = [ours.c[name] == theirs.c[name] for name in ("chat_id", "user_id", "watchlist")]
    doubles = (
        select(case((ours.c.at > theirs.c.at, theirs.c.id), else_=ours.c.id))
        .select_from(ours.join(theirs, and_(*same)))
        .where(ours.c.story_id == gone, theirs.c.story_id == into)
    )
    surpassed = (await connection.execute(doubles)).scalars().all()
    await connection.execute(delete(feedback).where(feedback.c.id.in_(surpassed)))
    await connection.execute(update(feedback).where(feedback.c.story_id == gone).values(story_id=into))
