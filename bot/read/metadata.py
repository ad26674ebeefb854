"""What a page says about itself in its head: JSON-LD, meta elements, canonical link.

Never takes what is said about another article: of several JSON-LD articles only the page's own counts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

from .markup import plain
from .text import bare, overlap
from .urls import absolute, url_key

_ARTICLE = re.compile(r"(?:Article|Posting|Report|Review|NewsItem)$")
_PAGE = re.compile(r"(?:WebPage|ItemPage)$")
_WRAPPING = re.compile(
    r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)|(?:-->|//\s*\]\]>"
    r"|/\*\s*\]\]>\s*\*/|\]\]>)\s*;?\s*$"
)
_TRAILING_COMMA = re.compile(r",\s*([}\]])")

PUBLISHED_META = (
    "article:published_time",
    "og:article:published_time",
    "og:published_time",
    "article:published",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dcterms.issued",
    "dc.date.issued",
    "dcterms.created",
    "dc.date.created",
    "dcterms.date",
    "dc.date",
    "dc.issued",
    "dc.created",
    "citation_publication_date",
    "citation_date",
    "published_time",
    "publishdate",
    "publish-date",
    "publish_date",
    "publication_date",
    "publication-date",
    "published_date",
    "published-date",
    "pubdate",
    "pub_date",
    "content_published_date",
    "content_publisheddate",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "originalpublicationdate",
    "article.published",
    "article_date_original",
    "ptime",
    "date_published",
    "og:pubdate",
    "created",
    "date",
)
"""Names of meta elements that give the date of publication, the most trustworthy first; none that gives a change."""
MODIFIED_META = (
    "article:modified_time",
    "og:updated_time",
    "og:article:modified_time",
    "datemodified",
    "dcterms.modified",
    "dc.date.modified",
    "last-modified",
    "lastmod",
    "modified_time",
    "article.updated",
)
"""Those that give the last change."""
AUTHOR_META = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "dc.creator",
    "dcterms.creator",
    "dc.author",
    "content_author",
    "article:author_name",
    "cxenseparse:author",
    "byl",
    "twitter:data1",
)
TITLE_META = (
    "og:title",
    "twitter:title",
    "parsely-title",
    "sailthru.title",
    "dc.title",
    "dcterms.title",
    "headline",
    "title",
)


@dataclass(frozen=True, slots=True)
class Person:
    """A name the metadata give as the author's; `person` is False for an organisation."""

    name: str
    person: bool


@dataclass(slots=True)
class Claims:
    """Everything the page claims about itself; empty where it claims nothing."""

    headline: str = ""
    titles: tuple[str, ...] = ()
    site: str = ""
    published: str | None = None
    modified: str | None = None
    authors: tuple[Person, ...] = ()
    text: str = ""
    canonical: str | None = None
    language: str | None = None


def read_claims(tree: html.HtmlElement, url: str, shown: Iterable[str]) -> Claims:
    """The claims of the page at `url`. `shown` are texts of which one is likely its title: its headings, the feed's."""
    meta = _meta(tree)
    claims = Claims()
    claims.canonical = _canonical(tree, meta, url)
    claims.language = (
        tree.get("lang")
        or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
        or meta.get("content-language")
        or meta.get("og:locale")
    )
    claims.titles = tuple(dict.fromkeys(plain(meta[name]) for name in TITLE_META if meta.get(name)))
    claims.site = plain(meta.get("og:site_name") or meta.get("application-name") or "")
    objects = list(_objects(tree))
    article = _main_article(objects, url, claims, [title for title in shown if title])
    if article is not None:
        claims.headline = plain(_string(article.get("headline")) or "") or plain(_string(article.get("name")) or "")
        claims.published = _string(article.get("datePublished")) or _string(article.get("dateCreated"))
        claims.modified = _string(article.get("dateModified"))
        claims.authors = tuple(_people(article.get("author") or article.get("creator")))
        claims.text = plain_text(_string(article.get("articleBody")) or "")
        publisher = next(_dicts(article.get("publisher")), {})
        claims.site = claims.site or plain(_string(publisher.get("name")) or "")
    page = next((one for one in objects if _is(one, _PAGE)), None)
    if claims.published is None and page is not None and not any(_is(one, _ARTICLE) for one in objects):
        claims.published = _string(page.get("datePublished"))
    if claims.published is None:
        claims.published = next((meta[name] for name in PUBLISHED_META if meta.get(name)), None)
    if claims.modified is None:
        claims.modified = next((meta[name] for name in MODIFIED_META if meta.get(name)), None)
    if not claims.authors:
        claims.authors = tuple(Person(name, True) for name in _meta_authors(meta))
    return claims


def plain_text(markup: str) -> str:
    """A text from JSON-LD, its line breaks kept."""
    return "\n".join(line for line in (plain(part) for part in re.split(r"\n+|</p>|<br\s*/?>", markup)) if line)


