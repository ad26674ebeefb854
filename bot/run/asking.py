"""How a feed is asked, and what an answer proves: its address, its validators, what the next poll may rely on.
Pure: it asks nobody and stores nothing.
"""

from __future__ import annotations

from hashlib import sha256
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.model import ParsedFeed, Source
from bot.read.items import READING
from bot.store.feed_rows import Asks, Feed, Kept
from bot.web import Fetched, Validators

PROOF = 2
"""Good polls in a row that must have been redirected for good to the same address before it is asked directly: one may
be a mistake, a captive portal or somebody's prank."""

FULL_EVERY = 20
"""Of so many polls in a row one goes without validators, so that a server whose validators do not change with its feed
is found out; with `poll.every: 10m` that is after three hours and a half."""


def address_of(feed: Feed) -> str:
    """Where the feed is asked: where it is listed, or where it has moved, once that is proved."""
    kept = feed.kept
    return kept.moved_to if kept and kept.moved_to and kept.moved_times >= PROOF else feed.url


def reading_of(source: Source | None) -> str:
    """With what a document is read: the parser, and what it is told about the source. Where it changes the same body
    may give other entries, so that neither validators nor hashes of it hold."""
    hints = (source.timezone, source.language, source.country) if source else ()
    return sha256(repr((READING, hints)).encode()).hexdigest()[:16]


def validators_of(feed: Feed, reading: str) -> Validators | None:
    """What to ask `has it changed?` with: both validators of the last good answer or none. None too where they have
    lied before, where the answer would be read differently today, after a failure, and now and then to find out whether
    they lie."""
    kept = feed.kept
    if kept is None or not kept.trusted or kept.reading != reading or kept.unproven >= FULL_EVERY - 1:
        return None
    if feed.failures:
        # Some servers stumble over the question itself.
        return None
    if kept.etag is None and kept.last_modified is None:
        return None
    return Validators(kept.final_url, kept.etag, kept.last_modified)


def unchanged(kept: Kept, reading: str, digest: str) -> bool:
    """Whether a body with this hash is the one that was read last, in the same way."""
    return kept.body_hash == digest and kept.reading == reading


def kept_after_same(feed: Feed, kept: Kept, fetched: Fetched) -> Kept:
    """What remains of what was `kept` when the feed is as it was. A 304 confirms the validators it was asked with; a
    body brings its own."""
    moved_to, moved_times = _moved(feed, fetched)
    etag, last_modified, unproven = fetched.etag, fetched.last_modified, 0
    if fetched.not_modified:
        etag, last_modified, unproven = kept.etag, kept.last_modified, kept.unproven + 1
    return Kept(
        final_url=fetched.url,
        etag=etag,
        last_modified=last_modified,
        body_hash=kept.body_hash,
        moved_to=moved_to,
        moved_times=moved_times,
        trusted=kept.trusted,
        unproven=unproven,
        reading=kept.reading,
        asks=kept.asks,
    )


def kept_after_read(feed: Feed, fetched: Fetched, parsed: ParsedFeed, reading: str, digest: str, *, news: bool) -> Kept:
    """What is kept of a document that was read. `news`: it brought new or changed entries."""
    moved_to, moved_times = _moved(feed, fetched)
    before = feed.kept
    same_place = before is not None and before.final_url == fetched.url
    trusted = not (before and same_place and (not before.trusted or _lied(before, fetched, reading, news=news)))
    return Kept(
        final_url=fetched.url,
        etag=fetched.etag,
        last_modified=fetched.last_modified,
        body_hash=digest,
        moved_to=moved_to,
        moved_times=moved_times,
        trusted=trusted,
        reading=reading,
        asks=Asks(parsed.ttl, parsed.skip_hours, parsed.skip_days),
    )


def _lied(before: Kept, fetched: Fetched, reading: str, *, news: bool) -> bool:
    """Whether validators stayed while the body changed. A strong ETag promises the same bytes (RFC 9110, 8.8.1); a weak
    one and a date promise only the same news."""
    if before.reading != reading or before.body_hash is None:
        return False
    if fetched.etag is not None and not fetched.etag.startswith("W/"):
        return fetched.etag == before.etag
    pair = (fetched.etag, fetched.last_modified)
    return news and pair != (None, None) and pair == (before.etag, before.last_modified)


def _moved(feed: Feed, fetched: Fetched) -> tuple[str | None, int]:
    """Where the feed has moved for good, and how many good polls in a row say so, this one included."""
    moved_to, moved_times = (feed.kept.moved_to, feed.kept.moved_times) if feed.kept else (None, 0)
    target = fetched.moved_to
    if address_of(feed) != feed.url and target in (None, moved_to):
        return moved_to, moved_times
    # The client names no target behind a step from https to http.
    if target is None or target == feed.url or _leads_inside(feed.url, target):
        return None, 0
    return target, moved_times + 1 if target == moved_to else 1


def _leads_inside(here: str, there: str) -> bool:
    """Whether an address leads to a private number from elsewhere: one that the operator allows may be asked, but
    nobody else's server decides that it is from now on."""
    return not _is_private(here) and _is_private(there)


def _is_private(url: str) -> bool:
    try:
        return not ip_address(urlsplit(url).hostname or "").is_global
    except ValueError:
        return False
