"""What the parts of a page call themselves: their elements' names, classes, ids and roles.

Never looks at what a part says.
"""

from __future__ import annotations

import re
from itertools import pairwise

from lxml import html

from .markup import blocks, tag_of

_PIECES = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[^\W\d_a-zA-Z]+")

_COMMENTS = """
    comentarios comment commentary commentform commentlist comments disqus komentar respond コメント
"""
_JUNK = """
    ad addthis addtoany ads adsbygoogle adslot adv advert advertisement advertising adverts aside authorbox
    bacajuga backtotop bio bookmark breadcrumb breadcrumbs byline caption captions cmp colophon consent cookie
    cookiebar cookies copyright crumb crumbs didomi disclaimer donate donation feedback figcaption footer gdpr iklan
    jp-relatedposts kanren lightbox lihatjg linksisip login mailinglist masthead megamenu menu modal morefrom
    morelink morenews mostread nav navbar navi navigation newsletter newsletters onetrust osusume outbrain
    pager pagination paginator paging pankuzu pickup playlist popular popup promo promos promoted promotion
    qrcode ranking readalso readmore recirc recirculation recommend recommendation recommendations recommended
    register rekomendasi relate related relatedlinks relatedposts relateds relation rss search searchform
    share sharebar sharedaddy sharer shares sharing sidebar sidemenu signin signup sitemap skiplink sns snsbtn
    social socials sosmed sponsor sponsored subscribe subscription survey taboola tagcloud tagline taglist
    terkait terkini terpopuler ticker toolbar tooltip topicpath totop trend trending upnext
"""
_PAIRS = """
    about-author alert-bar also-read app-banner article-footer article-keywords article-meta article-tag
    article-tags artikel-lain author-bio author-box author-card author-info author-profile baca-juga
    berita-lain berita-lainnya berita-populer breaking-news call-to detail-tag emoji-reaction entry-footer
    entry-meta entry-tags font-size global-nav header-nav hot-news image-credit img-credit key-words
    latest-news left-col left-column left-side link-list list-tag mail-magazine meta-info more-from more-news
    more-stories most-popular most-read most-viewed news-latest next-article next-post notification-bar
    other-news page-header photo-credit post-footer post-meta post-nav post-tag post-tags prev-next print-only
    push-notification rate-this reaction-bar read-also read-more reading-time right-col right-column
    right-side screen-reader see-also side-bar side-menu site-header site-info skip-link sr-only tag-cloud
    tag-links tag-list tags-links tags-list text-size top-bar topik-terkait view-count visually-hidden you-may
"""

COMMENT_WORDS = frozenset(_COMMENTS.split())
JUNK_WORDS = COMMENT_WORDS | frozenset(_JUNK.split())
"""Words of names that mark a part as something else than the text of the article."""
_JUNK_PAIRS = frozenset(tuple(pair.split("-")) for pair in _PAIRS.split())
"""Pairs of neighbouring words that do, where each alone does not."""
JUNK_TAGS = frozenset({"nav", "footer", "aside", "form", "dialog", "menu", "fieldset", "address"})
_JUNK_ROLES = frozenset(
    {
        "alertdialog",
        "banner",
        "complementary",
        "contentinfo",
        "dialog",
        "form",
        "menu",
        "menubar",
        "navigation",
        "search",
        "toolbar",
        "tooltip",
    }
)
_TAG_NAMES = frozenset({"keyword", "keywords", "label", "labels", "tag", "tags", "topics", "topik"})
PHOTO_WORDS = frozenset(
    {
        "eyecatch",
        "figure",
        "foto",
        "gallery",
        "gambar",
        "image",
        "images",
        "img",
        "media",
        "photo",
        "photos",
        "pic",
        "picture",
        "thumb",
        "thumbnail",
        "visual",
    }
)
_STANDFIRST_SURE = frozenset(
    {
        "deck",
        "dek",
        "sapo",
        "standfirst",
        "strapline",
        "subhead",
        "subheader",
        "subheading",
        "subheadline",
        "subjudul",
        "subtitle",
        "subtitles",
    }
)
_STANDFIRST_LIKELY = frozenset(
    {
        "abstract",
        "description",
        "deskripsi",
        "excerpt",
        "intro",
        "introduction",
        "lead",
        "lede",
        "ringkasan",
        "sinopsis",
        "summary",
        "teaser",
    }
)
_OTHER_BOXES = frozenset({"latest", "popular", "recommended", "related", "sidebar", "terkait", "trending"})


