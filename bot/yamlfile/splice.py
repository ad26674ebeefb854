"""Cuts single values out of a YAML text, and puts others in, by the parser's marks; the rest of the text stays.

It trusts that the tree is the text's, and leaves the proof that the result is right to `edit`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from bot.yamlfile import nodes, render
from bot.yamlfile.nodes import Spot, Step

LINE = 120
"""Columns of a line; a flow list goes on in a new one after that."""


def put(text: str, root: Any, path: Sequence[Step], value: object, tall: bool) -> str:
    """The text with `value` at `path`: in place of the one there, or as a new key at the end of its mapping. `tall`
    allows texts of several lines to be written so. Raises LookupError where there is no such place."""
    spot = nodes.find(root, path)
    if spot is not None and spot.parent is not None:
        return _replaced(text, spot, value, tall)
    if not path or not isinstance(path[-1], str):
        raise LookupError
    around = nodes.find(root, path[:-1])
    if root is None:
        return _new_file(text, path[-1], value, tall)
    if around is None:
        raise LookupError
    return _added(text, around, value, path[-1], tall)


def append(text: str, root: Any, path: Sequence[Step], value: object, tall: bool) -> str:
    """The text with one more item in the list at `path`, which may be empty or nothing. Raises LookupError."""
    spot = nodes.find(root, path)
    if spot is None:
        raise LookupError
    if isinstance(spot.node.value, str):
        return _replaced(text, spot, [value], tall)
    return _added(text, spot, value, None, tall)


def drop(text: str, root: Any, path: Sequence[Step]) -> str:
    """The text without the key or item at `path`. Raises LookupError."""
    spot = nodes.find(root, path)
    if spot is None or spot.parent is None:
        raise LookupError
    if len(spot.parent.value) == 1:
        around = nodes.find(root, path[:-1])
        assert around is not None
        return _replaced(text, around, [] if isinstance(path[-1], int) else {}, False)
    return _dropped_in_flow(text, spot) if spot.parent.flow_style else _dropped_line(text, spot)


# --- another value in the same place ---------------------------------------------------------------------------------


def _replaced(text: str, spot: Spot, value: object, tall: bool) -> str:
    node = spot.node
    start, stop, block_before = _extent(text, spot)
    flow = spot.flow or (bool(node.value) and not isinstance(node.value, str) and not block_before)
    if spot.parent is None and not block_before:
        return text[:start] + render.flow(value) + text[stop:]
    if not flow and render.is_branch(value):
        return _as_block(text, spot, value, tall)
    lines = None if flow or block_before or not tall else _as_literal(text, node, spot, value)
    if lines:  # a comment behind the old value now stands behind the sign
        rest = nodes.line_end(text, stop)
        sign, eol = _spaced(text, start, lines[0]), _eol(text)
        return text[:start] + sign + text[stop:rest] + eol + eol.join(lines[1:]) + text[rest:]
    style = text[start : start + 1] if text[start : start + 1] in ("'", '"') else None
    written = render.flow(value, style) if flow else render.scalar(value, style)
    if block_before:
        return _as_scalar(text, spot, start, stop, written)
    return text[:start] + _spaced(text, start, written) + text[stop:]


def _extent(text: str, spot: Spot) -> tuple[int, int, bool]:
    """Where a value begins and ends, and whether it is a block collection."""
    stop = nodes.end(text, spot.node, spot.key)
    start = stop if nodes.is_empty(spot.node) else nodes.begin(spot.node)
    return start, stop, not isinstance(spot.node.value, str) and not spot.node.flow_style


def _spaced(text: str, index: int, written: str) -> str:
    """What is written, apart from a colon or a dash before it."""
    return f" {written}" if text[index - 1 : index] in (":", "-") else written


def _as_literal(text: str, node: Any, spot: Spot, value: object) -> list[str] | None:
    """A text of several lines as a literal block, set in like the one it replaces; None for any other value."""
    if spot.parent is None or not isinstance(value, str):
        return None
    column = _column(text, nodes.begin(spot.key)) if spot.key is not None else nodes.column(text, spot.parent)
    inside = render.STEP
    first_sign = text[nodes.begin(node) : nodes.begin(node) + 1]
    if first_sign in ("'", '"'):
        return None
    if first_sign in ("|", ">"):
        first = text[nodes.next_line(text, nodes.begin(node)) : nodes.end(text, node)].lstrip("\r\n")
        inside = max(len(first) - len(first.lstrip(" ")) - column, 1)
    return render.literal(value, column + inside)


def _as_scalar(text: str, spot: Spot, start: int, stop: int, written: str) -> str:
    """A block collection gives way to something on one line: after the colon, where it stood in lines of its own."""
    line = nodes.line_start(text, start)
    if spot.key is None or text[line:start].strip(" "):
        return text[:start] + written + text[nodes.line_end(text, stop) :]
    colon = nodes.after_key(text, spot.key)
    return f"{text[:colon]} {written}{text[colon:line]}{text[nodes.next_line(text, stop) :]}"


def _as_block(text: str, spot: Spot, value: object, tall: bool) -> str:
    """A list or mapping over several lines, set in as the one it replaces, or by two columns."""
    eol, start, stop, block_before = _eol(text), *_extent(text, spot)
    if block_before:
        lines = render.block(value, _column(text, start), tall)
        return text[:start] + eol.join(lines).lstrip(" ") + text[nodes.line_end(text, stop) :]
    rest = nodes.line_end(text, stop)
    if spot.key is None and not text[stop:rest].strip():
        before = text[:start] if text[start - 1] == " " else text[:start] + " "
        return before + eol.join(render.block(value, _column(before, len(before)), tall)).lstrip(" ") + text[rest:]
    column = _column(text, nodes.begin(spot.key)) if spot.key is not None else nodes.column(text, spot.parent)
    lines = render.block(value, column + render.STEP, tall)
    return text[:start].rstrip(" ") + text[stop:rest].rstrip(" ") + eol + eol.join(lines) + text[rest:]


# --- one more entry --------------------------------------------------------------------------------------------------


def _new_file(text: str, key: str, value: object, tall: bool) -> str:
    eol = _eol(text)
    lines = render.entry(render.scalar(key) + ":", value, 0, tall)
    return text + (eol if text and not text.endswith("\n") else "") + eol.join(lines) + eol


def _added(text: str, spot: Spot, value: object, key: str | None, tall: bool) -> str:
    """One more entry at the end of a collection; an item where `key` is None."""
    node = spot.node
    if isinstance(node.value, str):
        return _replaced(text, spot, {key: value}, tall)
    if not node.value:
        whole: object = [value] if key is None else {key: value}
        if spot.parent is None or spot.flow or not render.is_branch(value):
            return text[: nodes.begin(node)] + render.flow(whole) + text[nodes.end(text, node) :]
        return _replaced(text, spot, whole, tall)
    if node.flow_style:
        return _added_in_flow(text, node, render.flow(value) if key is None else render.pair(key, value))
    eol, stop = _eol(text), nodes.end(text, node)
    column = nodes.column(text, node)
    lines = render.entry("-" if key is None else render.scalar(key) + ":", value, column, tall)
    around = nodes.column(text, spot.parent) if spot.parent is not None else -1
    # In a list set in no further than its key, a comment below may be about the next key.
    at = nodes.after_comments(text, stop, column) if column > around else nodes.next_line(text, stop)
    before = text[:at] if text[:at].endswith("\n") else text[:at] + eol
    return before + eol.join(lines) + (eol if text[:at].endswith("\n") else "") + text[at:]


def _added_in_flow(text: str, node: Any, written: str) -> str:
    """One more entry before the bracket: in the last line, or in one of its own where the last entry has one."""
    eol, all_entries = _eol(text), nodes.entries(text, node)
    start, stop = all_entries[-1]
    line, rest = nodes.line_start(text, start), nodes.line_end(text, stop)
    close = node.end_mark.index - 1
    alone = not text[line:start].strip(" ")
    last_line = nodes.line_start(text, close) == nodes.line_start(text, stop)
    commented = not last_line and text[stop:rest].strip(" ,") != ""
    comma = "" if text[nodes.gap(text, stop)] == "," else ","
    fits = start - line + len(written) + (rest - start) + 2 <= LINE
    if fits and not commented and (last_line or not alone):
        return f"{text[:stop]}, {written}{text[stop:]}"
    first_line = nodes.line_start(text, nodes.begin(node)) == line
    column = all_entries[0][0] - line if first_line else len(text[line:rest]) - len(text[line:rest].lstrip(" "))
    if last_line:
        return f"{text[:stop]},{eol}{' ' * column}{written}{text[stop:]}"
    after = "," if comma == "" else ""
    return f"{text[:stop]}{comma}{text[stop:rest]}{eol}{' ' * column}{written}{after}{text[rest:]}"


# --- one entry less --------------------------------------------------------------------------------------------------


def _dropped_line(text: str, spot: Spot) -> str:
    """A block collection without one of its lines, or several where the value has several."""
    item = spot.parent.value[spot.number]
    start = nodes.begin(spot.node) if spot.key is None else nodes.begin(spot.key)
    stop = nodes.end(text, item[1], item[0]) if spot.key is not None else nodes.end(text, item)
    if spot.key is None:
        start = _dash(text, start, spot)
    line, after = nodes.line_start(text, start), nodes.next_line(text, stop)
    if not text[line:start].strip(" "):
        if after == len(text) and not text.endswith("\n"):
            line = len(text[:line].removesuffix("\n").removesuffix("\r"))
        return text[:line] + text[after:]
    following = spot.parent.value[spot.number + 1]
    begin = nodes.begin(following[0]) if spot.key is not None else _dash(text, nodes.begin(following), spot)
    if text[after:begin].strip(" "):
        return text[:start].rstrip(" ") + text[nodes.line_end(text, stop) :]
    return text[:start] + text[begin:]


def _dash(text: str, index: int, spot: Spot) -> int:
    """Where the dash stands before the item that begins at `index`."""
    column = nodes.column(text, spot.parent)
    line = nodes.line_start(text, index)
    while text[line + column : line + column + 1] != "-":
        if line == 0:
            raise LookupError
        line = nodes.line_start(text, line - 1)
    return line + column


def _dropped_in_flow(text: str, spot: Spot) -> str:
    """A flow collection without one entry and its comma; a line that held nothing else goes as a whole."""
    all_entries = nodes.entries(text, spot.parent)
    start, stop = all_entries[spot.number]
    if spot.number == len(all_entries) - 1:
        before = all_entries[-2][1]
        between = text[before:start]
        if not between.replace(",", "", 1).strip():
            return text[:before] + text[stop:]
        comma = nodes.gap(text, stop)
        return _without(text, start, comma + 1 if text[comma] == "," else stop)
    comma = nodes.gap(text, stop)
    if text[comma] != ",":
        raise LookupError
    return _without(text, start, comma + 1)


def _without(text: str, start: int, stop: int) -> str:
    """The text without what stands from `start` to `stop`, and without a line or blanks that would be left over."""
    line, rest = nodes.line_start(text, start), nodes.line_end(text, stop)
    alone, behind = not text[line:start].strip(" "), text[stop:rest].strip(" ")
    if alone and (not behind or behind.startswith("#")):
        return text[:line] + text[nodes.next_line(text, stop) :]
    if not behind or behind.startswith("#"):
        return text[:start].rstrip(" ") + text[stop:]
    return text[:start] + text[stop:].lstrip(" ")


def _column(text: str, index: int) -> int:
    return index - nodes.line_start(text, index)


def _eol(text: str) -> str:
    first = re.search("\r?\n", text)
    return first[0] if first else "\n"
