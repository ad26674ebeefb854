"""Queries for the articles that may be copies of one, by the word sequences they share. Whether two are copies is
decided elsewhere.

What costs is formulas ("the ministry of defence said"): thousands of articles have them. So of each sequence only the
newest few articles are looked at. Measured with 100,000 articles of 320 words stored, SQLite: 0.6 ms, against 2.7 ms
for a plain count of all.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache

from sqlalchemy import TextClause, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Source
from bot.store.articles import article_of
from bot.store.tables import articles, shingles

ASKED = 96
"""Hashes of an article that are looked up: the least ones. Of a copy cut to a tenth they still share a dozen."""

NEWEST = 16
"""Articles looked at for each hash."""

COUNTED = 24
"""Articles with the most hashes in common whose own sketches are counted."""

LIKELY = 12
"""Articles that are worth comparing."""

LEAST = 0.2
"""Share of the smaller sketch in common: a little below the least with which two articles are one report."""

FEW = 16
"""A sketch of fewer hashes says less about shares; one in common is worth a look."""


async def candidates(
    connection: AsyncConnection,
    article_id: int,
    hashes: Collection[int],
    since: datetime,
    sources: Mapping[str, Source],
) -> list[tuple[int, datetime, Article]]:
    """Stored articles first seen since then that may be copies of this one, the likeliest first: story, first seen,
    article."""
    likely = await likely_copies(connection, article_id, hashes)
    if not likely:
        return []
    query = select(articles).where(
        articles.c.id.in_(likely), articles.c.story_id.is_not(None), articles.c.first_seen >= since
    )
    rows = {row.id: row for row in await connection.execute(query)}
    found = (rows[each] for each in likely if each in rows)
    return [(row.story_id, row.first_seen, article_of(row, sources)) for row in found]


async def likely_copies(connection: AsyncConnection, article_id: int, hashes: Collection[int]) -> list[int]:
    """The ids of stored articles that may be copies of this one, the likeliest first, at most `LIKELY`."""
    asked = sorted(hashes)[:ASKED]
    if not asked:
        return []
    wanted = {f"hash{at}": value for at, value in enumerate(asked)}
    found = await connection.execute(
        _query(len(asked)), {"own": article_id, "least": min(2, len(asked) // 4), **wanted}
    )
    shared = {row.article_id: row.shared * len(hashes) / len(asked) for row in found}
    if not shared:
        return []
    sizes = (
        select(shingles.c.article_id, func.count().label("size"))
        .where(shingles.c.article_id.in_(shared))
        .group_by(shingles.c.article_id)
    )
    shares = {}
    for row in await connection.execute(sizes):
        smaller = min(row.size, len(hashes))
        share = shared[row.article_id] / smaller
        if share >= LEAST or smaller < FEW:
            shares[row.article_id] = share
    return sorted(shares, key=lambda each: (-shares[each], each))[:LIKELY]


@cache
def _query(number: int) -> TextClause:
    """One index range for each hash; both engines read the same words. The text is cached with its names, since a tree
    of so many selects takes longer to build than to run."""
    each = " UNION ALL ".join(
        f"SELECT article_id FROM (SELECT article_id FROM shingles WHERE hash = :hash{at} "  # noqa: S608 - only numbers
        f"ORDER BY article_id DESC LIMIT {NEWEST}) AS range{at}"
        for at in range(number)
    )
    return text(
        f"SELECT article_id, count(*) AS shared FROM ({each}) AS every WHERE article_id <> :own "  # noqa: S608
        f"GROUP BY article_id HAVING count(*) >= :least ORDER BY count(*) DESC, article_id LIMIT {COUNTED}"
    )
