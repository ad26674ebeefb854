"""What is out of the ordinary, since when, and until when: a source that is silent, a rule that finds nothing, a host
whose pages cannot be read. It judges nothing.

Each function works on a connection of `Database.read()` or `Database.write()`, so that callers compose transactions.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Integer, Row, case, cast, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Basis
from bot.store.tables import alarms, articles, entries, feeds, matches, pages


class Kind(StrEnum):
    """What is out of the ordinary."""

    SOURCE_QUIET = "source_quiet"
    RULE_LOW = "rule_low"
    EXTRACTION = "extraction"
    DISK = "disk"
    TELEGRAM = "telegram"
    LATE = "late"
    MACHINES = "machines"


@dataclass(frozen=True, slots=True)
class Alarm:
    """One of them; `target` is a source, a rule as `watchlist/rule`, a host, or nothing. `detail` is what was seen, by
    name, when it began."""

    id: int
    kind: Kind
    target: str
    detail: Mapping[str, Any]
    began_at: datetime
    ended_at: datetime | None = None


async def open_alarms(connection: AsyncConnection) -> list[Alarm]:
    """Those that go on, the oldest first."""
    query = select(alarms).where(alarms.c.ended_at.is_(None)).order_by(alarms.c.began_at, alarms.c.id)
    return [_alarm(row) for row in await connection.execute(query)]


async def begin(
    connection: AsyncConnection, kind: Kind, target: str, detail: Mapping[str, Any], began: datetime
) -> Alarm:
    """Writes down that something is out of the ordinary."""
    new = {"kind": kind, "target": target[:200], "detail": dict(detail), "began_at": began}
    return _alarm((await connection.execute(alarms.insert().values(**new).returning(*alarms.c))).one())


async def end(connection: AsyncConnection, alarm_id: int, now: datetime) -> None:
    """It is over."""
    await connection.execute(update(alarms).where(alarms.c.id == alarm_id).values(ended_at=now))


async def forget_ended(connection: AsyncConnection, before: datetime) -> int:
    """Forgets those that ended before a moment. How many that were."""
    gone = await connection.execute(delete(alarms).where(alarms.c.ended_at < before).returning(alarms.c.id))
    return len(gone.all())


# --- history --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Listened:
    """A source whose feeds all work: when its entries of a while were seen, earliest first, and when all its feeds had
    been read at last."""

    source: str
    moments: tuple[datetime, ...]
    read_at: datetime


async def sources_listened_to(connection: AsyncConnection, since: datetime) -> list[Listened]:
    """The sources all of whose listed feeds answered when they were last asked; what a first look found does not
    count."""
    working = (
        select(feeds.c.source, func.min(feeds.c.last_success).label("read_at"))
        .where(feeds.c.active)
        .group_by(feeds.c.source)
        .having((func.max(feeds.c.failures) == 0) & (func.count(feeds.c.last_success) == func.count()))
    )
    read_at = {row.source: row.read_at for row in await connection.execute(working)}
    seen = (
        select(feeds.c.source, entries.c.first_seen)
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.first_seen > since, entries.c.first_seen > feeds.c.first_success, feeds.c.active)
        .distinct()
        .order_by(entries.c.first_seen)
    )
    moments: dict[str, list[datetime]] = defaultdict(list)
    for row in await connection.execute(seen):
        moments[row.source].append(row.first_seen)
    return [Listened(source, tuple(moments[source]), at) for source, at in sorted(read_at.items())]


@dataclass(frozen=True, slots=True)
class Matched:
    """A rule's matches: the version of each, and when its article was seen, earliest first."""

    watchlist: str
    rule: str
    seen: tuple[tuple[str, datetime], ...]


async def rules_matched(connection: AsyncConnection, since: datetime) -> list[Matched]:
    """What each rule has matched in news since then; what first looks and floods found does not count."""
    query = (
        select(matches.c.watchlist, matches.c.rule, matches.c.version, articles.c.first_seen)
        .join(articles, articles.c.id == matches.c.article_id)
        .join(pages, pages.c.id == articles.c.page_id)
        .where(articles.c.first_seen > since, ~pages.c.quiet)
        .order_by(articles.c.first_seen)
    )
    found: dict[tuple[str, str], list[tuple[str, datetime]]] = defaultdict(list)
    for row in await connection.execute(query):
        found[row.watchlist, row.rule].append((row.version, row.first_seen))
    return [Matched(*name, tuple(seen)) for name, seen in sorted(found.items())]


async def pages_read(connection: AsyncConnection, since: datetime, until: datetime) -> dict[str, tuple[int, int]]:
    """By host: how many of the pages first seen in a while, and done with, gave their text, and how many there were."""
    good = func.sum(cast(case((articles.c.basis == Basis.PAGE, 1), else_=0), Integer))
    query = (
        select(pages.c.host, good.label("good"), func.count().label("pages"))
        .outerjoin(articles, articles.c.page_id == pages.c.id)
        .where(pages.c.first_seen > since, pages.c.first_seen <= until, pages.c.due_at.is_(None))
        .group_by(pages.c.host)
    )
    return {row.host: (int(row.good or 0), row.pages) for row in await connection.execute(query)}


async def oldest_due(connection: AsyncConnection) -> datetime | None:
    """Since when the feed has been due that waits longest."""
    found: datetime | None = await connection.scalar(select(func.min(feeds.c.due_at)).where(feeds.c.active))
    return found


def _alarm(row: Row[Any]) -> Alarm:
    return Alarm(row.id, Kind(row.kind), row.target, row.detail, row.began_at, row.ended_at)


def by_target(found: Sequence[Alarm], kind: Kind) -> dict[str, Alarm]:
    """Those of one kind by what they are about."""
    return {alarm.target: alarm for alarm in found if alarm.kind is kind}
