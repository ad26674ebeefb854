"""Queries about steps, the stages of events that articles report: stored with their article, read by story. They find
none themselves.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Part, Step
from bot.store.tables import articles, steps

_AT_ONCE = 500
"""Ids asked for in one query."""


async def save_steps(
    connection: AsyncConnection, article_id: int, found: Mapping[str, Sequence[Step]], now: datetime
) -> None:
    """The article's steps by watchlist, in place of all it had. Belongs into the transaction of its matches."""
    await connection.execute(delete(steps).where(steps.c.article_id == article_id))
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
