"""Queries that forget: texts that are old, and what only young articles need. Titles, matches, stories and steps stay.

Each looks for what is to go on a connection that only reads, some rows at a time, and lets go of these by their ids:
a transaction that writes is short however much there is to forget.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, Table, Text, and_, cast, delete, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Evidence, Match, Part, Priority
from bot.store.tables import article_facts, articles, entries, features, lines, matches, pages, shingles

TEXT_GONE = "its full text is no longer kept"
"""The note of an article whose text was shortened to the sentences that messages quote."""


class Place(NamedTuple):
    """How far a walk through the articles, oldest first, has come."""

    first_seen: datetime
    id: int


START = Place(datetime(1, 1, 1, tzinfo=UTC), 0)


def _walk(before: datetime, after: Place, limit: int) -> Select[Any]:
    c = articles.c
    later = or_(c.first_seen > after.first_seen, and_(c.first_seen == after.first_seen, c.id > after.id))
    query = select(c.first_seen, c.id).where(c.first_seen < before, c.first_seen >= after.first_seen, later)
    return query.order_by(c.first_seen, c.id).limit(limit)


async def _places(connection: AsyncConnection, query: Select[Any]) -> list[Place]:
    return [Place(row.first_seen, row.id) for row in await connection.execute(query)]


def _matched() -> ColumnElement[bool]:
    return exists(select(matches.c.id).where(matches.c.article_id == articles.c.id))


# --- articles that no rule matched ----------------------------------------------------------------------------------


async def old_unmatched(connection: AsyncConnection, before: datetime, limit: int, after: Place = START) -> list[Place]:
    """The next articles first seen before then that no rule matched."""
    return await _places(connection, _walk(before, after, limit).where(~_matched()))


async def forget_articles(connection: AsyncConnection, ids: Collection[int]) -> int:
    """Deletes those of these articles that no rule has matched meanwhile, and what their feeds said; returns how many.
    Pages and entries stay without their texts, so that a feed which still lists them does not make them new."""
    gone = delete(articles).where(articles.c.id.in_(ids), ~_matched()).returning(articles.c.page_id)
    page_ids = list((await connection.execute(gone)).scalars())
    await _forget_entries(connection, entries.c.page_id.in_(page_ids))
    return len(page_ids)


# --- what feeds said ------------------------------------------------------------------------------------------------


async def old_entries(
    connection: AsyncConnection, before: datetime, limit: int, after: int = 0
) -> tuple[list[int], int | None]:
    """Of the next entries first seen before then, the ids of those with a text whose page has no article and waits for
    nothing; and the last id looked at, None where there are no more."""
    c = entries.c
    bare = or_(cast(c.paragraphs, Text) == "[]", exists(select(articles.c.id).where(articles.c.page_id == c.page_id)))
    query = (
        select(c.id, or_(bare, pages.c.due_at.is_not(None)).label("stays"))
        .join(pages, pages.c.id == c.page_id)
        .where(c.id > after, c.first_seen < before)
        .order_by(c.id)
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    return [row.id for row in rows if not row.stays], rows[-1].id if rows else None


async def forget_entries(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Drops the texts of these entries. What they are known by stays."""
    await _forget_entries(connection, entries.c.id.in_(ids))


async def _forget_entries(connection: AsyncConnection, which: ColumnElement[bool]) -> None:
    await connection.execute(update(entries).where(which).values(paragraphs=[]))


# --- articles that a rule matched -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class FullText:
    """A matched article whose text is to be shortened, as it was read at `read_at`, and its matches by their ids."""

    id: int
    page_id: int
    read_at: datetime
    article: Article
    matches: tuple[tuple[int, Match], ...]


async def old_full_texts(
    connection: AsyncConnection, before: datetime, limit: int, after: Place = START
) -> list[Place]:
    """The next matched articles first seen before then whose full texts are still there."""
    full = or_(articles.c.note.is_(None), articles.c.note != TEXT_GONE)
    return await _places(connection, _walk(before, after, limit).where(_matched(), full))


