"""What a document lists, compared with what is known: new entries and their pages, changed ones. It asks nobody and
reads no page.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from bot.log import get
from bot.model import Entry, ParsedFeed
from bot.read import EntryKeys, KnownEntry, Verdict, identify, keys, url_key
from bot.run.asking import kept_after_read
from bot.run.polled import Good, succeed
from bot.run.work import lane_of
from bot.settings import Settings
from bot.store import AsyncConnection, feed_past, pages
from bot.store.database import Database
from bot.store.feed_rows import Feed
from bot.store.pages import NewPage
from bot.store.words import storable_noun
from bot.tell.policy import Hush, hush
from bot.web import Fetched, host_of

log = get(__name__)


@dataclass(frozen=True, slots=True)
class Document:
    """An answer with a new body as it was read, and what the poll that brought it began with. `partly`: items that were
    read before were left out."""

    settings: Settings
    feed: Feed
    reading: str
    fetched: Fetched
    digest: str
    parsed: ParsedFeed
    partly: bool = False


async def store_documents(
    database: Database,
    clock: Callable[[], datetime],
    offer: Callable[..., Awaitable[None]],
    documents: Sequence[Document],
) -> list[int | None]:
    """Stores what is new or changed in each, with what the next polls must know, in one transaction; how many entries
    are new.

    None, and nothing stored, for a document that was read partly where the items left out may matter: an entry that
    shares its address with a known one but not its id, or the other way round, may share it with an item that is
    listed still (a live blog), and then the whole document must be looked at.

    Lanes in which pages are due now are offered in the same transaction."""
    now = clock()
    good: list[Good] = []
    read: dict[int, Sequence[str]] = {}
    new: list[int | None] = []
    lanes: set[int] = set()
    async with database.write() as connection:
        for document in documents:
            found = await _store_entries(connection, document, now)
            new.append(None if found is None else found.new)
            if found is not None:
                # The visit that brought new entries looks at its own lane once more.
                lanes |= found.lanes - ({document.feed.lane} if found.new else set())
                feed, fetched, parsed = document.feed, document.fetched, document.parsed
                news = found.new + found.changed > 0
                kept = kept_after_read(feed, fetched, parsed, document.reading, document.digest, news=news)
                good.append(Good(document.settings, feed, fetched, kept))
                read[feed.id] = parsed.items
        if good:
            await feed_past.remember_items(connection, read)
            await succeed(connection, good, now)
        if lanes:
            await offer(connection, *lanes)
    for poll in good:
        if poll.feed.kept and poll.feed.kept.trusted and not poll.kept.trusted:
            log.warning("validators not trusted any more: they stayed while the feed changed", feed=poll.feed.url)
    return new


@dataclass(frozen=True, slots=True)
class _Stored:
    """How many entries are new and how many changed, and in which lanes their pages are due."""

    new: int
    changed: int
    lanes: set[int]


async def _store_entries(connection: AsyncConnection, document: Document, now: datetime) -> _Stored | None:
    """What was found; None where the whole document must be read."""
    feed, parsed = document.feed, document.parsed
    entries = [_clamped(entry, now) for entry in parsed.entries]
    known = _Shelf(await pages.known_entries(connection, feed.id, [keys(entry) for entry in entries]))
    if document.partly and not all(_is_plain(keys(entry), known) for entry in entries):
        return None
    listed = _with_keys(entries)
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
    # What a new parser reads differently is not what the publisher has changed.
    again = feed.kept is not None and feed.kept.reading != document.reading
    lanes: set[int | None] = set()
    for known_entry, entry, key in changed:
        if again:
            await feed_past.rename_entry(connection, known_entry.id, key)
        else:
            lanes.add(await pages.change_entry(connection, known_entry, entry, key, why is not None, now))
    fresh: list[tuple[Entry, EntryKeys, NewPage]] = []
    for entry, key in _once(new):
        # A link that several entries share (a live blog, the homepage) is the page of none of them.
        own = entry.url is not None and key.url_key not in shared and not known.has_url(key)
        fresh.append((entry, key, _page(entry, key, feed, document.fetched, own=own)))
    await pages.add_entries(connection, feed.id, fresh, why is not None, now)
    lanes |= {page.lane for _, _, page in fresh}
    return _Stored(len(fresh), len(changed), {lane for lane in lanes if lane is not None})


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
    host = host_of(entry.url)
    return NewPage(entry.url, url_key(entry.url), host, lane_of(host), feed.source)
