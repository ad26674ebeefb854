"""Finds the article's text on a page: where it stands, and which of its blocks are paragraphs.

Never trusts one opinion: trafilatura says where the text is, the page's own structure says what belongs to it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import html

from .boilerplate import is_boilerplate, is_caption, is_head_line, kind_of
from .markup import Block, parse, tag_of, text_of, weight
from .names import in_header, lead_mark
from .narrowing import (
    before_credit,
    before_wall,
    size,
    with_lines_between,
    without_box_titles,
    without_dangling_headings,
    without_doubles,
    without_inserts,
)
from .reasons import Why
from .sections import sections
from .text import LEAST, PROSE, bare, ends_sentence, is_prose

_LABEL = re.compile(r"^[^\W\d_][^:：.。]{1,29}[:：]\s?")
MANY_BLOCKS = 2_000
"""Texts on a page from which trafilatura's second opinion is not asked for: its time grows with their square."""
LEAST_ITEMS, LEAST_ITEM = 3, 20
"""Lines, and the weight of each, that are a list above the first paragraph."""
_YEAR = re.compile(r"(?:19|20)\d\d")
LEAST_HEADLINE, MOST_HEADLINE = 24, 240
"""Weight of another article's headline behind a label."""


@dataclass(slots=True)
class Body:
    """The text of an article where it stands: its blocks in order, and the element around them; and why blocks inside
    that are not among them, by their position on the page."""

    blocks: list[Block] = field(default_factory=list)
    container: html.HtmlElement | None = None
    dropped: dict[int, Why] = field(default_factory=dict)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts alone."""
        return tuple(block.text for block in self.blocks)


def find_body(pruned: html.HtmlElement, found: list[Block], url: str, title: str, known_text: str = "") -> Body:
    """The article's blocks among those `found` on a pruned page. `known_text` is the text as the page's metadata give
    it, where they do."""
    # what the metadata know is a witness, not the text: its paragraphs are often run together
    witness = bare(known_text)
    hits = _hits(found, _trafilatura(pruned, url, fast=len(found) > MANY_BLOCKS), witness)
    if not hits:
        hits = {index for index, block in enumerate(found) if is_prose(block)}
    hits = _below_title(found, hits, bare(title))
    if not hits:
        return Body()
    container = _container(pruned, [found[index] for index in hits])
    kept, dropped = _kept(found, hits, container, bare(title))
    left = without_inserts(found, kept, witness)
    _note(dropped, kept, left, Why.INSERT)
    return Body([found[index] for index in left], container, dropped)


def _note(dropped: dict[int, Why], before: list[int], after: list[int], why: Why) -> None:
    for index in set(before) - set(after):
        dropped[index] = why


def _below_title(found: list[Block], hits: set[int], title: str) -> set[int]:
    """The hits below the title, where the page shows it and an article's worth of text follows. Where only texts
    elsewhere were hit (a side column that outweighs the article), the texts nearest to the title instead."""
    shown = [index for index, block in enumerate(found) if block.link_share < 0.5 and bare(block.text) == title]
    head = next((index for index in shown if found[index].heading), next(iter(shown), -1))
    below = {index for index in hits if index > head}
    if head < 0 or size(found, below) >= LEAST:
        return below
    for box in found[head].element.iterancestors() if found[head].heading else ():
        inside = set(box.iter())
        near = {
            index for index in range(head + 1, len(found)) if found[index].element in inside and _is_text(found[index])
        }
        if size(found, near) >= LEAST:
            return near
    return hits


def first_text(found: list[Block], texts: list[int]) -> int:
    """Of the positions of running text, the first that is the article's own and no standfirst; -1 where there is none.
    A standfirst stands in a header, or is named one; where its name is weak, it also has a parent of its own."""
    for index, following in pairwise(texts):
        element, parent = found[index].element, found[index].element.getparent()
        mark = lead_mark(element)
        apart = parent is not found[following].element.getparent()
        if not (in_header(element) or mark == 2 or (mark == 1 and apart)):
            return index
    return texts[-1] if texts else -1


def _is_text(block: Block) -> bool:
    long_enough = is_prose(block) or (weight(block.text) >= 40 and block.link_share < 0.5 and ends_sentence(block.text))
    return long_enough and not (block.heading or is_head_line(block.text) or is_boilerplate(block.text))


def _repeats(block: Block, title: str) -> bool:
    """Whether a block is a path to this page, or another line around its title."""
    letters = bare(block.text)
    return len(title) >= 8 and title in letters and len(letters) < len(title) + 40 and not ends_sentence(block.text)


def _trafilatura(pruned: html.HtmlElement, url: str, *, fast: bool) -> str:
    """The letters of what trafilatura takes for the text."""
    import trafilatura

    tree = parse(html.tostring(pruned, encoding="unicode"))
    if tree is None:
        return ""
    try:
        document = trafilatura.bare_extraction(
            tree,
            url=url,
            fast=fast,
            include_comments=False,
            include_tables=True,
            deduplicate=False,
            with_metadata=False,
            date_extraction_params={"extensive_search": False},
        )
    except Exception:  # noqa: BLE001 - whatever breaks the library on one page, the page's own structure remains
        return ""
    text = getattr(document, "text", None)
    return bare(text) if text else ""


def _hits(found: list[Block], *witnesses: str) -> set[int]:
    """The blocks a witness knows."""
    known = [witness for witness in witnesses if witness]
    # a witness tells the blocks in their order: where the last one ended is where the next one is, as a rule
    ends = [0] * len(known)
    hits = set()
    for index, block in enumerate(found):
        letters = bare(block.text)
        if len(letters) < 6:
            continue
        for number, witness in enumerate(known):
            at = witness.find(letters, ends[number], ends[number] + 4 * len(letters))
            at = witness.find(letters) if at < 0 else at
            if at >= 0:
                ends[number] = at + len(letters)
                hits.add(index)
                break
    return hits


def _container(root: html.HtmlElement, hits: Iterable[Block]) -> html.HtmlElement:
    """The innermost element that holds nearly all of the text."""
    inside: dict[html.HtmlElement, int] = {}
    total = 0
    for block in hits:
        size = weight(block.text) if is_prose(block) or ends_sentence(block.text) else weight(block.text) // 4
        total += size
        for element in (block.element, *block.element.iterancestors()):
            inside[element] = inside.get(element, 0) + size
    container = root
    while True:
        best = max((child for child in container if child in inside), key=lambda child: inside[child], default=None)
        if best is None or inside[best] < 0.9 * total or tag_of(best) in {"p", "h1", "h2", "h3", "li", "blockquote"}:
            return container
        container = best


def _kept(
    found: list[Block], hits: set[int], container: html.HtmlElement, title: str
) -> tuple[list[int], dict[int, Why]]:
    """The positions of the blocks that are the article's, and why others are not."""
    within = set(container.iter())
    head = next(
        (index for index, block in enumerate(found) if block.link_share < 0.5 and bare(block.text) == title), None
    )
    inside = [index for index, block in enumerate(found) if block.element in within]
    text = [index for index in inside if index in hits and _is_text(found[index]) and not _repeats(found[index], title)]
    first_prose = first_text(found, text or inside)
    start = head if head is not None and head < first_prose else -1
    if first_prose - 1 > start and _opens_text(found, first_prose - 1, inside):
        first_prose -= 1
    first_prose = _opening_list(found, first_prose, start)
    article = next(
        (above for above in container.iterancestors() if tag_of(above) in {"article", "main"}), container.getparent()
    )
    around = set(article.iter()) if article is not None else within
    dropped = sections(found, container)
    kept = []
    for index, block in enumerate(found):
        if index in dropped:
            continue
        if index <= start or bare(block.text) == title:
            dropped[index] = Why.TITLE if bare(block.text) == title else Why.ABOVE_TITLE
            continue
        # what trafilatura knows beside the article's element is a first or a last paragraph in a box of its own
        beside = index in hits and block.element in around and weight(block.text) >= 40 and ends_sentence(block.text)
        reason = _why_not(block, index in hits, index < first_prose)
        if reason is None and not (block.element in within or beside):
            reason = Why.OUTSIDE
        if reason is None:
            kept.append(index)
        else:
            dropped[index] = reason
    kept = with_lines_between(found, kept, dropped)
    steps: tuple[tuple[Why, Callable[[list[int]], list[int]]], ...] = (
        (Why.CONSENT, lambda rest: before_wall(found, rest, inside)),
        (Why.CREDIT, lambda rest: before_credit(found, rest, inside)),
        (Why.DOUBLE, lambda rest: without_doubles(found, rest)),
        (Why.BOX_TITLE, lambda rest: without_box_titles(found, rest, container)),
        (Why.DANGLING, lambda rest: without_dangling_headings(found, rest)),
    )
    for why, narrowed in steps:
        left = narrowed(kept)
        _note(dropped, kept, left, why)
        kept = left
    return kept, dropped


