"""Where in an expression's text each node of its tree stands: nodes keep their words, not their places. It judges
nothing.

Terms, concepts and functions stand in the text in the order in which a walk from the top meets them, so the two are
counted off side by side.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import zip_longest

from bot.watch.expression import PREDICATES, About, AtLeast, Concept, Count, In, Near, Node, Not, Quoted, children

Values = list[tuple[str, int]]
"""Values between brackets as written, each with its offset in the expression."""

_NAME = r"[^\W\d]\w*(?:-\w+)*"
_TOKEN = re.compile(rf'"[^"]*"|“[^“”]*”|(?P<name>{_NAME})(?P<label>\s*:\s*{_NAME})?(?P<call>\s*\()?')
_VALUE = re.compile(r'"[^"]*"|“[^“”]*”|[\w-]+')
_JOINERS = ("and", "or", "not")


def where(text: str, root: Node, node: Node) -> int:
    """The offset in `text`, the expression of `root`, at which `node` begins."""
    offsets = _offsets(text, root)
    negations = 0
    while id(node) not in offsets:
        below = children(node)
        if not below:
            return 0
        negations += isinstance(node, Not)
        node = below[0]
    begin = offsets[id(node)]
    # Brackets and `not` have no word of their own to count: they stand before what they apply to.
    before = re.search(rf"(?:\bnot[\s(]*){{{negations}}}\Z", text[:begin], re.IGNORECASE)
    return before.start() if before else begin


def values_in(text: str, root: Node, node: Node) -> Values:
    """The values of a `lang( )`, `source( )`, `tier( )` or `country( )` in the tree of `root`."""
    begin = text.find("(", where(text, root, node)) + 1
    end = text.find(")", begin)
    return [(found[0].strip('"“”'), found.start()) for found in _VALUE.finditer(text, begin, end)]


def _offsets(text: str, root: Node) -> dict[int, int]:
    tokens = _tokens(text)
    return {id(node): place or 0 for node, place in zip_longest(_walk(root), tokens) if node is not None}


def _walk(node: Node) -> Iterator[Node]:
    """The nodes that have a word of their own in the text, in its order."""
    if isinstance(node, Quoted | Concept | In | Near | AtLeast | Count | About):
        yield node
    for child in children(node):
        yield from _walk(child)


def _tokens(text: str) -> Iterator[int]:
    at = 0
    while found := _TOKEN.search(text, at):
        at = found.end()
        name = (found["name"] or "").lower()
        if name in _JOINERS and not found["label"]:
            at = found.end("name")
            continue
        yield found.start()
        if found["call"] and name in PREDICATES:
            # What stands between these brackets are values, not nodes.
            at = max(at, text.find(")", at))
