"""Queries about feeds: which are due, what a poll found out. It decides no interval."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, func, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.store.database import insert
from bot.store.feed_rows import Feed, Kept, asks_json, feed_of
from bot.store.tables import articles, entries, feeds, pages
from bot.store.words import storable

_LISTING = ("source", "host", "lane", "every_s", "active")
"""Columns that come from the configuration."""


@dataclass(frozen=True, slots=True)
class ListedFeed:
    """A feed as configured, with the lane of its host."""

    url: str
    source: str
    host: str
    lane: int
    every: timedelta | None


@dataclass(frozen=True, slots=True)
class FeedHealth:
    """What `sources` shows of a feed: its state, and how many of its pages gave an article of their own."""

    feed: Feed
    entries: int
    pages_read: int
    pages_with_text: int


async def sync_feeds(connection: AsyncConnection, listed: Sequence[ListedFeed], now: datetime) -> None:
    """Makes the table agree with the configuration: new feeds are due at once, dropped ones rest with their past."""
    wanted = {feed.url: _listing(feed) for feed in listed}
    query = select(feeds.c.url, *(feeds.c[name] for name in _LISTING))
    known = {row.url: row._mapping for row in await connection.execute(query)}
    # What is as it was is not written: with 100,000 feeds that would take most of a start, on every machine.
    dropped = [{"dropped": url} for url, row in known.items() if row["active"] and url not in wanted]
    if dropped:
        await connection.execute(update(feeds).where(feeds.c.url == bindparam("dropped")).values(active=False), dropped)
    rows = [
        {"url": url, "due_at": now, **values}
        for url, values in wanted.items()
        if url not in known or any(known[url][name] != values[name] for name in _LISTING)
    ]
    if rows:
        statement = insert(connection, feeds)
        new = {name: statement.excluded[name] for name in _LISTING}
        await connection.execute(statement.on_conflict_do_update(index_elements=["url"], set_=new), rows)


def _listing(feed: ListedFeed) -> dict[str, object]:
    every = None if feed.every is None else int(feed.every.total_seconds())
    return {"source": feed.source, "host": feed.host, "lane": feed.lane, "every_s": every, "active": True}


async def make_all_due(connection: AsyncConnection, now: datetime) -> None:
    """Every active feed is due now."""
    await connection.execute(update(feeds).where(feeds.c.active).values(due_at=now))


async def never_polled(connection: AsyncConnection) -> int:
    """How many active feeds have not been asked even once, and will be now: one that was put off may be so for a
    day."""
    fresh = feeds.c.active & feeds.c.last_polled.is_(None) & feeds.c.last_error.is_(None)
    query = select(func.count()).select_from(feeds).where(fresh)
    return await connection.scalar(query) or 0


async def due_lanes(connection: AsyncConnection, now: datetime, feeds_due_by: datetime) -> set[int]:
    """The lanes that have a feed or a page due."""
    due_feeds = select(feeds.c.lane).where(feeds.c.active, feeds.c.due_at <= feeds_due_by)
    due_pages = select(pages.c.lane).where(pages.c.due_at <= now)
    return {row.lane for row in await connection.execute(due_feeds.union(due_pages))}


async def claim_feeds(
    connection: AsyncConnection, lanes: Collection[int], due_by: datetime, leased_until: datetime, limit: int = 100
) -> list[Feed]:
    """The due feeds of these lanes, at most `limit` of each, longest waiting first, leased: a crash makes them due
    again when the lease ends."""
    # Of those that waited for their host's Retry-After, the one that brought it about is not always the first.
    order = (feeds.c.due_at, feeds.c.last_polled.asc().nulls_first(), feeds.c.id)
    due = feeds.c.active & feeds.c.lane.in_(lanes) & (feeds.c.due_at <= due_by)
    place = func.row_number().over(partition_by=feeds.c.lane, order_by=order)
    queue = select(feeds.c.id, place.label("place")).where(due).subquery()
    # Several nodes may claim at once: what one of them has locked or taken, the others pass over. SQLite has one
    # writer.
    first = feeds.c.id.in_(select(queue.c.id).where(queue.c.place <= limit))
    waiting = select(feeds).where(first, feeds.c.due_at <= due_by).order_by(*order)
    found = [feed_of(row) for row in await connection.execute(waiting.with_for_update(skip_locked=True))]
    if found:
        await connection.execute(
            update(feeds)
            .where(feeds.c.id.in_([feed.id for feed in found]))
            .values(due_at=leased_until, attempts=feeds.c.attempts + 1)
        )
    return found


async def release_feeds(connection: AsyncConnection, feed_ids: Sequence[int], now: datetime) -> None:
    """Gives leased feeds back unpolled, due now."""
    await connection.execute(
        update(feeds).where(feeds.c.id.in_(feed_ids)).values(due_at=now, attempts=feeds.c.attempts - 1)
    )


async def resume_feeds(connection: AsyncConnection, now: datetime, at_most: int, lane: int | None = None) -> None:
    """Feeds (of one lane, or of all) that a crash took away in mid-poll are due now; not those that were claimed more
    than `at_most` times without an answer, which may be what the crash is about: they wait for their lease to end."""
    leased = feeds.c.active & (feeds.c.due_at > now) & feeds.c.attempts.between(1, at_most)
    there = true() if lane is None else feeds.c.lane == lane
    await connection.execute(update(feeds).where(leased, there).values(due_at=now))


async def record_success(
    connection: AsyncConnection, polled: Sequence[tuple[int, datetime, Kept]], now: datetime
) -> None:
    """Polls that worked: of each the feed's id, when it is due again, and what to keep. Validators are kept only now,
    together with the entries of the same transaction."""
    rows = [
        {
            "polled_id": feed_id,
            "now": now,
            "due_at": due_at,
            "final_url": kept.final_url,
            "etag": kept.etag,
            "last_modified": kept.last_modified,
            "body_hash": kept.body_hash,
            "moved_to": kept.moved_to,
            "moved_times": kept.moved_times,
            "trusted": kept.trusted,
            "unproven": kept.unproven,
            "reading": kept.reading,
            "asks": asks_json(kept.asks),
            "note": None if kept.note is None else storable(kept.note),
        }
        for feed_id, due_at, kept in polled
    ]
    moment = bindparam("now", type_=feeds.c.last_polled.type)
    statement = update(feeds).where(feeds.c.id == bindparam("polled_id"))
    await connection.execute(
        statement.values(
            attempts=0,
            failures=0,
            gone=False,
            last_error=None,
            last_polled=moment,
            last_success=moment,
            first_success=func.coalesce(feeds.c.first_success, moment),
        ),
        rows,
    )


async def record_failure(
    connection: AsyncConnection, feed_id: int, now: datetime, due_at: datetime, error: str, *, gone: bool = False
) -> None:
    """A poll that failed, and when it is tried again. Validators stay: they belong to the last good answer. Proof of
    a new address begins anew: the next poll asks the listed one."""
    await connection.execute(
        update(feeds)
        .where(feeds.c.id == feed_id)
        .values(
            due_at=due_at,
            attempts=0,
            failures=feeds.c.failures + 1,
            last_error=storable(error),
            last_polled=now,
            moved_times=0,
            gone=gone,
        )
    )


async def put_off(connection: AsyncConnection, feed_id: int, due_at: datetime, why: str) -> None:
    """A feed that was not asked, for its host wants no request: no failure of its own."""
    await connection.execute(
        update(feeds).where(feeds.c.id == feed_id).values(due_at=due_at, attempts=0, last_error=storable(why))
    )


async def hold_host(connection: AsyncConnection, host: str, until: datetime) -> None:
    """Nothing of a host is due before then. What is under way there finds its own next hour."""
    for table in (feeds, pages):
        await connection.execute(update(table).where(table.c.host == host, table.c.due_at < until).values(due_at=until))


async def feed_health(connection: AsyncConnection) -> list[FeedHealth]:
    """Every active feed with its counts, in the order of sources."""
    counts = (
        select(
            entries.c.feed_id,
            func.count().label("entries"),
            func.count(articles.c.id).label("read"),
            func.count(articles.c.id).filter(articles.c.basis == "page").label("with_text"),
        )
        .join(pages, pages.c.id == entries.c.page_id)
        .outerjoin(articles, articles.c.page_id == pages.c.id)
        .group_by(entries.c.feed_id)
        .subquery()
    )
    query = (
        select(feeds, counts.c.entries, counts.c.read, counts.c.with_text)
        .outerjoin(counts, counts.c.feed_id == feeds.c.id)
        .where(feeds.c.active)
        .order_by(feeds.c.source, feeds.c.id)
    )
    rows = await connection.execute(query)
    return [FeedHealth(feed_of(row), row.entries or 0, row.read or 0, row.with_text or 0) for row in rows]


async def look_quietly(connection: AsyncConnection, last: datetime) -> None:
    """All feeds count as last read then, or earlier: what they list at their next poll is no news."""
    later = feeds.c.last_success > last
    await connection.execute(update(feeds).where(later).values(last_success=last))