def _opening_list(found: list[Block], first: int, start: int) -> int:
    """Where the text begins when three lines or more stand right above its first paragraph that are set as it is: by
    breaks in one element with it, or as items of one list."""
    begin = first
    while begin - 1 > start:
        block, below = found[begin - 1], found[begin]
        item = tag_of(block.element) == "li" and (
            tag_of(below.element) != "li" or block.element.getparent() is below.element.getparent()
        )
        if not (item or block.element is found[first].element) or block.heading or block.link_share >= 0.5:
            break
        text = block.text
        if (
            weight(text) < LEAST_ITEM
            or _YEAR.search(text)
            or is_head_line(text)
            or is_boilerplate(text)
            or is_caption(text)
        ):
            break
        begin -= 1
    return begin if first - begin >= LEAST_ITEMS else first


def _opens_text(found: list[Block], index: int, inside: list[int]) -> bool:
    """Whether the line above the first paragraph is a subhead like those further down, and no standfirst."""
    block = found[index]
    if (
        index not in inside
        or not block.heading
        or is_prose(block)
        or in_header(block.element)
        or lead_mark(block.element)
    ):
        return False
    return any(later > index and found[later].element.tag == block.element.tag for later in inside)


def _why_not(block: Block, hit: bool, above_text: bool) -> Why | None:
    """Why one block inside the article's element is no part of its text; None where it is one."""
    text = block.text
    if is_caption(text):
        return Why.CAPTION
    if (kind := kind_of(text)) is not None:
        return kind
    if above_text and (is_head_line(text) or not _is_text(block)):
        return Why.HEAD if is_head_line(text) else Why.ABOVE_TEXT
    if not any(char.isalpha() for char in text):
        return Why.NO_LETTERS
    if _is_labelled_link(block):
        return Why.OTHERS
    if block.link_share >= 0.8:
        return None if not block.heading and weight(text) > 260 and ends_sentence(text) else Why.LINK
    if hit or block.heading:
        return None
    return None if _is_whole(block) else Why.SCRAP


def _is_labelled_link(block: Block) -> bool:
    """Whether a line is a label and then one link to its end: `Trending: <a>Another headline</a>`."""
    label = _LABEL.match(block.text)
    if label is None or tag_of(block.element) not in {"p", "div"} or ends_sentence(block.text):
        return False
    headline = block.text[label.end() :]
    if not LEAST_HEADLINE <= weight(headline) <= MOST_HEADLINE:
        return False
    links = [text_of(link) for link in block.element.iter("a") if link.get("href")]
    return [text for text in links if text] == [headline]


def _is_whole(block: Block) -> bool:
    """Whether a block that trafilatura does not know is a paragraph all the same, by its element."""
    text = block.text
    if tag_of(block.element) in {"li", "tr"}:
        return weight(text) >= 8 and block.link_share < 0.5
    if tag_of(block.element) in {"p", "blockquote", "td", "dd", "pre"}:
        return weight(text) >= 40 or ends_sentence(text)
    return weight(text) >= PROSE or (ends_sentence(text) and weight(text) >= 20)
