"""Marks the lines of a text, by which the furniture of a source is known again, and takes learnt lines off.

Never takes off a paragraph of syndicated news for its length, and never much of a text.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence

from .learned import LINE, SENTENCE, TEXT
from .markup import Block, weight
from .text import bare, ends_sentence

LONGEST = 220
"""Weight over which no line is learnt: two printed lines. Longer ones are paragraphs that agencies repeat word for word
as background of a story."""
MOST_LINES = 60
"""Lines of one page that are learnt from: the first and the last half; furniture gathers at both ends."""
LINKED = 0.3
"""Share of links from which a sentence is one that sends the reader elsewhere."""
MOST_TAKEN = 0.4
"""Share of a text that may be taken off; where more of it repeats, the page is a copy or a form, and stays whole."""


def mark(block: Block) -> str:
    """The mark by which a line is known again: its kind (a sentence, or another line) and a hash of its letters."""
    sentence = ends_sentence(block.text) and block.text.rstrip()[-1] not in ":：;；" and block.link_share < LINKED
    return (SENTENCE if sentence else LINE) + _hash(block.text)


def marks(blocks: Sequence[Block]) -> tuple[str, ...]:
    """The marks of a text's short lines, each once, and that of its longest paragraph, by which a copy is known."""
    short = [block for block in blocks if weight(block.text) <= LONGEST]
    if len(short) > MOST_LINES:
        short = short[: MOST_LINES // 2] + short[-MOST_LINES // 2 :]
    longest = max(blocks, key=lambda block: weight(block.text), default=None)
    whole = [] if longest is None or weight(longest.text) <= LONGEST // 2 else [TEXT + _hash(longest.text)]
    return tuple(dict.fromkeys([*whole, *map(mark, short)]))


def is_learned(block: Block, learned: Collection[str]) -> bool:
    """Whether a block is one of the `learned` lines."""
    return bool(learned) and weight(block.text) <= LONGEST and mark(block) in learned


def without_furniture(blocks: Sequence[Block], learned: Collection[str]) -> list[Block]:
    """The blocks that are none of the `learned` lines; all of them where that would take too much off."""
    if not learned:
        return list(blocks)
    kept = [block for block in blocks if not is_learned(block, learned)]
    before, after = (sum(weight(block.text) for block in some) for some in (blocks, kept))
    return kept if after >= (1 - MOST_TAKEN) * before else list(blocks)


def _hash(text: str) -> str:
    return hashlib.blake2b(bare(text).encode(), digest_size=8).hexdigest()
