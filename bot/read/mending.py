"""Mends what the feed parser stumbles over: a base address without end, ampersands and entities that are not XML.

Never touches a document that needs neither.
"""

from __future__ import annotations

import re
from html.entities import html5
from xml.sax.saxutils import escape, quoteattr

_BASE = re.compile(rb"""\s(?:xml:)?base\s{0,20}=\s{0,20}["']""")
_AMPERSAND = re.compile(r"&(?!#[0-9]{1,9};|#[xX][0-9a-fA-F]{1,9};)(?:([A-Za-z][A-Za-z0-9]{0,31};))?")
_OF_XML = frozenset({"amp;", "lt;", "gt;", "quot;", "apos;"})
_NAME = re.compile(rb"<[A-Za-z_][\w.:-]*")


def rooted(document: bytes, url: str) -> bytes:
    """The document (UTF-8) with `url` as the base of its root, where an element in it names a base and the root does
    not. feedparser forgets to end the base of an element when there is none around it (its `unknown_endtag`), and
    would complete the links of the following entries by it."""
    if not _BASE.search(document):
        return document
    root = _root(document)
    if root is None or _BASE.search(document[root.start() : document.find(b">", root.end())]):
        return document
    return document[: root.end()] + b" xml:base=" + quoteattr(url).encode() + document[root.end() :]


def _root(document: bytes) -> re.Match[bytes] | None:
    """The name of the root, behind the comments, instructions and document type before it."""
    at = document.find(b"<")
    while at >= 0:
        if (name := _NAME.match(document, at)) is not None:
            return name
        end = b"-->" if document.startswith(b"<!--", at) else b"?>" if document.startswith(b"<?", at) else b">"
        closed = document.find(end, at + 2)
        at = document.find(b"<", closed + len(end)) if closed >= 0 else -1
    return None


def with_ampersands(document: bytes) -> bytes:
    """The document (UTF-8) with `&amp;` for every ampersand that begins no reference, and with the character for every
    entity of HTML. feedparser reads such documents with a lenient parser, which makes `AT&T;` of `AT&T`."""
    if b"<!ENTITY" in document:
        return document
    first, *others = document.decode("utf-8", "replace").split("<![CDATA[")
    pieces = [_AMPERSAND.sub(_reference, first)]
    for other in others:
        literal, end, text = other.partition("]]>")
        pieces.append(literal + end + _AMPERSAND.sub(_reference, text))
    return "<![CDATA[".join(pieces).encode("utf-8", "replace")


def _reference(found: re.Match[str]) -> str:
    name = found[1]
    if name is None or name in _OF_XML:
        return found[0] if name else "&amp;"
    return escape(html5[name]) if name in html5 else f"&amp;{name}"
