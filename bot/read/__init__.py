"""What was published: feeds, pages, dates, languages, addresses.

This door hands out the room's few verbs. Nothing in the room fetches, stores or waits.
"""

from .feeds import read_feed
from .identity import EntryKeys, Identity, KnownEntry, Verdict, identify, keys
from .pages import article_from_entry, read_page
from .urls import clean_url, url_key
from .warmth import warm

__all__ = [
    "EntryKeys",
    "Identity",
    "KnownEntry",
    "Verdict",
    "article_from_entry",
    "clean_url",
    "identify",
    "keys",
    "read_feed",
    "read_page",
    "url_key",
    "warm",
]
