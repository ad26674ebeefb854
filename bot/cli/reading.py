"""How an article was read, for `explain`: what came from where, and what was left out. It decides nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bot.model import Article, Reading

WIDTH = 80
"""Columns of a terminal."""

_SAMPLES = 3
"""Texts shown of those that were left out for one reason; JSON has all."""

_UNKNOWN = "nothing on the page"


def as_json(article: Article, reading: Reading | None) -> dict[str, Any]:
    """What `explain --json` says under `reading`. Of an article out of the store only what was kept of its reading is
    known: the rest is null."""
    from bot.cli.show import iso

    return {
        "title": reading.title_from if reading else None,
        "text": reading.text_from if reading else article.basis.value,
        "date": reading.date_from if reading else article.published_from,
        "author": reading.author_from if reading else None,
        "language": reading.language_from if reading else None,
        "certainty": round(reading.certainty, 3) if reading else None,
        "published_raw": article.published_raw,
        "modified": iso(article.modified),
        "agency": article.agency,
        "canonical": article.canonical,
        "removed": [{"text": one.text, "why": str(one.why)} for one in reading.removed] if reading else None,
    }


def as_text(article: Article, reading: Reading | None) -> Iterator[str]:
    """The same in lines of at most 80 columns, safe to print."""
    if reading is None:
        yield "how it was read is not kept: --fetch reads it anew and says what was left out"
        return
    yield "how it was read"
    yield from _facts(article, reading)
    kinds: dict[str, list[str]] = {}
    for one in reading.removed:
        kinds.setdefault(str(one.why), []).append(one.text)
    yield "left out" if kinds else "nothing was left out"
    for why, texts in kinds.items():
        yield fitted(f"{why} ({len(texts)})", "  ")
        for text in texts[:_SAMPLES]:
            yield fitted(text, "    - ")
        if len(texts) > _SAMPLES:
            yield f"    and {len(texts) - _SAMPLES} more (--json has all)"


def _facts(article: Article, reading: Reading) -> Iterator[str]:
    from bot.cli.show import iso

    date = reading.date_from or _UNKNOWN
    if article.published_raw:
        date += f", printed “{article.published_raw}”"
    if article.modified:
        date += f", changed {iso(article.modified)}"
    language = reading.language_from or _UNKNOWN
    told = {
        "title": f"from {reading.title_from or _UNKNOWN}",
        "text": f"from {reading.text_from or _UNKNOWN}" + (f": {article.note}" if article.note else ""),
        "date": f"from {date}",
        "author": f"from {reading.author_from or _UNKNOWN}",
        "agency": f"report of {article.agency}" if article.agency else "",
        "language": f"told by {language}, {reading.certainty:.0%} sure" if article.language else "uncertain",
        "canonical": article.canonical if article.canonical and article.canonical != article.url else "",
    }
    for name, text in told.items():
        if text:
            yield fitted(text, f"  {name:10} ")


def fitted(text: str, head: str = "", width: int = WIDTH) -> str:
    """A text of the web behind `head`, on one line of at most `width` columns, safe to print: cut where it is longer.
    Wide characters take two columns (Unicode Standard Annex 11), combining ones none."""
    from bot.cli.show import safe

    # More never fits, even where most characters take no column.
    line = head + " ".join(safe(text[: 20 * width]).split())
    if sum(map(_columns, line)) <= width:
        return line
    columns, end = 0, 0
    while columns + _columns(line[end]) < width:  # one column is the ellipsis's
        columns += _columns(line[end])
        end += 1
    return line[:end].rstrip() + "…"


def _columns(sign: str) -> int:
    if unicodedata.combining(sign) or unicodedata.category(sign) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(sign) in "WF" else 1
