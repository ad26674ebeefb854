"""Queries about the lines that a source's pages repeat. It keeps no texts, and not for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Basis
from bot.read import furniture, is_copy
from bot.store.database import insert
from bot.store.tables import articles, lines

RECENT = 100
"""Pages of a source after which all its counts are halved: lines of few pages are forgotten then, so a source has
about a thousand rows at most, and a line that a site prints no longer is soon below its share."""
FORGET = timedelta(days=60)
"""How long a line is remembered that no page prints."""
_SWEEP = 20
"""Pages of a source between two looks for lines to forget."""
_PAGES = ""
"""The mark under which a source's pages are counted."""


async def learned_lines(connection: AsyncConnection, source: str) -> frozenset[str]:
    """The marks of the lines that are furniture of the source, by the pages counted so far."""
    query = select(lines.c.mark, lines.c.pages).where(lines.c.source == source, lines.c.pages > 1)
    counts = {row.mark: row.pages for row in await connection.execute(query)}
    return furniture(counts, counts.pop(_PAGES, 0))


async def count_lines(
    connection: AsyncConnection, source: str, page_id: int, marks: Sequence[str], now: datetime
) -> None:
    """Counts the lines of a page; to be called before its article is stored. A page that was read before is not
    counted again, nor one that is a copy of another."""
    if not marks or await _was_read(connection, page_id):
        return
    own = select(lines.c.mark, lines.c.pages).where(lines.c.source == source, lines.c.mark.in_(marks))
    known = {row.mark: row.pages for row in await connection.execute(own)}
    # Of a copy only the paragraph counts that gave it away: so a long line that all pages print is known in the end.
    counted = [one for one in marks if one.startswith("t")] if is_copy(marks, known) else [_PAGES, *marks]
    # In one order, so that two pages of a source never wait for each other's rows.
    rows = [{"source": source, "mark": one, "pages": 1, "first_seen": now, "last_seen": now} for one in sorted(counted)]
    statement = insert(connection, lines).values(rows)
    statement = statement.on_conflict_do_update(
        index_elements=["source", "mark"], set_={"pages": lines.c.pages + 1, "last_seen": now}
    )
    await connection.execute(statement)
    await _forget(connection, source, now)


async def _was_read(connection: AsyncConnection, page_id: int) -> bool:
    query = select(articles.c.id).where(articles.c.page_id == page_id, articles.c.basis == Basis.PAGE)
    return (await connection.execute(query)).first() is not None


async def _forget(connection: AsyncConnection, source: str, now: datetime) -> None:
    here = lines.c.source == source
    pages = await connection.scalar(select(lines.c.pages).where(here, lines.c.mark == _PAGES)) or 0
    if pages % _SWEEP:
        return
    if pages >= RECENT:
        await connection.execute(update(lines).where(here).values(pages=lines.c.pages // 2))
    await connection.execute(delete(lines).where(here, (lines.c.pages == 0) | (lines.c.last_seen < now - FORGET)))
