"""Takes off a page what names or shows itself to be something else than the article.

Never takes off the larger part of a page's text, whatever its names say.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from lxml import html

from .boilerplate import opens_related
from .markup import Block, blocks, tag_of, weight
from .names import PHOTO_WORDS, is_comments, is_hidden, is_junk, lead_mark, words_of
from .reasons import Why
from .text import LEAST, bare, ends_sentence, is_prose

LONGEST_CAPTION = 320
"""Weight of the longest caption (with its credit)."""
_LONGEST_TEASER = 4000
"""Characters of markup's text, scripts and white space included, over which nothing is one teaser."""
_TWIN = 0.3
"""Share of a page's prose over which a box is no twin of one with other articles."""
_LEAST_HEADLINE = 24
"""Weight of the shortest headline of another page that is no heading."""
_PICTURES = ("img", "amp-img", "picture")
_HIDDEN_TEXT_KEPT = 0.4
"""A part not shown that holds this share of the page's prose is a folded article, not a trap."""


Origins = dict[html.HtmlElement, html.HtmlElement]
"""Elements of a pruned copy -> the same in the page."""

Dropped = dict[html.HtmlElement, Why]
"""Elements of a pruned copy that are gone from it -> the reason."""


def prune(tree: html.HtmlElement, everything: list[Block]) -> tuple[html.HtmlElement, Origins, Dropped]:
    """A copy of the page, whose blocks are `everything`, without the parts that name themselves as something else,
    captions and lists of teasers; where each of its elements comes from; and what was dropped, by its topmost
    element."""
    pruned = copy.deepcopy(tree)
    origins = dict(zip(pruned.iter(), tree.iter(), strict=True))
    prose = _prose_by_element(everything, {origin: element for element, origin in origins.items()})
    total = prose.get(pruned, 0) or 1
    printed = Counter(bare(block.text) for block in everything if is_prose(block))
    heads = {above for head in pruned.iter("h1") for above in head.iterancestors()}

    dropped: Dropped = {}

    def named_otherwise(element: html.HtmlElement) -> Why | None:
        share = prose.get(element, 0) / total
        why = _to_drop(element, share, element in heads)
        return why or (Why.DOUBLE if is_hidden(element) and _shown_elsewhere(element, printed) else None)

    def shown_otherwise(element: html.HtmlElement) -> Why | None:
        share = prose.get(element, 0) / total
        small = share < 0.5 or (share < 0.95 and total - prose.get(element, 0) >= LEAST)
        if _is_captioned_picture(element, share):
            return Why.CAPTION
        if _is_request(element, share):
            return Why.REQUEST
        return Why.OTHERS if small and element not in heads and _is_teasers(element) else None

    # shapes first: a box that asks for an address is known by the field in it, which goes with its form
    _drop_all(
        pruned,
        pruned.iter("figure", "div", "p", "li", "table", "ul", "ol", "span", "section"),
        shown_otherwise,
        dropped,
    )
    _drop_all(pruned, pruned.iter(), named_otherwise, dropped)
    twins = {twin for element in dropped for twin in _twins(origins[element])}
    small = [one for one, origin in origins.items() if origin in twins and prose.get(one, 0) / total < _TWIN]
    _drop_all(pruned, [one for one in small if one not in dropped], lambda _: Why.OTHERS_BOX, dropped)
    return pruned, origins, dropped


