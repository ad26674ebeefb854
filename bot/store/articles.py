"""Queries about articles: what a page says, kept and found again. Whether two are one report is decided elsewhere."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Basis, Source
from bot.store.database import insert
from bot.store.tables import articles, pages

Sources = Mapping[str, Source]


async def save_article(
    connection: AsyncConnection, page_id: int, article: Article, first_seen: datetime, now: datetime
) -> int:
    """Stores what a page says now; of a page read before, in place of what it said then. Returns the article's id."""
    values = {
        "source": article.source.name if article.source else "",
        "url": article.url,
        "title": article.title,
        "lead": article.lead,
        "paragraphs": list(article.paragraphs),
        "author": article.author,
        "published": article.published,
        "published_from": article.published_from,
        "language": article.language,
        "canonical": article.canonical,
        "basis": article.basis,
        "note": article.note,
        "agency": article.agency,
        "modified": article.modified,
        "published_raw": article.published_raw,
        "read_at": now,
    }
    statement = insert(connection, articles).values(page_id=page_id, first_seen=first_seen, **values)
    statement = statement.on_conflict_do_update(index_elements=["page_id"], set_=values)
    return int((await connection.execute(statement.returning(articles.c.id))).scalar_one())


async def article_of_page(connection: AsyncConnection, page_id: int, sources: Sources) -> Article | None:
    """What was read of a page so far."""
    row = (await connection.execute(select(articles).where(articles.c.page_id == page_id))).first()
    return None if row is None else article_of(row, sources)


async def other_article_at(connection: AsyncConnection, url: str, page_id: int) -> bool:
    """Whether another page led to the same address already."""
    query = select(articles.c.id).where(articles.c.url == url, articles.c.page_id != page_id)
    return (await connection.execute(query.limit(1))).first() is not None


async def title_at(connection: AsyncConnection, url: str, page_id: int) -> str | None:
    """The title of the article that another page led to at this address; None where none did."""
    query = select(articles.c.title).where(articles.c.url == url, articles.c.page_id != page_id)
    found: str | None = await connection.scalar(query.limit(1))
    return found


async def find_article(
    connection: AsyncConnection, url_keys: Sequence[str], sources: Sources
) -> tuple[datetime, Article] | None:
    """The stored article at an address (or at the address a feed gave for it): first seen, article."""
    query = select(articles).join(pages, pages.c.id == articles.c.page_id).where(pages.c.url_key.in_(url_keys))
    row = (await connection.execute(query.limit(1))).first()
    return None if row is None else (row.first_seen, article_of(row, sources))


async def find_article_by_url(
    connection: AsyncConnection, url: str, sources: Sources
) -> tuple[datetime, Article] | None:
    """The stored article whose own address this is: first seen, article."""
    row = (await connection.execute(select(articles).where(articles.c.url == url).limit(1))).first()
    return None if row is None else (row.first_seen, article_of(row, sources))


async def archive(
    connection: AsyncConnection, since: datetime, sources: Sources
) -> AsyncIterator[tuple[int, datetime, Article]]:
    """All articles first seen since then, newest first: id, first seen, article."""
    query = select(articles).where(articles.c.first_seen >= since).order_by(articles.c.first_seen.desc(), articles.c.id)
    async with connection.stream(query) as rows:
        async for row in rows:
            yield row.id, row.first_seen, article_of(row, sources)


def article_of(row: Row[Any], sources: Sources) -> Article:
    """A row of the table as a noun."""
    return Article(
        url=row.url,
        title=row.title,
        paragraphs=tuple(row.paragraphs),
        lead=row.lead,
        author=row.author,
        published=row.published,
        published_from=row.published_from,
        language=row.language,
        canonical=row.canonical,
        basis=Basis(row.basis),
        note=row.note,
        source=sources.get(row.source) or Source(row.source, row.source),
        agency=row.agency,
        modified=row.modified,
        published_raw=row.published_raw,
    )
