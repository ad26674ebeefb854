"""Queries about steps, the stages of events that articles report: stored with their article, read by story or by
label. They find none themselves.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Text, cast, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Article, Basis, Evidence, Match, Part, Priority, Source, Step
from bot.store.archive import by_id
from bot.store.retention import TEXT_GONE
from bot.store.tables import articles, matches, steps, ties
from bot.store.tied import State
from bot.story.accounts import Account
from bot.story.record import family, publishers

Sources = Mapping[str, Source]

_AT_ONCE = 500
"""Ids asked for in one query."""


async def save_steps(
    connection: AsyncConnection, article_id: int, found: Mapping[str, Sequence[Step]], now: datetime
) -> None:
    """The article's steps by watchlist, in place of all it had. Belongs into the transaction of its matches."""
    await connection.execute(delete(steps).where(steps.c.article_id == article_id))
    await _add(connection, article_id, found, now)


async def save_steps_of(
    connection: AsyncConnection, watchlist: str, article_id: int, found: Sequence[Step], now: datetime
) -> None:
    """The article's steps of one watchlist, in place of those it had of it."""
    same = (steps.c.article_id == article_id) & (steps.c.watchlist == watchlist)
    await connection.execute(delete(steps).where(same))
    await _add(connection, article_id, {watchlist: found}, now)


async def _add(
    connection: AsyncConnection, article_id: int, found: Mapping[str, Sequence[Step]], now: datetime
) -> None:
    rows = [
        {
            "article_id": article_id,
            "watchlist": watchlist,
            "concept": step.concept,
            "step": step.step,
            "rank": step.rank,
            "labels": {concept: list(names) for concept, names in step.labels.items()},
            "date": step.date,
            "date_from": step.date_from,
            "part": step.part.value,
            "paragraph": step.paragraph,
            "sentence": step.sentence,
            "at": now,
        }
        for watchlist, listed in found.items()
        for step in listed
    ]
    if rows:
        await connection.execute(steps.insert(), rows)


async def steps_of_stories(
    connection: AsyncConnection, watchlist: str, story_ids: Sequence[int]
) -> dict[int, list[Step]]:
    """What one watchlist found in the articles of these stories, by story, in the order of date and rank. Stories
    without a step are left out."""
    found: dict[int, list[Step]] = {}
    for start in range(0, len(story_ids), _AT_ONCE):
        query = (
            select(articles.c.story_id, steps)
            .join(articles, articles.c.id == steps.c.article_id)
            .where(steps.c.watchlist == watchlist, articles.c.story_id.in_(story_ids[start : start + _AT_ONCE]))
            .order_by(steps.c.date, steps.c.rank, steps.c.id)
        )
        for row in await connection.execute(query):
            found.setdefault(row.story_id, []).append(_step(row))
    return found


async def steps_by_article(connection: AsyncConnection, watchlist: str, story_id: int) -> dict[int, list[Step]]:
    """What one watchlist found in the articles of a story, by article, in the order of date and rank. Articles without
    a step are left out."""
    query = (
        select(steps)
        .join(articles, articles.c.id == steps.c.article_id)
        .where(steps.c.watchlist == watchlist, articles.c.story_id == story_id)
        .order_by(steps.c.date, steps.c.rank, steps.c.id)
    )
    found: dict[int, list[Step]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.article_id, []).append(_step(row))
    return found


async def accounts(
    connection: AsyncConnection, watchlist: str, labels: Sequence[tuple[str, str]], sources: Sources
) -> list[Account]:
    """Every step of the stories that have one with one of these labels, each a concept and its label: whatever their
    articles tell, whomever it concerns. Articles that no match of the watchlist counts for are left out, and texts are
    not read."""
    said = cast(steps.c.labels, Text)
    named = or_(*(said.contains(f'"{label}"', autoescape=True) for _, label in labels))
    inside = (
        select(articles.c.story_id)
        .join(steps, steps.c.article_id == articles.c.id)
        .where(steps.c.watchlist == watchlist, articles.c.story_id.is_not(None), named)
    )
    counting = await _counting(connection, watchlist, inside, sources)
    columns = ("story_id", "url", "title", "source", "language", "published", "first_seen", "basis")
    query = (
        select(steps, *(articles.c[name] for name in columns))
        .join(articles, articles.c.id == steps.c.article_id)
        .where(steps.c.watchlist == watchlist, articles.c.story_id.in_(inside))
        .order_by(articles.c.first_seen, articles.c.id, steps.c.id)
    )
    rows = [row for row in await connection.execute(query) if row.article_id in counting]
    apart = await _apart(connection)
    return [_account(row, sources, apart.get(row.story_id, frozenset())) for row in rows]


