"""Sentences that articles have in common word for word: an outlet's closing lines and background paragraphs, which say
nothing of the event. It remembers none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import replace
from zlib import crc32

from bot.model import Article
from bot.story.names import fold

LEAST, LEAST_CJK = 30, 12
"""Letters and digits of the shortest sentence that is looked at, and of a Japanese one: shorter ones say little."""

MOST = 80
"""Sentences of an article that are looked at."""

_END = re.compile(r"(?<=[.!?:;][\s\"”’)])\s*(?=\S)|(?<=[。！？])|\n+")
_LETTERS = re.compile(r"[^\W_]+")


def sentences(article: Article) -> frozenset[int]:
    """32-bit marks of an article's sentences after the first paragraph, which tells the event itself."""
    marks: list[int] = []
    for paragraph in article.paragraphs[1:]:
        marks += [mark for _, mark in _marked(paragraph) if mark is not None]
        if len(marks) >= MOST:
            break
    return frozenset(marks[:MOST])


def without(article: Article, known: Collection[int]) -> Article:
    """The article without the sentences of these marks; its first paragraph stays."""
    if not known:
        return article
    kept = [" ".join(text for text, mark in _marked(each) if mark not in known) for each in article.paragraphs[1:]]
    return replace(article, paragraphs=(*article.paragraphs[:1], *(each for each in kept if each)))


def _marked(paragraph: str) -> Iterator[tuple[str, int | None]]:
    for sentence in _END.split(paragraph):
        bare = "".join(_LETTERS.findall(fold(sentence)))
        if bare:
            long = len(bare) >= (LEAST if bare.isascii() else LEAST_CJK)
            yield sentence, crc32(bare.encode()) if long else None
