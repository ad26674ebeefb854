"""Finds the headline of a page.

Never takes the site's name for it, alone or behind the headline.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from lxml import html

from .bounds import MOST_HEADINGS
from .markup import blocks, text_of, tidy, weight
from .metadata import Claims, alike_any
from .names import words_of
from .text import bare

_SEPARATOR = re.compile(
    r"\s+[-–—|·•»«~]+\s+|\s*[|｜»∣]\s*|\s*::\s*|\s*[:：]\s+|\s*：\s*|(?<=\S)[-−–—](?=[^\x00-\x7f]{2,}$)"
)
_SITE_WORDS = re.compile(
    r"\b(?:news|times|post|daily|online|press|herald|tribune|journal|kompas|detik|antara"
    r"|berita|ministry|kementerian|official|website|portal)\b|新聞|ニュース|省$|通信|放送"
    r"|テレビ|公式|\.(?:com|net|org|id|jp|co)\b",
    re.I,
)


def find_title(tree: html.HtmlElement, claims: Claims, entry_title: str, site_names: Iterable[str]) -> str:
    """The headline as the page prints it: the top heading that the page's other titles agree with; else the headline
    of the metadata, the page's title without the site's name, the feed's title."""
    names = {bare(name) for name in (claims.site, *site_names) if name}
    document_title = next((tidy(node.text_content()) for node in tree.iter("title") if node.text), "")
    heads = [
        text
        for text in (text_of(node) for node in islice(tree.iter("h1"), MOST_HEADINGS))
        if text and bare(text) not in names
    ]
    second = [text for text in (text_of(node) for node in islice(tree.iter("h2", "h3"), MOST_HEADINGS)) if text]
    others = [title for title in (entry_title, claims.headline, *claims.titles, document_title) if title]
    agreed = [bare(title) for title in others]
    # What stands first or last may be the site's name; of three parts the middle one is the headline.
    agreed += [bare(part) for title in others for part in _SEPARATOR.split(title)[1:-1] if weight(part) >= _NAMED]
    matching = [head for head in (*heads, *second[:8]) if _same(bare(head), agreed)]
    leading = [head for head in matching[1:] if any(title.startswith(head) for title in others)]
    if leading and any(title.endswith(matching[0]) for title in others) and bare(matching[0]) != bare(entry_title):
        return leading[0]  # the first is the site's name, as the end of the page's title shows
    for head in (*heads, *islice(_titled(tree), MOST_HEADINGS)):
        if _same(bare(head), agreed):
            return _without_site(head, names, [*others])
    if not heads or not others:
        for head in second[:8]:
            if _same(bare(head), agreed) and len(bare(head)) >= 8:
                return head
    if len(heads) == 1 and _is_wordy(heads[0]):
        # The page prints another headline than its metadata have, and theirs nowhere.
        given = [title for title in (claims.headline, *claims.titles, entry_title) if title]
        return _shown_part(tree, given, names) or heads[0]
    shown = _shown_part(tree, [claims.headline, *claims.titles, document_title, entry_title], names)
    if shown:
        return shown
    for title in (claims.headline, *claims.titles, document_title):
        if title and bare(title) not in names:
            stripped = _without_site(title, names, [*heads, entry_title, claims.headline])
            if bare(stripped) not in names:
                return stripped
    return entry_title or next(iter(heads), "") or document_title


_NAMED = 8
"""A part of a title between separators that is shorter names a section or a day."""


def _is_wordy(text: str) -> bool:
    """Whether a heading says something, rather than name a site or a section."""
    return len(text.split()) >= 4 or weight(text) >= 20


def _shown_part(tree: html.HtmlElement, titles: list[str], names: set[str]) -> str:
    """The text of a block that is one of the titles, or the longest part of one between separators."""
    parts: dict[str, int] = {}
    for title in titles:
        cuts = [
            (0, 0),
            *((found.start(), found.end()) for found in _SEPARATOR.finditer(title)),
            (len(title), len(title)),
        ]
        for left, (_, start) in enumerate(cuts):
            for end, _ in cuts[left + 1 :]:
                letters = bare(title[start:end])
                if weight(letters) >= 14 and letters not in names:
                    parts[letters] = len(letters)
    shown = [block.text for block in blocks(tree) if bare(block.text) in parts and block.link_share < 0.5]
    return max(shown, key=len, default="")


def _titled(tree: html.HtmlElement) -> Iterator[str]:
    """Texts of elements that name themselves the headline."""
    for node in tree.iter("div", "p", "span", "strong", "td", "font", "b", "h2", "h3", "h4"):
        words, _ = words_of(node)
        if words & {"title", "headline", "judul", "midashi"} or node.get("itemprop") == "headline":
            text = text_of(node)
            if 8 <= len(text) <= 300 and len(bare(text)) >= 6:
                yield text


def _same(letters: str, others: list[str]) -> bool:
    """Whether a heading is one of the page's other titles, whole, with the site's name, or cut short."""
    if len(letters) < 4:
        return False
    for other in others:
        if letters == other or (letters in other and len(letters) >= 0.4 * len(other)):
            return True
        if len(other) >= 12 and other in letters and len(other) >= 0.5 * len(letters):
            return True
        if (
            min(len(letters), len(other)) >= 12
            and alike_any(letters, [other])
            and 0.5 <= len(letters) / len(other) <= 2
        ):
            return True
    return False


def _without_site(title: str, names: set[str], others: list[str]) -> str:
    """`title` without the name of the site before or behind it."""
    pieces = [(found.start(), found.end()) for found in _SEPARATOR.finditer(title)]
    shown = {bare(other) for other in others if other and bare(other) != bare(title)}
    for start, _ in pieces:
        if bare(title[:start]) in shown and len(bare(title[:start])) >= 6:
            return title[:start].strip()
    for _, end in pieces:
        if bare(title[end:]) in shown and len(bare(title[end:])) >= 6:
            return title[end:].strip()
    for start, end in reversed(pieces):
        rest, tail = title[:start].strip(), title[end:].strip()
        if not _is_site(tail, rest, names, title[start:end]):
            break
        title = rest
    if pieces and (first := _SEPARATOR.search(title)) and bare(title[: first.start()]) in names:
        title = title[first.end() :].strip()
    return title


def _is_site(tail: str, rest: str, names: set[str], separator: str) -> bool:
    letters = bare(tail)
    if any(
        letters == name or (len(letters) >= 4 and (letters in name or name in letters))
        for name in names
        if len(name) >= 3
    ):
        return True
    if (
        separator.strip() in {":", "："}
        or weight(rest) < 20
        or weight(tail) > 45
        or len(tail.split()) > 6
        or weight(rest) < weight(tail)
    ):
        return False
    return bool(re.search(r"[|｜»]|::", separator)) or bool(_SITE_WORDS.search(tail))
