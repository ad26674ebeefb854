"""Lists of feeds as OPML 2.0 (http://opml.org/spec2.opml): what feed readers import and export.

It never fetches anything, and reads no entity that a file declares. Attributes of our own namespace carry what OPML has
no word for, so that an exported list comes back whole; other programs pass over them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.utils import format_datetime
from xml.parsers import expat

from bot.errors import ConfigError, ConfigErrors
from bot.model import Source
from bot.yamlfile import excerpt

NAMESPACE = "urn:kentongan:sources"
"""Of our own attributes."""

FACTS = ("name", "country", "timezone", "tier", "family")
"""What our namespace says of a source; title and language have words of their own in OPML."""

MOST_FEEDS = 5_000
"""Feeds in one file: more than any list of publishers has."""

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML document may hold, not even escaped (XML 1.0, 2.2)."""

_BARE_AMPERSAND = re.compile(r"&(?!#\d+;|#x[\da-fA-F]+;|[A-Za-z][\w.-]*;)")


@dataclass(frozen=True, slots=True)
class Listed:
    """One feed of a list. `facts` are those of its source where the list is one of ours, and None in any other; `line`
    and `column` count from 1."""

    url: str
    title: str
    language: str | None
    every: str | None
    facts: Mapping[str, str] | None
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Outlines:
    """What a list holds: its feeds in their order, and how many outlines say nothing of a feed and hold none."""

    feeds: tuple[Listed, ...]
    empty: int = 0


# --- reading --------------------------------------------------------------------------------------------------------


def read_opml(text: str, file: str) -> Outlines:
    """The feeds of a list; folders are looked into and not remembered. Raises ConfigErrors with one error that names
    the line, for a text that is no XML, is something else than OPML, or declares entities."""
    if not text.lstrip().startswith("<"):
        raise _error(text, file, "this is no OPML file: it does not begin with '<'", 1, 1)
    reading = _Reading(text, file)
    try:
        reading.parser.Parse(text.encode("utf-8", "replace"), True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code) or "not well-formed"
        raise _error(
            text, file, f"this is no good XML: {said}{_hint(text, error)}", error.lineno, error.offset + 1
        ) from None
    return Outlines(tuple(reading.feeds), reading.empty)


def _hint(text: str, error: expat.ExpatError) -> str:
    lines = text.splitlines()
    line = lines[error.lineno - 1] if 0 < error.lineno <= len(lines) else ""
    return "; a bare & must be written &amp;" if _BARE_AMPERSAND.search(line) else ""


def _error(text: str, file: str, message: str, line: int, column: int) -> ConfigErrors:
    return ConfigErrors([ConfigError(message, file, line, column, excerpt(text, line, column) or None)])


@dataclass(slots=True)
class _Open:
    """An outline that has begun: the facts that hold inside it, and whether there is a feed in it."""

    facts: Mapping[str, str] | None
    title: str
    language: str | None
    fruitful: bool


class _Reading:
    """One pass over a text."""

    def __init__(self, text: str, file: str) -> None:
        self.feeds: list[Listed] = []
        self.empty = 0
        self._text, self._file = text, file
        self._open: list[_Open] = []
        self._root = False
        # What the document says of its encoding is past: the text was decoded by us.
        self.parser = expat.ParserCreate("utf-8", " ")
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._entity

    def _fail(self, message: str) -> ConfigErrors:
        at = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
        return _error(self._text, self._file, message, *at)

    def _entity(self, *_: object) -> None:
        raise self._fail("the file declares entities: these are not read, write the text itself")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        if not self._root:
            if tag.lower() != "opml":
                raise self._fail(f"this is no OPML file: it begins with <{tag[:40]}>")
            self._root = True
        if tag.lower() != "outline":
            return
        given = {key.lower(): value for key, value in attributes.items() if " " not in key}
        ours = {key.partition(" ")[2]: value for key, value in attributes.items() if key.startswith(f"{NAMESPACE} ")}
        above = self._open[-1] if self._open else None
        title, language = given.get("title") or given.get("text") or "", given.get("language", "").strip() or None
        facts: Mapping[str, str] | None = {key: ours[key] for key in FACTS if key in ours}
        if "name" not in ours:
            facts = above.facts if above else None
            if above is not None and facts is not None:  # a feed in the folder of its source
                title, language = above.title, above.language
        url = given.get("xmlurl", "").strip()
        if url:
            if len(self.feeds) == MOST_FEEDS:
                raise self._fail(f"more than {MOST_FEEDS} feeds in one file: divide it")
            place = self.parser.CurrentLineNumber, self.parser.CurrentColumnNumber + 1
            self.feeds.append(Listed(url, title, language, ours.get("every"), facts, *place))
        self._open.append(_Open(facts, title, language, bool(url)))

    def _end(self, name: str) -> None:
        if name.rpartition(" ")[2].lower() != "outline":
            return
        ended = self._open.pop()
        if not ended.fruitful:
            self.empty += 1
        elif self._open:
            self._open[-1].fruitful = True


# --- writing --------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Attributes:
    """The attributes of one outline, in the order in which they are written; what is not known is left out."""

    written: dict[str, str] = field(default_factory=dict)

    def add(self, name: str, value: object) -> None:
        if value not in (None, ""):
            self.written[name] = _NOT_XML.sub("", str(value))


def write_opml(sources: Iterable[Source], now: datetime) -> str:
    """The sources as an OPML document: one of a single feed is an outline, one of several a folder of outlines."""
    from lxml import etree

    root = etree.Element("opml", version="2.0", nsmap={"k": NAMESPACE})
    head = etree.SubElement(root, "head")
    etree.SubElement(head, "title").text = "Sources of Kentongan"
    etree.SubElement(head, "dateCreated").text = format_datetime(now)
    body = etree.SubElement(root, "body")
    for source in sources:
        about = _about(source)
        if len(source.feeds) == 1:
            etree.SubElement(body, "outline", about | _feed(source, 0))
            continue
        folder = etree.SubElement(body, "outline", about)
        for number in range(len(source.feeds)):
            etree.SubElement(folder, "outline", _feed(source, number))
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written.decode()


def _about(source: Source) -> dict[str, str]:
    attributes = _Attributes()
    attributes.add("text", source.title)
    attributes.add("title", source.title)
    attributes.add("language", source.language)
    facts = {"tier": source.tier, "family": source.family, "country": source.country, "timezone": source.timezone}
    for name in FACTS:
        attributes.add(f"{{{NAMESPACE}}}{name}", source.name if name == "name" else facts[name])
    return attributes.written


def _feed(source: Source, number: int) -> dict[str, str]:
    feed = source.feeds[number]
    attributes = _Attributes()
    # OPML 2.0: `text` is what a reader shows; several feeds of one source need telling apart.
    several = len(source.feeds) > 1
    attributes.add("text", f"{source.title} ({number + 1})" if several else source.title)
    attributes.add("type", "rss")
    attributes.add("xmlUrl", feed.url)
    attributes.add(f"{{{NAMESPACE}}}every", None if feed.every is None else _duration(feed.every))
    return attributes.written


def _duration(length: timedelta) -> str:
    """As the configuration writes it, in the largest unit that needs no fraction."""
    milliseconds = round(length / timedelta(milliseconds=1))
    units = (("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1_000), ("ms", 1))
    unit, size = next((unit, size) for unit, size in units if milliseconds % size == 0)
    return f"{milliseconds // size}{unit}"