async def _apart(connection: AsyncConnection) -> dict[int, frozenset[int]]:
    """The stories that somebody said are two events, both ways."""
    query = (
        select(articles.c.story_id, ties.c.story_id.label("other"))
        .join(ties, ties.c.article_id == articles.c.id)
        .where(ties.c.state == State.APART)
        .distinct()
    )
    found: dict[int, frozenset[int]] = {}
    for row in await connection.execute(query):
        for one, other in ((row.story_id, row.other), (row.other, row.story_id)):
            found[one] = found.get(one, frozenset()) | {other} - {one}
    return found


async def _counting(connection: AsyncConnection, watchlist: str, inside: Select[Any], sources: Sources) -> set[int]:
    """The articles of these stories that have a match which so many publishers stand behind as it asks for."""
    query = (
        select(articles.c.id, articles.c.story_id, articles.c.source, articles.c.url)
        .add_columns(matches.c.rule, matches.c.min_sources)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(matches.c.watchlist == watchlist, articles.c.story_id.in_(inside))
    )
    rows = (await connection.execute(query)).all()
    number = publishers(((row.story_id, row.rule), family(_source(row, sources), row.url)) for row in rows)
    return {row.id for row in rows if number[row.story_id, row.rule] >= row.min_sources}


# --- articles of before -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unread:
    """A stored article whose steps are to be read, as it was at `read_at`, and what a watchlist found in it."""

    id: int
    read_at: datetime
    article: Article
    first_seen: datetime
    matches: tuple[Match, ...]


async def last_article(connection: AsyncConnection) -> int:
    """The greatest id of an article; 0 where there is none."""
    return await connection.scalar(select(func.max(articles.c.id))) or 0


async def unread(
    connection: AsyncConnection, watchlist: str, after: int, until: int, limit: int, sources: Sources
) -> tuple[list[Unread], int]:
    """The next articles that the watchlist matches, with ids greater than `after` and up to `until`, and the id up to
    which that is all. One whose text is gone is left out where it has steps: they were read in the whole text."""
    matched = select(matches.c.article_id).where(matches.c.watchlist == watchlist)
    query = (
        select(articles.c.id, articles.c.read_at, articles.c.note)
        .where(articles.c.id > after, articles.c.id <= until, articles.c.id.in_(matched))
        .order_by(articles.c.id)
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    known = select(steps.c.article_id).where(steps.c.watchlist == watchlist)
    short = known.where(steps.c.article_id.in_([row.id for row in rows if row.note == TEXT_GONE]))
    kept = set((await connection.execute(short)).scalars())
    read_at = {row.id: row.read_at for row in rows if row.id not in kept}
    hits = await _matches(connection, watchlist, read_at)
    found = [
        Unread(article_id, read_at[article_id], stored.article(sources), stored.first_seen, tuple(hits[article_id]))
        for article_id, stored in (await by_id(connection, list(read_at))).items()
    ]
    return found, (rows[-1].id if len(rows) == limit else until)


async def unchanged(connection: AsyncConnection, read: Collection[Unread]) -> set[int]:
    """Which of these articles were not read again since."""
    query = select(articles.c.id, articles.c.read_at).where(articles.c.id.in_([one.id for one in read]))
    now = {row.id: row.read_at for row in await connection.execute(query)}
    return {one.id for one in read if now.get(one.id) == one.read_at}


async def _matches(connection: AsyncConnection, watchlist: str, ids: Collection[int]) -> dict[int, list[Match]]:
    query = select(matches).where(matches.c.watchlist == watchlist, matches.c.article_id.in_(ids))
    found: dict[int, list[Match]] = {article_id: [] for article_id in ids}
    for row in await connection.execute(query.order_by(matches.c.id)):
        evidence = tuple(Evidence(**{**piece, "part": Part(piece["part"])}) for piece in row.evidence)
        labels = {concept: tuple(names) for concept, names in row.labels.items()}
        found[row.article_id].append(
            Match(row.watchlist, row.rule, Priority(row.priority), labels, evidence, row.version, row.min_sources)
        )
    return found


# --- rows to values -------------------------------------------------------------------------------------------------


def _source(row: Row[Any], sources: Sources) -> Source:
    return sources.get(row.source) or Source(row.source, row.source)


def _account(row: Row[Any], sources: Sources, apart: frozenset[int]) -> Account:
    article = Article(
        url=row.url,
        title=row.title,
        paragraphs=(),
        published=row.published,
        language=row.language,
        basis=Basis(row.basis),
        source=_source(row, sources),
    )
    return Account(_step(row), row.story_id, row.article_id, article, row.first_seen, apart)


def _step(row: Row[Any]) -> Step:
    return Step(
        concept=row.concept,
        step=row.step,
        rank=row.rank,
        labels={concept: tuple(names) for concept, names in row.labels.items()},
        date=row.date,
        date_from=row.date_from,
        part=Part(row.part),
        paragraph=row.paragraph,
        sentence=row.sentence,
    )
