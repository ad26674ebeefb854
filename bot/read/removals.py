"""Lists what was left out of an article, for a report.

Decides nothing: it looks up what the steps of the reading noted.
"""

from __future__ import annotations

from lxml import html

from ..model import Removed
from .content import Body
from .markup import Block
from .pruning import Dropped, Origins
from .reasons import Why

MOST_REMOVED = 300
"""Texts in one report."""


def removals(
    everything: list[Block], found: list[Block], whole: Body, body: Body, lead: str, origins: Origins, dropped: Dropped
) -> list[Removed]:
    """Each text of the page that is not in the article, with the reason, in the order of the page. `everything` are
    the page's blocks, `found` those of its pruned copy; `whole` is the body before the source's furniture went."""

    def key(block: Block) -> tuple[html.HtmlElement, str]:
        return origins.get(block.element, block.element), block.text

    kept = {key(block) for block in body.blocks}
    why = {key(found[index]): reason for index, reason in whole.dropped.items()}
    why |= {key(block): Why.REPEATS for block in whole.blocks if key(block) not in kept and block.text != lead}
    gone = {origins.get(element, element): reason for element, reason in dropped.items()}
    return [
        Removed(block.text, why.get(key(block)) or _above(block, gone) or Why.OUTSIDE)
        for block in everything
        if key(block) not in kept and block.text != lead
    ][:MOST_REMOVED]


def _above(block: Block, gone: dict[html.HtmlElement, Why]) -> Why | None:
    """Why the part of the page was dropped in which a block stands."""
    return next((gone[one] for one in (block.element, *block.element.iterancestors()) if one in gone), None)
