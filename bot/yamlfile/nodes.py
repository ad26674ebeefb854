"""Where the parts of a YAML text begin and end, for those who change single parts. It changes nothing itself."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.yamlfile.scalars import whole

Step = str | int
Place = tuple[int, int]

_COLON = re.compile(r"\s*:")
_GAP = re.compile(r"(?:[ \t\r\n]|(?:(?<=[ \t\r\n,\[{])|^)#[^\n]*)*")
_ALIAS = re.compile(r"\s*(\*[^\s,\[\]{}]+)")
_ALIAS_ITEM = re.compile(_GAP.pattern + "[-,\\[]?" + _GAP.pattern + r"(\*[^\s,\[\]{}]+)")
_COMMENT_LINES = re.compile(r"(?:[ \t]*\r?\n)*( *)#[^\n]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Spot:
    """One value in its surroundings: the collection it is in, its place there, its key's node and its own."""

    parent: Any
    number: int
    key: Any
    node: Any
    flow: bool
    """Whether it stands inside a flow collection."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text; line and column count from 0, as a parser's do."""

    index: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Alias:
    """What is written where a value stands elsewhere: a scalar of its own for those who change the text."""

    value: str
    start_mark: Mark
    end_mark: Mark
    tag: str = "alias"


def unfold(text: str, node: Any) -> None:
    """Puts an Alias in the place of each value of a tree that an alias stands for; parsers put the value itself."""
    if node is None or isinstance(node.value, str):
        return
    at = begin(node)
    for number, item in enumerate(node.value):
        pair = item if isinstance(item, tuple) else None
        value = pair[1] if pair else item
        at = after_key(text, pair[0]) if pair else at
        if begin(value) < at and not is_empty(value):
            match = (_ALIAS if pair else _ALIAS_ITEM).match(text, at)
            if match is None:
                raise LookupError
            value = Alias(match[1], _mark(text, match.start(1)), _mark(text, match.end(1)))
            node.value[number] = (pair[0], value) if pair else value
        else:
            unfold(text, value)
        at = end(text, value, pair[0] if pair else None)


def _mark(text: str, index: int) -> Mark:
    start = line_start(text, index)
    return Mark(index, text.count("\n", 0, start), index - start)


def child(node: Any, step: Step) -> tuple[int, Any, Any] | None:
    """The place of an entry in its collection, its key (None in a list) and its value; None where there is none."""
    if node is None or isinstance(node.value, str):
        return None
    if node.tag.endswith(":seq"):
        found = isinstance(step, int) and 0 <= step < len(node.value)
        return (step, None, node.value[step]) if found and isinstance(step, int) else None
    pairs = ((number, key, value) for number, (key, value) in enumerate(node.value) if whole(key.value) == step)
    return next(pairs, None)


def find(root: Any, path: Sequence[Step]) -> Spot | None:
    """The value at `path`, or None where there is none. The top itself has no parent."""
    spot = Spot(None, 0, None, root, False)
    for step in path:
        entry = child(spot.node, step)
        if entry is None:
            return None
        spot = Spot(spot.node, *entry, spot.flow or bool(spot.node.flow_style))
    return spot


def place_of(node: Any) -> Place:
    """Line and column, from 1, at which a node begins."""
    return node.start_mark.line + 1, node.start_mark.column + 1


def begin(node: Any) -> int:
    """Where a node begins, in characters."""
    index: int = node.start_mark.index
    return index


def is_empty(node: Any) -> bool:
    """Whether nothing at all is written for this value."""
    return bool(node.value == "" and node.start_mark.index == node.end_mark.index)


def after_key(text: str, key: Any) -> int:
    """The place just after a key's colon."""
    colon = _COLON.match(text, key.end_mark.index)
    return colon.end() if colon else key.end_mark.index


def end(text: str, node: Any, key: Any = None) -> int:
    """Where what is written for a value ends: its last character, without comments, blank lines and line ends."""
    if is_empty(node):
        return after_key(text, key) if key is not None else begin(node)
    if isinstance(node.value, str):
        stop: int = node.end_mark.index
        if text.startswith(("|", ">"), begin(node)) or text[stop - 1 : stop] == "\n":
            return begin(node) + len(text[begin(node) : stop].rstrip())
        return stop
    bracket = text[node.end_mark.index - 1 : node.end_mark.index]
    if node.flow_style and bracket in ("]", "}") and text[begin(node)] in "&[{":
        return int(node.end_mark.index)
    if not node.value:
        return int(node.end_mark.index)
    return entries(text, node)[-1][1]


def entries(text: str, node: Any) -> list[tuple[int, int]]:
    """Where each entry of a list or mapping begins (at its key) and ends. Raises LookupError where one is written
    elsewhere, by an alias."""
    result: list[tuple[int, int]] = []
    at = begin(node)
    for item in node.value:
        pair = item if isinstance(item, tuple) else None
        start = begin(pair[0] if pair else item)
        stop = end(text, pair[1], pair[0]) if pair else end(text, item)
        if start < at or stop < start:
            raise LookupError
        result.append((start, stop))
        at = stop
    return result


def column(text: str, node: Any) -> int:
    """The column, from 0, at which the entries of a block collection are set in."""
    if node.tag.endswith(":map"):
        return int(node.value[0][0].start_mark.column)
    at = begin(node)
    if text[at] == "&":
        at = gap(text, at + len(re.split(r"\s", text[at : at + 200], maxsplit=1)[0]))
    return at - line_start(text, at)


def line_start(text: str, index: int) -> int:
    """The first character of the line of `index`."""
    return text.rfind("\n", 0, index) + 1


def line_end(text: str, index: int) -> int:
    """The place of the line's end after `index`: of its '\\r\\n' or '\\n', or of the text's end."""
    stop = text.find("\n", index)
    stop = len(text) if stop < 0 else stop
    return stop - 1 if stop > index and text[stop - 1] == "\r" else stop


def next_line(text: str, index: int) -> int:
    """The first character of the line after that of `index`, or the text's end."""
    return (text.find("\n", index) + 1) or len(text)


def gap(text: str, index: int) -> int:
    """The place after the blanks, line ends and comments at `index`."""
    match = _GAP.match(text, index)
    return match.end() if match else index


def after_comments(text: str, index: int, column: int) -> int:
    """The start of the line after `index` and after the lines of comment that follow and are set in by `column` or
    more: they belong to the collection that ends here."""
    at = next_line(text, index)
    while (match := _COMMENT_LINES.match(text, at)) and len(match[1]) >= column:
        at = match.end()
    return at