def _twins(box: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """The boxes behind one with other articles that are made as it is: of the same element and class, with a heading
    of the same kind. None where a box of that make stands before it: then the article's parts are made so too."""
    around, heading = box.getparent(), _opening(box)
    if around is None or heading is None or not opens_related(heading.text):
        return
    alike = [one for one in around if one.tag == box.tag and one.get("class") == box.get("class")]
    if alike[0] is box:
        for one in alike[1:]:
            other = _opening(one)
            if other is not None and other.element.tag == heading.element.tag:
                yield one


def _opening(box: html.HtmlElement) -> Block | None:
    """The heading with which a box opens."""
    if tag_of(box) not in {"section", "div", "aside"}:
        return None
    first = next(iter(blocks(box)), None)
    return first if first is not None and first.heading else None


def _prose_by_element(
    everything: list[Block], copies: dict[html.HtmlElement, html.HtmlElement]
) -> dict[html.HtmlElement, int]:
    """How much running text stands under each element of the copy."""
    prose: dict[html.HtmlElement, int] = {}
    for block in everything:
        if is_prose(block):
            size = weight(block.text)
            copied = copies[block.element]
            for element in (copied, *copied.iterancestors()):
                prose[element] = prose.get(element, 0) + size
    return prose


def _drop_all(
    root: html.HtmlElement,
    elements: Iterable[html.HtmlElement],
    reason: Callable[[html.HtmlElement], Why | None],
    dropped: Dropped,
) -> None:
    """Drops every element for which there is a reason; what was dropped with another is not asked about."""
    gone: set[html.HtmlElement] = set()
    for element in list(elements):
        if not isinstance(element.tag, str) or element is root or tag_of(element) == "body" or element in gone:
            continue
        why = reason(element)
        if why is not None:
            gone.update(element.iter())
            dropped[element] = why
            element.drop_tree()


def _to_drop(element: html.HtmlElement, share: float, holds_head: bool) -> Why | None:
    if tag_of(element) == "figcaption":
        return Why.CAPTION
    if is_hidden(element):
        return Why.HIDDEN if share < _HIDDEN_TEXT_KEPT else None
    if not is_junk(element):
        return None
    if is_comments(element):
        return Why.COMMENTS if not holds_head and share < 0.9 else None
    return Why.NAMED if share < (0.3 if holds_head else 0.6) else None


def _shown_elsewhere(element: html.HtmlElement, printed: Counter[str]) -> bool:
    """Whether a hidden part only repeats what the page shows: a copy for printing or for small screens."""
    return all(printed[bare(block.text)] > 1 for block in blocks(element) if is_prose(block))


def _is_request(element: html.HtmlElement, share: float) -> bool:
    """Whether a part is a box that asks for something: a field to fill in, with a few words around it."""
    if tag_of(element) not in {"div", "section", "p", "li"} or share >= 0.12:
        return False
    fields = [one for one in element.iter("input", "textarea", "button") if (one.get("type") or "") != "hidden"]
    fields += element.xpath(".//*[@role='button']")
    if not fields or element.find(".//h1") is not None:
        return False
    inside = blocks(element)
    plain_buttons = all(tag_of(one) not in {"input", "textarea"} for one in fields)
    if plain_buttons and any(
        lead_mark(block.element) or (ends_sentence(block.text) and is_prose(block) and weight(block.text) > 240)
        for block in inside
    ):
        return False
    return sum(weight(block.text) for block in inside) <= (300 if plain_buttons else 500)


def _is_captioned_picture(element: html.HtmlElement, share: float) -> bool:
    """Whether a part is a picture with its caption, and nothing of the text."""
    tag = tag_of(element)
    if tag == "figure":
        return element.find(".//table") is None and element.find(".//blockquote") is None and share < 0.3
    if tag in {"ul", "ol"} or share >= 0.3 or not any(element.find(f".//{name}") is not None for name in _PICTURES):
        return False
    if len(" ".join(element.text_content().split())) > LONGEST_CAPTION:
        return False
    inside = blocks(element)
    size = sum(weight(block.text) for block in inside)
    if not 1 <= len(inside) <= 2 or size > LONGEST_CAPTION:
        return False
    if tag == "p":
        return _is_captioned_paragraph(element)
    if words_of(element)[0] & PHOTO_WORDS:
        return True
    loose = (element.text or "") + "".join(child.tail or "" for child in element)
    small = tag in {"div", "table", "span"} and size <= 200 and len(list(element.iter())) <= 10
    return small and len(inside) == 1 and not loose.strip()


def _is_captioned_paragraph(element: html.HtmlElement) -> bool:
    """Whether a paragraph begins with a picture and all its words are set apart as small or slanted."""
    first = element[0] if len(element) and not (element.text or "").strip() else None
    if first is None or tag_of(first) not in {*_PICTURES, "a", "span"}:
        return False
    rest = [child for child in element if tag_of(child) not in {*_PICTURES, "a", "br", "span"}]
    loose = "".join((child.tail or "") for child in element).strip()
    return bool(rest) and not loose and all(tag_of(child) in {"em", "i", "small"} for child in rest)


def _is_teasers(element: html.HtmlElement) -> bool:
    """Whether a part is a list of links to other pages: several children of one make, each a link and little else."""
    children = [child for child in element if isinstance(child.tag, str)]
    if len(children) < 2 or tag_of(element) in {"p", "table", "span"}:
        return False
    makes: dict[tuple[str, str], list[html.HtmlElement]] = {}
    for child in children:
        makes.setdefault((tag_of(child), child.get("class") or ""), []).append(child)
    make, alike = max(makes.items(), key=lambda item: len(item[1]))
    if (
        make[0] in {"p", "br", "h2", "h3"}
        or len(alike) < (2 if make[0] == "li" else 3)
        or len(alike) < 0.6 * len(children)
    ):
        return False
    return all(_is_teaser(child) for child in alike)


def _is_teaser(element: html.HtmlElement) -> bool:
    if element.find(".//a[@href]") is None and not (tag_of(element) == "a" and element.get("href")):
        return False
    if sum(map(len, element.itertext())) > _LONGEST_TEASER:
        return False
    inside = blocks(element)
    size = sum(weight(block.text) for block in inside)
    linked = sum(weight(block.text) * block.link_share for block in inside)
    if size > 420:
        return False
    if tag_of(element) == "a" or not size or linked / size >= 0.6 or size - linked <= 45:
        return True
    if len(inside) > 4:
        return False
    # a heading that is a link, or a headline that is one, then a few lines about that page
    first = inside[0]
    headline = first.link_share > 0.95 and weight(first.text) >= _LEAST_HEADLINE and not ends_sentence(first.text)
    return headline or any(block.heading and block.link_share > 0.8 for block in inside)
