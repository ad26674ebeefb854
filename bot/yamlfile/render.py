"""Plain data as YAML text: one scalar, a flow collection on one line, or a block collection line by line.

It never reads YAML; whoever uses it reads the result back and compares.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence

from bot.yamlfile.scalars import plain

STEP = 2
"""Columns by which the inside of a block collection is set in."""

_BEGINS_PLAIN = re.compile(r"[^\W_]|[._/$(+]")
_NOT_PLAIN_ELSEWHERE = re.compile(r"yes|no|on|off", re.IGNORECASE)
"""Booleans to readers of YAML 1.1."""

_NOT_PLAIN = re.compile(r": |:\Z| #|\A\.\.\.")
_NOT_PLAIN_IN_FLOW = re.compile(r"[,\[\]{}?]|:")
_LITERAL = re.compile(r"(?:[^\n ][^\n]*)(?:\n+[^\n]+)*\n?")


def scalar(value: object, style: str | None = None, flow: bool = False) -> str:
    """A scalar on one line. A text keeps its quotes (`style`, one of `'` and `"`) where they can hold it, and gets
    some where it would be read as something else. Raises ValueError for what YAML's core schema does not hold."""
    if isinstance(value, str):
        return _text(value, style, flow)
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int | float):
        return repr(value)
    if value in ([], {}):
        return "[]" if isinstance(value, list) else "{}"
    raise ValueError(f"a {type(value).__name__} cannot be written as YAML")


def flow(value: object, style: str | None = None) -> str:
    """Any data on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(pair(key, inner) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(inner) for inner in value) + "]"
    return scalar(value, style, flow=True)


def pair(key: str, value: object) -> str:
    """A key with its value, both in flow style."""
    return f"{_text(key, None, True)}: {flow(value)}"


def is_branch(value: object) -> bool:
    """Whether a value is written over several lines in block style: a list or a mapping that holds something."""
    return isinstance(value, dict | list) and bool(value)


def block(value: object, column: int, tall: bool) -> list[str]:
    """The lines of a list or mapping that holds something, in block style, each set in by `column`; `tall` allows
    texts of several lines to be written so."""
    lines: list[str] = []
    heads = [_text(key) + ":" for key in value] if isinstance(value, dict) else ["-"] * len(_sequence(value))
    inners = list(value.values()) if isinstance(value, dict) else _sequence(value)
    for head, inner in zip(heads, inners, strict=True):
        lines += entry(head, inner, column, tall)
    return lines


def entry(head: str, value: object, column: int, tall: bool) -> list[str]:
    """The lines of one entry of a block collection: `head` is its key with the colon, or a dash."""
    pad = " " * column
    if is_branch(value):
        inner = block(value, column + STEP, tall)
        return [f"{pad}- {inner[0].lstrip(' ')}", *inner[1:]] if head == "-" else [pad + head, *inner]
    lines = (literal(value, column + STEP) if tall else None) or [scalar(value)]
    return [f"{pad}{head} {lines[0]}", *lines[1:]]


def literal(value: object, column: int) -> list[str] | None:
    """A text of several lines as a literal block (`|` and its lines), or None where such a block cannot hold it."""
    if not isinstance(value, str) or "\n" not in value or not _LITERAL.fullmatch(value):
        return None
    lines = value.removesuffix("\n").split("\n")
    if any(not line.isprintable() or line != line.rstrip() for line in lines):
        return None
    pad = " " * column
    return ["|" if value.endswith("\n") else "|-", *(pad + line if line else "" for line in lines)]


def _sequence(value: object) -> Sequence[object]:
    if not isinstance(value, list):
        raise ValueError(f"a {type(value).__name__} cannot be written as YAML")
    return value


def _text(value: str, style: str | None = None, flow: bool = False) -> str:
    if not isinstance(value, str):
        raise ValueError("a key must be text")
    if style == "'" and value.isprintable():
        return "'" + value.replace("'", "''") + "'"
    return value if style != '"' and _is_plain(value, flow) else '"' + "".join(map(_escaped, value)) + '"'


def _is_plain(value: str, flow: bool) -> bool:
    """Whether a text means itself without quotes, wherever it stands. Careful rather than complete."""
    if not _BEGINS_PLAIN.match(value) or value != value.strip() or not value.isprintable():
        return False
    if _NOT_PLAIN_ELSEWHERE.fullmatch(value):
        return False
    try:
        meant = plain(value)
    except ValueError:
        return False
    return meant == value and not _NOT_PLAIN.search(value) and not (flow and _NOT_PLAIN_IN_FLOW.search(value))


def _escaped(sign: str) -> str:
    if sign in '"\\':
        return "\\" + sign
    if sign in "\n\t\r":
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}[sign]
    if sign.isprintable() or sign in "\u3000\xa0":
        return sign
    return f"\\u{ord(sign):04X}" if ord(sign) < 0x10000 else f"\\U{ord(sign):08X}"
