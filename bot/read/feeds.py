"""Reads feed documents: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed 1.x.

Never fetches anything, never lets the parser make up ids or dates: both stay as published, and dates are read here.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta, tzinfo
from typing import Any

from lxml import html

from ..errors import FeedError
from ..model import Entry, ParsedFeed, Source
from . import jsonfeed
from .dates import read_date, zone_of
from .encoding import decode
from .language import base_code
from .markup import paragraphs, parse, plain, text_of, weight
from .urls import absolute

_DECLARATION = re.compile(r"^\s*(?:<\?xml[^>]*\?>\s*)?")
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_ITEM_START = re.compile(r"<(?:[\w.-]+:)?(item|entry)(?=[\s>])", re.IGNORECASE)
_ITEM_END = re.compile(r"</(?:[\w.-]+:)?(?:item|entry)\s*>", re.IGNORECASE)
_ROOT_END = re.compile(r"</(?:[\w.-]+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|cf-chl|verify(?:ing)?"
    r" (?:that )?you are (?:a )?human|captcha"
    r"|access denied|enable javascript and cookies|ddos protection|incapsula|request unsuccessful",
    re.IGNORECASE,
)
_PERIODS = {"hourly": timedelta(hours=1), "daily": timedelta(days=1), "weekly": timedelta(days=7)}
_TRAILER = re.compile(
    r"^(?:the post .{1,300} (?:first appeared|appeared first) on .{1,100}|(?:continue"
    r" reading|read (?:the )?(?:more|full \w+)"
    r"|baca selengkapnya|selengkapnya|続きを読む|続きはこちら)\W{0,5}(?:.{0,80}[→»…])?)\W*$",
    re.IGNORECASE,
)


def read_feed(
    body: bytes, url: str, content_type: str | None, *, source: Source | None = None, now: datetime | None = None
) -> ParsedFeed:
    """The feed in `body`, found at `url` (after redirects). Entry links are absolute http(s) addresses or None; dates
    are UTC, read with the source's zone and language, and not clamped; those before 1990 are None, as are those of
    more than a year after `now`, where given. A document that was cut keeps the entries that are whole.

    Raises `FeedError` where there is no feed, with the feeds an HTML page names as `alternates`."""
    text = decode(body, content_type)
    stripped = text.lstrip("\ufeff \t\r\n")
    if not stripped:
        raise FeedError("the answer is empty")
    if stripped.startswith(("{", "[")) or "json" in (content_type or "").lower():
        feed = jsonfeed.read(stripped, url, zone_of(source, link=url))
    else:
        feed = _read_xml(stripped, url, source)
    if now is None:
        return feed
    entries = tuple(_without_absurd_date(entry, now) for entry in feed.entries)
    return ParsedFeed(feed.title, feed.format, entries, feed.language, feed.ttl)


_REFERENCE = re.compile(r"&#(?:x([0-9a-f]{1,9})|([0-9]{1,9}));", re.IGNORECASE)


def _real_character(reference: re.Match[str]) -> str:
    """A numeric reference as it stands, or a replacement mark where it names no character: feedparser breaks on half
    a surrogate pair."""
    code = int(reference[1], 16) if reference[1] else int(reference[2])
    return reference[0] if code < 0xD800 or 0xDFFF < code <= 0x10FFFF else "\ufffd"


def _read_xml(text: str, url: str, source: Source | None) -> ParsedFeed:
    import feedparser

    document = _DECLARATION.sub("", _whole(_REFERENCE.sub(_real_character, _NOT_XML.sub("", text))), count=1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        result: Mapping[str, Any] = feedparser.parse(
            io.BytesIO(document.encode("utf-8", "replace")),
            response_headers={"content-type": "application/xml; charset=utf-8"},
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    version = result.get("version") or ""
    entries: list[Mapping[str, Any]] = result.get("entries") or []
    if not version and not entries:
        raise _no_feed(text, url)
    head: Mapping[str, Any] = result.get("feed") or {}
    language = base_code(head.get("language"))
    zone = zone_of(source, language, url)
    month_first = source is not None and source.country == "us"
    read = tuple(_entry(entry, url, zone, month_first) for entry in entries)
    return ParsedFeed(plain(head.get("title") or ""), version or "unknown", read, language, _ttl(head))


def _entry(raw: Mapping[str, Any], url: str, zone: tzinfo, month_first: bool) -> Entry:
    printed = _printed_date(raw)
    reading = read_date(printed, zone, month_first=month_first)
    return Entry(
        guid=(raw.get("id") or "").strip() or None,
        url=_link(raw, url),
        title=plain(raw.get("title") or ""),
        paragraphs=_text(raw),
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
    return ", ".join(dict.fromkeys(cleaned)) or None


def _ttl(head: Mapping[str, Any]) -> timedelta | None:
    """RSS 2.0 `ttl` in minutes, or the RDF syndication module's period divided by its frequency."""
    try:
        if head.get("ttl"):
            minutes = int(str(head["ttl"]).strip())
            return timedelta(minutes=min(minutes, 60 * 24 * 365)) if minutes > 0 else None
        period = _PERIODS.get(str(head.get("sy_updateperiod") or "").strip().lower())
        return period / max(1, int(str(head.get("sy_updatefrequency") or "1").strip())) if period else None
    except ValueError:
        return None


