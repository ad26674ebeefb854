"""What a visit to a lane takes in hand. It decides nothing about what is due."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.store import AsyncConnection, feeds, pages
from bot.store.database import Database
from bot.store.feed_rows import Feed
from bot.store.pages import Page

LEASE = timedelta(minutes=5)
"""How long claimed rows stay away from others: well above a visit and the slowest single answer."""

FEEDS_AT_ONCE = 100
PAGES_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Claimed:
    """A lane's share: its due feeds and pages, longest waiting first."""

    feeds: list[Feed] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)

    def full(self) -> bool:
        """Whether more may be due than could be taken."""
        return len(self.feeds) >= FEEDS_AT_ONCE or len(self.pages) >= PAGES_AT_ONCE


Holding = Callable[[AsyncConnection, Collection[int]], Awaitable[Collection[int]]]
"""Of some lanes those that this machine may visit still; whoever takes one of them from it waits until the transaction
has ended."""


async def all_of_them(connection: AsyncConnection, lanes: Collection[int]) -> Collection[int]:
    """Where there is no other machine nobody takes a lane."""
    return lanes


async def claim(
    database: Database,
    lanes: Sequence[int],
    now: datetime,
    feeds_due_by: datetime,
    holding: Holding = all_of_them,
) -> list[Claimed]:
    """What is due in each of these lanes, leased in one transaction; nothing in one that was taken from us. Raises
    StoreError."""
    claimed = {lane: Claimed() for lane in lanes}
    async with database.write() as connection:
        ours = await holding(connection, lanes)
        for feed in await feeds.claim_feeds(connection, ours, feeds_due_by, now + LEASE, FEEDS_AT_ONCE):
            claimed[feed.lane].feeds.append(feed)
        for page in await pages.claim_pages(connection, ours, now, LEASE, PAGES_AT_ONCE):
            claimed[page.lane].pages.append(page)
    return [claimed[lane] for lane in lanes]
