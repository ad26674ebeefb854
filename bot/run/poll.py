"""The first step: feed bytes -> entries, and the pages they link to. It reads no page."""

from __future__ import annotations

import logging
from collections.abc import Callable
from hashlib import sha256
from http import HTTPStatus

from bot.errors import FeedError, FetchError, WorkerError
from bot.log import get, stopwatch
from bot.model import ParsedFeed, Source
from bot.read import read_feed
from bot.run.asking import address_of, kept_after_same, reading_of, unchanged, validators_of
from bot.run.cpu import FEED_LIMIT
from bot.run.engine import Configuration, Engine, FeedResult
from bot.run.health import reason as cause
from bot.run.listing import Document
from bot.run.polled import Good
from bot.run.rhythm import back_off
from bot.run.silence import SILENT_AFTER, tell_of_silence
from bot.settings import Settings
from bot.store import feeds, holds
from bot.store.feed_rows import Feed
from bot.web import ACCEPT_FEED, Fetched

log = get(__name__)


async def poll(engine: Engine, feed: Feed) -> FeedResult:
    """Polls one feed. New entries, their pages, the feed's validators and its next hour are one transaction; a failure
    is recorded with its reason and a later hour."""
    # What is loaded anew while the answer is on its way counts from the next poll on.
    config, took = engine.config, stopwatch()
    reading = reading_of(config.sources.get(feed.source))
    asked = validators_of(feed, reading)
    try:
        async with engine.client.lend(
            address_of(feed), validators=asked, accept=ACCEPT_FEED, room=engine.feed_bodies
        ) as fetched:
            digest = "" if fetched.not_modified else sha256(fetched.body).hexdigest()
            if feed.kept and (fetched.not_modified or unchanged(feed.kept, reading, digest)):
                await engine.same(Good(config.settings, feed, fetched, kept_after_same(feed, feed.kept, fetched)))
                result = FeedResult(feed.source, feed.url, "unchanged")
            else:
                result = await _changed(engine, config, feed, reading, fetched, digest)
    except (FetchError, FeedError, WorkerError) as error:
        return await poll_failed(engine, feed, error, config.settings, took)
    _say(feed, result, fetched.status, took())
    return await _report(engine, feed, result)


def _say(feed: Feed, result: FeedResult, status: int, seconds: float) -> None:
    # Most polls bring nothing, hundreds a minute: they are said to those who look closely.
    say = log.info if result.new or feed.failures or feed.first_success is None else log.debug
    counts = {"entries": result.entries, "new": result.new} if result.outcome == "read" else {}
    say("polled", feed=feed.url, source=feed.source, outcome=result.outcome, status=status, **counts, seconds=seconds)


async def _changed(
    engine: Engine, config: Configuration, feed: Feed, reading: str, fetched: Fetched, digest: str
) -> FeedResult:
    """Reads and stores a new document. Raises FeedError, WorkerError."""
    source = config.sources.get(feed.source)
    # What was read before is in the database, so that only the other items must be parsed to know what is new.
    seen = frozenset[str]()
    if feed.kept is not None and feed.kept.reading == reading:
        seen = await engine.items_read(feed.id)
    parsed = await _parse(engine, source, fetched, seen)
    partly = bool(seen) and len(parsed.entries) < len(parsed.items)
    new = await engine.store(Document(config.settings, feed, reading, fetched, digest, parsed, partly))
    if new is None:
        parsed = await _parse(engine, source, fetched, frozenset())
        new = await engine.store(Document(config.settings, feed, reading, fetched, digest, parsed))
    listed = max(len(parsed.items), len(parsed.entries))
    return FeedResult(feed.source, feed.url, "read", listed, new or 0)


async def poll_failed(
    engine: Engine,
    feed: Feed,
    error: Exception,
    settings: Settings | None = None,
    took: Callable[[], float] | None = None,
) -> FeedResult:
    """Records why a feed could not be read, and when it is tried again: ever later, up to `poll.slowest`, by the
    settings the poll began with or else those of now. Nothing of a host that wants no request is due before it does."""
    now = engine.clock()
    asked = error.retry_after if isinstance(error, FetchError) else None
    # 410 of an address that a redirect led to is that address's: the listed one is asked next.
    gone = isinstance(error, FetchError) and error.status == HTTPStatus.GONE and address_of(feed) == feed.url
    wait = back_off(feed, settings or engine.config.settings, asked, gone=gone)
    held = isinstance(error, FetchError) and error.held
    until = engine.client.host_not_before(feed.host) if asked is not None else None
    asked_for_peace = engine.client.new_holds()
    async with engine.database.write() as connection:
        await holds.remember_holds(connection, asked_for_peace)
        if held and asked is not None:
            await feeds.put_off(connection, feed.id, until or now + asked, str(error))
        else:
            due_at = max(now + wait, until or now)
            await feeds.record_failure(connection, feed.id, now, due_at, str(error), gone=gone)
            if until is not None:
                await feeds.hold_host(connection, feed.host, until)
    engine.client.remembered(asked_for_peace)
    failures = feed.failures + (0 if held else 1)
    reason = str(error).removeprefix(f"{feed.url}: ")
    # A feed that stays as it was is no news; what is wrong with it is said when that begins, and when it changes.
    same = feed.last_error is not None and cause(feed.last_error) == cause(str(error))
    log.log(
        logging.DEBUG if same else logging.WARNING,
        "feed failed",
        feed=feed.url,
        source=feed.source,
        outcome="failed",
        reason=reason,
        failures=failures,
        seconds=took() if took else None,
    )
    result = FeedResult(feed.source, feed.url, "failed", error=str(error))
    return await _report(engine, feed, result, silent=gone or failures >= SILENT_AFTER)


async def _report(engine: Engine, feed: Feed, result: FeedResult, *, silent: bool = False) -> FeedResult:
    if feed.told != silent:
        await tell_of_silence(engine)
    engine.tally.report(result)
    engine.tally.add(f"feeds_{result.outcome}")
    engine.tally.add("entries_new", result.new)
    return result


# --- what is read ---------------------------------------------------------------------------------------------------


async def _parse(engine: Engine, source: Source | None, fetched: Fetched, seen: frozenset[str]) -> ParsedFeed:
    return await engine.feed_cpu.call(
        FEED_LIMIT,
        read_feed,
        fetched.body,
        fetched.url,
        fetched.content_type,
        source=source,
        now=engine.clock(),
        seen=seen,
    )