# Where classes are made by a machine (css-1q0x1), sites name their parts for tests and scripts instead.
_DATA_NAMES = ("data-component", "data-testid", "data-test-id", "data-module", "data-widget", "data-block", "data-qa")


_NO_WORDS: tuple[frozenset[str], frozenset[tuple[str, str]]] = (frozenset(), frozenset())


def words_of(element: html.HtmlElement) -> tuple[frozenset[str], frozenset[tuple[str, str]]]:
    """The words in an element's class, id, custom tag name and component names, in lower case, and the pairs of
    neighbours in one name."""
    words: set[str] = set()
    pairs: set[tuple[str, str]] = set()
    tag = tag_of(element)
    if "-" not in tag and not element.attrib:
        return _NO_WORDS
    names = f"{element.get('class') or ''} {element.get('id') or ''} {tag if '-' in tag else ''}".split()
    names += [name for key in _DATA_NAMES for name in (element.get(key) or "").split()]
    for name in names[:24]:
        pieces = [piece.lower() for piece in _PIECES.findall(name)]
        words.update(pieces)
        words.add(name.lower())
        pairs.update(pairwise(pieces))
    return frozenset(words), frozenset(pairs)


def is_junk(element: html.HtmlElement) -> bool:
    """Whether an element's name says that it is not the article's text."""
    tag = tag_of(element)
    if tag in JUNK_TAGS or (element.get("role") or "").lower() in _JUNK_ROLES:
        return True
    words, pairs = words_of(element)
    if words & _TAG_NAMES and tag not in {"article", "body", "main", "html"}:
        exact = {name.lower() for name in (element.get("class") or "").split()} | {(element.get("id") or "").lower()}
        if exact & _TAG_NAMES:
            return True
    if "elementor" in words or tag in {"html", "body", "main", "article"}:
        return False
    return bool(words & JUNK_WORDS or pairs & _JUNK_PAIRS)


def is_comments(element: html.HtmlElement) -> bool:
    """Whether an element's name says that readers' comments are in it."""
    return bool(words_of(element)[0] & COMMENT_WORDS)


def is_hidden(element: html.HtmlElement) -> bool:
    """Whether an element is marked as not shown."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return element.get("hidden") is not None or "display:none" in style or "visibility:hidden" in style


def lead_mark(element: html.HtmlElement) -> int:
    """2 where the element or a small box around it is named as a standfirst, 1 where it is likely named so, else 0."""
    for level, one in enumerate((element, *element.iterancestors())):
        if level > 2 or tag_of(one) in {"article", "main", "body"}:
            return 0
        words, _ = words_of(one)
        if one.get("role") == "doc-subtitle" or words & _STANDFIRST_SURE:
            return 2
        if words & _STANDFIRST_LIKELY or one.get("itemprop") in {"description", "alternativeHeadline", "abstract"}:
            return 1 if level == 0 or len(blocks(one)) <= 3 else 0
        if len(blocks(one)) > 4:
            return 0
    return 0


def in_header(element: html.HtmlElement) -> bool:
    """Whether an element stands in a `header`."""
    return any(tag_of(one) in {"header", "hgroup"} for one in (element, *element.iterancestors()))


def elsewhere(node: html.HtmlElement) -> bool:
    """Whether a byline or a date stands in another box: comments, a list of articles, the foot of the page."""
    for above in node.iterancestors():
        if tag_of(above) in {"html", "body", "main"}:
            return False
        words, _ = words_of(above)
        if tag_of(above) in {"aside", "footer", "nav"}:
            return tag_of(above) != "footer" or not any(tag_of(one) == "article" for one in above.iterancestors())
        if words & (_OTHER_BOXES | COMMENT_WORDS):
            # around the headline such a word tells what the page has besides: `has-sidebar`, `comments-open`
            return above.find(".//h1") is None
    return False
