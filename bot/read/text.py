"""Measures of a piece of text.

Knows nothing of pages.
"""

from __future__ import annotations

import re
import unicodedata

from .markup import Block, weight

PROSE = 60
"""Weight from which a block with few links counts as running text (about ten English words)."""
LEAST = 120
"""Weight of the shortest text that may be the article on a page whose other texts are teasers."""
_SIGNS = re.compile(r"[\W_]+")
_ENDS_SENTENCE = re.compile(r"[.!?。！？…:：;；][\"'”’」』）)\]]*\s*$")


def bare(text: str) -> str:
    """Letters and digits only, without case: what two printings of one text have in common."""
    if text.isascii():
        return _SIGNS.sub("", text.lower())
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_prose(block: Block) -> bool:
    """Whether a block is long enough, and little enough of links, to be a paragraph of an article."""
    return weight(block.text) >= PROSE and block.link_share < 0.5


def ends_sentence(text: str) -> bool:
    """Whether a text ends as sentences do."""
    return bool(_ENDS_SENTENCE.search(text))


def overlap(one: str, other: str) -> float:
    """The share of the shorter text's runs of four letters that the longer one has, 0 to 1; both as `bare` letters."""
    first, second = ({text[at : at + 4] for at in range(max(1, len(text) - 3))} for text in (one, other))
    return len(first & second) / max(1, min(len(first), len(second)))
