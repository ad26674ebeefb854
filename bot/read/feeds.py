"""Reads feed documents: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x.

Never fetches anything, never lets the parser make up ids or dates: both stay as published, and dates are read here.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo
from itertools import islice
from typing import Any

from ..errors import FeedError
from ..model import Entry, ParsedFeed, Source
from . import items, jsonfeed
from .bounds import MOST_MARKUP, MOST_TITLE_MARKUP, bounded, one_line
from .dates import read_date, zone_of
from .encoding import decode
from .floods import without_floods, without_labels
from .items import MOST_ENTRIES, Parts, too_many
from .language import base_code
from .markup import paragraphs, plain, weight
from .mending import rooted, with_ampersands
from .nofeed import why_no_feed
from .rhythm import skips, ttl
from .urls import absolute

_DECLARATION = re.compile(r"^\s*(?:<\?xml[^>]*\?>\s*)?")
_CONTROLS = bytes(code for code in range(0x20) if code not in b"\t\n\r")
_ITEM_START = re.compile(r"<(?:[\w.-]+:)?(item|entry)(?=[\s>])", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*(?:>|\Z)", re.IGNORECASE)
_FEED_START = re.compile(r"<\?xml\b|<(?:rss|rdf:RDF|feed)[\s>]", re.IGNORECASE)
_PAGE = re.compile(r"<(?:html|head|body)\b", re.IGNORECASE)
_TRAILER = re.compile(
    r"^(?:the post .{1,300} (?:first appeared|appeared first) on .{1,100}|(?:continue"
    r" reading|read (?:the )?(?:more|full \w+)"
    r"|baca selengkapnya|selengkapnya|続きを読む|続きはこちら)\W{0,5}(?:.{0,80}[→»…])?)\W*$",
    re.IGNORECASE,
)


def read_feed(
    body: bytes,
    url: str,
    content_type: str | None,
    *,
    source: Source | None = None,
    now: datetime | None = None,
    seen: Collection[str] = frozenset(),
) -> ParsedFeed:
    """The feed in `body`, found at `url` (after redirects). Entry links are absolute http(s) addresses or None; dates
    are UTC, read with the source's zone and language, and not clamped; those before 1990 are None, as are those of
    more than a year after `now`, where given. A document that was cut keeps the entries that are whole.

    `seen` are the `items` of earlier readings: their entries are left out where that is safe, unless they share a link
    or an id with one that is not among them.

    Raises `FeedError` where there is no feed, with the feeds an HTML page names as `alternates`."""
    text = decode(body, content_type)
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped:
        raise FeedError("the answer is empty")
    if stripped.startswith(("{", "[")) or ("json" in (content_type or "").lower() and not stripped.startswith("<")):
        feed = jsonfeed.read(stripped, url, zone_of(source, link=url), reading_of(source), seen)
    else:
        feed = _read_xml(stripped, url, source, seen)
    if now is None:
        return feed
    entries = tuple(_without_absurd_date(entry, now) for entry in feed.entries)
    return replace(feed, entries=entries)


# Not those that are surely characters, which are most.
_REFERENCE = re.compile(r"&#(?![0-9]{1,4};|[xX][0-9a-cA-C]?[0-9a-fA-F]{1,3};)(?:[xX]([0-9a-fA-F]{1,9})|([0-9]{1,9}));")


def _real_character(reference: re.Match[str]) -> str:
    """A numeric reference as it stands, or a replacement mark where it names no character: feedparser breaks on half
    a surrogate pair."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _plainer(text: str) -> str:
    """`text` without references to no character and without what only slows the parser down."""
    return without_labels(without_floods(_REFERENCE.sub(_real_character, text)))


def _read_xml(text: str, url: str, source: Source | None, seen: Collection[str]) -> ParsedFeed:
    if sum(1 for _ in islice(_ITEM_START.finditer(text), MOST_ENTRIES + 1)) > MOST_ENTRIES:
        raise too_many()
    document = rooted(_encoded(_DECLARATION.sub("", _whole(_plainer(text)), count=1)), url)
    parts = items.split(document, reading_of(source))
    if parts is None and (mended := with_ampersands(document)) != document:
        document, parts = mended, items.split(mended, reading_of(source))
    places = parts.unseen(seen) if parts else []
    result = _parsed(parts.only(places) if parts and len(places) < len(parts.items) else document)
    entries: list[Mapping[str, Any]] = result.get("entries") or []
    if parts and (len(entries) != len(places) or not result.get("version")):
        # What looks like an item from outside is none to the parser, or the other way round.
        parts, result = None, _parsed(document)
        entries = result.get("entries") or []
    version = result.get("version") or ""
    if not entries and not (parts or (version and _ROOT_END.search(text, max(0, len(text) - 2000)))):
        raise why_no_feed(text, url)
    head: Mapping[str, Any] = result.get("feed") or {}
    language = base_code(head.get("language"))
    zone = zone_of(source, language, url)
    month_first = source is not None and source.country == "us"
    skip_hours, skip_days = skips(_outside(text, parts))
    return ParsedFeed(
        title=plain(head.get("title") or ""),
        format=version or "unknown",
        entries=tuple(_entry(entry, url, zone, month_first) for entry in entries),
        language=language,
        ttl=ttl(head),
        skip_hours=skip_hours,
        skip_days=skip_days,
        items=parts.hashes if parts else (),
    )


