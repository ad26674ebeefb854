"""Values as the contract's JSON, and as text for a terminal."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from bot.model import Article, Evidence, Match, Report, Step, Story
    from bot.story import Quoted


def iso(time: datetime | None) -> str | None:
    """ISO 8601 in UTC, whole seconds: `2026-01-05T08:00:00Z`."""
    return None if time is None else time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def document(value: Any) -> None:
    """Prints one JSON document."""
    click.echo(_escaped(json.dumps(value, ensure_ascii=False, indent=2)))


def lines(values: Iterable[Any]) -> None:
    """Prints one JSON object a line."""
    for value in values:
        click.echo(dumped(value))


def dumped(value: Any) -> str:
    """JSON on one line, safe to print."""
    return _escaped(json.dumps(value, ensure_ascii=False))


# What `json.dumps` leaves as it is although a terminal may obey it, or show it out of order.
_NOT_SHOWN = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def _escaped(written: str) -> str:
    """JSON that means the same and can be printed on a terminal."""
    return _NOT_SHOWN.sub(lambda found: f"\\u{ord(found[0]):04x}", written)


def safe(text: str) -> str:
    """A text of the web for a terminal: whatever a terminal would obey is a space, so that offsets stay true."""
    from bot.tell.tree import clean

    return clean(text)


def one_line(text: str) -> str:
    """The same without line ends and further white space."""
    return " ".join(safe(text).split())


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


def quoted(found: Quoted) -> dict[str, Any]:
    """A key sentence with the article it stands in, and the stretches of it that a rule found."""
    return {
        "text": found.text,
        "url": found.report.article.url,
        "language": found.report.article.language,
        "marks": [list(mark) for mark in found.sentence.marks],
    }


def step(found: Step) -> dict[str, Any]:
    """A stage of an event that a sentence reports."""
    return {
        "concept": found.concept,
        "step": found.step,
        "rank": found.rank,
        "date": found.date,
        "date_from": found.date_from,
        "labels": labels(found.labels),
        "sentence": found.sentence,
    }


def story(found: Story, steps: Iterable[Step] = ()) -> dict[str, Any]:
    """A story with its articles, earliest first; `steps` are those its articles report."""
    from bot.story import first_seen, headline, languages, published, sources, summary
    from bot.story import labels as labels_of

    said = summary(found)
    return {
        "id": found.id,
        "headline": headline(found),
        "labels": labels(labels_of(found)),
        "first_seen": iso(first_seen(found)),
        "published": iso(published(found)),
        "languages": list(languages(found)),
        "outlets": list(sources(found)),
        "steps": [step(each) for each in steps],
        "summary": [sentence.text for sentence in said],
        "sentences": [quoted(sentence) for sentence in said],
        "articles": [report(item) for item in found.reports],
    }
