"""Queries about matches and the stories of matched articles. Which reports are of one event is decided elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Row, Select, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Evidence, Match, Part, Priority, Report, Story
from bot.store.articles import Sources, article_of
from bot.store.database import insert
from bot.store.tables import articles, joins, matches, pages, shingles, stories, told
from bot.store.told import told_here
from bot.story import counted

_STORIES_LOCK = 0x73746F72
"""A number of our own among PostgreSQL's advisory locks."""


# --- matches --------------------------------------------------------------------------------------------------------


async def save_matches(connection: AsyncConnection, article_id: int, found: Iterable[Match], now: datetime) -> None:
    """The article's matches, in place of those it had. A rule that matched before keeps the time it did so."""
    earlier = {
        (row.watchlist, row.rule): row.created_at
        for row in await connection.execute(select(matches).where(matches.c.article_id == article_id))
    }
    await connection.execute(delete(matches).where(matches.c.article_id == article_id))
    for match in found:
        await connection.execute(
            insert(connection, matches).values(
                article_id=article_id,
                watchlist=match.watchlist,
                rule=match.rule,
                version=match.version,
                priority=match.priority,
                labels={concept: list(names) for concept, names in match.labels.items()},
                evidence=[piece._asdict() for piece in match.evidence],
                created_at=earlier.get((match.watchlist, match.rule), now),
                min_sources=match.min_sources,
            )
        )


# --- stories --------------------------------------------------------------------------------------------------------


async def take_turns(connection: AsyncConnection) -> None:
    """Waits until no other transaction puts articles into stories: of two copies read at once, the second must see the
    story of the first. SQLite's writers take turns anyway."""
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(_STORIES_LOCK)))


async def story_of(connection: AsyncConnection, article_id: int) -> int | None:
    """The story an article belongs to."""
    found: int | None = await connection.scalar(select(articles.c.story_id).where(articles.c.id == article_id))
    return found


async def new_story(connection: AsyncConnection, headline: str, now: datetime) -> int:
    """Begins a story."""
    statement = insert(connection, stories).values(headline=headline, first_seen=now, latest=now)
    return int((await connection.execute(statement.returning(stories.c.id))).scalar_one())


async def join_story(
    connection: AsyncConnection, story_id: int, article_id: int, hashes: Iterable[int], now: datetime
) -> None:
    """Puts an article into a story, and its sketch where later copies look for it."""
    await connection.execute(update(articles).where(articles.c.id == article_id).values(story_id=story_id))
    await connection.execute(update(stories).where(stories.c.id == story_id).values(latest=now))
    await connection.execute(delete(shingles).where(shingles.c.article_id == article_id))
    rows = [{"hash": value, "article_id": article_id} for value in hashes]
    if rows:
        await connection.execute(shingles.insert(), rows)


async def set_headline(connection: AsyncConnection, story_id: int, headline: str) -> None:
    """The headline follows the best report."""
    await connection.execute(update(stories).where(stories.c.id == story_id).values(headline=headline))


async def load_stories(
    connection: AsyncConnection, watchlist: str, story_ids: Sequence[int], sources: Sources
) -> list[Story]:
    """These stories as one watchlist tells them: the articles it matched and no other, and of the matches those that
    count. Stories without any are left out."""
    result: list[Story] = []
    for start in range(0, len(story_ids), 500):
        chunk = story_ids[start : start + 500]
        query = _matched(watchlist).where(articles.c.story_id.in_(chunk))
        result += await _stories(connection, watchlist, query, sources)
    return result


async def all_quiet(connection: AsyncConnection, article_ids: Sequence[int]) -> bool:
    """Whether every one of these articles was found by a first look or in a flood."""
    loud = select(pages.c.id).join(articles, articles.c.page_id == pages.c.id)
    loud = loud.where(articles.c.id.in_(article_ids), ~pages.c.quiet)
    return not await connection.scalar(select(loud.exists()))


async def repeats_old_news(connection: AsyncConnection, article_id: int) -> bool:
    """Whether an article is a copy of what its own source had before, in a story whose own reports, copies aside, were
    all found by a first look or in a flood: old news under a new address."""
    this = (await connection.execute(select(articles.c.story_id, articles.c.source).filter_by(id=article_id))).one()
    kind = select(joins.c.kind).where(joins.c.article_id == articles.c.id).scalar_subquery()
    members = select(articles.c.id).where(articles.c.story_id == this.story_id)
    copy = members.where(articles.c.id == article_id, kind == "copy")
    own = members.where(articles.c.id != article_id, articles.c.source == this.source)
    loud = members.join(pages, articles.c.page_id == pages.c.id).where(
        kind.is_distinct_from("copy"), pages.c.quiet.is_(False)
    )
    return bool(await connection.scalar(select(copy.exists() & own.exists() & ~loud.exists())))


