"""Reads the archive in bulk, beside a running bot: many articles, a stretch at a time. It changes nothing, and holds no
transaction open between two stretches.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import Database
from bot.store.tables import articles
from bot.story.trial import Stored

_AT_ONCE = 500
"""Ids asked for in one query."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the archive: its articles first seen from `since` to `until`. Their ids lie between `first` and `last`,
    the earliest of them was seen at `earliest`; of an empty one `articles` is 0."""

    since: datetime
    until: datetime
    articles: int
    first: int
    last: int
    earliest: datetime


async def stretch(connection: AsyncConnection, since: datetime, until: datetime) -> Stretch:
    """What the archive holds of this time."""
    c = articles.c
    query = select(func.count(), func.min(c.id), func.max(c.id), func.min(c.first_seen))
    row = (await connection.execute(query.where(c.first_seen >= since, c.first_seen <= until))).one()
    return Stretch(since, until, row[0], row[1] or 0, row[2] or 0, row[3] or since)


async def chunks(database: Database, wanted: Stretch, size: int) -> AsyncGenerator[list[Stored], None]:
    """The articles of a stretch in the order of their ids, at most `size` at a time. Raises StoreError.

    Ids are walked rather than times: the rows lie in their order, and articles of one moment, as a first look finds
    them by the thousand, cost no more than others.
    """
    for start in range(wanted.first, wanted.last + 1, size) if wanted.articles else ():
        query = _stored().where(articles.c.id.between(start, start + size - 1)).order_by(articles.c.id)
        async with database.read() as connection:
            rows = (await connection.execute(query)).all()
        found = [Stored(*row) for row in rows]
        chunk = [stored for stored in found if wanted.since <= stored.first_seen <= wanted.until]
        if chunk:
            yield chunk


async def by_id(connection: AsyncConnection, ids: Sequence[int]) -> dict[int, Stored]:
    """These articles by their ids; those that are gone are left out."""
    found: dict[int, Stored] = {}
    for start in range(0, len(ids), _AT_ONCE):
        query = _stored().where(articles.c.id.in_(ids[start : start + _AT_ONCE]))
        found.update((row.id, Stored(*row)) for row in await connection.execute(query))
    return found


async def seen_before(connection: AsyncConnection, story_ids: Sequence[int], moment: datetime) -> list[int]:
    """The ids of the articles of these stories that were first seen before a moment."""
    found: list[int] = []
    for start in range(0, len(story_ids), _AT_ONCE):
        of_stories = articles.c.story_id.in_(story_ids[start : start + _AT_ONCE])
        query = select(articles.c.id).where(of_stories, articles.c.first_seen < moment).order_by(articles.c.id)
        found += (await connection.execute(query)).scalars()
    return found


def _stored() -> Select[Any]:
    # The paragraphs stay JSON text: they are decoded by whoever needs them, in another process.
    columns = [cast(column, Text) if column.name == "paragraphs" else column for column in _columns()]
    return select(*columns)


def _columns() -> list[Any]:
    return [articles.c[name] for name in Stored._fields]
