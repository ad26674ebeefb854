"""What watchlists matched, as a file for a spreadsheet or a program. It sends nothing, and works off the loop."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from bot.errors import KentonganError
from bot.model import Report, Story
from bot.run.engine import Configuration
from bot.store import feedback, stories
from bot.store.database import Database
from bot.story import headline, labels, matched_sentence

FORMS = ("csv", "json")

MOST_BYTES = 45 << 20
"""A bot may send a file of 50 MB (core.telegram.org/bots/api#senddocument)."""

_AT_ONCE = 200
"""Stories read at a time: each comes with the text of its articles."""

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
) -> tuple[BinaryIO, int]:
    """The articles first seen in this time in stories that these watchlists tell, a row for each, by watchlist and
    story: a file without a name, to be read from its start and closed by whoever asked, and how many rows it has.
    `form` is csv or json. A few stories at a time are in memory. Raises TooMuch, StoreError, OSError where no file can
    be written."""
    writer = Writer(form)
    try:
        for name in watchlists:
            async with database.read() as connection:
                said = await feedback.verdicts(connection, name, since - _VERDICTS)
                wanted = await stories.story_ids_between(connection, name, since, until)
            for start in range(0, len(wanted), _AT_ONCE):
                async with database.read() as connection:
                    chunk = wanted[start : start + _AT_ONCE]
                    found = await stories.load_stories(connection, name, chunk, config.sources)
                await asyncio.to_thread(writer.add, _rows(found, said, since, until))
                if writer.bytes > MOST_BYTES:
                    raise TooMuch("more was found than a file in a chat can hold")
    except BaseException:
        writer.file.close()
        raise
    return writer.end()


def _rows(
    found: Iterable[Story], said: Mapping[int, tuple[int, int]], since: datetime, until: datetime
) -> Iterator[dict[str, Any]]:
    for story in found:
        for report in story.reports:
            if since < report.first_seen <= until:
                yield _row(story, report, said.get(story.id, (0, 0)))


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


class Writer:
    """Rows as they come: lines of comma-separated values (RFC 4180) with the mark by which spreadsheets know UTF-8, or
    one JSON array with an object in each line."""

    def __init__(self, form: str) -> None:
        self.file: BinaryIO = TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
        # A lone half of a character, as broken pages have them, is nothing UTF-8 could hold.
        self._text = io.TextIOWrapper(self.file, "utf-8-sig" if form == "csv" else "utf-8", "replace", newline="")
        self._csv = csv.writer(self._text) if form == "csv" else None
        self._rows = 0
        if self._csv is not None:
            self._csv.writerow(COLUMNS)
        else:
            self._text.write("[")

    @property
    def bytes(self) -> int:
        """How many were written so far."""
        self._text.flush()
        return self.file.tell()

    def add(self, rows: Iterable[Mapping[str, Any]]) -> None:
        """Writes rows. In a spreadsheet what has several parts is separated by semicolons, and no cell is a formula."""
        for row in rows:
            if self._csv is not None:
                self._csv.writerow([safe_cell(_flat(row[name])) for name in COLUMNS])
            else:
                self._text.write((",\n" if self._rows else "\n") + json.dumps(row, ensure_ascii=False))
            self._rows += 1

    def end(self) -> tuple[BinaryIO, int]:
        """The whole file, and its rows."""
        if self._csv is None:
            self._text.write("\n]\n")
        self._text.detach()
        self.file.seek(0)
        return self.file, self._rows


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: one that could be has an apostrophe before it."""
    return f"'{value}" if value.lstrip(" \u00a0\u3000").startswith(_FORMULA) or value.startswith(_FORMULA) else value


def _flat(value: object) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{concept}:{label}" for concept, names in value.items() for label in names)
    if isinstance(value, list):
        return "; ".join(map(str, value))
    return "" if value is None else str(value)
