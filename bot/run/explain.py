"""Finds the article behind an address or a file: from the store, the web, or the disk. It judges nothing."""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

from bot.errors import ExtractError, KentonganError
from bot.model import Article, Entry, Reading, Source
from bot.read import clean_url, report_page, url_key
from bot.read.encoding import unpack
from bot.run.cpu import PAGE_LIMIT, Cpu
from bot.run.engine import Configuration
from bot.run.setup import client_of, database_of, utc_now
from bot.store import articles, lines, looking
from bot.store.database import open_database
from bot.web import ACCEPT_PAGE

LARGEST_FILE = 10_000_000
"""Bytes of a page on disk."""


class NoSuchPage(KentonganError):
    """A word that names no page: no file there, or an address of another kind. That is for the one who typed it to
    mend."""


@dataclass(frozen=True, slots=True)
class Found:
    """An article, where it came from (`store`, `web`, `file`), and when it was first seen: one that was not stored is
    seen now; of a file nobody knows. `reading` is how it was read, where it was read just now."""

    origin: str
    article: Article
    seen: datetime | None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """What the store knows of an address: the article, what its feed said of it, whose page it is, and the marks of the
    lines that this source's pages repeat."""

    found: Found | None = None
    entry: Entry | None = None
    source: Source | None = None
    learned: frozenset[str] = frozenset()


async def look_up(config: Configuration, state_dir: Path, page: str, *, fetch: bool = False) -> Found:
    """The article behind an address or a path. A stored address is answered without a request unless `fetch`. Raises
    NoSuchPage, FetchError, ExtractError, StoreError."""
    scheme, parted, _ = page.partition("://")
    if parted and scheme.isalpha() and scheme.lower() not in ("http", "https"):
        raise NoSuchPage(f"{page}: only addresses of http and https are read, and files by their path")
    if not page.lower().startswith(("http://", "https://")):
        body, address = _file(Path(page))
        async with Cpu(1) as cpu:
            reading = await cpu.call(PAGE_LIMIT, report_page, body, address)
        return Found("file", reading.article, None, reading)
    known = await _from_store(config, state_dir, page)
    if known.found is not None and not fetch:
        return known.found
    async with client_of(config.settings) as client, Cpu(1) as cpu:
        fetched = await client.get(page, accept=ACCEPT_PAGE, obey_robots=True)
        # As the pipeline reads it: with what the feed said of it, and without what the source's pages repeat.
        reading = await cpu.call(
            PAGE_LIMIT,
            report_page,
            fetched.body,
            fetched.url,
            content_type=fetched.content_type,
            entry=known.entry,
            source=known.source or _source_of(config, fetched.url),
            learned=known.learned,
        )
    return Found("web", reading.article, known.found.seen if known.found else utc_now(), reading)


def _file(path: Path) -> tuple[bytes, str]:
    try:
        if not path.is_file():
            raise NoSuchPage(f"{path}: {'not a file' if path.exists() else 'there is no such file'}")
        if path.stat().st_size > LARGEST_FILE:
            raise ExtractError(f"{path}: larger than {LARGEST_FILE} bytes")
        body = path.read_bytes()
        address = path.resolve().as_uri()
    except OSError as error:
        raise ExtractError(f"{path}: {(error.strerror or str(error)).lower()}") from None
    if is_binary(body):
        raise ExtractError(f"{path}: this is no page but a binary file: save the page as HTML")
    return body, address


def is_binary(body: bytes) -> bool:
    """Whether this is no text in any encoding that pages come in: a PDF, a picture, an office document. These are full
    of control characters, which no text needs; a stray one spoils no page."""
    body = unpack(body)
    if body.startswith(_WIDE):
        return False
    if body.startswith(b"%PDF-"):
        return True
    return len(body) - len(body.translate(None, _CONTROLS)) > len(body) * _STRAY


_CONTROLS = bytes({*range(32)} - {*b"\t\n\f\r\x1b"} | {127})
"""All but white space and the escape that ISO-2022-JP begins its letters with."""

_STRAY = 0.01
"""The share of control characters that a text may have: compressed data has a tenth, programs have more."""

_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE)
"""Marks at the beginning of encodings in which half of the bytes are zero (that of UTF-32-LE begins with the first)."""


async def _from_store(config: Configuration, state_dir: Path, page: str) -> _Known:
    address = database_of(config.settings, state_dir)
    if isinstance(address, Path) and not address.exists():
        return _Known()
    async with open_database(address) as database, database.read() as connection:
        stored = await articles.find_article(connection, [url_key(page)], config.sources)
        stored = stored or await articles.find_article_by_url(connection, clean_url(page), config.sources)
        name, entry = await looking.listed_as(connection, url_key(page)) or (None, None)
        source = config.sources.get(name) if name else _source_of(config, page)
        learned = await lines.learned_lines(connection, source.name) if source else frozenset()
    return _Known(Found("store", stored[1], stored[0]) if stored else None, entry, source, learned)


def _source_of(config: Configuration, url: str) -> Source | None:
    """The source one of whose feeds lives on the page's host."""
    try:
        host = urlsplit(url).hostname
    except ValueError:
        return None
    for source in config.sources.values():
        if any(urlsplit(feed.url).hostname == host for feed in source.feeds):
            return source
    return None
