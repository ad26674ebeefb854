"""Narrows the blocks that may be an article's text to those that are: without doubles, inserts, walls and their like.

Never adds a block that another step dropped for more than its length.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from lxml import html

from .boilerplate import closes_text, is_wall
from .markup import Block, tag_of, weight
from .reasons import Why
from .text import bare, ends_sentence, is_prose, overlap

MOST_BEHIND_WALL = 0.3
"""Share of a text behind the first line of a wall up to which that line ends it; where more follows, the whole article
is on the page and the line only hides it."""
MOST_BEHIND_CREDIT = 0.15
"""The same behind the line that names the editor: a slogan or a request, no part of a report."""


def size(found: list[Block], indexes: Iterable[int]) -> int:
    return sum(weight(found[index].text) for index in indexes)


def with_lines_between(found: list[Block], kept: list[int], dropped: dict[int, Why]) -> list[int]:
    """With the short lines that stand between kept ones of the very same element: lines of a list made by breaks."""
    ends: dict[html.HtmlElement, tuple[int, int]] = {}
    for index in kept:
        first, _ = ends.get(found[index].element, (index, index))
        ends[found[index].element] = (first, index)
    between = [
        index
        for index, why in dropped.items()
        if why is Why.SCRAP and (span := ends.get(found[index].element)) and span[0] < index < span[1]
    ]
    for index in between:
        del dropped[index]
    return sorted([*kept, *between])


def before_wall(found: list[Block], kept: list[int], inside: list[int]) -> list[int]:
    """What stands before the line with which a wall ends the text, where little stands behind it."""
    start = kept[0] if kept else len(found)
    wall = next((index for index in inside if index > start and is_wall(found[index].text)), len(found))
    behind = [index for index in kept if index >= wall]
    if not behind or size(found, behind) > MOST_BEHIND_WALL * size(found, kept):
        return kept
    return [index for index in kept if index < wall]


def before_credit(found: list[Block], kept: list[int], inside: list[int]) -> list[int]:
    """What stands before the editor's line or the initials with which the article ends, where little follows."""
    total, start = size(found, kept), kept[0] if kept else len(found)
    for credit in (index for index in inside if index > start and closes_text(found[index].text)):
        behind = [index for index in kept if index > credit]
        if size(found, behind) <= MOST_BEHIND_CREDIT * total:
            return [index for index in kept if index < credit]
    return kept


def without_doubles(found: list[Block], kept: list[int]) -> list[int]:
    """Each long text once: pages print it again for printing or for small screens."""
    seen: set[str] = set()
    unique = []
    for index in kept:
        letters = bare(found[index].text)
        if len(letters) >= 30 and letters in seen:
            continue
        seen.add(letters)
        unique.append(index)
    return unique


def without_inserts(found: list[Block], kept: list[int], witness: str) -> list[int]:
    """Without the lines that the metadata's text does not have although it has those before and behind them."""
    known = [index for index in kept if bare(found[index].text) in witness] if witness else []
    if len(known) < 3:
        return kept

    def foreign(index: int) -> bool:
        block = found[index]
        if (
            not known[0] < index < known[-1]
            or index in known
            or block.heading
            or tag_of(block.element) in {"li", "tr", "blockquote"}
        ):
            return False
        return overlap(bare(block.text), witness) < 0.3

    return [index for index in kept if not foreign(index)]


def without_box_titles(found: list[Block], kept: list[int], container: html.HtmlElement) -> list[int]:
    """Without the short lines that are all that is left of a box: what they stood over was dropped."""
    chosen = _around(found[index] for index in kept if ends_sentence(found[index].text) or is_prose(found[index]))
    everything = _around(found)
    remaining = set(kept)
    gone = _around(block for index, block in enumerate(found) if index not in remaining)
    above = {container, *container.iterancestors()}

    def left_over(block: Block) -> bool:
        if ends_sentence(block.text) or is_prose(block) or block.element in above:
            return False
        box = block.element.getparent()
        while box is not None and box not in above:
            if everything[box] > 1:
                return box not in chosen and box in gone
            box = box.getparent()
        return False

    return [index for index in kept if not left_over(found[index])]


def _around(blocks: Iterable[Block]) -> Counter[html.HtmlElement]:
    """The elements around the blocks, each with how many of them stand in it."""
    return Counter(one for block in blocks for one in (block.element, *block.element.iterancestors()))


def without_dangling_headings(found: list[Block], kept: list[int]) -> list[int]:
    """Headings at the end head nothing."""
    kept = list(kept)
    while kept and found[kept[-1]].heading:
        kept.pop()
    return kept
