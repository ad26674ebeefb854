"""The first step: feed bytes -> entries, and the pages they link to. It reads no page."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from urllib.parse import urlsplit

from bot.errors import FeedError, FetchError, WorkerError
from bot.log import get
from bot.model import Entry, ParsedFeed
from bot.read import EntryKeys, KnownEntry, Verdict, identify, keys, read_feed, url_key
from bot.run.cpu import FEED_LIMIT
from bot.run.engine import Engine, FeedResult
from bot.run.work import lane_of
from bot.settings import Settings
from bot.store import AsyncConnection, feeds, pages
from bot.store.feeds import Feed
from bot.store.pages import NewPage
from bot.store.words import storable_noun
from bot.tell.policy import Hush, hush
from bot.web import ACCEPT_FEED, Fetched, Validators

log = get(__name__)

NEWCOMER = timedelta(days=7)
"""So long a new feed is polled as configured, and only errors and what the server asks for make it slower."""


async def poll(engine: Engine, feed: Feed) -> FeedResult:
    """Polls one feed. New entries, their pages, the feed's validators and its next hour are one transaction; a failure
    is recorded with its reason and a later hour."""
    # What is loaded anew while the answer is on its way counts from the next poll on.
    config = engine.config
    try:
        fetched = await engine.client.get(feed.url, validators=_validators(feed), accept=ACCEPT_FEED)
        digest = feed.body_hash if fetched.not_modified else sha256(fetched.body).hexdigest()
        if fetched.not_modified or digest == feed.body_hash:
            return await _unchanged(engine, config.settings, feed, fetched, digest)
        source = config.sources.get(feed.source)
        parsed = await engine.feed_cpu.call(
            FEED_LIMIT, read_feed, fetched.body, fetched.url, fetched.content_type, source=source, now=engine.clock()
        )
    except (FetchError, FeedError, WorkerError) as error:
        return await poll_failed(engine, feed, error, config.settings)
    now = engine.clock()
    async with engine.database.write() as connection:
        new = await _store(engine, connection, feed, parsed, fetched, now)
        await feeds.record_success(
            connection,
            feed.id,
            now,
            now + interval(feed, config.settings, fetched, parsed.ttl, now),
            final_url=fetched.url,
            etag=fetched.etag,
            last_modified=fetched.last_modified,
            body_hash=digest,
            moved_to=fetched.moved_to,
        )
    log.info("polled", feed=feed.url, source=feed.source, entries=len(parsed.entries), new=new)
    return _report(engine, FeedResult(feed.source, feed.url, "read", len(parsed.entries), new))


def _validators(feed: Feed) -> Validators | None:
    if feed.final_url is None or (feed.etag is None and feed.last_modified is None):
        return None
    return Validators(feed.final_url, feed.etag, feed.last_modified)


async def _unchanged(
    engine: Engine, settings: Settings, feed: Feed, fetched: Fetched, digest: str | None
) -> FeedResult:
    now = engine.clock()
    fresh = fetched.validators
    async with engine.database.write() as connection:
        await feeds.record_success(
            connection,
            feed.id,
            now,
            now + interval(feed, settings, fetched, None, now),
            final_url=fetched.url,
            etag=fresh.etag if fresh else feed.etag,
            last_modified=fresh.last_modified if fresh else feed.last_modified,
            body_hash=digest,
            moved_to=feed.moved_to,
        )
    log.debug("unchanged", feed=feed.url)
    return _report(engine, FeedResult(feed.source, feed.url, "unchanged"))


async def poll_failed(engine: Engine, feed: Feed, error: Exception, settings: Settings | None = None) -> FeedResult:
    """Records why a feed could not be read, and when it is tried again: ever later, up to `poll.slowest`, by the
    settings the poll began with or else those of now."""
    now = engine.clock()
    settings = settings or engine.config.settings
    every = feed.every or settings.poll.every
    wait = min(every * 2 ** min(feed.failures, 10), settings.poll.slowest)
    asked = error.retry_after if isinstance(error, FetchError) else None
    async with engine.database.write() as connection:
        await feeds.record_failure(connection, feed.id, now, now + max(wait, asked or wait), str(error))
    reason = str(error).removeprefix(f"{feed.url}: ")
    log.warning("feed failed", feed=feed.url, reason=reason, failures=feed.failures + 1)
    return _report(engine, FeedResult(feed.source, feed.url, "failed", error=str(error)))


def _report(engine: Engine, result: FeedResult) -> FeedResult:
    engine.tally.report(result)
    engine.tally.add(f"feeds_{result.outcome}")
    engine.tally.add("entries_new", result.new)
    return result


def interval(feed: Feed, settings: Settings, fetched: Fetched, ttl: timedelta | None, now: datetime) -> timedelta:
    """How long until the next poll: the configured pause, spread by `poll.jitter` so that feeds do not come all at
    once, and lengthened by what the server asks for, at most to `poll.slowest`. What the document asks for (`ttl`)
    counts when the feed is known for `NEWCOMER`."""
    every = feed.every or settings.poll.every
    pause = every * (1 + random.uniform(-settings.poll.jitter, settings.poll.jitter))
    asked = [fetched.max_age, fetched.retry_after]
    if feed.first_success is not None and now - feed.first_success >= NEWCOMER:
        asked.append(ttl)
    return max([pause, *(min(wait, settings.poll.slowest) for wait in asked if wait is not None)])


async def _store(
    engine: Engine, connection: AsyncConnection, feed: Feed, parsed: ParsedFeed, fetched: Fetched, now: datetime
) -> int:
    """Stores what is new or changed, and returns how many entries are new."""
    listed = _with_keys([_clamped(entry, now) for entry in parsed.entries])
    # An item that is listed twice shares its link with nobody but itself.
    counted = Counter(url for url, _ in {(key.url_key, key.title_key) for _, key in listed})
    shared = frozenset(key for key, count in counted.items() if key is not None and count > 1)
    known = _Shelf(await pages.known_entries(connection, feed.id, [key for _, key in listed]))
    new: list[tuple[Entry, EntryKeys]] = []
    changed: list[tuple[KnownEntry, Entry, EntryKeys]] = []
    for entry, key in listed:
        identity = identify(entry, known.near(key), shared=shared)
        if identity.verdict is Verdict.NEW:
            new.append((entry, key))
        elif identity.verdict is Verdict.CHANGED and identity.known is not None:
            changed.append((identity.known, entry, key))
    why = hush(feed.first_success, feed.last_success, now, new=len(new), listed=len(listed))
    if why not in (None, Hush.FIRST_LOOK):
        log.warning("no alerts for this poll", feed=feed.url, why=why, new=len(new), listed=len(listed))
    for known_entry, entry, key in changed:
        await pages.change_entry(connection, known_entry, entry, key, why is not None, now)
    fresh = _once(new)
    for entry, key in fresh:
        # A link that several entries share (a live blog, the homepage) is the page of none of them.
        own = entry.url is not None and key.url_key not in shared and not known.has_url(key)
        page = _page(entry, key, feed, fetched, own=own)
        await pages.add_entry(connection, feed.id, entry, key, page, why is not None, now)
    return len(fresh)


def _with_keys(entries: list[Entry]) -> list[tuple[Entry, EntryKeys]]:
    """The entries with their keys; an id that several of them bear (often the shared link) is none."""
    keyed = [(entry, keys(entry)) for entry in entries]
    borne = Counter(key.guid_key for _, key in keyed)
    return [(entry, replace(key, guid_key=None) if borne[key.guid_key] > 1 else key) for entry, key in keyed]


class _Shelf:
    """Known entries by each of their keys: a feed of 5,000 entries is compared with few of them each."""

    def __init__(self, known: list[KnownEntry]) -> None:
        self._by_key: dict[str, list[KnownEntry]] = {}
        for entry in known:
            for key in self._names(entry.keys):
                self._by_key.setdefault(key, []).append(entry)

    @staticmethod
    def _names(keys: EntryKeys) -> list[str]:
        named = (("g", keys.guid_key), ("u", keys.url_key), ("t", keys.title_key))
        return [kind + key for kind, key in named if key]

    def has_url(self, keys: EntryKeys) -> bool:
        """Whether a known entry has this address."""
        return keys.url_key is not None and "u" + keys.url_key in self._by_key

    def near(self, keys: EntryKeys) -> list[KnownEntry]:
        """The known entries that share a key."""
        return list({entry.id: entry for key in self._names(keys) for entry in self._by_key.get(key, ())}.values())


def _once(new: list[tuple[Entry, EntryKeys]]) -> list[tuple[Entry, EntryKeys]]:
    """One document may list an entry twice: the first stands for both."""
    return list({(key.url_key, key.title_key): (entry, key) for entry, key in reversed(new)}.values())[::-1]


def _clamped(entry: Entry, now: datetime) -> Entry:
    """What can be stored of an entry. A date in the future is no date to sort by: it was published by now at the
    latest."""
    entry = storable_noun(entry)
    return replace(entry, published=now) if entry.published and entry.published > now else entry


def _page(entry: Entry, key: EntryKeys, feed: Feed, fetched: Fetched, *, own: bool) -> NewPage:
    """The page of an entry; one without a link of its `own` has a page that is never fetched: its text is in the
    feed."""
    if entry.url is None or not own:
        mark = key.fingerprint if entry.url else key.guid_key or key.fingerprint
        url = f"{entry.url or fetched.url}#{mark[:16]}"
        return NewPage(url, sha256(url.encode()).hexdigest(), "", feed.lane, feed.source)
    host = urlsplit(entry.url).hostname or ""
    return NewPage(entry.url, url_key(entry.url), host, lane_of(host), feed.source)
