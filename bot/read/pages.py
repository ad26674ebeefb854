"""Reads an article's page: clean text and metadata, or the feed's own text where the page has none.

Never fetches, and never drops an article silently: what cannot be read raises with a reason.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from lxml import html

from ..errors import ExtractError
from ..model import Article, Basis, Entry, Reading, Removed, Source
from . import quality
from .agencies import find_agency
from .authors import find_author
from .binary import is_unreadable, why_no_page
from .bounds import MOST_HEADINGS, MOST_KEPT, MOST_MARKUP, bounded, cut, flatten, one_line
from .content import Body, find_body
from .dates import zone_of
from .encoding import decode
from .endings import trim_end
from .language import Told, base_code, tell_language
from .leads import find_lead
from .marks import is_learned, marks, without_furniture
from .markup import Block, blocks, parse, text_of, tidy, weight
from .metadata import Claims, read_claims
from .page_dates import find_date, find_modified
from .pruning import Origins, prune
from .reconcile import choose
from .removals import MOST_REMOVED, removals
from .text import bare
from .titles import find_title
from .urls import clean_url


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
    return report_page(
        body, url, content_type=content_type, entry=entry, source=source, learned=learned, removed=False
    ).article


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
    """How `read_page` reads a page; without the texts that were left out where `removed` is False."""
    other = why_no_page(body, content_type)
    text = "" if other else decode(body, content_type)
    tree = None if is_unreadable(text) else parse(text)
    reading: Reading | None = None
    if tree is None:
        reason = other or ("the page is not text" if text.strip() else "the page is empty")
    else:
        flatten(tree)
        cut(tree, MOST_MARKUP)
        reading, reason = _from_tree(tree, url, entry, source, learned, removed)
    if reading is not None and not reason:
        return reading
    if entry is None or not entry.paragraphs:
        raise ExtractError(f"{url}: {reason}")
    article, told = _of_entry(entry, url, source, reason)
    left_out = (
        ()
        if tree is None or not removed
        else tuple(Removed(block.text, reason) for block in blocks(tree)[:MOST_REMOVED])
    )
    return Reading(
        article,
        title_from="feed",
        text_from="feed",
        date_from=article.published_from,
        author_from="feed" if article.author else None,
        language_from=told.by,
        certainty=told.certainty,
        removed=left_out,
    )


def article_from_entry(entry: Entry, url: str, *, source: Source | None, note: str) -> Article:
    """The article as its feed tells it, for a page that could not be fetched or read; `note` says why."""
    return _of_entry(entry, url, source, note)[0]


def _of_entry(entry: Entry, url: str, source: Source | None, note: str) -> tuple[Article, Told]:
    text = "\n".join((entry.title, *entry.paragraphs))
    told = tell_language(text, source.language if source else None)
    paragraphs = bounded(entry.paragraphs)
    article = Article(
        url=clean_url(url),
        title=entry.title,
        paragraphs=paragraphs,
        lead=next(iter(paragraphs), ""),
        author=entry.author,
        published=entry.published,
        published_from="feed" if entry.published else None,
        language=told.code,
        basis=Basis.FEED,
        note=note,
        source=source,
        agency=find_agency(paragraphs, [entry.author or ""], _site_names(source, url), entry.title),
        published_raw=entry.published_raw if entry.published else None,
    )
    return article, told


def _from_tree(
    tree: html.HtmlElement,
    url: str,
    entry: Entry | None,
    source: Source | None,
    learned: Collection[str],
    removed: bool,
) -> tuple[Reading | None, str]:
    """How the article is read, or the reason why there is none worth having."""
    entry_title = entry.title if entry else ""
    site_names = _site_names(source, url)
    claims = read_claims(tree, url, _shown_titles(tree, entry_title))
    title = one_line(find_title(tree, claims, entry_title, site_names))
    everything = blocks(tree)
    pruned, origins, dropped = prune(tree, everything)
    cut(pruned, MOST_KEPT, _heading(pruned, title))
    found = blocks(pruned)
    body = find_body(pruned, found, url, title, claims.text)
    if not body.blocks:
        found, origins, dropped = everything, {}, {}
        body = find_body(tree, found, url, title, claims.text)
    whole = body
    body = replace(body, blocks=without_furniture(body.blocks, learned))
    lead, body = find_lead([block for block in found if not is_learned(block, learned)], body, title)
    candidates = [*whole.blocks, *(block for block in found if block.text == lead and block not in whole.blocks)]
    paragraphs = _paragraphs(body, claims)
    if not body.blocks and paragraphs:
        lead = paragraphs[0]
    reason = quality.fault(tree, title, paragraphs, entry)
    if reason:
        return None, reason
    shown = _unpruned(everything, body, origins)
    opened = paragraphs if lead in paragraphs else (lead, *paragraphs)
    agency = find_agency(opened, _credits(everything, shown, claims, entry), site_names, title)
    author, author_from = find_author(
        tree, everything, shown, claims, title, entry.author if entry else None, site_names
    )
    writers = [name for name in (author or "").split(", ") if " " in name]
    paragraphs, endings = trim_end(paragraphs, _host(url), writers)
    told = tell_language("\n".join((title, *paragraphs)), source.language if source else None, claims.language)
    zone = zone_of(source, told.code or base_code(claims.language), url)
    feed_date = entry.published if entry else None
    month_first = source is not None and source.country == "us"
    metadata, line = find_date(everything, shown, claims, title, zone, feed_date, month_first)
    published, clue = choose(metadata, line, feed_date, zone)
    raws = {
        "metadata": metadata and metadata.raw,
        "page": line and line.reading.raw,
        "feed": entry.published_raw if entry else None,
    }
    article = Article(
        url=clean_url(url),
        title=title,
        paragraphs=bounded(paragraphs),
        lead=_lead(lead, paragraphs),
        author=author,
        published=published,
        published_from=clue,
        language=told.code,
        canonical=claims.canonical,
        source=source,
        agency=agency,
        modified=find_modified(tree, claims, metadata, line, published, zone),
        published_raw=raws.get(clue or "") or None,
    )
    reading = Reading(
        article,
        title_from=_title_from(title, claims, everything, entry_title),
        text_from="page" if body.blocks and paragraphs and paragraphs[0] in body.paragraphs else "metadata",
        date_from=clue,
        author_from=author_from,
        language_from=told.by,
        certainty=told.certainty,
        lines=marks(candidates),
    )
    if not removed:
        return reading, ""
    gone = removals(everything, found, whole, body, lead, origins, dropped)
    return replace(reading, removed=(*gone, *(Removed(text, why) for text, why in endings))[:MOST_REMOVED]), ""


def _heading(tree: html.HtmlElement, title: str) -> html.HtmlElement | None:
    """The heading that is the title, where the page has one."""
    letters = bare(title)
    return next((node for node in islice(tree.iter("h1", "h2"), MOST_HEADINGS) if bare(text_of(node)) == letters), None)


def _unpruned(everything: list[Block], body: Body, origins: Origins) -> Body:
    """The body as it stands among all blocks of the page."""
    own = {(origins.get(block.element, block.element), block.text) for block in body.blocks}
    shown = [block for block in everything if (block.element, block.text) in own]
    return Body(shown, origins.get(body.container, body.container) if body.container is not None else None)


def _credits(everything: list[Block], shown: Body, claims: Claims, entry: Entry | None) -> Iterator[str]:
    """Texts that may name an agency and nothing else: bylines, and short lines right above and below the text."""
    yield from (one.name for one in claims.authors)
    if entry is not None and entry.author:
        yield entry.author
    own = {id(block) for block in shown.blocks}
    spots = [index for index, block in enumerate(everything) if id(block) in own]
    if spots:
        around = [*everything[spots[-1] + 1 : spots[-1] + 7], *everything[max(0, spots[0] - 6) : spots[0]]]
        yield from (block.text for block in around if block.link_share < 0.5)


def _lead(lead: str, paragraphs: tuple[str, ...]) -> str:
    """The standfirst, or the first paragraph as it is left when its end was trimmed."""
    first = next(iter(bounded(paragraphs)), "")
    return first if not lead or lead.startswith(first) else lead


def _title_from(title: str, claims: Claims, everything: list[Block], entry_title: str) -> str | None:
    """What gave the title: the page shows it, or its metadata, its own title or the feed have it."""
    letters = bare(title)
    if any(bare(block.text) == letters for block in everything):
        return "page"
    if letters in {bare(one) for one in (claims.headline, *claims.titles)}:
        return "metadata"
    return "feed" if letters and letters == bare(entry_title) else "page" if letters else None


def _paragraphs(body: Body, claims: Claims) -> tuple[str, ...]:
    """The paragraphs shown, or those of the metadata where a page shows (nearly) none without its scripts."""
    shown = body.paragraphs
    told = tuple(tidy(line) for line in claims.text.split("\n") if tidy(line))
    if weight("".join(told)) > 150 and weight("".join(shown)) < 0.3 * weight("".join(told)):
        return told
    return shown


def _shown_titles(tree: html.HtmlElement, entry_title: str) -> list[str]:
    heads = [text_of(node) for node in islice(tree.iter("h1"), MOST_HEADINGS)]
    return [title for title in (entry_title, *heads) if title]


def _site_names(source: Source | None, url: str) -> Sequence[str]:
    host = _host(url)
    labels = [label for label in host.split(".")[:-1] if len(label) >= 3 and label not in {"www", "com", "news", "co"}]
    return [*([source.title, source.name] if source else []), host, *labels]


def _host(url: str) -> str:
    return re.sub(r"^\w+://(?:www\.)?|[:/?#].*$", "", url).lower()
