"""Says why an article matched, or which smallest part of a rule kept it out, with the words in question."""

from __future__ import annotations

import re
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
            part, found = narrowed(config, one_line(miss.failed.removeprefix("unless ")), item.article)
            return f"unless {part}", found
    return one_line(item.misses[0].failed), ()


def narrowed(config: Configuration, expression: str, article: Article) -> tuple[str, tuple[str, ...]]:
    """The smallest alternative of an expression that holds for the article, and the words it holds by."""
    for part in alternatives(expression):
        evidence = holds(config, part, article)
        if evidence:
            return (part, words(evidence)) if part == expression else narrowed(config, part, article)
    return expression, ()


def holds(config: Configuration, expression: str, article: Article) -> tuple[Evidence, ...]:
    """The evidence by which an expression holds for the article; nothing where it does not."""
    from bot.watch import match, search

    return tuple(piece for hit in match(search(config.watchlists, expression), article) for piece in hit.evidence)


def alternatives(expression: str) -> list[str]:
    """The operands of the `or` that joins an expression, or all that stands in its brackets, as in
    `title(sport or culture)`; any other expression whole."""
    part = re.fullmatch(r"(title|lead|body|)\((.*)\)", expression, re.DOTALL)
    if part is None or not _balanced(part[2]):
        return _operands(expression)
    return [f"{part[1]}({inner})" if part[1] else inner for inner in _operands(part[2])]


def _balanced(text: str) -> bool:
    """Whether every bracket of the text is closed within it."""
    depth = 0
    for char in text:
        depth += (char == "(") - (char == ")")
        if depth < 0:
            return False
    return depth == 0


def _operands(expression: str) -> list[str]:
    parts, depth, quoted, start = [], 0, False, 0
    for at, char in enumerate(expression):
        quoted ^= char == '"'
        depth += 0 if quoted else (char == "(") - (char == ")")
        if not quoted and depth == 0 and expression.startswith(" or ", at):
            parts.append(expression[start:at])
            start = at + 4
    return [*parts, expression[start:]]


def words(evidence: Iterable[Evidence], most: int = 4) -> tuple[str, ...]:
    """A word for each concept and label that was found, in the order they were found; no word twice."""
    first: dict[tuple[str | None, str | None], str] = {}
    for piece in evidence:
        if piece.text not in first.values():
            first.setdefault((piece.concept, piece.label), piece.text)
    return tuple(first.values())[:most]


def one_line(expression: str) -> str:
    """An expression without the line breaks of its file."""
    return " ".join(expression.split())
