"""Finds the boxes inside an article's element that are not the article, by the headings over them.

Never takes a box by its shape: a heading must say what it is, and where it says so loosely, links must follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum

from lxml import html

from . import boilerplate
from .markup import Block, tag_of, weight
from .reasons import Why
from .text import ends_sentence, is_prose


def sections(found: list[Block], container: html.HtmlElement) -> dict[int, Why]:
    """The blocks under a heading that opens a box of its own, with what it is: related articles, the readers'
    comments, a few words about the author."""
    dropped: dict[int, Why] = {}
    within = set(container.iter())
    for index, block in enumerate(found):
        if weight(block.text) > 110 or block.element not in within or index in dropped:
            continue
        named = block.heading or _alone(block)
        if named and boilerplate.opens_comments(block.text):
            dropped |= dict.fromkeys(_following(found, index, container, _End.BOX), Why.COMMENTS)
        elif block.heading and boilerplate.opens_biography(block.text):
            dropped |= dict.fromkeys(_following(found, index, container, _End.HEADING), Why.BIOGRAPHY)
        elif named and boilerplate.opens_related(block.text) and (block.heading or _followed_by_links(found, index)):
            dropped |= dict.fromkeys(_following(found, index, container, _End.TEXT), Why.OTHERS_BOX)
    return dropped


class _End(Enum):
    """What ends a section: the end of its box, the next heading, or the first text that is no link."""

    BOX = 0
    HEADING = 1
    TEXT = 2


def _alone(block: Block) -> bool:
    return tag_of(block.element) in {"p", "div", "dt"} and weight(block.text) <= 60 and not ends_sentence(block.text)


def _followed_by_links(found: list[Block], index: int) -> bool:
    after = found[index + 1 : index + 2]
    return bool(after) and after[0].link_share >= 0.6


def _following(found: list[Block], index: int, container: html.HtmlElement, end: _End) -> Iterator[int]:
    """The heading and what stands under it. The end of the heading's own box always ends it; a box of links that is
    not the article's own is taken whole."""
    yield index
    box = found[index].element.getparent()
    above = {container, *container.iterancestors()}
    inside = set(box.iter()) if box is not None else set()
    while box is not None and box not in above and (index + 1 == len(found) or found[index + 1].element not in inside):
        box = box.getparent()
        inside = set(box.iter()) if box is not None else set()
    rest = [later for later in range(index + 1, len(found)) if found[later].element in inside]
    if box not in above and any(found[later].link_share >= 0.6 for later in rest):
        end = _End.BOX
    for later in rest:
        block = found[later]
        own_words = block.link_share < 0.6 and not _told_about_link(found, later, above)
        if end is not _End.BOX and own_words and block.heading:
            return
        if end is _End.TEXT and own_words and (is_prose(block) or ends_sentence(block.text)):
            return
        yield later


def _told_about_link(found: list[Block], index: int, above: set[html.HtmlElement]) -> bool:
    """Whether a text stands in one small box with the link before it."""
    before, block = found[index - 1], found[index]
    box = block.element.getparent()
    return before.link_share >= 0.8 and box is not None and box not in above and before.element in set(box.iter())
