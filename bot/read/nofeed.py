"""Says why a document is no feed, and which feeds a page names instead.

Never fetches what it finds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from lxml import html

from ..errors import FeedError
from .markup import parse, plain, text_of
from .urls import absolute

_ROOT = re.compile(r"<(?!\?|!)(?:[\w.-]+:)?([\w.-]+)")
_FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml", "application/feed+json"})
_CHALLENGE = re.compile(
    r"just a moment|attention required|checking your browser|cf-chl|verify(?:ing)?"
    r" (?:that )?you are (?:a )?human|captcha"
    r"|access denied|enable javascript and cookies|ddos protection|incapsula|request unsuccessful",
    re.IGNORECASE,
)


MOST_ALTERNATES = 20
"""Feeds that a page names and that are proposed."""


def why_no_feed(text: str, url: str) -> FeedError:
    """The error that says in one line why there is no feed in this document, which came from `url`, with the feeds that
    a page names as its own."""
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
        if len(seen) >= MOST_ALTERNATES:
            break
    return seen