def _encoded(text: str) -> bytes:
    """UTF-8 without the characters that XML does not allow."""
    document = text.encode("utf-8", "replace").translate(None, _CONTROLS)
    return document.replace(b"\xef\xbf\xbe", b"").replace(b"\xef\xbf\xbf", b"")


def reading_of(source: Source | None) -> str:
    """What of the source bears on how entries are read."""
    return f"{source.timezone} {source.language} {source.country}" if source else ""


def _parsed(document: bytes) -> Mapping[str, Any]:
    import feedparser

    # Else each call looks for a parser that is not installed, a seventh of the time of a feed without news; and the
    # items were told apart by this one.
    feedparser.api.PREFERRED_XML_PARSERS[:] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    return result


def _outside(text: str, parts: Parts | None) -> str:
    """What stands before and behind the items."""
    if parts:
        return b" ".join((parts.gaps[0], parts.gaps[-1])).decode("utf-8", "replace")
    start = _ITEM_START.search(text)
    return text[: start.start()] if start else text


def _entry(raw: Mapping[str, Any], url: str, zone: tzinfo, month_first: bool) -> Entry:
    printed = _printed_date(raw)
    reading = read_date(printed, zone, month_first=month_first)
    return Entry(
        guid=(raw.get("id") or "").strip() or None,
        url=_link(raw, url),
        title=one_line(plain((raw.get("title") or "")[:MOST_TITLE_MARKUP])),
        paragraphs=bounded(_text(raw)),
        published=reading.when if reading else None,
        published_raw=printed,
        author=_author(raw),
    )


def _link(raw: Mapping[str, Any], url: str) -> str | None:
    offered = [raw.get("feedburner_origlink"), raw.get("link")]
    offered += [link.get("href") for link in raw.get("links") or () if link.get("rel", "alternate") == "alternate"]
    return next((link for link in (absolute(one, url) for one in offered if one) if link), None)


def _printed_date(raw: Mapping[str, Any]) -> str | None:
    # feedparser answers `updated` with `published` when asked politely: only keys the entry holds count
    held = dict(raw)
    printed = (str(held.get(key) or "").strip() for key in ("published", "created", "updated"))
    return next((text for text in printed if text), None)


def _text(raw: Mapping[str, Any]) -> tuple[str, ...]:
    """The longer of summary and content, in paragraphs."""
    texts = [raw.get("summary") or ""]
    texts += [part.get("value") or "" for part in raw.get("content") or ()]
    texts = [text[:MOST_MARKUP] for text in texts]
    read = [_without_trailer(paragraphs(text)) for text in dict.fromkeys(texts) if text.strip()]
    return max(read, key=lambda parts: sum(map(weight, parts)), default=())


def _without_trailer(parts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part for part in parts if not _TRAILER.match(part))


def _author(raw: Mapping[str, Any]) -> str | None:
    names = [author.get("name") for author in raw.get("authors") or () if author.get("name")]
    if not names and raw.get("author"):
        names = [raw["author"]]
    cleaned = []
    for name in names:
        line = plain(str(name))
        mailbox = re.match(r"^\S+@\S+\s*\((.+)\)$", line)  # RSS 2.0: `lee@example.org (Ann Lee)`
        line = mailbox[1] if mailbox else line
        if line and "@" not in line and not re.match(r"^https?://", line):
            cleaned.append(line)
    return one_line(", ".join(dict.fromkeys(cleaned))) or None


def _whole(text: str) -> str:
    """`text` without what stands before and behind the feed (a warning of the server's, a script, a time stamp), and
    without an item that was cut off in the middle of it."""
    if not text.startswith("<!") and not _PAGE.match(text):
        start = _FEED_START.search(text, 0, 10_000)
        text = text[start.start() :] if start else text
    ends = list(_ROOT_END.finditer(text, max(0, len(text) - 200))) or list(_ROOT_END.finditer(text))
    item_ends = list(_ITEM_END.finditer(text, ends[-1].end() if ends else 0))
    if ends and not item_ends:
        return text[: ends[-1].end()]
    item_starts = list(_ITEM_START.finditer(text))
    if item_starts and (not item_ends or item_ends[-1].start() < item_starts[-1].start()):
        return text[: item_starts[-1].start()]
    return text


def _without_absurd_date(entry: Entry, now: datetime) -> Entry:
    if entry.published is None or entry.published - now <= timedelta(days=366):
        return entry
    return replace(entry, published=None)
