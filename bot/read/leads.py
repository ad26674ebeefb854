"""Finds the standfirst: the text that a page marks between its headline and its first paragraph.

Never takes a description that the page does not show.
"""

from __future__ import annotations

import re

from .boilerplate import is_boilerplate, is_caption, is_head_line
from .content import Body, first_text
from .markup import Block, weight
from .names import in_header, lead_mark
from .text import bare, is_prose

_DATELINE = re.compile(
    r"(?:【[^】]{1,20}】|［[^］]{1,20}］|\[[^\]]{1,20}\](?=\s*[\u3040-\u9fff-])"
    r"|[A-Z][A-Z .,]{2,40}(?:\([^)]{2,20}\)\s*)?(?:--|[-–—])\s|[A-Z][\w ]{2,30},? \([\w. ]{2,20}\)\s*(?:--|[-–—])\s)"
)
"""How a report opens with its place: no standfirst does, so a text that does is the first paragraph."""


def find_lead(found: list[Block], body: Body, title: str) -> tuple[str, Body]:
    """The standfirst among the page's blocks where it marks one above its text, else the first paragraph; and the body
    without the block that is the standfirst."""
    head, start = head_and_start(found, body, title)
    letters_of_title = bare(title)
    for index in range(max(0, head), start):
        block = found[index]
        letters = bare(block.text)
        if letters == letters_of_title or not _may_be_lead(block):
            continue
        subtitle = block.heading and head >= 0 and index - head <= 2
        if not (lead_mark(block.element) or in_header(block.element) or subtitle):
            continue
        rest = Body([one for one in body.blocks if one is not block], body.container, body.dropped)
        if _DATELINE.match(block.text):
            return block.text, Body([block, *rest.blocks], body.container, body.dropped)
        repeated = any(bare(one.text).startswith(letters) for one in rest.blocks[:2])
        return (_first(rest) if repeated else block.text), rest
    return _first(body), body


def head_and_start(found: list[Block], body: Body, title: str) -> tuple[int, int]:
    """The positions of the title (-1 where it is not shown) and of the first block of running text (-1 likewise)."""
    letters = bare(title)
    own = {id(block) for block in body.blocks}
    texts = [index for index, block in enumerate(found) if id(block) in own and (is_prose(block) and not block.heading)]
    texts = texts or [index for index, block in enumerate(found) if id(block) in own]
    start = first_text(found, texts)
    head = max((index for index in range(max(0, start)) if bare(found[index].text) == letters), default=-1)
    return head, start


def _first(body: Body) -> str:
    return next((block.text for block in body.blocks if not block.heading), next(iter(body.paragraphs), ""))


def _may_be_lead(block: Block) -> bool:
    text = block.text
    if not 30 <= weight(text) <= 900 or block.link_share > 0.5:
        return False
    if is_boilerplate(text) or is_caption(text) or is_head_line(text):
        return False
    return weight(text) >= 60 or not re.search(r"(?:19|20)\d\d", text)
