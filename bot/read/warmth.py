"""Loads what the first feed and the first page would otherwise wait for.

Never needed for a right answer, only for a quick one.
"""

from __future__ import annotations

from datetime import UTC

_PAGE = b"<html lang=en><title>Warm</title><article><h1>Warm</h1>" + b"".join(
    b"<p>Paragraph %d of the first page that a process reads pays for all that follow it.</p>" % number
    for number in range(9)
)
_FEED = b"<rss version='2.0'><channel><title>Warm</title><item><title>x</title></item></channel></rss>"


def warm() -> None:
    """Imports and primes the parsers and the language model of this process (about two seconds, 150 MB)."""
    from .dates import read_date
    from .feeds import read_feed
    from .language import classifier
    from .pages import read_page

    read_date("the 5th day, Jan. 2026 8h", UTC)
    classifier().rank("a text")
    read_feed(_FEED, "https://example.org/", None)
    read_page(_PAGE, "https://example.org/")
