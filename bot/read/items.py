"""Takes a feed document apart into its raw items, so that those read before need not be read again.

Never repairs anything: a document that is not well-formed or has an unusual shape is not taken apart at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any
from xml.parsers.expat import ExpatError, ParserCreate

from ..errors import FeedError

READING = "1"
"""Part of every hash. Counted up when entries come to be read differently, so that all items are read once more."""

MOST_ENTRIES = 20_000
"""Entries of a feed. Reading them takes 3 s; the largest feeds of publishers have some hundreds."""

_ROOTS = frozenset({"rss", "rdf", "feed"})
_ITEMS = frozenset({"item", "entry"})
_TAG = re.compile(rb"<(?:[^\s/>:]+:)?([^\s/>:]+)")
_LANGUAGE = re.compile(rb"<(?:\w{1,20}:)?language\b[^<>]{0,200}>([^<]{0,100})<", re.IGNORECASE)
_SOURCE = re.compile(rb"<source\b.{0,2000}?</source>", re.DOTALL | re.IGNORECASE)
_MARK = re.compile(
    rb"<(?:[\w.-]{1,20}:)?(?:link|guid|id|origlink)\b[^<>]{0,500}>\s{0,50}(?:<!\[CDATA\[\s{0,50})?([^<>\]\s]+)"
    rb"""|<(?:[\w.-]{1,20}:)?link\b(?![^<>]{0,500}\brel\s{0,5}=\s{0,5}["'](?!alternate))"""
    rb"""[^<>]{0,500}?\bhref\s{0,5}=\s{0,5}["']\s{0,50}([^"'<>\s]+)""",
    re.IGNORECASE,
)
_ABOUT = re.compile(rb"""^<[^>]*?\babout\s*=\s*["']\s*([^"'<>\s]+)""")


def too_many() -> FeedError:
    """The error that a feed with more entries is."""
    return FeedError(f"the feed has more than {MOST_ENTRIES:,} entries")


@dataclass(frozen=True, slots=True)
class Parts:
    """A document in pieces: a gap, an item, a gap, an item, ..., a gap. `hashes` are those of the items, in order: 16
    hexadecimal digits for an item and for all that bears on it from outside of it."""

    gaps: tuple[bytes, ...]
    items: tuple[bytes, ...]
    hashes: tuple[str, ...]

    def unseen(self, seen: Collection[str]) -> list[int]:
        """The places of the items to be read: those whose hash is not among `seen`, and those that share a link or an
        id with one of them, as one address for many items has to be noticed."""
        return to_read([one in seen for one in self.hashes], lambda: [marks(item) for item in self.items])

    def only(self, places: Iterable[int]) -> bytes:
        """The document with these of its items, everything else as it stands."""
        kept = set(places)
        pieces = [self.gaps[0]]
        for place, (item, gap) in enumerate(zip(self.items, self.gaps[1:], strict=True)):
            pieces += [item, gap] if place in kept else [gap]
        return b"".join(pieces)


def to_read(known: Sequence[bool], all_marks: Any) -> list[int]:
    """The places that are not `known`, and those that share a mark with one of them. `all_marks` is asked for the
    marks of every item only where there are both."""
    unseen = [place for place, is_known in enumerate(known) if not is_known]
    if not unseen or len(unseen) == len(known):
        return unseen
    listed: list[frozenset[bytes]] = all_marks()
    fresh = frozenset().union(*(listed[place] for place in unseen))
    return [place for place, is_known in enumerate(known) if not is_known or not fresh.isdisjoint(listed[place])]


def marks(item: bytes) -> frozenset[bytes]:
    """The links and ids of a raw item, as they are spelt in it."""
    text = _SOURCE.sub(b"", item) if b"<source" in item else item
    found = {first or second for first, second in _MARK.findall(text)}
    about = _ABOUT.match(text)
    return frozenset(found | {about[1]} if about else found)


def _hashes(context: str, items: Iterable[bytes]) -> tuple[str, ...]:
    key = blake2b(context.encode("utf-8", "surrogatepass"), digest_size=16).digest()
    return tuple(blake2b(item, digest_size=8, key=key).hexdigest() for item in items)


def split(document: bytes, reading: str = "") -> Parts | None:
    """A feed in XML (UTF-8, without its declaration) in pieces, or None where that is not safe: no feed, not
    well-formed, with a document type, with items inside of items or in several places, or with namespaces that are
    bound in one way here and in another there (the parser's memory of them goes from item to item). `reading` is what
    else bears on how items are read."""
    scan = _Scan(document)
    if not scan.run() or not scan.spans:
        return None
    edges = [0, *(edge for span in scan.spans for edge in span), len(document)]
    gaps = tuple(document[edges[at] : edges[at + 1]] for at in range(0, len(edges), 2))
    items = tuple(document[start:end] for start, end in scan.spans)
    language = _LANGUAGE.search(gaps[0])
    context = repr((READING, reading, scan.context, language[1] if language else b""))
    return Parts(gaps, items, _hashes(context, items))


def json_hashes(items: Sequence[Any], reading: str = "") -> tuple[str, ...]:
    """The hashes of a JSON Feed's items, whatever the order of their keys."""
    texts = (json.dumps(item, sort_keys=True, ensure_ascii=False, check_circular=False) for item in items)
    return _hashes(repr((READING, reading)), (text.encode("utf-8", "surrogatepass") for text in texts))


def json_marks(item: Any) -> frozenset[bytes]:
    """The addresses and the id of a JSON Feed's item."""
    if not isinstance(item, dict):
        return frozenset()
    found = (str(item.get(key) or "").strip() for key in ("id", "url", "external_url"))
    return frozenset(text.encode("utf-8", "surrogatepass") for text in found if text)


class _Odd(Exception):
    """The document has a shape that is not taken apart."""


class _Scan:
    """One walk through a document. Inside an item only the ends of elements are looked at, which halves its time."""

    def __init__(self, document: bytes) -> None:
        self.spans: list[tuple[int, int]] = []
        self.context: tuple[object, ...] = ()
        self._document = document
        self._stack: list[tuple[str, tuple[tuple[str, str], ...], int]] = []
        self._where: tuple[int, ...] = ()
        self._inside = ""
        self._start = 0
        self._prefixes: dict[str, str] = {}
        self._uris: dict[str, str] = {}
        self._plain: set[str] = set()
        self._own: set[str] = set()
        self._outside: set[tuple[str | None, str]] = set()

    def run(self) -> bool:
        """Whether the whole document could be taken apart."""
        self._parser = parser = ParserCreate("utf-8", " ")
        parser.StartElementHandler = self._opened
        parser.EndElementHandler = self._closed
        parser.StartNamespaceDeclHandler = self._bound
        parser.StartDoctypeDeclHandler = self._typed
        try:
            parser.Parse(self._document, True)
        except (ExpatError, _Odd):
            return False
        finally:
            # The handlers and the parser would keep each other alive.
            parser.StartElementHandler = parser.EndElementHandler = None
            parser.StartNamespaceDeclHandler = parser.StartDoctypeDeclHandler = None
            del self._parser
        self.context += (sorted(self._outside, key=str),)
        return not self._stack and not self._inside and self._own.isdisjoint(self._plain)

    def _opened(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2].lower()
        if not self._stack and local not in _ROOTS:
            raise _Odd
        if local not in _ITEMS:
            at = self._parser.CurrentByteIndex
            self._stack.append((name, tuple(sorted(attributes.items())), at))
            return
        where = tuple(at for _, _, at in self._stack)
        if not self.spans:
            self._where = where
            self.context = (*((name, attributes) for name, attributes, _ in self._stack), name)
        # A place of its own for items is the root, or the one channel in it.
        if where != self._where or not 1 <= len(where) <= 2:
            raise _Odd
        self._inside, self._start = name, self._parser.CurrentByteIndex
        self._parser.StartElementHandler = None
        self._parser.EndElementHandler = self._closed_inside

    def _closed_inside(self, name: str) -> None:
        if name != self._inside:
            return
        at = self._parser.CurrentByteIndex
        # For an empty element the parser already stands behind it.
        end = self._document.index(b">", at) + 1 if self._document.startswith(b"</", at) else at
        self.spans.append((self._start, end))
        self._inside = ""
        self._parser.StartElementHandler = self._opened
        self._parser.EndElementHandler = self._closed

    def _closed(self, name: str) -> None:
        if not self._stack or self._stack.pop()[0] != name:
            raise _Odd

    def _bound(self, prefix: str | None, uri: str | None) -> None:
        inside = bool(self._inside) or self._is_item_next()
        if not inside:
            self._outside.add((prefix, uri or ""))
        if prefix is None:
            self._plain.add(uri or "")
            return
        if self._prefixes.setdefault(prefix, uri or "") != uri:
            raise _Odd
        if inside:
            self._own.add(uri or "")
            if self._uris.setdefault(uri or "", prefix) != prefix:
                raise _Odd
        else:
            self._uris.setdefault(uri or "", prefix)

    def _is_item_next(self) -> bool:
        """Whether the element at which the parser stands, whose namespaces are told before it is, is an item."""
        tag = _TAG.match(self._document, self._parser.CurrentByteIndex)
        return tag is not None and tag[1].lower() in {b"item", b"entry"}

    def _typed(self, *_: object) -> None:
        raise _Odd
