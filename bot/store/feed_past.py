"""Queries about what feeds have been like: which items were read, how many entries came, which went silent. It decides
nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.read import EntryKeys
from bot.store.database import insert
from bot.store.feed_rows import Feed, feed_of
from bot.store.tables import entries, feed_items, feeds

MOST_ITEMS = 10_000
"""Items of one document that are remembered; those beyond are read anew each time. Twice what the longest archives
list."""


# --- what was read --------------------------------------------------------------------------------------------------


async def items_read(connection: AsyncConnection, feed_ids: Collection[int]) -> dict[int, frozenset[str]]:
    """The hashes of the items in the last document that was read of each feed."""
    query = select(feed_items.c.feed_id, feed_items.c.hashes).where(feed_items.c.feed_id.in_(feed_ids))
    found = {row.feed_id: row.hashes for row in await connection.execute(query)}
    return {feed_id: frozenset(found.get(feed_id, "").split()) for feed_id in feed_ids}


async def remember_items(connection: AsyncConnection, read: Mapping[int, Sequence[str]]) -> None:
    """Replaces the remembered items of feeds; of each at most the first `MOST_ITEMS` are. Belongs into the transaction
    that stores what was read."""
    rows = [{"feed_id": feed_id, "hashes": " ".join(hashes[:MOST_ITEMS])} for feed_id, hashes in read.items()]
    statement = insert(connection, feed_items)
    new = {"hashes": statement.excluded.hashes}
    await connection.execute(statement.on_conflict_do_update(index_elements=["feed_id"], set_=new), rows)


async def rename_entry(connection: AsyncConnection, entry_id: int, keys: EntryKeys) -> None:
    """By what a known entry is known from now on. Its text stays, and its page is not read again."""
    new = {
        "guid_key": keys.guid_key,
        "url_key": keys.url_key,
        "title_key": keys.title_key,
        "fingerprint": keys.fingerprint,
    }
    await connection.execute(update(entries).where(entries.c.id == entry_id).values(**new))


@dataclass(frozen=True, slots=True)
class Pulse:
    """How many entries a feed has brought in the last day, and in the last two weeks."""

    day: int = 0
    fortnight: int = 0


async def pulses(connection: AsyncConnection, feed_ids: Collection[int], now: datetime) -> dict[int, Pulse]:
    """What each of these feeds has brought lately. What its first look found had been there for long, and does not
    count."""
    lately = func.count().filter(entries.c.first_seen > now - timedelta(days=1))
    query = (
        select(entries.c.feed_id, lately, func.count())
        .join(feeds, feeds.c.id == entries.c.feed_id)
        .where(entries.c.feed_id.in_(feed_ids), entries.c.first_seen > now - timedelta(days=14))
        .where(entries.c.first_seen > feeds.c.first_success)
        .group_by(entries.c.feed_id)
    )
    found = {row[0]: Pulse(row[1], row[2]) for row in await connection.execute(query)}
    return {feed_id: found.get(feed_id, Pulse()) for feed_id in feed_ids}


async def also_listed(connection: AsyncConnection, feed_id: int, address: str) -> Feed | None:
    """Another active feed that is listed with this address or answers from it, if any."""
    same = or_(feeds.c.url == address, feeds.c.final_url == address)
    query = select(feeds).where(feeds.c.active, feeds.c.id != feed_id, same).order_by(feeds.c.id).limit(1)
    row = (await connection.execute(query)).first()
    return None if row is None else feed_of(row)


# --- what is told of them -------------------------------------------------------------------------------------------


async def silent(connection: AsyncConnection, failures: int) -> list[Feed]:
    """Active feeds that are gone or have failed so often in a row."""
    query = select(feeds).where(feeds.c.active, or_(feeds.c.gone, feeds.c.failures >= failures))
    return [feed_of(row) for row in await connection.execute(query.order_by(feeds.c.source, feeds.c.id))]


async def recovered(connection: AsyncConnection) -> list[Feed]:
    """Active feeds that work again, though the admins believe that they do not."""
    query = select(feeds).where(feeds.c.active, feeds.c.told, feeds.c.failures == 0)
    return [feed_of(row) for row in await connection.execute(query.order_by(feeds.c.source, feeds.c.id))]


async def mark_told(connection: AsyncConnection, feed_ids: Sequence[int], told: bool) -> None:
    """Notes what the admins now know of these feeds."""
    await connection.execute(update(feeds).where(feeds.c.id.in_(feed_ids)).values(told=told))


async def count_active(connection: AsyncConnection) -> int:
    """How many feeds are listed."""
    return await connection.scalar(select(func.count()).select_from(feeds).where(feeds.c.active)) or 0
