"""Queries that forget: texts nobody matched, once they are old. What was matched stays."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.tables import articles, matches


async def forget_unmatched(connection: AsyncConnection, before: datetime, limit: int) -> int:
    """Deletes up to `limit` articles first seen before then that no rule matched; returns how many. Their pages and
    entries stay, so that a feed which still lists them does not make them new."""
    matched = select(matches.c.article_id)
    old = select(articles.c.id).where(articles.c.first_seen < before, articles.c.id.not_in(matched)).limit(limit)
    gone = await connection.execute(delete(articles).where(articles.c.id.in_(old)).returning(articles.c.id))
    return len(gone.all())
