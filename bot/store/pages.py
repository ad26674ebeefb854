"""Queries about entries and pages: what a feed listed, and which pages wait to be read. It decides nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, func, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.model import Entry
from bot.read import EntryKeys, KnownEntry
from bot.store.database import insert
from bot.store.tables import entries, pages
from bot.store.words import storable

_CHUNK = 500
"""Keys in one query: far below both engines' limits on parameters."""


class PageState(StrEnum):
    """Where a page stands."""

    WAITING = "waiting"
    READ = "read"
    SUMMARY = "summary"
    SAME = "same"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Page:
    """A page that waits to be read. An entry without a link has a page without a host: its own text is all there is."""

    id: int
    url: str
    host: str
    source: str
    lane: int
    due_at: datetime
    attempts: int
    quiet: bool
    first_seen: datetime


@dataclass(frozen=True, slots=True)
class NewPage:
    """A page to be stored with the entry that links to it."""

    url: str
    url_key: str
    host: str
    lane: int
    source: str


async def known_entries(connection: AsyncConnection, feed_id: int, keys: Sequence[EntryKeys]) -> list[KnownEntry]:
    """The feed's stored entries that share any key with these."""
    found: dict[int, KnownEntry] = {}
    for start in range(0, len(keys), _CHUNK):
        chunk = keys[start : start + _CHUNK]
        wanted = or_(
            entries.c.guid_key.in_([key.guid_key for key in chunk if key.guid_key]),
            entries.c.url_key.in_([key.url_key for key in chunk if key.url_key]),
            entries.c.title_key.in_([key.title_key for key in chunk]),
        )
        for row in await connection.execute(select(entries).where(entries.c.feed_id == feed_id, wanted)):
            found[row.id] = _known(row)
    return list(found.values())


async def add_entries(
    connection: AsyncConnection,
    feed_id: int,
    listed: Sequence[tuple[Entry, EntryKeys, NewPage]],
    quiet: bool,
    now: datetime,
) -> int:
    """Stores new entries and those of their pages that nobody listed yet, due now. How many pages are new."""
    if not listed:
        return 0
    fresh = {
        page.url_key: {
            "url": page.url,
            "url_key": page.url_key,
            "lane": page.lane,
            "host": page.host,
            "source": page.source,
            "due_at": now,
            "quiet": quiet,
            "first_seen": now,
        }
        for _, _, page in reversed(listed)
    }
    statement = insert(connection, pages).on_conflict_do_nothing(index_elements=["url_key"])
    created = await connection.execute(statement.returning(pages.c.url_key, pages.c.id), list(fresh.values())[::-1])
    ids = {row.url_key: row.id for row in created}
    number = len(ids)
    others = [url_key for url_key in fresh if url_key not in ids]
    for start in range(0, len(others), _CHUNK):
        query = select(pages.c.url_key, pages.c.id).where(pages.c.url_key.in_(others[start : start + _CHUNK]))
        ids |= {row.url_key: row.id for row in await connection.execute(query)}
    rows = [
        {"feed_id": feed_id, "page_id": ids[page.url_key], "first_seen": now, **_columns(entry, keys)}
        for entry, keys, page in listed
    ]
    await connection.execute(insert(connection, entries), rows)
    return number


async def change_entry(
    connection: AsyncConnection, known: KnownEntry, entry: Entry, keys: EntryKeys, quiet: bool, now: datetime
) -> int | None:
    """A known entry with a new text: remembered, and its page is read again. What is found then is news, unless
    `quiet`. The lane in which the page is due now, unless it was due anyway."""
    await connection.execute(
        update(entries).where(entries.c.id == known.id).values(changes=entries.c.changes + 1, **_columns(entry, keys))
    )
    again = update(pages).where(pages.c.id == known.page_id, pages.c.due_at.is_(None))
    values = {"due_at": now, "attempts": 0, "quiet": quiet, "rereads": pages.c.rereads + 1}
    lane: int | None = await connection.scalar(again.values(**values).returning(pages.c.lane))
    return lane


