"""Queries of people who look on: what became of a feed's pages, how much it brings, what it said of a page. It decides
nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Entry
from bot.store.pages import entry_of
from bot.store.tables import articles, entries, pages

MOST = 20_000
"""Pages that are looked at, the newest."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """One page that was not read in full, and why: it failed, or the feed's own text was used."""

    feed_id: int
    url: str
    why: str


async def page_troubles(connection: AsyncConnection, since: datetime) -> list[Trouble]:
    """The pages seen since then whose own text is not what was matched, newest first, for each feed that lists them."""
    why = func.coalesce(pages.c.error, articles.c.note)
    query = (
        select(entries.c.feed_id, pages.c.id, pages.c.url, why.label("why"))
        .join(pages, pages.c.id == entries.c.page_id)
        .outerjoin(articles, articles.c.page_id == pages.c.id)
        .where(pages.c.first_seen >= since, why.is_not(None))
        .where(or_(articles.c.basis.is_(None), articles.c.basis != "page"))
        .distinct()
        .order_by(pages.c.id.desc())
        .limit(MOST)
    )
    return [Trouble(row.feed_id, row.url, row.why) for row in await connection.execute(query)]


@dataclass(frozen=True, slots=True)
class Brought:
    """How many of a feed's entries are dated since some moment, and the date of the earliest it has ever listed. An
    entry without a date is of when it was first seen."""

    lately: int
    earliest: datetime


async def entries_brought(connection: AsyncConnection, since: datetime) -> dict[int, Brought]:
    """This of every feed that has listed any entry."""
    moment = func.coalesce(entries.c.published, entries.c.first_seen)
    lately = func.count().filter(moment >= since)
    query = select(
        entries.c.feed_id, lately.label("lately"), func.min(moment, type_=entries.c.first_seen.type).label("earliest")
    )
    rows = await connection.execute(query.group_by(entries.c.feed_id))
    return {row.feed_id: Brought(row.lately, row.earliest) for row in rows}


async def listed_as(connection: AsyncConnection, url_key: str) -> tuple[str, Entry] | None:
    """The source whose feed listed the page at an address, and what it said of it; None where none did."""
    row = (await connection.execute(select(pages.c.id, pages.c.source).where(pages.c.url_key == url_key))).first()
    entry = None if row is None else await entry_of(connection, row.id)
    return None if row is None or entry is None else (row.source, entry)
