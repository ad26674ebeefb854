"""Decides whether an entry of a feed is new, known, or known and changed.

Never looks anything up: the caller brings the known entries that share any key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from ..model import Entry
from .urls import url_key

MOST_CHANGES = 24
"""Changes of one entry that are believed; two servers that serve two versions in turn end here (as in
lemon24/reader)."""
TELLING_WORDS = 20
"""Words a text needs before an equal text means an equal entry: shorter ones repeat (`Market report`, `Breaking`)."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")


class Verdict(StrEnum):
    """What an entry is to those already known."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class EntryKeys:
    """What an entry is known by, each at most 64 characters; `fingerprint` stands for title and text."""

    guid_key: str | None
    url_key: str | None
    title_key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class KnownEntry:
    """An entry already stored; `changes` counts how often it was found changed."""

    id: int
    page_id: int
    keys: EntryKeys
    published: datetime | None
    changes: int


@dataclass(frozen=True, slots=True)
class Identity:
    """The verdict on an entry, and the known entry it is, where there is one."""

    verdict: Verdict
    known: KnownEntry | None = None


def keys(entry: Entry) -> EntryKeys:
    """The keys of an entry: hexadecimal digits, equal where case, accents' spelling, spaces and marks alone differ."""
    title = _bare(entry.title)
    return EntryKeys(
        guid_key=_digest(entry.guid.strip()) if entry.guid and entry.guid.strip() else None,
        url_key=url_key(entry.url) if entry.url else None,
        title_key=_digest(title),
        fingerprint=_digest("\n".join((title, *map(_bare, entry.paragraphs)))),
    )


def identify(entry: Entry, known: Sequence[KnownEntry], shared: frozenset[str] = frozenset()) -> Identity:
    """What `entry` is to the `known` entries of its feed. `shared` are the URL keys that occur more than once in this
    document: such an address (a live blog, a homepage) proves nothing by itself.

    An entry is known when a known one has, in this order: the same address and GUID; the same address, where it is
    not shared, or the same title besides; the same GUID and title (a moved entry; GUIDs alone may be positions in a
    list); the same text of at least `TELLING_WORDS` words and the same date (moved, under a new GUID). Of several,
    the oldest is the one, so that a choice once made stays."""
    own = keys(entry)
    found = _find(own, entry, sorted(known, key=lambda one: one.id), shared)
    if found is None:
        return Identity(Verdict.NEW)
    if found.keys.fingerprint == own.fingerprint or found.changes >= MOST_CHANGES:
        return Identity(Verdict.SAME, found)
    return Identity(Verdict.CHANGED, found)


def _find(own: EntryKeys, entry: Entry, known: list[KnownEntry], shared: frozenset[str]) -> KnownEntry | None:
    here = [one for one in known if own.url_key is not None and one.keys.url_key == own.url_key]
    named = [one for one in known if own.guid_key is not None and one.keys.guid_key == own.guid_key]
    entitled = bool(_bare(entry.title))
    for one in here:
        if one in named:
            return one
    # Several known entries of one address were told apart before: the address stays shared.
    if own.url_key not in shared and len(here) == 1:
        return here[0]
    for one in (*here, *named):
        if entitled and one.keys.title_key == own.title_key:
            return one
    if own.url_key is None and not entitled and named:
        return named[0]
    if _words(entry) >= TELLING_WORDS and entry.published is not None:
        for one in known:
            if one.keys.fingerprint == own.fingerprint and one.published == entry.published:
                return one
    return None


def _words(entry: Entry) -> int:
    """Words of title and text; two Han or Kana characters count as one."""
    text = " ".join((entry.title, *entry.paragraphs))
    return len(_WIDE.sub(" ", text).split()) + len(_WIDE.findall(text)) // 2


def _bare(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join(re.findall(r"\w+", folded))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:40]
