"""The first step: feed bytes -> entries, and the pages they link to. It reads no page."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from http import HTTPStatus
from urllib.parse import urlsplit

from bot.errors import FeedError, FetchError, FetchReason, WorkerError
from bot.log import get
from bot.model import Entry, ParsedFeed, Source
from bot.read import EntryKeys, KnownEntry, Verdict, identify, keys, read_feed, url_key
from bot.run.asking import address_of, kept_after_read, kept_after_same, reading_of, unchanged, validators_of
from bot.run.cpu import FEED_LIMIT
from bot.run.engine import Engine, FeedResult
from bot.run.polled import Good, succeed
from bot.run.rhythm import back_off
from bot.run.silence import SILENT_AFTER, tell_of_silence
from bot.run.work import lane_of
from bot.settings import Settings
from bot.store import AsyncConnection, feed_past, feeds, pages
from bot.store.feed_rows import Feed
from bot.store.pages import NewPage
from bot.store.words import storable_noun
from bot.tell.policy import Hush, hush
from bot.web import ACCEPT_FEED, Fetched

log = get(__name__)


async def poll(engine: Engine, feed: Feed) -> FeedResult:
    """Polls one feed. New entries, their pages, the feed's validators and its next hour are one transaction; a failure
    is recorded with its reason and a later hour."""
    # What is loaded anew while the answer is on its way counts from the next poll on.
    config = engine.config
    source = config.sources.get(feed.source)
    reading = reading_of(source)
    try:
        fetched = await engine.client.get(address_of(feed), validators=validators_of(feed, reading), accept=ACCEPT_FEED)
        digest = "" if fetched.not_modified else sha256(fetched.body).hexdigest()
        if feed.kept and (fetched.not_modified or unchanged(feed.kept, reading, digest)):
            await engine.same(Good(config.settings, feed, fetched, kept_after_same(feed, feed.kept, fetched)))
            log.debug("unchanged", feed=feed.url)
            return await _report(engine, feed, FeedResult(feed.source, feed.url, "unchanged"))
        # What was read before is in the database, so that only the other items must be parsed to know what is new.
        seen = frozenset[str]()
        if feed.kept is not None and feed.kept.reading == reading:
            seen = await engine.items_read(feed.id)
        document = _Document(config.settings, feed, reading, fetched, digest)
        parsed = await _parse(engine, source, fetched, seen)
        new = await _store(engine, document, parsed, partly=bool(seen) and len(parsed.entries) < len(parsed.items))
        if new is None:
            parsed = await _parse(engine, source, fetched, frozenset())
            new = await _store(engine, document, parsed, partly=False)
    except (FetchError, FeedError, WorkerError) as error:
        return await poll_failed(engine, feed, error, config.settings)
    listed = max(len(parsed.items), len(parsed.entries))
    log.info("polled", feed=feed.url, source=feed.source, entries=listed, new=new)
    return await _report(engine, feed, FeedResult(feed.source, feed.url, "read", listed, new or 0))


async def poll_failed(engine: Engine, feed: Feed, error: Exception, settings: Settings | None = None) -> FeedResult:
    """Records why a feed could not be read, and when it is tried again: ever later, up to `poll.slowest`, by the
    settings the poll began with or else those of now. Nothing of a host that wants no request is due before it does."""
    now = engine.clock()
    asked = error.retry_after if isinstance(error, FetchError) else None
    # 410 of an address that a redirect led to is that address's: the listed one is asked next.
    gone = isinstance(error, FetchError) and error.status == HTTPStatus.GONE and address_of(feed) == feed.url
    wait = back_off(feed, settings or engine.config.settings, asked, gone=gone)
    held = isinstance(error, FetchError) and error.reason is FetchReason.STATUS and error.status is None
    until = engine.client.host_not_before(feed.host) if asked is not None else None
    async with engine.database.write() as connection:
        if held and asked is not None:
            await feeds.put_off(connection, feed.id, until or now + asked, str(error))
        else:
            due_at = max(now + wait, until or now)
            await feeds.record_failure(connection, feed.id, now, due_at, str(error), gone=gone)
            if until is not None:
                await feeds.hold_host(connection, feed.host, until)
    failures = feed.failures + (0 if held else 1)
    reason = str(error).removeprefix(f"{feed.url}: ")
    log.warning("feed failed", feed=feed.url, reason=reason, failures=failures)
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


@dataclass(frozen=True, slots=True)
class _Document:
    """An answer with a new body, and what the poll that brought it began with."""

    settings: Settings
    feed: Feed
    reading: str
    fetched: Fetched
    digest: str


async def _store(engine: Engine, document: _Document, parsed: ParsedFeed, *, partly: bool) -> int | None:
    """Stores what is new or changed, with what the next poll must know, in one transaction; how many entries are new.

    `partly`: items that were read before were left out. None, and nothing stored, where their entries may matter: one
    that shares its address with a known entry but not its id, or the other way round, may share it with an item that
    is listed still (a live blog), and then the whole document must be looked at."""
    feed, fetched, now = document.feed, document.fetched, engine.clock()
    entries = [_clamped(entry, now) for entry in parsed.entries]
    async with engine.database.write() as connection:
        known = _Shelf(await pages.known_entries(connection, feed.id, [keys(entry) for entry in entries]))
        if partly and not all(_is_plain(keys(entry), known) for entry in entries):
            return None
        # What a new parser reads differently is not what the publisher has changed.
        again = feed.kept is not None and feed.kept.reading != document.reading
        new, changed = await _store_entries(connection, document, parsed, _with_keys(entries), known, now, again=again)
        kept = kept_after_read(feed, fetched, parsed, document.reading, document.digest, news=new + changed > 0)
        await feed_past.remember_items(connection, feed.id, parsed.items)
        await succeed(connection, [Good(document.settings, feed, fetched, kept)], now)
    if feed.kept and feed.kept.trusted and not kept.trusted:
        log.warning("validators not trusted any more: they stayed while the feed changed", feed=feed.url)
    return new


async def _store_entries(
    connection: AsyncConnection,
    document: _Document,
    parsed: ParsedFeed,
    listed: list[tuple[Entry, EntryKeys]],
    known: _Shelf,
    now: datetime,
    *,
    again: bool,
) -> tuple[int, int]:
    """How many entries are new and how many changed. `again`: known entries are read in another way than before, so
    that another text is no change."""
    feed = document.feed
    # An item that is listed twice shares its link with nobody but itself.
    counted = Counter(url for url, _ in {(key.url_key, key.title_key) for _, key in listed})
    shared = frozenset(key for key, count in counted.items() if key is not None and count > 1)
    new: list[tuple[Entry, EntryKeys]] = []
    changed: list[tuple[KnownEntry, Entry, EntryKeys]] = []
    for entry, key in listed:
        identity = identify(entry, known.near(key), shared=shared)
        if identity.verdict is Verdict.NEW:
            new.append((entry, key))
        elif identity.verdict is Verdict.CHANGED and identity.known is not None:
            changed.append((identity.known, entry, key))
    total = max(len(parsed.items), len(listed))
    why = hush(feed.first_success, feed.last_success, now, new=len(new), listed=total)
    if why not in (None, Hush.FIRST_LOOK):
        log.warning("no alerts for this poll", feed=feed.url, why=why, new=len(new), listed=total)
    for known_entry, entry, key in changed:
        if again:
            await feed_past.rename_entry(connection, known_entry.id, key)
        else:
            await pages.change_entry(connection, known_entry, entry, key, why is not None, now)
    fresh: list[tuple[Entry, EntryKeys, NewPage]] = []
    for entry, key in _once(new):
        # A link that several entries share (a live blog, the homepage) is the page of none of them.
        own = entry.url is not None and key.url_key not in shared and not known.has_url(key)
        fresh.append((entry, key, _page(entry, key, feed, document.fetched, own=own)))
    await pages.add_entries(connection, feed.id, fresh, why is not None, now)
    return len(fresh), len(changed)


def _is_plain(key: EntryKeys, known: _Shelf) -> bool:
    """Whether an entry is unlike all known ones, or has address and id of one of them alone."""
    near = [one.keys for one in known.near(key) if _share(one.keys, key)]
    return not near or [(one.guid_key, one.url_key) for one in near] == [(key.guid_key, key.url_key)]


def _share(one: EntryKeys, other: EntryKeys) -> bool:
    """Whether both have the same address or the same id."""
    pairs = ((one.url_key, other.url_key), (one.guid_key, other.guid_key))
    return any(mine is not None and mine == theirs for mine, theirs in pairs)


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
