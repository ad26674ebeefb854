"""Keeps pages that are far larger than any article within what one reading may cost.

Never touches a page of ordinary size.
"""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree, html

from .markup import is_silent, tag_of

MOST_MARKUP = 4_000_000
"""Characters of a page that are looked at, each element counting for as many as `ELEMENT`; what follows is not read."""
MOST_KEPT = 600_000
"""The same for what is left of it without menus and lists of other articles: three times as much as an article has."""
ELEMENT = 24
"""Characters that take as long as an element without a text."""
DEEPEST = 200
"""Levels of elements. Each step of the reading looks at what is around a text, level by level."""
MOST_TEXT = 200_000
"""Characters of an article; what follows is cut off. A long feature has 60,000, and matching costs by the character."""
MOST_LINE = 500
"""Characters of a title or a name. The longest headlines of papers have 200."""
MOST_TITLE_MARKUP = 20_000
"""Characters of a feed's title that are looked at, markup included."""
MOST_HEADINGS = 100
"""Headings of one kind, times, or names of a page that are looked at for its title, its date or its author."""


def bounded(paragraphs: tuple[str, ...]) -> tuple[str, ...]:
    """As many of the paragraphs as an article may have."""
    room, kept = MOST_TEXT, []
    for paragraph in paragraphs:
        if room <= 0:
            break
        kept.append(paragraph[:room])
        room -= len(paragraph)
    return tuple(kept)


def one_line(text: str) -> str:
    """A title or a name, cut behind a word where it is longer than any."""
    if len(text) <= MOST_LINE:
        return text
    start = text[: MOST_LINE - 1]
    return (start.rpartition(" ")[0] or start) + "…"


def flatten(tree: html.HtmlElement) -> None:
    """Takes off the tags that stand deeper than `DEEPEST`; their texts stay."""
    deep: list[html.HtmlElement] = []
    level = 0
    walker = etree.iterwalk(tree, events=("start", "end"))
    for event, element in walker:
        level += 1 if event == "start" else -1
        if event == "start" and level > DEEPEST:
            deep.append(element)
    # from above to below, so that no element is moved more than once for each level
    for element in deep:
        element.drop_tag()


def cut(tree: html.HtmlElement, most: int, start: html.HtmlElement | None = None) -> bool:
    """Takes off what stands behind the first `most` characters of a tree; where `start` is not among them, first what
    stands before that. Whether there was anything to take off."""
    last = _last(tree, most, start)
    if last is None:
        return False
    if start is not None and last.met is False:
        _drop_before(start)
        last = _last(tree, most, start)
    if last is not None:
        _drop_behind(last)
    return True


@dataclass(frozen=True, slots=True)
class _Last:
    """The last element within a bound, the characters that its text may have, and whether the start came before it."""

    element: html.HtmlElement
    room: int
    met: bool


def _last(tree: html.HtmlElement, most: int, start: html.HtmlElement | None) -> _Last | None:
    """Where a tree exceeds the bound; None where it does not."""
    met = False
    for element in tree.iter():
        met = met or element is start
        text = "" if is_silent(tag_of(element)) else element.text or ""
        before, most = most, most - ELEMENT - len(text) - len(element.tail or "")
        if most < 0:
            return _Last(element, max(0, before), met)
    return None


def _drop_behind(last: _Last) -> None:
    element = last.element
    if isinstance(element.tag, str):
        element.text = (element.text or "")[: last.room]
        del element[:]
    element.tail = None
    parent = element.getparent()
    while parent is not None:
        del parent[parent.index(element) + 1 :]
        element, parent = parent, parent.getparent()
        element.tail = None


def _drop_before(start: html.HtmlElement) -> None:
    element, parent = start, start.getparent()
    while parent is not None:
        for one in parent[: parent.index(element)]:
            if tag_of(one) != "head":
                parent.remove(one)
        parent.text = None
        element, parent = parent, parent.getparent()
