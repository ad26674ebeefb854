"""Marks the words that matched in a text for a terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these stretches reversed on a terminal, and between »« elsewhere."""
    colour = sys.stdout.isatty()
    result, at = "", 0
    for start, end in sorted(set(spans)):
        if start >= at:
            found = text[start:end]
            result += text[at:start] + (click.style(found, reverse=True) if colour else f"»{found}«")
            at = end
    return result + text[at:]
