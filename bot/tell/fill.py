"""Puts nodes into a sentence: where they stand is for whoever translates it to say. It translates nothing."""

from __future__ import annotations

from string import Formatter

from bot.tell.tree import Node, Text


def fill(sentence: str, **parts: Node | str | int) -> list[Node]:
    """The sentence with its `{names}` replaced by nodes, or by words and numbers. Raises KeyError for a name that is
    not given: a translation that invents one is our bug, and a test finds it."""
    nodes: list[Node] = []
    for before, name, _, _ in Formatter().parse(sentence):
        if before:
            nodes.append(Text(before))
        if name:
            part = parts[name]
            nodes.append(Text(str(part)) if isinstance(part, str | int) else part)
    return nodes
