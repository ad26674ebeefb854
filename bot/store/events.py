"""Queries about what articles say, by what they are found, why they are in their story, and where else they may belong.
It decides none of this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import article_facts, articles, features, joins, ties
from bot.story.events import Tie
from bot.story.facts import Facts

FOUND = 40
"""Articles with the most traces in common that are looked at."""

COUNTED = 100
"""Articles with the most traces in common, before it is asked when they were seen."""

STORIES = 10
"""Their stories that are compared, the first."""

MEMBERS = 12
"""Articles of a story that are compared, the latest."""

MOST_TRACES = 200
"""Traces of one article that are looked for."""


async def save_facts(connection: AsyncConnection, article_id: int, facts: Facts, traces: Iterable[int]) -> None:
    """What an article says, and what it is found by, in place of what it said before."""
    values = {"facts": facts.to_json()}
    statement = insert(connection, article_facts).values(article_id=article_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=values))
    await connection.execute(delete(features).where(features.c.article_id == article_id))
    rows = [{"hash": value, "article_id": article_id} for value in traces]
    if rows:
        await connection.execute(features.insert(), rows)


async def load_facts(connection: AsyncConnection, article_ids: Sequence[int]) -> dict[int, Facts]:
    """What these articles say; those whose facts are not stored are left out."""
    query = select(article_facts).where(article_facts.c.article_id.in_(article_ids))
    return {row.article_id: Facts.from_json(row.facts) for row in await connection.execute(query)}


async def latest_facts(connection: AsyncConnection, most: int) -> list[Facts]:
    """What the latest articles say, the earliest of them first."""
    query = select(article_facts.c.facts).order_by(article_facts.c.article_id.desc()).limit(most)
    return [Facts.from_json(row.facts) for row in reversed((await connection.execute(query)).all())]


# --- what may be one event -------------------------------------------------------------------------------------------


async def found_by(connection: AsyncConnection, article_id: int, traces: Iterable[int], since: datetime) -> list[int]:
    """The stories, first seen since then, of the articles that share the most traces with one, the nearest first."""
    # Articles are numbered as they are read, soon after they are seen: this bounds what has to be counted.
    earliest = select(articles.c.id).where(articles.c.first_seen >= since).order_by(articles.c.first_seen).limit(100)
    lowest = await connection.scalar(select(func.min(earliest.subquery().c.id)))
    count = func.count().label("shared")
    sharing = (
        select(features.c.article_id, count)
        .where(features.c.hash.in_(list(traces)[:MOST_TRACES]), features.c.article_id >= (lowest or 0))
        .group_by(features.c.article_id)
        .order_by(count.desc(), features.c.article_id.desc())
        .limit(COUNTED)
        .subquery()
    )
    query = (
        select(articles.c.story_id)
        .join(sharing, sharing.c.article_id == articles.c.id)
        .where(articles.c.id != article_id, articles.c.story_id.is_not(None), articles.c.first_seen >= since)
        .order_by(sharing.c.shared.desc(), articles.c.id.desc())
        .limit(FOUND)
    )
    return list(dict.fromkeys(row.story_id for row in await connection.execute(query)))[:STORIES]


async def near_stories(
    connection: AsyncConnection, article_id: int, traces: Iterable[int], since: datetime
) -> dict[int, list[tuple[int, Facts]]]:
    """The stories an article may belong to, the nearest first -> their latest articles since then, each with its id.
    Stories that somebody said are no home of the article are left out."""
    story_ids = await found_by(connection, article_id, traces, since)
    apart = select(ties.c.story_id).where(ties.c.article_id == article_id, ties.c.state == "apart")
    refused = set((await connection.execute(apart)).scalars())
    wanted = [story_id for story_id in story_ids if story_id not in refused]
    rank = func.row_number().over(partition_by=articles.c.story_id, order_by=articles.c.id.desc()).label("rank")
    members = (
        select(articles.c.id, articles.c.story_id, rank)
        .where(articles.c.story_id.in_(wanted), articles.c.id != article_id, articles.c.first_seen >= since)
        .subquery()
    )
    query = (
        select(members.c.id, members.c.story_id, article_facts.c.facts)
        .join(article_facts, article_facts.c.article_id == members.c.id)
        .where(members.c.rank <= MEMBERS)
        .order_by(members.c.id)
    )
    found: dict[int, list[tuple[int, Facts]]] = {story_id: [] for story_id in wanted}
    for row in await connection.execute(query):
        found[row.story_id].append((row.id, Facts.from_json(row.facts)))
    return {story_id: members for story_id, members in found.items() if members}


async def article_at(connection: AsyncConnection, url: str) -> int | None:
    """The article at an address."""
    found: int | None = await connection.scalar(select(articles.c.id).where(articles.c.url == url).limit(1))
    return found


# --- why -------------------------------------------------------------------------------------------------------------


async def save_join(
    connection: AsyncConnection,
    article_id: int,
    kind: str,
    now: datetime,
    other_id: int | None = None,
    score: float | None = None,
    why: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Why an article is in its story; what was noted before stays."""
    said = {key: list(values) for key, values in (why or {}).items()}
    statement = insert(connection, joins).values(
        article_id=article_id, kind=kind, other_id=other_id, score=score, why=said, at=now
    )
    await connection.execute(statement.on_conflict_do_nothing(index_elements=["article_id"]))


async def save_ties(connection: AsyncConnection, article_id: int, possible: Iterable[Tie], now: datetime) -> None:
    """Where else an article may belong; what somebody said of that stays."""
    for tie in possible:
        said = {key: list(values) for key, values in tie.why.items()}
        statement = insert(connection, ties).values(
            article_id=article_id, story_id=tie.story, score=tie.score, why=said, state="open", at=now
        )
        await connection.execute(statement.on_conflict_do_nothing(index_elements=["article_id", "story_id"]))
