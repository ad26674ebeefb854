"""What good polls leave behind: what is kept of the answer, and the next hour. It asks nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.log import get
from bot.run.asking import address_of
from bot.run.rhythm import NEWCOMER, pause
from bot.settings import Settings
from bot.store import AsyncConnection, feed_past, feeds
from bot.store.database import Database
from bot.store.feed_rows import Feed, Kept
from bot.web import Fetched

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Good:
    """A poll that worked, by the settings it began with."""

    settings: Settings
    feed: Feed
    fetched: Fetched
    kept: Kept


async def succeed(connection: AsyncConnection, polls: Sequence[Good], now: datetime) -> None:
    """Records good polls and their next hours. Belongs into the transaction that stores what they brought."""
    known = [poll.feed.id for poll in polls if poll.feed.first_success and now - poll.feed.first_success >= NEWCOMER]
    pulses = await feed_past.pulses(connection, known, now) if known else {}
    done: list[tuple[int, datetime, Kept]] = []
    for poll in polls:
        note = await _note(connection, poll.feed, poll.fetched, poll.kept)
        if note is not None and (poll.feed.kept is None or note != poll.feed.kept.note):
            log.warning("feed redirected", feed=poll.feed.url, note=note)
        wait = pause(poll.feed, poll.settings, poll.fetched, poll.kept.asks, pulses.get(poll.feed.id), now)
        done.append((poll.feed.id, now + wait, replace(poll.kept, note=note)))
    await feeds.record_success(connection, done, now)


async def _note(connection: AsyncConnection, feed: Feed, fetched: Fetched, kept: Kept) -> str | None:
    """What the operator should know of a feed answered from elsewhere: that it has moved, or is listed twice."""
    if fetched.url == feed.url:
        return None
    after = replace(feed, kept=kept)
    notes = [f"moved for good to {kept.moved_to}: list that address"] if address_of(after) != feed.url else []
    if other := await feed_past.also_listed(connection, feed.id, fetched.url):
        notes.append(f"answered from {fetched.url}, as is {other.url} of {other.source}: one of them is enough")
    return "; ".join(notes) or None


async def items_read(database: Database, feed_ids: Sequence[int]) -> list[frozenset[str]]:
    """The hashes of the items that were read of each feed."""
    async with database.read() as connection:
        found = await feed_past.items_read(connection, feed_ids)
    return [found[feed_id] for feed_id in feed_ids]


async def record_same(database: Database, clock: Callable[[], datetime], polls: Sequence[Good]) -> list[None]:
    """Records good polls that found nothing changed, and their next hours, in one transaction."""
    async with database.write() as connection:
        await succeed(connection, polls, clock())
    return [None] * len(polls)
