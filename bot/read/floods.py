"""Takes off what slows a parser down and says nothing: thousands of attributes in a tag, of categories in a feed.

Never touches a document of ordinary make.
"""

from __future__ import annotations

import re

MOST_ATTRIBUTES = 200
"""Attributes of one element that are kept. The parser compares each with all before it."""
LONG_TAG = 4_000
"""Characters of a tag from which its attributes are counted."""
MOST_LABELS = 2_000
"""Categories of a feed from which all are taken off: no entry has any, and feedparser compares each with all before
it."""

_ATTRIBUTE = re.compile(r"""[^\s=>/"']+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']*))?""")
_LABEL = re.compile(
    r"<(?P<name>(?:\w{1,20}:)?(?:category|subject|keywords))\b[^<>]{0,500}(?:(?<=/)>|>(?:(?!</?(?P=name)\b).){0,500}</(?P=name)\s*>)",
    re.DOTALL,
)


def without_floods(markup: str) -> str:
    """`markup` with at most `MOST_ATTRIBUTES` attributes in each long tag."""
    if len(markup) < LONG_TAG:
        return markup
    pieces = markup.split("<")
    if max(map(len, pieces)) < LONG_TAG:
        return markup
    return "<".join(_with_few_attributes(piece) if len(piece) >= LONG_TAG else piece for piece in pieces)


def _with_few_attributes(piece: str) -> str:
    """What stands between one `<` and the next, with the first attributes of the tag in it."""
    end = piece.find(">")
    end = len(piece) if end < 0 else end
    if end < LONG_TAG or not piece[0].isalpha():
        return piece
    for number, attribute in enumerate(_ATTRIBUTE.finditer(piece)):
        if attribute.start() >= end:
            break
        if number > MOST_ATTRIBUTES:  # the first is the tag's name
            behind = end - 1 if piece[end - 1] == "/" else end
            return piece[: attribute.start()] + piece[behind:]
    return piece


def without_labels(document: str) -> str:
    """A feed without its categories, where it has very many."""
    count = document.count("category") + document.count("subject") + document.count("keywords")
    return _LABEL.sub("", document) if count > MOST_LABELS else document