def _meta(tree: html.HtmlElement) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.iter("meta"):
        name = node.get("property") or node.get("name") or node.get("itemprop") or node.get("http-equiv") or ""
        value = (node.get("content") or "").strip()
        if not name or not value:
            continue
        # a microdata meta outside the head may belong to another article's scope
        if node.get("itemprop") and not node.get("property") and not node.get("name") and _foreign_scope(node):
            continue
        found.setdefault(name.strip().lower(), value)
    return found


def _foreign_scope(node: html.HtmlElement) -> bool:
    """Whether a microdata property belongs to a thing that is itself only a part, or one of several, on the page."""
    scope = next((above for above in node.iterancestors() if above.get("itemscope") is not None), None)
    if scope is None:
        return False
    if scope.get("itemprop"):
        return True
    kind = scope.get("itemtype") or ""
    if not _ARTICLE.search(kind):
        return not _PAGE.search(kind)
    first = next(
        (
            one
            for one in scope.getroottree().iter()
            if isinstance(one.tag, str) and _ARTICLE.search(one.get("itemtype") or "")
        ),
        scope,
    )
    return first is not scope


def _canonical(tree: html.HtmlElement, meta: dict[str, str], url: str) -> str | None:
    for node in tree.iter("link"):
        if "canonical" in (node.get("rel") or "").lower().split():
            return absolute(node.get("href"), url)
    return absolute(meta.get("og:url"), url)


def _meta_authors(meta: dict[str, str]) -> Iterator[str]:
    for name in AUTHOR_META:
        value = plain(meta.get(name, ""))
        if name == "twitter:data1" and "written by" not in meta.get("twitter:label1", "").lower():
            continue
        if value and not re.match(r"^(?:https?:)?//|^@|^www\.", value):
            yield value


# --- JSON-LD --------------------------------------------------------------------------------------------------------


def _objects(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """The things a page speaks of: top level, lists, `@graph`, and the main entity of a page; nothing listed
    in them."""
    for node in tree.iter("script"):
        if "ld+json" in (node.get("type") or "").lower() and node.text:
            yield from _unfold(_load(node.text))


def _load(text: str) -> Any:
    text = _WRAPPING.sub("", text.strip())
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            return json.loads(attempt, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _unfold(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 4:
        return
    if isinstance(value, list):
        for one in value[:100]:
            yield from _unfold(one, depth + 1)
    elif isinstance(value, dict):
        yield value
        yield from _unfold(value.get("@graph"), depth + 1)
        if _is(value, _PAGE):
            yield from _unfold(value.get("mainEntity"), depth + 1)


def _main_article(objects: list[dict[str, Any]], url: str, claims: Claims, shown: list[str]) -> dict[str, Any] | None:
    """The article that is the page's own: it names the page's address, or its headline is the page's title. The only
    one is believed unless its headline says that it is about something else."""
    articles = [one for one in objects if _is(one, _ARTICLE)]
    if not articles:
        return None
    own = {url_key(address) for address in (url, claims.canonical) if address}
    known = [bare(title) for title in (*claims.titles, *shown)]

    def score(one: dict[str, Any]) -> int:
        addresses = [absolute(address, url) for address in _addresses(one)]
        here = any(address and url_key(address) in own for address in addresses)
        return 2 * here + alike_any(bare(plain(_string(one.get("headline")) or _string(one.get("name")) or "")), known)

    best = max(articles, key=score)
    if score(best) > 0:
        return best
    headline = _string(best.get("headline"))
    return best if len(articles) == 1 and (not headline or not shown) else None


def _addresses(one: dict[str, Any]) -> Iterator[str]:
    for key in ("url", "@id", "mainEntityOfPage"):
        value = one.get(key)
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            yield from (text for text in (_string(value.get("@id")), _string(value.get("url"))) if text)


def alike_any(letters: str, known: Iterable[str]) -> bool:
    """Whether a headline, as bare letters, is one of the known ones or a part of it, or the other way round; or shares
    most of its beginning (a shortened headline)."""
    if len(letters) < 4:
        return False
    return any(
        letters in other or (len(other) >= 8 and other in letters) or overlap(letters, other) >= 0.6
        for other in known
        if other
    )


def _is(one: dict[str, Any], kind: re.Pattern[str]) -> bool:
    types = one.get("@type")
    return any(isinstance(name, str) and kind.search(name) for name in (types if isinstance(types, list) else [types]))


def _people(value: Any) -> Iterator[Person]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, str):
            name, person = plain(one), True
        elif isinstance(one, dict):
            inner = one.get("name")
            name = plain(_string(inner[0] if isinstance(inner, list) and inner else inner) or "")
            person = "Organization" not in str(one.get("@type") or "")
        else:
            continue
        if name and not re.match(r"^(?:https?:)?//", name):
            yield Person(name, person)


def _dicts(value: Any) -> Iterator[dict[str, Any]]:
    yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict))


def _string(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("@value")
    if isinstance(value, list):
        value = next((one for one in value if isinstance(one, str)), None)
    return value.strip() or None if isinstance(value, str) else None
