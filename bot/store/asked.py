"""Searches of the archive that were asked for in a chat, kept so that their next pages can be shown, also after a
restart. It searches nothing itself.

They are small facts of the running program: the latest ones only, and for a month.
"""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.facts import get_fact, set_fact
from bot.store.tables import facts

_PREFIX = "search:"
LIFE = timedelta(days=30)
MOST = 200
"""Searches kept; the oldest go first."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A story found, or an article of no story: its latest article that was found, and how many others were. `marks`
    are the places of the found words in `sentence`."""

    story: int | None
    title: str
    url: str
    outlet: str
    seen: datetime
    more: int = 0
    sentence: str = ""
    marks: tuple[tuple[int, int], ...] = ()
    feed_only: bool = False


@dataclass(frozen=True, slots=True)
class Search:
    """What an expression came to, the latest first. `since` is how far back it was asked for, `reached` how far back
    it was read: later than `since` where there were too many hits, or too many articles to read them all in time."""

    expression: str
    since: datetime
    until: datetime
    reached: datetime
    articles: int
    hits: tuple[Hit, ...]

    @property
    def whole(self) -> bool:
        """Whether all of the time asked for was read."""
        return self.reached <= self.since


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why an expression cannot be read, at `offset` characters from its beginning."""

    message: str
    offset: int


@dataclass(frozen=True, slots=True)
class Unlabelled:
    """A word that is no label of the watchlists that were asked: the label most like it, or nothing, and the labels
    that there are."""

    close: str
    there: tuple[str, ...]


async def keep(connection: AsyncConnection, search: Search, now: datetime) -> str:
    """The key by which the search is found again: twelve letters that cannot be guessed."""
    key = secrets.token_hex(6)
    await set_fact(connection, _PREFIX + key, _written(search), now)
    ours = facts.c.name.startswith(_PREFIX)
    surplus = select(facts.c.name).where(ours).order_by(facts.c.at.desc(), facts.c.name).offset(MOST)
    names = list((await connection.execute(surplus)).scalars())
    await connection.execute(delete(facts).where(ours, facts.c.at < now - LIFE))
    await connection.execute(delete(facts).where(facts.c.name.in_(names)))
    return key


async def kept(connection: AsyncConnection, key: str) -> Search | None:
    """The search of this key; None where it is gone."""
    return _read(await get_fact(connection, _PREFIX + key))


def _written(search: Search) -> dict[str, Any]:
    hits = [asdict(hit) | {"seen": hit.seen.isoformat()} for hit in search.hits]
    return {
        "expression": search.expression,
        "since": search.since.isoformat(),
        "until": search.until.isoformat(),
        "reached": search.reached.isoformat(),
        "articles": search.articles,
        "hits": hits,
    }


def _read(fact: object) -> Search | None:
    if not isinstance(fact, dict):
        return None
    hits = [
        Hit(**{**hit, "seen": datetime.fromisoformat(hit["seen"]), "marks": tuple(map(tuple, hit["marks"]))})
        for hit in fact["hits"]
    ]
    return Search(
        fact["expression"],
        datetime.fromisoformat(fact["since"]),
        datetime.fromisoformat(fact["until"]),
        datetime.fromisoformat(fact["reached"]),
        fact["articles"],
        tuple(hits),
    )
