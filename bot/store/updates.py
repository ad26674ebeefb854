"""Queries about what an article said before it was read again. It judges nothing."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Match, Priority
from bot.store.tables import articles, matches
from bot.story.updates import Known


async def known_matches(connection: AsyncConnection, page_id: int) -> list[Known] | None:
    """The matches of the page's article so far; None where it was never read."""
    article_id = await connection.scalar(select(articles.c.id).where(articles.c.page_id == page_id))
    if article_id is None:
        return None
    rows = await connection.execute(select(matches).where(matches.c.article_id == article_id))
    return [
        Known(row.watchlist, row.rule, Priority(row.priority), {name: tuple(each) for name, each in row.labels.items()})
        for row in rows
    ]


async def renew_matches(connection: AsyncConnection, article_id: int, news: Iterable[Match], now: datetime) -> None:
    """These matches are news as of now: the next digest looks at them."""
    for match in news:
        same = (matches.c.watchlist == match.watchlist) & (matches.c.rule == match.rule)
        await connection.execute(update(matches).where(matches.c.article_id == article_id, same).values(created_at=now))