async def stories_between(
    connection: AsyncConnection, watchlist: str, since: datetime, until: datetime, sources: Sources
) -> list[Story]:
    """The watchlist's stories with an article first seen in the window, told or not, each with all its articles and
    with the matches that count."""
    wanted = await story_ids_between(connection, watchlist, since, until)
    found = await load_stories(connection, watchlist, wanted, sources)
    # What is in the window may not count, and what counts may be older.
    return [story for story in found if any(since < report.first_seen <= until for report in story.reports)]


async def story_ids_between(connection: AsyncConnection, watchlist: str, since: datetime, until: datetime) -> list[int]:
    """The stories with an article first seen in the window that a rule of the watchlist matched, by a match that counts
    or not; that with the latest article last."""
    query = (
        select(articles.c.story_id)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(
            matches.c.watchlist == watchlist,
            articles.c.first_seen > since,
            articles.c.first_seen <= until,
            articles.c.story_id.is_not(None),
        )
        .group_by(articles.c.story_id)
        .order_by(func.max(articles.c.first_seen), articles.c.story_id)
    )
    return list((await connection.execute(query)).scalars())


async def untold_since(
    connection: AsyncConnection,
    watchlist: str,
    chat: int,
    thread: int,
    since: datetime,
    until: datetime,
    sources: Sources = MappingProxyType({}),
) -> list[int]:
    """Stories that a rule of the watchlist matched in this window, by a match that counts, and that the destination
    has not had. Without `sources` each source is a family of its own."""
    had = told_here(chat, thread)
    query = (
        select(articles.c.story_id, articles.c.id, matches.c.rule, matches.c.min_sources)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(
            matches.c.watchlist == watchlist,
            matches.c.created_at > since,
            matches.c.created_at <= until,
            articles.c.story_id.is_not(None),
            articles.c.story_id.not_in(had),
        )
        .order_by(articles.c.story_id)
    )
    fresh = (await connection.execute(query)).all()
    alone = {row.story_id for row in fresh if row.min_sources <= 1}
    hits = {(row.id, row.rule) for row in fresh}
    doubtful = list(dict.fromkeys(row.story_id for row in fresh if row.story_id not in alone))
    together = {
        story.id
        for story in await load_stories(connection, watchlist, doubtful, sources)
        if any((report.article_id, match.rule) in hits for report in story.reports for match in report.matches)
    }
    return sorted(alone | together)


async def was_told(connection: AsyncConnection, story_id: int, chat: int, thread: int) -> bool:
    """Whether the destination has had, or is about to get, a message about the story."""
    query = told_here(chat, thread).where(told.c.story_id == story_id).limit(1)
    return (await connection.execute(query)).first() is not None


def _matched(watchlist: str) -> Select[Any]:
    of_match = (matches.c[name] for name in ("rule", "version", "priority", "labels", "evidence", "min_sources"))
    return (
        select(articles, *of_match)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(matches.c.watchlist == watchlist, articles.c.story_id.is_not(None))
        .order_by(articles.c.story_id, articles.c.first_seen, articles.c.id, matches.c.id)
    )


async def _stories(connection: AsyncConnection, watchlist: str, query: Select[Any], sources: Sources) -> list[Story]:
    reports: dict[int, dict[int, Report]] = {}
    for row in await connection.execute(query):
        story = reports.setdefault(row.story_id, {})
        match = _match(watchlist, row)
        known = story.get(row.id)
        if known is None:
            story[row.id] = Report(row.id, article_of(row, sources), row.first_seen, (match,))
        else:
            story[row.id] = Report(row.id, known.article, known.first_seen, (*known.matches, match))
    whole = (Story(story_id, watchlist, tuple(story.values())) for story_id, story in reports.items())
    return [story for story in map(counted, whole) if story is not None]


# --- rows to values -------------------------------------------------------------------------------------------------


def _match(watchlist: str, row: Row[Any]) -> Match:
    return Match(
        watchlist=watchlist,
        rule=row.rule,
        priority=Priority(row.priority),
        labels={concept: tuple(names) for concept, names in row.labels.items()},
        evidence=tuple(Evidence(**{**piece, "part": Part(piece["part"])}) for piece in row.evidence),
        version=row.version,
        min_sources=row.min_sources,
    )
