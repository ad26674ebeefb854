"""Reads JSON Feed 1.0 and 1.1 (jsonfeed.org).

Never trusts a type: a field of the wrong kind is treated as absent.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import tzinfo
from typing import Any

from ..errors import FeedError
from ..model import Entry, ParsedFeed
from .bounds import MOST_MARKUP, MOST_TITLE_MARKUP, bounded, one_line
from .dates import read_date
from .items import MOST_ENTRIES, json_hashes, json_marks, to_read, too_many
from .language import base_code
from .markup import paragraphs, plain, weight
from .urls import absolute

_ITEMS = re.compile(r'"items"\s*:\s*\[\s*')
_MOST_DIGITS = 1000
_BETWEEN = re.compile(r"[\s,]*")


def read(text: str, url: str, zone: tzinfo, reading: str = "", seen: Collection[str] = frozenset()) -> ParsedFeed:
    """The feed in `text`; raises `FeedError` where the JSON is no feed. Items before a cut are kept. Items whose hashes
    are `seen` are left out; `reading` is what else bears on how items are read."""
    document = _load(text)
    items = document.get("items")
    if not isinstance(items, list) or not (_text(document, "version") or document.get("title")):
        raise FeedError("this is JSON, but not a JSON Feed")
    if len(items) > MOST_ENTRIES:
        raise too_many()
    base = url
    items = [item for item in items if isinstance(item, dict)]
    hashes = json_hashes(items, reading)
    places = to_read([one in seen for one in hashes], lambda: [json_marks(item) for item in items])
    entries = tuple(_entry(items[place], base, zone) for place in places)
    language = base_code(_text(document, "language"))
    return ParsedFeed(plain(_text(document, "title")), "json1", entries, language, items=hashes)


def _load(text: str) -> dict[str, Any]:
    try:
        document = json.loads(text, strict=False, parse_int=_number)
    except (ValueError, RecursionError):
        document = _cut(text)
    if not isinstance(document, dict):
        raise FeedError("this is JSON, but not a JSON Feed")
    return document


def _number(digits: str) -> int | str:
    """A whole number; one that is longer than any is kept as it is written, since Python refuses it."""
    return int(digits) if len(digits) < _MOST_DIGITS else digits


def _cut(text: str) -> dict[str, Any] | None:
    """What can be read of a document that ends too early: its title and the whole items."""
    start = _ITEMS.search(text)
    if not start:
        raise FeedError("the answer is broken JSON, not a feed")
    decoder, items, at = json.JSONDecoder(strict=False, parse_int=_number), [], start.end()
    while at < len(text):
        try:
            item, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        items.append(item)
        if len(items) > MOST_ENTRIES:
            raise too_many()
        at = (_BETWEEN.match(text, at) or start).end()
    if not items and not text.startswith("]", start.end()):
        raise FeedError("the feed is cut off before its first entry")
    title = re.search(r'"title"\s*:\s*("(?:[^"\\]|\\.)*")', text[: start.start()])
    return {"version": "cut", "title": json.loads(title[1], strict=False) if title else "", "items": items}


def _entry(item: dict[str, Any], base: str, zone: tzinfo) -> Entry:
    guid = item.get("id")
    printed = _text(item, "date_published") or _text(item, "date_modified") or None
    reading = read_date(printed, zone)
    texts = [paragraphs(_text(item, "content_html")[:MOST_MARKUP])]
    texts += [_plain_paragraphs(_text(item, key)[:MOST_MARKUP]) for key in ("content_text", "summary")]
    return Entry(
        guid=str(guid) if isinstance(guid, str | int | float) and str(guid).strip() else None,
        url=absolute(_text(item, "url"), base) or absolute(_text(item, "external_url"), base),
        title=one_line(plain(_text(item, "title")[:MOST_TITLE_MARKUP])),
        paragraphs=bounded(max(texts, key=lambda parts: sum(map(weight, parts)))),
        published=reading.when if reading else None,
        published_raw=printed,
        author=_author(item),
    )


def _plain_paragraphs(text: str) -> tuple[str, ...]:
    lines = re.split(r"\n\s*\n", text)
    return tuple(line for line in (plain(line.replace("<", "&lt;")) for line in lines) if line)


def _author(item: dict[str, Any]) -> str | None:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [plain(_text(one, "name")) for one in authors or () if isinstance(one, dict)]
    return one_line(", ".join(name for name in dict.fromkeys(names) if name)) or None


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    return value if isinstance(value, str) else ""
