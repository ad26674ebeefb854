"""What watchlists matched, as a file for a spreadsheet or a program. It sends nothing, and works off the loop."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.errors import KentonganError
from bot.model import Report, Story
from bot.run.engine import Configuration
from bot.store import feedback, stories
from bot.store.database import Database
from bot.story import headline, labels, matched_sentence

FORMS = ("csv", "json")

MOST_BYTES = 45 << 20
"""A bot may send a file of 50 MB (core.telegram.org/bots/api#senddocument)."""

_WINDOW = timedelta(days=1)
"""Stories are read a day at a time: each comes with the text of its articles."""

_VERDICTS = timedelta(days=7)
"""So long before the first article what readers said of its story may lie."""

COLUMNS = (
    "story",
    "watchlist",
    "headline",
    "published",
    "first_seen",
    "source",
    "outlet",
    "country",
    "language",
    "title",
    "url",
    "basis",
    "rules",
    "priority",
    "labels",
    "sentence",
    "relevant",
    "irrelevant",
)
"""One row for each article of each story; `relevant` and `irrelevant` count what readers said of the story."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""A spreadsheet takes a cell that begins with one of these for a formula
(owasp.org/www-community/attacks/CSV_Injection)."""


class TooMuch(KentonganError):
    """The file would be larger than can be sent."""


async def export(
    database: Database,
    config: Configuration,
    form: str,
    watchlists: Collection[str],
    since: datetime,
    until: datetime,
) -> tuple[bytes, int]:
    """The file, and how many rows it has: articles first seen in this time in stories that these watchlists tell.
    `form` is csv, in UTF-8 with the mark by which spreadsheets know it, or json. Raises TooMuch, StoreError."""
    rows: list[dict[str, Any]] = []
    size = 0
    for name in watchlists:
        async with database.read() as connection:
            said = await feedback.verdicts(connection, name, since - _VERDICTS)
        seen: set[int] = set()
        start = since
        while start < until:
            end = min(start + _WINDOW, until)
            async with database.read() as connection:
                found = await stories.stories_between(connection, name, start, end, config.sources)
            fresh = [story for story in found if story.id not in seen]
            seen.update(story.id for story in fresh)
            made = await asyncio.to_thread(_rows, fresh, said, since, until)
            rows += made
            size += sum(len(row["title"]) + len(row["url"]) + len(row["sentence"]) for row in made)
            if size > MOST_BYTES:
                raise TooMuch("more was found than a file in a chat can hold")
            start = end
    content = await asyncio.to_thread(as_csv if form == "csv" else as_json, rows)
    if len(content) > MOST_BYTES:
        raise TooMuch("more was found than a file in a chat can hold")
    return content, len(rows)


def _rows(
    found: Iterable[Story], said: Mapping[int, tuple[int, int]], since: datetime, until: datetime
) -> list[dict[str, Any]]:
    return [
        _row(story, report, said.get(story.id, (0, 0)))
        for story in found
        for report in story.reports
        if since < report.first_seen <= until
    ]


def _row(story: Story, report: Report, said: tuple[int, int]) -> dict[str, Any]:
    article, source = report.article, report.article.source
    sentence = matched_sentence(article, report.matches)
    captured = {concept: sorted(names) for concept, names in labels(Story(0, "", (report,))).items()}
    return {
        "story": story.id,
        "watchlist": story.watchlist,
        "headline": headline(story),
        "published": article.published and article.published.isoformat(),
        "first_seen": report.first_seen.isoformat(),
        "source": source.name if source else None,
        "outlet": source.title if source else None,
        "country": source.country if source else None,
        "language": article.language,
        "title": article.title,
        "url": article.url,
        "basis": article.basis.value,
        "rules": [match.rule for match in report.matches],
        "priority": min((match.priority for match in report.matches), key=_LOUDNESS.index).value,
        "labels": captured,
        "sentence": sentence.text if sentence else "",
        "relevant": said[0],
        "irrelevant": said[1],
    }


_LOUDNESS = ("urgent", "normal", "low")


def as_json(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """A JSON array of objects, in UTF-8."""
    return json.dumps(list(rows), ensure_ascii=False, indent=1).encode("utf-8", "replace")


def as_csv(rows: Iterable[Mapping[str, Any]]) -> bytes:
    """Lines of comma-separated values (RFC 4180); what has several parts is written with semicolons, and no cell is a
    formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([safe_cell(_flat(row[name])) for name in COLUMNS])
    # A lone half of a character, as broken pages have them, is nothing UTF-8 could hold.
    return text.getvalue().encode("utf-8-sig", "replace")


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that could be has an apostrophe before it."""
    return f"'{value}" if value.lstrip(" \u00a0\u3000").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{concept}:{label}" for concept, names in value.items() for label in names)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
