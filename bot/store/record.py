"""Queries for the record of one story: its articles of every watchlist, why each is in it, and its steps. It counts and
judges nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Evidence, Match, Part, Priority, Report, Story
from bot.store.archive import by_id
from bot.store.articles import Sources
from bot.store.choices import living
from bot.store.tables import articles, joins, matches, steps, stories
from bot.store.tied import Tie, Why, open_ties_of, shared


@dataclass(frozen=True, slots=True)
class Joined:
    """Why an article is in its story: `kind` is first, copy, event or operator, `by` the article it came by, which may
    be gone or in another story by now, and `why` what the two have in common."""

    kind: str
    by: int | None
    score: float | None
    why: Why
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step as it is kept: a stage of an event that a sentence of an article reports."""

    article_id: int
    watchlist: str
    concept: str
    step: str
    rank: int
    labels: dict[str, list[str]]
    date: str
    date_from: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a story. `story` holds every article that any watchlist matched, earliest first; it is None
    where there is none any more."""

    id: int
    headline: str
    merged_from: tuple[int, ...]
    first_seen: datetime
    story: Story | None
    joined: dict[int, Joined]
    steps: tuple[StoredStep, ...]
    possibly: tuple[Tie, ...]


async def record(connection: AsyncConnection, story_id: int, sources: Sources) -> Record:
    """The record of a story, or of the one it was put into. Raises ChoiceError where there is no such story."""
    story = await living(connection, story_id)
    row = (await connection.execute(select(stories).where(stories.c.id == story))).one()
    before = select(stories.c.id).where(stories.c.merged_into == story).order_by(stories.c.id)
    reports = await _reports(connection, story, sources)
    return Record(
        id=story,
        headline=row.headline,
        merged_from=tuple((await connection.execute(before)).scalars()),
        first_seen=row.first_seen,
        story=Story(story, "", reports) if reports else None,
        joined=await _joined(connection, story),
        steps=await _steps(connection, story),
        possibly=tuple(await open_ties_of(connection, story)),
    )


async def _reports(connection: AsyncConnection, story_id: int, sources: Sources) -> tuple[Report, ...]:
    query = (
        select(articles.c.id.label("of"), matches)
        .join(matches, matches.c.article_id == articles.c.id)
        .where(articles.c.story_id == story_id)
        .order_by(articles.c.first_seen, articles.c.id, matches.c.id)
    )
    found: dict[int, list[Match]] = {}
    for row in await connection.execute(query):
        found.setdefault(row.of, []).append(_match(row))
    stored = await by_id(connection, list(found))
    return tuple(
        Report(article_id, stored[article_id].article(sources), stored[article_id].first_seen, tuple(hits))
        for article_id, hits in found.items()
    )


async def _joined(connection: AsyncConnection, story_id: int) -> dict[int, Joined]:
    query = select(joins).join(articles, articles.c.id == joins.c.article_id).where(articles.c.story_id == story_id)
    return {
        row.article_id: Joined(row.kind, row.other_id, row.score, shared(row.why), row.at)
        for row in await connection.execute(query)
    }


async def _steps(connection: AsyncConnection, story_id: int) -> tuple[StoredStep, ...]:
    query = (
        select(steps)
        .join(articles, articles.c.id == steps.c.article_id)
        .where(articles.c.story_id == story_id)
        .order_by(steps.c.date, steps.c.rank, articles.c.first_seen, steps.c.id)
    )
    rows = await connection.execute(query)
    return tuple(StoredStep(**{name: getattr(row, name) for name in StoredStep.__slots__}) for row in rows)


def _match(row: Row[Any]) -> Match:
    return Match(
        watchlist=row.watchlist,
        rule=row.rule,
        priority=Priority(row.priority),
        labels={concept: tuple(names) for concept, names in row.labels.items()},
        evidence=tuple(Evidence(**{**piece, "part": Part(piece["part"])}) for piece in row.evidence),
        version=row.version,
        min_sources=row.min_sources,
    )
