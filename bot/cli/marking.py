"""Marks the words that matched in a text for a terminal."""

from __future__ import annotations

from collections.abc import Iterable

import click


def marked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these stretches reversed on a terminal; click drops the codes elsewhere, so there they stand
    between ›...‹ as well."""
    result, at = "", 0
    for start, end in sorted(set(spans)):
        if start >= at:
            result += text[at:start] + click.style(text[start:end], reverse=True)
            at = end
    return result + text[at:]
