"""Finds the article's text on a page: where it stands, and which of its blocks are paragraphs.

Never trusts one opinion: trafilatura says where the text is, the page's own structure says what belongs to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise

from lxml import html

from .boilerplate import is_boilerplate, is_caption, is_head_line
from .markup import Block, parse, tag_of, weight
from .names import in_header, lead_mark
from .sections import sections
from .text import LEAST, PROSE, bare, ends_sentence, is_prose, overlap


@dataclass(slots=True)
class Body:
    """The text of an article where it stands: its blocks in order, and the element around them."""

    blocks: list[Block] = field(default_factory=list)
    container: html.HtmlElement | None = None

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The texts alone."""
        return tuple(block.text for block in self.blocks)


def find_body(pruned: html.HtmlElement, found: list[Block], url: str, title: str, known_text: str = "") -> Body:
    """The article's blocks among those `found` on a pruned page. `known_text` is the text as the page's metadata give
    it, where they do."""
    # what the metadata know is a witness, not the text: its paragraphs are often run together
    witness = bare(known_text)
    hits = _hits(found, _trafilatura(pruned, url), witness)
    if not hits:
        hits = {index for index, block in enumerate(found) if is_prose(block)}
    hits = _below_title(found, hits, bare(title))
    if not hits:
        return Body()
    container = _container(pruned, [found[index] for index in hits])
    kept = _kept(found, hits, container, bare(title))
    kept = _without_inserts(found, kept, witness)
    return Body([found[index] for index in kept], container)


def _below_title(found: list[Block], hits: set[int], title: str) -> set[int]:
    """The hits below the title, where the page shows it and an article's worth of text follows. Where only texts
    elsewhere were hit (a side column that outweighs the article), the texts nearest to the title instead."""
    shown = [index for index, block in enumerate(found) if block.link_share < 0.5 and bare(block.text) == title]
    head = next((index for index in shown if found[index].heading), next(iter(shown), -1))
    below = {index for index in hits if index > head}
    if head < 0 or _size(found, below) >= LEAST:
        return below
    for box in found[head].element.iterancestors() if found[head].heading else ():
        inside = set(box.iter())
        near = {
            index for index in range(head + 1, len(found)) if found[index].element in inside and _is_text(found[index])
        }
        if _size(found, near) >= LEAST:
            return near
    return hits


def _size(found: list[Block], indexes: Iterable[int]) -> int:
    return sum(weight(found[index].text) for index in indexes)


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


def _trafilatura(pruned: html.HtmlElement, url: str) -> str:
    """The letters of what trafilatura takes for the text."""
    import trafilatura

    tree = parse(html.tostring(pruned, encoding="unicode"))
    if tree is None:
        return ""
    try:
        document = trafilatura.bare_extraction(
            tree,
            url=url,
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
    hits = set()
    for index, block in enumerate(found):
        letters = bare(block.text)
        if len(letters) >= 6 and any(letters in witness for witness in witnesses if witness):
            hits.add(index)
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


def _kept(found: list[Block], hits: set[int], container: html.HtmlElement, title: str) -> list[int]:
    """The positions of the blocks that are the article's."""
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
    article = next(
        (above for above in container.iterancestors() if tag_of(above) in {"article", "main"}), container.getparent()
    )
    around = set(article.iter()) if article is not None else within
    dropped = sections(found, container)
    kept = []
    for index, block in enumerate(found):
        if index in dropped or index <= start or bare(block.text) == title:
            continue
        # what trafilatura knows beside the article's element is a first or a last paragraph in a box of its own
        beside = index in hits and block.element in around and weight(block.text) >= 40 and ends_sentence(block.text)
        if (block.element in within or beside) and _belongs(block, index in hits, index < first_prose):
            kept.append(index)
    return _without_dangling_headings(found, _without_box_titles(found, _without_doubles(found, kept), container))


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


def _belongs(block: Block, hit: bool, above_text: bool) -> bool:
    """Whether one block inside the article's element is part of its text."""
    text = block.text
    if is_boilerplate(text) or is_caption(text):
        return False
    if above_text and (is_head_line(text) or not _is_text(block)):
        return False
    if not any(char.isalpha() for char in text):
        return False
    if block.link_share >= 0.8 and not block.heading:
        return weight(text) > 260 and ends_sentence(text)
    if hit or block.heading:
        return block.link_share < 0.8
    if tag_of(block.element) in {"li", "tr"}:
        return weight(text) >= 8 and block.link_share < 0.5
    if tag_of(block.element) in {"p", "blockquote", "td", "dd", "pre"}:
        return weight(text) >= 40 or ends_sentence(text)
    return weight(text) >= PROSE or (ends_sentence(text) and weight(text) >= 20)


def _without_doubles(found: list[Block], kept: list[int]) -> list[int]:
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


def _without_inserts(found: list[Block], kept: list[int], witness: str) -> list[int]:
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


def _without_box_titles(found: list[Block], kept: list[int], container: html.HtmlElement) -> list[int]:
    """Without the short lines that are all that is left of a box: what they stood over was dropped."""
    chosen = {found[index].element for index in kept if ends_sentence(found[index].text) or is_prose(found[index])}
    everything = [block.element for block in found]
    remaining = set(kept)
    gone = {block.element for index, block in enumerate(found) if index not in remaining}
    above = {container, *container.iterancestors()}

    def left_over(block: Block) -> bool:
        if ends_sentence(block.text) or is_prose(block) or block.element in above:
            return False
        box = block.element.getparent()
        while box is not None and box not in above:
            inside = set(box.iter())
            if sum(element in inside for element in everything) > 1:
                return not chosen & inside and bool(gone & inside)
            box = box.getparent()
        return False

    return [index for index in kept if not left_over(found[index])]


def _without_dangling_headings(found: list[Block], kept: list[int]) -> list[int]:
    """Headings at the end head nothing."""
    while kept and found[kept[-1]].heading:
        kept.pop()
    return kept