def _whole(text: str) -> str:
    """`text` without an item that was cut off in the middle of it."""
    if _ROOT_END.search(text, max(0, len(text) - 2000)):
        return text
    starts, ends = list(_ITEM_START.finditer(text)), list(_ITEM_END.finditer(text))
    if starts and (not ends or ends[-1].start() < starts[-1].start()):
        return text[: starts[-1].start()]
    return text


def _no_feed(text: str, url: str) -> FeedError:
    """Why there is no feed in this document, in one line."""
    root = _ROOT.search(re.sub(r"<!--.*?-->", "", text[:4000], flags=re.DOTALL))
    name = root[1].lower() if root else ""
    if not root:
        return FeedError("the answer is plain text, not a feed")
    if name in {"html", "head", "body", "div", "script", "p", "h1", "title", "meta", "center"}:
        return _no_feed_but_page(text, url)
    if name in {"rss", "rdf", "feed"}:
        return FeedError("the feed is cut off before its first entry")
    if name in {"urlset", "sitemapindex"}:
        return FeedError("this is a sitemap, not a feed")
    return FeedError(f"this is XML, but not a feed (<{name}>)")


def _no_feed_but_page(text: str, url: str) -> FeedError:
    tree = parse(text)
    title = "" if tree is None else " ".join(text_of(node) or (node.text or "") for node in tree.iter("title")).strip()
    title = plain(title)[:80]
    named = f" ({title!r})" if title else ""
    if _CHALLENGE.search(text[:20_000]) and len(text) < 60_000:
        return FeedError(f"the site answers with a challenge page instead of the feed{named}")
    found = tuple(_alternates(tree, url)) if tree is not None else ()
    hint = f"; it names this feed: {found[0]}" if found else ""
    return FeedError(f"this is an HTML page, not a feed{named}{hint}", found)


def _alternates(tree: html.HtmlElement, url: str) -> Iterable[str]:
    """The feeds a page names as its own (autodiscovery): `<link rel="alternate" type="application/rss+xml" href>`."""
    base = next((absolute(node.get("href"), url) for node in tree.iter("base") if node.get("href")), None) or url
    seen: dict[str, None] = {}
    for node in tree.iter("link"):
        rel, kind = (node.get("rel") or "").lower().split(), (node.get("type") or "").lower().split(";")[0].strip()
        if ("alternate" in rel and kind in _FEED_TYPES) or "feed" in rel:
            address = absolute(node.get("href"), base)
            if address:
                seen[address] = None
    return seen


def _without_absurd_date(entry: Entry, now: datetime) -> Entry:
    if entry.published is None or entry.published - now <= timedelta(days=366):
        return entry
    return Entry(entry.guid, entry.url, entry.title, entry.paragraphs, None, entry.published_raw, entry.author)