async def claim_pages(
    connection: AsyncConnection, lanes: Collection[int], now: datetime, lease: timedelta, limit: int
) -> list[Page]:
    """The due pages of these lanes, at most `limit` of each, longest waiting first, leased like feeds."""
    # Of those that waited for their host's Retry-After, the one that brought it about is not the first again.
    order = (pages.c.due_at, pages.c.attempts, pages.c.id)
    due = pages.c.lane.in_(lanes) & (pages.c.due_at <= now)
    place = func.row_number().over(partition_by=pages.c.lane, order_by=order)
    queue = select(pages.c.id, place.label("place")).where(due).subquery()
    first = pages.c.id.in_(select(queue.c.id).where(queue.c.place <= limit))
    # As with feeds, what another node has locked or taken is passed over.
    waiting = select(pages).where(first, pages.c.due_at <= now).order_by(*order).with_for_update(skip_locked=True)
    found = [_page(row) for row in await connection.execute(waiting)]
    if found:
        await connection.execute(
            update(pages)
            .where(pages.c.id.in_([page.id for page in found]))
            .values(due_at=now + lease, attempts=pages.c.attempts + 1)
        )
    return found


async def release_pages(connection: AsyncConnection, page_ids: Iterable[int], now: datetime) -> None:
    """Gives leased pages back unread, due now."""
    await connection.execute(
        update(pages).where(pages.c.id.in_(list(page_ids))).values(due_at=now, attempts=pages.c.attempts - 1)
    )


async def resume_pages(connection: AsyncConnection, now: datetime, at_most: int, lane: int | None = None) -> None:
    """Pages (of one lane, or of all) that a crash took away before their first reading are due now; see
    `feeds.resume_feeds`. Pages that were read before wait for their lease to end."""
    leased = (pages.c.state == PageState.WAITING) & (pages.c.due_at > now) & pages.c.attempts.between(1, at_most)
    there = true() if lane is None else pages.c.lane == lane
    await connection.execute(update(pages).where(leased, there).values(due_at=now))


async def entry_of(connection: AsyncConnection, page_id: int) -> Entry | None:
    """The page's entry with the most text."""
    query = select(entries).where(entries.c.page_id == page_id)
    rows = (await connection.execute(query.order_by(func.length(entries.c.title), entries.c.id))).all()
    if not rows:
        return None
    row = max(rows, key=lambda row: sum(map(len, row.paragraphs)))
    return Entry(
        guid=None,
        url=None,
        title=row.title,
        paragraphs=tuple(row.paragraphs),
        published=row.published,
        published_raw=row.published_raw,
        author=row.author,
    )


async def finish_page(
    connection: AsyncConnection,
    page_id: int,
    state: PageState,
    error: str | None = None,
    due_at: datetime | None = None,
    *,
    untried: bool = False,
) -> None:
    """What became of a page. With `due_at` it is tried again then; `untried`: this was no try of its own."""
    values: dict[str, Any] = {"state": state, "error": storable(error) if error else None, "due_at": due_at}
    if untried:
        values["attempts"] = pages.c.attempts - 1
    await connection.execute(update(pages).where(pages.c.id == page_id).values(**values))


async def quiet_pages_waiting(connection: AsyncConnection) -> int:
    """How many pages of a first look have not been tried yet."""
    waiting = pages.c.quiet & (pages.c.state == PageState.WAITING) & pages.c.due_at.is_not(None)
    return await connection.scalar(select(func.count()).select_from(pages).where(waiting)) or 0


def _columns(entry: Entry, keys: EntryKeys) -> dict[str, Any]:
    return {
        "guid_key": keys.guid_key,
        "url_key": keys.url_key,
        "title_key": keys.title_key,
        "fingerprint": keys.fingerprint,
        "title": entry.title,
        "paragraphs": list(entry.paragraphs),
        "author": entry.author,
        "published": entry.published,
        "published_raw": entry.published_raw,
    }


def _known(row: Row[Any]) -> KnownEntry:
    keys = EntryKeys(row.guid_key, row.url_key, row.title_key, row.fingerprint)
    return KnownEntry(row.id, row.page_id, keys, row.published, row.changes)


def _page(row: Row[Any]) -> Page:
    return Page(row.id, row.url, row.host, row.source, row.lane, row.due_at, row.attempts, row.quiet, row.first_seen)
