"""Reads an article's page: clean text and metadata, or the feed's own text where the page has none.

Never fetches, and never drops an article silently: what cannot be read raises with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lxml import html

from ..errors import ExtractError
from ..model import Article, Basis, Entry, Source
from . import quality
from .authors import find_author
from .content import Body, find_body
from .dates import choose, zone_of
from .encoding import decode
from .language import base_code, identify_language
from .leads import find_lead
from .markup import Block, blocks, parse, text_of, tidy, weight
from .metadata import Claims, read_claims
from .page_dates import find_date
from .pruning import Origins, prune
from .titles import find_title
from .urls import clean_url

MOST_TEXT = 200_000
"""Characters of an article; what follows is cut off. A long feature has 60,000, and matching costs by the character."""


def read_page(
    body: bytes, url: str, *, content_type: str | None = None, entry: Entry | None = None, source: Source | None = None
) -> Article:
    """The article on the page at `url` (after redirects). `entry` is what the feed said of it, `source` whose feed.

    Where the page has no usable text and the entry has its own, the entry's text is returned with `basis` FEED and the
    reason as `note`. Raises `ExtractError` where neither has any."""
    tree = parse(decode(body, content_type))
    article, reason = (None, "the page is empty") if tree is None else _from_tree(tree, url, entry, source)
    if article is not None and not reason:
        return article
    if entry is not None and entry.paragraphs:
        return article_from_entry(entry, url, source=source, note=reason)
    raise ExtractError(f"{url}: {reason}")


def article_from_entry(entry: Entry, url: str, *, source: Source | None, note: str) -> Article:
    """The article as its feed tells it, for a page that could not be fetched or read; `note` says why."""
    text = "\n".join((entry.title, *entry.paragraphs))
    return Article(
        url=clean_url(url),
        title=entry.title,
        paragraphs=_bounded(entry.paragraphs),
        lead=next(iter(_bounded(entry.paragraphs)), ""),
        author=entry.author,
        published=entry.published,
        published_from="feed" if entry.published else None,
        language=identify_language(text, source.language if source else None),
        basis=Basis.FEED,
        note=note,
        source=source,
    )


def _from_tree(
    tree: html.HtmlElement, url: str, entry: Entry | None, source: Source | None
) -> tuple[Article | None, str]:
    """The article, or the reason why there is none worth having."""
    entry_title = entry.title if entry else ""
    site_names = _site_names(source, url)
    claims = read_claims(tree, url, _shown_titles(tree, entry_title))
    title = find_title(tree, claims, entry_title, site_names)
    pruned, origins = prune(tree)
    found = blocks(pruned)
    body = find_body(pruned, found, url, title, claims.text)
    if not body.blocks:
        found, origins = blocks(tree), {}
        body = find_body(tree, found, url, title, claims.text)
    lead, body = find_lead(found, body, title)
    paragraphs = _paragraphs(body, claims)
    if not body.blocks and paragraphs:
        lead = paragraphs[0]
    reason = quality.fault(tree, title, paragraphs, entry)
    if reason:
        return None, reason
    language = identify_language("\n".join((title, *paragraphs)), source.language if source else None, claims.language)
    zone = zone_of(source, language or base_code(claims.language), url)
    feed_date = entry.published if entry else None
    month_first = source is not None and source.country == "us"
    everything, shown = _unpruned(tree, body, origins)
    metadata, line = find_date(everything, shown, claims, title, zone, feed_date, month_first)
    published, clue = choose(metadata, line, feed_date)
    article = Article(
        url=clean_url(url),
        title=title,
        paragraphs=_bounded(paragraphs),
        lead=lead or next(iter(_bounded(paragraphs)), ""),
        author=find_author(tree, everything, shown, claims, title, entry.author if entry else None, site_names),
        published=published,
        published_from=clue,
        language=language,
        canonical=claims.canonical,
        source=source,
    )
    return article, ""


def _unpruned(tree: html.HtmlElement, body: Body, origins: Origins) -> tuple[list[Block], Body]:
    """All blocks of the page, and the body as it stands among them."""
    everything = blocks(tree)
    own = {(origins.get(block.element, block.element), block.text) for block in body.blocks}
    shown = [block for block in everything if (block.element, block.text) in own]
    return everything, Body(shown, origins.get(body.container, body.container) if body.container is not None else None)


def _paragraphs(body: Body, claims: Claims) -> tuple[str, ...]:
    """The paragraphs shown, or those of the metadata where a page shows (nearly) none without its scripts."""
    shown = body.paragraphs
    told = tuple(tidy(line) for line in claims.text.split("\n") if tidy(line))
    if weight("".join(told)) > 150 and weight("".join(shown)) < 0.3 * weight("".join(told)):
        return told
    return shown


def _bounded(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """As many of the paragraphs as an article may have."""
    room, kept = MOST_TEXT, []
    for paragraph in paragraphs:
        if room <= 0:
            break
        kept.append(paragraph[:room])
        room -= len(paragraph)
    return tuple(kept)


def _shown_titles(tree: html.HtmlElement, entry_title: str) -> list[str]:
    heads = [text_of(node) for node in tree.iter("h1")]
    return [title for title in (entry_title, *heads) if title]


def _site_names(source: Source | None, url: str) -> Sequence[str]:
    host = re.sub(r"^\w+://(?:www\.)?|[:/?#].*$", "", url)
    labels = [label for label in host.split(".")[:-1] if len(label) >= 3 and label not in {"www", "com", "news", "co"}]
    return [*([source.title, source.name] if source else []), host, *labels]
