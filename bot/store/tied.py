"""Queries about ties: stories that may be one event, and what somebody said of them. It moves no article and proposes
no tie.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, delete, select, union, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.tables import articles, matches, stories, ties

Why = Mapping[str, list[str]]
"""What two articles have in common: names, numbers, days, places, words, labels; only those they have."""


class State(StrEnum):
    """What became of a tie: nobody has decided, it is one event, or it is not."""

    OPEN = "open"
    JOINED = "joined"
    APART = "apart"


class Fate(StrEnum):
    """What became of a decision: `joined` and `apart` now, by this word; the same by an earlier one; or there is no
    such tie any more."""

    JOINED = "joined"
    APART = "apart"
    JOINED_BEFORE = "joined before"
    APART_BEFORE = "apart before"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Tie:
    """The article `article_id` of the story `story_id` may report the event of the story `other_id`. Headlines are the
    stories'; `score` and `why` are the reasons the tie was proposed for."""

    id: int
    article_id: int
    story_id: int
    headline: str
    other_id: int
    other_headline: str
    score: float
    why: Why
    state: State
    at: datetime


async def tie(connection: AsyncConnection, tie_id: int) -> Tie | None:
    """The tie; None where there is none, or none any more: it goes with its article and with its story."""
    row = (await connection.execute(_ties().where(ties.c.id == tie_id))).first()
    return None if row is None else _tie(row)


async def open_ties(connection: AsyncConnection) -> list[Tie]:
    """All that nobody has decided, the strongest first."""
    query = _ties().where(ties.c.state == State.OPEN, articles.c.story_id != ties.c.story_id)
    return [_tie(row) for row in await connection.execute(query.order_by(ties.c.score.desc(), ties.c.id))]


async def open_ties_of(connection: AsyncConnection, story_id: int, watchlist: str | None = None) -> list[Tie]:
    """Those of one story, the strongest first, in whichever direction they were proposed. With a watchlist only those
    to stories that it matched."""
    # Each half has an index of its own; of an OR the engines make a scan of all ties.
    ours = select(ties.c.id).join(articles, articles.c.id == ties.c.article_id).where(articles.c.story_id == story_id)
    theirs = select(ties.c.id).where(ties.c.story_id == story_id)
    query = _ties().where(
        ties.c.state == State.OPEN,
        articles.c.story_id != ties.c.story_id,
        ties.c.id.in_(union(ours, theirs)),
    )
    found = [_tie(row) for row in await connection.execute(query.order_by(ties.c.score.desc(), ties.c.id))]
    if watchlist is None or not found:
        return found
    others = {other_of(each, story_id) for each in found}
    known = select(articles.c.story_id).join(matches, matches.c.article_id == articles.c.id)
    known = known.where(matches.c.watchlist == watchlist, articles.c.story_id.in_(others))
    followed = set((await connection.execute(known)).scalars())
    return [each for each in found if other_of(each, story_id) in followed]


def other_of(found: Tie, story_id: int) -> int:
    """The story at the other end."""
    return found.other_id if found.story_id == story_id else found.story_id


async def apart_from(connection: AsyncConnection, story_id: int) -> set[int]:
    """The stories that somebody said are other events than this one."""
    said = ties.c.state == State.APART
    ours = select(ties.c.story_id).join(articles, articles.c.id == ties.c.article_id)
    ours = ours.where(said, articles.c.story_id == story_id)
    theirs = select(articles.c.story_id).join(ties, ties.c.article_id == articles.c.id)
    theirs = theirs.where(said, ties.c.story_id == story_id, articles.c.story_id.is_not(None))
    return set((await connection.execute(union(ours, theirs))).scalars()) - {story_id}


# --- what is said of them -------------------------------------------------------------------------------------------


async def keep_apart(connection: AsyncConnection, one: int, other: int, now: datetime) -> None:
    """No article of either story is the other's event, by somebody's word."""
    for of, story_id in ((one, other), (other, one)):
        query = select(articles.c.id).where(articles.c.story_id == of).order_by(articles.c.id)
        for article_id in (await connection.execute(query)).scalars().all():
            said = {"state": State.APART, "at": now}
            statement = insert(connection, ties).values(
                article_id=article_id, story_id=story_id, score=0.0, why={}, **said
            )
            by = ["article_id", "story_id"]
            await connection.execute(statement.on_conflict_do_update(index_elements=by, set_=said))


async def settle_inside(connection: AsyncConnection, story_id: int, now: datetime) -> None:
    """A story's ties to itself are joined, whatever was said of them before: the last word counts."""
    inside = select(articles.c.id).where(articles.c.story_id == story_id)
    own = (ties.c.story_id == story_id) & ties.c.article_id.in_(inside) & (ties.c.state != State.JOINED)
    await connection.execute(update(ties).where(own).values(state=State.JOINED, at=now))


async def carry_ties(connection: AsyncConnection, gone: int, into: int) -> None:
    """What was tied to a story is tied to the one it was put into. Of two ties of an article, a word that they are
    apart counts, and else the stronger one."""
    ours, theirs = ties.alias(), ties.alias()
    query: Select[Any] = select(
        ours.c.id.label("ours"), theirs.c.id.label("theirs"), ours.c.state, theirs.c.state.label("said"),
        ours.c.score, theirs.c.score.label("scored"),
    )  # fmt: skip
    query = query.join_from(ours, theirs, ours.c.article_id == theirs.c.article_id)
    doubles = (await connection.execute(query.where(ours.c.story_id == gone, theirs.c.story_id == into))).all()
    surpassed = [row.theirs if _outdoes(row) else row.ours for row in doubles]
    await connection.execute(delete(ties).where(ties.c.id.in_(surpassed)))
    await connection.execute(update(ties).where(ties.c.story_id == gone).values(story_id=into))


def _outdoes(row: Row[Any]) -> bool:
    """Whether the first of two ties is the one to keep."""
    rank = {State.APART: 1}
    return (rank.get(row.state, 0), row.score) > (rank.get(row.said, 0), row.scored)


# --- rows to values -------------------------------------------------------------------------------------------------


def _ties() -> Select[Any]:
    own, other = stories.alias(), stories.alias()
    return (
        select(
            ties,
            articles.c.story_id.label("own_id"),
            own.c.headline.label("headline"),
            other.c.headline.label("other_headline"),
        )
        .join(articles, articles.c.id == ties.c.article_id)
        .join(own, own.c.id == articles.c.story_id)
        .join(other, other.c.id == ties.c.story_id)
    )


def _tie(row: Row[Any]) -> Tie:
    return Tie(
        id=row.id,
        article_id=row.article_id,
        story_id=row.own_id,
        headline=row.headline,
        other_id=row.story_id,
        other_headline=row.other_headline,
        score=row.score,
        why=shared(row.why),
        state=State(row.state),
        at=row.at,
    )


def shared(stored: Mapping[str, Iterable[object]] | None) -> Why:
    """What a row says that two articles have in common."""
    return {kind: [str(value) for value in values] for kind, values in (stored or {}).items() if values}
