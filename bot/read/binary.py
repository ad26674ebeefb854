"""Whether an answer is a page to be read at all, or a file of another kind.

Never parses it: the first bytes, the server's word and the share of unreadable characters tell.
"""

from __future__ import annotations

import re

_KINDS = (
    (b"%PDF-", "a PDF file"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "a ZIP file"),
    (b"Rar!", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"ID3", "a sound file"),
    (b"OggS", "a sound file"),
    (b"{\\rtf", "an RTF document"),
)
"""How files of a kind begin, from the specifications of their formats."""

_PAGE = re.compile(rb"<(?:!doctype|html|head|body|article|div|p|meta|title)\b", re.IGNORECASE)
_OTHER = re.compile(r"(?:image|audio|video|font)/|application/(?!xhtml|xml|json|ld\+json|octet-stream)", re.IGNORECASE)
_LOOKED_AT = 4096

_UNREADABLE = re.compile("[\x00-\x08\x0e-\x1f\x7f\ufffd]")
MOST_UNREADABLE = 0.05
"""Share of characters that no text has: a page in a wrong encoding has fewer."""


def why_no_page(body: bytes, content_type: str | None) -> str | None:
    """Why this is no page, in a few words; None where it may be one."""
    start = body[:_LOOKED_AT]
    for magic, kind in _KINDS:
        if start.startswith(magic):
            return f"the address leads to {kind}, not to a page"
    kind = (content_type or "").partition(";")[0].strip().lower()
    if _OTHER.match(kind) and not _PAGE.search(start):
        return f"the address leads to {kind}, not to a page"
    return None


def is_unreadable(text: str) -> bool:
    """Whether a decoded answer is no text in any language."""
    start = text[:_LOOKED_AT]
    return len(_UNREADABLE.findall(start)) > MOST_UNREADABLE * max(len(start), 100)
