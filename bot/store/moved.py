"""Queries about stories that a place was told of and that something has come into since. Whether that is news is
decided elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Priority
from bot.store.tables import articles, joins, matches
from bot.store.told import told_here
from bot.tell.moved import Found

_AT_ONCE = 500
"""Ids asked for in one query."""


async def told_and_touched(
    connection: AsyncConnection, watchlist: str, chat: int, thread: int, since: datetime, until: datetime
) -> list[int]:
    """Stories that the place was told of, or is about to be, and that a rule of the watchlist matched in this
    window."""
    query = (
        select(articles.c.story_id)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(
            matches.c.watchlist == watchlist,
            matches.c.created_at > since,
            matches.c.created_at <= until,
            articles.c.story_id.in_(told_here(chat, thread)),
        )
        .distinct()
        .order_by(articles.c.story_id)
    )
    return [row.story_id for row in await connection.execute(query)]


async def found_in(connection: AsyncConnection, watchlist: str, story_ids: Sequence[int]) -> Mapping[int, list[Found]]:
    """What the watchlist's rules found in the articles of these stories, and when."""
    result: dict[int, list[Found]] = {}
    joined = func.coalesce(joins.c.at, articles.c.first_seen, type_=articles.c.first_seen.type).label("joined")
    for start in range(0, len(story_ids), _AT_ONCE):
        query = (
            select(
                articles.c.story_id, matches.c.rule, matches.c.priority, matches.c.labels, matches.c.created_at, joined
            )
            .join(matches, matches.c.article_id == articles.c.id)
            .outerjoin(joins, joins.c.article_id == articles.c.id)
            .where(matches.c.watchlist == watchlist, articles.c.story_id.in_(story_ids[start : start + _AT_ONCE]))
            .order_by(articles.c.story_id, matches.c.id)
        )
        for row in await connection.execute(query):
            labels = {concept: tuple(names) for concept, names in row.labels.items()}
            found = Found(row.rule, Priority(row.priority), labels, row.created_at, row.joined)
            result.setdefault(row.story_id, []).append(found)
    return result
