"""Says why an article matched, or which smallest part of a rule kept it out, with the words in question."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.cli.demosite.acts import Judged
    from bot.model import Article, Evidence
    from bot.run.engine import Configuration

SUBJECT = "japan"
"""The concept without which no rule of the shipped watchlist can hold."""


def because(config: Configuration, item: Judged) -> tuple[str, tuple[str, ...]]:
    """Why no rule matched an article: the subject is missing; or an exclude holds, written `unless ...`, with the words
    it holds by; or the shortest of the parts that fail, without words."""
    if not holds(config, SUBJECT, item.article):
        return SUBJECT, ()
    for miss in item.misses:
        if miss.failed.startswith("unless "):
            return miss.failed, words(holds(config, miss.failed.removeprefix("unless "), item.article))
    return item.misses[0].failed, ()


def holds(config: Configuration, expression: str, article: Article) -> tuple[Evidence, ...]:
    """The evidence by which an expression holds for the article; nothing where it does not."""
    from bot.watch import match, search

    return tuple(piece for hit in match(search(config.watchlists, expression), article) for piece in hit.evidence)


def words(evidence: Iterable[Evidence], most: int = 4) -> tuple[str, ...]:
    """A word for each concept and label that was found, in the order they were found; no word twice."""
    first: dict[tuple[str | None, str | None], str] = {}
    for piece in evidence:
        if piece.text not in first.values():
            first.setdefault((piece.concept, piece.label), piece.text)
    return tuple(first.values())[:most]