async def full_texts(connection: AsyncConnection, ids: Collection[int]) -> list[FullText]:
    """These articles, with only what shortening them needs."""
    found: dict[int, list[tuple[int, Match]]] = {}
    for row in await connection.execute(
        select(matches).where(matches.c.article_id.in_(ids)).order_by(matches.c.article_id, matches.c.id)
    ):
        found.setdefault(row.article_id, []).append((row.id, _match(row)))
    texts = []
    for row in await connection.execute(select(articles).where(articles.c.id.in_(ids)).order_by(articles.c.id)):
        article = Article(row.url, row.title, tuple(row.paragraphs), row.lead, language=row.language)
        texts.append(FullText(row.id, row.page_id, row.read_at, article, tuple(found.get(row.id, ()))))
    return texts


def _match(row: Any) -> Match:
    evidence = tuple(Evidence(**{**piece, "part": Part(piece["part"])}) for piece in row.evidence)
    return Match(row.watchlist, row.rule, Priority(row.priority), row.labels, evidence)


async def shorten(
    connection: AsyncConnection,
    text: FullText,
    lead: str,
    paragraphs: Sequence[str],
    evidence: Sequence[Sequence[Evidence]],
) -> None:
    """Keeps only so much of an article, and the evidence of its matches, in their order, that lies in it; what its
    feeds said goes as well. An article that was read again meanwhile stays as it is."""
    same = (articles.c.id == text.id) & (articles.c.read_at == text.read_at)
    values = {"lead": lead, "paragraphs": list(paragraphs), "note": TEXT_GONE}
    changed = await connection.execute(update(articles).where(same).values(**values).returning(articles.c.id))
    if changed.first() is None:
        return
    for (match_id, match), kept in zip(text.matches, evidence, strict=True):
        if tuple(kept) != match.evidence:
            rows = [piece._asdict() for piece in kept]
            await connection.execute(update(matches).where(matches.c.id == match_id).values(evidence=rows))
    await _forget_entries(connection, entries.c.page_id == text.page_id)


# --- what only young articles need ----------------------------------------------------------------------------------


async def old_sketches(connection: AsyncConnection, before: datetime, limit: int, after: Place = START) -> list[Place]:
    """The next articles first seen before then that still have what copies and reports of one event are found by."""
    left = or_(_has(shingles), _has(features))
    return await _places(connection, _walk(before, after, limit).where(left))


async def forget_sketches(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Drops what copies and reports of one event are found by: no window reaches these articles any more."""
    for table in (shingles, features):
        await connection.execute(delete(table).where(table.c.article_id.in_(ids)))


async def old_facts(connection: AsyncConnection, before: datetime, limit: int, after: Place = START) -> list[Place]:
    """The next articles first seen before then whose facts are still there."""
    return await _places(connection, _walk(before, after, limit).where(_has(article_facts)))


async def forget_facts(connection: AsyncConnection, ids: Collection[int]) -> None:
    """Drops the facts that articles are compared by."""
    await connection.execute(delete(article_facts).where(article_facts.c.article_id.in_(ids)))


def _has(table: Table) -> ColumnElement[bool]:
    return exists(select(table.c.article_id).where(table.c.article_id == articles.c.id))


async def sources_of_old_lines(connection: AsyncConnection, before: datetime) -> list[str]:
    """The sources with lines that nobody printed since then."""
    query = select(lines.c.source).where(lines.c.last_seen < before).distinct().order_by(lines.c.source)
    return list((await connection.execute(query)).scalars())


async def forget_lines(connection: AsyncConnection, source: str, before: datetime) -> int:
    """Drops the lines of a source, about a thousand at most, that nobody printed since then; returns how many. Those of
    a source that is read no more nothing else would clear away."""
    gone = delete(lines).where(lines.c.source == source, lines.c.last_seen < before)
    return (await connection.execute(gone)).rowcount
