"""Values as the contract's JSON, and as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.model import Article, Evidence, Match, Report, Story


def iso(time: datetime | None) -> str | None:
    """ISO 8601 in UTC, whole seconds: `2026-01-05T08:00:00Z`."""
    return None if time is None else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def document(value: Any) -> None:
    """Prints one JSON document."""
    click.echo(json.dumps(value, ensure_ascii=False, indent=2))


def lines(values: Iterable[Any]) -> None:
    """Prints one JSON object a line."""
    for value in values:
        click.echo(json.dumps(value, ensure_ascii=False))


def evidence(piece: Evidence) -> dict[str, Any]:
    """One piece of evidence."""
    return {
        "concept": piece.concept,
        "label": piece.label,
        "term": piece.term,
        "part": piece.part.value,
        "paragraph": piece.paragraph,
        "sentence": piece.sentence,
        "start": piece.start,
        "end": piece.end,
        "text": piece.text,
    }


def labels(found: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Captured labels by concept."""
    return {concept: list(names) for concept, names in found.items()}


def article(found: Article, matches: Iterable[Match]) -> dict[str, Any]:
    """An article with the rules that matched it."""
    matches = list(matches)
    return {
        "url": found.url,
        "title": found.title,
        "source": found.source.name if found.source else None,
        "language": found.language,
        "published": iso(found.published),
        "author": found.author,
        "basis": found.basis.value,
        "rules": [match.rule for match in matches],
        "evidence": [evidence(piece) for match in matches for piece in match.evidence],
    }


def report(found: Report) -> dict[str, Any]:
    """An article of a story."""
    return {**article(found.article, found.matches), "first_seen": iso(found.first_seen)}


def story(found: Story) -> dict[str, Any]:
    """A story with its articles, earliest first."""
    from bot.story import first_seen, headline, published, summary
    from bot.story import labels as labels_of

    return {
        "id": found.id,
        "headline": headline(found),
        "labels": labels(labels_of(found)),
        "first_seen": iso(first_seen(found)),
        "published": iso(published(found)),
        "summary": summary(found),
        "articles": [report(item) for item in found.reports],
    }
