"""How each configured feed is doing, from the store; a feed never polled is `new`. It polls nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.run.setup import database_of, utc_now
from bot.settings import load_settings, load_sources
from bot.store import feeds, looking
from bot.store.database import open_database
from bot.store.feed_rows import Feed
from bot.store.feeds import FeedHealth
from bot.store.looking import Brought, Trouble

_WEEK = timedelta(days=7)
_DAY = timedelta(days=1)

_ADDRESS = re.compile(r"https?://\S+(?=: )|https?://\S+")
_NUMBER = re.compile(r"\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\b|(?<=took )\d+(?:\.\d+)?(?= s)")


@dataclass(frozen=True, slots=True)
class PageTrouble:
    """Why pages of a feed were not read in full: how many for this reason, and the address of one of them."""

    why: str
    pages: int
    example: str


@dataclass(frozen=True, slots=True)
class FeedState:
    """`state` is new, ok, failing, or gone where its server says so (410). `failures` is how many polls in a row
    failed, `note` what the operator should know of a feed that works. `entries_a_day` is by the dates of its entries in
    the last week, None before the first; `extracted` the share of its pages that gave an article of their own, 0 to 1,
    and `pages` why the others of the last week did not, the most usual reason first."""

    source: str
    url: str
    state: str
    last_success: datetime | None = None
    last_error: str | None = None
    next_poll: datetime | None = None
    entries: int = 0
    entries_a_day: float | None = None
    extracted: float | None = None
    failures: int = 0
    note: str | None = None
    pages: tuple[PageTrouble, ...] = ()


async def feed_states(config_dir: Path, state_dir: Path) -> list[FeedState]:
    """Every configured feed, in the order of the file."""
    settings, sources = load_settings(config_dir), load_sources(config_dir)
    now = utc_now()
    async with open_database(database_of(settings, state_dir)) as database, database.read() as connection:
        known = {item.feed.url: item for item in await feeds.feed_health(connection)}
        brought = await looking.entries_brought(connection, now - _WEEK)
        pages = _by_reason(await looking.page_troubles(connection, now - _WEEK))
    return [
        _state(source.name, known[address.url], brought, pages, now)
        if address.url in known
        else FeedState(source.name, address.url, "new")
        for source in sources
        for address in source.feeds
    ]


def _state(
    source: str,
    item: FeedHealth,
    brought: Mapping[int, Brought],
    pages: Mapping[int, tuple[PageTrouble, ...]],
    now: datetime,
) -> FeedState:
    feed = item.feed
    return FeedState(
        source,
        feed.url,
        _word(feed),
        last_success=feed.last_success,
        last_error=feed.last_error,
        next_poll=feed.due_at,
        entries=item.entries,
        entries_a_day=a_day(brought.get(feed.id), now),
        extracted=item.pages_with_text / item.pages_read if item.pages_read else None,
        failures=feed.failures,
        note=feed.kept.note if feed.kept else None,
        pages=pages.get(feed.id, ()),
    )


def _word(feed: Feed) -> str:
    if feed.last_error:
        return "gone" if feed.gone else "failing"
    return "ok" if feed.last_success else "new"


def a_day(brought: Brought | None, now: datetime) -> float | None:
    """Entries a day in the last week, or in the time that the feed's entries cover where that is shorter, a day at the
    least. None where it has listed none. The first look's count too: by their dates, not as if all came that day."""
    if brought is None:
        return None
    return brought.lately / (min(max(now - brought.earliest, _DAY), _WEEK) / _DAY)


def _by_reason(found: Iterable[Trouble]) -> dict[int, tuple[PageTrouble, ...]]:
    """The reasons of each feed, the most usual first."""
    kinds: dict[int, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for trouble in found:
        kinds[trouble.feed_id][reason(trouble.why)].append(trouble.url)
    return {
        feed_id: tuple(
            PageTrouble(why, len(urls), urls[0]) for why, urls in sorted(of.items(), key=lambda kind: -len(kind[1]))
        )
        for feed_id, of in kinds.items()
    }


def reason(why: str) -> str:
    """What is the same in the errors of several pages: without the address in front, and without moments and times."""
    return _NUMBER.sub("…", _ADDRESS.sub("…", re.sub(r"^https?://\S+: ", "", why)))
