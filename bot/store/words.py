"""What a text must be to be stored, the same on both engines. It shortens nothing that a reader would miss."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from typing import Any, TypeVar
from urllib.parse import urlsplit

from bot.model import Article, Entry

T = TypeVar("T", Article, Entry)

LONGEST_ADDRESS = 2048
"""Bytes; no longer one is ever requested, and an index of PostgreSQL takes no value above 2,704 bytes."""

LONGEST_HOST = 253
"""Characters of a domain name (RFC 1035 section 2.3.4, as text)."""

LONGEST_LANGUAGE = 8
"""Characters of a language's code, as wide as its column."""

# PostgreSQL stores no NUL, and neither engine half of a surrogate pair.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def storable(text: str) -> str:
    """`text` with a replacement mark in place of each character that no database takes: offsets stay true."""
    return _UNSTORABLE.sub("\ufffd", text)


def storable_noun(noun: T) -> T:
    """An entry or an article that can be stored, keyed and compared: every text `storable`, and neither an address
    nor a language longer than its column. An entry without a usable address is one without a link."""
    changed: dict[str, Any] = {}
    for field in fields(noun):
        value = getattr(noun, field.name)
        if isinstance(value, str) and type(value) is str:
            changed[field.name] = storable(value)
        elif isinstance(value, tuple):
            changed[field.name] = tuple(storable(part) for part in value)
    sound = replace(noun, **changed)
    if isinstance(sound, Entry):
        return sound if sound.url is None or usable_address(sound.url) else replace(sound, url=None)
    if sound.language is not None and len(sound.language) > LONGEST_LANGUAGE:
        return replace(sound, language=None)
    return sound


def usable_address(url: str) -> bool:
    """Whether an address can be stored and asked for: short enough, with a host that a name server could know."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    return len(url.encode()) <= LONGEST_ADDRESS and 0 < len(host) <= LONGEST_HOST
