"""How each configured feed is doing, from the store; a feed never polled is `new`. It polls nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.run.setup import database_of, utc_now
from bot.settings import load_settings, load_sources
from bot.store import feeds
from bot.store.database import open_database

_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class FeedState:
    """`state` is new, ok or failing; `extracted` the share of its pages that gave an article of their own, 0 to 1."""

    source: str
    url: str
    state: str
    last_success: datetime | None
    last_error: str | None
    next_poll: datetime | None
    entries: int
    entries_a_day: float
    extracted: float | None


async def feed_states(config_dir: Path, state_dir: Path) -> list[FeedState]:
    """Every configured feed, in the order of the file."""
    settings, sources = load_settings(config_dir), load_sources(config_dir)
    now = utc_now()
    async with open_database(database_of(settings, state_dir)) as database, database.read() as connection:
        known = {item.feed.url: item for item in await feeds.feed_health(connection)}
        recent = await feeds.entries_since(connection, now - _WEEK)
    states = []
    for source in sources:
        for address in source.feeds:
            item = known.get(address.url)
            if item is None:
                states.append(FeedState(source.name, address.url, "new", None, None, None, 0, 0.0, None))
                continue
            feed = item.feed
            first = feed.first_success or now
            days = max(1.0, min((now - first) / timedelta(days=1), 7.0))
            state = "failing" if feed.last_error else "ok" if feed.last_success else "new"
            share = item.pages_with_text / item.pages_read if item.pages_read else None
            states.append(
                FeedState(
                    source.name,
                    feed.url,
                    state,
                    feed.last_success,
                    feed.last_error,
                    feed.due_at,
                    item.entries,
                    recent.get(feed.id, 0) / days,
                    share,
                )
            )
    return states
