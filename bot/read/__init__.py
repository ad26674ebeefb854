"""What was published: feeds, pages, dates, languages, addresses.

This door hands out the room's few verbs and loads the parsers behind them only when they are used. Nothing in the room
fetches, stores or waits; all of it can be called, and its results handed back, across processes.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from ..model import Article, Entry, ParsedFeed, Reading, Source
from .identity import EntryKeys, Identity, KnownEntry, Verdict, identify, keys
from .learned import furniture, is_copy
from .urls import clean_url, url_key

__all__ = [
    "EntryKeys",
    "Identity",
    "KnownEntry",
    "Verdict",
    "article_from_entry",
    "clean_url",
    "furniture",
    "identify",
    "is_copy",
    "keys",
    "read_feed",
    "read_page",
    "report_page",
    "url_key",
    "warm",
]


def read_feed(
    body: bytes,
    url: str,
    content_type: str | None,
    *,
    source: Source | None = None,
    now: datetime | None = None,
    seen: Collection[str] = (),
) -> ParsedFeed:
    """The feed in `body`, found at `url` (after redirects). Entry links are absolute http(s) addresses or None; dates
    are UTC, read with the source's zone and language, and not clamped; those before 1990 are None, as are those of
    more than a year after `now`, where given. A document that was cut keeps the entries that are whole. Items whose
    marks are in `seen` are left out where the document can be taken apart.

    Raises `FeedError` where there is no feed, with the feeds an HTML page names as `alternates`."""
    from . import feeds

    return feeds.read_feed(body, url, content_type, source=source, now=now, seen=seen)


def read_page(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    entry: Entry | None = None,
    source: Source | None = None,
    learned: Collection[str] = (),
) -> Article:
    """The article on the page at `url` (after redirects). `entry` is what the feed said of it, `source` whose feed,
    `learned` the marks of lines known as that source's furniture.

    Where the page has no usable text and the entry has its own, the entry's text is returned with `basis` FEED and the
    reason as `note`. Raises `ExtractError` where neither has any."""
    from . import pages

    return pages.read_page(body, url, content_type=content_type, entry=entry, source=source, learned=learned)


def report_page(
    body: bytes,
    url: str,
    *,
    content_type: str | None = None,
    entry: Entry | None = None,
    source: Source | None = None,
    learned: Collection[str] = (),
    removed: bool = True,
) -> Reading:
    """How `read_page` reads a page: the article, what gave its parts, the marks of its short lines, and what was left
    out and why (nothing of this where `removed` is False, which costs nothing). Raises `ExtractError` as it does."""
    from . import pages

    return pages.report_page(
        body, url, content_type=content_type, entry=entry, source=source, learned=learned, removed=removed
    )


def article_from_entry(entry: Entry, url: str, *, source: Source | None, note: str) -> Article:
    """The article as its feed tells it, for a page that could not be fetched or read; `note` says why."""
    from . import pages

    return pages.article_from_entry(entry, url, source=source, note=note)


def warm() -> None:
    """Imports and primes the parsers and the language model of this process, which the first page would wait for
    otherwise (about two seconds, 150 MB)."""
    from . import warmth

    warmth.warm()
